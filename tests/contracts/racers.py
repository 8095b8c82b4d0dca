"""Several processes that run the same operations on one store at the same time.

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

from tests.contracts import samples
from tests.contracts.stores import Address, Kind
from ticketbot.tickets import errors
from ticketbot.tickets.model import InteractionId, TicketState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.services.store_ports import TicketStore
    from ticketbot.tickets.model import Ticket

COUNT: Final = 4
"""How many processes."""

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
        """Run one race on one store in all processes; return their results."""
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


def _read(process: subprocess.Popen[str]) -> Any:  # noqa: ANN401 - whatever the race returns
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "a racer ended early; see its stderr"
    return json.loads(line)


async def _won(attempt: Awaitable[None]) -> bool:
    try:
        await attempt
    except (errors.StaleTicketError, errors.SlotTakenError, errors.StaleConfigError):
        return False
    return True


async def take_numbers(store: TicketStore, _: int, *, times: int) -> list[int]:
    """Take numbers, several at a time."""
    return list(await asyncio.gather(*(samples.take_number(store) for _ in range(times))))


async def open_or_give_up(store: TicketStore, racer: int, *, rounds: int) -> list[int]:
    """Reserve numbers, several at a time, and return two of three; return those of the tickets that were opened."""

    async def reserve(attempt: int) -> list[int]:
        reserved = await store.reserve(samples.reservation())
        if (attempt + racer) % 3:
            await store.discard(reserved)
            return []
        opened = samples.moved(reserved, state=TicketState.OPEN)
        await store.confirm_reservation(reserved)
        await store.swap(reserved, opened)
        if attempt % 2:
            await store.discard(opened)
        return [reserved.number]

    async def reserve_all(first: int) -> list[int]:
        return [number for attempt in range(first, first + rounds) for number in await reserve(attempt)]

    return [number for numbers in await asyncio.gather(*map(reserve_all, range(3))) for number in numbers]


async def add(store: TicketStore, racer: int, *, members: int) -> list[bool]:
    """Open a ticket for each of some members, under numbers of our own."""
    return [
        await _won(store.add(samples.ticket(number=1 + member * COUNT + racer, opener_id=100 + member, slot=0)))
        for member in range(members)
    ]


async def raise_revisions(store: TicketStore, _: int, *, number: int, rounds: int) -> int:
    """Move one ticket again and again, against the others; count the moves that were made."""
    made = 0
    for _round in range(rounds):
        found = await store.by_number(samples.GUILD, number)
        assert found is not None
        made += await _won(store.swap(found, samples.moved(found)))
    return made


async def reopen(store: TicketStore, racer: int, *, rounds: int) -> list[bool]:
    """Take a member's slot for a ticket of this process; each round is about another member."""
    won: list[bool] = []
    for number in range(rounds):
        mine: Ticket | None = await store.by_number(samples.GUILD, 1 + number * COUNT + racer)
        assert mine is not None
        won.append(await _won(store.swap(mine, samples.moved(mine, slot=0))))
    return won


async def take_presses(store: TicketStore, _: int, *, presses: int) -> list[bool]:
    """Take each of some presses."""
    return [await store.record_interaction(InteractionId(press), now=samples.NOW) for press in range(1, 1 + presses)]


async def save_configs(store: TicketStore, racer: int, *, rounds: int) -> int:
    """Save one guild's configuration again and again, against the others; count the saves that were made."""
    made = 0
    for _round in range(rounds):
        found = await store.config(samples.GUILD)
        after = samples.config() if found is None else samples.next_config(found, panel_message_id=racer + 1)
        made += await _won(store.save_config(found, after))
    return made


async def discard_or_move(store: TicketStore, racer: int, *, tickets: int) -> list[bool]:
    """Discard each of some tickets, or move it: half of the racers this, half that."""
    won: list[bool] = []
    for number in range(1, 1 + tickets):
        ticket = samples.ticket(number=number)
        attempt = store.discard(ticket) if racer % 2 else store.swap(ticket, samples.moved(ticket))
        won.append(await _won(attempt))
    return won


_RACES: Final[dict[str, Callable[..., Awaitable[object]]]] = {
    race.__name__: race
    for race in (
        take_numbers,
        open_or_give_up,
        add,
        raise_revisions,
        reopen,
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
