"""A bot that is removed from a server while it runs, and invited back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import answered
from tests.simulator.permissions import Permissions
from ticketbot.tickets.permissions import BOT_IN_TICKET, NEEDED_IN_ALL

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario


async def test_running_bot_goes_on_once_it_is_invited_back(without_bot: Scenario) -> None:
    bot = await without_bot.start_bot(TICKETBOT_RECOVERY_SECONDS="0.3")
    await without_bot.configure()
    old = await without_bot.open_ticket()
    without_bot.guild.remove_bot()
    await bot.wait_for(f"the bot was removed from server {without_bot.guild.id}")
    without_bot.sim.add_bot(without_bot.guild, Permissions(int(NEEDED_IN_ALL)))
    new = await without_bot.open_ticket(without_bot.bob)
    unseen = await answered(await without_bot.press_open(without_bot.alice))
    # Discord forgot the bot's overwrites: an administrator lets it into the private channels again.
    for channel in (old, without_bot.transcripts):
        without_bot.guild.set_overwrite(channel, without_bot.guild.bot, allow=Permissions(int(BOT_IN_TICKET)))
    await without_bot.close_ticket(new)
    await without_bot.delete_ticket(new)
    await without_bot.claim_ticket(old)
    await without_bot.close_ticket(old)
    await without_bot.delete_ticket(old)

    assert f"<#{old.id}>" in unseen.text()
    assert sum("WARNING" in line for line in bot.lines()) == 1
