from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import answered
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

PARTICIPANT = (
    Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES | Permissions.READ_MESSAGE_HISTORY | Permissions.ATTACH_FILES
)


async def test_ticket_is_seen_by_opener_staff_and_bot_alone(world: World) -> None:
    channel = await world.opened()

    assert channel.parent is world.category
    for member in (world.alice, world.staff, world.other_staff):
        assert member.permissions(channel) & PARTICIPANT == PARTICIPANT
    assert not world.bob.permissions(channel)
    assert channel.overwrites[world.guild.id].deny == Permissions.VIEW_CHANNEL
    assert not channel.overwrites[world.guild.id].allow


async def test_welcome_pings_staff_and_opener_alone(world: World) -> None:
    channel = await world.opened()
    (welcome,) = channel.history

    assert welcome.pinged == {world.staff.id, world.other_staff.id, world.alice.id}
    assert f"<@&{world.staff_role.id}>" in welcome.content
    assert len(welcome.embeds[0]["fields"]) == 3
    assert [button["custom_id"] for button in welcome.buttons] == ["ticket:claim", "ticket:close"]


async def test_answer_links_to_the_ticket_and_is_seen_by_the_opener_alone(world: World) -> None:
    answer = await answered(await world.press_open(world.alice))
    (channel,) = world.tickets()

    assert answer.shown_only_to == world.alice.id
    assert f"<#{channel.id}>" in answer.text()
    assert answer.embeds


async def test_second_press_creates_nothing_and_shows_the_way_to_the_first(world: World) -> None:
    channel = await world.opened()

    answer = await answered(await world.press_open(world.alice))

    assert params.MESSAGES["refused_already_open"].format(channel=f"<#{channel.id}>") in answer.text()
    assert world.tickets() == [channel]


async def test_presses_at_the_same_instant_create_one_ticket(world: World) -> None:
    presses = await asyncio.gather(*(world.press_open(world.alice) for _ in range(8)))
    answers = await asyncio.gather(*(answered(press) for press in presses))

    (channel,) = world.tickets()
    assert all(f"<#{channel.id}>" in answer.text() for answer in answers)


async def test_many_members_at_once_get_their_own_numbers(world: World) -> None:
    members = [world.guild.add_member(f"membre{index}") for index in range(20)]

    presses = await asyncio.gather(*(world.press_open(member) for member in members))
    await asyncio.gather(*(answered(press) for press in presses))

    assert sorted(channel.name[:3] for channel in world.tickets()) == [f"{number:03d}" for number in range(1, 21)]


async def test_ticket_deleted_by_hand_does_not_lock_the_member_out(world: World) -> None:
    world.guild.delete_channel(await world.opened())

    assert (await world.opened()).name.startswith("002-")


@pytest.mark.parametrize(("name", "channel_name"), [("🎮🎮", "001-ticket"), ("Vive 1488", "001-ticket")])
async def test_names_that_discord_refuses_become_neutral(world: World, name: str, channel_name: str) -> None:
    member = world.guild.add_member("someone", nick=name)

    assert (await world.opened(member)).name == channel_name


async def test_deleted_role_is_skipped_and_reported(world: World) -> None:
    world.guild.delete_role(world.second_role)

    channel = await world.opened()

    welcome = channel.history[0]
    assert welcome.pinged == {world.staff.id, world.alice.id}
    assert str(world.second_role.id) in (welcome.embeds[1]["description"])
    assert world.staff.permissions(channel) & PARTICIPANT == PARTICIPANT


async def refused(world: World, key: str, **values: str) -> None:
    """Press, and require one clear answer, and nothing left behind."""
    before = world.guild.channels
    answer = await answered(await world.press_open(world.alice))
    assert params.MESSAGES[key].format(**values) in answer.text()
    assert answer.shown_only_to == world.alice.id
    assert world.guild.channels == before


async def test_full_category(world: World) -> None:
    old = [
        world.guild.add_text_channel("x", parent=world.category)
        for _ in range(world.sim.world.limits.channels_per_category)
    ]
    await refused(world, "refused_category_full")

    world.guild.delete_channel(old[0])
    await world.opened()


async def test_full_server(world: World) -> None:
    while len(world.guild.channels) < world.sim.world.limits.channels_per_guild:
        world.guild.add_text_channel("x")

    await refused(world, "refused_guild_full")


async def test_deleted_category(world: World) -> None:
    world.guild.delete_channel(world.category)

    await refused(world, "refused_category_missing")


async def test_missing_permissions(world: World) -> None:
    world.guild.set_overwrite(world.category, world.guild.everyone, deny=Permissions.MANAGE_CHANNELS)

    await refused(world, "refused_missing_permissions", place=f" dans <#{world.category.id}>")


async def test_ticket_is_whole_after_a_restart_at_once(world: World) -> None:
    channel = await world.opened()
    await world.restart_bot()

    assert f"<@{world.staff.id}>" in (await world.claimed(channel)).text()
