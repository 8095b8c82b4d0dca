"""Crowds: many members and several processes at the same instant, and what must come of it."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import attrs

from tests.scenarios.world import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, acknowledged, answered, has

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.scenarios.world import World
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel

MOST_SECONDS = 3.0
"""Discord waits no longer for the first reaction."""


@attrs.frozen(kw_only=True)
class Crowd:
    """What a crowd of presses came to."""

    tickets: dict[int, Channel]
    """By the member who opened it."""
    presses: Sequence[Interaction]

    @property
    def slowest(self) -> float:
        """Seconds until the last of the presses was reacted to."""
        return max(press.acknowledged_after or float("inf") for press in self.presses)


async def start_several(world: World, count: int, **more: str) -> None:
    """Start processes over one store; the first one registers the commands."""
    await world.start_bot(**more)
    for _ in range(count - 1):
        await world.start_bot(TICKETBOT_SYNC_COMMANDS="false", **more)


async def open_at_once(world: World, members: int, presses: int) -> Crowd:
    """Let each member press the panel's button as often as their share is, all at the same instant."""
    people = [world.guild.add_member(f"membre{index}") for index in range(members)]
    turns = itertools.cycle(world.sim.endpoints or [None])
    sent = [
        await world.press_open(person, via=next(turns)) for person, _ in zip(itertools.cycle(people), range(presses))
    ]
    await asyncio.gather(*(answered(press, 60) for press in sent))
    tickets = await _shown_the_way(world, sent)
    assert tickets.keys() == {person.id for person in people}
    assert len(world.tickets()) == members
    assert len({channel.name.partition("-")[0] for channel in world.tickets()}) == members
    return Crowd(tickets=tickets, presses=sent)


async def _shown_the_way(world: World, presses: Iterable[Interaction]) -> dict[int, Channel]:
    """Find the one ticket that all answers to a member name."""
    tickets: dict[int, Channel] = {}
    for press in presses:
        assert press.answer is not None
        (named,) = [channel for channel in world.tickets() if f"<#{channel.id}>" in press.answer.text()]
        assert tickets.setdefault(press.member.id, named) is named
    await world.until(lambda: all(any(has(one, CLAIM) for one in channel.history) for channel in tickets.values()), 30)
    return tickets


async def press_at_once(world: World, staff: Sequence[Person], channel: Channel, custom_id: str) -> list[Interaction]:
    """Let several press the same button at the same instant, each on another process."""
    message = world.message_with(channel, custom_id)
    return [
        await person.press(message, custom_id=custom_id, via=world.via(index) if world.sim.endpoints else None)
        for index, person in enumerate(staff)
    ]


async def claim_at_once(world: World, channel: Channel) -> list[Interaction]:
    """Two claim: one becomes the claimer, and the other is told who."""
    count = len(channel.history)
    presses = await press_at_once(world, (world.staff, world.other_staff), channel, CLAIM)
    for press in presses:
        await acknowledged(press)
    await world.until(lambda: len(channel.history) > count)
    (notice,) = channel.history[count:]
    (claimer,) = [press.member for press in presses if f"<@{press.member.id}>" in notice.text()]
    (late,) = [press for press in presses if press.member is not claimer]
    told = await answered(late)
    assert told.shown_only_to == late.member.id
    assert f"<@{claimer.id}>" in told.text()
    return presses


async def close_at_once(world: World, channel: Channel) -> list[Interaction]:
    """Two close: the channel is told once."""
    before = _notices(channel)
    presses = await press_at_once(world, (world.staff, world.other_staff), channel, CLOSE)
    for press in presses:
        await acknowledged(press)
    await world.until(lambda: _notices(channel) > before)
    return presses


async def claim_and_close_at_once(world: World, channel: Channel) -> list[Interaction]:
    """One claims and one closes: both count, or the claim comes after the close and is told so."""
    before, count = _notices(channel), len(channel.history)
    claim = await world.staff.press(world.message_with(channel, CLAIM), custom_id=CLAIM, via=_via(world, 0))
    close = await world.other_staff.press(world.message_with(channel, CLOSE), custom_id=CLOSE, via=_via(world, 1))
    await acknowledged(claim)
    await acknowledged(close)
    await world.until(lambda: _notices(channel) > before)
    claimer = f"<@{claim.member.id}>"
    await world.until(lambda: claim.is_settled or any(claimer in one.text() for one in channel.history[count:]))
    assert close.answer is None or close.answer is close.message, close.answer.text()
    return [claim, close]


async def reopen_at_once(world: World, channel: Channel) -> list[Interaction]:
    """Two reopen: the opener is pinged once."""
    count = len(channel.history)
    presses = await press_at_once(world, (world.staff, world.other_staff), channel, REOPEN)
    for press in presses:
        await acknowledged(press)
    await world.until(lambda: len(channel.history) > count)
    return presses


async def delete_at_once(world: World, channel: Channel) -> list[Interaction]:
    """Two confirm: one transcript is posted."""
    questions = [
        (person, await answered(await world.press(person, channel, DELETE)))
        for person in (world.staff, world.other_staff)
    ]
    presses = [
        await person.press(question, custom_id=CONFIRM, via=_via(world, index))
        for index, (person, question) in enumerate(questions)
    ]
    await asyncio.gather(*(press.acknowledged() for press in presses))
    # The channel may go before the second of them could be told.
    assert not [press.failure for press in presses if press.failed and "Unknown Channel" not in press.failure]
    await world.until(lambda: channel.deleted, 30)
    number = channel.name.partition("-")[0]
    found = [one for one in world.transcripts.history if any(number in file.filename for file in one.attachments)]
    assert len(found) == 1, found
    return presses


def _via(world: World, index: int) -> str | None:
    return world.via(index) if world.sim.endpoints else None


def _notices(channel: Channel) -> int:
    return sum(has(message, REOPEN) for message in channel.history)
