"""Channels, their overwrites and pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import channels, errors, messages, payloads, permissions, snowflakes
from tests.simulator.permissions import Permissions
from tests.simulator.routing import Reply, route
from tests.simulator.state import Channel, ChannelType, Message, Overwrite, OverwriteType, Reference

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
    found, _ = request.channel()
    unarchives = found.thread is not None and request.body == {"archived": False}  # who writes there may do that, too
    found, bot = request.channel(
        Permissions.MANAGE_CHANNELS
        if found.thread is None
        else Permissions.SEND_MESSAGES
        if unarchives
        else Permissions.MANAGE_THREADS
    )
    channels.edit(request.discord, found, bot, request.body)
    return Reply(200, payloads.channel(found))


@route("DELETE /channels/{channel_id}")
def delete_channel(request: Request) -> Reply:
    found, _ = request.channel(Permissions.MANAGE_CHANNELS)
    payload = payloads.channel(found)
    channels.delete(request.discord, found)
    return Reply(200, payload)


@route("POST /channels/{channel_id}/typing")
def typing(request: Request) -> Reply:
    request.channel(Permissions.SEND_MESSAGES)
    return Reply(204)


@route("PUT /channels/{channel_id}/permissions/{overwrite_id}")
def put_overwrite(request: Request) -> Reply:
    found, bot = request.channel(Permissions.MANAGE_ROLES)
    target = request.id("overwrite_id")
    wanted = channels.overwrite_of(found.guild, request.discord, target, request.body, missing="Overwrite")
    channels.require_settable(bot, found.guild, found, found.parent, [wanted])
    channels.set_overwrite(request.discord, found, wanted)
    return Reply(204)


@route("DELETE /channels/{channel_id}/permissions/{overwrite_id}")
def delete_overwrite(request: Request) -> Reply:
    found, bot = request.channel(Permissions.MANAGE_ROLES)
    old = found.overwrites.get(request.id("overwrite_id"))
    if old is None:
        raise errors.unknown("Overwrite")
    channels.require_settable(bot, found.guild, found, found.parent, [Overwrite(old.id, old.type)])
    channels.remove_overwrite(request.discord, found, old.id)
    return Reply(204)


@route("POST /channels/{channel_id}/threads")
def start_thread(request: Request) -> Reply:
    kind = ChannelType(request.body.get("type", ChannelType.PRIVATE_THREAD))
    is_private = kind is ChannelType.PRIVATE_THREAD
    needed = Permissions.CREATE_PRIVATE_THREADS if is_private else Permissions.CREATE_PUBLIC_THREADS
    found, bot = request.channel(needed)
    thread = channels.start_thread(request.discord, found, request.body["name"], bot, kind)
    assert thread.thread is not None
    thread.thread.invitable = bool(request.body.get("invitable", True))
    return Reply(201, payloads.channel(thread))


@route("DELETE /channels/{channel_id}/thread-members/{user_id}")
def remove_thread_member(request: Request) -> Reply:
    """Remove a member of a thread that is not archived: who may manage threads, or created a private one."""
    found, bot = request.channel()
    if found.thread is None:
        raise errors.unknown("Channel")
    is_creators = found.is_private and found.thread.owner_id == bot.id
    if not is_creators:
        request.channel(Permissions.MANAGE_THREADS)
    if found.thread.archived:
        raise errors.DiscordError(400, 50083, "Thread is archived")
    user_id = request.id("user_id")
    if user_id not in found.thread.members:
        raise errors.unknown("Member")
    found.thread.members.remove(user_id)
    request.discord.touch()
    return Reply(204)


@route("GET /channels/{channel_id}/threads/archived/public")
def archived_public_threads(request: Request) -> Reply:
    found, bot = request.channel(Permissions.READ_MESSAGE_HISTORY)
    return _archived(request, found, bot, ChannelType.PUBLIC_THREAD)


@route("GET /channels/{channel_id}/threads/archived/private")
def archived_private_threads(request: Request) -> Reply:
    found, bot = request.channel(Permissions.READ_MESSAGE_HISTORY | Permissions.MANAGE_THREADS)
    return _archived(request, found, bot, ChannelType.PRIVATE_THREAD)


@route("GET /channels/{channel_id}/users/@me/threads/archived/private")
def joined_archived_private_threads(request: Request) -> Reply:
    found, bot = request.channel(Permissions.READ_MESSAGE_HISTORY)
    return _archived(request, found, bot, ChannelType.PRIVATE_THREAD, joined=True)


def _archived(request: Request, parent: Channel, bot: Member, kind: ChannelType, *, joined: bool = False) -> Reply:
    """List archived threads, the last archived first; those that the bot joined by their ids, the newest first."""
    before = request.query.get("before")
    found: list[tuple[str, Channel]] = []
    for one in channels.threads_of(request.discord, parent.guild, bot):
        if one.thread is None or one.parent_id != parent.id or not one.thread.archived or one.type is not kind:
            continue
        key = f"{one.id:020}" if joined else snowflakes.iso(one.thread.changed_at)
        if (not joined or bot.id in one.thread.members) and (before is None or key < before.zfill(20)):
            found.append((key, one))
    listed = [one for _, one in sorted(found, key=lambda keyed: keyed[0], reverse=True)]
    limit = int(request.query.get("limit", "50"))
    return Reply(200, payloads.threads(listed[:limit], bot, has_more=len(listed) > limit))


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
        {"pinned_at": snowflakes.iso(one.pinned_at or one.timestamp), "message": payloads.message(request.discord, one)}
        for one in pinned[:limit]
    ]
    return Reply(200, {"items": items, "has_more": len(pinned) > limit})


@route("GET /channels/{channel_id}/pins")
def pins_before_2025(request: Request) -> Reply:
    _, bot = request.channel()
    return Reply(200, [payloads.message(request.discord, one) for one in _pinned(request, bot)])


@route("PUT /channels/{channel_id}/messages/pins/{message_id}")
@route("PUT /channels/{channel_id}/pins/{message_id}")
def pin(request: Request) -> Reply:
    message, bot = request.message(Permissions.PIN_MESSAGES)
    found, discord = message.channel, request.discord
    if message.pinned_at is not None:
        return Reply(204)
    if len(_pinned(request, bot)) >= discord.limits.pins:
        raise errors.DiscordError(400, 30003, f"Maximum number of pins reached ({discord.limits.pins})")
    message.pinned_at = found.last_pin = snowflakes.now()
    notice = Message(
        id=discord.ids.next(),
        channel=found,
        author=bot.user,
        type=_PIN_NOTICE,
        reference=Reference(found.id, message.id),
    )
    messages.add(discord, notice)
    return Reply(204)


@route("DELETE /channels/{channel_id}/messages/pins/{message_id}")
@route("DELETE /channels/{channel_id}/pins/{message_id}")
def unpin(request: Request) -> Reply:
    message, _ = request.message(Permissions.PIN_MESSAGES)
    message.pinned_at = None
    return Reply(204)


@route("POST /users/@me/channels")
def open_direct(request: Request) -> Reply:
    discord, user_id = request.discord, int(request.body["recipient_id"])
    user = discord.users.get(user_id)
    if user is None:
        raise errors.unknown("User")
    if user_id not in discord.direct:
        shared = next((one for one in discord.guilds.values() if user_id in one.members), None)
        if shared is None:
            raise errors.DiscordError(403, 50278, "Cannot send messages to this user due to having no mutual guilds")
        ours, theirs = ((one, OverwriteType.MEMBER, permissions.ALL) for one in (discord.application.bot.id, user_id))
        found = Channel(
            id=discord.ids.next(),
            guild=shared,  # permissions are computed in one; the channel is in none
            type=ChannelType.DM,
            name="",
            overwrites={one[0]: Overwrite(*one) for one in (ours, theirs)},
        )
        discord.direct[user_id] = discord.channels[found.id] = found
    return Reply(200, payloads.direct(discord.direct[user_id], user))
