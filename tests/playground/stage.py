"""The server that the page shows, its people, and the real bot process in it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from tests.scenarios.process import BotProcess
from tests.simulator.guilds import overwrite
from tests.simulator.permissions import Permissions
from ticketbot.tickets.permissions import NEEDED_IN_ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.guilds import GuildHandle
    from tests.simulator.members import Person
    from tests.simulator.simulator import Simulator
    from tests.simulator.state import Channel, Role

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {
        "guild": "Le Café des Pixels",
        "welcome": "Accueil",
        "rules": "règlement",
        "general": "général",
        "panel": "ouvrir-un-ticket",
        "team": "Équipe",
        "transcripts": "transcriptions",
        "category": "Tickets",
        "staff": "Support",
        "admins": "Administration",
        "rule": (
            "**Bienvenue au Café des Pixels !**\n- Restez courtois.\n- Pas de publicité.\n"
            "- Une question ? Ouvrez un ticket dans {panel}."
        ),
        "hello": "Salut tout le monde ! Quelqu’un pour une partie ce soir ?",
        "answer": "Moi ! 🎮 Mais j’ai d’abord une question pour le staff…",
        "panel_topic": "Ici, un bouton ouvre un salon privé avec l’équipe.",
    },
    "en": {
        "guild": "The Pixel Café",
        "welcome": "Welcome",
        "rules": "rules",
        "general": "general",
        "panel": "open-a-ticket",
        "team": "Team",
        "transcripts": "transcripts",
        "category": "Tickets",
        "staff": "Support",
        "admins": "Administrators",
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
class Stage:
    """One server and one bot process, which can be killed and started again."""

    sim: Simulator
    mode: str
    folder: Path
    guild: GuildHandle
    panel: Channel
    transcripts: Channel
    category: Channel
    staff_role: Role
    admin: Person
    staff: Person
    alice: Person
    bob: Person
    environment: dict[str, str] = attrs.field(factory=dict[str, str])
    bot: BotProcess | None = None
    starts: int = 0
    """How often a process was started; each has a log of its own."""
    trouble: str = ""
    """Why the bot did not start."""
    started: float = 0.0
    """When the process was started last, in monotonic seconds."""
    busy: bool = False
    """Whether the process is being started or stopped."""

    @property
    def people(self) -> list[Person]:
        """List those in whose place one can be."""
        return [self.admin, self.staff, self.alice, self.bob]

    @property
    def is_running(self) -> bool:
        """Tell whether there is a process."""
        return self.bot is not None and self.bot.process.returncode is None

    @property
    def is_online(self) -> bool:
        """Tell whether Discord can reach the bot."""
        if self.mode == "gateway":
            return self.is_running and bool(self.sim.gateway.connected)
        return self.is_running and bool(self.sim.endpoints) and not self.busy

    def log_lines(self, count: int) -> list[str]:
        """Read the end of the bot's log."""
        return [] if self.bot is None else self.bot.lines()[-count:]

    async def start_bot(self) -> None:
        """Start the bot process, unless there is one; what goes wrong is kept to be shown."""
        if self.busy or self.is_running:
            return
        self.busy, self.trouble = True, ""
        self.sim.world.touch()
        try:
            self.starts += 1
            self.started = time.monotonic()
            self.bot = await BotProcess.spawn(self.settings(), self.folder / f"bot-{self.starts}.log")
            self.sim.endpoints[:] = [await self._ready(self.bot)] if self.mode == "rest" else []
        except (AssertionError, TimeoutError) as error:
            self.trouble = str(error)
        finally:
            self.busy = False
            self.sim.world.touch()

    async def _ready(self, bot: BotProcess) -> str:
        await bot.wait_for("ticketbot.app: ready")
        (*_, line) = [line for line in bot.lines() if "listening on " in line]
        return line.rpartition("listening on ")[2].strip() + "/"

    async def kill_bot(self) -> None:
        """End the process at once, as a power cut does."""
        if self.bot is not None:
            await self.bot.kill()
        self.sim.world.touch()

    async def stop_bot(self) -> int | None:
        """Ask the process to end; end it by force where it does not listen; give its exit code."""
        if self.bot is None:
            return None
        try:
            return await self.bot.stop(_STOP_WITHIN)
        except TimeoutError:
            await self.bot.kill()
            return self.bot.process.returncode
        finally:
            self.sim.world.touch()

    def settings(self) -> dict[str, str]:
        """Make the bot's environment: the owner's own settings, as far as they do not lead away from here."""
        given = {key: value for key, value in os.environ.items() if key.startswith("TICKETBOT_")}
        if given.get("TICKETBOT_PARAMS"):
            given["TICKETBOT_PARAMS"] = str(Path(given["TICKETBOT_PARAMS"]).absolute())  # the bot starts elsewhere
        return given | {
            "DISCORD_TOKEN": self.sim.token,
            "DISCORD_API_URL": self.sim.api_url,
            "DISCORD_MEDIA_URL": self.sim.media_url,
            "TICKETBOT_MODE": self.mode,
            "TICKETBOT_PORT": "0",
            "TICKETBOT_DATA": str(self.data),
            **self.environment,
        }

    @property
    def data(self) -> Path:
        """The folder of the bot's store."""
        return self.folder / "data"


