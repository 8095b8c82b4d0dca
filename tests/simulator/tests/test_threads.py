from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.errors import RefusedError
from tests.simulator.permissions import Permissions

if TYPE_CHECKING:
    from tests.simulator.guilds import GuildHandle
    from tests.simulator.simulator import Simulator
    from tests.simulator.tests.conftest import Api


def ids(listed: Any) -> list[str]:  # noqa: ANN401 - JSON
    return [one["id"] for one in listed["threads"]]


async def test_thread_lives_on_without_the_message_that_announced_it(
    sim: Simulator, guild: GuildHandle, api: Api
) -> None:
    channel = guild.add_text_channel("c")
    ann = guild.add_member("ann")
    thread = await ann.start_thread(channel, "kept")
    guild.delete_message(channel.history[0])
    await ann.write(thread, "inside")

    active = await api("GET", f"/guilds/{guild.id}/threads/active")

    assert ids(active) == [str(thread.id)]
    assert active["threads"][0]["last_message_id"] == str(thread.history[0].id)
    assert str(thread.id) not in [one["id"] for one in await api("GET", f"/guilds/{guild.id}/channels")]
    assert not sim.violations


async def test_archived_threads_are_listed_in_pages_and_a_message_unarchives(
    sim: Simulator, guild: GuildHandle, api: Api
) -> None:
    channel = guild.add_text_channel("c")
    ann = guild.add_member("ann")
    threads = [await ann.start_thread(channel, f"t{number}") for number in range(3)]
    for thread in threads:
        await ann.archive(thread)
    path = f"/channels/{channel.id}/threads/archived/public"

    first = await api("GET", f"{path}?limit=2")
    last = first["threads"][-1]["thread_metadata"]["archive_timestamp"].replace("+", "%2B")
    second = await api("GET", f"{path}?limit=2&before={last}")
    await ann.write(threads[0], "back")

    assert (ids(first), first["has_more"]) == ([str(threads[2].id), str(threads[1].id)], True)
    assert (ids(second), second["has_more"]) == ([str(threads[0].id)], False)
    assert ids(await api("GET", f"/guilds/{guild.id}/threads/active")) == [str(threads[0].id)]
    assert not sim.violations


async def test_bot_starts_a_private_thread_only_where_it_may(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    channel = guild.add_text_channel("c")
    body = {"name": "secret", "type": 12, "invitable": False, "auto_archive_duration": 10080}
    guild.everyone.permissions &= ~Permissions.CREATE_PRIVATE_THREADS
    assert (await api("POST", f"/channels/{channel.id}/threads", body))[1]["code"] == 50013
    guild.bot_role.permissions |= Permissions.CREATE_PRIVATE_THREADS

    thread: Any = await api("POST", f"/channels/{channel.id}/threads", body)

    assert thread["owner_id"] == str(guild.bot.id)
    assert thread["thread_metadata"]["invitable"] is False
    assert not sim.violations


async def test_private_thread_is_seen_by_its_members_and_by_who_may_manage_threads(
    sim: Simulator, guild: GuildHandle, api: Api
) -> None:
    guild.everyone.permissions |= Permissions.CREATE_PRIVATE_THREADS
    channel = guild.add_text_channel("c")
    ann, bob = guild.add_member("ann"), guild.add_member("bob")
    secret = await ann.start_private_thread(channel, "secret")
    joined = await ann.start_private_thread(channel, "joined", members=[guild.bot])
    archived = f"/channels/{channel.id}/threads/archived/private"
    mine = f"/channels/{channel.id}/users/@me/threads/archived/private"

    assert not channel.history
    with pytest.raises(RefusedError):
        await bob.write(secret, "hello")
    assert ids(await api("GET", f"/guilds/{guild.id}/threads/active")) == [str(joined.id)]
    assert (await api("GET", f"/channels/{secret.id}/messages"))[1]["code"] == 50001
    await ann.archive(secret)
    await ann.archive(joined)
    assert ids(await api("GET", mine)) == [str(joined.id)]
    assert (await api("GET", archived))[1]["code"] == 50013
    guild.bot_role.permissions |= Permissions.MANAGE_THREADS
    assert sorted(ids(await api("GET", archived))) == sorted([str(secret.id), str(joined.id)])
    assert not sim.violations


async def test_who_writes_or_is_mentioned_joins_a_private_thread_and_the_bot_removes_them(
    sim: Simulator, guild: GuildHandle, api: Api
) -> None:
    guild.everyone.permissions |= Permissions.CREATE_PRIVATE_THREADS
    channel = guild.add_text_channel("c")
    moderator = guild.add_member("mod", roles=[guild.add_role("Mods", Permissions.MANAGE_THREADS)])
    ann, bob = guild.add_member("ann"), guild.add_member("bob")
    secret: Any = await api("POST", f"/channels/{channel.id}/threads", {"name": "s", "type": 12, "invitable": False})
    thread = sim.discord.channels[int(secret["id"])]
    assert thread.thread is not None

    await moderator.write(thread, f"{ann.mention}, a look?")
    await ann.write(thread, f"No. {bob.mention}?")

    assert thread.thread.members == {guild.bot.id, moderator.id, ann.id}
    assert not bob.sees(thread)
    members = f"/channels/{thread.id}/thread-members"
    await moderator.archive(thread)
    assert (await api("DELETE", f"{members}/{ann.id}"))[1]["code"] == 50083
    await api("PATCH", f"/channels/{thread.id}", {"archived": False})
    await api("DELETE", f"{members}/{ann.id}")
    assert not ann.sees(thread)
    assert (await api("DELETE", f"{members}/{ann.id}"))[1]["code"] == 10007
    assert not sim.violations
