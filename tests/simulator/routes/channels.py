"""Channels, their overwrites and pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import channels, errors, messages, payloads, permissions, snowflakes
from tests.simulator.permissions import Permissions
from tests.simulator.routing import Reply, route
from tests.simulator.state import Message, Overwrite, Reference

if TYPE_CHECKING:
    from tests.simulator.routing import Request
    from tests.simulator.state import Member

_PIN_NOTICE = 6


@route("GET /channels/{channel_id}")
def channel(request: Request) -> Reply:
    found, _ = request.channel()
    return Reply(200, payloads.channel(found))


@route("PATCH /channels/{channel_id}")
def edit_channel(request: Request) -> Reply:
    found, bot = request.channel(Permissions.MANAGE_CHANNELS)
    channels.edit(request.world, found, bot, request.body)
    return Reply(200, payloads.channel(found))


@route("DELETE /channels/{channel_id}")
def delete_channel(request: Request) -> Reply:
    found, _ = request.channel(Permissions.MANAGE_CHANNELS)
    payload = payloads.channel(found)
    channels.delete(request.world, found)
    return Reply(200, payload)


@route("POST /channels/{channel_id}/typing")
def typing(request: Request) -> Reply:
    request.channel(Permissions.SEND_MESSAGES)
    return Reply(204)


@route("PUT /channels/{channel_id}/permissions/{overwrite_id}")
def put_overwrite(request: Request) -> Reply:
    found, bot = request.channel(Permissions.MANAGE_ROLES)
    target = request.id("overwrite_id")
    wanted = channels.overwrite_of(found.guild, request.world, target, request.body, missing="Overwrite")
    channels.require_settable(bot, found.guild, found, found.parent, [wanted])
    channels.set_overwrite(request.world, found, wanted)
    return Reply(204)


@route("DELETE /channels/{channel_id}/permissions/{overwrite_id}")
def delete_overwrite(request: Request) -> Reply:
    found, bot = request.channel(Permissions.MANAGE_ROLES)
    old = found.overwrites.get(request.id("overwrite_id"))
    if old is None:
        raise errors.unknown("Overwrite")
    channels.require_settable(bot, found.guild, found, found.parent, [Overwrite(old.id, old.type)])
    channels.remove_overwrite(request.world, found, old.id)
    return Reply(204)


def _pinned(request: Request, member: Member) -> list[Message]:
    found, _ = request.channel()
    if not permissions.within(member, found) & Permissions.READ_MESSAGE_HISTORY:
        return []
    pinned = [message for message in found.messages.values() if message.pinned_at is not None]
    return sorted(pinned, key=lambda message: (message.pinned_at or message.timestamp, message.id), reverse=True)


@route("GET /channels/{channel_id}/messages/pins")
def pins(request: Request) -> Reply:
    _, bot = request.channel()
    pinned = _pinned(request, bot)
    if "before" in request.query:
        pinned = [one for one in pinned if one.pinned_at and snowflakes.iso(one.pinned_at) < request.query["before"]]
    limit = int(request.query.get("limit", "50"))
    items = [
        {"pinned_at": snowflakes.iso(one.pinned_at or one.timestamp), "message": payloads.message(request.world, one)}
        for one in pinned[:limit]
    ]
    return Reply(200, {"items": items, "has_more": len(pinned) > limit})


@route("GET /channels/{channel_id}/pins")
def pins_before_2025(request: Request) -> Reply:
    _, bot = request.channel()
    return Reply(200, [payloads.message(request.world, one) for one in _pinned(request, bot)])


@route("PUT /channels/{channel_id}/messages/pins/{message_id}")
@route("PUT /channels/{channel_id}/pins/{message_id}")
def pin(request: Request) -> Reply:
    message, bot = request.message(Permissions.PIN_MESSAGES)
    found, world = message.channel, request.world
    if message.pinned_at is not None:
        return Reply(204)
    if len(_pinned(request, bot)) >= world.limits.pins:
        raise errors.DiscordError(400, 30003, f"Maximum number of pins reached ({world.limits.pins})")
    message.pinned_at = found.last_pin = snowflakes.now()
    notice = Message(
        id=world.ids.next(),
        channel=found,
        author=bot.user,
        type=_PIN_NOTICE,
        reference=Reference(found.id, message.id),
    )
    messages.add(world, notice)
    return Reply(204)


@route("DELETE /channels/{channel_id}/messages/pins/{message_id}")
@route("DELETE /channels/{channel_id}/pins/{message_id}")
def unpin(request: Request) -> Reply:
    message, _ = request.message(Permissions.PIN_MESSAGES)
    message.pinned_at = None
    return Reply(204)
