"""Discord's API undecoded, through hikari's connections and rate limits.

hikari decodes all that it fetches: one message of a shape that it does not know stops a whole history, and fields
that it does not know are dropped. It has no public way around that, so its own request method is called here, and
nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hikari.impl import rest as hikari_rest
from hikari.internal import data_binding, routes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import aiohttp
    import hikari

    from ticketbot.tickets.model import ChannelId

PAGE: Final = 100
"""Messages that Discord gives at once, at most."""


_GET_APPLICATION: Final = routes.Route("GET", "/applications/@me")
"""hikari knows the older route alone, which says less."""


async def messages(
    rest: hikari.api.RESTClient, channel_id: ChannelId, *, before: int | None = None, after: int | None = None
) -> Sequence[Mapping[str, Any]]:
    """Fetch up to a hundred of a channel's messages, newest first: the last before a moment, or the first after."""
    query = data_binding.StringMapBuilder()
    query.put("limit", PAGE)
    if before is not None:
        query.put("before", before)
    if after is not None:
        query.put("after", after)
    found: Any = await _request(rest, routes.GET_CHANNEL_MESSAGES.compile(channel=channel_id), query=query)
    return found


async def message(rest: hikari.api.RESTClient, channel_id: ChannelId, message_id: int) -> Mapping[str, Any]:
    """Fetch a message."""
    route = routes.GET_CHANNEL_MESSAGE.compile(channel=channel_id, message=message_id)
    found: Any = await _request(rest, route)
    return found


async def channel(rest: hikari.api.RESTClient, channel_id: ChannelId) -> Mapping[str, Any]:
    """Fetch a channel."""
    found: Any = await _request(rest, routes.GET_CHANNEL.compile(channel=channel_id))
    return found


async def application_commands(rest: hikari.api.RESTClient, application_id: int) -> Sequence[Mapping[str, Any]]:
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


async def application(rest: hikari.api.RESTClient) -> Mapping[str, Any]:
    """Fetch the application with all that its owner set, the address for interactions too."""
    found: Any = await _request(rest, _GET_APPLICATION.compile())
    return found


async def edit_application(rest: hikari.api.RESTClient, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Change the application; give it as it is then."""
    body = data_binding.JSONObjectBuilder()
    body.update(changes)
    found: Any = await _request(rest, routes.PATCH_MY_APPLICATION.compile(), json=body)
    return found


def session(rest: hikari.api.RESTClient) -> aiohttp.ClientSession:
    """Give the session of a client that was started, to be watched."""
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
