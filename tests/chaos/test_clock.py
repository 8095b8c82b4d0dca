"""The bot's clock jumps in the middle of an action, by more than the time after which work looks left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import pytest

from tests.chaos.actions import ACTIONS, Scene
from tests.chaos.blows import mortal
from tests.chaos.stage import Mode, Store

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from tests.chaos.actions import Action
    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally
    from tests.simulator.interactions import Interaction

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.chaos,
    pytest.mark.parametrize("mode", [Mode.REST]),
    pytest.mark.parametrize("store", [Store.SQLITE]),
]

TIMES: Final = 3


def shift(clock: Path, seconds: int) -> None:
    clock.write_text(str(seconds * 10**9), encoding="utf-8")


async def begun_slowly(witness: Witness, verb: Action) -> tuple[Scene, Interaction]:
    """Lead somebody new up to a press, and press while Discord takes its time."""
    scene = Scene.of_somebody_new(witness)
    await verb.needs(scene)
    await verb.leads_in(scene)
    witness.world.sim.latency = 0.25
    return scene, await verb.begin(scene)


@pytest.mark.parametrize("seconds", [120, -120])
@pytest.mark.parametrize("action", ACTIONS)
async def test_clock_that_jumps(
    witness: Witness, action: str, seconds: int, tally: Tally, chance: random.Random
) -> None:
    world, verb, clock = witness.world, ACTIONS[action], witness.world.folder / "clock"
    mortal(world)
    world.environment |= {"CHAOS_CLOCK": str(clock), "TICKETBOT_RECOVERY_SECONDS": "0.2"}
    shift(clock, 0)
    await world.start_bot()
    await world.configured()
    for _ in range(TIMES):
        scene, press = await begun_slowly(witness, verb)
        await asyncio.sleep(chance.uniform(0, 1))
        shift(clock, seconds)
        await world.until(lambda scene=scene, press=press: press.is_settled or verb.is_over(scene, press), 30)
        world.sim.latency = 0.0
        if seconds < 0:
            shift(clock, 0)  # work that was left in what is the future now would be left alone until then
        await witness.require(30)
        shift(clock, 0)
        await verb.try_again(scene)
        await witness.require(30)
        tally.count("clock jumps", action, witness.setting)


@pytest.mark.parametrize("action", ACTIONS)
async def test_clocks_of_two_processes_that_differ(witness: Witness, action: str, tally: Tally) -> None:
    world, verb, clock = witness.world, ACTIONS[action], witness.world.folder / "clock"
    mortal(world)
    world.environment |= {"TICKETBOT_RECOVERY_SECONDS": "0.2"}
    await world.start_bot()
    shift(clock, 120)
    await world.start_bot(TICKETBOT_SYNC_COMMANDS="false", CHAOS_CLOCK=str(clock))
    await world.configured()
    for _ in range(TIMES):
        scene, press = await begun_slowly(witness, verb)
        await world.until(lambda scene=scene, press=press: press.is_settled or verb.is_over(scene, press), 30)
        world.sim.latency = 0.0
        await witness.require(30)
        await verb.try_again(scene)
        await witness.require(30)
        tally.count("clocks that differ", action, witness.setting)
