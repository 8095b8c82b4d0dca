"""A process dies at any call, before or after it took effect: recovery puts everything in order, and life goes on."""

from __future__ import annotations

import contextlib
import inspect
from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.desk import recovery
from ticketbot.tickets import errors
from ticketbot.tickets.model import TicketState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.unit.desk.conftest import House
    from ticketbot.desk.tickets import TicketDesk
    from ticketbot.tickets.model import Ticket


class Death(BaseException):
    """Not an Exception: no handler may catch it, just as none catches a SIGKILL."""


@attrs.define(kw_only=True)
class Fate:
    """At which call the process dies."""

    at: int
    after: bool
    calls: int = 0

    def strikes(self) -> bool:
        self.calls += 1
        return self.calls == self.at


class Mortal:
    """A port whose calls are counted, and are the last thing that happens when fate strikes."""

    def __init__(self, port: object, fate: Fate) -> None:
        self._port = port
        self._fate = fate

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        method = getattr(self._port, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def call(*args: object, **kwargs: object) -> object:
            strikes = self._fate.strikes()
            if strikes and not self._fate.after:
                raise Death
            result = await method(*args, **kwargs)
            if strikes:
                raise Death
            return result

        return call


def mortal(house: House, fate: Fate) -> TicketDesk:
    return attrs.evolve(
        house.desk,
        store=cast("Any", Mortal(house.store, fate)),
        channels=cast("Any", Mortal(house.channels, fate)),
    )


async def do_open(house: House, desk: TicketDesk, _ticket: Ticket | None) -> None:
    await desk.open(house.press(values.OPENER))


async def do_claim(house: House, desk: TicketDesk, ticket: Ticket | None) -> None:
    assert ticket is not None
    await desk.claim(house.press(values.STAFF, ticket.channel_id), house.announce)


async def do_close(house: House, desk: TicketDesk, ticket: Ticket | None) -> None:
    assert ticket is not None
    await desk.close(house.press(values.STAFF, ticket.channel_id))


async def do_reopen(house: House, desk: TicketDesk, ticket: Ticket | None) -> None:
    assert ticket is not None
    await desk.reopen(house.press(values.STAFF, ticket.channel_id))


async def do_delete(house: House, desk: TicketDesk, ticket: Ticket | None) -> None:
    assert ticket is not None
    await desk.delete(house.press(values.STAFF, ticket.channel_id), house.announce)


VERBS: dict[str, tuple[TicketState | None, Callable[..., Awaitable[None]]]] = {
    "open": (None, do_open),
    "claim": (TicketState.OPEN, do_claim),
    "close": (TicketState.OPEN, do_close),
    "reopen": (TicketState.CLOSED, do_reopen),
    "delete": (TicketState.CLOSED, do_delete),
}


async def before(house: House, state: TicketState | None) -> Ticket | None:
    if state is None:
        return None
    return await (house.opened() if state is TicketState.OPEN else house.closed())


async def recover(house: House) -> None:
    for _ in range(2):
        house.clock.forward(house.desk.at_work + 1)
        await recovery.recover(house.desk)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("verb", VERBS)
async def test_death_at_any_call_is_recovered_from(house: House, verb: str, *, after: bool) -> None:
    state, act = VERBS[verb]
    at = 1
    while True:
        ticket = await before(house, state)
        fate = Fate(at=at, after=after)
        try:
            await act(house, mortal(house, fate), ticket)
        except Death:
            pass
        else:
            break
        await recover(house)
        await house.require_in_order()
        await finish_life(house)
        at += 1

    assert at > {"open": 8, "claim": 5, "close": 7, "reopen": 7, "delete": 8}[verb]


@pytest.mark.parametrize("verb", VERBS)
async def test_death_during_recovery_is_recovered_from(house: House, verb: str) -> None:
    state, act = VERBS[verb]
    for first in range(3, 12):
        for second in range(1, 12):
            ticket = await before(house, state)
            with contextlib.suppress(Death):
                await act(house, mortal(house, Fate(at=first, after=True)), ticket)
            house.clock.forward(house.desk.at_work + 1)
            with contextlib.suppress(Death):
                await recovery.recover(mortal(house, Fate(at=second, after=True)))
            house.clock.forward(house.desk.at_work + 1)
            await recover(house)
            await house.require_in_order()
            await finish_life(house)


async def finish_life(house: House) -> None:
    """Go on from wherever the crash left it: a new try works, the number was not lost twice, nothing is doubled."""
    transcripts = len(house.channels.transcripts)
    numbers = list(house.channels.transcripts.values())
    assert len(numbers) == len(set(numbers))
    tickets = list(await house.store.tickets_of(values.GUILD))
    if not tickets:
        tickets = [await house.opened()]
    for ticket in tickets:
        press = house.press(values.STAFF, ticket.channel_id)
        if ticket.state is TicketState.OPEN:
            await house.desk.close(press)
        await house.desk.delete(house.press(values.STAFF, ticket.channel_id), house.announce)
    assert len(house.channels.transcripts) == transcripts + len(tickets)
    assert not house.channels.channels
    with pytest.raises(errors.NoTicketError):
        await house.desk.close(house.press(values.STAFF, tickets[0].channel_id))
