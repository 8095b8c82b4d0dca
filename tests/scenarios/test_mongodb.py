"""The same life on MongoDB, spoken to a strict double of a server over a real socket; and stores that fail."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import acknowledged, answered, page_of
from tests.mongo_double.control import Control, running_in_process
from tests.mongo_double.faults import FaultKind
from tests.scenarios.test_context_menus import ABOUT, FOR, SELECT_ABOUT, assert_quoted, choose, insult
from tests.scenarios.test_replies import REPLIES, many, offered
from tests.scenarios.test_topics import opened, topic, with_topics
from ticketbot.config import params

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario


@pytest.fixture
def mongodb() -> Iterator[Control]:
    with running_in_process() as control:
        yield control
        assert control.violations == []
        assert control.scans == [], "every query has its index"


@pytest.fixture
async def stored(mongodb: Control, without_bot: Scenario) -> Scenario:
    """A server where the bot runs on MongoDB and is configured."""
    without_bot.environment["MONGODB_URI"] = mongodb.uri
    await without_bot.start_bot()
    await without_bot.configure()
    return without_bot


async def test_a_whole_life_on_mongodb(stored: Scenario) -> None:
    channel = await stored.open_ticket()
    await stored.claim_ticket(channel)
    await stored.alice.write(channel, "gardé ailleurs")
    await stored.restart_bot()
    await stored.close_ticket(channel)

    archived = await stored.delete_ticket(channel)

    assert "gardé ailleurs" in page_of(archived)
    assert (await stored.open_ticket()).name.startswith("002-")


async def test_message_is_quoted_on_mongodb_also_where_a_topic_and_a_form_come_first(stored: Scenario) -> None:
    message = await insult(stored)
    channel = await opened(stored, await stored.alice.menu_command(ABOUT, message))
    assert_quoted(stored, channel, message)
    form = [{"label": "Pourquoi ?", "kind": "short"}]
    await with_topics(stored, topic("Signalement", questions=form), topic("Candidature"))
    sue = stored.guild.add_member("sue")
    question = await answered(await sue.menu_command(ABOUT, message))
    await stored.restart_bot()
    press = await choose(sue, question, SELECT_ABOUT, 1)
    await press.acknowledged()

    channel = await opened(stored, await sue.submit(press, {"short:0:Pourquoi ?": "Il insulte tout le monde"}))

    assert "Il insulte tout le monde" in channel.history[0].text()
    assert_quoted(stored, channel, message)


async def test_staff_opens_for_a_member_on_mongodb(stored: Scenario) -> None:
    channel = await opened(stored, await stored.staff.menu_command(FOR, stored.alice))
    assert stored.alice.was_pinged_by(channel.history[0])
    again = await answered(await stored.staff.menu_command(FOR, stored.alice))
    told = params.MESSAGES["refused_opener_limit"]
    assert told.format(member=stored.alice.mention, channel=f"<#{channel.id}>") in again.text()

    await stored.restart_bot()

    await stored.claim_ticket(channel)
    infos = (await answered(await stored.staff.command("ticket infos", channel))).text()
    assert params.MESSAGES["infos_opened_for"] in infos


async def test_canned_replies_on_mongodb(stored: Scenario) -> None:
    await with_topics(stored, replies=[*REPLIES, *many(48)])
    channel = await stored.open_ticket()
    await stored.restart_bot()
    assert await offered(stored.staff, channel, "bien") == ["Bienvenue"]

    await acknowledged(await stored.staff.command("ticket reponse", channel, reponse="bienvenue"))

    await stored.wait_until(lambda: len(channel.history) == 2)
    assert f"Bonjour {stored.alice.mention}, {stored.staff.mention} suit le ticket 001" in channel.history[-1].text()


async def test_claimed_ticket_is_hidden_on_mongodb_until_it_is_given_up(stored: Scenario) -> None:
    await with_topics(stored, claim_mode="hidden", closing={"sign": True})
    channel = await stored.open_ticket()
    await stored.claim_ticket(channel)
    assert (stored.staff.sees(channel), stored.other_staff.sees(channel)) == (True, False)
    await stored.wait_until(lambda: channel.name == "🟡-001-alice-martin")

    await stored.restart_bot()
    await answered(await stored.staff.command("ticket liberer", channel))

    assert stored.other_staff.sees(channel)
    await stored.wait_until(lambda: channel.name == "🟢-001-alice-martin")


async def test_replicas_share_mongodb(stored: Scenario) -> None:
    if stored.mode == "gateway":
        pytest.skip("replicas answer over signed HTTP")
    for _ in range(2):
        await stored.start_bot(TICKETBOT_SYNC_COMMANDS="false")
    members = [stored.guild.add_member(f"membre{index}") for index in range(10)]

    presses = [await stored.press_open(member) for member in members for _ in range(3)]
    await asyncio.gather(*(answered(press) for press in presses))

    assert len(stored.tickets()) == len(members)
    assert len({channel.name.partition("-")[0] for channel in stored.tickets()}) == len(members)


async def test_store_that_is_not_there_at_the_start_is_waited_for(without_bot: Scenario) -> None:
    with socket.socket() as reserved:  # and nobody listens on it
        reserved.bind(("127.0.0.1", 0))
        without_bot.environment["MONGODB_URI"] = f"mongodb://127.0.0.1:{reserved.getsockname()[1]}/"
        bot = await without_bot.spawn_bot()
        await bot.wait_for("MongoDB cannot be reached")

        assert bot.process.returncode is None
        assert await bot.stop() == 0


async def test_store_that_goes_away_is_told_and_comes_back(stored: Scenario, mongodb: Control) -> None:
    for command in ("insert", "find", "findAndModify"):
        for _ in range(4):
            mongodb.fail(FaultKind.DROP_BEFORE, command)

    answer = await answered(await stored.press_open(stored.alice))

    assert params.MESSAGES["refused_store_unavailable"] in answer.text()
    mongodb.clear()
    await stored.open_ticket()
