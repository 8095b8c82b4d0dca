from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import REOPEN, acknowledged, page_of
from tests.simulator.permissions import Permissions

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario


async def test_a_whole_life(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    assert channel.name == "001-alice-martin"

    assert f"<@{scenario.staff.id}>" in (await scenario.claim_ticket(channel)).text()

    await scenario.alice.write(channel, "Bonjour !")
    await scenario.close_ticket(channel)
    assert not scenario.alice.permissions(channel)
    assert scenario.other_staff.permissions(channel) & Permissions.SEND_MESSAGES

    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.permissions(channel) & Permissions.VIEW_CHANNEL)
    await scenario.close_ticket(channel, scenario.alice)
    archived = await scenario.delete_ticket(channel)

    assert [file.filename for file in archived.attachments] == ["transcript-001.html"]
    assert "Bonjour !" in page_of(archived)
    assert f"<@{scenario.alice.id}> (`{scenario.alice.id}`)" in archived.text()
    assert f"<@{scenario.staff.id}>" in archived.text()
    assert (await scenario.open_ticket()).name == "002-alice-martin"
