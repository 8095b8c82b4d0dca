from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator import channels
from tests.simulator.guilds import overwrite
from tests.simulator.permissions import Permissions

if TYPE_CHECKING:
    from tests.simulator.guilds import GuildHandle
    from tests.simulator.simulator import Simulator
    from tests.simulator.tests.conftest import Api


@pytest.mark.parametrize(
    ("given", "written"),
    [("Room One", "room-one"), ("ÉTÉ", "été"), ("a  b", "a-b"), ("a!b", "ab"), ("🎫 x", "🎫-x"), ("a_b-1", "a_b-1")],
)
def test_text_names_are_normalised(given: str, written: str) -> None:
    assert channels.text_name(given) == written


async def test_channel_is_created_read_changed_and_deleted(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    category = guild.add_category("C")
    body = {"name": "Room", "topic": "t", "parent_id": str(category.id)}
    made = await api("POST", f"/guilds/{guild.id}/channels", body)
    path = f"/channels/{made['id']}"
    changed = await api("PATCH", path, {"name": "New Name", "topic": None})

    assert (made["name"], made["topic"], made["parent_id"]) == ("room", "t", str(category.id))
    assert (changed["name"], changed["topic"]) == ("new-name", None)
    assert await api("GET", path) == changed
    assert {one["id"] for one in await api("GET", f"/guilds/{guild.id}/channels")} == {str(category.id), made["id"]}
    assert (await api("DELETE", path))["id"] == made["id"]
    assert (await api("GET", path))[1]["code"] == 10003
    assert not sim.violations


async def test_limits_of_category_and_guild(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    sim.discord.limits.channels_per_category = 1
    sim.discord.limits.channels_per_guild = 3
    category = guild.add_category("C")
    body = {"name": "a", "parent_id": str(category.id)}
    await api("POST", f"/guilds/{guild.id}/channels", body)

    status, full = await api("POST", f"/guilds/{guild.id}/channels", body)
    await api("POST", f"/guilds/{guild.id}/channels", {"name": "a"})
    _, too_many = await api("POST", f"/guilds/{guild.id}/channels", {"name": "a"})

    assert status == 400
    assert full["errors"]["parent_id"]["_errors"][0]["code"] == "CHANNEL_PARENT_MAX_CHANNELS"
    assert too_many["code"] == 30013
    assert not sim.violations


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"name": "room-1488"}, ("name", "INVALID_COMMUNITY_PROPERTY_NAME")),
        ({"name": "!!!"}, ("name", "BASE_TYPE_BAD_LENGTH")),
        ({"name": "a", "topic": "x" * 1025}, ("topic", "BASE_TYPE_MAX_LENGTH")),
        ({"name": "a", "parent_id": "1"}, ("parent_id", "CHANNEL_PARENT_INVALID")),
    ],
)
async def test_refused_forms(
    sim: Simulator, guild: GuildHandle, api: Api, body: dict[str, str], refusal: tuple[str, str]
) -> None:
    field, code = refusal
    status, answer = await api("POST", f"/guilds/{guild.id}/channels", body)

    assert (status, answer["code"]) == (400, 50035)
    assert answer["errors"][field]["_errors"][0]["code"] == code
    assert not sim.violations


async def test_overwrites_for_what_does_not_exist(guild: GuildHandle, api: Api) -> None:
    raw = {"id": "1", "type": 0, "allow": "0", "deny": "0"}
    channel = guild.add_text_channel("a")

    made = await api("POST", f"/guilds/{guild.id}/channels", {"name": "b", "permission_overwrites": [raw]})
    put = await api("PUT", f"/channels/{channel.id}/permissions/1", {"type": 0, "allow": "0", "deny": "0"})
    gone = await api("DELETE", f"/channels/{channel.id}/permissions/1")

    assert (made[1]["code"], put[1]["code"], gone[1]["code"]) == (10011, 10009, 10009)


async def test_new_channel_takes_its_categorys_overwrites(guild: GuildHandle, api: Api) -> None:
    category = guild.add_category("C", overwrites=[overwrite(guild.everyone, deny=Permissions.SEND_MESSAGES)])
    made = await api("POST", f"/guilds/{guild.id}/channels", {"name": "a", "parent_id": str(category.id)})

    assert made["permission_overwrites"][0]["deny"] == str(int(Permissions.SEND_MESSAGES))


async def test_children_outlive_their_category(guild: GuildHandle, api: Api) -> None:
    category = guild.add_category("C")
    child = guild.add_text_channel("a", parent=category)
    await api("DELETE", f"/channels/{category.id}")

    assert child.parent_id is None
    assert not child.deleted


async def test_a_deleted_role_leaves_no_overwrites(guild: GuildHandle) -> None:
    role = guild.add_role("Role")
    channel = guild.add_text_channel("a", overwrites=[overwrite(role, allow=Permissions.VIEW_CHANNEL)])
    guild.delete_role(role)

    assert not channel.overwrites


async def test_guild_routes(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    alice = guild.add_member("Alice", nick="Al")

    assert (await api("GET", f"/guilds/{guild.id}?with_counts=true"))["approximate_member_count"] == 3
    assert {role["name"] for role in await api("GET", f"/guilds/{guild.id}/roles")} == {"@everyone", "simulated-bot"}
    assert (await api("GET", f"/guilds/{guild.id}/members/{alice.id}"))["nick"] == "Al"
    assert len(await api("GET", f"/guilds/{guild.id}/members?limit=2")) == 2
    assert (await api("GET", f"/guilds/{guild.id}/members/1"))[1]["code"] == 10013
    assert (await api("GET", "/guilds/1"))[1]["code"] == 10004
    guild.leave(alice)
    assert (await api("GET", f"/guilds/{guild.id}/members/{alice.id}"))[1]["code"] == 10007
    guild.remove_bot()
    assert (await api("GET", f"/guilds/{guild.id}"))[1]["code"] == 50001
    assert not sim.violations


async def test_application_routes(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    assert (await api("GET", "/users/@me"))["bot"]
    assert (await api("GET", "/users/@me/guilds"))[0]["id"] == str(guild.id)
    assert (await api("GET", "/applications/@me"))["verify_key"] == sim.public_key
    assert (await api("GET", "/oauth2/applications/@me"))["id"] == str(sim.application.id)
    assert (await api("PATCH", "/applications/@me", {"flags": 0}))["flags"] == 0
    refused = await api("PATCH", "/applications/@me", {"interactions_endpoint_url": f"{sim.url}/nobody"})
    assert refused[1]["errors"]["interactions_endpoint_url"]
    assert not sim.violations
