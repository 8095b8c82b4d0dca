"""Every fault at every call of every action: nothing is lost, the member is told the truth, and can try again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.actions import ACTIONS, Scene
from tests.chaos.stage import Mode, Store
from tests.chaos.troubles import CALL_SECONDS, TROUBLES, is_quiet
from tests.simulator.faults import Drop
from tests.simulator.interactions import wait_until
from ticketbot.config import params

if TYPE_CHECKING:
    import random

    from tests.chaos.actions import Action
    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally
    from tests.chaos.troubles import Trouble
    from tests.simulator.faults import Call
    from tests.simulator.interactions import Interaction


async def ready(witness: Witness) -> None:
    witness.world.environment |= {
        "TICKETBOT_CALL_SECONDS": str(CALL_SECONDS),
        "TICKETBOT_RECOVERY_PATIENCE": "6",
        "TICKETBOT_RECOVERY_SECONDS": "0.5",
    }
    await witness.world.start_bot()
    await witness.world.configured()


async def suffer(witness: Witness, action: Action, trouble: Trouble, *, at: int) -> bool:
    """Let a call of an action go wrong, if there are so many; see everything put in order. Give whether there were."""
    world = witness.world
    scene = Scene.of_somebody_new(witness)
    await action.needs(scene)
    await action.leads_in(scene)
    fault = trouble.strikes(world, at=at)
    press = await action.begin(scene)
    await wait_until(lambda: is_concluded(action, scene, press) or trouble.cuts_off(fault), 30)
    if trouble.cuts_off(fault):
        witness.excuse(press)
        await wait_until(lambda: action.is_done(scene) or is_quiet(world), 30)
    elif fault.seen:
        require_truth(action, scene, press, trouble)
    world.sim.faults.clear()
    if not fault.seen:
        return False
    await witness.require(within=40)
    await action.try_again(scene)
    await witness.require(within=40)
    return True


def is_concluded(action: Action, scene: Scene, press: Interaction) -> bool:
    if press.answer is not None and params.MESSAGES["deleting_title"].removeprefix("{emoji}") in press.answer.text():
        return action.is_done(scene)
    return press.is_settled or action.is_over(scene, press)


def require_truth(action: Action, scene: Scene, press: Interaction, trouble: Trouble) -> None:
    """See that the member was told what happened, or that it went well."""
    if action.is_over(scene, press):
        return
    assert press.answer is not None, f"{press} has no answer: {press.failure}"
    told, ticket = press.answer.text(), scene.ticket()
    if ticket is not None and (f"<#{ticket.channel_id}>" in told or f"<@{ticket.claimer_id}>" in told):
        return
    possible = [params.MESSAGES[f"refused_{name}"].split("{")[0] for name in trouble.refusals]
    assert any(words in told for words in possible), f"{press}: {told}"


async def lose_the_channel(witness: Witness, action: Action, *, at: int) -> bool:
    """Delete the ticket's channel by hand right before a call, if there are so many; give whether there were."""
    world = witness.world
    scene = Scene.of_somebody_new(witness)
    await action.needs(scene)
    await action.leads_in(scene)
    due = len(world.sim.calls) + at

    def strikes(call: Call) -> bool:
        standing = [one for one in witness.channels if not one.deleted]
        if call.index + 1 == due and standing:
            world.guild.delete_channel(standing[-1])
        return False

    world.sim.faults.add(strikes, Drop())
    before = sum(channel.deleted for channel in witness.channels)
    press = await action.begin(scene)
    witness.excuse(press)  # nothing can be answered in a channel that is gone
    await wait_until(lambda: press.is_settled or action.is_over(scene, press) or scene.ticket() is None, 30)
    await witness.require(within=40)
    struck = sum(channel.deleted for channel in witness.channels) > before and len(world.sim.calls) >= due
    world.sim.faults.clear()
    await world.opened(scene.member) if scene.ticket() is None else None
    await witness.require(within=40)
    return struck


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("store", [Store.SQLITE])
async def test_fault_at_every_call(witness: Witness, action: str, trouble: str, tally: Tally) -> None:
    await ready(witness)
    at = 1
    while await suffer(witness, ACTIONS[action], TROUBLES[trouble], at=at):
        at += 1
        tally.count("faults", action, witness.setting)
    assert at > 1 or (action == "claim" and witness.world.mode == Mode.REST)


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("store", [Store.MONGODB])
async def test_faults_anywhere(witness: Witness, action: str, tally: Tally, chance: random.Random) -> None:
    await ready(witness)
    for name in chance.sample(list(TROUBLES), 5):
        if await suffer(witness, ACTIONS[action], TROUBLES[name], at=chance.randint(1, 4)):
            tally.count("faults", action, witness.setting)


@pytest.mark.chaos
@pytest.mark.timeout(300)
@pytest.mark.parametrize("action", ["close", "reopen", "delete"])
@pytest.mark.parametrize("store", [Store.SQLITE])
async def test_channel_that_goes_before_any_call(witness: Witness, action: str, tally: Tally) -> None:
    await ready(witness)
    at = 1
    while await lose_the_channel(witness, ACTIONS[action], at=at):
        at += 1
        tally.count("channels lost", action, witness.setting)
    assert at > 1


@pytest.mark.scenario
@pytest.mark.parametrize(("mode", "store"), [(Mode.GATEWAY, Store.SQLITE)])
async def test_some_faults(witness: Witness, chance: random.Random) -> None:
    """Try, in the default session, a few of the faults that nox -s chaos tries all."""
    await ready(witness)
    quick = [name for name, trouble in TROUBLES.items() if trouble.times == 1]
    for name in chance.sample([name for name in quick if name != "429 for long"], 3):
        await suffer(witness, ACTIONS[chance.choice(list(ACTIONS))], TROUBLES[name], at=chance.randint(1, 3))
