"""``ticketbot check``: what is good, what can wait, what must be seen to."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from tests.contracts import samples
from tests.contracts.stores import Address, Kind
from tests.harness import command_line
from tests.mongo_double.control import running_in_process
from tests.mongo_double.faults import FaultKind
from tests.scenarios.test_topics import topic, with_topics
from tests.simulator.faults import server_error
from tests.simulator.permissions import Permissions
from tests.simulator.state import MESSAGE_CONTENT_LIMITED, Overwrite, OverwriteType
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets.model import ChannelId, Millis, Notice, TicketState
from ticketbot.tickets.permissions import BOT_IN_TICKET, NEEDED_IN_ALL

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

over_rest = pytest.mark.parametrize("mode", ["rest"])
over_gateway = pytest.mark.parametrize("mode", ["gateway"])


async def checked(scenario: Scenario, **settings: str) -> tuple[int, list[str]]:
    code, out = await command_line.run(scenario.settings(settings), scenario.folder, "check")
    return code, out.splitlines()


async def found(scenario: Scenario, **settings: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Check for machines; give the last finding of each kind."""
    code, out = await command_line.run(scenario.settings(settings), scenario.folder, "check", "--json")
    report = json.loads(out)
    assert report["ok"] is (code == 0)
    return code, {finding["check"]: finding for finding in report["findings"]}


async def test_all_is_good_in_a_line_each(scenario: Scenario) -> None:
    address = scenario.bots[0].url
    if address is not None:
        scenario.sim.application.interactions_endpoint_url = address

    code, lines = await checked(scenario, **({} if address is None else {"TICKETBOT_PUBLIC_URL": address}))

    assert code == 0, lines
    assert all(line.startswith("✓ ") for line in lines)
    names = ["settings", "store", "token", "message content", "commands"]
    assert [line[2:].partition(":")[0] for line in lines] == names + ["address"] * 2 * (address is not None) + [
        "server"
    ]
    assert "0 of 50 channels in the category" in lines[-1]
    assert scenario.sim.token not in "\n".join(lines)


@over_gateway
async def test_fresh_installation_is_told_what_comes_next(without_bot: Scenario) -> None:
    code, findings = await found(without_bot)

    assert code == 0
    assert findings["commands"]["level"] == findings["store"]["level"] == "advice"
    assert "when the bot starts" in findings["commands"]["text"]
    assert "ticketbot invite" in findings["store"]["text"]
    assert f"there is no store in {without_bot.folder / 'data'} yet" in findings["store"]["text"]
    assert not (without_bot.folder / "data").exists()


@over_gateway
async def test_store_that_others_can_read_is_told_with_the_remedy(scenario: Scenario) -> None:
    folder = scenario.folder / "data"
    folder.chmod(0o750)
    (folder / "ticketbot.sqlite3").chmod(0o644)

    code, lines = await checked(scenario)

    assert code == 0
    told = [line for line in lines if line.startswith("! store: others can read ")]
    assert [line.partition("chmod go= ")[2] for line in told][:2] == [str(folder), str(folder / "ticketbot.sqlite3")]


@over_gateway
async def test_whatever_blocks_is_named_with_its_remedy(scenario: Scenario) -> None:
    guild, app = scenario.guild.guild, scenario.sim.application
    app.flags &= ~MESSAGE_CONTENT_LIMITED
    app.interactions_endpoint_url = "https://elsewhere.example/"
    app.commands.clear()
    everyone = Overwrite(guild.id, OverwriteType.ROLE, deny=Permissions.EMBED_LINKS)
    scenario.panel.overwrites[guild.id] = everyone
    for role in (scenario.staff_role, scenario.second_role):
        del guild.roles[role.id]

    code, lines = await checked(scenario, TICKETBOT_SYNC_COMMANDS="false")

    assert code == 1
    blocking = "\n".join(line for line in lines if line.startswith("✗ "))
    for part in (
        "Message Content Intent",
        "elsewhere.example",
        'not registered: /ticket-config, /ticket, "Ouvrir un ticket", "Ouvrir un ticket pour…", /ticket-reglages',
        "lacks Embed Links",
    ):
        assert part in blocking
    assert "no staff role exists any more" in blocking


@over_gateway
async def test_server_that_fills_up_and_a_role_that_went_are_told_in_time(scenario: Scenario) -> None:
    for index in range(46):
        scenario.guild.add_text_channel(f"plein-{index}", parent=scenario.category)
    del scenario.guild.guild.roles[scenario.second_role.id]

    code, lines = await checked(scenario)

    assert code == 0
    assert any(line.startswith("! server: ") and "46 of 50" in line for line in lines)
    assert any(line.startswith("! server: ") and str(scenario.second_role.id) in line for line in lines)


