"""``ticketbot setup`` and ``ticketbot invite``: from a token to a bot that answers."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from tests.harness import command_line
from tests.harness.command_line import Terminal
from tests.harness.scenario import answered
from tests.simulator.state import MESSAGE_CONTENT_LIMITED
from ticketbot.config import settings as settings_module
from ticketbot.tickets.permissions import NEEDED_FOR_NOTES, NEEDED_IN_ALL

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

MONGODB = "right for one host): "
"""The end of the question for MongoDB's address, which is not shown."""

over_rest = pytest.mark.parametrize("mode", ["rest"])
over_gateway = pytest.mark.parametrize("mode", ["gateway"])


def nothing_but_the_api(scenario: Scenario) -> dict[str, str]:
    return {"DISCORD_API_URL": scenario.sim.api_url}


def invitation(scenario: Scenario) -> str:
    return (
        f"https://discord.com/oauth2/authorize?client_id={scenario.sim.application.id}"
        f"&scope=bot+applications.commands&permissions={int(NEEDED_IN_ALL)}"
    )


@over_gateway
async def test_newcomer_is_led_from_a_token_to_a_bot_that_answers(without_bot: Scenario) -> None:
    sim = without_bot.sim
    sim.application.flags &= ~MESSAGE_CONTENT_LIMITED
    sim.application.interactions_endpoint_url = "https://elsewhere.example/"
    terminal = await Terminal.start(nothing_but_the_api(without_bot), without_bot.folder, "setup")
    await terminal.answer("Token (not shown): ", "MTIz.wrong.token")
    await terminal.sees("✗ Discord refuses DISCORD_TOKEN")
    await terminal.answer("Token (not shown): ", sim.token)
    assert sim.token not in terminal.seen
    await terminal.answer("[gateway]: ", "")
    await terminal.answer(MONGODB, "")
    await terminal.answer("Switch message content on? [Y/n]: ", "")
    await terminal.answer("Bring them back? [Y/n]: ", "")

    assert await terminal.end() == 0
    assert sim.token not in terminal.seen
    assert invitation(without_bot) in terminal.seen
    assert "Manage Threads, Create Private Threads, Send Messages In Threads" in terminal.seen
    assert "python -m ticketbot check" in terminal.seen, "what is printed can be typed as it stands"
    file = without_bot.folder / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sim.application.flags & MESSAGE_CONTENT_LIMITED
    assert sim.application.interactions_endpoint_url is None
    assert settings_module.load(file).token.get_secret_value() == sim.token
    await without_bot.start_bot(DISCORD_TOKEN="")
    await without_bot.configure()
    await without_bot.open_ticket()


@over_rest
async def test_machine_sets_up_and_then_tells_discord_the_address(without_bot: Scenario) -> None:
    silent = {**nothing_but_the_api(without_bot), "DISCORD_TOKEN": without_bot.sim.token}
    bot = await without_bot.start_bot()
    address = bot.url or ""
    written = ("--mode", "rest", "--public-url", address)

    code, out = await command_line.run(silent, without_bot.folder, "setup", "--no-input", *written)
    assert (code, without_bot.sim.application.interactions_endpoint_url) == (0, None), out
    code, out = await command_line.run(silent, without_bot.folder, "setup", "--no-input", "--keep", "--address")

    assert code == 0, out
    assert without_bot.sim.application.interactions_endpoint_url == address
    without_bot.sim.endpoints.clear()
    await answered(await without_bot.send_ticket_config())


@over_rest
async def test_address_that_discord_cannot_verify_is_told(without_bot: Scenario) -> None:
    settings = {**nothing_but_the_api(without_bot), "DISCORD_TOKEN": without_bot.sim.token}
    wishes = ("--mode", "rest", "--public-url", without_bot.sim.url + "/nobody/", "--address")

    code, out = await command_line.run(settings, without_bot.folder, "setup", "--no-input", *wishes)

    assert code == 1
    assert "the bot must be running and reachable there" in out
    assert (without_bot.folder / ".env").exists()


@over_gateway
async def test_file_that_exists_is_never_replaced_unasked(without_bot: Scenario) -> None:
    file, mine = without_bot.folder / ".env", f"# mine\nDISCORD_TOKEN={without_bot.sim.token}\n"
    file.write_text(mine, encoding="utf-8")

    code, out = await command_line.run(nothing_but_the_api(without_bot), without_bot.folder, "setup", "--no-input")
    assert (code, file.read_text(encoding="utf-8")) == (0, mine), out
    terminal = await Terminal.start(nothing_but_the_api(without_bot), without_bot.folder, "setup")
    await terminal.answer("exists. Write it anew? [y/N]: ", "")
    assert await terminal.end() == 0
    assert file.read_text(encoding="utf-8") == mine

    settings = {**nothing_but_the_api(without_bot), "DISCORD_TOKEN": without_bot.sim.token}
    code, out = await command_line.run(settings, without_bot.folder, "setup", "--no-input", "--replace")
    assert (code, file.read_text(encoding="utf-8") == mine) == (0, False), out


