"""Tests of the tests: each planted defect is found, and without it the same stories end well."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from tests.chaos.actions import Scene
from tests.chaos.blows import mortal
from tests.chaos.invariants import BrokenInvariantError
from tests.chaos.mutations import MUTATIONS
from tests.chaos.stage import Mode, bare_stage
from tests.scenarios.crowds import press_at_once
from tests.scenarios.world import CLAIM, CLOSE, acknowledged
from tests.simulator.faults import Hang

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

SAY = "POST /channels/{channel_id}/messages"
MANY = 12
ATTEMPTS = 10
"""How often a story is told in which a defect shows only if two processes meet: once is nearly always enough."""

LEASE = 8.0
"""Seconds: far longer than one round of recovery takes on a busy machine, so that no lease ends in the middle of it."""


async def recover_together(witness: Witness) -> None:
    """Leave several closings half done, and let three processes find them at the same instant."""
    world = witness.world
    await world.start_bot()
    await world.configured()
    scenes = [Scene.of_somebody_new(witness) for _ in range(MANY)]
    for scene in scenes:
        await scene.opened()
    hanging = world.sim.faults.add(SAY, Hang(60), times=MANY)
    for scene in scenes:
        witness.excuse(await scene.press(CLOSE))
    await world.until(lambda: len(hanging.seen) == MANY)
    await world.bots[0].kill()
    world.sim.faults.clear()
    world.forget_bots()
    world.environment |= {"TICKETBOT_RECOVERY_PATIENCE": str(LEASE), "TICKETBOT_RECOVERY_SECONDS": "3600"}
    mortal(world, together=3)
    await asyncio.sleep(LEASE)
    for _ in range(3):
        await world.start_bot(TICKETBOT_SYNC_COMMANDS="false")
    await witness.require()
    for bot in world.bots:
        if complaint := next((line for line in bot.lines() if "could not finish" in line), None):
            raise BrokenInvariantError(f"several processes went for the same work: {complaint}")


async def delete(witness: Witness) -> None:
    """Delete a ticket in which something was said."""
    await witness.world.start_bot()
    await witness.world.configured()
    scene = Scene.of_somebody_new(witness)
    await scene.closed()
    await witness.world.deleted(scene.channel)
    await witness.require()


async def open_twice(witness: Witness) -> None:
    """Let members press on two processes at the same instant."""
    world = witness.world
    await _start_two(witness)
    for _ in range(MANY):
        member = world.guild.add_member(f"membre{len(world.guild.people)}")
        presses = [await world.press_open(member, via=world.via(index)) for index in range(2)]
        for press in presses:
            await press.settled()
        await witness.require(within=15)


async def claim_twice(witness: Witness) -> None:
    """Let several of the staff claim on two processes at the same instant."""
    world = witness.world
    await _start_two(witness)
    several = [world.guild.add_member(f"staff{index}", roles=[world.staff_role]) for index in range(8)]
    for _ in range(MANY):
        scene = Scene.of_somebody_new(witness)
        await scene.opened()
        for press in await press_at_once(world, several, scene.channel, CLAIM):
            await acknowledged(press)
        await witness.require(within=15)


async def _start_two(witness: Witness) -> None:
    await witness.world.start_bot()
    await witness.world.start_bot(TICKETBOT_SYNC_COMMANDS="false")
    await witness.world.configured()


STORIES: dict[str, tuple[Callable[[Witness], Awaitable[None]], str]] = {
    "the lease removed": (recover_together, "the same work"),
    "the read-back removed": (delete, "2: .* was not read back"),
    "the slot index removed": (open_twice, "4: "),
    "compare-and-swap turned into a plain write": (claim_twice, "4: .* claimed by"),
}


@pytest.mark.parametrize("defect", MUTATIONS)
async def test_planted_defect_is_found(defect: str, tmp_path: Path, tally: Tally) -> None:
    broken = MUTATIONS[defect].plant(tmp_path / "broken")
    for attempt in range(ATTEMPTS):
        if await is_found(defect, broken, tmp_path / str(attempt)):
            break
    else:
        pytest.fail(f"{defect} was not found")
    tally.count("planted defects", defect, "found")


async def is_found(defect: str, broken: Path, folder: Path) -> bool:
    """Tell a story to the bot that has a defect; tell whether it comes to light, as what it is."""
    (story, complaint), found = STORIES[defect], ""
    async with bare_stage(Mode.REST, folder) as witness:
        witness.world.environment["PYTHONPATH"] = str(broken)
        try:
            await story(witness)
        except BrokenInvariantError as error:
            found = str(error)
    assert not found or re.search(complaint, found), found
    return bool(found)


@pytest.mark.parametrize("defect", MUTATIONS)
async def test_without_the_defect_all_is_well(defect: str, tmp_path: Path) -> None:
    async with bare_stage(Mode.REST, tmp_path) as witness:
        await STORIES[defect][0](witness)
