"""A simulated server with its people, and the bot in it: what every story starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from tests.scenarios.process import BotProcess
from tests.simulator.permissions import Permissions
from ticketbot.tickets.permissions import NEEDED_IN_ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.simulator.guilds import GuildHandle
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.simulator import Simulator
    from tests.simulator.state import Channel, Message, Role

OPEN, CLAIM, CLOSE, REOPEN = "ticket:open", "ticket:claim", "ticket:close", "ticket:reopen"
DELETE, CONFIRM, CANCEL = "ticket:delete", "ticket:delete:confirm", "ticket:delete:cancel"

PATIENCE = 30.0
"""Seconds for which a story waits for what takes a tenth of one on a quiet machine."""


@attrs.define(kw_only=True)
class World:
    """One server, one or more bot processes, and the moves that stories are made of."""

    sim: Simulator
    mode: str
    folder: Path
    guild: GuildHandle
    staff_role: Role
    second_role: Role
    panel: Channel
    transcripts: Channel
    category: Channel
    admin: Person
    staff: Person
    other_staff: Person
    alice: Person
    bob: Person
    environment: dict[str, str] = attrs.field(factory=dict[str, str])
    bots: list[BotProcess] = attrs.field(factory=list[BotProcess])
    started: list[BotProcess] = attrs.field(factory=list[BotProcess])
    """All that were started, those that ended too."""

    @classmethod
    def build(cls, sim: Simulator, mode: str, folder: Path) -> World:
        guild = sim.add_guild("Serveur de Léa", locale="fr", bot_permissions=Permissions(int(NEEDED_IN_ALL)))
        guild.everyone.permissions &= ~Permissions.MENTION_EVERYONE
        staff_role, second_role = guild.add_role("Support"), guild.add_role("Modération")
        administrators = guild.add_role("Admins", Permissions.ADMINISTRATOR)
        return cls(
            sim=sim,
            mode=mode,
            folder=folder,
            guild=guild,
            staff_role=staff_role,
            second_role=second_role,
            panel=guild.add_text_channel("ouvrir-un-ticket"),
            transcripts=guild.add_text_channel("transcriptions"),
            category=guild.add_category("Tickets"),
            admin=guild.add_member("chloe", nick="Chloé", roles=[administrators], locale="fr"),
            staff=guild.add_member("sam", nick="Sam", roles=[staff_role], locale="fr"),
            other_staff=guild.add_member("mia", nick="Mia", roles=[second_role], locale="fr"),
            alice=guild.add_member("alice", nick="Alice Martin", locale="fr"),
            bob=guild.add_member("bob", nick="Bob", locale="fr"),
        )

    def settings(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return {
            "DISCORD_TOKEN": self.sim.token,
            "DISCORD_API_URL": self.sim.api_url,
            "DISCORD_MEDIA_URL": self.sim.media_url,
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
            self.sim.endpoints.append(bot.url)
        return bot

    async def spawn_bot(self, *by: str, **more: str) -> BotProcess:
        """Start a process without waiting for anything; ``by`` is a command that becomes it."""
        bot = await BotProcess.spawn(self.settings(more), self.folder / f"bot-{len(self.started)}.log", by)
        self.started.append(bot)
        return bot

    async def stop_bots(self) -> list[int]:
        codes = [await bot.stop() for bot in self.bots]
        self.forget_bots()
        return codes

    def forget_bots(self) -> None:
        self.bots.clear()
        self.sim.endpoints.clear()

    async def restart_bot(self, **more: str) -> BotProcess:
        assert await self.stop_bots() == [0]
        return await self.start_bot(**more)

    # What people do.

    async def configure(self, **options: Channel | Role | str) -> Interaction:
        chosen = {
            "salon": self.panel,
            "transcription": self.transcripts,
            "category": self.category,
            "role": self.staff_role,
            "role2": self.second_role,
        }
        return await self.admin.command("ticket-config", self.panel, **{**chosen, **options})

    async def forged_configure(self, member: Person, **options: Channel | Role) -> Interaction:
        """Send the command with any options, whoever it is and whatever their client offers."""
        honest = await self.configure()
        await honest.settled()
        data: dict[str, Any] = dict(honest.payload["data"])
        given = {option["name"]: {**option} for option in data["options"]}
        for name, value in options.items():
            given[name]["value"] = str(value.id)
        resolved: dict[str, dict[str, Any]] = {"channels": {}, "roles": {}, **data["resolved"]}
        shapes = list(resolved["channels"].values())
        for channel in self.guild.channels:
            shape = {**shapes[0], "id": str(channel.id), "name": channel.name, "type": int(channel.type)}
            resolved["channels"][str(channel.id)] = shape
        return await member.forge(self.panel, {**data, "options": list(given.values()), "resolved": resolved}, kind=2)

    async def configured(self) -> None:
        await answered(await self.configure())
        assert self.panels(), "the panel is there"

    def panels(self) -> list[Message]:
        """List the live panels of the whole server."""
        return [message for message in self.bot_messages() if has(message, OPEN)]

    def bot_messages(self) -> list[Message]:
        """List what the bot wrote for all to see."""
        bot = self.sim.application.bot
        return [message for channel in self.guild.channels for message in channel.history if message.author is bot]

    def tickets(self) -> list[Channel]:
        return self.guild.guild.children(self.category)

    def via(self, index: int) -> str:
        return self.sim.endpoints[index % len(self.sim.endpoints)]

    async def until(self, condition: Callable[[], Any], within: float = PATIENCE) -> Any:  # noqa: ANN401 - what it gives
        """Wait until something is so; give what the condition gave."""
        await self.sim.wait_until(condition, within)
        return condition()

    async def press_open(self, member: Person, *, via: str | None = None) -> Interaction:
        return await member.press(self.panels()[0], custom_id=OPEN, via=via)

    async def opened(self, member: Person | None = None) -> Channel:
        """Open a ticket, and follow the link in the answer."""
        before = {channel.id for channel in self.guild.channels}
        answer = await answered(await self.press_open(member or self.alice))
        (channel,) = [channel for channel in self.guild.channels if channel.id not in before]
        assert f"<#{channel.id}>" in answer.text()
        await self.until(lambda: any(has(message, CLAIM) for message in channel.history))
        return channel

    def message_with(self, channel: Channel, custom_id: str) -> Message:
        """Find the newest message with a button."""
        return next(message for message in reversed(channel.history) if has(message, custom_id))

    async def press(self, member: Person, channel: Channel, custom_id: str) -> Interaction:
        return await member.press(self.message_with(channel, custom_id), custom_id=custom_id)

    async def forge(self, member: Person, message: Message, custom_id: str) -> Interaction:
        """Press a button, whether it is there or not, and seen or not."""
        data = {"custom_id": custom_id, "component_type": 2, "id": 1}
        return await member.forge(message.channel, data, message=message)

    async def claimed(self, channel: Channel, by: Person | None = None, within: float = PATIENCE) -> Message:
        """Claim a ticket; give the notice of it: the answer to the press, or what follows if that took its time."""
        count = len(channel.history)
        await acknowledged(await self.press(by or self.staff, channel, CLAIM))
        await self.until(lambda: len(channel.history) > count, within)
        return channel.history[count]

    async def closed(self, channel: Channel, by: Person | None = None) -> None:
        count = sum(has(message, REOPEN) for message in channel.history)
        await acknowledged(await self.press(by or self.staff, channel, CLOSE))
        await self.until(lambda: sum(has(message, REOPEN) for message in channel.history) > count)

    async def deleted(self, channel: Channel, by: Person | None = None) -> Message:
        """Delete a closed ticket; give the message with its transcript."""
        member = by or self.staff
        question = await answered(await self.press(member, channel, DELETE))
        await acknowledged(await member.press(question, custom_id=CONFIRM))
        await self.until(lambda: channel.deleted)
        number = channel.name.partition("-")[0]
        (found,) = [message for message in self.transcripts.history if number in message.attachments[0].filename]
        return found


async def acknowledged(press: Interaction) -> None:
    """Wait until the member sees that something happens."""
    await press.acknowledged()
    assert not press.failed, press.failure


async def answered(press: Interaction, within: float = PATIENCE) -> Message:
    """Wait for what the member is finally shown."""
    await press.settled(within)
    assert not press.failed, press.failure
    assert press.answer is not None, f"{press} has no answer"
    return press.answer


def has(message: Message, custom_id: str) -> bool:
    return any(button.get("custom_id") == custom_id for button in message.buttons)


def page_of(message: Message) -> str:
    """Read the transcript that a message carries."""
    return message.attachments[0].content.decode()
