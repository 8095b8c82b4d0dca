"""A ticket's whole life breaks no invariant, and the checker finds what is broken on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.environment import Mode, Store
from tests.chaos.invariants import BrokenInvariantError
from tests.harness.scenario import OPEN, REOPEN, acknowledged

if TYPE_CHECKING:
    from tests.chaos.invariants import InvariantChecker
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario


async def complete_life(scenario: Scenario) -> None:
    """Take one ticket from its opening to its deletion."""
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)
    await scenario.alice.write(channel, "Bonjour !")
    await scenario.close_ticket(channel)
    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel) and channel.history[-1].content)
    await scenario.close_ticket(channel)
    await scenario.delete_ticket(channel)


async def test_a_tickets_whole_life_breaks_no_invariant(checker: InvariantChecker) -> None:
    await checker.scenario.start_bot()
    await checker.scenario.configure()

    await complete_life(checker.scenario)
    await checker.scenario.open_ticket()

    await checker.assert_consistent()


@pytest.mark.parametrize("mode", [Mode.REST])
@pytest.mark.parametrize("store", [Store.SQLITE])
async def test_checker_finds_what_is_broken(checker: InvariantChecker) -> None:
    scenario = checker.scenario
    await scenario.start_bot()
    await scenario.configure()
    channel = await scenario.open_ticket()
    await checker.assert_consistent()

    scenario.guild.delete_channel(channel)
    with pytest.raises(BrokenInvariantError, match="3: ticket 1, open, has no channel"):
        await checker.assert_consistent(within=0)

    bob = await scenario.open_ticket(scenario.bob)
    bob.messages.clear()
    with pytest.raises(BrokenInvariantError, match="5: #002-bob has 0 welcomes"):
        await checker.assert_consistent(within=0)

    scenario.guild.add_text_channel("003-nobody", parent=scenario.category)
    with pytest.raises(BrokenInvariantError, match="3: #003-nobody"):
        await checker.assert_consistent(within=0)

    await scenario.bots[0].kill()
    scenario.forget_bots()
    await (await scenario.bob.press(scenario.panels()[0], custom_id=OPEN)).settled()
    with pytest.raises(BrokenInvariantError, match="6: component ticket:open of bob failed"):
        await checker.assert_consistent(within=0)
