"""The application, the bot's user, the gateway's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import errors, payloads, permissions
from tests.simulator.routing import Reply, route

if TYPE_CHECKING:
    from tests.simulator.routing import Request

_FLAGS = 1 << 13 | 1 << 15 | 1 << 19 | 1 << 23
"""The flags that the application may set itself: the limited intents."""


@route("GET /users/@me")
def own_user(request: Request) -> Reply:
    return Reply(200, payloads.own_user(request.discord.application))


@route("GET /users/{user_id}")
def user(request: Request) -> Reply:
    found = request.discord.users.get(request.id("user_id"))
    if found is None:
        raise errors.unknown("User")
    return Reply(200, payloads.user(found))


@route("GET /users/@me/guilds")
def own_guilds(request: Request) -> Reply:
    bot = request.discord.application.bot
    members = [guild.members[bot.id] for guild in request.discord.guilds.values() if bot.id in guild.members]
    return Reply(
        200,
        [
            {
                "id": str(member.guild.id),
                "name": member.guild.name,
                "icon": None,
                "banner": None,
                "owner": member.guild.owner_id == bot.id,
                "permissions": str(int(permissions.base(member))),
                "features": list(member.guild.features),
            }
            for member in members
        ],
    )


@route("GET /applications/@me")
@route("GET /oauth2/applications/@me")
def application(request: Request) -> Reply:
    return Reply(200, payloads.application(request.discord.application, len(request.discord.guilds)))


@route("PATCH /applications/@me")
async def edit_application(request: Request) -> Reply:
    ours, body = request.discord.application, request.body
    if "interactions_endpoint_url" in body:
        url: str | None = body["interactions_endpoint_url"] or None
        if url is not None and not await request.services.accepts_endpoint(url):
            raise errors.invalid_form(
                "interactions_endpoint_url",
                "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID",
                "The specified interactions endpoint url could not be verified.",
            )
        ours.interactions_endpoint_url = url
    if body.get("flags") is not None:
        ours.flags = ours.flags & ~_FLAGS | body["flags"] & _FLAGS
    if body.get("description") is not None:
        ours.description = body["description"]["default"]
    return application(request)


@route("GET /gateway", with_token=False)
def gateway(request: Request) -> Reply:
    return Reply(200, {"url": _gateway_url(request)})


@route("GET /gateway/bot")
def gateway_bot(request: Request) -> Reply:
    limit = {"total": 1000, "remaining": 999, "reset_after": 3_600_000, "max_concurrency": 1}
    return Reply(200, {"url": _gateway_url(request), "shards": 1, "session_start_limit": limit})


def _gateway_url(request: Request) -> str:
    return request.discord.base_url.replace("http", "ws", 1) + "/gateway/"