@over_gateway
async def test_file_that_a_link_leads_to_is_written_and_a_pipe_is_not(without_bot: Scenario) -> None:
    folder, settings = without_bot.folder, {**nothing_but_the_api(without_bot), "DISCORD_TOKEN": without_bot.sim.token}
    link, real, pipe = folder / ".env", folder / "elsewhere" / "real.env", folder / "pipe"
    real.parent.mkdir()
    real.write_text("# mine\n", encoding="utf-8")
    link.symlink_to(real)
    os.mkfifo(pipe)

    code, out = await command_line.run(settings, folder, "setup", "--no-input", "--replace")
    assert (code, link.is_symlink()) == (0, True), out
    assert settings_module.load(real).token.get_secret_value() == without_bot.sim.token
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert list(real.parent.iterdir()) == [real]

    mark = len(without_bot.sim.calls)
    code, out = await command_line.run(settings, folder, "setup", "--no-input", "--replace", "--file", "pipe")
    assert (code, pipe.is_fifo(), len(without_bot.sim.calls)) == (2, True, mark), out
    assert "cannot write pipe: it is no regular file" in out


@over_rest
async def test_settings_of_the_environment_are_kept_where_there_is_no_file(without_bot: Scenario) -> None:
    bot = await without_bot.start_bot()
    settings = without_bot.settings({"TICKETBOT_PUBLIC_URL": bot.url or ""})

    code, out = await command_line.run(settings, without_bot.folder, "setup", "--keep", "--address")

    assert (code, list(without_bot.folder.glob(".env*"))) == (0, []), out
    assert without_bot.sim.application.interactions_endpoint_url == bot.url


@over_gateway
async def test_setup_without_a_token_writes_nothing(without_bot: Scenario) -> None:
    code, out = await command_line.run(nothing_but_the_api(without_bot), without_bot.folder, "setup", "--no-input")

    assert (code, list(without_bot.folder.glob(".env*"))) == (2, []), out


@over_gateway
async def test_invitation_is_printed_with_and_without_a_token(without_bot: Scenario) -> None:
    _, asked = await command_line.run(without_bot.settings(), without_bot.folder, "invite")
    application = str(without_bot.sim.application.id)
    _, given = await command_line.run({}, without_bot.folder, "invite", "--application", application, "--server", "7")
    _, for_notes = await command_line.run({}, without_bot.folder, "invite", "--application", application, "--notes")
    code, refused = await command_line.run({}, without_bot.folder, "invite")

    asked_for = int(for_notes.strip().rpartition("=")[2])
    assert asked_for == int(NEEDED_IN_ALL | NEEDED_FOR_NOTES)
    assert asked == invitation(without_bot) + "\n"
    assert given == invitation(without_bot) + "&guild_id=7&disable_guild_select=true\n"
    assert (code, refused.count("\n")) == (2, 1)


@over_gateway
async def test_control_characters_in_the_application_are_shown_and_never_sent(without_bot: Scenario) -> None:
    application = without_bot.sim.application
    application.name = "\x1b]0;owned\x07"
    application.interactions_endpoint_url = "https://a.example/\x1b[31m"
    settings = {**nothing_but_the_api(without_bot), "DISCORD_TOKEN": without_bot.sim.token}
    terminal = await Terminal.start(settings, without_bot.folder, "setup")
    await terminal.answer("[gateway]: ", "")
    await terminal.answer(MONGODB, "")
    await terminal.sees("https://a.example/\\x1b[31m")
    await terminal.answer("Bring them back? [Y/n]: ", "n")
    assert await terminal.end() == 0
    _, kept = await command_line.run(settings, without_bot.folder, "setup", "--no-input", "--keep")

    assert "\x1b" not in terminal.seen + kept
    assert "\\x1b]0;owned\\x07" in kept


@over_gateway
async def test_mongodb_address_is_not_shown_while_it_is_typed(without_bot: Scenario) -> None:
    settings = {**nothing_but_the_api(without_bot), "DISCORD_TOKEN": without_bot.sim.token}
    uri = "mongodb://me:s3cr3t@db.example.org/"
    terminal = await Terminal.start(settings, without_bot.folder, "setup")
    await terminal.answer("[gateway]: ", "")
    await terminal.answer(MONGODB, uri)

    assert await terminal.end() == 0
    assert "s3cr3t" not in terminal.seen
    read = settings_module.load(without_bot.folder / ".env").mongodb_uri
    assert read is not None
    assert read.get_secret_value() == uri


