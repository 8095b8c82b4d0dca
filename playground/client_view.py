"""The server as one member's client shows it, whatever the bot does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import attrs

from playground import serializers
from playground.client_actions import runnable_commands, subcommands_of
from playground.message_html import MessageHtml
from playground.server import LOCALES
from tests.simulator import channels
from tests.simulator.permissions import Permissions
from tests.simulator.state import ChannelType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from playground.server import PlaygroundServer
    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Command, Role

_SHOWN_MESSAGES: Final = 200
_SHOWN_SECONDS: Final = 120.0
"""Seconds for which a failed interaction is shown."""


@attrs.define(eq=False)
class ReadState:
    """What each member has read in each channel."""

    marks: dict[tuple[int, int], int] = attrs.field(factory=dict[tuple[int, int], int])

    def mark(self, person: Person, channel: Channel) -> None:
        """Record that a member has read a channel."""
        self.marks[person.id, channel.id] = channel.last_message_id or 0

    def unread(self, person: Person, channel: Channel) -> tuple[bool, int]:
        """Return whether a channel has unread messages, and how many of them ping the member."""
        mark = self.marks.get((person.id, channel.id), 0)
        pings = sum(person.id in message.pinged for message in channel.messages.values() if message.id > mark)
        return (channel.last_message_id or 0) > mark, pings


@attrs.define(eq=False, kw_only=True)
class ClientView:
    """What one member sees, with one channel open."""

    server: PlaygroundServer
    read_state: ReadState
    person: Person
    language: str
    channel_id: int | None = None

    def to_json(self) -> Json:
        """Return all parts of the page that Discord's client has, as JSON."""
        channel = self._open_channel()
        if channel is not None:
            self.read_state.mark(self.person, channel)
        return {
            "guild": {"id": str(self.server.guild.id), "name": self.server.guild.guild.name},
            "people": [self._account(one) for one in self.server.people],
            "me": str(self.person.id),
            "channels": [self._channel(one) for one in self._listed()],
            "channel": None if channel is None else self._open(channel),
            "messages": [] if channel is None else self._messages(channel),
            "members": [] if channel is None else list(self._members(channel)),
            "commands": [] if channel is None else self._commands(channel),
            "menus": {} if channel is None else self._menus(channel),
            "pickers": self._pickers(),
            "interactions": self._interactions(),
        }

    def _account(self, person: Person) -> Json:
        roles = [self.server.guild.guild.roles[role_id].name for role_id in person.member.role_ids]
        return serializers.member(person.member) | {"roles": roles, "pings": self._pings(person)}

    def _pings(self, person: Person) -> int:
        return sum(self.read_state.unread(person, channel)[1] for channel in person.channels())

    # Channels.

    def _listed(self) -> list[Channel]:
        """Return the visible channels, with categories that have one or that the member manages."""
        shown = self.person.channels()
        parents = {channel.parent_id for channel in shown}
        listed = [
            channel
            for channel in self.server.guild.channels
            if (channel in shown and channel.type is not ChannelType.CATEGORY)
            or (channel.type is ChannelType.CATEGORY and (channel.id in parents or self._manages(channel)))
        ]
        return listed + self._threads()

    def _threads(self) -> list[Channel]:
        """Return the active threads that the member can open."""
        found = channels.threads_of(self.server.sim.discord, self.server.guild.guild, self.person.member)
        return [one for one in found if one.thread is not None and not one.thread.archived and not one.deleted]

    def _manages(self, channel: Channel) -> bool:
        return bool(self.person.permissions(channel) & Permissions.MANAGE_CHANNELS)

    def _channel(self, channel: Channel) -> Json:
        everyone = channel.overwrites.get(channel.guild.id)
        unread, pings = self.read_state.unread(self.person, channel)
        return {
            "id": str(channel.id),
            "name": channel.name,
            "type": int(channel.type),
            "thread": channel.thread is not None,
            "parent": None if channel.parent_id is None else str(channel.parent_id),
            "position": channel.position,
            "private": everyone is not None and bool(everyone.deny & Permissions.VIEW_CHANNEL),
            "unread": unread,
            "pings": pings,
        }

    @property
    def _texts(self) -> MessageHtml:
        return MessageHtml(self.person, self.language, self.server.sim.discord.channels)

    def _open_channel(self) -> Channel | None:
        visible = sorted(self.person.channels(), key=lambda channel: channel.position)
        shown = [one for one in visible if one.type in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT)]
        asked = next((one for one in [*shown, *self._threads()] if one.id == self.channel_id), None)
        return asked or (shown[0] if shown else None)

    def _open(self, channel: Channel) -> Json:
        may = self.person.permissions(channel)
        return {
            "id": str(channel.id),
            "name": channel.name,
            "topic": channel.topic and self._texts.html(channel.topic),
            "asked": None if self.channel_id is None else str(self.channel_id),
            "write": bool(may & Permissions.SEND_MESSAGES),
            "attach": bool(may & Permissions.ATTACH_FILES),
            "commands": bool(may & Permissions.USE_APPLICATION_COMMANDS),
            "react": bool(may & Permissions.ADD_REACTIONS),
        }

    def _messages(self, channel: Channel) -> list[Json]:
        texts = self._texts
        shown = self.person.messages(channel)[-_SHOWN_MESSAGES:]
        shown_messages = [serializers.message(self.server.sim.discord, one, self.person, texts) for one in shown]
        ran = {str(one.id): self._ran(one) for one in self._all_interactions()}
        abandoned = {str(one.id) for one in self._all_interactions() if self.server.is_abandoned(one)}
        for one, message in zip(shown_messages, shown, strict=True):
            metadata = message.interaction_metadata
            one["abandoned"] = message.loading and metadata is not None and metadata["id"] in abandoned
            if one["head"] is not None and "interaction" in one["head"]:
                one["head"]["command"] = ran.get(one["head"]["interaction"], "")
        return shown_messages

    def _ran(self, one: Interaction) -> str:
        """Return the full name of the command that an interaction ran, in the member's language."""
        data = one.payload["data"]
        known = self.server.sim.application.commands.values()
        command = next((each for each in known if each.name == data.get("name")), None)
        return str(data.get("name", "")) if command is None else self._shown_name(command, subcommands_of(data))

    def _all_interactions(self) -> Iterable[Interaction]:
        return self.server.sim.interactions.by_token.values()

    # Members and what can be picked.

    def _members(self, channel: Channel) -> Iterator[Json]:
        """Yield those who see a channel, grouped by their highest role, as Discord's client does."""
        guild = self.server.guild
        seen = [one for one in guild.guild.members.values() if serializers.sees(one, channel)]
        away = [one for one in seen if one.user.bot and not self.server.is_online]
        roles = sorted(guild.guild.roles.values(), key=lambda role: role.position, reverse=True)
        taken: set[int] = {one.id for one in away}
        for role in roles:
            if role.id == guild.id:
                continue
            group = [one for one in seen if role.id in one.role_ids and one.id not in taken]
            taken |= {one.id for one in group}
            if group:
                yield {"name": role.name, "members": [serializers.member(one) for one in group]}
        rest = [one for one in seen if one.id not in taken]
        if rest:
            yield {"name": "online", "members": [serializers.member(one) for one in rest]}
        if away:
            yield {"name": "offline", "members": [serializers.member(one) for one in away]}

    def _pickers(self) -> Json:
        guild = self.server.guild.guild
        shown = self.person.channels()
        return {
            "channels": [{"id": str(one.id), "name": one.name, "type": int(one.type)} for one in shown],
            "roles": [self._role(role) for role in guild.roles.values()],
            "users": [serializers.member(one) for one in guild.members.values()],
        }

    def _role(self, role: Role) -> Json:
        return {"id": str(role.id), "name": role.name.removeprefix("@"), "color": role.color}

    # Commands and interactions.

    def _commands(self, channel: Channel) -> list[Json]:
        offered = [command for command in self.person.commands(channel) if command.key[0] == 1]
        return [self._command(command, name, body) for command in offered for name, body in runnable_commands(command)]

    def _menus(self, channel: Channel) -> Json:
        """Return the commands in the context menus of members and messages."""
        kinds = {2: "member", 3: "message"}
        found: dict[str, list[Json]] = {kind: [] for kind in kinds.values()}
        for command in self.person.commands(channel):
            if command.key[0] in kinds:
                shown = self._localized(command.body, "name")
                found[kinds[command.key[0]]].append({"name": command.name, "shown": shown})
        return found

    def _shown_name(self, command: Command, subcommands: Sequence[str]) -> str:
        """Return the full name of a command or subcommand, in the member's language."""
        body, words = command.body, [self._localized(command.body, "name")]
        for part in subcommands:
            body = next(one for one in body["options"] if one["name"] == part)
            words.append(self._localized(body, "name"))
        return " ".join(words)

    def _command(self, command: Command, name: str, body: Json) -> Json:
        return {
            "name": name,
            "shown": self._shown_name(command, name.split(" ")[1:]),
            "description": self._localized(body, "description"),
            "options": [self._option(option) for option in body.get("options", ())],
        }

    def _option(self, option: Json) -> Json:
        return {
            "name": option["name"],
            "shown": self._localized(option, "name"),
            "description": self._localized(option, "description"),
            "type": option["type"],
            "required": bool(option.get("required")),
            "autocomplete": bool(option.get("autocomplete")),
            "channel_types": option.get("channel_types", []),
            "choices": [
                {"name": self._localized(choice, "name"), "value": str(choice["value"])}
                for choice in option.get("choices", ())
            ],
        }

    def _localized(self, body: Json, key: str) -> Any:  # noqa: ANN401  # text, as the bot registered it
        words: Json = body.get(f"{key}_localizations") or {}
        return words.get(LOCALES[self.language]) or body[key]

    def _interactions(self) -> list[Json]:
        """Return the states of the member's latest interactions."""
        mine = [one for one in self._all_interactions() if one.member is self.person.member]
        return [self._interaction(one) for one in mine[-10:] if time.monotonic() - one.sent < _SHOWN_SECONDS]

    def _interaction(self, one: Interaction) -> Json:
        state = "failed" if one.failed else "waiting" if one.callback is None else "done"
        return {
            "id": str(one.id),
            "type": int(one.type),
            "channel": str(one.channel.id),
            "message": None if one.message is None else str(one.message.id),
            "custom_id": one.payload["data"].get("custom_id"),
            "name": self._ran(one),
            "state": state,
            "modal": one.modal,
        }
