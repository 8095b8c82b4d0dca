"""Locking a ticket: its opener and those who were added read, and do not write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import REOPEN, acknowledged, answered
from tests.scenarios.test_menu import choose, offered, open_menu
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

WRITE = Permissions.SEND_MESSAGES


async def test_only_staff_writes_until_the_ticket_is_unlocked(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await answered(await scenario.staff.command("ticket ajouter", channel, membre=scenario.bob))
    mark = len(scenario.sim.calls)

    await answered(await scenario.staff.command("ticket verrouiller", channel))

    for member in (scenario.alice, scenario.bob):
        assert member.sees(channel)
        assert member.sees(channel.history[0])
        assert not member.permissions(channel) & (WRITE | Permissions.SEND_MESSAGES_IN_THREADS)
    assert scenario.staff.permissions(channel) & WRITE
    assert scenario.admin.permissions(channel) & WRITE
    puts = [one for one in scenario.sim.calls[mark:] if one.method == "PUT"]
    assert len(puts) == 2, "one for each who is locked"
    assert scenario.staff.mention in channel.history[-1].text()

    await scenario.close_ticket(channel)
    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    assert not scenario.alice.permissions(channel) & WRITE

    await answered(await scenario.staff.command("ticket deverrouiller", channel))
    assert scenario.alice.permissions(channel) & WRITE
    assert scenario.bob.permissions(channel) & WRITE


async def test_menu_offers_to_lock_or_to_unlock(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    await answered(await choose(scenario.staff, channel, "lock"))

    await scenario.wait_until(lambda: not scenario.alice.permissions(channel) & WRITE)
    menu = offered(await open_menu(scenario.staff, channel))
    assert "unlock" in menu
    assert "lock" not in menu
    answer = await answered(await scenario.staff.command("ticket verrouiller", channel))
    assert params.MESSAGES["refused_already_locked"] in answer.text()


async def test_lock_works_where_the_bot_cannot_deny_threads(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    everyone = scenario.guild.guild.roles[scenario.guild.guild.id]
    everyone.permissions &= ~(Permissions.CREATE_PUBLIC_THREADS | Permissions.SEND_MESSAGES_IN_THREADS)

    await answered(await scenario.staff.command("ticket verrouiller", channel))

    assert scenario.alice.sees(channel)
    assert not scenario.alice.permissions(channel) & WRITE


async def test_opener_neither_locks_nor_unlocks(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    for command in ("verrouiller", "deverrouiller"):
        answer = await answered(await scenario.alice.command(f"ticket {command}", channel))
        assert params.MESSAGES["refused_not_staff"] in answer.text()
