"""A member opens at most three tickets in ten minutes: closed and deleted ones count, also after a restart."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import answered
from tests.mongo_double.control import running_in_process
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario


async def open_and_close(scenario: Scenario, count: int, *, delete: bool = False) -> None:
    for _ in range(count):
        channel = await scenario.open_ticket()
        await scenario.close_ticket(channel)
        if delete:
            await scenario.delete_ticket(channel)


async def assert_refused(scenario: Scenario, *, via: str | None = None) -> None:
    before = len(scenario.guild.channels)
    answer = await answered(await scenario.press_open(scenario.alice, via=via))

    start, _, _ = params.MESSAGES["refused_too_many_openings"].partition("{moment}")
    assert start in answer.text()
    (moment,) = re.findall(r"<t:(\d+):R>", answer.text())
    assert 0 < int(moment) - time.time() <= 601
    assert answer.shown_only_to == scenario.alice.id
    assert len(scenario.guild.channels) == before


async def test_fourth_opening_within_ten_minutes_is_refused_with_the_next_moment(scenario: Scenario) -> None:
    await open_and_close(scenario, 2, delete=True)
    await open_and_close(scenario, 1)

    await assert_refused(scenario)
    await scenario.open_ticket(scenario.bob)
    await scenario.restart_bot()
    await assert_refused(scenario)


async def test_refused_opening_is_not_counted(scenario: Scenario) -> None:
    await open_and_close(scenario, 1)
    channel = await scenario.open_ticket()
    for _ in range(3):
        await answered(await scenario.press_open(scenario.alice))
    await scenario.close_ticket(channel)

    await open_and_close(scenario, 1)
    await assert_refused(scenario)


async def test_opening_that_failed_is_not_counted(scenario: Scenario) -> None:
    full = [
        scenario.guild.add_text_channel("x", parent=scenario.category)
        for _ in range(scenario.sim.discord.limits.channels_per_category)
    ]
    for _ in range(4):
        answer = await answered(await scenario.press_open(scenario.alice))
        assert params.MESSAGES["refused_category_full"] in answer.text()
    for channel in full:
        scenario.guild.delete_channel(channel)

    await open_and_close(scenario, 3)
    await assert_refused(scenario)


@pytest.mark.parametrize("limit", [1, 5])
async def test_limit_is_a_parameter(without_bot: Scenario, limit: int) -> None:
    without_bot.set_params(f"MAX_OPENINGS = {limit}\n")
    await without_bot.start_bot()
    await without_bot.configure()

    await open_and_close(without_bot, limit)
    await assert_refused(without_bot)


async def test_processes_on_mongodb_count_together(without_bot: Scenario) -> None:
    with running_in_process() as mongodb:
        without_bot.environment["MONGODB_URI"] = mongodb.uri
        await without_bot.start_bot()
        await without_bot.configure()
        await open_and_close(without_bot, 2)
        await open_and_close(without_bot, 1, delete=True)

        if without_bot.mode == "rest":
            await without_bot.start_bot(TICKETBOT_SYNC_COMMANDS="false")
            await assert_refused(without_bot, via=without_bot.via(1))
        else:
            await without_bot.restart_bot()
        await assert_refused(without_bot)
        await without_bot.stop_bots()
        assert mongodb.violations == []
        stored = repr([mongodb.documents("ticketbot", name) for name in ("openings", "presses")])
        assert str(without_bot.alice.id) not in stored


async def test_presses_at_the_same_instant_count_each_other_where_several_tickets_are_allowed(
    without_bot: Scenario,
) -> None:
    without_bot.set_params("MAX_OPEN_TICKETS = 10\n")
    await without_bot.start_bot()
    await without_bot.configure()

    presses = [await without_bot.press_open(without_bot.alice) for _ in range(6)]
    answers = [(await answered(press)).text() for press in presses]

    start, _, _ = params.MESSAGES["refused_too_many_openings"].partition("{moment}")
    assert len(without_bot.tickets()) == 3
    assert sum(start in answer for answer in answers) == 3
