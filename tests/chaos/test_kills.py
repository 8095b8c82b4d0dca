"""SIGKILL at every call to Discord and every write to the store, of every action."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos import records
from tests.chaos.actions import ACTIONS, DELETE_WITH_FILES, SIMILAR
from tests.chaos.environment import Mode, Store
from tests.chaos.kill_points import KillPoint, Operation
from tests.chaos.kills import assert_repaired_in_time, kill_and_recover, ready

if TYPE_CHECKING:
    import random

    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts

KILLED = {**ACTIONS, DELETE_WITH_FILES.name: DELETE_WITH_FILES}

ON_SERVER = [pytest.mark.mongo, pytest.mark.chaos]
KILLED_WHERE = [
    pytest.param(action, mode, store, marks=ON_SERVER if store is Store.SERVER else [])
    for action in KILLED
    for mode in Mode
    for store in (Store.SQLITE, Store.MONGODB, *([Store.SERVER] if records.SERVER else []))
    if action not in SIMILAR or (mode is Mode.GATEWAY) == (store is Store.SQLITE)
]
"""The actions, each with the modes and stores in which it is killed."""

LEAST = {
    "open": 4,
    "claim": 3,
    "unclaim": 3,
    "transfer": 3,
    "claim and hide": 3,
    "unclaim and show": 3,
    "add": 3,
    "add beside notes": 3,
    "add colleague": 3,
    "remove": 3,
    "lock": 3,
    "note": 3,
    "close": 3,
    "reopen": 3,
    "delete": 5,
    DELETE_WITH_FILES.name: 5,
}
"""Writes that each action makes at least; fewer mean that the counting is broken."""


def operations(store: Store) -> list[Operation]:
    """Return what can be counted: a real MongoDB server cannot be told to hang at a write."""
    return [Operation.CALLS] if store is Store.SERVER else list(Operation)


def anywhere(rng: random.Random, store: Store, *, most: int) -> KillPoint:
    """Pick one of the first calls or writes."""
    return KillPoint(operation=rng.choice(operations(store)), at=rng.randint(1, most), after=rng.random() < 0.5)


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("action", "mode", "store"), KILLED_WHERE)
@pytest.mark.parametrize("operation", list(Operation))
async def test_kill_at_every(
    checker: InvariantChecker, action: str, operation: Operation, store: Store, counts: Counts
) -> None:
    if operation not in operations(store):
        pytest.skip("only the double can be told to hang at a write")
    await ready(checker)
    at, killed = 0, [True]
    while any(killed):
        at += 1
        # A deletion looks up names that the process has not cached, so that the number of its calls varies.
        killed = [
            await kill_and_recover(checker, KILLED[action], KillPoint(operation=operation, at=at, after=after))
            for after in (False, True)
        ]
        counts.add(f"kills at {operation}", action, checker.label, sum(killed))
    assert_repaired_in_time(checker, store)
    assert operation is Operation.CALLS or at > LEAST[action]


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("action", "mode", "store"), KILLED_WHERE)
async def test_kill_again_while_recovering(
    checker: InvariantChecker, action: str, store: Store, counts: Counts, rng: random.Random
) -> None:
    await ready(checker)
    for _ in range(6):
        first, second = anywhere(rng, store, most=LEAST[action]), anywhere(rng, store, most=10)
        if await kill_and_recover(checker, KILLED[action], first, then=second):
            counts.add("kills while recovering", action, checker.label)
    assert_repaired_in_time(checker, store)


@pytest.mark.scenario
@pytest.mark.parametrize(
    ("mode", "store"), [(Mode.GATEWAY, Store.MONGODB), (Mode.REST, Store.SQLITE)], ids=["gateway", "rest"]
)
async def test_kill_at_some(checker: InvariantChecker, store: Store, rng: random.Random) -> None:
    """Try a few of the kill points in the default session; ``nox -s chaos`` tries them all."""
    await ready(checker)
    for action in rng.sample(list(ACTIONS), 2):
        await kill_and_recover(checker, ACTIONS[action], anywhere(rng, store, most=2))
    assert_repaired_in_time(checker, store)
