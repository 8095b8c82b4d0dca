from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import answered
from tests.simulator.faults import Respond
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

CREATE = "POST /guilds/{guild_id}/channels"
PARTICIPANT = (
    Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES | Permissions.READ_MESSAGE_HISTORY | Permissions.ATTACH_FILES
)


async def test_ticket_is_seen_by_opener_staff_and_bot_alone(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    assert channel.parent is scenario.category
    for member in (scenario.alice, scenario.staff, scenario.other_staff):
        assert member.permissions(channel) & PARTICIPANT == PARTICIPANT
    assert not scenario.bob.permissions(channel)
    assert channel.overwrites[scenario.guild.id].deny == Permissions.VIEW_CHANNEL
    assert not channel.overwrites[scenario.guild.id].allow


async def test_welcome_pings_staff_and_opener_alone(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    (welcome,) = channel.history

    assert welcome.pinged == {scenario.staff.id, scenario.other_staff.id, scenario.alice.id}
    assert f"<@&{scenario.staff_role.id}>" in welcome.content
    assert len(welcome.embeds[0]["fields"]) == 3
    assert [button["custom_id"] for button in welcome.buttons] == ["ticket:claim", "ticket:close", "ticket:menu"]


async def test_answer_links_to_the_ticket_and_is_seen_by_the_opener_alone(scenario: Scenario) -> None:
    answer = await answered(await scenario.press_open(scenario.alice))
    (channel,) = scenario.tickets()

    assert answer.shown_only_to == scenario.alice.id
    assert f"<#{channel.id}>" in answer.text()
    assert answer.embeds


async def test_second_press_creates_nothing_and_shows_the_way_to_the_first(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    answer = await answered(await scenario.press_open(scenario.alice))

    assert params.MESSAGES["refused_already_open"].format(channel=f"<#{channel.id}>") in answer.text()
    assert scenario.tickets() == [channel]


async def test_presses_at_the_same_instant_create_one_ticket(scenario: Scenario) -> None:
    presses = await asyncio.gather(*(scenario.press_open(scenario.alice) for _ in range(8)))
    answers = await asyncio.gather(*(answered(press) for press in presses))

    (channel,) = scenario.tickets()
    assert all(f"<#{channel.id}>" in answer.text() for answer in answers)


async def test_many_members_at_once_get_their_own_numbers(scenario: Scenario) -> None:
    members = [scenario.guild.add_member(f"membre{index}") for index in range(20)]

    presses = await asyncio.gather(*(scenario.press_open(member) for member in members))
    await asyncio.gather(*(answered(press) for press in presses))

    assert sorted(channel.name[:3] for channel in scenario.tickets()) == [f"{number:03d}" for number in range(1, 21)]


async def test_ticket_deleted_by_hand_does_not_lock_the_member_out(scenario: Scenario) -> None:
    scenario.guild.delete_channel(await scenario.open_ticket())

    assert (await scenario.open_ticket()).name.startswith("002-")


@pytest.mark.parametrize(("name", "channel_name"), [("🎮🎮", "001-ticket"), ("Vive 1488", "001-ticket")])
async def test_names_that_discord_refuses_become_neutral(scenario: Scenario, name: str, channel_name: str) -> None:
    member = scenario.guild.add_member("someone", nick=name)

    assert (await scenario.open_ticket(member)).name == channel_name


async def test_deleted_role_is_skipped_and_reported(scenario: Scenario) -> None:
    scenario.guild.delete_role(scenario.second_role)

    channel = await scenario.open_ticket()

    welcome = channel.history[0]
    assert welcome.pinged == {scenario.staff.id, scenario.alice.id}
    assert str(scenario.second_role.id) in (welcome.embeds[1]["description"])
    assert scenario.staff.permissions(channel) & PARTICIPANT == PARTICIPANT


async def refused(scenario: Scenario, key: str, **values: str) -> None:
    """Request, and require one clear answer, and nothing left behind."""
    before = scenario.guild.channels
    answer = await answered(await scenario.press_open(scenario.alice))
    assert params.MESSAGES[key].format(**values) in answer.text()
    assert answer.shown_only_to == scenario.alice.id
    assert scenario.guild.channels == before


async def test_full_category(scenario: Scenario) -> None:
    old = [
        scenario.guild.add_text_channel("x", parent=scenario.category)
        for _ in range(scenario.sim.discord.limits.channels_per_category)
    ]
    await refused(scenario, "refused_category_full")

    scenario.guild.delete_channel(old[0])
    await scenario.open_ticket()


async def test_full_server(scenario: Scenario) -> None:
    while len(scenario.guild.channels) < scenario.sim.discord.limits.channels_per_guild:
        scenario.guild.add_text_channel("x")

    await refused(scenario, "refused_guild_full")


async def test_deleted_category(scenario: Scenario) -> None:
    scenario.guild.delete_channel(scenario.category)

    await refused(scenario, "refused_category_missing")


async def test_missing_permissions(scenario: Scenario) -> None:
    scenario.guild.set_overwrite(scenario.category, scenario.guild.everyone, deny=Permissions.MANAGE_CHANNELS)

    await refused(scenario, "refused_missing_permissions", place=f" dans <#{scenario.category.id}>")


async def test_ticket_is_whole_after_a_restart_at_once(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.restart_bot()

    assert f"<@{scenario.staff.id}>" in (await scenario.claim_ticket(channel)).text()


async def test_number_of_a_refused_opening_goes_to_the_next_ticket(scenario: Scenario) -> None:
    assert (await scenario.open_ticket()).name.startswith("001-")
    scenario.sim.faults.add(CREATE, Respond(400, {"message": "No", "code": 30013}))
    await answered(await scenario.press_open(scenario.bob))
    await scenario.restart_bot()

    assert (await scenario.open_ticket(scenario.bob)).name.startswith("002-")
