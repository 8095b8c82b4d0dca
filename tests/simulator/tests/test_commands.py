from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.errors import RefusedError
from tests.simulator.permissions import Permissions

if TYPE_CHECKING:
    from tests.simulator.guilds import GuildHandle
    from tests.simulator.simulator import Simulator
    from tests.simulator.tests.conftest import Api

_OPTIONS: list[dict[str, Any]] = [
    {"type": 7, "name": "where", "description": "d", "required": True, "channel_types": [0]},
    {"type": 3, "name": "text", "description": "d", "max_length": 3},
    {"type": 4, "name": "number", "description": "d", "choices": [{"name": "one", "value": 1}]},
]


def _command(name: str = "setup", **more: object) -> dict[str, Any]:
    return {"name": name, "description": "d", "type": 1} | more


async def test_bulk_overwrite_keeps_ids_and_deletes_the_rest(sim: Simulator, api: Api) -> None:
    path = f"/applications/{sim.application.id}/commands"
    first = await api("PUT", path, [_command(), _command("other")])
    second = await api("PUT", path, [_command(description="new", default_member_permissions="8")])

    assert [one["name"] for one in second] == ["setup"]
    assert second[0]["id"] == first[0]["id"]
    assert second[0]["version"] != first[0]["version"]
    assert second[0]["default_member_permissions"] == "8"
    assert [one["id"] for one in await api("GET", path)] == [first[0]["id"]]
    assert not sim.violations


async def test_single_commands_of_a_guild(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    path = f"/applications/{sim.application.id}/guilds/{guild.id}/commands"
    made = await api("POST", path, _command())
    changed = await api("PATCH", f"{path}/{made['id']}", {"description": "new"})

    assert (changed["description"], changed["guild_id"]) == ("new", str(guild.id))
    assert await api("DELETE", f"{path}/{made['id']}") is None
    assert (await api("GET", f"{path}/{made['id']}"))[1]["code"] == 10063
    assert (await api("GET", "/applications/1/commands"))[1]["code"] == 20012
    assert not sim.violations


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (_command("Setup"), "APPLICATION_COMMAND_INVALID_NAME"),
        (_command("set up"), "APPLICATION_COMMAND_INVALID_NAME"),
        (_command(name_localizations={"fr": "Régler"}), "APPLICATION_COMMAND_INVALID_NAME"),
        (_command(options=_OPTIONS[1:] + _OPTIONS[:1]), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"),
    ],
)
async def test_refused_registrations(sim: Simulator, api: Api, body: dict[str, Any], code: str) -> None:
    answer = await api("POST", f"/applications/{sim.application.id}/commands", body)

    assert code in str(answer)


