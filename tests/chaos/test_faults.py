"""Every fault at every call of every action: nothing is lost, the answer is true, and a second press succeeds."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from tests.chaos.actions import ACTIONS, SIMILAR, ActionRun
from tests.chaos.environment import Mode, Store
from tests.chaos.fault_cases import CALL_SECONDS, FAULT_CASES, SOME_CASES, is_idle
from tests.simulator.faults import Drop
from tests.simulator.interactions import wait_until
from ticketbot.config import params

if TYPE_CHECKING:
    import random

    from tests.chaos.actions import Action
    from tests.chaos.fault_cases import FaultCase
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.simulator.faults import Call
    from tests.simulator.interactions import Interaction


async def ready(checker: InvariantChecker) -> None:
    checker.scenario.environment |= {
        "TICKETBOT_CALL_SECONDS": str(CALL_SECONDS),
        "TICKETBOT_RECOVERY_PATIENCE": "6",
        "TICKETBOT_RECOVERY_SECONDS": "0.5",
    }
    await checker.scenario.start_bot()
    await checker.scenario.configure()


async def inject_fault(checker: InvariantChecker, action: Action, case: FaultCase, *, at: int) -> bool:
    """Inject a fault into the ``at``-th call of an action, and check the recovery; return whether it was made."""
    scenario = checker.scenario
    run = ActionRun.with_new_member(checker)
    await action.arrange(run)
    await action.before_press(run)
    fault = case.inject(scenario, at=at)
    press = await action.press(run)
    await wait_until(lambda: is_concluded(action, run, press) or case.blocks_answer(fault), 30)
    if case.blocks_answer(fault):
        checker.ignore_answer_to(press)
        await wait_until(lambda: action.is_done(run) or is_idle(scenario), 30)
    elif fault.seen:
        await assert_truthful_answer(action, run, press, case)
    scenario.sim.faults.clear()
    if not fault.seen:
        return False
    await checker.assert_consistent(within=40)
    await action.retry(run)
    await checker.assert_consistent(within=40)
    return True


def is_concluded(action: Action, run: ActionRun, press: Interaction) -> bool:
    if press.answer is not None and params.MESSAGES["deleting_title"].removeprefix("{emoji}") in press.answer.text():
        return action.is_done(run)
    if press.answer is not None and not press.answer.ephemeral:
        return action.is_done(run)  # the notice is the answer, and the record follows
    return press.is_settled or action.is_over(run, press)


async def assert_truthful_answer(action: Action, run: ActionRun, press: Interaction, case: FaultCase) -> None:
    """Check that the member was told what happened, unless the action succeeded.

    An opening is answered with the link to its channel before the welcome stands there; if that is refused for good,
    the answer is replaced once the channel is deleted. So a wrong answer is looked at again for a while.
    """
    with contextlib.suppress(TimeoutError):
        await wait_until(lambda: is_truthful(action, run, press, case), 10)
    told = press.answer.text() if press.answer is not None else f"no answer: {press.failure}"
    assert is_truthful(action, run, press, case), f"{press}: {told}"


def is_truthful(action: Action, run: ActionRun, press: Interaction, case: FaultCase) -> bool:
    if action.is_over(run, press):
        return True
    if press.answer is None:
        return False
    told, ticket = press.answer.text(), run.ticket()
    if ticket is not None and (f"<#{ticket.channel_id}>" in told or f"<@{ticket.claimer_id}>" in told):
        return True
    return any(params.MESSAGES[f"refused_{name}"].split("{")[0] in told for name in case.refusals)


async def delete_channel_before_call(checker: InvariantChecker, action: Action, *, at: int) -> bool:
    """Delete the ticket's channel right before the ``at``-th call, and return whether there was such a call."""
    scenario = checker.scenario
    run = ActionRun.with_new_member(checker)
    await action.arrange(run)
    await action.before_press(run)
    due = len(scenario.sim.calls) + at

    def strikes(call: Call) -> bool:
        standing = [one for one in checker.channels if not one.deleted]
        if call.index + 1 == due and standing:
            scenario.guild.delete_channel(standing[-1])
        return False

    scenario.sim.faults.add(strikes, Drop())
    before = sum(channel.deleted for channel in checker.channels)
    press = await action.press(run)
    checker.ignore_answer_to(press)  # nothing can be answered in a deleted channel
    await wait_until(lambda: press.is_settled or action.is_over(run, press) or run.ticket() is None, 30)
    await checker.assert_consistent(within=40)
    struck = sum(channel.deleted for channel in checker.channels) > before and len(scenario.sim.calls) >= due
    scenario.sim.faults.clear()
    await scenario.open_ticket(run.member) if run.ticket() is None else None
    await checker.assert_consistent(within=40)
    return struck


async def inject_fault_at_every_call(checker: InvariantChecker, action: str, case: str, counts: Counts) -> int:
    """Inject a fault into each call of an action, and return the first number that it has no call for."""
    await ready(checker)
    at = 1
    while await inject_fault(checker, ACTIONS[action], FAULT_CASES[case], at=at):
        at += 1
        counts.add("faults", action, checker.label)
    return at


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("action", "case"),
    [(action, case) for action in ACTIONS for case in (SOME_CASES if action in SIMILAR else FAULT_CASES)],
)
@pytest.mark.parametrize("store", [Store.SQLITE])
async def test_fault_at_every_call(checker: InvariantChecker, action: str, case: str, counts: Counts) -> None:
    at = await inject_fault_at_every_call(checker, action, case, counts)
    assert at > 1 or (action == "claim" and checker.scenario.mode == Mode.REST)


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("action", ["note", "add beside notes"])
@pytest.mark.parametrize("case", ["404", "413", "429", "cut short"])
@pytest.mark.parametrize("store", [Store.MONGODB])
async def test_fault_at_every_call_about_notes(
    checker: InvariantChecker, action: str, case: str, counts: Counts
) -> None:
    assert await inject_fault_at_every_call(checker, action, case, counts) > 1


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("store", [Store.MONGODB])
async def test_faults_anywhere(checker: InvariantChecker, action: str, counts: Counts, rng: random.Random) -> None:
    await ready(checker)
    for name in rng.sample(list(FAULT_CASES), 5):
        if await inject_fault(checker, ACTIONS[action], FAULT_CASES[name], at=rng.randint(1, 4)):
            counts.add("faults", action, checker.label)


@pytest.mark.chaos
@pytest.mark.timeout(300)
@pytest.mark.parametrize("action", ["close", "reopen", "delete"])
@pytest.mark.parametrize("store", [Store.SQLITE])
async def test_channel_that_goes_before_any_call(checker: InvariantChecker, action: str, counts: Counts) -> None:
    await ready(checker)
    at = 1
    while await delete_channel_before_call(checker, ACTIONS[action], at=at):
        at += 1
        counts.add("channels lost", action, checker.label)
    assert at > 1


@pytest.mark.scenario
@pytest.mark.parametrize(("mode", "store"), [(Mode.GATEWAY, Store.SQLITE)])
async def test_some_faults(checker: InvariantChecker, rng: random.Random) -> None:
    """Try a few of the faults in the default session; ``nox -s chaos`` tries them all."""
    await ready(checker)
    quick = [name for name, case in FAULT_CASES.items() if case.times == 1]
    for name in rng.sample([name for name in quick if name != "429 for long"], 3):
        await inject_fault(checker, ACTIONS[rng.choice(list(ACTIONS))], FAULT_CASES[name], at=rng.randint(1, 3))
