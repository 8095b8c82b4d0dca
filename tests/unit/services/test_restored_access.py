from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import TicketState
from ticketbot.tickets.permissions import Permission

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness


async def test_opener_who_lost_sight_of_the_channel_is_shown_it_again(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    assert ticket.channel_id is not None
    harness.channels.channels[ticket.channel_id].opener_sees = False
    with pytest.raises(errors.AlreadyOpenError):
        await harness.service.check_may_open(harness.press(values.OPENER))

    assert harness.channels.channels[ticket.channel_id].opener_sees


async def test_opener_who_sees_the_channel_costs_no_change(harness: ServiceHarness) -> None:
    await harness.open_ticket()
    with pytest.raises(errors.AlreadyOpenError):
        await harness.service.check_may_open(harness.press(values.OPENER))

    assert "set_overwrite" not in harness.channels.calls


async def test_ticket_that_is_closed_meanwhile_stays_hidden(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    assert ticket.channel_id is not None
    harness.channels.channels[ticket.channel_id].opener_sees = False

    async def close() -> None:
        harness.channels.before_overwrite = None
        closed = lifecycle.close(ticket, harness.press(values.STAFF, ticket.channel_id), at=harness.clock())
        await harness.store.swap(ticket, attrs.evolve(closed, notice=None))

    harness.channels.before_overwrite = close
    with pytest.raises(errors.AlreadyOpenError):
        await harness.service.check_may_open(harness.press(values.OPENER))

    current = await harness.current(ticket)
    assert current is not None
    assert current.state is TicketState.CLOSED
    assert not harness.channels.channels[ticket.channel_id].opener_sees


async def test_opener_is_kept_from_notes_and_bound_by_a_lock_that_came_meanwhile(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    assert ticket.channel_id is not None
    harness.channels.channels[ticket.channel_id].opener_sees = False

    async def lock_and_note() -> None:
        current = await harness.current(ticket)
        assert current is not None
        changed = attrs.evolve(current, has_notes=True, locked_at=1, revision=current.revision + 1)
        await harness.store.swap(current, changed)

    harness.channels.before_opener_sees = lock_and_note
    with pytest.raises(errors.AlreadyOpenError):
        await harness.service.check_may_open(harness.press(values.OPENER))

    shown = harness.channels.channels[ticket.channel_id].opener_overwrite
    assert shown is not None
    assert shown.allow & Permission.VIEW_CHANNEL
    assert shown.deny & Permission.MANAGE_THREADS
    assert shown.deny & Permission.SEND_MESSAGES
