"""Moves of tickets to another topic: kills, and races with a claim, a closing, and the topic's deletion."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.chaos.environment import Mode
from tests.harness import simultaneous
from tests.scenarios.test_topics import topic, with_topics
from tests.simulator.faults import Hang

if TYPE_CHECKING:
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Channel

pytestmark = pytest.mark.chaos

MOVE = "ticket deplacer"
CALLS = ("PATCH /channels/{channel_id}", "DELETE /channels/{channel_id}/permissions/{overwrite_id}")


def with_expert(scenario: Scenario) -> dict[str, Any]:
    """Return a topic of the second staff role, with a category of its own."""
    place = next((one for one in scenario.guild.channels if one.name == "Experts"), None)
    place = place or scenario.guild.add_category("Experts")
    reference = [{"id": str(scenario.second_role.id)}]
    return topic("Experts", staff_roles=reference, category={"id": str(place.id)})


async def open_tickets(scenario: Scenario, count: int) -> list[Channel]:
    """Open tickets without a topic, then offer one to which they can be moved."""
    members = [scenario.guild.add_member(f"membre{index}") for index in range(count)]
    channels = [await scenario.open_ticket(member) for member in members]
    await with_topics(scenario, with_expert(scenario))
    return channels


async def move(scenario: Scenario, channel: Channel) -> Interaction:
    return await scenario.staff.command(MOVE, channel, sujet="Experts")


async def test_kill_at_each_call_of_a_move(started: Scenario, checker: InvariantChecker, counts: Counts) -> None:
    points = [(route, after) for route in CALLS for after in (False, True)]
    channels = await open_tickets(started, len(points))
    for (route, after), channel in zip(points, channels, strict=True):
        started.sim.faults.add(route, Hang(60.0, after=after))
        mark = len(started.sim.calls)
        press = await move(started, channel)
        await started.wait_until(lambda route=route, mark=mark: route in {c.route for c in started.sim.calls[mark:]})
        checker.ignore_answer_to(press)
        await started.bots[0].kill()
        started.forget_bots()
        await started.start_bot()

        await checker.assert_consistent()
        assert not started.staff.sees(channel), "the move was finished"
        assert started.other_staff.sees(channel)
        counts.add("kills at calls", "move", checker.label)


@pytest.mark.parametrize("mode", [Mode.REST])
async def test_move_races_with_claim_and_close(scenario: Scenario, checker: InvariantChecker, counts: Counts) -> None:
    scenario.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await simultaneous.start_several(scenario, 2)
    await scenario.configure()
    channels = await open_tickets(scenario, 6)

    for channel, other in zip(channels, ["prendre", "fermer"] * 3, strict=True):
        await asyncio.gather(move(scenario, channel), scenario.staff.command(f"ticket {other}", channel))

    await checker.assert_consistent()
    counts.add("races", "move", checker.label, 2 * len(channels))


async def test_move_races_with_the_deletion_of_its_topic(
    started: Scenario, checker: InvariantChecker, counts: Counts
) -> None:
    (channel,) = await open_tickets(started, 1)

    press, _ = await asyncio.gather(move(started, channel), with_topics(started, topic("Support")))

    await press.settled()
    await checker.assert_consistent()
    sees = [member.sees(channel) for member in (started.staff, started.other_staff)]
    assert sees in ([True, True], [False, True]), "the old team, or that of the topic that was deleted"
    counts.add("races", "move and delete its topic", checker.label, 2)
