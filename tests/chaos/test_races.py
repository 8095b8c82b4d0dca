"""Simultaneous presses on several processes that share one store."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.chaos.actions import ActionRun
from tests.chaos.environment import STORES_SQLITE_BY_DEFAULT, Mode, Store
from tests.harness import simultaneous
from tests.harness.scenario import CONFIRM, DELETE, answered
from tests.simulator.faults import Hang

if TYPE_CHECKING:
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Channel

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.parametrize("mode", [Mode.REST]),
    pytest.mark.parametrize("store", STORES_SQLITE_BY_DEFAULT),
]

PROCESSES = 3
SAY = "POST /channels/{channel_id}/messages"


@pytest.fixture
async def several(scenario: Scenario) -> Scenario:
    """A configured server that several processes answer."""
    # So many that none waits for its turn: what is tried here is what happens at the same moment.
    await simultaneous.start_several(scenario, PROCESSES, TICKETBOT_REQUESTS_PER_SECOND="1000")
    await scenario.configure()
    return scenario


async def test_two_hundred_presses_of_fifty_members_open_fifty_tickets(
    several: Scenario, checker: InvariantChecker, counts: Counts, store: Store
) -> None:
    crowd = await simultaneous.open_at_once(several, members=50, presses=200)

    assert crowd.slowest < simultaneous.MOST_SECONDS
    await checker.assert_consistent()
    counts.add("races", "open", f"rest, {store}", 200)


async def test_staff_of_several_processes_at_once(
    several: Scenario, checker: InvariantChecker, counts: Counts, store: Store
) -> None:
    members = [several.guild.add_member(f"membre{index}") for index in range(12)]
    channels = [await several.open_ticket(member) for member in members]
    for member, channel in zip(members, channels, strict=True):
        await member.write(channel, "Bonjour !")
    slowest = 0.0
    for name, step in (
        ("claim", simultaneous.claim_at_once),
        ("close", simultaneous.close_at_once),
        ("reopen", simultaneous.reopen_at_once),
        ("close", simultaneous.close_at_once),
        ("delete", simultaneous.delete_at_once),
    ):
        rounds = await asyncio.gather(*(step(several, channel) for channel in channels))
        for press in (press for presses in rounds for press in presses):
            if press.failed:
                checker.ignore_answer_to(press)
            slowest = max(slowest, press.acknowledged_after or 0)
        counts.add("races", name, f"rest, {store}", 2 * len(channels))
        await checker.assert_consistent()
    assert slowest < simultaneous.MOST_SECONDS


@pytest.mark.chaos
async def test_claim_and_close_of_several_processes_at_once(
    several: Scenario, checker: InvariantChecker, counts: Counts, store: Store
) -> None:
    channels = [await several.open_ticket(several.guild.add_member(f"membre{index}")) for index in range(8)]

    rounds = await asyncio.gather(*(simultaneous.claim_and_close_at_once(several, channel) for channel in channels))

    assert max(press.acknowledged_after or 0 for presses in rounds for press in presses) < simultaneous.MOST_SECONDS
    await checker.assert_consistent()
    counts.add("races", "claim and close", f"rest, {store}", 2 * len(channels))


async def test_recovery_in_several_processes_finishes_each_ticket_once(
    scenario: Scenario, checker: InvariantChecker, counts: Counts
) -> None:
    scenario.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.1"}
    await simultaneous.start_several(scenario, PROCESSES + 1)
    await scenario.configure()
    gone = await scenario.open_ticket(scenario.bob)
    await scenario.bob.write(gone, "Bonjour !")
    await scenario.close_ticket(gone)
    question = await answered(await scenario.press(scenario.staff, gone, DELETE))
    mark = len(scenario.sim.calls)
    for index in range(9):  # the transcript and eight welcomes, half of them posted before the process dies
        scenario.sim.faults.add(SAY, Hang(60.0, after=index % 2 == 0))
    first = scenario.via(0)
    left = [await scenario.staff.press(question, custom_id=CONFIRM, via=first)]
    members = [scenario.guild.add_member(f"membre{index}") for index in range(8)]
    left += [await scenario.press_open(member, via=first) for member in members]
    await scenario.wait_until(lambda: sum(call.route == SAY for call in scenario.sim.calls[mark:]) >= 9)
    for press in left:
        checker.ignore_answer_to(press)
    await scenario.bots.pop(0).kill()
    scenario.sim.endpoints.pop(0)

    await scenario.wait_until(lambda: gone.deleted, 30)
    await checker.assert_consistent(30)
    assert len(scenario.tickets()) == 8
    counts.add("races", "recover", checker.label, PROCESSES * len(left))


@pytest.mark.chaos
async def test_notes_and_an_addition_on_several_processes_at_once(
    several: Scenario, checker: InvariantChecker, counts: Counts, store: Store
) -> None:
    runs = [ActionRun.with_new_member(checker) for _ in range(6)]
    witness = several.guild.add_member("témoin")
    for run in runs:
        await run.add_member_where_notes_are_on()
    witness.member.role_ids.append(several.bob.member.role_ids[-1])

    async def at_once(channel: Channel) -> None:
        presses = [
            await several.staff.command("ticket note", channel, texte="Première."),
            await several.other_staff.command("ticket note", channel, texte="Seconde."),
            await several.admin.command("ticket ajouter", channel, membre=witness),
        ]
        for press in presses:
            await press.settled()

    await asyncio.gather(*(at_once(run.channel) for run in runs))

    await checker.assert_consistent()
    counts.add("races", "note and add", f"rest, {store}", 3 * len(runs))
