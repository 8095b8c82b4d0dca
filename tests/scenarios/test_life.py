from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import REOPEN, acknowledged, page_of
from tests.simulator.permissions import Permissions

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


async def test_a_whole_life(world: World) -> None:
    channel = await world.opened()
    assert channel.name == "001-alice-martin"

    assert f"<@{world.staff.id}>" in (await world.claimed(channel)).text()

    await world.alice.write(channel, "Bonjour !")
    await world.closed(channel)
    assert not world.alice.permissions(channel)
    assert world.other_staff.permissions(channel) & Permissions.SEND_MESSAGES

    await acknowledged(await world.press(world.staff, channel, REOPEN))
    await world.until(lambda: world.alice.permissions(channel) & Permissions.VIEW_CHANNEL)
    await world.closed(channel, world.alice)
    archived = await world.deleted(channel)

    assert [file.filename for file in archived.attachments] == ["transcript-001.html"]
    assert "Bonjour !" in page_of(archived)
    assert f"<@{world.alice.id}> (`{world.alice.id}`)" in archived.text()
    assert f"<@{world.staff.id}>" in archived.text()
    assert (await world.opened()).name == "002-alice-martin"
