"""``/ticket-config`` in trouble: a death or a fault at every call; the administrator knows, and can do it again."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.chaos.blows import Aim, Blow, Target, mortal
from tests.chaos.stage import Mode, Store
from tests.chaos.troubles import CALL_SECONDS, TROUBLES, is_quiet
from tests.scenarios.world import answered
from tests.simulator.interactions import wait_until
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally
    from tests.chaos.troubles import Trouble
    from tests.scenarios.world import World

TITLE = params.MESSAGES["configured_title"].removeprefix("{emoji}")
OLD_ONE_STAYS = params.MESSAGES["problem_old_panel_stays"]
LEAST = 5
"""Calls that a configuration takes at least."""


@pytest.fixture
async def configured(witness: Witness) -> World:
    """A configured server whose bot waits for no call for long, and looks for nothing that was interrupted."""
    world = witness.world
    mortal(world)
    world.environment |= {"TICKETBOT_RECOVERY_SECONDS": "3600", "TICKETBOT_CALL_SECONDS": str(CALL_SECONDS)}
    await world.start_bot()
    await world.configured()
    return world


async def suffer(witness: Witness, trouble: Trouble, *, at: int) -> bool:
    """Let a call go wrong while the panel moves to another channel, if there are so many; give whether there were."""
    world = witness.world
    world.panel = world.guild.add_text_channel(f"accueil-{len(world.guild.channels)}")
    fault = trouble.strikes(world, at=at, passing_over=())  # recovery has its round at the start only
    command = await world.configure()
    await wait_until(lambda: command.is_settled or (trouble.cuts_off(fault) and is_quiet(world)), 60)
    world.sim.faults.clear()
    if trouble.cuts_off(fault):
        witness.excuse(command)
    elif TITLE in (told := (await answered(command)).text()):
        assert there_is_one_panel(world) or OLD_ONE_STAYS in told
    await again(world, witness)
    return bool(fault.seen)


def there_is_one_panel(world: World) -> bool:
    return [panel.channel for panel in world.panels()] == [world.panel]


async def again(world: World, witness: Witness) -> None:
    """Configure once more, without trouble: there is one panel, where it should be, and it opens tickets."""
    answer = await answered(await world.configure())
    assert TITLE in answer.text(), answer.text()
    assert there_is_one_panel(world)
    await world.opened(world.guild.add_member(f"membre{len(world.guild.people)}"))
    await witness.require()


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("mode", "trouble"), [*zip(itertools.cycle(Mode), TROUBLES, strict=False)])
@pytest.mark.parametrize("store", [Store.SQLITE])
async def test_fault_at_every_call_of_a_configuration(
    configured: World, witness: Witness, trouble: str, tally: Tally
) -> None:
    at = 1
    while await suffer(witness, TROUBLES[trouble], at=at):
        at += 1
        tally.count("faults", "configure", witness.setting)
    assert at > LEAST, configured.panels()


@pytest.mark.scenario
@pytest.mark.parametrize("store", [Store.SQLITE])
async def test_acknowledgement_that_is_lost_costs_no_answer(configured: World, witness: Witness) -> None:
    assert await suffer(witness, TROUBLES["hangs after"], at=1)
    assert await suffer(witness, TROUBLES["dropped after"], at=1)
    assert len(configured.panels()) == 1


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("target", list(Target))
async def test_kill_at_every_step_of_a_configuration(
    configured: World, witness: Witness, target: Target, store: Store, tally: Tally
) -> None:
    if target is Target.WRITES and store is Store.SERVER:
        pytest.skip("only a double can be told to hang at a write")
    at, died = 0, [True]
    while any(died):
        at += 1
        died = [await die(configured, witness, Aim(target=target, at=at, after=after)) for after in (False, True)]
        tally.count(f"kills at {target}", "configure", witness.setting, sum(died))
    assert at > (LEAST if target is Target.CALLS else 2)


async def die(world: World, witness: Witness, aim: Aim) -> bool:
    """Kill the process while the panel moves, if it comes so far; give whether it did."""
    world.panel = world.guild.add_text_channel(f"accueil-{len(world.guild.channels)}")
    blow = Blow(world=world, aim=aim)
    blow.prepare()
    command = await world.configure()
    await wait_until(lambda: blow.has_fallen() or command.is_settled, 40)
    fell = blow.has_fallen()
    blow.spare()
    if fell:
        witness.excuse(command)
        await world.started[-1].process.wait()
        world.forget_bots()
        await world.start_bot()
    await again(world, witness)
    return fell