async def test_client_offers_commands_and_checks_options(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    alice, channel, category = guild.add_member("Alice"), guild.add_text_channel("a"), guild.add_category("C")
    admin = guild.add_member("Admin", roles=[guild.add_role("Admins", Permissions.ADMINISTRATOR)])
    bits = str(int(Permissions.ADMINISTRATOR))
    body = _command(options=_OPTIONS, default_member_permissions=bits)
    await api("PUT", f"/applications/{sim.application.id}/commands", [body])

    assert alice.commands(channel) == []
    assert [one.name for one in admin.commands(channel)] == ["setup"]
    with pytest.raises(RefusedError, match="not offered"):
        await alice.command("setup", where=channel)
    for wrong in (
        {},
        {"where": category},
        {"where": "a"},
        {"where": channel, "text": "long"},
        {"where": channel, "number": 2},
        {"where": channel, "colour": "red"},
    ):
        with pytest.raises(RefusedError):
            await admin.command("setup", channel, **wrong)
    press = await admin.command("setup", where=channel, text="abc", number=1)
    data = press.payload["data"]
    assert [one["value"] for one in data["options"]] == [str(channel.id), "abc", 1]
    assert data["resolved"]["channels"][str(channel.id)]["permissions"]


async def test_clients_show_commands_in_their_language(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    option = {**_OPTIONS[0], "name_localizations": {"fr": "où"}, "description_localizations": {"fr": "Où ?"}}
    body = _command(name_localizations={"fr": "régler"}, options=[option])
    await api("POST", f"/applications/{sim.application.id}/commands", body)
    (command,) = guild.add_member("anna").commands(guild.add_text_channel("here"))

    french, german = command.shown("fr"), command.shown("de")
    assert (french["name"], french["description"], french["options"][0]["name"]) == ("régler", "d", "où")
    assert (german["name"], german["options"][0]["description"]) == ("setup", "d")
    assert not sim.violations


_STAFF: list[dict[str, Any]] = [
    {
        "type": 2,
        "name": "staff",
        "description": "d",
        "options": [
            {
                "type": 1,
                "name": "add",
                "description": "d",
                "options": [
                    {"type": 6, "name": "member", "description": "d", "required": True},
                    {"type": 3, "name": "topic", "description": "d", "autocomplete": True},
                    {"type": 11, "name": "file", "description": "d"},
                ],
            }
        ],
    },
    {"type": 1, "name": "info", "description": "d"},
]


async def test_groups_and_subcommands_are_typed_after_spaces(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    alice, channel = guild.add_member("Alice"), guild.add_text_channel("a")
    await api("POST", f"/applications/{sim.application.id}/commands", _command("ticket", options=_STAFF))
    for wrong in ("ticket", "ticket staff", "ticket staff remove", "ticket info more"):
        with pytest.raises(RefusedError):
            await alice.command(wrong, channel, member=alice)
    run = await alice.command("ticket staff add", channel, member=alice, file=("a.txt", b"data"))
    (group,) = run.payload["data"]["options"]
    (subcommand,) = group["options"]
    member, file = subcommand["options"]

    assert (group["type"], group["name"], subcommand["type"], subcommand["name"]) == (2, "staff", 1, "add")
    assert (member["value"], file["type"]) == (str(alice.id), 11)
    resolved = run.payload["data"]["resolved"]
    assert resolved["attachments"][file["value"]]["size"] == 4
    assert resolved["members"][str(alice.id)]
    assert (await alice.command("ticket info", channel)).payload["data"]["options"][0]["options"] == []
    assert not sim.violations


async def test_typing_asks_for_choices(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    alice, channel = guild.add_member("Alice"), guild.add_text_channel("a")
    await api("POST", f"/applications/{sim.application.id}/commands", _command("ticket", options=_STAFF))
    typed = await alice.autocomplete("ticket staff add", channel, focused="topic", topic="pay")
    path = f"/interactions/{typed.id}/{typed.token}/callback"
    refused = await api("POST", path, {"type": 4, "data": {"content": "x"}})
    await api("POST", path, {"type": 8, "data": {"choices": [{"name": "Payment", "value": "7"}]}})

    (option,) = typed.payload["data"]["options"][0]["options"][0]["options"]
    assert option == {"type": 3, "name": "topic", "value": "pay", "focused": True}
    assert typed.payload["type"] == 4
    assert refused[1]["code"] == 50035
    assert typed.choices == [{"name": "Payment", "value": "7"}]
    with pytest.raises(RefusedError, match="no autocomplete"):
        await alice.autocomplete("ticket staff add", channel, focused="member")
    assert [violation.split(": ")[2] for violation in sim.violations] == ["type"]  # the one that was refused


async def test_commands_of_context_menus_carry_their_target(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    alice, bob, channel = guild.add_member("Alice"), guild.add_member("Bob"), guild.add_text_channel("a")
    sim.application.flags = 0
    path = f"/applications/{sim.application.id}/commands"
    for kind in (2, 3):
        await api("POST", path, {"name": "Open a ticket", "type": kind, "contexts": [0]})
    written = await bob.write(channel, "help")
    of_user = await alice.menu_command("Open a ticket", bob, channel)
    of_message = await alice.menu_command("Open a ticket", written)

    user, message = of_user.payload["data"], of_message.payload["data"]
    assert (user["type"], user["target_id"]) == (2, str(bob.id))
    assert user["resolved"]["members"][str(bob.id)]
    assert (message["type"], message["target_id"]) == (3, str(written.id))
    assert message["resolved"]["messages"][str(written.id)]["content"] == "help"
    with pytest.raises(RefusedError, match="not offered"):
        await alice.command("Open a ticket", channel)
    guild.set_overwrite(channel, alice, deny=Permissions.VIEW_CHANNEL)
    with pytest.raises(RefusedError):
        await alice.menu_command("Open a ticket", written)
    answer = await api(
        "POST",
        f"/interactions/{of_user.id}/{of_user.token}/callback?with_response=true",
        {"type": 4, "data": {"content": "x"}},
    )
    shown = answer["resource"]["message"]
    assert (shown["type"], shown["interaction_metadata"]["target_user"]["username"]) == (23, "Bob")
    assert not sim.violations


async def test_field_that_is_not_in_the_document_is_refused(sim: Simulator, api: Api) -> None:
    refused = await api("POST", f"/applications/{sim.application.id}/commands", _command(nsfw=False))

    assert refused[0] == 400
    assert sim.violations
