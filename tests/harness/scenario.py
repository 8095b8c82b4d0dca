"""A simulated server, the bot in it, and what people do there: every scenario starts from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from tests.harness.bot_process import BotProcess
from tests.harness.server import TicketServer
from tests.simulator.faults import Hang
from ticketbot.texts import buttons

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.simulator import Simulator
    from tests.simulator.state import Channel, Message, Role

OPEN, CLAIM, CLOSE, REOPEN = "ticket:open", "ticket:claim", "ticket:close", "ticket:reopen"
MENU = "ticket:menu"
DELETE, CONFIRM, CANCEL = "ticket:delete", "ticket:delete:confirm", "ticket:delete:cancel"

OVERWRITE = "PUT /channels/{channel_id}/permissions/{overwrite_id}"

TIMEOUT = 30.0
"""Seconds to wait for what takes a tenth of one on a quiet machine."""


@attrs.define(eq=False, kw_only=True)
class Scenario(TicketServer):
    """A server with the bot's processes, and what its people do."""

    second_role: Role = attrs.field(init=False)
    """Another staff role."""
    other_staff: Person = attrs.field(init=False)
    bots: list[BotProcess] = attrs.field(factory=list[BotProcess])
    """The processes that run."""
    started: list[BotProcess] = attrs.field(factory=list[BotProcess])
    """All processes that were started, including those that have ended."""
    preload: bool = False
    """Whether to fork them from a process that has imported the bot's modules: see ``preloaded``."""

    def __attrs_post_init__(self) -> None:
        """Create the server, and a second staff member with another role."""
        super().__attrs_post_init__()
        self.second_role = self.guild.add_role("Modération")
        self.other_staff = self.guild.add_member("mia", nick="Mia", roles=[self.second_role], locale="fr")

    @classmethod
    def build(cls, sim: Simulator, mode: str, folder: Path, *, preload: bool = False) -> Scenario:
        """Create the server; no process runs yet."""
        return cls(sim=sim, mode=mode, folder=folder, preload=preload)

    def settings(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the settings of a bot process, with more that override them."""
        return super().settings() | dict(more or {})

    def set_params(self, toml: str) -> None:
        """Let processes started from now on read this as the file named by ``TICKETBOT_PARAMS``."""
        path = self.folder / "texts.toml"
        path.write_text(toml, encoding="utf-8")
        self.environment["TICKETBOT_PARAMS"] = str(path)

    async def start_bot(self, **more: str) -> BotProcess:
        """Start a process with these settings besides the usual ones, and wait until it is ready."""
        log = self.folder / f"bot-{len(self.started)}.log"
        bot = await BotProcess.start(self.settings(more), log, preload=self.preload)
        self.bots.append(bot)
        self.started.append(bot)
        if bot.url is not None:
            self.sim.endpoints.append(bot.url)
        return bot

    async def spawn_bot(self, *by: str, **more: str) -> BotProcess:
        """Start a process without waiting until it is ready; ``by`` is a command line that executes it."""
        log = self.folder / f"bot-{len(self.started)}.log"
        bot = await BotProcess.spawn(self.settings(more), log, by, preload=self.preload)
        self.started.append(bot)
        return bot

    async def stop_bots(self) -> list[int]:
        """Stop all processes with SIGTERM, and return their exit codes."""
        codes = [await bot.stop() for bot in self.bots]
        self.forget_bots()
        return codes

    def forget_bots(self) -> None:
        """Forget the running processes and their addresses, after they were killed."""
        self.bots.clear()
        self.sim.endpoints.clear()

    async def restart_bot(self, **more: str) -> BotProcess:
        """Stop all processes cleanly, and start one."""
        assert await self.stop_bots() == [0]
        return await self.start_bot(**more)

    # What people do.

    async def send_ticket_config(self, **options: Channel | Role | str) -> Interaction:
        """Run ``/ticket-config`` as the administrator, and do not wait; ``options`` replace the usual ones."""
        chosen = {
            "salon": self.panel,
            "transcription": self.transcripts,
            "category": self.category,
            "role": self.staff_role,
            "role2": self.second_role,
        }
        return await self.admin.command("ticket-config", self.panel, **{**chosen, **options})

    async def forge_ticket_config(self, member: Person, **options: Channel | Role) -> Interaction:
        """Run the command as any member with any options, as no real client would."""
        valid = await self.send_ticket_config()
        await valid.settled()
        data: dict[str, Any] = dict(valid.payload["data"])
        given = {option["name"]: {**option} for option in data["options"]}
        for name, value in options.items():
            given[name]["value"] = str(value.id)
        resolved: dict[str, dict[str, Any]] = {"channels": {}, "roles": {}, **data["resolved"]}
        shapes = list(resolved["channels"].values())
        for channel in self.guild.channels:
            shape = {**shapes[0], "id": str(channel.id), "name": channel.name, "type": int(channel.type)}
            resolved["channels"][str(channel.id)] = shape
        return await member.forge(self.panel, {**data, "options": list(given.values()), "resolved": resolved}, kind=2)

    async def configure(self) -> None:
        """Configure the server, and wait for the panel."""
        await answered(await self.send_ticket_config())
        assert self.panels(), "the panel is there"

    def panels(self) -> list[Message]:
        """Return the live panels of the whole server."""
        return [message for message in self.bot_messages() if has_button(message, OPEN)]

    def bot_messages(self) -> list[Message]:
        """Return the bot's messages that everybody can see."""
        bot = self.sim.application.bot
        return [message for channel in self.guild.channels for message in channel.history if message.author is bot]

    def tickets(self) -> list[Channel]:
        """Return the channels in the tickets' category."""
        return self.guild.guild.children(self.category)

    def via(self, index: int) -> str:
        """Return the address of one of the processes, in turn."""
        return self.sim.endpoints[index % len(self.sim.endpoints)]

    async def wait_until(self, condition: Callable[[], Any], within: float = TIMEOUT) -> Any:  # noqa: ANN401 - any condition
        """Wait until a condition is true, and return its value."""
        await self.sim.wait_until(condition, within)
        return condition()

    async def press_open(self, member: Person, *, via: str | None = None) -> Interaction:
        return await member.press(self.panels()[0], custom_id=OPEN, via=via)

    async def open_ticket(self, member: Person | None = None) -> Channel:
        """Open a ticket, wait for its welcome, and return the channel that the answer links to."""
        before = {channel.id for channel in self.guild.channels}
        answer = await answered(await self.press_open(member or self.alice))
        (channel,) = [channel for channel in self.guild.channels if channel.id not in before]
        assert f"<#{channel.id}>" in answer.text()
        return await self.welcomed(channel)

    async def welcomed(self, channel: Channel) -> Channel:
        """Wait for the welcome in a ticket's channel, which comes after the link to it."""
        await self.wait_until(lambda: any(had_button(message, CLAIM) for message in channel.history))
        return channel

    def message_with(self, channel: Channel, custom_id: str) -> Message:
        """Return the newest message in a channel that has a button, or else that was posted with it."""
        messages = channel.history[::-1]
        with_button = (message for message in messages if has_button(message, custom_id))
        return next(with_button, None) or next(message for message in messages if had_button(message, custom_id))

    async def press(self, member: Person, channel: Channel, custom_id: str) -> Interaction:
        """Press a button; where it was taken away, as a client does that does not know that yet."""
        message = self.message_with(channel, custom_id)
        if has_button(message, custom_id):
            return await member.press(message, custom_id=custom_id)
        return await self.forge(member, message, custom_id)

    async def forge(self, member: Person, message: Message, custom_id: str) -> Interaction:
        """Press a button, whether or not the message has it and the member sees it."""
        data = {"custom_id": custom_id, "component_type": 2, "id": 1}
        return await member.forge(message.channel, data, message=message)

    def delay_overwrites(self, times: int = 1) -> None:
        """Let closings and reopenings take so long that their notice is a message: the press is acknowledged before."""
        self.sim.faults.add(OVERWRITE, Hang(0.8), times=times)

    async def claim_ticket(self, channel: Channel, by: Person | None = None, within: float = TIMEOUT) -> Message:
        """Claim a ticket, and return the notice: the answer to the press, or a message if that took too long."""
        count = len(channel.history)
        await acknowledged(await self.press(by or self.staff, channel, CLAIM))
        await self.wait_until(lambda: len(channel.history) > count, within)
        return channel.history[count]

    async def close_ticket(self, channel: Channel, by: Person | None = None) -> None:
        count = sum(had_button(message, REOPEN) for message in channel.history)
        await self.confirm_closing(await self.press(by or self.staff, channel, CLOSE), by or self.staff)
        await self.wait_until(lambda: sum(had_button(message, REOPEN) for message in channel.history) > count)

    async def confirm_closing(self, press: Interaction, by: Person) -> None:
        """Wait until a press on Close is acknowledged; an opener is asked first, and says yes."""
        await acknowledged(press)
        if press.modal is not None:
            await acknowledged(await by.submit(press, {}))

    async def delete_ticket(self, channel: Channel, by: Person | None = None) -> Message:
        """Delete a closed ticket, and return the message with its transcript."""
        member = by or self.staff
        question = await answered(await self.press(member, channel, DELETE))
        await acknowledged(await member.press(question, custom_id=CONFIRM))
        await self.wait_until(lambda: channel.deleted)
        number = channel.name.partition("-")[0]
        (found,) = [message for message in self.transcripts.history if number in message.attachments[0].filename]
        return found


async def acknowledged(press: Interaction) -> None:
    """Wait until a press is acknowledged."""
    await press.acknowledged()
    assert not press.failed, press.failure


async def answered(press: Interaction, within: float = TIMEOUT) -> Message:
    """Wait for the final answer to a press, and return it."""
    await press.settled(within)
    assert not press.failed, press.failure
    assert press.answer is not None, f"{press} has no answer"
    return press.answer


def has_button(message: Message, custom_id: str) -> bool:
    """Tell whether a button of a message can be pressed."""
    return any(button.get("custom_id") == custom_id and not button.get("disabled") for button in message.buttons)


def had_button(message: Message, custom_id: str) -> bool:
    """Tell whether a message was posted with a button, even if it was taken away since."""
    return custom_id in buttons.custom_ids_of({"components": message.components})


def page_of(message: Message) -> str:
    """Return the HTML of the transcript in a message."""
    return message.attachments[0].content.decode()
