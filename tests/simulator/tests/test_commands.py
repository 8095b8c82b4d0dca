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