@over_gateway
async def test_what_other_programs_read_from_the_file_is_kept(without_bot: Scenario) -> None:
    settings = {**nothing_but_the_api(without_bot), "DISCORD_TOKEN": without_bot.sim.token}
    file = without_bot.folder / ".env"
    theirs = "MONGO_PASSWORD=abc\nOTHER='two\nlines' # mine\n"
    file.write_text(f"TICKETBOT_MODE=gateway\nTICKETBOT_MOD=rest\n{theirs}DISCORD_TOKEN=old\n", encoding="utf-8")
    for _ in range(2):
        code, out = await command_line.run(settings, without_bot.folder, "setup", "--no-input", "--replace")

        assert code == 0, out
        assert "MONGO_PASSWORD" in out
        assert "abc" not in out
        assert theirs in file.read_text(encoding="utf-8").replace("\n\n", "\n")
        assert "TICKETBOT_MOD=" not in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@over_gateway
@pytest.mark.parametrize("before", [None, "DISCORD_TOKEN=old\n"])
async def test_settings_that_cannot_be_used_are_not_written(without_bot: Scenario, before: str | None) -> None:
    settings = {**nothing_but_the_api(without_bot), "DISCORD_TOKEN": without_bot.sim.token}
    file = without_bot.folder / ".env"
    if before is not None:
        file.write_text(before, encoding="utf-8")
    wrong = ("--replace", "--mode", "rest", "--public-url", "tickets.example.org")
    code, out = await command_line.run(settings, without_bot.folder, "setup", "--no-input", *wrong)

    assert (code, "TICKETBOT_PUBLIC_URL is wrong" in out, out.count("\n")) == (2, True, 1), out
    assert (file.read_text(encoding="utf-8") if file.exists() else None) == before
    assert len(list(without_bot.folder.glob(".env*"))) == (before is not None)


@over_gateway
async def test_token_may_be_piped_in_without_a_warning(without_bot: Scenario) -> None:
    code, out = await command_line.run(
        nothing_but_the_api(without_bot), without_bot.folder, "setup", given=f"{without_bot.sim.token}\n\n\n"
    )

    assert code == 0, out
    assert "Warning" not in out
    assert without_bot.sim.token not in out
    assert settings_module.load(without_bot.folder / ".env").token.get_secret_value() == without_bot.sim.token


@over_gateway
async def test_settings_can_be_written_while_discord_cannot_be_reached(without_bot: Scenario) -> None:
    away = {"DISCORD_API_URL": "http://127.0.0.1:9/", "DISCORD_TOKEN": without_bot.sim.token}
    file = without_bot.folder / ".env"

    code, out = await command_line.run(away, without_bot.folder, "setup", "--no-input")
    assert (code, file.exists()) == (1, False)
    assert "Discord cannot be reached (it refuses the connection)" in out
    code, out = await command_line.run(away, without_bot.folder, "setup", "--no-input", "--offline")
    assert (code, file.exists()) == (0, True), out
    file.unlink()
    terminal = await Terminal.start(away, without_bot.folder, "setup")
    await terminal.answer("Write the settings without asking Discord? [y/N]: ", "y")
    await terminal.answer("[gateway]: ", "")
    await terminal.answer(MONGODB, "")
    await terminal.sees("setup --keep` when it can be reached")
    assert await terminal.end() == 0
    assert settings_module.load(file).token.get_secret_value() == without_bot.sim.token


@over_gateway
async def test_what_is_no_token_is_refused_without_asking_discord(without_bot: Scenario) -> None:
    settings = {"DISCORD_API_URL": "http://127.0.0.1:9/", "DISCORD_TOKEN": "client-secret.of.mine"}
    code, out = await command_line.run(settings, without_bot.folder, "setup", "--no-input", "--offline")

    assert (code, "is not a token" in out) == (1, True)
    assert not (without_bot.folder / ".env").exists()


@over_gateway
async def test_file_that_cannot_be_written_is_told_before_discord_is_asked(without_bot: Scenario) -> None:
    settings = {**nothing_but_the_api(without_bot), "DISCORD_TOKEN": without_bot.sim.token}
    (without_bot.folder / "file").touch()

    for place in ("nosuch/.env", "file/.env", "/proc/.env"):
        code, out = await command_line.run(settings, without_bot.folder, "setup", "--no-input", "--file", place)

        assert (code, out.count("\n")) == (2, 1), out
        assert out.startswith(f"ticketbot cannot write {place}: ")
    assert without_bot.sim.calls == []


@over_gateway
async def test_password_on_the_command_line_is_refused(without_bot: Scenario) -> None:
    settings = {**nothing_but_the_api(without_bot), "DISCORD_TOKEN": without_bot.sim.token}
    uri = "mongodb://me:secret@db.example.org/"
    code, out = await command_line.run(settings, without_bot.folder, "setup", "--no-input", "--mongodb-uri", uri)
    assert (code, "secret" in out, out.count("\n")) == (2, False, 1)
    code, out = await command_line.run(settings | {"MONGODB_URI": uri}, without_bot.folder, "setup", "--no-input")

    assert code == 0, out
    assert uri in (without_bot.folder / ".env").read_text(encoding="utf-8")