async def build(sim: Simulator, mode: str, folder: Path, *, language: str = "fr") -> Stage:
    """Make the server: public channels, a team's channel, a category for tickets, and five members."""
    words, locale = _WORDS[language], LOCALES[language]
    sim.application.bot.username = "Ticketbot"
    guild = sim.add_guild(words["guild"], locale=locale, bot_permissions=Permissions(int(NEEDED_IN_ALL)))
    guild.everyone.permissions &= ~Permissions.MENTION_EVERYONE
    guild.bot_role.color = 0x9AA3FF
    staff_role = guild.add_role(words["staff"], mentionable=True)
    admins = guild.add_role(words["admins"], Permissions.ADMINISTRATOR)
    staff_role.color, admins.color = 0x2ECC71, 0xF1A33C
    admin = guild.add_member("chloe", nick="Chloé", roles=[admins], locale=locale)
    staff = guild.add_member("sam", nick="Sam", roles=[staff_role], locale=locale)
    alice = guild.add_member("alice", nick="Alice", locale=locale)
    bob = guild.add_member("bob", nick="Bob", locale=locale)
    del guild.guild.members[guild.guild.owner_id]  # the owner is somebody who never comes
    welcome = guild.add_category(words["welcome"])
    rules = guild.add_text_channel(words["rules"], parent=welcome)
    general = guild.add_text_channel(words["general"], parent=welcome)
    panel = guild.add_text_channel(words["panel"], parent=welcome)
    panel.topic = words["panel_topic"]
    for channel in (rules, panel):
        guild.set_overwrite(channel, guild.everyone, deny=Permissions.SEND_MESSAGES)
        guild.set_overwrite(channel, guild.bot_role, allow=Permissions.SEND_MESSAGES)
    shown, bots = Permissions.VIEW_CHANNEL, Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES
    private = [
        overwrite(guild.everyone, deny=shown),
        overwrite(staff_role, allow=shown),
        overwrite(guild.bot_role, allow=bots),
    ]
    team = guild.add_category(words["team"], overwrites=private)
    transcripts = guild.add_text_channel(words["transcripts"], parent=team)
    await admin.write(rules, words["rule"].format(panel=f"<#{panel.id}>"))
    await bob.write(general, words["hello"])
    await alice.write(general, words["answer"])
    return Stage(
        sim=sim,
        mode=mode,
        folder=folder,
        guild=guild,
        panel=panel,
        transcripts=transcripts,
        category=guild.add_category(words["category"]),
        staff_role=staff_role,
        admin=admin,
        staff=staff,
        alice=alice,
        bob=bob,
    )
