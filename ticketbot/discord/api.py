"""Calls to Discord's API whose answers hikari does not decode; connections and rate limits are hikari's.

hikari decodes all that it fetches: one message of an unknown shape stops a whole history, a server's answer that lacks
one field stops a preflight, and unknown fields are dropped. It has no public way around that, so its private request
method is called here, and nowhere else.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final

from hikari.impl import rest as hikari_rest
from hikari.internal import data_binding, routes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import aiohttp
    import hikari

    from ticketbot.tickets.model import ChannelId, GuildId

PAGE: Final = 100
"""The most messages that Discord returns at once."""


class ArchivedThreads(enum.Enum):
    """The lists of a channel's archived threads; all but ``PRIVATE`` need Read Message History alone."""

    PUBLIC = enum.auto()
    PRIVATE = enum.auto()
    """Needs Manage Threads, too."""
    JOINED_PRIVATE = enum.auto()


_ARCHIVED_THREADS: Final = {
    ArchivedThreads.PUBLIC: routes.GET_PUBLIC_ARCHIVED_THREADS,
    ArchivedThreads.PRIVATE: routes.GET_PRIVATE_ARCHIVED_THREADS,
    ArchivedThreads.JOINED_PRIVATE: routes.GET_JOINED_PRIVATE_ARCHIVED_THREADS,
}

CREATE_CHANNEL: Final = routes.POST_GUILD_CHANNELS
"""The route on which hikari creates channels."""

MESSAGE_CONTENT: Final = 1 << 18 | 1 << 19
"""The flags GATEWAY_MESSAGE_CONTENT and GATEWAY_MESSAGE_CONTENT_LIMITED of an application.

With one of them, Discord shows it what members write. Source: Discord's documentation, "Application Flags".
"""

_GET_APPLICATION: Final = routes.Route("GET", "/applications/@me")
"""hikari knows only the older route, whose answer has fewer fields."""


async def fetch_messages(
    rest: hikari.api.RESTClient, channel_id: ChannelId, *, before: int | None = None, after: int | None = None
) -> Sequence[Mapping[str, Any]]:
    """Fetch up to a hundred of a channel's messages, newest first: the last before an id, or the first after one."""
    query = data_binding.StringMapBuilder()
    query.put("limit", PAGE)
    if before is not None:
        query.put("before", before)
    if after is not None:
        query.put("after", after)
    found: Any = await _request(rest, routes.GET_CHANNEL_MESSAGES.compile(channel=channel_id), query=query)
    return found


def author_id(message: Mapping[str, Any]) -> int | None:
    """Return who wrote a message; None where Discord's answer does not say it."""
    author: Mapping[str, Any] = message.get("author") or {}
    found = author.get("id")
    return None if found is None else int(found)


async def fetch_message(rest: hikari.api.RESTClient, channel_id: ChannelId, message_id: int) -> Mapping[str, Any]:
    """Fetch a message."""
    route = routes.GET_CHANNEL_MESSAGE.compile(channel=channel_id, message=message_id)
    found: Any = await _request(rest, route)
    return found


async def fetch_channel(rest: hikari.api.RESTClient, channel_id: ChannelId) -> Mapping[str, Any]:
    """Fetch a channel."""
    found: Any = await _request(rest, routes.GET_CHANNEL.compile(channel=channel_id))
    return found


async def fetch_my_guilds(rest: hikari.api.RESTClient, *, after: int | None = None) -> Sequence[Mapping[str, Any]]:
    """Fetch up to 200 of the servers that the bot is in, those with ids above ``after``."""
    query = data_binding.StringMapBuilder()
    if after is not None:
        query.put("after", after)
    found: Any = await _request(rest, routes.GET_MY_GUILDS.compile(), query=query)
    return found


async def fetch_guild(rest: hikari.api.RESTClient, guild_id: GuildId) -> Mapping[str, Any]:
    """Fetch a server with its roles."""
    found: Any = await _request(rest, routes.GET_GUILD.compile(guild=guild_id))
    return found


async def fetch_guild_channels(rest: hikari.api.RESTClient, guild_id: GuildId) -> Sequence[Mapping[str, Any]]:
    """Fetch a server's channels and categories; threads are not among them."""
    found: Any = await _request(rest, routes.GET_GUILD_CHANNELS.compile(guild=guild_id))
    return found


async def fetch_active_threads(rest: hikari.api.RESTClient, guild_id: GuildId) -> Mapping[str, Any]:
    """Fetch the active threads of a server that the bot may see, public and private, of all channels."""
    found: Any = await _request(rest, routes.GET_ACTIVE_THREADS.compile(guild=guild_id))
    return found


async def fetch_archived_threads(
    rest: hikari.api.RESTClient, channel_id: ChannelId, kind: ArchivedThreads, *, before: str | None = None
) -> Mapping[str, Any]:
    """Fetch up to a hundred archived threads of a channel, the last ones first.

    They are sorted by the moment at which they were archived, those that the bot has joined by their ids; ``before``
    is that of the last one of the previous page.
    """
    query = data_binding.StringMapBuilder()
    query.put("limit", PAGE)
    if before is not None:
        query.put("before", before)
    found: Any = await _request(rest, _ARCHIVED_THREADS[kind].compile(channel=channel_id), query=query)
    return found


async def fetch_member(rest: hikari.api.RESTClient, guild_id: GuildId, user_id: int) -> Mapping[str, Any]:
    """Fetch a member of a server."""
    found: Any = await _request(rest, routes.GET_GUILD_MEMBER.compile(guild=guild_id, user=user_id))
    return found


async def fetch_application_commands(rest: hikari.api.RESTClient, application_id: int) -> Sequence[Mapping[str, Any]]:
    """Fetch the application's global commands with all their translations."""
    query = data_binding.StringMapBuilder()
    query.put("with_localizations", "true")
    found: Any = await _request(rest, routes.GET_APPLICATION_COMMANDS.compile(application=application_id), query=query)
    return found


async def put_command(rest: hikari.api.RESTClient, application_id: int, command: Mapping[str, Any]) -> None:
    """Create a global command, or replace the one of the same name."""
    body = data_binding.JSONObjectBuilder()
    body.update(command)
    await _request(rest, routes.POST_APPLICATION_COMMAND.compile(application=application_id), json=body)


async def fetch_application(rest: hikari.api.RESTClient) -> Mapping[str, Any]:
    """Fetch the application with its settings."""
    found: Any = await _request(rest, _GET_APPLICATION.compile())
    return found


async def fetch_my_user(rest: hikari.api.RESTClient) -> Mapping[str, Any]:
    """Fetch the bot's own user."""
    found: Any = await _request(rest, routes.GET_MY_USER.compile())
    return found


async def edit_application(rest: hikari.api.RESTClient, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Change the application's settings; return it as it is then."""
    body = data_binding.JSONObjectBuilder()
    body.update(changes)
    found: Any = await _request(rest, routes.PATCH_MY_APPLICATION.compile(), json=body)
    return found


def session(rest: hikari.api.RESTClient) -> aiohttp.ClientSession:
    """Return the HTTP session of a started client, to trace its requests."""
    assert isinstance(rest, hikari_rest.RESTClientImpl)
    found = rest._client_session  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    assert found is not None, "the client was started"
    return found


async def _request(
    rest: hikari.api.RESTClient,
    route: routes.CompiledRoute,
    *,
    query: data_binding.StringMapBuilder | None = None,
    json: data_binding.JSONObjectBuilder | None = None,
) -> object:
    assert isinstance(rest, hikari_rest.RESTClientImpl)
    return await rest._request(route, query=query, json=json)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
