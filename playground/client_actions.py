"""What members do on the page, as actions of the simulator's people."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final, cast

from playground.server import LOCALES
from tests.simulator.state import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playground.server import PlaygroundServer
    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Command, Member, Message, Role

_NESTED = (1, 2)
_FILE_UPLOAD: Final = 19
_INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _MENTIONABLE, _NUMBER = range(4, 11)


class UnknownError(LookupError):
    """There is no such member, channel, message or interaction."""


class ClientActions:
    """Resolves ids, and carries out actions."""

    def __init__(self, server: PlaygroundServer) -> None:
        self._server = server
        self._guild = server.guild.guild

    # Ids.

    def person(self, data: Mapping[str, Any]) -> Person:
        """Return who acts; the account's locale becomes the page's language."""
        person = self._server.guild.people.get(int(data["person"]))
        if person is None or person not in self._server.people:
            raise UnknownError("person")
        person.user.locale = LOCALES.get(str(data.get("language")), person.user.locale)
        return person

    def channel(self, channel_id: object) -> Channel:
        """Return a channel or a thread."""
        return _found(self._server.sim.discord.channels, channel_id, "channel")

    def message(self, message_id: object) -> Message:
        """Return a message, including ephemeral ones."""
        for channel in self._server.sim.discord.channels.values():
            for messages in (channel.messages, channel.ephemeral):
                if found := messages.get(int(str(message_id))):
                    return found
        raise UnknownError("message")

    def interaction(self, interaction_id: object) -> Interaction:
        """Return an interaction."""
        for one in self._server.sim.interactions.by_token.values():
            if one.id == int(str(interaction_id)):
                return one
        raise UnknownError("interaction")

    # What members do.

    async def press(self, data: Json) -> Interaction:
        """Press a button."""
        return await self.person(data).press(self.message(data["message"]), custom_id=data["custom_id"])

    async def select(self, data: Json) -> Interaction:
        """Choose in a select menu."""
        message = self.message(data["message"])
        menus = {one["custom_id"]: one["type"] for one in message.all_components() if "custom_id" in one}
        kind = menus.get(data["custom_id"])
        values = [self._chosen(kind, value) for value in data["values"]]
        return await self.person(data).select(message, data["custom_id"], values)

    def _chosen(self, kind: int | None, value: str) -> str | Member | Role | Channel:
        guild = self._guild
        tables: dict[int | None, tuple[Mapping[int, Any], ...]] = {
            5: (guild.members,),
            6: (guild.roles,),
            7: (guild.members, guild.roles),
            8: (guild.channels,),
        }
        if kind not in tables:
            return value
        return _first(tables[kind], value)

    async def submit(self, data: Json) -> Interaction:
        """Submit a modal."""
        opened = self.interaction(data["interaction"])
        fields = walk([] if opened.modal is None else opened.modal["components"])
        kinds: dict[str, int] = {one["custom_id"]: one["type"] for one in fields if "custom_id" in one}
        values = {name: self._answer(kinds.get(name), value) for name, value in data["values"].items()}
        return await self.person(data).submit(opened, values)

    def _answer(self, kind: int | None, value: Any) -> Any:  # noqa: ANN401  # as many types as fields have
        """Return what was put into one field of a modal, as members of the simulator put it in."""
        if not isinstance(value, list):
            return value
        listed = cast("list[Any]", value)
        if kind == _FILE_UPLOAD:
            return [(str(file["name"]), base64.b64decode(file["data"])) for file in listed]
        return [self._chosen(kind, one) for one in listed]

    async def autocomplete(self, data: Json) -> Interaction:
        """Type into an option of a slash command, and wait for what the bot offers."""
        channel = self.channel(data["channel"])
        values = {data["focused"]: data["typed"]}
        typing = self.person(data).autocomplete(str(data["name"]), channel, focused=str(data["focused"]), **values)
        return await (await typing).acknowledged()

    async def command(self, data: Json) -> Interaction:
        """Run a slash command."""
        person, channel = self.person(data), self.channel(data["channel"])
        name = str(data["name"])
        command = next((one for one in person.commands(channel) if one.name == name.split(" ", maxsplit=1)[0]), None)
        declared = {} if command is None else {option["name"]: option for option in options_of(command, name)}
        values = {key: self._value(declared.get(key), value) for key, value in data["values"].items()}
        return await person.command(name, channel, **values)

    async def menu(self, data: Json) -> Interaction:
        """Choose a command in the context menu of a message, or of a member."""
        person, name = self.person(data), str(data["name"])
        if data.get("message"):
            return await person.menu_command(name, self.message(data["message"]))
        target = _found(self._guild.members, data["member"], "member")
        return await person.menu_command(name, target, self.channel(data["channel"]))

    def _value(self, declared: Json | None, value: Any) -> Any:  # noqa: ANN401  # as many types as options have
        kind = None if declared is None else declared["type"]
        if kind == _INTEGER:
            return int(value)
        if kind == _NUMBER:
            return float(value)
        if kind == _BOOLEAN:
            return str(value).lower() == "true"
        tables: dict[int | None, tuple[Mapping[int, Any], ...]] = {
            _USER: (self._guild.members,),
            _CHANNEL: (self._guild.channels,),
            _ROLE: (self._guild.roles,),
            _MENTIONABLE: (self._guild.members, self._guild.roles),
        }
        return _first(tables[kind], value) if kind in tables else str(value)

    async def write(self, data: Mapping[str, Any], files: Sequence[tuple[str, bytes]]) -> Message:
        """Post a message."""
        answered = self.message(data["reply_to"]) if data.get("reply_to") else None
        channel = self.channel(data["channel"])
        return await self.person(data).write(channel, str(data.get("text", "")), files=files, reply_to=answered)

    async def edit(self, data: Json) -> None:
        """Edit the member's own message."""
        await self.person(data).edit(self.message(data["message"]), str(data["text"]))

    async def delete(self, data: Json) -> None:
        """Delete a message, or dismiss an ephemeral one."""
        await self.person(data).delete(self.message(data["message"]))

    async def react(self, data: Json) -> None:
        """Add a reaction."""
        await self.person(data).react(self.message(data["message"]), str(data["emoji"]))


def runnable_commands(command: Command) -> Iterator[tuple[str, Json]]:
    """Yield a command, or its subcommands with their full names."""

    def below(name: str, body: Json) -> Iterator[tuple[str, Json]]:
        nested = [one for one in body.get("options", ()) if one["type"] in _NESTED]
        for one in nested:
            yield from below(f"{name} {one['name']}", one)
        if not nested:
            yield name, body

    yield from below(command.name, command.body)


def subcommands_of(data: Json) -> list[str]:
    """Return the names of the group and subcommand that an interaction runs; the command's own may have spaces."""
    nested = next((one for one in data.get("options", ()) if one["type"] in _NESTED), None)
    return [] if nested is None else [nested["name"], *subcommands_of(nested)]


def options_of(command: Command, name: str) -> list[Json]:
    """Return the options of a command or subcommand."""
    bodies = dict(runnable_commands(command))
    return bodies[name].get("options", []) if name in bodies else []


def _found(table: Mapping[int, Any], key: object, what: str) -> Any:  # noqa: ANN401  # what the table has
    found = table.get(int(str(key)))
    if found is None:
        raise UnknownError(what)
    return found


def _first(tables: Sequence[Mapping[int, Any]], key: object) -> Any:  # noqa: ANN401  # what the table has
    for table in tables:
        if (found := table.get(int(str(key)))) is not None:
            return found
    raise UnknownError("value")
