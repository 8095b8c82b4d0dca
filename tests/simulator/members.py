"""What people do in their clients: they look, write, press, choose and run commands."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from tests.simulator import channels, commands, components, messages, options, permissions
from tests.simulator.errors import RefusedError
from tests.simulator.interaction_payloads import Resolved
from tests.simulator.interactions import InteractionType
from tests.simulator.messages import Draft, Upload
from tests.simulator.permissions import Permissions
from tests.simulator.state import Channel, Member, Message, Reference, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interaction, Interactions
    from tests.simulator.state import Command, User, World

_REPLY = 19
_THREAD_CREATED = 18


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
    def _world(self) -> World:
        return self._interactions.world

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
        return commands.offered(self._world, self.member, channel or self._somewhere())

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
        return messages.post(self._world, draft)

    async def start_thread(self, channel: Channel, name: str) -> Channel:
        """Start a public thread; a message in the channel tells of it."""
        self._require(channel, Permissions.VIEW_CHANNEL | Permissions.CREATE_PUBLIC_THREADS, "start a thread")
        thread = channels.start_thread(self._world, channel, name)
        reference = Reference(thread.id)
        body = {"content": name}
        draft = Draft(channel=channel, author=self.member, body=body, type=_THREAD_CREATED, reference=reference)
        messages.post(self._world, draft)
        return thread

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        if message.author.id != self.id or not self.sees(message):
            raise RefusedError(f"{self.name} cannot edit this message")
        messages.edit(self._world, message, self.member, {"content": text})

    async def delete(self, message: Message) -> None:
        """Delete a message; one's own, or as a moderator; an ephemeral one is dismissed."""
        mine = self.id in (message.author.id, message.shown_only_to)
        if not self.sees(message) or not (mine or self.permissions(message.channel) & Permissions.MANAGE_MESSAGES):
            raise RefusedError(f"{self.name} cannot delete this message")
        messages.delete(self._world, message)

    async def react(self, message: Message, emoji: str) -> None:
        """Add a reaction."""
        self._require(message.channel, Permissions.ADD_REACTIONS, "react")
        message.reactions.setdefault(emoji, set()).add(self.id)
        self._world.touch()

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
        values: Sequence[str | Person | Role | Channel],
        *,
        via: str | None = None,
    ) -> Interaction:
        """Choose in a menu."""
        self._require_shown(message)
        menu = components.select(message, custom_id, len(values))
        resolved = Resolved(message.channel)
        chosen = [self._chosen(one, resolved) for one in values]
        if menu["type"] == components.STRING_SELECT:
            components.check_choice(menu, chosen)
        data: Json = {"custom_id": custom_id, "component_type": menu["type"], "id": menu["id"], "values": chosen}
        if resolved.payload:
            data["resolved"] = resolved.payload
        return self._send(InteractionType.COMPONENT, message.channel, data, via, message=message)

    def _chosen(self, value: str | Person | Role | Channel, resolved: Resolved) -> str:
        if isinstance(value, Person):
            return resolved.add_member(value.member)
        if isinstance(value, Role):
            return resolved.add_role(value)
        if isinstance(value, Channel):
            return resolved.add_channel(value, self.member)
        return value

    async def submit(
        self, opened: Interaction, values: Mapping[str, str | Sequence[str]], *, via: str | None = None
    ) -> Interaction:
        """Fill in the modal that an interaction opened, and send it."""
        if opened.modal is None or opened.member is not self.member:
            raise RefusedError(f"{self.name} has no modal open")
        filled = components.modal_components(opened.modal, values)
        data = {"custom_id": opened.modal["custom_id"], "components": filled}
        kind = InteractionType.MODAL
        return self._send(kind, opened.channel, data, via, message=opened.message, origin=opened)

    async def command(
        self,
        name: str,
        channel: Channel | None = None,
        /,
        **values: str | float | bool | Channel | Role | Person | Member,
    ) -> Interaction:
        """Run a slash command that is offered; a subcommand comes after a space."""
        where = self._somewhere() if channel is None else channel
        name, *path = name.split(" ")
        command = next((one for one in self.commands(where) if one.name == name), None)
        if command is None:
            raise RefusedError(f"/{name} is not offered to {self.name} in #{where.name}")
        resolved = Resolved(where)
        plain = {key: value.member if isinstance(value, Person) else value for key, value in values.items()}
        data: Json = {"id": str(command.id), "name": command.name, "type": command.body["type"]}
        if filled := options.fill(command, path, plain, resolved, self.member):
            data["options"] = filled
        if resolved.payload:
            data["resolved"] = resolved.payload
        if command.guild_id is not None:
            data["guild_id"] = str(command.guild_id)
        return self._send(InteractionType.COMMAND, where, data, None)

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
