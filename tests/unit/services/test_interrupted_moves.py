"""What Discord did not carry out of a move is done by the next one, however often it fails in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services import recovery
from ticketbot.tickets import actions, errors
from ticketbot.tickets.model import Notice, TicketState

if TYPE_CHECKING:
    from tests.fakes.channels import MemoryChannel
    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.actions import Action
    from ticketbot.tickets.model import Request, Ticket

DOWN = errors.DiscordUnavailableError()
FORBIDDEN = errors.MissingPermissionsError()


def channel_of(harness: ServiceHarness, ticket: Ticket) -> MemoryChannel:
    assert ticket.channel_id is not None
    return harness.channels.channels[ticket.channel_id]


def request_of(harness: ServiceHarness, action: Action, ticket: Ticket) -> Request:
    inputs = {actions.UNDO_CLOSE.name: {"closing": str(ticket.interaction_id)}, actions.RENAME.name: {"nom": "abc"}}
    request = harness.press(values.STAFF, ticket.channel_id)
    return attrs.evolve(request, inputs=inputs.get(action.name, {}))


async def fail(harness: ServiceHarness, action: Action) -> Ticket:
    """Return the ticket after an action that Discord did not carry out."""
    ticket = await (harness.open_ticket() if action is actions.CLOSE else harness.closed_ticket())
    harness.channels.fail("set_overwrite", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(action, request_of(harness, action, ticket))
    return ticket


async def recover(harness: ServiceHarness) -> None:
    harness.clock.forward(120_000)
    await recovery.recover(harness.service.effects)


@pytest.mark.parametrize("action", [actions.CLOSE, actions.REOPEN, actions.UNDO_CLOSE], ids=lambda one: one.name)
async def test_press_does_not_replace_a_move_that_cannot_be_finished_now(
    harness: ServiceHarness, action: Action
) -> None:
    ticket = await fail(harness, action)
    harness.channels.fail("set_overwrite", DOWN)

    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.RENAME, request_of(harness, actions.RENAME, ticket))

    current = await harness.current(ticket)
    assert current is not None
    assert (current.notice, current.name) == (action.notice, None)
    await harness.service.run(actions.RENAME, request_of(harness, actions.RENAME, ticket))
    assert channel_of(harness, ticket).notices[-2:] == [action.notice, Notice.RENAMED]
    await harness.assert_consistent()


@pytest.mark.parametrize("action", [actions.CLOSE, actions.REOPEN, actions.UNDO_CLOSE], ids=lambda one: one.name)
async def test_move_does_what_discord_refused_of_the_one_before(harness: ServiceHarness, action: Action) -> None:
    ticket = await fail(harness, action)
    harness.channels.fail("set_overwrite", FORBIDDEN)

    await harness.service.run(actions.RENAME, request_of(harness, actions.RENAME, ticket))

    await harness.assert_consistent()


@pytest.mark.parametrize("is_carried_out", [False, True])
@pytest.mark.parametrize(("overtaking", "state"), [("RENAME", TicketState.CLOSED), ("REOPEN", TicketState.OPEN)])
async def test_closing_that_is_overtaken_and_fails_leaves_the_channel_as_the_record_is(
    harness: ServiceHarness, overtaking: str, state: TicketState, *, is_carried_out: bool
) -> None:
    harness.service = attrs.evolve(harness.service, move_pause=0.001)
    ticket = await harness.open_ticket()
    goes_on = asyncio.Event()

    async def hang() -> None:
        harness.channels.before_overwrite = None
        await goes_on.wait()
        if not is_carried_out:
            raise DOWN

    harness.channels.before_overwrite = hang
    harness.channels.fail("set_overwrite", DOWN, after=True)
    closing = asyncio.create_task(harness.service.run(actions.CLOSE, request_of(harness, actions.CLOSE, ticket)))
    await asyncio.sleep(0.01)
    action: Action = getattr(actions, overtaking)
    await harness.service.run(action, request_of(harness, action, ticket))
    goes_on.set()
    with pytest.raises(errors.DiscordUnavailableError):
        await closing

    current = await harness.current(ticket)
    assert current is not None
    assert current.state is state
    await harness.assert_consistent()


@pytest.mark.parametrize("failures", [1, 2])
async def test_closing_is_finished_after_a_deletion_that_is_abandoned(harness: ServiceHarness, failures: int) -> None:
    ticket = await fail(harness, actions.CLOSE)
    harness.channels.fail("set_overwrite", FORBIDDEN)

    async def nothing() -> None:
        pass

    async def fail_once_more() -> None:
        if failures > 1:
            harness.channels.fail("set_overwrite", DOWN)

    harness.store.before_swaps += [nothing, fail_once_more]
    harness.channels.fail("post_transcript", errors.TranscriptChannelMissingError())
    with pytest.raises(errors.TicketError):
        await harness.service.run(actions.DELETE, request_of(harness, actions.DELETE, ticket))
    assert channel_of(harness, ticket).opener_sees is (failures > 1)

    await recover(harness)

    assert channel_of(harness, ticket).notices == [Notice.WELCOME, Notice.CLOSED]
    await harness.assert_consistent()


async def test_unfinished_closing_of_a_ticket_in_deletion_is_not_gone_on_with(harness: ServiceHarness) -> None:
    ticket = await fail(harness, actions.CLOSE)
    harness.channels.fail("set_overwrite", FORBIDDEN)
    harness.channels.fail("delete", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.DELETE, request_of(harness, actions.DELETE, ticket))

    with pytest.raises(errors.WrongStateError) as refused:
        await harness.service.run(actions.CLOSE, request_of(harness, actions.CLOSE, ticket))

    assert refused.value.state is TicketState.DELETING


async def test_refused_closing_is_undone_though_the_opener_has_another_ticket_meanwhile(
    harness: ServiceHarness,
) -> None:
    ticket = await harness.open_ticket()

    async def open_another() -> None:
        harness.channels.before_overwrite = None
        await harness.open_ticket()

    harness.channels.before_overwrite = open_another
    harness.channels.fail("set_overwrite", FORBIDDEN, after=True)
    with pytest.raises(errors.MissingPermissionsError):
        await harness.service.run(actions.CLOSE, request_of(harness, actions.CLOSE, ticket))

    current = await harness.current(ticket)
    assert current is not None
    assert (current.state, current.slot) == (TicketState.OPEN, 1)
    await harness.assert_consistent()


async def test_refused_closing_that_is_overtaken_tells_so_and_hides_the_channel_by_the_latest_record(
    harness: ServiceHarness,
) -> None:
    harness.service = attrs.evolve(harness.service, move_pause=0.0)
    ticket = await harness.open_ticket()

    async def rename_meanwhile() -> None:
        harness.channels.before_overwrite = None
        await harness.service.run(actions.RENAME, request_of(harness, actions.RENAME, ticket))

    harness.channels.before_overwrite = rename_meanwhile
    harness.channels.fail("set_overwrite", FORBIDDEN, after=True)
    with pytest.raises(errors.MissingPermissionsError):
        await harness.service.run(actions.CLOSE, request_of(harness, actions.CLOSE, ticket))

    current = await harness.current(ticket)
    assert current is not None
    assert current.state is TicketState.CLOSED
    await harness.assert_consistent()
