from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.errors import RefusedError
from tests.simulator.guilds import overwrite
from tests.simulator.permissions import Permissions
from tests.simulator.state import MESSAGE_CONTENT_LIMITED

if TYPE_CHECKING:
    from tests.simulator.guilds import GuildHandle
    from tests.simulator.simulator import Simulator
    from tests.simulator.tests.conftest import Api


def _row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def _button(custom_id: str = "a") -> dict[str, Any]:
    return {"type": 2, "style": 1, "custom_id": custom_id, "label": "Go"}


async def test_enforced_nonce_gives_the_same_message(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    path = f"/channels/{guild.add_text_channel('a').id}/messages"
    body = {"content": "x", "nonce": "7", "enforce_nonce": True}
    first, second = await api("POST", path, body), await api("POST", path, body)
    third = await api("POST", path, {"content": "x", "nonce": "7"})

    assert first["id"] == second["id"] != third["id"]
    assert first["nonce"] == "7"
    assert len(await api("GET", path)) == 2
    assert not sim.violations


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"content": " "}, (50006, None)),
        ({"content": "x" * 2001}, (50035, "content")),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, (50035, "embeds")),
        ({"content": "x", "components": [_row(_button())] * 2}, (50035, "components")),
        ({"content": "x", "components": [_row(_button(str(i))) for i in range(6)]}, (50035, "components")),
        ({"content": "x", "components": [_row({"type": 2, "style": 1, "custom_id": "a"})]}, (50035, "components")),
        ({"content": "x", "components": [_row({"type": 2, "style": 1, "label": "a"})]}, (50035, "components")),
        ({"content": "x", "components": [_row(_button(), {"type": 5, "custom_id": "s"})]}, (50035, "components")),
        ({"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "x"}]}, (50035, "content")),
        ({"content": "x", "components": [{"type": 10, "content": "x"}]}, (50035, "components")),
        ({"embeds": [{"image": {"url": "attachment://none.png"}}]}, (50035, "embeds")),
    ],
)
async def test_refused_messages(
    sim: Simulator, guild: GuildHandle, api: Api, body: dict[str, Any], refusal: tuple[int, str | None]
) -> None:
    code, field = refusal
    channel = guild.add_text_channel("a")
    status, answer = await api("POST", f"/channels/{channel.id}/messages", body)

    assert (status, answer["code"]) == (400, code)
    assert field is None or field in answer["errors"]
    assert not channel.messages
    assert not sim.violations


