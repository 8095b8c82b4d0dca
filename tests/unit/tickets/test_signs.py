"""The sign of a ticket's state in its channel's name."""

from __future__ import annotations

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import signs
from ticketbot.tickets.model import Change, Notice, TicketState
from ticketbot.tickets.naming import CHANNEL_NAME_LIMIT
from ticketbot.tickets.signs import Sign

OPEN = values.ticket_in(TicketState.OPEN)
BY, OF = values.STAFF.id, values.ADMINISTRATOR.id


def test_sign_is_that_of_the_state() -> None:
    claimed = attrs.evolve(OPEN, claimer_id=BY)
    assert signs.sign_of(values.ticket_in(TicketState.RESERVED)) is Sign.WAITING
    assert (signs.sign_of(OPEN), signs.sign_of(claimed)) == (Sign.WAITING, Sign.CLAIMED)
    for state in (TicketState.CLOSED, TicketState.DELETING):
        assert signs.sign_of(attrs.evolve(claimed, state=state)) is Sign.CLOSED


@pytest.mark.parametrize("name", ["001-léa", "🟢-001-léa", "🟡001-léa", "⚫\ufe0f-001-léa"])
def test_a_name_has_one_sign_and_its_number(name: str) -> None:
    assert signs.with_sign(name, Sign.CLOSED) == "⚫-001-léa"
    assert signs.without_sign(name) == "001-léa"


def test_other_emojis_are_a_part_of_the_name() -> None:
    assert signs.without_sign("🔥-001-léa") == "🔥-001-léa"
    assert len(signs.with_sign("9" * CHANNEL_NAME_LIMIT, Sign.WAITING)) == CHANNEL_NAME_LIMIT


@pytest.mark.parametrize(
    ("notice", "before", "changes"),
    [
        (Notice.CLAIMED, None, True),
        (Notice.UNCLAIMED, OF, True),
        (Notice.TRANSFERRED, None, True),
        (Notice.TRANSFERRED, OF, False),
        (Notice.MOVED, None, False),
        (Notice.MOVED, OF, True),
        (Notice.CLOSED, None, True),
        (Notice.REOPENED, None, True),
        (Notice.LOCKED, None, False),
        (Notice.WELCOME, None, False),
    ],
)
def test_moves_that_change_the_sign(notice: Notice, before: int | None, *, changes: bool) -> None:
    moved = attrs.evolve(OPEN, notice=notice, change=Change(by_id=BY, member_id=None if before is None else OF))

    assert signs.changes_sign(moved) is changes
