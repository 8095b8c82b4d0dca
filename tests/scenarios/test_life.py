from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import CLAIM, REOPEN, text_of
from tests.standin import state

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


async def test_a_whole_life(world: World) -> None:
    channel = await world.opened()
    assert channel.name == "001-alice-martin"

    await (await world.press(world.staff, channel, CLAIM)).settled()
    assert f"<@{world.staff.id}>" in text_of(channel.messages[-1])

    await world.sim.write(world.alice, channel, "Bonjour !")
    await world.closed(channel)
    assert not world.alice.permissions(channel)
    assert world.other_staff.permissions(channel) & state.SEND

    await (await world.press(world.staff, channel, REOPEN)).acknowledged()
    await world.sim.until(lambda: world.alice.permissions(channel) & state.VIEW)
    await world.closed(channel, world.alice)
    archived = await world.deleted(channel)

    assert [file.name for file in archived.files] == ["transcript-001.html"]
    assert "Bonjour !" in archived.files[0].content.decode()
    assert f"<@{world.alice.id}> (`{world.alice.id}`)" in text_of(archived)
    assert f"<@{world.staff.id}>" in text_of(archived)
    assert (await world.opened()).name == "002-alice-martin"
