"""The ``.env`` file that ``ticketbot setup`` writes: what was chosen, and every other setting as a comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTINGS: Final[tuple[tuple[str, str, str], ...]] = (
    ("DISCORD_TOKEN", "", "The bot's token: its password. Whoever has it is the bot."),
    ("TICKETBOT_MODE", "gateway", "gateway: the bot connects to Discord. rest: Discord sends requests to the bot."),
    ("TICKETBOT_PUBLIC_URL", "", "rest: the https address at which Discord reaches the bot; for `ticketbot check`."),
    ("TICKETBOT_HOST", "127.0.0.1", "rest: the address to listen on."),
    ("TICKETBOT_PORT", "8080", "rest: the port to listen on."),
    ("DISCORD_PUBLIC_KEY", "", "rest: the application's public key; asked of Discord when it is not set."),
    ("TICKETBOT_PARAMS", "", "A TOML file with your own texts, colours and emojis."),
    ("TICKETBOT_LOG_FORMAT", "text", "text: lines for eyes. json: an object on each line, for machines."),
    ("TICKETBOT_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    ("MONGODB_URI", "", "A MongoDB server, for several processes or hosts; an embedded store is used without."),
    ("MONGODB_DATABASE", "ticketbot", "The database on that server."),
    ("TICKETBOT_DATA", "", "The folder of the embedded store; your user data folder when it is not set."),
    (
        "TICKETBOT_METRICS",
        "",
        "A port, or host:port, for Prometheus' figures and the state of health.",
    ),
    ("TICKETBOT_SYNC_COMMANDS", "true", "Register the slash command at the start; false for replicas."),
    ("TICKETBOT_LINGER_SECONDS", "0", "rest: how long to serve on after SIGTERM, for balancers that ask /readyz."),
    ("TICKETBOT_CALL_SECONDS", "10", "How long one call to Discord may take before it counts as failed."),
    ("TICKETBOT_RECOVERY_SECONDS", "60", "How often the bot looks for what was interrupted."),
    ("TICKETBOT_RECOVERY_PATIENCE", "60", "Seconds for which interrupted work is left to who may still be at it."),
    ("DISCORD_API_URL", "https://discord.com/api/v10", "For tests and proxies."),
    ("DISCORD_MEDIA_URL", "", "For tests."),
)
"""Name, default and meaning."""

_PLAIN: Final = re.compile(r"[\w.:/@?&=%+,-]*", flags=re.ASCII)


def text(chosen: Mapping[str, str]) -> str:
    """Write the file's text.

    Raises
    ------
    ValueError
        A value cannot stand in such a file.
    """
    lines = ["# Settings of ticketbot, read once at the start. Keep this file to yourself: it holds the token."]
    for name, default, meaning in _SETTINGS:
        lines += ["", f"# {meaning}"]
        value = chosen.get(name, "")
        lines.append(f"{name}={_quoted(value)}" if value else f"#{name}={default}")
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    if not value.isprintable() or "${" in value:
        raise ValueError("a setting must be printable text on one line, without ${")
    if _PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
