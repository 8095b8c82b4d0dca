"""Kill -9 at every call of a deletion whose transcript takes two messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from tests.chaos.actions import ACTIONS
from tests.chaos.blows import Aim, Target
from tests.chaos.kills import die, ready
from tests.chaos.stage import Mode, Store

if TYPE_CHECKING:
    from tests.chaos.actions import Scene
    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally


async def closed_with_files(scene: Scene) -> None:
    await scene.opened()
    for number in range(11):
        await scene.member.write(scene.channel, "", files=[(f"{number}.txt", b"%d" % number)])
    await scene.world.closed(scene.channel)


@pytest.mark.chaos
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("mode", "store"), [(Mode.GATEWAY, Store.SQLITE), (Mode.REST, Store.MONGODB)], ids=["gateway", "rest"]
)
@pytest.mark.parametrize("target", list(Target))
async def test_kill_at_every(witness: Witness, target: Target, tally: Tally) -> None:
    await ready(witness)
    action = attrs.evolve(ACTIONS["delete"], needs=closed_with_files)
    at, died = 0, [True]
    while any(died):
        at += 1
        died = [await die(witness, action, Aim(target=target, at=at, after=after)) for after in (False, True)]
        tally.count(f"kills at {target}", "delete in parts", witness.setting, sum(died))
    assert all(len(message.attachments) in {10, 2} for message in witness.world.transcripts.history)
