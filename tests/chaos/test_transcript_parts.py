"""SIGKILL at every call of a deletion whose transcript takes two messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from tests.chaos.actions import ACTIONS
from tests.chaos.environment import Mode, Store
from tests.chaos.kill_points import KillPoint, Operation
from tests.chaos.kills import kill_and_recover, ready

if TYPE_CHECKING:
    from tests.chaos.actions import ActionRun
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts


async def close_with_files(run: ActionRun) -> None:
    await run.open_ticket()
    for number in range(11):
        await run.member.write(run.channel, "", files=[(f"{number}.txt", b"%d" % number)])
    await run.scenario.close_ticket(run.channel)


@pytest.mark.chaos
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("mode", "store"), [(Mode.GATEWAY, Store.SQLITE), (Mode.REST, Store.MONGODB)], ids=["gateway", "rest"]
)
@pytest.mark.parametrize("operation", list(Operation))
async def test_kill_at_every(checker: InvariantChecker, operation: Operation, counts: Counts) -> None:
    await ready(checker)
    action = attrs.evolve(ACTIONS["delete"], arrange=close_with_files)
    at, killed = 0, [True]
    while any(killed):
        at += 1
        killed = [
            await kill_and_recover(checker, action, KillPoint(operation=operation, at=at, after=after))
            for after in (False, True)
        ]
        counts.add(f"kills at {operation}", "delete in parts", checker.label, sum(killed))
    assert all(len(message.attachments) in {10, 2} for message in checker.scenario.transcripts.history)
