"""Crowds: many members and several processes at the same instant, and what must come of it."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import attrs

from tests.harness.scenario import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, acknowledged, answered, had_button

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.harness.scenario import Scenario
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


async def start_several(scenario: Scenario, count: int, **more: str) -> None:
    """Start processes over one store; the first one registers the commands."""
    await scenario.start_bot(**more)
    for _ in range(count - 1):
        await scenario.start_bot(TICKETBOT_SYNC_COMMANDS="false", **more)


async def open_at_once(scenario: Scenario, members: int, presses: int) -> Crowd:
    """Let each member press the panel's button as often as their share is, all at the same instant."""
    people = [scenario.guild.add_member(f"membre{index}") for index in range(members)]
    turns = itertools.cycle(scenario.sim.endpoints or [None])
    sent = [
        await scenario.press_open(person, via=next(turns)) for person, _ in zip(itertools.cycle(people), range(presses))
    ]
    await asyncio.gather(*(answered(press, 60) for press in sent))
    tickets = await _shown_the_way(scenario, sent)
    assert tickets.keys() == {person.id for person in people}
    assert len(scenario.tickets()) == members
    assert len({channel.name.partition("-")[0] for channel in scenario.tickets()}) == members
    return Crowd(tickets=tickets, presses=sent)


async def _shown_the_way(scenario: Scenario, presses: Iterable[Interaction]) -> dict[int, Channel]:
    """Find the one ticket that all answers to a member name."""
    tickets: dict[int, Channel] = {}
    for press in presses:
        assert press.answer is not None
        (named,) = [channel for channel in scenario.tickets() if f"<#{channel.id}>" in press.answer.text()]
        assert tickets.setdefault(press.member.id, named) is named
    await scenario.wait_until(
        lambda: all(any(had_button(one, CLAIM) for one in channel.history) for channel in tickets.values()), 30
    )
    return tickets


async def press_at_once(
    scenario: Scenario, staff: Sequence[Person], channel: Channel, custom_id: str
) -> list[Interaction]:
    """Let several press the same button at the same instant, each on another process."""
    message = scenario.message_with(channel, custom_id)
    return [
        await person.press(message, custom_id=custom_id, via=scenario.via(index) if scenario.sim.endpoints else None)
        for index, person in enumerate(staff)
    ]


async def claim_at_once(scenario: Scenario, channel: Channel) -> list[Interaction]:
    """Two claim: one becomes the claimer, and the other is told who."""
    count = len(channel.history)
    presses = await press_at_once(scenario, (scenario.staff, scenario.other_staff), channel, CLAIM)
    for press in presses:
        await acknowledged(press)
    await scenario.wait_until(lambda: len(channel.history) > count)
    (notice,) = channel.history[count:]
    (claimer,) = [press.member for press in presses if f"<@{press.member.id}>" in notice.text()]
    (late,) = [press for press in presses if press.member is not claimer]
    told = await answered(late)
    assert told.shown_only_to == late.member.id
    assert f"<@{claimer.id}>" in told.text()
    return presses


async def close_at_once(scenario: Scenario, channel: Channel) -> list[Interaction]:
    """Two close: the channel is told once."""
    before = _notices(channel)
    presses = await press_at_once(scenario, (scenario.staff, scenario.other_staff), channel, CLOSE)
    for press in presses:
        await acknowledged(press)
    await scenario.wait_until(lambda: _notices(channel) > before)
    return presses


async def claim_and_close_at_once(scenario: Scenario, channel: Channel) -> list[Interaction]:
    """One claims and one closes: both count, or the claim comes after the close and is told so."""
    before, count = _notices(channel), len(channel.history)
    claim = await scenario.staff.press(scenario.message_with(channel, CLAIM), custom_id=CLAIM, via=_via(scenario, 0))
    close = await scenario.other_staff.press(
        scenario.message_with(channel, CLOSE), custom_id=CLOSE, via=_via(scenario, 1)
    )
    await acknowledged(claim)
    await acknowledged(close)
    await scenario.wait_until(lambda: _notices(channel) > before)
    claimer = f"<@{claim.member.id}>"
    await scenario.wait_until(lambda: claim.is_settled or any(claimer in one.text() for one in channel.history[count:]))
    # The answer to the one who closed is the notice itself, or none where the notice was posted apart.
    assert close.answer in (None, close.message) or had_button(close.answer, REOPEN), close.answer.text()
    return [claim, close]


async def reopen_at_once(scenario: Scenario, channel: Channel) -> list[Interaction]:
    """Two reopen: the opener is pinged once."""
    count = len(channel.history)
    presses = await press_at_once(scenario, (scenario.staff, scenario.other_staff), channel, REOPEN)
    for press in presses:
        await acknowledged(press)
    await scenario.wait_until(lambda: len(channel.history) > count)
    return presses


async def delete_at_once(scenario: Scenario, channel: Channel) -> list[Interaction]:
    """Two confirm: one transcript is posted."""
    questions = [
        (person, await answered(await scenario.press(person, channel, DELETE)))
        for person in (scenario.staff, scenario.other_staff)
    ]
    presses = [
        await person.press(question, custom_id=CONFIRM, via=_via(scenario, index))
        for index, (person, question) in enumerate(questions)
    ]
    await asyncio.gather(*(press.acknowledged() for press in presses))
    # The channel may go before the second of them could be told.
    assert not [press.failure for press in presses if press.failed and "Unknown Channel" not in press.failure]
    await scenario.wait_until(lambda: channel.deleted, 30)
    number = channel.name.partition("-")[0]
    found = [one for one in scenario.transcripts.history if any(number in file.filename for file in one.attachments)]
    assert len(found) == 1, found
    return presses


def _via(scenario: Scenario, index: int) -> str | None:
    return scenario.via(index) if scenario.sim.endpoints else None


def _notices(channel: Channel) -> int:
    return sum(had_button(message, REOPEN) for message in channel.history)
