"""``ticketbot check``: what is good, what can wait, what must be seen to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.scenarios import command
from tests.simulator.faults import server_error
from tests.simulator.permissions import Permissions
from tests.simulator.state import MESSAGE_CONTENT_LIMITED, Overwrite, OverwriteType
from tests.wire.control import running_in_process
from tests.wire.faults import FaultKind

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

over_rest = pytest.mark.parametrize("mode", ["rest"])
over_gateway = pytest.mark.parametrize("mode", ["gateway"])


async def checked(world: World, **settings: str) -> tuple[int, list[str]]:
    code, out = await command.run(world.settings(settings), world.folder, "check")
    return code, out.splitlines()


async def found(world: World, **settings: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Check for machines; give the last finding of each kind."""
    code, out = await command.run(world.settings(settings), world.folder, "check", "--json")
    report = json.loads(out)
    assert report["ok"] is (code == 0)
    return code, {finding["check"]: finding for finding in report["findings"]}


async def test_all_is_good_in_a_line_each(world: World) -> None:
    address = world.bots[0].url
    if address is not None:
        world.sim.application.interactions_endpoint_url = address

    code, lines = await checked(world, **({} if address is None else {"TICKETBOT_PUBLIC_URL": address}))

    assert code == 0, lines
    assert all(line.startswith("✓ ") for line in lines)
    names = ["settings", "store", "token", "message content", "commands"]
    assert [line[2:].partition(":")[0] for line in lines] == names + ["address"] * 2 * (address is not None) + [
        "server"
    ]
    assert "0 of 50 channels in the category" in lines[-1]
    assert world.sim.token not in "\n".join(lines)


@over_gateway
async def test_fresh_installation_is_told_what_comes_next(empty: World) -> None:
    code, findings = await found(empty)

    assert code == 0
    assert findings["commands"]["level"] == findings["server"]["level"] == "advice"
    assert "when the bot starts" in findings["commands"]["text"]
    assert "ticketbot invite" in findings["server"]["text"]


@over_gateway
async def test_whatever_blocks_is_named_with_its_remedy(world: World) -> None:
    guild, app = world.guild.guild, world.sim.application
    app.flags &= ~MESSAGE_CONTENT_LIMITED
    app.interactions_endpoint_url = "https://elsewhere.example/"
    app.commands.clear()
    everyone = Overwrite(guild.id, OverwriteType.ROLE, deny=Permissions.EMBED_LINKS)
    world.panel.overwrites[guild.id] = everyone
    for role in (world.staff_role, world.second_role):
        del guild.roles[role.id]

    code, lines = await checked(world, TICKETBOT_SYNC_COMMANDS="false")

    assert code == 1
    blocking = "\n".join(line for line in lines if line.startswith("✗ "))
    for part in (
        "Message Content Intent",
        "elsewhere.example",
        "/ticket-config is not registered",
        "lacks Embed Links",
    ):
        assert part in blocking
    assert "no staff role exists any more" in blocking


@over_gateway
async def test_server_that_fills_up_and_a_role_that_went_are_told_in_time(world: World) -> None:
    for index in range(46):
        world.guild.add_text_channel(f"plein-{index}", parent=world.category)
    del world.guild.guild.roles[world.second_role.id]

    code, lines = await checked(world)

    assert code == 0
    assert any(line.startswith("! server: ") and "46 of 50" in line for line in lines)
    assert any(line.startswith("! server: ") and str(world.second_role.id) in line for line in lines)


@over_gateway
async def test_deleted_channel_blocks_and_a_server_that_was_left_does_not(world: World) -> None:
    del world.guild.guild.channels[world.transcripts.id]
    code, findings = await found(world)
    assert (code, findings["server"]["guild_id"]) == (1, world.guild.guild.id)
    assert "was deleted" in findings["server"]["text"]

    del world.guild.guild.members[world.sim.application.bot.id]
    code, findings = await found(world)
    assert (code, findings["server"]["level"]) == (0, "advice")
    assert "no longer there" in findings["server"]["text"]


@over_gateway
async def test_wrong_token_silent_discord_and_dead_store_are_told_apart(empty: World) -> None:
    code, findings = await found(empty, DISCORD_TOKEN="MTIz.wrong.token")  # noqa: S106 - it is wrong
    assert (code, findings["token"]["level"]) == (1, "blocks")
    assert "Developer Portal" in findings["token"]["text"]

    empty.sim.faults.add("GET /applications/@me", server_error(503))
    code, findings = await found(empty)
    assert "cannot be reached" in findings["token"]["text"]

    with running_in_process() as mongodb:
        for _ in range(9):
            mongodb.fail(FaultKind.DROP_BEFORE, "createIndexes")
        code, findings = await found(empty, MONGODB_URI=mongodb.uri)
    assert (code, findings["store"]["level"]) == (1, "blocks")
    assert "MONGODB_URI" in findings["store"]["text"]


@over_gateway
async def test_unusable_settings_end_with_exit_code_2(empty: World) -> None:
    code, out = await command.run(empty.settings({"TICKETBOT_PORT": "http"}), empty.folder, "check")

    assert (code, out.count("\n")) == (2, 1)
    assert "TICKETBOT_PORT" in out


@over_rest
async def test_address_where_the_bot_is_not_blocks(world: World) -> None:
    address = world.bots[0].url or ""
    code, findings = await found(world, TICKETBOT_PUBLIC_URL=address)
    assert (code, findings["server"]["level"]) == (1, "good")

    # Discord's own API answers anything but 401
    world.sim.application.interactions_endpoint_url = world.sim.url + "/api/v10/"
    code, findings = await found(world, TICKETBOT_PUBLIC_URL=world.sim.url + "/api/v10/")
    assert (code, findings["address"]["level"]) == (1, "advice")
    world.sim.violations.clear()
    world.sim.application.interactions_endpoint_url = address
    await world.stop_bots()
    code, findings = await found(world, TICKETBOT_PUBLIC_URL=address)
    assert (code, findings["address"]["level"]) == (1, "blocks")
    assert "nobody answers" in findings["address"]["text"]


@over_rest
async def test_address_that_discord_does_not_take_and_a_token_that_others_can_read_are_told(empty: World) -> None:
    file = empty.folder / ".env"
    file.write_text("TICKETBOT_PUBLIC_URL=http://tickets.example.org/\n", encoding="utf-8")
    file.chmod(0o644)

    code, lines = await checked(empty)

    assert code == 1
    assert any(line.startswith("! settings: ") and "chmod 600 .env" in line for line in lines)
    assert any(line.startswith("✗ address: ") and "https alone" in line for line in lines)


@over_rest
async def test_key_of_another_application_blocks(empty: World) -> None:
    code, out = await command.run(empty.settings({"DISCORD_PUBLIC_KEY": "ab" * 32}), empty.folder, "check")

    assert code == 1
    assert "✗ address: DISCORD_PUBLIC_KEY" in out
