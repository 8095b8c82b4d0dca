"""``/ticket-config`` with a kill or a fault at every call: the administrator is told, and can run it again."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.chaos.environment import Mode, Store
from tests.chaos.fault_cases import CALL_SECONDS, FAULT_CASES, is_idle
from tests.chaos.kill_points import KillPoint, Operation, ProcessKiller, make_killable
from tests.harness.scenario import answered
from tests.simulator.interactions import wait_until
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.chaos.fault_cases import FaultCase
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.harness.scenario import Scenario

TITLE = params.MESSAGES["configured_title"].removeprefix("{emoji}")
OLD_ONE_STAYS = params.MESSAGES["problem_old_panel_stays"]
LEAST = 5
"""Calls that a configuration makes at least."""


@pytest.fixture
async def configured(checker: InvariantChecker) -> Scenario:
    """A configured server whose bot waits briefly for each call, and does not run recovery again."""
    scenario = checker.scenario
    make_killable(scenario)
    scenario.environment |= {"TICKETBOT_RECOVERY_SECONDS": "3600", "TICKETBOT_CALL_SECONDS": str(CALL_SECONDS)}
    await scenario.start_bot()
    await scenario.configure()
    return scenario


async def inject_fault(checker: InvariantChecker, case: FaultCase, *, at: int) -> bool:
    """Inject a fault into the ``at``-th call while the panel moves; return whether there was such a call."""
    scenario = checker.scenario
    scenario.panel = scenario.guild.add_text_channel(f"accueil-{len(scenario.guild.channels)}")
    fault = case.inject(scenario, at=at, ignoring=())  # recovery ran at the start only
    command = await scenario.send_ticket_config()
    await wait_until(lambda: command.is_settled or (case.blocks_answer(fault) and is_idle(scenario)), 60)
    scenario.sim.faults.clear()
    if case.blocks_answer(fault):
        checker.ignore_answer_to(command)
    elif TITLE in (told := (await answered(command)).text()):
        assert there_is_one_panel(scenario) or OLD_ONE_STAYS in told
    await again(scenario, checker)
    return bool(fault.seen)


def there_is_one_panel(scenario: Scenario) -> bool:
    return [panel.channel for panel in scenario.panels()] == [scenario.panel]


async def again(scenario: Scenario, checker: InvariantChecker) -> None:
    """Configure again without a fault, and check that there is one panel, in its channel, that opens tickets."""
    answer = await answered(await scenario.send_ticket_config())
    assert TITLE in answer.text(), answer.text()
    assert there_is_one_panel(scenario)
    await scenario.open_ticket(scenario.guild.add_member(f"membre{len(scenario.guild.people)}"))
    await checker.assert_consistent()


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("mode", "case"), [*zip(itertools.cycle(Mode), FAULT_CASES, strict=False)])
@pytest.mark.parametrize("store", [Store.SQLITE])
async def test_fault_at_every_call_of_a_configuration(
    configured: Scenario, checker: InvariantChecker, case: str, counts: Counts
) -> None:
    at = 1
    while await inject_fault(checker, FAULT_CASES[case], at=at):
        at += 1
        counts.add("faults", "configure", checker.label)
    assert at > LEAST, configured.panels()


@pytest.mark.scenario
@pytest.mark.parametrize("store", [Store.SQLITE])
async def test_lost_acknowledgement_costs_no_answer(configured: Scenario, checker: InvariantChecker) -> None:
    assert await inject_fault(checker, FAULT_CASES["hangs after"], at=1)
    assert await inject_fault(checker, FAULT_CASES["dropped after"], at=1)
    assert len(configured.panels()) == 1


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("operation", list(Operation))
async def test_kill_at_every_step_of_a_configuration(
    configured: Scenario, checker: InvariantChecker, operation: Operation, store: Store, counts: Counts
) -> None:
    if operation is Operation.WRITES and store is Store.SERVER:
        pytest.skip("only the double can be told to hang at a write")
    at, killed = 0, [True]
    while any(killed):
        at += 1
        killed = [
            await kill_and_recover(configured, checker, KillPoint(operation=operation, at=at, after=after))
            for after in (False, True)
        ]
        counts.add(f"kills at {operation}", "configure", checker.label, sum(killed))
    assert at > (LEAST if operation is Operation.CALLS else 2)


async def kill_and_recover(scenario: Scenario, checker: InvariantChecker, kill_point: KillPoint) -> bool:
    """Kill the process while the panel moves; return whether the kill point was reached."""
    scenario.panel = scenario.guild.add_text_channel(f"accueil-{len(scenario.guild.channels)}")
    killer = ProcessKiller(scenario=scenario, kill_point=kill_point)
    killer.arm()
    command = await scenario.send_ticket_config()
    await wait_until(lambda: killer.has_killed() or command.is_settled, 40)
    killed = killer.has_killed()
    killer.disarm()
    if killed:
        checker.ignore_answer_to(command)
        await scenario.started[-1].process.wait()
        scenario.forget_bots()
        await scenario.start_bot()
    await again(scenario, checker)
    return killed
