"""What a whole life leaves in the figures; none of it names anybody."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest
from prometheus_client import parser

from tests.harness.bot_process import READY_WITHIN
from tests.harness.scenario import CLAIM, REOPEN, answered
from tests.simulator.faults import RateLimit
from ticketbot.metrics import calls

if TYPE_CHECKING:
    from tests.harness.bot_process import BotProcess
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def page_url(bot: BotProcess) -> str:
    (line,) = [line for line in bot.lines() if "metrics on " in line]
    return line.rpartition("metrics on ")[2].strip()


async def get(url: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, response.headers["Content-Type"], await response.text()


async def figures(bot: BotProcess) -> Figures:
    status, kind, text = await get(page_url(bot))
    assert (status, kind.partition(";")[0]) == (200, "text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(found: Figures, name: str, **labels: str) -> float:
    return found.get((name, frozenset(labels.items())), 0.0)


async def test_a_whole_life_is_counted_and_nobody_is_named(without_bot: Scenario) -> None:
    bot = await without_bot.start_bot(TICKETBOT_METRICS="0")
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    await answered(await without_bot.press_open(without_bot.alice))
    await answered(await without_bot.press(without_bot.alice, channel, CLAIM))
    await without_bot.claim_ticket(channel)
    await without_bot.close_ticket(channel)
    before = len(channel.history)
    await without_bot.press(without_bot.staff, channel, REOPEN)
    await without_bot.wait_until(lambda: len(channel.history) > before)
    await without_bot.close_ticket(channel)
    without_bot.sim.faults.add("POST /channels/{channel_id}/messages", RateLimit(0.1))
    archived = await without_bot.delete_ticket(channel)
    # the figures follow the work, which ends a moment after its answer
    found = await figures(bot)
    while not of(found, "ticketbot_tickets_total", move="deleted"):
        await asyncio.sleep(0.05)
        found = await figures(bot)

    moves = {"opened": 1, "claimed": 1, "closed": 2, "reopened": 1, "deleted": 1}
    assert {move: of(found, "ticketbot_tickets_total", move=move) for move in moves} == moves
    assert of(found, "ticketbot_refusals_total", button="open", reason="AlreadyOpen") == 1
    assert of(found, "ticketbot_refusals_total", button="claim", reason="OpenerCannotClaim") == 1
    assert of(found, "ticketbot_press_seconds_count", button="open") == 2
    assert of(found, "ticketbot_transcript_bytes_sum") == archived.attachments[0].size
    posted = {"method": "POST", "route": "/channels/{id}/messages"}
    assert of(found, "ticketbot_discord_calls_total", **posted, status="429") == 1
    created = {"method": "POST", "route": "/guilds/{id}/channels"}
    assert of(found, "ticketbot_discord_calls_total", **created, status="201") == 1
    assert of(found, "ticketbot_discord_call_seconds_count", **created) == 1
    assert of(found, "process_resident_memory_bytes") > 0
    served = sum(value for (name, _), value in found.items() if name == "ticketbot_discord_calls_total")
    assert served == len(without_bot.sim.calls)
    assert not [name for name, _ in found if name.startswith("ticketbot_") and name.endswith("_created")]
    _, _, text = await get(page_url(bot))
    for secret in (
        without_bot.sim.token,
        without_bot.alice.name,
        "Alice Martin",
        str(channel.id),
        str(without_bot.guild.guild.id),
    ):
        assert secret not in text


async def test_health_is_told_beside_the_figures(without_bot: Scenario) -> None:
    bot = await without_bot.start_bot(TICKETBOT_METRICS="127.0.0.1:0")
    page = page_url(bot)

    for path, said in (("healthz", "alive"), ("readyz", "ready")):
        assert (await get(page.replace("metrics", path)))[::2] == (200, said + "\n")


@pytest.mark.parametrize("mode", ["gateway"])
async def test_figures_are_off_unless_asked_for_and_a_taken_port_is_told(without_bot: Scenario) -> None:
    bot = await without_bot.start_bot()
    assert not any("metrics on" in line for line in bot.lines())

    taken = await without_bot.spawn_bot(TICKETBOT_METRICS=without_bot.sim.url.rpartition(":")[2])

    assert await asyncio.wait_for(taken.process.wait(), READY_WITHIN) == 2
    assert "TICKETBOT_METRICS" in taken.lines()[-1]


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/api/v10/channels/1100000000000000001/messages/11", "/channels/{id}/messages/{id}"),
        ("/api/v10/webhooks/11/aW50ZXJhY3Rpb24/messages/@original", "/webhooks/{id}/{token}/messages/@original"),
        ("/api/v10/interactions/11/aW50ZXJhY3Rpb24/callback", "/interactions/{id}/{token}/callback"),
        ("/proxy/v10/users/@me", "/users/@me"),
    ],
)
def test_route_has_neither_ids_nor_tokens(path: str, template: str) -> None:
    assert calls.route(path) == template