@over_rest
async def test_staff_role_with_administrator_is_named_where_claimed_tickets_are_hidden(scenario: Scenario) -> None:
    scenario.second_role.permissions |= Permissions.ADMINISTRATOR
    _, report = await found(scenario)
    assert "claimed tickets" not in report["server"]["text"]
    await with_topics(scenario, topic("Plainte", claim_mode="hidden"))

    code, report = await found(scenario)

    assert code == 0
    assert report["server"]["text"].endswith(f"since they have Administrator: {scenario.second_role.name}")


@over_gateway
async def test_deleted_channel_blocks_and_a_server_that_was_left_does_not(scenario: Scenario) -> None:
    del scenario.guild.guild.channels[scenario.transcripts.id]
    code, findings = await found(scenario)
    assert (code, findings["server"]["guild_id"]) == (1, scenario.guild.guild.id)
    assert "was deleted" in findings["server"]["text"]

    del scenario.guild.guild.members[scenario.sim.application.bot.id]
    code, findings = await found(scenario)
    assert (code, findings["server"]["level"]) == (0, "advice")
    assert "not in this server any more" in findings["server"]["text"]


@over_gateway
async def test_category_of_closed_tickets_is_looked_at_too(scenario: Scenario) -> None:
    closed = scenario.guild.add_category("Fermés")
    await with_topics(scenario, topic("Plainte"), closing={"category": {"id": str(closed.id)}})
    for index in range(46):
        scenario.guild.add_text_channel(f"clos-{index}", parent=closed)
    code, lines = await checked(scenario)
    assert code == 0
    assert any("the category of closed tickets holds 46 of 50 channels" in line for line in lines)

    scenario.guild.set_overwrite(closed, scenario.guild.bot, deny=Permissions.MANAGE_CHANNELS)
    code, lines = await checked(scenario)
    assert code == 1
    assert any("in the tickets' category, Fermés, the bot lacks Manage Channels" in line for line in lines)

    del scenario.guild.guild.channels[closed.id]
    code, lines = await checked(scenario)
    (told,) = [line for line in lines if line.startswith("✗ ")]
    assert code == 1
    assert "the category of closed tickets was deleted; choose another one in /ticket-settings" in told


@over_gateway
async def test_tickets_that_a_bot_does_not_see_once_it_is_invited_back_are_counted(scenario: Scenario) -> None:
    guild, old = scenario.guild, [await scenario.open_ticket(member) for member in (scenario.alice, scenario.bob)]
    await scenario.stop_bots()
    guild.remove_bot()
    scenario.sim.add_bot(guild, Permissions(int(NEEDED_IN_ALL)))
    guild.set_overwrite(scenario.transcripts, guild.bot, allow=Permissions(int(BOT_IN_TICKET)))

    code, lines = await checked(scenario)

    (told,) = [line for line in lines if line.startswith("✗ ")]
    assert code == 1
    assert "in the channels of 2 of 2 tickets (1, 2) the bot lacks Manage Channels, View Channel" in told

    guild.set_overwrite(old[0], guild.bot, allow=Permissions(int(BOT_IN_TICKET)))
    _, lines = await checked(scenario)
    assert sum("1 of 2 tickets (2)" in line for line in lines) == 1

    guild.set_overwrite(old[1], guild.bot, allow=Permissions(int(BOT_IN_TICKET)))
    code, lines = await checked(scenario)
    assert (code, lines[-1][:9]) == (0, "✓ server:")


@over_gateway
async def test_wrong_token_silent_discord_and_dead_store_are_told_apart(without_bot: Scenario) -> None:
    code, findings = await found(without_bot, DISCORD_TOKEN="MTIz.wrong.token")  # noqa: S106 - it is wrong
    assert (code, findings["token"]["level"]) == (1, "blocks")
    assert "Developer Portal" in findings["token"]["text"]

    without_bot.sim.faults.add("GET /applications/@me", server_error(503))
    code, findings = await found(without_bot)
    assert "cannot be reached" in findings["token"]["text"]

    with running_in_process() as mongodb:
        await (await Address(Kind.DOUBLE, mongodb.uri, "ticketbot").open()).close()
        for _ in range(9):
            mongodb.fail(FaultKind.DROP_BEFORE, "createIndexes")
        code, findings = await found(without_bot, MONGODB_URI=mongodb.uri)
    assert (code, findings["store"]["level"]) == (1, "blocks")
    assert "MONGODB_URI" in findings["store"]["text"]


