"""What each route of Discord's REST API does."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import attrs

from tests.standin import errors, limits, state
from tests.standin.errors import Refused, invalid

if TYPE_CHECKING:
    from tests.standin.simulator import Simulator

Answer = tuple[int, Any]
Handler = Callable[["Simulator", "Request"], Awaitable[Answer]]
ROUTES: dict[str, Handler] = {}

CATEGORY_LIMIT, GUILD_LIMIT = 50, 500


@attrs.frozen(kw_only=True)
class Request:
    ids: dict[str, str]
    query: dict[str, str]
    body: Any
    files: list[tuple[str, bytes, str | None]]

    def id(self, name: str) -> int:
        return int(self.ids[name])


def route(template: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        ROUTES[template] = handler
        return handler

    return register


def channel_of(sim: Simulator, request: Request, needed: int = state.VIEW) -> state.Channel:
    """Find a channel, and require that the bot has what is needed there."""
    channel = sim.channel(request.id("channel_id"))
    if channel is None:
        raise errors.UNKNOWN_CHANNEL
    held = sim.bot_in(channel.guild).permissions(channel)
    if not held & state.VIEW:
        raise errors.MISSING_ACCESS
    if needed & ~held:
        raise errors.MISSING_PERMISSIONS
    return channel


def guild_of(sim: Simulator, request: Request) -> state.Guild:
    guild = sim.guilds.get(request.id("guild_id"))
    if guild is None or sim.bot.id not in guild.members:
        raise errors.unknown("Guild", 10004)
    return guild


@route("GET /gateway/bot")
async def gateway(sim: Simulator, _request: Request) -> Answer:
    limit = {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 1}
    return 200, {"url": sim.gateway_url, "shards": 1, "session_start_limit": limit}


@route("GET /users/@me")
async def me(sim: Simulator, _request: Request) -> Answer:
    return 200, {**sim.bot.payload(), "mfa_enabled": True, "locale": "fr", "verified": True, "email": None}


@route("GET /oauth2/applications/@me")
@route("GET /applications/@me")
async def application(sim: Simulator, _request: Request) -> Answer:
    return 200, sim.application_payload()


@route("GET /applications/{application_id}/commands")
async def commands(sim: Simulator, _request: Request) -> Answer:
    return 200, list(sim.commands.values())


@route("POST /applications/{application_id}/commands")
async def put_command(sim: Simulator, request: Request) -> Answer:
    body: dict[str, Any] = request.body
    kind = body.get("type", 1)
    old = next(
        (known for known in sim.commands.values() if (known["name"], known["type"]) == (body["name"], kind)), None
    )
    command_id = str(sim.snowflake()) if old is None else old["id"]
    permissions = body.get("default_member_permissions")
    command = {
        "id": command_id,
        "application_id": str(sim.application_id),
        "version": str(sim.snowflake()),
        "default_member_permissions": None if permissions is None else str(permissions),
        "type": kind,
        "name": body["name"],
        "name_localizations": body.get("name_localizations") or None,
        "description": body.get("description", ""),
        "description_localizations": body.get("description_localizations") or None,
        "integration_types": body.get("integration_types") or [0],
        "contexts": body.get("contexts"),
        "options": [{key: item for key, item in option.items() if item != []} for option in body.get("options", [])],
        "nsfw": bool(body.get("nsfw")),
    }
    sim.commands[int(command_id)] = command
    return (201 if old is None else 200), command


@route("GET /guilds/{guild_id}")
async def guild(sim: Simulator, request: Request) -> Answer:
    return 200, guild_of(sim, request).payload()


@route("GET /guilds/{guild_id}/channels")
async def guild_channels(sim: Simulator, request: Request) -> Answer:
    return 200, [channel.payload() for channel in guild_of(sim, request).channels.values()]


@route("GET /guilds/{guild_id}/members/{user_id}")
async def guild_member(sim: Simulator, request: Request) -> Answer:
    member = guild_of(sim, request).members.get(request.id("user_id"))
    if member is None:
        raise errors.unknown("Member", 10007)
    return 200, member.payload()


@route("POST /guilds/{guild_id}/channels")
async def create_channel(sim: Simulator, request: Request) -> Answer:
    guild = guild_of(sim, request)
    body: dict[str, Any] = request.body
    bot = sim.bot_in(guild)
    parent = None
    if body.get("parent_id") is not None:
        parent = guild.channels.get(int(body["parent_id"]))
        if parent is None or parent.type != state.CATEGORY:
            raise invalid("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")
    held = bot.permissions(parent) if parent else bot.base()
    if not held & state.MANAGE_CHANNELS:
        raise errors.MISSING_PERMISSIONS
    overwrites = {
        int(item["id"]): (int(item["type"]), int(item.get("allow") or 0), int(item.get("deny") or 0))
        for item in body.get("permission_overwrites") or ()
    }
    for target, (kind, allow, deny) in overwrites.items():
        if kind == 0 and target not in guild.roles:
            raise errors.unknown("Role", 10011)
        if (allow | deny) & ~held or ((allow | deny) & state.MANAGE_ROLES and not held & state.ADMINISTRATOR):
            raise errors.MISSING_PERMISSIONS
    name = limits.channel_name(body["name"])
    if len(body.get("topic") or "") > 1024:
        raise invalid("topic", "BASE_TYPE_MAX_LENGTH", "Must be 1024 or fewer in length.")
    if parent and sum(1 for other in guild.channels.values() if other.parent is parent) >= CATEGORY_LIMIT:
        raise invalid("parent_id", "CHANNEL_PARENT_MAX_CHANNELS", "Maximum number of channels in category reached (50)")
    if len(guild.channels) >= GUILD_LIMIT:
        raise Refused(400, 30013, "Maximum number of server channels reached (500)")
    channel = state.Channel(
        id=sim.snowflake(),
        guild=guild,
        name=name,
        type=body.get("type", 0),
        parent=parent,
        topic=body.get("topic"),
        overwrites=overwrites or dict(parent.overwrites if parent else {}),
    )
    guild.channels[channel.id] = channel
    sim.changed()
    return 201, channel.payload()


@route("GET /channels/{channel_id}")
async def channel(sim: Simulator, request: Request) -> Answer:
    return 200, channel_of(sim, request).payload()


@route("DELETE /channels/{channel_id}")
async def delete_channel(sim: Simulator, request: Request) -> Answer:
    channel = channel_of(sim, request, state.MANAGE_CHANNELS)
    payload = channel.payload()
    sim.remove_channel(channel)
    return 200, payload


@route("PUT /channels/{channel_id}/permissions/{overwrite_id}")
async def put_overwrite(sim: Simulator, request: Request) -> Answer:
    channel = channel_of(sim, request, state.MANAGE_ROLES)
    allow, deny = int(request.body.get("allow") or 0), int(request.body.get("deny") or 0)
    if (allow | deny) & ~sim.bot_in(channel.guild).permissions(channel):
        raise errors.MISSING_PERMISSIONS
    channel.overwrites[request.id("overwrite_id")] = (int(request.body["type"]), allow, deny)
    sim.changed()
    return 204, None


@route("GET /channels/{channel_id}/messages")
async def messages(sim: Simulator, request: Request) -> Answer:
    channel = channel_of(sim, request)
    if not sim.bot_in(channel.guild).permissions(channel) & state.HISTORY:
        return 200, []
    limit = int(request.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")
    found = [message for message in channel.messages if message.seen_by is None]
    if "after" in request.query:
        found = [message for message in found if message.id > int(request.query["after"])][:limit]
    else:
        before = int(request.query.get("before", 1 << 63))
        found = [message for message in found if message.id < before][-limit:]
    return 200, [sim.message_payload(message, for_bot=True) for message in reversed(found)]


@route("GET /channels/{channel_id}/messages/{message_id}")
async def message(sim: Simulator, request: Request) -> Answer:
    channel = channel_of(sim, request, state.VIEW | state.HISTORY)
    return 200, sim.message_payload(_message(channel, request), for_bot=True)


@route("POST /channels/{channel_id}/messages")
async def create_message(sim: Simulator, request: Request) -> Answer:
    body: dict[str, Any] = request.body or {}
    needed = state.SEND | (state.EMBED if body.get("embeds") else 0) | (state.ATTACH if request.files else 0)
    channel = channel_of(sim, request, needed)
    nonce = body.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        raise invalid("nonce", "NONCE_TYPE_TOO_LONG", "Nonce must be 25 or fewer characters.")
    if nonce is not None and body.get("enforce_nonce"):
        for known in channel.messages:
            if known.nonce == str(nonce) and known.author.id == sim.bot.id:
                return 200, sim.message_payload(known, for_bot=True)
    made = sim.new_message(channel, sim.bot, body, request.files)
    made.nonce = None if nonce is None else str(nonce)
    return 200, sim.message_payload(made, for_bot=True)


@route("PATCH /channels/{channel_id}/messages/{message_id}")
async def edit_message(sim: Simulator, request: Request) -> Answer:
    found = _message(channel_of(sim, request), request)
    if found.author.id != sim.bot.id:
        raise Refused(403, 50005, "Cannot edit a message authored by another user")
    sim.edit(found, request.body)
    return 200, sim.message_payload(found, for_bot=True)


@route("DELETE /channels/{channel_id}/messages/{message_id}")
async def delete_message(sim: Simulator, request: Request) -> Answer:
    channel = channel_of(sim, request)
    found = _message(channel, request)
    if found.author.id != sim.bot.id and not sim.bot_in(channel.guild).permissions(channel) & state.MANAGE_MESSAGES:
        raise errors.MISSING_PERMISSIONS
    channel.messages.remove(found)
    sim.changed()
    return 204, None


def _message(channel: state.Channel, request: Request) -> state.Message:
    found = channel.find(request.id("message_id"))
    if found is None or found.seen_by is not None:
        raise errors.UNKNOWN_MESSAGE
    return found


@route("POST /interactions/{interaction_id}/{interaction_token}/callback")
async def callback(sim: Simulator, request: Request) -> Answer:
    press = sim.presses.get(request.id("interaction_id"))
    if press is None or press.token != request.ids["interaction_token"] or press.is_expired:
        raise errors.UNKNOWN_INTERACTION
    press.acknowledge(request.body, request.files)
    if request.query.get("with_response") != "true":
        return 204, None
    answer = press.answer
    return 200, {
        "interaction": {
            "id": str(press.id),
            "type": press.type,
            "response_message_id": str(answer.id) if answer else None,
            "response_message_loading": press.is_loading,
            "response_message_ephemeral": bool(answer and answer.flags & state.EPHEMERAL),
            "channel_id": str(press.channel.id),
            "guild_id": str(press.channel.guild.id),
        },
        "resource": {
            "type": request.body["type"],
            **({"message": sim.message_payload(answer)} if answer else {}),
        },
    }


@route("GET /webhooks/{webhook_id}/{webhook_token}/messages/@original")
async def original(sim: Simulator, request: Request) -> Answer:
    answer = sim.press_by_token(request.ids["webhook_token"]).answer
    if answer is None:
        raise errors.UNKNOWN_MESSAGE
    return 200, sim.message_payload(answer)


@route("PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original")
async def edit_original(sim: Simulator, request: Request) -> Answer:
    press = sim.press_by_token(request.ids["webhook_token"])
    return 200, sim.message_payload(press.edit_answer(request.body))


@route("DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original")
async def delete_original(sim: Simulator, request: Request) -> Answer:
    press = sim.press_by_token(request.ids["webhook_token"])
    if press.answer is None:
        raise errors.UNKNOWN_MESSAGE
    press.answer.channel.messages.remove(press.answer)
    press.answer = None
    return 204, None


@route("POST /webhooks/{webhook_id}/{webhook_token}")
async def follow_up(sim: Simulator, request: Request) -> Answer:
    press = sim.press_by_token(request.ids["webhook_token"])
    return 200, sim.message_payload(press.follow_up(request.body, request.files))


def bot_token(user_id: int) -> str:
    first = base64.urlsafe_b64encode(str(user_id).encode()).decode().rstrip("=")
    return f"{first}.simulated.{'t' * 27}"


def template_of(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    for template, pattern in _PATTERNS:
        if template.startswith(method + " ") and (found := pattern.match(path)):
            return template, found.groupdict()
    return None


def _pattern(template: str) -> re.Pattern[str]:
    path = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template.partition(" ")[2])
    return re.compile(path + "$")


_PATTERNS = [(template, _pattern(template)) for template in sorted(ROUTES, key=lambda key: key.count("{"))]
