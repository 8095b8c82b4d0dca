"""Which function answers which route, and what it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import attrs

from tests.simulator import errors, permissions
from tests.simulator.permissions import Permissions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interactions
    from tests.simulator.messages import Upload
    from tests.simulator.state import Channel, DiscordState, Guild, Member, Message


@attrs.frozen
class Services:
    """What the routes work with."""

    discord: DiscordState
    interactions: Interactions
    accepts_endpoint: Callable[[str], Awaitable[bool]]
    """Asks an interactions endpoint whether it checks signatures."""

    def bot(self, guild: Guild) -> Member:
        """Find the bot in a guild."""
        member = guild.members.get(self.discord.application.bot.id)
        if member is None:
            raise errors.missing_access()
        return member


@attrs.frozen
class Request:
    """A request that was understood and is in order."""

    services: Services
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    files: Sequence[Upload]

    @property
    def discord(self) -> DiscordState:
        """All that there is."""
        return self.services.discord

    def id(self, name: str) -> int:
        """Read an id out of the path."""
        text = self.parameters[name]
        if not text.isdecimal():
            raise errors.invalid_form(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
        return int(text)

    def guild(self) -> tuple[Guild, Member]:
        """Find the guild of the path, and the bot in it."""
        guild = self.discord.guilds.get(self.id("guild_id"))
        if guild is None:
            raise errors.unknown("Guild")
        return guild, self.services.bot(guild)

    def require_two_factor(self, guild: Guild) -> None:
        """Refuse a moderator's action where the guild demands what the bot's owner does not have."""
        if guild.requires_two_factor and not self.discord.application.owner_has_two_factor:
            raise errors.DiscordError(403, 60003, "Two factor is required for this operation")

    def channel(self, needs: Permissions = Permissions.NONE) -> tuple[Channel, Member]:
        """Find the channel of the path, and the bot, which must see it and have these permissions in it."""
        channel = self.discord.channels.get(self.id("channel_id"))
        if channel is None:
            raise errors.unknown("Channel")
        bot = self.services.bot(channel.guild)
        may = permissions.within(bot, channel)
        if not may & Permissions.VIEW_CHANNEL:
            raise errors.missing_access()
        if needs & ~may:
            raise errors.missing_permissions()
        if needs & permissions.ELEVATED:
            self.require_two_factor(channel.guild)
        return channel, bot

    def message(self, needs: Permissions = Permissions.NONE) -> tuple[Message, Member]:
        """Find the message of the path."""
        channel, bot = self.channel(needs)
        message = channel.messages.get(self.id("message_id"))
        if message is None:
            raise errors.unknown("Message")
        return message, bot

    def flag(self, name: str) -> bool:
        """Read a boolean of the query."""
        return self.query.get(name, "false").lower() == "true"


@attrs.frozen
class Reply:
    """An answer to a request."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])


Handler: TypeAlias = "Callable[[Request], Reply | Awaitable[Reply]]"
_H = TypeVar("_H", bound="Callable[[Request], Reply | Awaitable[Reply]]")


@attrs.frozen
class Route:
    """A route that is simulated."""

    handler: Handler
    with_token: bool


ROUTES: Final[dict[str, Route]] = {}


def route(template: str, *, with_token: bool = True) -> Callable[[_H], _H]:
    """Let a function answer a route of Discord's document."""

    def register(handler: _H) -> _H:
        ROUTES[template] = Route(handler, with_token)
        return handler

    return register
