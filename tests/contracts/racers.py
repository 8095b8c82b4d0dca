"""Several processes that do the same to one store at the same time.

As a program, ``python -m tests.contracts.racers <number>`` is one of them: it reads races as lines of JSON, and
answers each with a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from tests.contracts import values
from tests.contracts.stores import Address, Kind
from ticketbot.tickets import errors
from ticketbot.tickets.model import Millis, PressId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.ports import TicketStore
    from ticketbot.tickets.model import Ticket

COUNT: Final = 4
"""How many race."""

_ROOT: Final = Path(__file__).parents[2]


class Racers:
    """The processes, as the test sees them."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.contracts.racers"]
        self._processes = [
            subprocess.Popen(  # noqa: S603 - our own module
                [*command, str(racer)], cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for racer in range(COUNT)
        ]

    async def run(self, address: Address, race: str, **arguments: int) -> list[Any]:
        """Let all run one race on one store; give the results, one of each."""
        order: dict[str, object] = {"address": attrs.asdict(address), "race": race, "arguments": arguments}
        return await asyncio.to_thread(self._run, order)

    def stop(self) -> None:
        """End the processes."""
        for process in self._processes:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.wait(60)
            process.stdout.close()

    def _run(self, order: dict[str, object]) -> list[Any]:
        for process in self._processes:
            _write(process, order)
        return [_read(process) for process in self._processes]


def _write(process: subprocess.Popen[str], order: dict[str, object]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()


def _read(process: subprocess.Popen[str]) -> Any:  # noqa: ANN401 - whatever the race gives
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "a racer ended early; its complaint is on stderr"
    return json.loads(line)


async def _won(attempt: Awaitable[None]) -> bool:
    try:
        await attempt
    except (errors.StaleTicketError, errors.SlotTakenError, errors.StaleConfigError):
        return False
    return True


async def take_numbers(store: TicketStore, _: int, *, times: int) -> list[int]:
    """Take numbers, several at a time."""
    return list(await asyncio.gather(*(store.next_number(values.GUILD) for _ in range(times))))


async def add(store: TicketStore, racer: int, *, members: int) -> list[bool]:
    """Open a ticket for each of some members, under numbers of our own."""
    return [
        await _won(store.add(values.ticket(number=1 + member * COUNT + racer, opener_id=100 + member, slot=0)))
        for member in range(members)
    ]


async def raise_revisions(store: TicketStore, _: int, *, number: int, rounds: int) -> int:
    """Move one ticket again and again, against the others; count the moves that were made."""
    made = 0
    for _round in range(rounds):
        found = await store.by_number(values.GUILD, number)
        assert found is not None
        made += await _won(store.swap(found, values.moved(found)))
    return made


async def reopen(store: TicketStore, racer: int, *, rounds: int) -> list[bool]:
    """Take one member's slot for a ticket of our own; each round is about another member."""
    won: list[bool] = []
    for number in range(rounds):
        mine: Ticket | None = await store.by_number(values.GUILD, 1 + number * COUNT + racer)
        assert mine is not None
        won.append(await _won(store.swap(mine, values.moved(mine, slot=0))))
    return won


async def lease(store: TicketStore, _: int, *, tickets: int) -> list[bool]:
    """Ask for the lease of each of some tickets."""
    return [
        await store.lease(values.ticket(number=number), now=Millis(values.NOW), until=Millis(values.NOW + 60_000))
        for number in range(1, 1 + tickets)
    ]


async def take_presses(store: TicketStore, _: int, *, presses: int) -> list[bool]:
    """Take each of some presses."""
    return [await store.take_press(PressId(press), now=values.NOW) for press in range(1, 1 + presses)]


async def save_configs(store: TicketStore, racer: int, *, rounds: int) -> int:
    """Save one guild's configuration again and again, against the others; count the saves that were made."""
    made = 0
    for _round in range(rounds):
        found = await store.config(values.GUILD)
        after = values.config() if found is None else values.next_config(found, panel_message_id=racer + 1)
        made += await _won(store.save_config(found, after))
    return made


async def discard_or_move(store: TicketStore, racer: int, *, tickets: int) -> list[bool]:
    """Discard each of some tickets, or move it: half of the racers this, half that."""
    won: list[bool] = []
    for number in range(1, 1 + tickets):
        ticket = values.ticket(number=number)
        attempt = store.discard(ticket) if racer % 2 else store.swap(ticket, values.moved(ticket))
        won.append(await _won(attempt))
    return won


_RACES: Final[dict[str, Callable[..., Awaitable[object]]]] = {
    race.__name__: race
    for race in (
        take_numbers,
        add,
        raise_revisions,
        reopen,
        lease,
        take_presses,
        save_configs,
        discard_or_move,
    )
}


async def _main(racer: int) -> None:
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        store = await Address(Kind(order["address"].pop("kind")), **order["address"]).open()
        result = await _RACES[order["race"]](store, racer, **order["arguments"])
        await store.close()
        print(json.dumps(result), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
