"""The story of a death: a process is killed in the middle of an action, and another one takes its place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from tests.chaos.actions import Scene
from tests.chaos.blows import Aim, Blow, mortal
from tests.simulator.interactions import wait_until

if TYPE_CHECKING:
    from tests.chaos.actions import Action
    from tests.chaos.invariants import Witness
    from tests.scenarios.process import BotProcess

PATIENCE: Final = "0.2"
"""Seconds after which work counts as left: less than a process needs to start."""

_LONG: Final = "3600"
"""Seconds between rounds of recovery: each process has its first one only, so that nothing else is counted."""

_SWEEP: Final = "GET /guilds/{guild_id}/channels"


async def ready(witness: Witness) -> None:
    """Start a process that obeys orders to die, and configure the server."""
    mortal(witness.world)
    witness.world.environment |= {"TICKETBOT_RECOVERY_PATIENCE": PATIENCE, "TICKETBOT_RECOVERY_SECONDS": _LONG}
    await witness.world.start_bot()
    await witness.world.configured()


async def die(witness: Witness, action: Action, aim: Aim, *, then: Aim | None = None) -> bool:
    """Kill the process in the middle of an action, and see everything put in order.

    ``then`` is where its successor is killed, while it recovers. Give whether the action came as far as ``aim``.

    Raises
    ------
    BrokenInvariantError
        Something got lost or doubled.
    """
    world = witness.world
    scene = Scene.of_somebody_new(witness)
    await action.needs(scene)
    await action.leads_in(scene)
    blow = Blow(world=world, aim=aim)
    blow.prepare()
    began = await action.begin(scene)
    await wait_until(lambda: blow.has_fallen() or action.is_over(scene, began), 40)
    fell = blow.has_fallen()
    blow.spare()
    if not fell:
        return False
    witness.excuse(began)
    await world.started[-1].process.wait()
    world.forget_bots()
    if then is not None:
        await _die_recovering(witness, Blow(world=world, aim=then))
    await _revive(witness)
    await action.try_again(scene)
    await witness.require()
    return True


async def _die_recovering(witness: Witness, blow: Blow) -> None:
    """Start a process that is killed while it starts or recovers, or afterwards, if that has less to do."""
    blow.prepare()
    bot = await witness.world.spawn_bot()
    await wait_until(lambda: blow.has_fallen() or (_is_ready(bot) and not witness.broken()), 60)
    blow.spare()
    await bot.kill()


def _is_ready(bot: BotProcess) -> bool:
    return any("ticketbot.app: ready" in line for line in bot.lines())


async def _revive(witness: Witness) -> None:
    """Start a new process in the place of a dead one, and wait until its first round of recovery is over."""
    world = witness.world
    before = len(world.sim.calls_to(_SWEEP))
    await world.start_bot()
    await witness.require()
    if any(not channel.deleted for channel in witness.channels):
        await world.until(lambda: any(call.ended for call in world.sim.calls_to(_SWEEP)[before:]))
    await asyncio.sleep(0.02)
