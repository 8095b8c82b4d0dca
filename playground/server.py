"""The server that the page shows, its people, and the bot process in it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from tests.harness.bot_process import BotProcess
from tests.harness.server import ServerNames, TicketServer
from tests.simulator.permissions import Permissions
from ticketbot.tickets.permissions import NEEDED_FOR_NOTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.simulator import Simulator
    from tests.simulator.state import Channel

_NAMES: Final[Mapping[str, ServerNames]] = {
    "fr": ServerNames(locale="fr", guild="Le Café des Pixels", admin_role="Administration"),
    "en": ServerNames(
        locale="en-US",
        guild="The Pixel Café",
        panel="open-a-ticket",
        transcripts="transcripts",
        admin_role="Administrators",
    ),
}

_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {
        "welcome": "Accueil",
        "rules": "règlement",
        "general": "général",
        "team": "Équipe",
        "rule": (
            "**Bienvenue au Café des Pixels !**\n- Restez courtois.\n- Pas de publicité.\n"
            "- Une question ? Ouvrez un ticket dans {panel}."
        ),
        "hello": "Salut tout le monde ! Quelqu’un pour une partie ce soir ?",
        "answer": "Moi ! 🎮 Mais j’ai d’abord une question pour le staff…",
        "panel_topic": "Ici, un bouton ouvre un salon privé avec l’équipe.",
    },
    "en": {
        "welcome": "Welcome",
        "rules": "rules",
        "general": "general",
        "team": "Team",
        "rule": (
            "**Welcome to the Pixel Café!**\n- Be kind.\n- No advertising.\n- A question? Open a ticket in {panel}."
        ),
        "hello": "Hi everybody! Anyone for a game tonight?",
        "answer": "Me! 🎮 But first I have a question for the staff…",
        "panel_topic": "A button here opens a private channel with the team.",
    },
}
LOCALES: Final[Mapping[str, str]] = {"fr": "fr", "en": "en-US"}
"""Discord's names for the languages of the page."""

_STOP_WITHIN: Final = 12.0


@attrs.define(eq=False, kw_only=True)
class PlaygroundServer(TicketServer):
    """The server with one bot process, which can be killed and started again."""

    rules: Channel = attrs.field(init=False)
    """The channel that a visitor sees first."""
    general: Channel = attrs.field(init=False)
    """Where everybody talks."""
    bot: BotProcess | None = None
    starts: int = 0
    """How often a process was started; each has its own log file."""
    start_error: str = ""
    """Why the bot did not start."""
    started: float = 0.0
    """When the last process was started, in monotonic seconds."""
    busy: bool = False
    """Whether the process is being started."""

    @property
    def people(self) -> list[Person]:
        """The members as whom a visitor can act."""
        return [self.admin, self.staff, self.alice, self.bob]

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self.bot is not None and self.bot.process.returncode is None

    @property
    def is_online(self) -> bool:
        """Whether Discord can reach the bot."""
        if self.mode == "gateway":
            return self.is_running and bool(self.sim.gateway.connected)
        return self.is_running and bool(self.sim.endpoints) and not self.busy

    def is_abandoned(self, interaction: Interaction) -> bool:
        """Return whether the process that received an interaction has ended, so that no answer will come."""
        return not self.is_running or interaction.sent < self.started

    def log_lines(self, count: int) -> list[str]:
        """Return the last lines of the bot's log."""
        return [] if self.bot is None else self.bot.lines()[-count:]

    async def start_bot(self) -> None:
        """Start the bot process unless there is one; a failure is kept in ``start_error``."""
        if self.busy or self.is_running:
            return
        self.busy, self.start_error = True, ""
        self.sim.discord.touch()
        try:
            self.starts += 1
            self.started = time.monotonic()
            self.bot = await BotProcess.spawn(self.settings(), self.folder / f"bot-{self.starts}.log")
            self.sim.endpoints[:] = [await self._ready(self.bot)] if self.mode == "rest" else []
        except (AssertionError, TimeoutError) as error:
            self.start_error = str(error)
        finally:
            self.busy = False
            self.sim.discord.touch()

    async def _ready(self, bot: BotProcess) -> str:
        await bot.wait_for("ticketbot.app: ready")
        (*_, line) = [line for line in bot.lines() if "listening on " in line]
        return line.rpartition("listening on ")[2].strip() + "/"

    async def kill_bot(self) -> None:
        """Kill the process."""
        if self.bot is not None:
            await self.bot.kill()
        self.sim.discord.touch()

    async def stop_bot(self) -> int | None:
        """Stop the process, by force if necessary, and return its exit code."""
        if self.bot is None:
            return None
        try:
            return await self.bot.stop(_STOP_WITHIN)
        except TimeoutError:
            await self.bot.kill()
            return self.bot.process.returncode
        finally:
            self.sim.discord.touch()

    def settings(self) -> dict[str, str]:
        """Return the bot's settings: the visitor's own ``TICKETBOT_…`` variables, unless they lead to another bot."""
        own = {key: value for key, value in os.environ.items() if key.startswith("TICKETBOT_")}
        if own.get("TICKETBOT_PARAMS"):
            own["TICKETBOT_PARAMS"] = str(Path(own["TICKETBOT_PARAMS"]).absolute())  # the bot starts in another folder
        return own | super().settings()


async def build(sim: Simulator, mode: str, folder: Path, *, language: str = "fr") -> PlaygroundServer:
    """Create the server: public channels, a staff channel, a category for tickets, five members, three messages."""
    texts = _TEXTS[language]
    sim.application.bot.username = "Ticketbot"
    server = PlaygroundServer(sim=sim, mode=mode, folder=folder, names=_NAMES[language])
    guild = server.guild
    guild.bot_role.color = 0x9AA3FF
    guild.bot_role.permissions |= Permissions(int(NEEDED_FOR_NOTES))  # as ``ticketbot invite --notes`` asks for
    server.staff_role.color, server.admin_role.color = 0x2ECC71, 0xF1A33C
    server.staff_role.mentionable = True
    server.alice.member.nick = "Alice"
    del guild.guild.members[guild.guild.owner_id]  # the owner never appears
    welcome, team = guild.add_category(texts["welcome"]), guild.add_category(texts["team"])
    server.rules = guild.add_text_channel(texts["rules"], parent=welcome)
    server.general = guild.add_text_channel(texts["general"], parent=welcome)
    server.panel.topic, server.panel.parent_id = texts["panel_topic"], welcome.id
    server.transcripts.parent_id = team.id
    for channel in (server.rules, server.panel):
        guild.set_overwrite(channel, guild.everyone, deny=Permissions.SEND_MESSAGES)
        guild.set_overwrite(channel, guild.bot_role, allow=Permissions.SEND_MESSAGES)
    for channel in (team, server.transcripts):
        guild.set_overwrite(channel, guild.everyone, deny=Permissions.VIEW_CHANNEL)
        guild.set_overwrite(channel, server.staff_role, allow=Permissions.VIEW_CHANNEL)
        guild.set_overwrite(channel, guild.bot_role, allow=Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES)
    in_order = (welcome, server.rules, server.general, server.panel, team, server.transcripts, server.category)
    for position, channel in enumerate(in_order):
        channel.position = position
    await server.admin.write(server.rules, texts["rule"].format(panel=f"<#{server.panel.id}>"))
    await server.bob.write(server.general, texts["hello"])
    await server.alice.write(server.general, texts["answer"])
    return server
