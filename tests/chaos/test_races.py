"""Many at the same instant, on several processes over one store."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.chaos.stage import FIRST_OF_STORES, Mode, Store
from tests.scenarios import crowds
from tests.scenarios.world import CONFIRM, DELETE, answered
from tests.simulator.faults import Hang

if TYPE_CHECKING:
    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally
    from tests.scenarios.world import World

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.parametrize("mode", [Mode.REST]),
    pytest.mark.parametrize("store", FIRST_OF_STORES),
]

PROCESSES = 3
SAY = "POST /channels/{channel_id}/messages"


@pytest.fixture
async def several(world: World) -> World:
    """A configured server that several processes answer."""
    await crowds.start_several(world, PROCESSES)
    await world.configured()
    return world


async def test_two_hundred_presses_of_fifty_members_open_fifty_tickets(
    several: World, witness: Witness, tally: Tally, store: Store
) -> None:
    crowd = await crowds.open_at_once(several, members=50, presses=200)

    assert crowd.slowest < crowds.MOST_SECONDS
    await witness.require()
    tally.count("races", "open", f"rest, {store}", 200)


async def test_staff_of_several_processes_at_once(several: World, witness: Witness, tally: Tally, store: Store) -> None:
    members = [several.guild.add_member(f"membre{index}") for index in range(12)]
    channels = [await several.opened(member) for member in members]
    for member, channel in zip(members, channels, strict=True):
        await member.write(channel, "Bonjour !")
    slowest = 0.0
    for name, step in (
        ("claim", crowds.claim_at_once),
        ("close", crowds.close_at_once),
        ("reopen", crowds.reopen_at_once),
        ("close", crowds.close_at_once),
        ("delete", crowds.delete_at_once),
    ):
        rounds = await asyncio.gather(*(step(several, channel) for channel in channels))
        for press in (press for presses in rounds for press in presses):
            if press.failed:
                witness.excuse(press)
            slowest = max(slowest, press.acknowledged_after or 0)
        tally.count("races", name, f"rest, {store}", 2 * len(channels))
        await witness.require()
    assert slowest < crowds.MOST_SECONDS


@pytest.mark.chaos
async def test_claim_and_close_of_several_processes_at_once(
    several: World, witness: Witness, tally: Tally, store: Store
) -> None:
    channels = [await several.opened(several.guild.add_member(f"membre{index}")) for index in range(8)]

    rounds = await asyncio.gather(*(crowds.claim_and_close_at_once(several, channel) for channel in channels))

    assert max(press.acknowledged_after or 0 for presses in rounds for press in presses) < crowds.MOST_SECONDS
    await witness.require()
    tally.count("races", "claim and close", f"rest, {store}", 2 * len(channels))


async def test_recovery_in_several_processes_finishes_each_ticket_once(
    world: World, witness: Witness, tally: Tally
) -> None:
    world.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.1"}
    await crowds.start_several(world, PROCESSES + 1)
    await world.configured()
    gone = await world.opened(world.bob)
    await world.bob.write(gone, "Bonjour !")
    await world.closed(gone)
    question = await answered(await world.press(world.staff, gone, DELETE))
    mark = len(world.sim.calls)
    for index in range(9):  # the transcript and eight welcomes, half of them posted before the process dies
        world.sim.faults.add(SAY, Hang(60.0, after=index % 2 == 0))
    first = world.via(0)
    left = [await world.staff.press(question, custom_id=CONFIRM, via=first)]
    members = [world.guild.add_member(f"membre{index}") for index in range(8)]
    left += [await world.press_open(member, via=first) for member in members]
    await world.until(lambda: sum(call.route == SAY for call in world.sim.calls[mark:]) >= 9)
    for press in left:
        witness.excuse(press)
    await world.bots.pop(0).kill()
    world.sim.endpoints.pop(0)

    await world.until(lambda: gone.deleted, 30)
    await witness.require(30)
    assert len(world.tickets()) == 8
    tally.count("races", "recover", witness.setting, PROCESSES * len(left))
