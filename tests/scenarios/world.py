"""A simulated server with its people, and the bot in it: what every story starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from tests.scenarios.process import BotProcess
from tests.standin import state
from ticketbot.tickets.permissions import NEEDED_IN_ALL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.standin.presses import Press
    from tests.standin.simulator import Simulator

OPEN, CLAIM, CLOSE, REOPEN = "ticket:open", "ticket:claim", "ticket:close", "ticket:reopen"
DELETE, CONFIRM, CANCEL = "ticket:delete", "ticket:delete:confirm", "ticket:delete:cancel"


@attrs.define(kw_only=True)
class World:
    """One server, one or more bot processes, and the moves that stories are made of."""

    sim: Simulator
    mode: str
    folder: Path
    guild: state.Guild
    staff_role: state.Role
    second_role: state.Role
    panel: state.Channel
    transcripts: state.Channel
    category: state.Channel
    admin: state.Member
    staff: state.Member
    other_staff: state.Member
    alice: state.Member
    bob: state.Member
    environment: dict[str, str] = attrs.field(factory=dict[str, str])
    bots: list[BotProcess] = attrs.field(factory=list[BotProcess])
    started: list[BotProcess] = attrs.field(factory=list[BotProcess])
    """All that were started, those that ended too."""

    @classmethod
    def build(cls, sim: Simulator, mode: str, folder: Path, *, bot_permissions: int = int(NEEDED_IN_ALL)) -> World:
        guild = sim.add_guild("Serveur de Léa", bot_permissions=bot_permissions)
        staff_role, second_role = sim.add_role(guild, "Support"), sim.add_role(guild, "Modération")
        administrators = sim.add_role(guild, "Admins", permissions=state.ADMINISTRATOR)
        return cls(
            sim=sim,
            mode=mode,
            folder=folder,
            guild=guild,
            staff_role=staff_role,
            second_role=second_role,
            panel=sim.add_channel(guild, "ouvrir-un-ticket"),
            transcripts=sim.add_channel(guild, "transcriptions"),
            category=sim.add_channel(guild, "Tickets", state.CATEGORY),
            admin=sim.add_member(guild, "Chloé", administrators),
            staff=sim.add_member(guild, "Sam", staff_role),
            other_staff=sim.add_member(guild, "Mia", second_role),
            alice=sim.add_member(guild, "Alice Martin"),
            bob=sim.add_member(guild, "Bob"),
        )

    def settings(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return {
            "DISCORD_TOKEN": self.sim.token,
            "DISCORD_API_URL": self.sim.api_url,
            "TICKETBOT_MODE": self.mode,
            "TICKETBOT_PORT": "0",
            "TICKETBOT_DATA": str(self.folder / "data"),
            **self.environment,
            **(more or {}),
        }

    async def start_bot(self, **more: str) -> BotProcess:
        bot = await BotProcess.start(self.settings(more), self.folder / f"bot-{len(self.started)}.log")
        self.bots.append(bot)
        self.started.append(bot)
        if bot.url is not None:
            self.sim.interactions_urls.append(bot.url)
        return bot

    async def stop_bots(self) -> list[int]:
        codes = [await bot.stop() for bot in self.bots]
        self.forget_bots()
        return codes

    def forget_bots(self) -> None:
        self.bots.clear()
        self.sim.interactions_urls.clear()

    async def restart_bot(self, **more: str) -> BotProcess:
        assert await self.stop_bots() == [0]
        return await self.start_bot(**more)

    # What people do.

    async def configure(self, **options: Any) -> Press:  # noqa: ANN401 - options of a command
        chosen = {
            "salon": self.panel,
            "transcription": self.transcripts,
            "category": self.category,
            "role": self.staff_role,
            "role2": self.second_role,
        }
        return await self.sim.command(self.admin, self.panel, "ticket-config", **{**chosen, **options})

    async def configured(self) -> None:
        await (await self.configure()).settled()
        assert self.panels(), "the panel is there"

    def panels(self) -> list[state.Message]:
        """List the live panels of the whole server."""
        return [message for message in self.bot_messages() if _has(message, OPEN)]

    def bot_messages(self) -> list[state.Message]:
        return [
            message
            for channel in self.guild.channels.values()
            for message in channel.messages
            if message.author is self.sim.bot and message.seen_by is None
        ]

    def tickets(self) -> list[state.Channel]:
        return [channel for channel in self.guild.channels.values() if channel.parent is self.category]

    async def press_open(self, member: state.Member, **more: Any) -> Press:  # noqa: ANN401
        return await self.sim.press(member, self.panels()[0], OPEN, **more)

    async def opened(self, member: state.Member | None = None) -> state.Channel:
        """Open a ticket, and follow the link in the answer."""
        before = set(self.guild.channels)
        answer = await (await self.press_open(member or self.alice)).settled()
        channel = next(self.guild.channels[key] for key in self.guild.channels if key not in before)
        assert f"<#{channel.id}>" in text_of(answer)
        await self.sim.until(lambda: any(_has(message, CLAIM) for message in channel.messages))
        return channel

    def message_with(self, channel: state.Channel, custom_id: str, member: state.Member | None = None) -> state.Message:
        """Find the newest message that a member sees with a button."""
        for message in reversed(channel.messages):
            if _has(message, custom_id) and (member is None or self.sim.sees(member, message)):
                return message
        raise AssertionError(f"#{channel.name} has no button {custom_id}")

    async def press(self, member: state.Member, channel: state.Channel, custom_id: str, **more: Any) -> Press:  # noqa: ANN401
        return await self.sim.press(member, self.message_with(channel, custom_id, member), custom_id, **more)

    async def closed(self, channel: state.Channel, by: state.Member | None = None) -> None:
        count = sum(_has(message, REOPEN) for message in channel.messages)
        press = await self.press(by or self.staff, channel, CLOSE)
        await press.acknowledged()
        await self.sim.until(lambda: sum(_has(message, REOPEN) for message in channel.messages) > count)

    async def deleted(self, channel: state.Channel, by: state.Member | None = None) -> state.Message:
        """Delete a closed ticket; give the message with its transcript."""
        member = by or self.staff
        question = await (await self.press(member, channel, DELETE)).settled()
        await (await self.sim.press(member, question, CONFIRM)).acknowledged()
        await self.sim.until(lambda: channel.id not in self.guild.channels)
        number = channel.name.partition("-")[0]
        (found,) = [message for message in self.transcripts.messages if number in message.files[0].name]
        return found


def text_of(message: state.Message) -> str:
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.get("title") or "", embed.get("description") or ""]
        parts += [f"{field['name']} {field['value']}" for field in embed.get("fields") or ()]
    return "\n".join(parts)


def _has(message: state.Message, custom_id: str) -> bool:
    return any(button.get("custom_id") == custom_id for button in message.buttons())
