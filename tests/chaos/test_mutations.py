"""Tests of the chaos tests: each planted defect is found, and the same steps pass without it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.chaos.actions import ActionRun
from tests.chaos.environment import Mode, unchecked_scenario
from tests.chaos.invariants import BrokenInvariantError
from tests.chaos.mutations import MUTATIONS
from tests.harness.scenario import CLAIM, CONFIRM, acknowledged, answered
from tests.harness.simultaneous import press_at_once
from tests.simulator.faults import Hang

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

SAY = "POST /channels/{channel_id}/messages"
MANY = 12
POSTING_SECONDS = 6
"""How long a transcript takes to be posted: long enough for another process to start and look for work."""
ATTEMPTS = 10
"""Tries to find a defect that shows only when two processes collide; one is nearly always enough."""


async def start_beside_a_deletion(checker: InvariantChecker) -> None:
    """Start a second process while the first one posts a transcript, and count how often it is posted."""
    scenario = checker.scenario
    await scenario.start_bot()
    await scenario.configure()
    run = ActionRun.with_new_member(checker)
    await run.close_ticket()
    await run.ask_to_delete()
    assert run.question is not None
    posting = scenario.sim.faults.add(SAY, Hang(POSTING_SECONDS), times=1)
    mark = len(scenario.sim.calls)
    await scenario.staff.press(run.question, custom_id=CONFIRM)
    await scenario.wait_until(lambda: len(posting.seen) == 1)
    await scenario.start_bot(TICKETBOT_SYNC_COMMANDS="false")
    await scenario.wait_until(lambda: run.ticket() is None)
    posted = sum(call.route == SAY for call in scenario.sim.calls[mark:])
    if posted > 1:
        raise BrokenInvariantError(f"several processes took the same work: the transcript was posted {posted} times")
    await checker.assert_consistent()


async def delete(checker: InvariantChecker) -> None:
    """Delete a ticket that has a message."""
    await checker.scenario.start_bot()
    await checker.scenario.configure()
    run = ActionRun.with_new_member(checker)
    await run.close_ticket()
    await checker.scenario.delete_ticket(run.channel)
    await checker.assert_consistent()


async def note(checker: InvariantChecker) -> None:
    """Write a note beside the ticket of a member who may manage threads."""
    scenario = checker.scenario
    await scenario.start_bot()
    await scenario.configure()
    run = ActionRun.with_new_member(checker)
    await run.add_member_where_notes_are_on()
    await answered(await scenario.staff.command("ticket note", run.channel, texte="Déjà averti."))
    await checker.assert_consistent(within=5)


async def open_twice(checker: InvariantChecker) -> None:
    """Let members press on two processes simultaneously."""
    scenario = checker.scenario
    await _start_two(checker)
    for _ in range(MANY):
        member = scenario.guild.add_member(f"membre{len(scenario.guild.people)}")
        presses = [await scenario.press_open(member, via=scenario.via(index)) for index in range(2)]
        for press in presses:
            await press.settled()
        await checker.assert_consistent(within=15)


async def claim_twice(checker: InvariantChecker) -> None:
    """Let several staff members claim on two processes simultaneously."""
    scenario = checker.scenario
    await _start_two(checker)
    several = [scenario.guild.add_member(f"staff{index}", roles=[scenario.staff_role]) for index in range(8)]
    for _ in range(MANY):
        run = ActionRun.with_new_member(checker)
        await run.open_ticket()
        for press in await press_at_once(scenario, several, run.channel, CLAIM):
            await acknowledged(press)
        await checker.assert_consistent(within=15)


async def _start_two(checker: InvariantChecker) -> None:
    await checker.scenario.start_bot()
    await checker.scenario.start_bot(TICKETBOT_SYNC_COMMANDS="false")
    await checker.scenario.configure()


CASES: dict[str, tuple[Callable[[InvariantChecker], Awaitable[None]], str]] = {
    "the owners ignored": (start_beside_a_deletion, "the same work"),
    "the read-back removed": (delete, "2: .* was not read back"),
    "notes not hidden from who is no staff": (note, "8: .* sees the notes"),
    "the slot index removed": (open_twice, "4: "),
    "compare-and-swap turned into a plain write": (claim_twice, "4: .* claimed by"),
}


@pytest.mark.parametrize("defect", MUTATIONS)
async def test_planted_defect_is_found(defect: str, tmp_path: Path, counts: Counts) -> None:
    broken = MUTATIONS[defect].plant(tmp_path / "broken")
    for attempt in range(ATTEMPTS):
        if await is_found(defect, broken, tmp_path / str(attempt)):
            break
    else:
        pytest.fail(f"{defect} was not found")
    counts.add("planted defects", defect, "found")


async def is_found(defect: str, broken: Path, folder: Path) -> bool:
    """Run the steps on the bot with a defect, and return whether it is found, as the expected violation."""
    (steps, complaint), found = CASES[defect], ""
    async with unchecked_scenario(Mode.REST, folder) as checker:
        checker.scenario.environment["PYTHONPATH"] = str(broken)
        try:
            await steps(checker)
        except BrokenInvariantError as error:
            found = str(error)
    assert not found or re.search(complaint, found), found
    return bool(found)


@pytest.mark.parametrize("defect", MUTATIONS)
async def test_without_the_defect_the_steps_pass(defect: str, tmp_path: Path) -> None:
    async with unchecked_scenario(Mode.REST, tmp_path) as checker:
        await CASES[defect][0](checker)
