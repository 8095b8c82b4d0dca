"""A raid: many members of one server press at once, and those of another server are served meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.harness import simultaneous
from tests.harness.limiting_proxy import limiting_proxy
from tests.harness.processor import Stopwatch
from tests.harness.raids import Cluster, enforce_limits
from tests.harness.scenario import CLAIM, Scenario, answered, has_button

if TYPE_CHECKING:
    from tests.simulator.interactions import Interaction

pytestmark = pytest.mark.scenario

MEMBERS = 120
CREATION = "POST /guilds/{guild_id}/channels"


def make_room(scenario: Scenario) -> None:
    """Let a category take the channels of a raid."""
    limits = scenario.sim.discord.limits
    limits.channels_per_category = limits.channels_per_guild = 1_000


@pytest.fixture
async def scenario(without_bot: Scenario) -> Scenario:
    """A server whose bot has a token for 50 requests a second, and whose category has room for a raid."""
    make_room(without_bot)
    await without_bot.start_bot(TICKETBOT_RECOVERY_SECONDS="3600")
    await without_bot.configure()
    return without_bot


async def quiet_server(scenario: Scenario) -> Scenario:
    """Return another server with the same bot."""
    other = Scenario.build(scenario.sim, scenario.mode, scenario.folder)
    await other.configure()
    return other


async def raid(scenario: Scenario, members: int) -> list[Interaction]:
    people = [scenario.guild.add_member(f"membre{index}") for index in range(members)]
    return await asyncio.gather(*(scenario.press_open(person) for person in people))


def share_of_refusals(scenario: Scenario, mark: int) -> float:
    """Return which part of the requests since a mark Discord refused because of a rate limit."""
    calls = scenario.sim.calls[mark:]
    return sum(call.status == 429 for call in calls) / len(calls)


async def test_raid_on_one_server_does_not_stop_another(scenario: Scenario) -> None:
    quiet, sim = await quiet_server(scenario), scenario.sim
    enforce_limits(sim, {CREATION: (1_000, 10.0)})
    mark = len(sim.calls)

    presses = await raid(scenario, MEMBERS)
    seconds: list[float] = []
    for member in (quiet.alice, quiet.bob, quiet.staff):
        watch = Stopwatch(scenario.bots[0].process.pid)
        await quiet.open_ticket(member)
        seconds.append(watch.elapsed())
    is_over = all(press.is_settled for press in presses)
    await asyncio.gather(*(answered(press, 60) for press in presses))

    assert not is_over
    assert max(seconds) < 5
    assert share_of_refusals(scenario, mark) < 0.01
    await scenario.wait_until(lambda: len(scenario.tickets()) == MEMBERS)
    await scenario.wait_until(
        lambda: all(any(has_button(one, CLAIM) for one in channel.history) for channel in scenario.tickets())
    )


async def test_members_wait_for_the_bucket_of_their_own_server_alone(scenario: Scenario) -> None:
    quiet, sim = await quiet_server(scenario), scenario.sim
    sim.latency = 0.5  # both press before any answer names the bucket
    enforce_limits(sim, {CREATION: (5, 4.0)})

    presses = await raid(scenario, 20)
    watch = Stopwatch(scenario.bots[0].process.pid)
    await quiet.open_ticket()
    seconds = watch.elapsed()
    is_over = all(press.is_settled for press in presses)
    await asyncio.gather(*(answered(press, 60) for press in presses))

    assert not is_over
    assert seconds < 4.5
    assert len(scenario.tickets()) == 20


async def test_links_to_tickets_do_not_wait_for_each_other(scenario: Scenario) -> None:
    cluster = await Cluster.configure(scenario, 9)
    assert await scenario.stop_bots() == [0]
    await scenario.start_bot(TICKETBOT_RECOVERY_SECONDS="3600")  # no answer has named any bucket yet
    scenario.sim.latency = 0.7

    watch = Stopwatch(scenario.bots[0].process.pid)
    outcome = await cluster.press(1, within=0.05, patience=30)

    assert outcome.tickets == 9
    assert max(outcome.seconds) - watch.left_out() < 4.5  # one after the other they would take as long by themselves


async def test_nobody_is_refused_because_discord_answers_slowly(scenario: Scenario) -> None:
    sim, members = scenario.sim, 60
    sim.latency = 1.5  # many press before any answer says how fast channels may be created
    enforce_limits(sim, {CREATION: (1_000, 10.0)})

    presses = await raid(scenario, members // 2)
    await asyncio.sleep(1.2)
    presses += [await scenario.press_open(scenario.guild.add_member(f"tard{at}")) for at in range(members // 2)]
    await asyncio.gather(*(answered(press, 60) for press in presses))

    assert len(scenario.tickets()) == members


@pytest.mark.parametrize("mode", ["rest"])  # over the gateway one process has the session
async def test_three_processes_share_the_limits_of_one_token(without_bot: Scenario) -> None:
    make_room(without_bot)
    await simultaneous.start_several(without_bot, 3, TICKETBOT_RECOVERY_SECONDS="3600")
    cluster, sim = await Cluster.configure(without_bot, 4), without_bot.sim
    enforce_limits(sim, {CREATION: (10, 2.0)})
    mark = len(sim.calls)

    watches = [Stopwatch(bot.process.pid) for bot in without_bot.bots]
    outcome = await cluster.press(50, within=2.0, patience=60)

    creations = [call for call in sim.calls[mark:] if call.route == CREATION and call.status != 429]
    assert (outcome.failed, outcome.refusals, outcome.tickets) == (0, {}, 50 + 3)
    assert len(creations) == outcome.tickets
    assert outcome.too_many <= outcome.calls / 100
    assert outcome.slowest_reaction < simultaneous.MOST_SECONDS
    assert max(outcome.seconds) - max(watch.left_out() for watch in watches) < 5


async def test_requests_may_wait_in_a_proxy(without_bot: Scenario) -> None:
    make_room(without_bot)
    sim, members = without_bot.sim, 40
    async with limiting_proxy(sim.api_url, per_second=20) as proxy:
        behind = {"DISCORD_API_URL": proxy.url, "TICKETBOT_CALL_SECONDS": "20"}
        await without_bot.start_bot(TICKETBOT_RECOVERY_SECONDS="3600", **behind)
        await without_bot.configure()
        enforce_limits(sim, {CREATION: (1_000, 10.0)})
        mark = len(sim.calls)

        presses = await raid(without_bot, members)
        await asyncio.gather(*(answered(press, 60) for press in presses))
        await without_bot.wait_until(
            lambda: all(any(has_button(one, CLAIM) for one in channel.history) for channel in without_bot.tickets())
        )
        assert await without_bot.stop_bots() == [0]

    calls = sim.calls[mark:]
    assert proxy.most_waiting > 5
    assert len(without_bot.tickets()) == members
    assert sum(call.route == CREATION for call in calls) == members
    assert all(call.status is not None and call.status < 300 for call in calls)


async def test_members_who_wait_for_a_category_that_is_full_cost_no_requests(scenario: Scenario) -> None:
    sim = scenario.sim
    sim.discord.limits.channels_per_category = 5
    enforce_limits(sim, {CREATION: (4, 2.0)})
    mark = len(sim.calls)

    presses = await raid(scenario, 30)
    await asyncio.gather(*(answered(press, 60) for press in presses))

    asked = [call.status for call in sim.calls[mark:] if call.route == CREATION]
    assert len(scenario.tickets()) == 5
    assert asked.count(201) == 5
    assert asked.count(400) <= 4  # what was on its way when the first was refused
