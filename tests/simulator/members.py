"""What people do in their clients: they look, write, press, choose and run commands."""

from __future__ import annotations

import copy
import datetime as dt
from typing import TYPE_CHECKING, TypeAlias, TypeGuard, cast

from tests.simulator import channels, commands, components, messages, modals, options, permissions, snowflakes
from tests.simulator.errors import RefusedError
from tests.simulator.interaction_payloads import Resolved
from tests.simulator.interactions import InteractionType
from tests.simulator.messages import Draft, Upload
from tests.simulator.options import OptionContext
from tests.simulator.permissions import Permissions
from tests.simulator.state import Channel, ChannelType, Member, Message, Reference, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interaction, Interactions
    from tests.simulator.state import Command, DiscordState, User

_REPLY = 19
_THREAD_CREATED = 18
_USER_COMMAND, _MESSAGE_COMMAND = 2, 3


class Person:
    """A member of a guild, and the client that the member holds in the hand."""

    def __init__(
        self, member: Member, interactions: Interactions, dispatch: Callable[[Interaction, str | None], None]
    ) -> None:
        self.member = member
        self._interactions = interactions
        self._dispatch = dispatch
        self._via: str | None = None

    def __repr__(self) -> str:
        return f"<Person {self.name} in {self.member.guild.name}>"

    @property
    def id(self) -> int:
        """The user's id."""
        return self.member.id

    @property
    def name(self) -> str:
        """The user's name."""
        return self.member.user.username

    @property
    def user(self) -> User:
        """The account."""
        return self.member.user

    @property
    def mention(self) -> str:
        """What others write to notify."""
        return f"<@{self.id}>"

    @property
    def _discord(self) -> DiscordState:
        return self._interactions.discord

    @property
    def is_here(self) -> bool:
        """Whether the member is in the guild."""
        return self.member.guild.members.get(self.id) is self.member

    def via(self, url: str) -> Person:
        """Let what this person does go to one endpoint of several."""
        person = copy.copy(self)
        person._via = url
        return person

    # What the client shows

    def permissions(self, channel: Channel) -> Permissions:
        """Tell what the person may do in a channel."""
        return permissions.within(self.member, channel) if self.is_here else Permissions.NONE

    def sees(self, what: Channel | Message) -> bool:
        """Tell whether a channel or a message is shown."""
        channel = what if isinstance(what, Channel) else what.channel
        if channel.deleted or not self.permissions(channel) & Permissions.VIEW_CHANNEL:
            return False
        if isinstance(what, Channel):
            return True
        if what.shown_only_to is not None:
            return what.shown_only_to == self.id and what.id in channel.ephemeral
        return not what.deleted and bool(self.permissions(channel) & Permissions.READ_MESSAGE_HISTORY)

    def channels(self) -> list[Channel]:
        """List the channels that are shown."""
        return [channel for channel in self.member.guild.channels.values() if self.sees(channel)]

    def messages(self, channel: Channel) -> list[Message]:
        """List the messages that are shown, oldest first, with those for this person alone."""
        both = [*channel.messages.values(), *channel.ephemeral.values()]
        return sorted((message for message in both if self.sees(message)), key=lambda message: message.id)

    def commands(self, channel: Channel | None = None) -> list[Command]:
        """List the slash commands that are offered."""
        return commands.offered(self._discord, self.member, channel or self._somewhere())

    def was_pinged_by(self, message: Message) -> bool:
        """Tell whether a message notified the person."""
        return self.id in message.pinged

    # What the person does without the bot

    async def write(
        self,
        channel: Channel,
        text: str = "",
        *,
        files: Sequence[tuple[str, bytes]] = (),
        reply_to: Message | None = None,
    ) -> Message:
        """Post a message."""
        needs = Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES
        if files:
            needs |= Permissions.ATTACH_FILES
        self._require(channel, needs, "write")
        uploads = [Upload(f"files[{index}]", name, data) for index, (name, data) in enumerate(files)]
        reference = None if reply_to is None else Reference(channel.id, reply_to.id)
        draft = Draft(
            channel=channel, author=self.member, body={"content": text}, files=uploads, reference=reference,
            type=0 if reply_to is None else _REPLY,
        )  # fmt: skip
        return messages.post(self._discord, draft)

    async def send_sticker(self, channel: Channel, sticker_id: int) -> Message:
        """Post a sticker."""
        self._require(channel, Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES, "send a sticker")
        body: Json = {"sticker_ids": [str(sticker_id)]}
        return messages.post(self._discord, Draft(channel=channel, author=self.member, body=body))

    async def ask(self, channel: Channel, question: str, *answers: str) -> Message:
        """Post a poll."""
        self._require(channel, Permissions.VIEW_CHANNEL | Permissions.SEND_POLLS, "post a poll")
        listed = [{"answer_id": at, "poll_media": {"text": words}} for at, words in enumerate(answers, start=1)]
        poll: Json = {
            "question": {"text": question},
            "answers": listed,
            "expiry": snowflakes.iso(snowflakes.now() + dt.timedelta(days=1)),
            "results": {"answer_counts": [], "is_finalized": False},
            "allow_multiselect": False,
            "layout_type": 1,
        }
        return messages.post(self._discord, Draft(channel=channel, author=self.member, body={"poll": poll}))

    async def start_thread(self, channel: Channel, name: str) -> Channel:
        """Start a public thread; a message in the channel tells of it."""
        self._require(channel, Permissions.VIEW_CHANNEL | Permissions.CREATE_PUBLIC_THREADS, "start a thread")
        thread = channels.start_thread(self._discord, channel, name, self.member)
        reference = Reference(thread.id)
        body = {"content": name}
        draft = Draft(channel=channel, author=self.member, body=body, type=_THREAD_CREATED, reference=reference)
        messages.post(self._discord, draft)
        return thread

    async def start_private_thread(self, channel: Channel, name: str, *, members: Sequence[Member] = ()) -> Channel:
        """Start a private thread, which nothing in the channel announces, and add members to it."""
        self._require(channel, Permissions.VIEW_CHANNEL | Permissions.CREATE_PRIVATE_THREADS, "start a private thread")
        thread = channels.start_thread(self._discord, channel, name, self.member, ChannelType.PRIVATE_THREAD)
        assert thread.thread is not None
        thread.thread.members.update(member.id for member in members)
        return thread

    async def archive(self, thread: Channel) -> None:
        """Archive a thread; a moderator's client offers it."""
        assert thread.thread is not None
        if self.id != thread.thread.owner_id:
            self._require(thread, Permissions.MANAGE_THREADS, "archive")
        channels.archive(thread)

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        if message.author.id != self.id or not self.sees(message):
            raise RefusedError(f"{self.name} cannot edit this message")
        messages.edit(self._discord, message, self.member, {"content": text})

    async def delete(self, message: Message) -> None:
        """Delete a message; one's own, or as a moderator; an ephemeral one is dismissed."""
        mine = self.id in (message.author.id, message.shown_only_to)
        if not self.sees(message) or not (mine or self.permissions(message.channel) & Permissions.MANAGE_MESSAGES):
            raise RefusedError(f"{self.name} cannot delete this message")
        messages.delete(self._discord, message)

    async def react(self, message: Message, emoji: str) -> None:
        """Add a reaction."""
        self._require(message.channel, Permissions.ADD_REACTIONS, "react")
        message.reactions.setdefault(emoji, set()).add(self.id)
        self._discord.touch()

    def _require(self, channel: Channel, needs: Permissions, verb: str) -> None:
        missing = needs & ~self.permissions(channel)
        if channel.deleted or missing:
            raise RefusedError(f"{self.name} cannot {verb} in #{channel.name}: {missing!r}")

    # What reaches the bot

    async def press(
        self, message: Message, *, custom_id: str | None = None, label: str | None = None, via: str | None = None
    ) -> Interaction:
        """Press a button that is shown and enabled."""
        self._require_shown(message)
        button = components.button(message, custom_id, label)
        data = {"custom_id": button["custom_id"], "component_type": components.BUTTON, "id": button["id"]}
        return self._send(InteractionType.COMPONENT, message.channel, data, via, message=message)

    async def select(
        self,
        message: Message,
        custom_id: str,
        values: Sequence[str | Person | Member | Role | Channel],
        *,
        via: str | None = None,
    ) -> Interaction:
        """Choose in a menu."""
        self._require_shown(message)
        menu = components.select(message, custom_id, len(values))
        resolved = Resolved(message.channel)
        components.check_once(menu, values)
        chosen = [self._chosen(menu, one, resolved) for one in values]
        data: Json = {"custom_id": custom_id, "component_type": menu["type"], "id": menu["id"], "values": chosen}
        if resolved.payload:
            data["resolved"] = resolved.payload
        return self._send(InteractionType.COMPONENT, message.channel, data, via, message=message)

    def _chosen(self, menu: Json, value: str | Person | Member | Role | Channel, resolved: Resolved) -> str:
        if isinstance(value, str):
            components.check_choice(menu, [value])
            return value
        return components.choose(menu, value.member if isinstance(value, Person) else value, self.member, resolved)

    async def submit(
        self,
        opened: Interaction,
        values: Mapping[str, Answer | Sequence[Answer]],
        *,
        via: str | None = None,
    ) -> Interaction:
        """Fill in the modal that an interaction opened, and send it; a file is its name and its content."""
        if opened.modal is None or opened.member is not self.member:
            raise RefusedError(f"{self.name} has no modal open")
        if opened.submission is not None and not opened.submission.failed:
            raise RefusedError(f"{self.name} has sent this modal, which closed it")
        plain = {key: _unwrapped(value) for key, value in values.items()}
        context = self._discord, opened.channel, self.member
        data = modals.fill(opened.modal, plain, context, Resolved(opened.channel))
        kind = InteractionType.MODAL
        opened.submission = self._send(kind, opened.channel, data, via, message=opened.message, origin=opened)
        return opened.submission

    async def command(self, name: str, channel: Channel | None = None, /, **values: Filled) -> Interaction:
        """Run a slash command that is offered; groups and subcommands come after a space (``ticket staff add``)."""
        where = self._somewhere() if channel is None else channel
        return self._send(InteractionType.COMMAND, where, self._filled(name, where, values, focused=None), None)

    async def autocomplete(
        self, name: str, channel: Channel | None = None, /, *, focused: str, **values: Filled
    ) -> Interaction:
        """Type into an option of a slash command; what the bot offers is in the interaction's ``choices``."""
        where = self._somewhere() if channel is None else channel
        data = self._filled(name, where, {focused: "", **values}, focused=focused)
        return self._send(InteractionType.AUTOCOMPLETE, where, data, None)

    def _filled(self, name: str, where: Channel, values: Mapping[str, Filled], *, focused: str | None) -> Json:
        name, *path = name.split(" ")
        command = self._offered(1, name, where)
        resolved = Resolved(where)
        plain = {key: self._plain(value, where) for key, value in values.items()}
        data = _command_data(command)
        if filled := options.fill(command, path, plain, OptionContext(resolved, self.member, focused)):
            data["options"] = filled
        if resolved.payload:
            data["resolved"] = resolved.payload
        return data

    async def menu_command(
        self, name: str, target: Person | Member | Message, channel: Channel | None = None, /
    ) -> Interaction:
        """Choose a command in the context menu of a member or a message."""
        if isinstance(target, Message):
            self._require_shown(target)
            where = target.channel
            resolved = Resolved(where)
            data = _command_data(self._offered(_MESSAGE_COMMAND, name, where))
            data["target_id"] = resolved.add_message(self._discord, target)
        else:
            where = self._somewhere() if channel is None else channel
            resolved = Resolved(where)
            data = _command_data(self._offered(_USER_COMMAND, name, where))
            data["target_id"] = resolved.add_member(target.member if isinstance(target, Person) else target)
        data["resolved"] = resolved.payload
        return self._send(InteractionType.COMMAND, where, data, None)

    def _offered(self, kind: int, name: str, where: Channel) -> Command:
        for command in self.commands(where):
            if command.key == (kind, name):
                return command
        raise RefusedError(f"the command {name!r} is not offered to {self.name} in #{where.name}")

    def _plain(self, value: Filled, where: Channel) -> options.Value:
        if isinstance(value, tuple):
            return modals.upload(self._discord, where, *value)
        return value.member if isinstance(value, Person) else value

    async def forge(
        self, channel: Channel, data: Json, *, kind: int = 3, message: Message | None = None, **fields: object
    ) -> Interaction:
        """Send what no client would: any data, on any message, with payload fields replaced."""
        interaction = self._interactions.open(self.member, channel, InteractionType(kind), data, message=message)
        interaction.payload |= fields
        self._dispatch(interaction, self._via)
        return interaction

    def _send(
        self, kind: InteractionType, channel: Channel, data: Json, via: str | None, **more: object
    ) -> Interaction:
        interaction = self._interactions.open(self.member, channel, kind, data, **more)
        self._dispatch(interaction, via or self._via)
        return interaction

    def _require_shown(self, message: Message) -> None:
        if not self.sees(message):
            raise RefusedError(f"{self.name} does not see this message in #{message.channel.name}")

    def _somewhere(self) -> Channel:
        for channel in self.channels():
            if channel.type == 0 and self.permissions(channel) & Permissions.USE_APPLICATION_COMMANDS:
                return channel
        raise RefusedError(f"{self.name} sees no channel to run a command in")


Answer: TypeAlias = str | bool | Person | Member | Role | Channel | tuple[str, bytes]
"""What goes into one input of a modal."""
Filled: TypeAlias = str | float | bool | Channel | Role | Person | Member | tuple[str, bytes]
"""What goes into one option of a command."""


def _unwrapped(value: Answer | Sequence[Answer]) -> modals.Value:
    if isinstance(value, (str, bool, Member, Role, Channel)):
        return value
    if isinstance(value, Person):
        return value.member
    if _is_file(value):
        return [value]
    return [_one(answer) for answer in value]


def _is_file(value: object) -> TypeGuard[tuple[str, bytes]]:
    return isinstance(value, tuple) and isinstance(cast("tuple[object, ...]", value)[-1], bytes)


def _one(answer: object) -> modals.One:
    if isinstance(answer, Person):
        return answer.member
    assert isinstance(answer, (str, Member, Role, Channel)) or _is_file(answer)
    return answer


def _command_data(command: Command) -> Json:
    data: Json = {"id": str(command.id), "name": command.name, "type": command.body["type"]}
    if command.guild_id is not None:
        data["guild_id"] = str(command.guild_id)
    return data
