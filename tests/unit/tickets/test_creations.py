from __future__ import annotations

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import creations
from ticketbot.tickets.model import ChannelId, InteractionId, Millis, Ticket, TicketState

SECOND = 1000 << 22
ASKED = 1_000_000 * SECOND
MOMENT = 1_420_070_400_000 + 1_000_000_000
"""When Discord made the id ``ASKED``, in milliseconds."""


def created_at(*seconds: int) -> Ticket:
    """Return a reserved ticket whose channel was created so many seconds after ``ASKED``."""
    first, *later = [Millis(MOMENT + second * 1000) for second in seconds]
    reserved = values.ticket_in(TicketState.RESERVED)
    ticket = attrs.evolve(reserved, interaction_id=InteractionId(ASKED), created_at=first)
    for moment in later:
        ticket = creations.repeat(ticket, at=moment)
    return ticket


def made(second: int) -> ChannelId:
    return ChannelId(ASKED + second * SECOND)


def test_each_creation_has_a_second_of_its_own() -> None:
    assert creations.moments(created_at(0)) == [MOMENT]
    assert creations.moments(created_at(0, 70)) == [MOMENT, MOMENT + 70_000]
    assert creations.moments(created_at(0, 0, 0)) == [MOMENT, MOMENT + 1000, MOMENT + 2000]


def test_repetition_is_a_revision_of_its_own() -> None:
    assert created_at(0, 1).revision == created_at(0).revision + 1


@pytest.mark.parametrize(
    ("second", "creation", "expected"),
    [
        (0, 0, True),
        (290, 0, True),
        (-290, 0, True),
        (-310, 0, False),
        (310, 0, False),
        (9999, 1, True),
        (-310, 1, False),
    ],
)
def test_channel_of_a_reserved_ticket_is_about_as_old(second: int, creation: int, *, expected: bool) -> None:
    assert creations.may_be_of(created_at(0, 1000), creation, made(second)) is expected


def test_wrong_clock_of_ours_does_not_hide_a_channel() -> None:
    assert creations.may_be_of(created_at(99_999), 0, made(0))


@pytest.mark.parametrize(("second", "creation"), [(290, 0), (-290, 0), (710, 1), (1290, 1)])
def test_channel_made_at_about_the_moment_of_a_creation_may_be_deleted(second: int, creation: int) -> None:
    ticket = attrs.evolve(created_at(0, 1000), state=TicketState.OPEN, interaction_id=InteractionId(ASKED * 2))

    assert creations.may_be_of(ticket, creation, made(second))
    assert creations.may_be_deleted(ticket, creation, made(second))


@pytest.mark.parametrize(("second", "creation"), [(310, 0), (-310, 0), (690, 1), (1310, 1)])
def test_channel_made_at_another_time_may_not(second: int, creation: int) -> None:
    assert not creations.may_be_deleted(created_at(0, 1000), creation, made(second))
