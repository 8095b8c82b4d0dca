"""Locking a ticket: its opener and its participants read, and do not write."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import access, actions, errors
from ticketbot.tickets.model import Participant, Ticket, TicketState
from ticketbot.tickets.permissions import PARTICIPANT, READER, Permission

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.actions import Action
    from ticketbot.tickets.permissions import Overwrite

OPENER = Participant(id=values.OPENER.id)
WITNESS = Participant(id=values.STRANGER.id)


async def run(harness: ServiceHarness, action: Action, ticket: Ticket) -> Ticket:
    request = attrs.evolve(harness.press(values.STAFF, ticket.channel_id), inputs={"membre": values.STRANGER})
    return await harness.service.run(action, request)


def overwrites(harness: ServiceHarness, ticket: Ticket) -> dict[Participant, Overwrite]:
    assert ticket.channel_id is not None
    return harness.channels.channels[ticket.channel_id].overwrites


async def test_opener_and_participants_read_until_the_ticket_is_unlocked(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await run(harness, actions.ADD, ticket)

    locked = await run(harness, actions.LOCK, ticket)

    assert locked.locked_at == harness.clock()
    for overwrite in overwrites(harness, ticket).values():
        assert overwrite.allow == READER
        assert overwrite.deny & Permission.SEND_MESSAGES
    assert overwrites(harness, ticket).keys() == {OPENER, WITNESS}
    with pytest.raises(errors.AlreadyLockedError):
        await run(harness, actions.LOCK, ticket)
    unlocked = await run(harness, actions.UNLOCK, ticket)
    assert unlocked.locked_at is None
    assert {one.allow for one in overwrites(harness, ticket).values()} == {PARTICIPANT}
    with pytest.raises(errors.NotLockedError):
        await run(harness, actions.UNLOCK, ticket)
    await harness.assert_consistent()


async def test_who_is_added_later_is_locked_too(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await run(harness, actions.LOCK, ticket)

    await run(harness, actions.ADD, ticket)

    assert overwrites(harness, ticket)[WITNESS].allow == READER


async def test_lock_survives_closing_and_reopening(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await run(harness, actions.LOCK, ticket)
    closed = await run(harness, actions.CLOSE, ticket)
    assert access.overwrite_of(closed, values.CONFIG, OPENER) == access.opener_overwrite(closed, sees=False)

    reopened = await run(harness, actions.REOPEN, ticket)

    assert reopened.locked_at is not None
    assert access.opener_overwrite(reopened, sees=True).allow == READER


async def test_claimer_is_never_locked(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await run(harness, actions.ADD, ticket)
    locked = await run(harness, actions.LOCK, ticket)

    promoted = attrs.evolve(locked, claimer_id=values.STRANGER.id)

    overwrite = access.overwrite_of(promoted, values.CONFIG, WITNESS)
    assert overwrite is not None
    assert overwrite.allow == PARTICIPANT


async def test_lock_of_a_closed_ticket_shows_it_to_nobody(harness: ServiceHarness) -> None:
    ticket = await harness.closed_ticket()

    await run(harness, actions.LOCK, ticket)

    assert overwrites(harness, ticket)[OPENER].deny & Permission.VIEW_CHANNEL


@pytest.mark.parametrize("first", [actions.LOCK, actions.REOPEN], ids=["lock", "reopen"])
async def test_lock_and_reopening_at_once_end_as_recorded(harness: ServiceHarness, first: Action) -> None:
    ticket = await harness.closed_ticket()
    second = actions.REOPEN if first is actions.LOCK else actions.LOCK

    ended = await asyncio.gather(*(run(harness, action, ticket) for action in (first, second)), return_exceptions=True)

    assert all(isinstance(one, Ticket) for one in ended), ended
    current = await harness.current(ticket)
    assert current is not None
    assert (current.state, current.locked_at is None) == (TicketState.OPEN, False)
    assert overwrites(harness, ticket)[OPENER] == access.overwrite_of(current, values.CONFIG, OPENER)
