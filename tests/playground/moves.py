"""What the page asks for, as moves of the same people that the stories have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.playground.stage import LOCALES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.playground.stage import Stage
    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Command, Message, Role

_NESTED = (1, 2)
_INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _MENTIONABLE, _NUMBER = range(4, 11)


class UnknownError(LookupError):
    """There is no such member, channel, message or interaction (any more)."""


class Moves:
    """Finds what ids stand for, and lets people act."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._guild = stage.guild.guild

    # What ids stand for.

    def person(self, data: Mapping[str, Any]) -> Person:
        """Find who acts; the account gets the language of the page, as a client does."""
        person = self._stage.guild.people.get(int(data["person"]))
        if person is None or person not in self._stage.people:
            raise UnknownError("person")
        person.user.locale = LOCALES.get(str(data.get("language")), person.user.locale)
        return person

    def channel(self, channel_id: object) -> Channel:
        """Find a channel."""
        return _found(self._guild.channels, channel_id, "channel")

    def message(self, message_id: object) -> Message:
        """Find a message, also one for a member alone."""
        for channel in self._guild.channels.values():
            for messages in (channel.messages, channel.ephemeral):
                if found := messages.get(int(str(message_id))):
                    return found
        raise UnknownError("message")

    def interaction(self, interaction_id: object) -> Interaction:
        """Find an interaction."""
        for one in self._stage.sim.interactions.by_token.values():
            if one.id == int(str(interaction_id)):
                return one
        raise UnknownError("interaction")

    # What people do.

    async def press(self, data: Json) -> Interaction:
        """Press a button."""
        return await self.person(data).press(self.message(data["message"]), custom_id=data["custom_id"])

    async def select(self, data: Json) -> Interaction:
        """Choose in a menu."""
        message = self.message(data["message"])
        menus = {one["custom_id"]: one["type"] for one in message.all_components() if "custom_id" in one}
        kind = menus.get(data["custom_id"])
        values = [self._chosen(kind, value) for value in data["values"]]
        return await self.person(data).select(message, data["custom_id"], values)

    def _chosen(self, kind: int | None, value: str) -> str | Person | Role | Channel:
        guild = self._stage.guild
        tables: dict[int | None, tuple[Mapping[int, Any], ...]] = {
            5: (guild.people,),
            6: (guild.guild.roles,),
            7: (guild.people, guild.guild.roles),
            8: (guild.guild.channels,),
        }
        if kind not in tables:
            return value
        return _first(tables[kind], value)

    async def submit(self, data: Json) -> Interaction:
        """Send a modal window that was filled in."""
        return await self.person(data).submit(self.interaction(data["interaction"]), data["values"])

    async def command(self, data: Json) -> Interaction:
        """Run a slash command."""
        person, channel = self.person(data), self.channel(data["channel"])
        name = str(data["name"])
        command = next((one for one in person.commands(channel) if one.name == name.split(" ", maxsplit=1)[0]), None)
        declared = {} if command is None else {option["name"]: option for option in leaf(command, name)}
        values = {key: self._value(declared.get(key), value) for key, value in data["values"].items()}
        return await person.command(name, channel, **values)

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
        """Change one's own message."""
        await self.person(data).edit(self.message(data["message"]), str(data["text"]))

    async def delete(self, data: Json) -> None:
        """Delete a message, or dismiss one that only this member sees."""
        await self.person(data).delete(self.message(data["message"]))

    async def react(self, data: Json) -> None:
        """Add a reaction."""
        await self.person(data).react(self.message(data["message"]), str(data["emoji"]))


def leaves(command: Command) -> Iterator[tuple[str, Json]]:
    """List what can be run of a command: itself, or its subcommands with their names after spaces."""

    def below(name: str, body: Json) -> Iterator[tuple[str, Json]]:
        nested = [one for one in body.get("options", ()) if one["type"] in _NESTED]
        for one in nested:
            yield from below(f"{name} {one['name']}", one)
        if not nested:
            yield name, body

    yield from below(command.name, command.body)


def leaf(command: Command, name: str) -> list[Json]:
    """List the options of what is run."""
    bodies = dict(leaves(command))
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
