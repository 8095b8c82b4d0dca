"""Kill -9 at every call to Discord and at every write to the store, of every action."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.actions import ACTIONS, DELETE_WITH_FILES
from tests.chaos.blows import Aim, Target
from tests.chaos.kills import die, ready
from tests.chaos.stage import Mode, Store

if TYPE_CHECKING:
    import random

    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally

KILLED = {**ACTIONS, DELETE_WITH_FILES.name: DELETE_WITH_FILES}

LEAST = {"open": 5, "claim": 3, "close": 3, "reopen": 3, "delete": 5, DELETE_WITH_FILES.name: 5}
"""Writes that each action makes at least: if fewer are counted, the counting is broken."""


def targets(store: Store) -> list[Target]:
    """List where a blow can fall: a server that is no double cannot be told to hang at a write."""
    return [Target.CALLS] if store is Store.SERVER else list(Target)


def anywhere(chance: random.Random, store: Store, *, most: int) -> Aim:
    """Aim at any of the first calls or writes."""
    return Aim(target=chance.choice(targets(store)), at=chance.randint(1, most), after=chance.random() < 0.5)


@pytest.mark.chaos
@pytest.mark.timeout(400)
@pytest.mark.parametrize("action", KILLED)
@pytest.mark.parametrize("target", list(Target))
async def test_kill_at_every(witness: Witness, action: str, target: Target, store: Store, tally: Tally) -> None:
    if target not in targets(store):
        pytest.skip("only a double can be told to hang at a write")
    await ready(witness)
    at, died = 0, [True]
    while any(died):
        at += 1
        # A deletion asks for names that the process does not know yet, so that its calls are not always as many.
        died = [await die(witness, KILLED[action], Aim(target=target, at=at, after=after)) for after in (False, True)]
        tally.count(f"kills at {target}", action, witness.setting, sum(died))
    assert target is Target.CALLS or at > LEAST[action]


@pytest.mark.chaos
@pytest.mark.timeout(400)
@pytest.mark.parametrize("action", KILLED)
async def test_kill_again_while_recovering(
    witness: Witness, action: str, store: Store, tally: Tally, chance: random.Random
) -> None:
    await ready(witness)
    for _ in range(6):
        first, second = anywhere(chance, store, most=LEAST[action]), anywhere(chance, store, most=10)
        if await die(witness, KILLED[action], first, then=second):
            tally.count("kills while recovering", action, witness.setting)


@pytest.mark.scenario
@pytest.mark.parametrize(
    ("mode", "store"), [(Mode.GATEWAY, Store.MONGODB), (Mode.REST, Store.SQLITE)], ids=["gateway", "rest"]
)
async def test_kill_at_some(witness: Witness, store: Store, chance: random.Random) -> None:
    """Try, in the default session, a few of the points that nox -s chaos tries all."""
    await ready(witness)
    for action in chance.sample(list(ACTIONS), 2):
        await die(witness, ACTIONS[action], anywhere(chance, store, most=2))
