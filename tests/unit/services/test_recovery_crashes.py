"""A process crashes at any call, before or after it takes effect: recovery repairs everything."""

from __future__ import annotations

import contextlib
import inspect
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services import recovery
from ticketbot.tickets import actions, errors
from ticketbot.tickets.model import TicketState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.services.effects import Announce
    from ticketbot.services.tickets import TicketService
    from ticketbot.tickets.actions import Action
    from ticketbot.tickets.model import InputValue, Ticket


class Crash(BaseException):
    """Not an Exception: like SIGKILL, no handler may catch it."""


@attrs.define(kw_only=True)
class CrashPoint:
    """At which call the process crashes."""

    at: int
    after: bool
    calls: int = 0

    def is_due(self) -> bool:
        self.calls += 1
        return self.calls == self.at


class CrashingPort:
    """A port that counts its calls and crashes at one of them."""

    def __init__(self, port: object, crash_point: CrashPoint) -> None:
        self._port = port
        self._crash_point = crash_point

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        method = getattr(self._port, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def call(*args: object, **kwargs: object) -> object:
            is_due = self._crash_point.is_due()
            if is_due and not self._crash_point.after:
                raise Crash
            result = await method(*args, **kwargs)
            if is_due:
                raise Crash
            return result

        return call


def crashing_announce(harness: ServiceHarness, crash_point: CrashPoint) -> Announce:
    return cast("Announce", CrashingPort(harness, crash_point).announce)


def crashing_service(harness: ServiceHarness, crash_point: CrashPoint) -> TicketService:
    effects = attrs.evolve(
        harness.service.effects,
        store=cast("Any", CrashingPort(harness.store, crash_point)),
        channels=cast("Any", CrashingPort(harness.channels, crash_point)),
        transcripts=cast("Any", CrashingPort(harness.channels, crash_point)),
    )
    return attrs.evolve(harness.service, effects=effects)


Act: TypeAlias = "Callable[[ServiceHarness, CrashPoint, Ticket | None], Awaitable[None]]"


async def open_ticket(harness: ServiceHarness, crash_point: CrashPoint, _ticket: Ticket | None) -> None:
    async def show_channel(ticket: Ticket) -> None:
        harness.announced.append(ticket)

    await crashing_service(harness, crash_point).open(harness.press(values.OPENER), show_channel)


def run(action: Action, *, is_answered: bool = True, inputs: Mapping[str, InputValue] | None = None) -> Act:
    """Return what carries an action out; its notice is the answer to the press, or else a message."""

    async def act(harness: ServiceHarness, crash_point: CrashPoint, ticket: Ticket | None) -> None:
        assert ticket is not None
        announce = crashing_announce(harness, crash_point) if is_answered else None
        press = attrs.evolve(harness.press(values.STAFF, ticket.channel_id), inputs=inputs or {})
        await crashing_service(harness, crash_point).run(action, press, announce)

    return act


ACTIONS: dict[str, tuple[TicketState | None, Act]] = {
    "open": (None, open_ticket),
    "claim": (TicketState.OPEN, run(actions.CLAIM)),
    "transfer": (TicketState.OPEN, run(actions.TRANSFER, inputs={"membre": values.ADMINISTRATOR})),
    "close": (TicketState.OPEN, run(actions.CLOSE, is_answered=False)),
    "close by answer": (TicketState.OPEN, run(actions.CLOSE)),
    "reopen": (TicketState.CLOSED, run(actions.REOPEN, is_answered=False)),
    "reopen by answer": (TicketState.CLOSED, run(actions.REOPEN)),
    "delete": (TicketState.CLOSED, run(actions.DELETE)),
}
FEWEST_CALLS = {"open": 8, "claim": 5, "transfer": 5, "close": 7, "reopen": 7, "delete": 8}
"""Of the ports, that each action is known to make."""


async def before(harness: ServiceHarness, state: TicketState | None) -> Ticket | None:
    if state is None:
        return None
    return await (harness.open_ticket() if state is TicketState.OPEN else harness.closed_ticket())


async def recover(harness: ServiceHarness) -> None:
    for _ in range(2):
        harness.clock.forward(harness.service.effects.takeover_after_ms + 1)
        await recovery.recover(harness.service.effects)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("action", ACTIONS)
async def test_crash_at_any_call_is_recovered_from(harness: ServiceHarness, action: str, *, after: bool) -> None:
    state, act = ACTIONS[action]
    at = 1
    while True:
        ticket = await before(harness, state)
        crash_point = CrashPoint(at=at, after=after)
        try:
            await act(harness, crash_point, ticket)
        except Crash:
            pass
        else:
            break
        await recover(harness)
        await harness.assert_consistent()
        await finish_ticket(harness)
        at += 1

    assert at > FEWEST_CALLS[action.removesuffix(" by answer")]


@pytest.mark.parametrize("action", ACTIONS)
async def test_crash_during_recovery_is_recovered_from(harness: ServiceHarness, action: str) -> None:
    state, act = ACTIONS[action]
    for first in range(3, 12):
        for second in range(1, 12):
            ticket = await before(harness, state)
            with contextlib.suppress(Crash):
                await act(harness, CrashPoint(at=first, after=True), ticket)
            harness.clock.forward(harness.service.effects.takeover_after_ms + 1)
            with contextlib.suppress(Crash):
                await recovery.recover(crashing_service(harness, CrashPoint(at=second, after=True)).effects)
            harness.clock.forward(harness.service.effects.takeover_after_ms + 1)
            await recover(harness)
            await harness.assert_consistent()
            await finish_ticket(harness)


async def finish_ticket(harness: ServiceHarness) -> None:
    """Check that the ticket can be closed and deleted after the crash, and that nothing was done twice."""
    transcripts = len(harness.channels.transcripts)
    numbers = list(harness.channels.transcripts.values())
    assert len(numbers) == len(set(numbers))
    tickets = list(await harness.store.tickets_of(values.GUILD))
    if not tickets:
        tickets = [await harness.open_ticket()]
    for ticket in tickets:
        press = harness.press(values.STAFF, ticket.channel_id)
        if ticket.state is TicketState.OPEN:
            await harness.service.run(actions.CLOSE, press)
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, ticket.channel_id), harness.announce)
    assert len(harness.channels.transcripts) == transcripts + len(tickets)
    assert not harness.channels.channels
    with pytest.raises(errors.NoTicketError):
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, tickets[0].channel_id))
