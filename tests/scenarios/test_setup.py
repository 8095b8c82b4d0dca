"""``ticketbot setup`` and ``ticketbot invite``: from a token to a bot that answers."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from tests.scenarios import command
from tests.scenarios.command import Terminal
from tests.scenarios.world import answered
from tests.simulator.state import MESSAGE_CONTENT_LIMITED
from ticketbot.config import settings as settings_module
from ticketbot.tickets.permissions import NEEDED_IN_ALL

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

over_rest = pytest.mark.parametrize("mode", ["rest"])
over_gateway = pytest.mark.parametrize("mode", ["gateway"])


def nothing_but_the_api(world: World) -> dict[str, str]:
    return {"DISCORD_API_URL": world.sim.api_url}


def invitation(world: World) -> str:
    return (
        f"https://discord.com/oauth2/authorize?client_id={world.sim.application.id}"
        f"&scope=bot+applications.commands&permissions={int(NEEDED_IN_ALL)}"
    )


@over_gateway
async def test_newcomer_is_led_from_a_token_to_a_bot_that_answers(empty: World) -> None:
    sim = empty.sim
    sim.application.flags &= ~MESSAGE_CONTENT_LIMITED
    sim.application.interactions_endpoint_url = "https://elsewhere.example/"
    terminal = await Terminal.start(nothing_but_the_api(empty), empty.folder, "setup")
    await terminal.answer("Token (not shown): ", "MTIz.wrong.token")
    await terminal.sees("✗ Discord refuses DISCORD_TOKEN")
    await terminal.answer("Token (not shown): ", sim.token)
    assert sim.token not in terminal.seen
    await terminal.answer("[gateway]: ", "")
    await terminal.answer("MongoDB address", "")
    await terminal.answer("Switch message content on? [Y/n]: ", "")
    await terminal.answer("Bring them back? [Y/n]: ", "")

    assert await terminal.end() == 0
    assert sim.token not in terminal.seen
    assert invitation(empty) in terminal.seen
    assert "python -m ticketbot check" in terminal.seen, "what is printed can be typed as it stands"
    file = empty.folder / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sim.application.flags & MESSAGE_CONTENT_LIMITED
    assert sim.application.interactions_endpoint_url is None
    assert settings_module.load(file).token.get_secret_value() == sim.token
    await empty.start_bot(DISCORD_TOKEN="")
    await empty.configured()
    await empty.opened()


@over_rest
async def test_machine_sets_up_and_then_tells_discord_the_address(empty: World) -> None:
    silent = {**nothing_but_the_api(empty), "DISCORD_TOKEN": empty.sim.token}
    bot = await empty.start_bot()
    address = bot.url or ""
    written = ("--mode", "rest", "--public-url", address)

    code, out = await command.run(silent, empty.folder, "setup", "--no-input", *written)
    assert (code, empty.sim.application.interactions_endpoint_url) == (0, None), out
    code, out = await command.run(silent, empty.folder, "setup", "--no-input", "--keep", "--address")

    assert code == 0, out
    assert empty.sim.application.interactions_endpoint_url == address
    empty.sim.endpoints.clear()
    await answered(await empty.configure())


@over_rest
async def test_address_that_discord_cannot_verify_is_told(empty: World) -> None:
    settings = {**nothing_but_the_api(empty), "DISCORD_TOKEN": empty.sim.token}
    wishes = ("--mode", "rest", "--public-url", empty.sim.url + "/nobody/", "--address")

    code, out = await command.run(settings, empty.folder, "setup", "--no-input", *wishes)

    assert code == 1
    assert "the bot must be running and reachable there" in out
    assert (empty.folder / ".env").exists()


@over_gateway
async def test_file_that_exists_is_never_replaced_unasked(empty: World) -> None:
    file, mine = empty.folder / ".env", f"# mine\nDISCORD_TOKEN={empty.sim.token}\n"
    file.write_text(mine, encoding="utf-8")

    code, out = await command.run(nothing_but_the_api(empty), empty.folder, "setup", "--no-input")
    assert (code, file.read_text(encoding="utf-8")) == (0, mine), out
    terminal = await Terminal.start(nothing_but_the_api(empty), empty.folder, "setup")
    await terminal.answer("exists. Write it anew? [y/N]: ", "")
    assert await terminal.end() == 0
    assert file.read_text(encoding="utf-8") == mine

    settings = {**nothing_but_the_api(empty), "DISCORD_TOKEN": empty.sim.token}
    code, out = await command.run(settings, empty.folder, "setup", "--no-input", "--replace")
    assert (code, file.read_text(encoding="utf-8") == mine) == (0, False), out


@over_rest
async def test_settings_of_the_environment_are_kept_where_there_is_no_file(empty: World) -> None:
    bot = await empty.start_bot()
    settings = empty.settings({"TICKETBOT_PUBLIC_URL": bot.url or ""})

    code, out = await command.run(settings, empty.folder, "setup", "--keep", "--address")

    assert (code, list(empty.folder.glob(".env*"))) == (0, []), out
    assert empty.sim.application.interactions_endpoint_url == bot.url


@over_gateway
async def test_setup_without_a_token_writes_nothing(empty: World) -> None:
    code, out = await command.run(nothing_but_the_api(empty), empty.folder, "setup", "--no-input")

    assert (code, list(empty.folder.glob(".env*"))) == (2, []), out


@over_gateway
async def test_invitation_is_printed_with_and_without_a_token(empty: World) -> None:
    _, asked = await command.run(empty.settings(), empty.folder, "invite")
    application = str(empty.sim.application.id)
    _, given = await command.run({}, empty.folder, "invite", "--application", application, "--server", "7")
    code, refused = await command.run({}, empty.folder, "invite")

    assert asked == invitation(empty) + "\n"
    assert given == invitation(empty) + "&guild_id=7&disable_guild_select=true\n"
    assert (code, refused.count("\n")) == (2, 1)
