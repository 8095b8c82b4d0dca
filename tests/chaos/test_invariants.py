"""A whole life breaks nothing; and the witness sees what is broken on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.invariants import BrokenInvariantError
from tests.chaos.stage import Mode, Store
from tests.scenarios.world import OPEN, REOPEN, acknowledged

if TYPE_CHECKING:
    from tests.chaos.invariants import Witness
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


async def live(world: World) -> None:
    """Live one ticket's life, from its opening to its deletion."""
    channel = await world.opened()
    await world.claimed(channel)
    await world.alice.write(channel, "Bonjour !")
    await world.closed(channel)
    await acknowledged(await world.press(world.staff, channel, REOPEN))
    await world.until(lambda: world.alice.sees(channel) and channel.history[-1].content)
    await world.closed(channel)
    await world.deleted(channel)


async def test_a_whole_life_breaks_nothing(witness: Witness) -> None:
    await witness.world.start_bot()
    await witness.world.configured()

    await live(witness.world)
    await witness.world.opened()

    await witness.require()


@pytest.mark.parametrize("mode", [Mode.REST])
@pytest.mark.parametrize("store", [Store.SQLITE])
async def test_witness_sees_what_is_broken(witness: Witness) -> None:
    world = witness.world
    await world.start_bot()
    await world.configured()
    channel = await world.opened()
    await witness.require()

    world.guild.delete_channel(channel)
    with pytest.raises(BrokenInvariantError, match="3: ticket 1, open, has no channel"):
        await witness.require(within=0)

    bob = await world.opened(world.bob)
    bob.messages.clear()
    with pytest.raises(BrokenInvariantError, match="5: #002-bob has 0 welcomes"):
        await witness.require(within=0)

    world.guild.add_text_channel("003-nobody", parent=world.category)
    with pytest.raises(BrokenInvariantError, match="3: #003-nobody"):
        await witness.require(within=0)

    await world.bots[0].kill()
    world.forget_bots()
    await (await world.bob.press(world.panels()[0], custom_id=OPEN)).settled()
    with pytest.raises(BrokenInvariantError, match="6: component ticket:open of bob failed"):
        await witness.require(within=0)