async def test_history_is_paged(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    channel, alice = guild.add_text_channel("a"), guild.add_member("Alice")
    ids = [str((await alice.write(channel, str(number))).id) for number in range(120)]
    path = f"/channels/{channel.id}/messages"

    def got(page: list[dict[str, Any]]) -> list[str]:
        return [one["id"] for one in page]

    assert got(await api("GET", path)) == ids[:-51:-1]
    assert got(await api("GET", f"{path}?limit=100&before={ids[20]}")) == ids[19::-1]
    assert got(await api("GET", f"{path}?limit=3&after=0")) == ids[2::-1]
    assert got(await api("GET", f"{path}?limit=3&around={ids[50]}")) == [ids[51], ids[50], ids[49]]
    assert not sim.violations
    assert (await api("GET", f"{path}?limit=101"))[0] == 400


async def test_without_the_intent_others_content_is_hidden(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    channel, alice = guild.add_text_channel("a"), guild.add_member("Alice")
    secret = await alice.write(channel, "secret", files=[("a.txt", b"x")])
    meant = await alice.write(channel, f"hello <@{sim.application.bot.id}>")
    mine = await api("POST", f"/channels/{channel.id}/messages", {"content": "mine"})
    sim.application.flags &= ~MESSAGE_CONTENT_LIMITED

    page = {one["id"]: one for one in await api("GET", f"/channels/{channel.id}/messages")}

    assert (page[str(secret.id)]["content"], page[str(secret.id)]["attachments"]) == ("", [])
    assert page[str(meant.id)]["content"]
    assert page[mine["id"]]["content"] == "mine"
    sim.application.flags |= MESSAGE_CONTENT_LIMITED
    assert (await api("GET", f"/channels/{channel.id}/messages/{secret.id}"))["content"] == "secret"
    assert not sim.violations


async def test_upload_is_served_until_its_message_is_deleted(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    channel = guild.add_text_channel("a")
    path = f"/channels/{channel.id}/messages"
    body = {"content": "x", "attachments": [{"id": 0, "filename": "re port.html", "description": "d"}]}
    made = await api.upload(path, body, ("ignored", b"<p>"))
    attachment = made["attachments"][0]

    assert (attachment["filename"], attachment["size"], attachment["description"]) == ("re_port.html", 3, "d")
    url = attachment["url"].replace("https:/", sim.media_url)
    async with api.session.get(url) as response:
        assert await response.read() == b"<p>"
        assert response.headers["Content-Type"].startswith("text/html")
    async with api.session.get(url.partition("?")[0]) as response:
        assert response.status == 404
    await api("DELETE", f"{path}/{made['id']}")
    async with api.session.get(url) as response:
        assert response.status == 404
    assert not sim.violations


async def test_too_large_upload(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    sim.discord.limits.upload = 10
    channel = guild.add_text_channel("a")
    status, answer = await api.upload(f"/channels/{channel.id}/messages", {}, ("a", b"x" * 11))

    assert (status, answer["code"]) == (413, 40005)
    assert not channel.messages


async def test_too_many_files_and_too_much_at_once(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    sim.discord.limits.request = 10
    path = f"/channels/{guild.add_text_channel('a').id}/messages"

    status, answer = await api.upload(path, {}, ("a", b"x" * 6), ("b", b"x" * 6))
    assert (status, answer["code"]) == (413, 40005)
    status, answer = await api.upload(path, {}, *((str(number), b"") for number in range(11)))
    assert (status, answer["code"]) == (400, 50035)


async def test_embed_shows_an_attachment(guild: GuildHandle, api: Api) -> None:
    channel = guild.add_text_channel("a")
    body = {"embeds": [{"image": {"url": "attachment://a.png"}, "timestamp": "2026-01-02T03:04:05Z"}]}
    made = await api.upload(f"/channels/{channel.id}/messages", body, ("a.png", b"x"))

    assert made["embeds"][0]["image"]["url"].startswith("http")
    assert made["embeds"][0]["timestamp"] == "2026-01-02T03:04:05.000000+00:00"
    assert made["attachments"] == []


async def test_edit_keeps_what_it_does_not_name(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    channel, alice = guild.add_text_channel("a"), guild.add_member("Alice")
    body = {"content": "x", "components": [_row(_button())]}
    made = await api.upload(f"/channels/{channel.id}/messages", body, ("a.txt", b"1"))
    path = f"/channels/{channel.id}/messages/{made['id']}"

    edited = await api("PATCH", path, {"components": []})
    emptied = await api("PATCH", path, {"attachments": [], "content": "y"})
    refused = await api("PATCH", path, {"content": ""})
    others = await alice.write(channel, "mine")

    assert (edited["content"], len(edited["attachments"]), edited["components"]) == ("x", 1, [])
    assert edited["edited_timestamp"]
    assert emptied["attachments"] == []
    assert refused[1]["code"] == 50006
    foreign = await api("PATCH", f"/channels/{channel.id}/messages/{others.id}", {"content": "z"})
    assert foreign[1]["code"] == 50005
    assert not sim.violations


@pytest.mark.parametrize(
    ("allowed", "mentionable", "pinged"),
    [
        (None, True, {"alice", "staff"}),
        (None, False, {"alice"}),
        ({"parse": []}, True, set[str]()),
        ({"users": ["alice"]}, True, {"alice"}),
        ({"roles": ["role"]}, True, {"staff"}),
        ({"parse": ["everyone"]}, True, set[str]()),
    ],
)
async def test_who_is_pinged(
    guild: GuildHandle, api: Api, allowed: dict[str, list[str]] | None, *, mentionable: bool, pinged: set[str]
) -> None:
    guild.everyone.permissions &= ~Permissions.MENTION_EVERYONE
    role = guild.add_role("Staff", mentionable=mentionable)
    alice, staff = guild.add_member("Alice"), guild.add_member("Sam", roles=[role])
    channel = guild.add_text_channel("a")
    body: dict[str, Any] = {"content": f"{alice.mention} <@&{role.id}> @everyone"}
    if allowed is not None:
        ids = {"alice": str(alice.id), "role": str(role.id)}
        body["allowed_mentions"] = {key: [ids.get(one, one) for one in value] for key, value in allowed.items()}
    made = await api("POST", f"/channels/{channel.id}/messages", body)
    message = channel.messages[int(made["id"])]

    assert message.pinged == {{"alice": alice.id, "staff": staff.id}[name] for name in pinged}


async def test_nobody_is_pinged_who_does_not_see_the_channel(guild: GuildHandle, api: Api) -> None:
    alice = guild.add_member("Alice")
    channel = guild.add_text_channel("a", overwrites=[overwrite(alice, deny=Permissions.VIEW_CHANNEL)])
    made = await api("POST", f"/channels/{channel.id}/messages", {"content": alice.mention})

    assert not alice.was_pinged_by(channel.messages[int(made["id"])])


async def test_pins_reactions_replies_and_deletion(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    channel, alice = guild.add_text_channel("a"), guild.add_member("Alice")
    base = f"/channels/{channel.id}/messages"
    message = await alice.write(channel, "hello")
    await alice.react(message, "👍")
    reply = await api("POST", base, {"content": "x", "message_reference": {"message_id": str(message.id)}})

    assert (reply["type"], reply["referenced_message"]["content"]) == (19, "hello")
    assert alice.was_pinged_by(channel.messages[int(reply["id"])])
    assert await api("PUT", f"{base}/pins/{message.id}") is None
    assert [one["message"]["id"] for one in (await api("GET", f"{base}/pins"))["items"]] == [str(message.id)]
    assert channel.history[-1].type == 6
    assert (await api("GET", f"{base}/{message.id}"))["reactions"][0]["count"] == 1
    assert await api("DELETE", f"{base}/{message.id}") is None
    assert (await api("GET", f"{base}/{message.id}"))[1]["code"] == 10008
    assert not sim.violations


async def test_members_write_only_where_they_may(guild: GuildHandle) -> None:
    alice = guild.add_member("Alice")
    channel = guild.add_text_channel("a", overwrites=[overwrite(guild.everyone, deny=Permissions.SEND_MESSAGES)])

    with pytest.raises(RefusedError, match="cannot write"):
        await alice.write(channel, "x")
