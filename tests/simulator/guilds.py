"""A guild in the hands of a test: what its administrators do in their clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import channels, messages, payloads, permissions
from tests.simulator.interactions import wait_until
from tests.simulator.members import Person
from tests.simulator.permissions import Permissions
from tests.simulator.state import Channel, ChannelType, Guild, Member, Overwrite, OverwriteType, Role, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.simulator.interactions import Interaction, Interactions
    from tests.simulator.state import Message


class GuildHandle:
    """Changes a guild without asking anyone's permission."""

    def __init__(
        self, guild: Guild, interactions: Interactions, dispatch: Callable[[Interaction, str | None], None]
    ) -> None:
        self.guild = guild
        self._interactions = interactions
        self._discord = interactions.discord
        self._dispatch = dispatch
        self.people: dict[int, Person] = {}

    @property
    def id(self) -> int:
        """The guild's id."""
        return self.guild.id

    @property
    def everyone(self) -> Role:
        """The role that all have."""
        return self.guild.roles[self.guild.id]

    @property
    def bot(self) -> Member:
        """The bot, as a member."""
        return self.guild.members[self._discord.application.bot.id]

    @property
    def bot_role(self) -> Role:
        """The bot's own role; its ``permissions`` can be set."""
        bot_id = self._discord.application.bot.id
        return next(role for role in self.guild.roles.values() if role.managed_by == bot_id)

    @property
    def owner(self) -> Person:
        """Who owns the guild."""
        return self.people[self.guild.owner_id]

    @property
    def channels(self) -> list[Channel]:
        """All channels."""
        return list(self.guild.channels.values())

    def channel(self, name: str) -> Channel:
        """Find a channel by its name."""
        found = [channel for channel in self.channels if channel.name == name]
        assert len(found) == 1, f"{len(found)} channels are called {name!r}: {[one.name for one in self.channels]}"
        return found[0]

    # Roles and members

    def add_role(self, name: str, permissions: Permissions = Permissions.NONE, *, mentionable: bool = False) -> Role:
        """Create a role above the others."""
        role = Role(self._discord.ids.next(), name, permissions, len(self.guild.roles), mentionable=mentionable)
        self.guild.roles[role.id] = role
        payload = {"guild_id": str(self.id), "role": payloads.role(role)}
        self._discord.emit("GUILD_ROLE_CREATE", self.id, payload)
        return role

    def delete_role(self, role: Role) -> None:
        """Delete a role, with all overwrites for it."""
        del self.guild.roles[role.id]
        for member in self.guild.members.values():
            if role.id in member.role_ids:
                member.role_ids.remove(role.id)
        for channel in self.guild.channels.values():
            channel.overwrites.pop(role.id, None)
        self._discord.emit("GUILD_ROLE_DELETE", self.id, {"guild_id": str(self.id), "role_id": str(role.id)})

    def add_member(
        self, name: str, *, roles: Iterable[Role] = (), locale: str = "en-US", nick: str | None = None
    ) -> Person:
        """Let somebody new join."""
        user = User(self._discord.ids.next(), name, locale=locale)
        self._discord.users[user.id] = user
        return self.join(user, roles=roles, nick=nick)

    def join(self, user: User, *, roles: Iterable[Role] = (), nick: str | None = None) -> Person:
        """Let an account join, for the first time or again."""
        member = Member(user, self.guild, [role.id for role in roles], nick)
        self.guild.members[user.id] = member
        person = self.people[user.id] = Person(member, self._interactions, self._dispatch)
        payload = payloads.member(member) | {"guild_id": str(self.id)}
        self._discord.emit("GUILD_MEMBER_ADD", self.id, payload)
        return person

    def leave(self, person: Person) -> None:
        """Let somebody leave; Discord removes the overwrites for the member."""
        del self.guild.members[person.id]
        for channel in self.guild.channels.values():
            channel.overwrites.pop(person.id, None)
        payload = {"guild_id": str(self.id), "user": payloads.user(person.user)}
        self._discord.emit("GUILD_MEMBER_REMOVE", self.id, payload)

    def remove_bot(self) -> None:
        """Kick the bot; Discord removes its overwrites, and those of its role."""
        role, bot_id = self.bot_role, self._discord.application.bot.id
        for channel in self.guild.channels.values():
            channel.overwrites.pop(bot_id, None)
            channel.overwrites.pop(role.id, None)
        del self.guild.members[bot_id]
        del self.guild.roles[role.id]
        self._discord.emit("GUILD_DELETE", self.id, {"id": str(self.id)})

    # Channels

    def add_category(self, name: str, *, overwrites: Iterable[Overwrite] = ()) -> Channel:
        """Create a category."""
        return self._add(ChannelType.CATEGORY, name, None, overwrites)

    def add_text_channel(
        self, name: str, *, parent: Channel | None = None, overwrites: Iterable[Overwrite] | None = None
    ) -> Channel:
        """Create a text channel; without overwrites it takes those of its category."""
        if overwrites is None:
            overwrites = () if parent is None else parent.overwrites.values()
        return self._add(ChannelType.TEXT, channels.text_name(name), parent, overwrites)

    def add_voice_channel(self, name: str, *, parent: Channel | None = None) -> Channel:
        """Create a voice channel."""
        return self._add(ChannelType.VOICE, name, parent, ())

    def _add(self, kind: ChannelType, name: str, parent: Channel | None, overwrites: Iterable[Overwrite]) -> Channel:
        channel = Channel(
            id=self._discord.ids.next(),
            guild=self.guild,
            type=kind,
            name=name,
            parent_id=None if parent is None else parent.id,
            position=len(self.guild.channels),
            overwrites={overwrite.id: overwrite for overwrite in overwrites},
        )
        channels.add(self._discord, channel)
        return channel

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel."""
        channels.delete(self._discord, channel)

    def delete_message(self, message: Message) -> None:
        """Delete a message."""
        messages.delete(self._discord, message)

    def set_overwrite(
        self,
        channel: Channel,
        target: Role | Person | Member,
        *,
        allow: Permissions = Permissions.NONE,
        deny: Permissions = Permissions.NONE,
    ) -> None:
        """Set what a role or a member may do in a channel."""
        channels.set_overwrite(self._discord, channel, overwrite(target, allow=allow, deny=deny))

    def bot_permissions(self, channel: Channel | None = None) -> Permissions:
        """Tell what the bot may do, in the guild or in a channel."""
        return permissions.base(self.bot) if channel is None else permissions.within(self.bot, channel)

    async def wait_for(self, predicate: Callable[[], object], timeout: float = 30.0) -> None:  # noqa: ASYNC109
        """Wait until something holds."""
        await wait_until(predicate, timeout)


def overwrite(
    target: Role | Person | Member, *, allow: Permissions = Permissions.NONE, deny: Permissions = Permissions.NONE
) -> Overwrite:
    """Make an overwrite for a role or a member."""
    kind = OverwriteType.ROLE if isinstance(target, Role) else OverwriteType.MEMBER
    return Overwrite(target.id, kind, allow, deny)
