"""The server as one member's client shows it: nothing here knows what the bot is for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import attrs

from tests.playground import drawing
from tests.playground.moves import leaves
from tests.playground.stage import LOCALES
from tests.playground.texts import Texts
from tests.simulator.permissions import Permissions
from tests.simulator.state import ChannelType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.playground.stage import Stage
    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Role

_SHOWN_MESSAGES: Final = 200
_SHOWN_SECONDS: Final = 120.0
"""For how long an interaction that failed is still told of."""


@attrs.define(eq=False)
class Reads:
    """What each member has read, as a client remembers it."""

    marks: dict[tuple[int, int], int] = attrs.field(factory=dict[tuple[int, int], int])

    def mark(self, person: Person, channel: Channel) -> None:
        """Note that a member looks at a channel now."""
        self.marks[person.id, channel.id] = channel.last_message_id or 0

    def unread(self, person: Person, channel: Channel) -> tuple[bool, int]:
        """Tell whether there is anything new in a channel, and how many messages notified the member."""
        mark = self.marks.get((person.id, channel.id), 0)
        pings = sum(person.id in message.pinged for message in channel.messages.values() if message.id > mark)
        return (channel.last_message_id or 0) > mark, pings


@attrs.define(eq=False, kw_only=True)
class View:
    """What one member sees, with one channel open."""

    stage: Stage
    reads: Reads
    person: Person
    language: str
    channel_id: int | None = None

    def draw(self) -> Json:
        """Draw all parts of the page that belong to Discord."""
        channel = self._open_channel()
        if channel is not None:
            self.reads.mark(self.person, channel)
        return {
            "guild": {"id": str(self.stage.guild.id), "name": self.stage.guild.guild.name},
            "people": [self._account(one) for one in self.stage.people],
            "me": str(self.person.id),
            "channels": [self._channel(one) for one in self._listed()],
            "channel": None if channel is None else self._open(channel),
            "messages": [] if channel is None else self._messages(channel),
            "members": [] if channel is None else list(self._members(channel)),
            "commands": [] if channel is None else self._commands(channel),
            "pickers": self._pickers(),
            "interactions": self._interactions(),
        }

    def _account(self, person: Person) -> Json:
        roles = [self.stage.guild.guild.roles[role_id].name for role_id in person.member.role_ids]
        return drawing.member(person.member) | {"roles": roles, "pings": self._pings(person)}

    def _pings(self, person: Person) -> int:
        return sum(self.reads.unread(person, channel)[1] for channel in person.channels())

    # Channels.

    def _listed(self) -> list[Channel]:
        """List the channels that are shown; a category with any of its channels, or to those who may fill it."""
        shown = self.person.channels()
        parents = {channel.parent_id for channel in shown}
        return [
            channel
            for channel in self.stage.guild.channels
            if (channel in shown and channel.type is not ChannelType.CATEGORY)
            or (channel.type is ChannelType.CATEGORY and (channel.id in parents or self._manages(channel)))
        ]

    def _manages(self, channel: Channel) -> bool:
        return bool(self.person.permissions(channel) & Permissions.MANAGE_CHANNELS)

    def _channel(self, channel: Channel) -> Json:
        everyone = channel.overwrites.get(channel.guild.id)
        unread, pings = self.reads.unread(self.person, channel)
        return {
            "id": str(channel.id),
            "name": channel.name,
            "type": int(channel.type),
            "parent": None if channel.parent_id is None else str(channel.parent_id),
            "position": channel.position,
            "private": everyone is not None and bool(everyone.deny & Permissions.VIEW_CHANNEL),
            "unread": unread,
            "pings": pings,
        }

    def _open_channel(self) -> Channel | None:
        shown = [one for one in self.person.channels() if one.type in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT)]
        return next((one for one in shown if one.id == self.channel_id), shown[0] if shown else None)

    def _open(self, channel: Channel) -> Json:
        may = self.person.permissions(channel)
        return {
            "id": str(channel.id),
            "name": channel.name,
            "topic": channel.topic and Texts(self.person, self.language).html(channel.topic),
            "asked": None if self.channel_id is None else str(self.channel_id),
            "write": bool(may & Permissions.SEND_MESSAGES),
            "attach": bool(may & Permissions.ATTACH_FILES),
            "commands": bool(may & Permissions.USE_APPLICATION_COMMANDS),
            "react": bool(may & Permissions.ADD_REACTIONS),
        }

    def _messages(self, channel: Channel) -> list[Json]:
        texts = Texts(self.person, self.language)
        shown = self.person.messages(channel)[-_SHOWN_MESSAGES:]
        drawn = [drawing.message(self.stage.sim.world, one, self.person, texts) for one in shown]
        ran = {str(one.id): one.payload["data"].get("name") for one in self._all_interactions()}
        for one in drawn:
            if one["head"] is not None and "interaction" in one["head"]:
                one["head"]["command"] = ran.get(one["head"]["interaction"], "")
        return drawn

    def _all_interactions(self) -> Iterable[Interaction]:
        return self.stage.sim.interactions.by_token.values()

    # Members and what can be picked.

    def _members(self, channel: Channel) -> Iterator[Json]:
        """Group those who see a channel by their highest role, as the client's list does."""
        guild = self.stage.guild
        seen = [one for one in guild.guild.members.values() if drawing.sees(one, channel)]
        away = [one for one in seen if one.user.bot and not self.stage.is_online]
        roles = sorted(guild.guild.roles.values(), key=lambda role: role.position, reverse=True)
        taken: set[int] = {one.id for one in away}
        for role in roles:
            if role.id == guild.id:
                continue
            group = [one for one in seen if role.id in one.role_ids and one.id not in taken]
            taken |= {one.id for one in group}
            if group:
                yield {"name": role.name, "members": [drawing.member(one) for one in group]}
        rest = [one for one in seen if one.id not in taken]
        if rest:
            yield {"name": "online", "members": [drawing.member(one) for one in rest]}
        if away:
            yield {"name": "offline", "members": [drawing.member(one) for one in away]}

    def _pickers(self) -> Json:
        guild = self.stage.guild.guild
        shown = self.person.channels()
        return {
            "channels": [{"id": str(one.id), "name": one.name, "type": int(one.type)} for one in shown],
            "roles": [self._role(role) for role in guild.roles.values()],
            "users": [drawing.member(one) for one in guild.members.values()],
        }

    def _role(self, role: Role) -> Json:
        return {"id": str(role.id), "name": role.name.removeprefix("@"), "color": role.color}

    # Commands and interactions.

    def _commands(self, channel: Channel) -> list[Json]:
        offered = [command for command in self.person.commands(channel) if command.key[0] == 1]
        return [self._command(name, body) for command in offered for name, body in leaves(command)]

    def _command(self, name: str, body: Json) -> Json:
        return {
            "name": name,
            "shown": self._localized(body, "name") if " " not in name else name,
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
        """Tell how this member's latest interactions stand."""
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
            "name": one.payload["data"].get("name"),
            "state": state,
            "modal": one.modal,
        }