@over_gateway
async def test_record_that_cannot_be_read_is_named_and_the_others_are_looked_at(scenario: Scenario) -> None:
    await scenario.open_ticket()
    await scenario.stop_bots()  # so that none writes the record again after the welcome
    with contextlib.closing(sqlite3.connect(scenario.folder / "data" / "ticketbot.sqlite3")) as connection:
        connection.execute("UPDATE tickets SET document = json_set(document, '$.opener', 'x')")
        connection.commit()

    code, lines = await checked(scenario)

    assert code == 1
    (blocking,) = [line for line in lines if line.startswith("✗ ")]
    assert f"ticket {scenario.guild.guild.id}-1 cannot be read: opener_id is not a whole number" in blocking
    assert lines[-1].startswith("✓ server")


@over_gateway
async def test_unusable_settings_end_with_exit_code_2(without_bot: Scenario) -> None:
    code, out = await command_line.run(without_bot.settings({"TICKETBOT_PORT": "http"}), without_bot.folder, "check")

    assert (code, out.count("\n")) == (2, 1)
    assert "TICKETBOT_PORT" in out


@over_rest
async def test_address_where_the_bot_is_not_blocks(scenario: Scenario) -> None:
    address = scenario.bots[0].url or ""
    code, findings = await found(scenario, TICKETBOT_PUBLIC_URL=address)
    assert (code, findings["server"]["level"]) == (1, "good")

    # Discord's own API answers anything but 401
    scenario.sim.application.interactions_endpoint_url = scenario.sim.url + "/api/v10/"
    code, findings = await found(scenario, TICKETBOT_PUBLIC_URL=scenario.sim.url + "/api/v10/")
    assert (code, findings["address"]["level"]) == (1, "advice")
    scenario.sim.violations.clear()
    scenario.sim.application.interactions_endpoint_url = address
    await scenario.stop_bots()
    code, findings = await found(scenario, TICKETBOT_PUBLIC_URL=address)
    assert (code, findings["address"]["level"]) == (1, "blocks")
    assert "nobody answers" in findings["address"]["text"]


@over_rest
async def test_address_that_discord_does_not_take_and_a_token_that_others_can_read_are_told(
    without_bot: Scenario,
) -> None:
    file = without_bot.folder / ".env"
    file.write_text("TICKETBOT_PUBLIC_URL=http://tickets.example.org/\n", encoding="utf-8")
    file.chmod(0o644)

    code, lines = await checked(without_bot)

    assert code == 1
    assert any(line.startswith("! settings: ") and "chmod 600 .env" in line for line in lines)
    assert any(line.startswith("✗ address: ") and "https alone" in line for line in lines)


@over_rest
async def test_key_of_another_application_blocks(without_bot: Scenario) -> None:
    code, out = await command_line.run(
        without_bot.settings({"DISCORD_PUBLIC_KEY": "ab" * 32}), without_bot.folder, "check"
    )

    assert code == 1
    assert "✗ address: DISCORD_PUBLIC_KEY" in out


@over_gateway
async def test_control_characters_in_names_are_shown_and_never_sent(scenario: Scenario) -> None:
    sneaky = "\x1b]0;owned\x07\x9b31m\u202e\nserver: all is well"
    scenario.sim.application.name = scenario.guild.guild.name = scenario.panel.name = sneaky
    scenario.sim.application.interactions_endpoint_url = f"https://a.example/{sneaky}"

    _, lines = await checked(scenario)
    _, report = await command_line.run(scenario.settings(), scenario.folder, "check", "--json")

    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("server") for line in lines)
    assert any("\\x1b]0;owned\\x07" in line for line in lines)
    assert report.replace("\n", "").isprintable()
    assert any(sneaky in finding["text"] for finding in json.loads(report)["findings"])


@over_gateway
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"notice": Notice.CLOSED}, "its last notice cannot be posted"),
        ({"state": TicketState.DELETING}, "its transcript cannot be posted"),
        ({"state": TicketState.RESERVED, "channel_id": None}, "its channel cannot be created"),
    ],
)
async def test_ticket_that_cannot_be_finished_for_a_day_is_named_with_what_to_do(
    scenario: Scenario, changes: dict[str, Any], told: str
) -> None:
    await scenario.stop_bots()
    (path,) = scenario.folder.rglob("ticketbot.sqlite3")
    store = await SqliteTicketStore.open(path)
    await store.add(samples.ticket(failing_since=Millis(1_000_000_000_000), **{"channel_id": ChannelId(77), **changes}))
    await store.close()

    code, lines = await checked(scenario)

    (line,) = [line for line in lines if f"ticket 1 of server {samples.GUILD} cannot be finished since" in line]
    assert told in line
    assert code == 0, "everything else works"
