"""Messages of channels."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING

from tests.simulator import errors, messages, payloads, permissions
from tests.simulator.messages import Draft
from tests.simulator.permissions import Permissions
from tests.simulator.routing import Reply, route
from tests.simulator.state import ChannelType, Reference

if TYPE_CHECKING:
    from tests.simulator.routing import Request
    from tests.simulator.state import Channel, Member

_REPLY = 19


@route("GET /channels/{channel_id}/messages")
def history(request: Request) -> Reply:
    found, bot = request.channel()
    if not permissions.within(bot, found) & Permissions.READ_MESSAGE_HISTORY:
        return Reply(200, [])
    return Reply(200, [payloads.message(request.discord, one) for one in messages.page(found, request.query)])


@route("GET /channels/{channel_id}/messages/{message_id}")
def message(request: Request) -> Reply:
    found, _ = request.message(Permissions.READ_MESSAGE_HISTORY)
    return Reply(200, payloads.message(request.discord, found))


@route("POST /channels/{channel_id}/messages")
def post_message(request: Request) -> Reply:
    needs = Permissions.SEND_MESSAGES
    if request.body.get("embeds"):
        needs |= Permissions.EMBED_LINKS
    if request.files:
        needs |= Permissions.ATTACH_FILES
    found, bot = request.channel(needs)
    if found.type is ChannelType.CATEGORY:
        raise errors.DiscordError(400, 50008, "Cannot send messages in a non-text channel")
    refusing = {one.id for key, one in request.discord.direct.items() if key in request.discord.without_direct}
    if found.id in refusing:
        raise errors.DiscordError(403, 50007, "Cannot send messages to this user")
    posted = messages.repeated(request.discord, found, bot, request.body)
    if posted is None:
        reference = _reference(request, found, bot)
        kind = _REPLY if reference is not None else 0
        draft = Draft(
            channel=found, author=bot, body=request.body, files=request.files, type=kind, reference=reference,
            application_id=request.discord.application.id,
        )  # fmt: skip
        posted = messages.post(request.discord, draft)
    return Reply(200, payloads.message(request.discord, posted, nonce=True))


def _reference(request: Request, channel: Channel, bot: Member) -> Reference | None:
    raw = request.body.get("message_reference")
    if raw is None:
        return None
    if not permissions.within(bot, channel) & Permissions.READ_MESSAGE_HISTORY:
        raise errors.DiscordError(400, 160002, "Cannot reply without permission to read message history")
    if int(raw["message_id"]) in channel.messages:
        return Reference(channel.id, int(raw["message_id"]))
    if raw.get("fail_if_not_exists", True):
        raise errors.invalid_form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return None


@route("PATCH /channels/{channel_id}/messages/{message_id}")
def edit_message(request: Request) -> Reply:
    found, bot = request.message()
    if found.author.id != bot.id:
        raise errors.DiscordError(403, 50005, "Cannot edit a message authored by another user")
    if request.files and not permissions.within(bot, found.channel) & Permissions.ATTACH_FILES:
        raise errors.missing_permissions()
    messages.edit(request.discord, found, bot, request.body, request.files)
    return Reply(200, payloads.message(request.discord, found))


@route("DELETE /channels/{channel_id}/messages/{message_id}")
def delete_message(request: Request) -> Reply:
    found, bot = request.message()
    may = permissions.within(bot, found.channel)
    if found.author.id != bot.id and not may & Permissions.MANAGE_MESSAGES:
        raise errors.missing_permissions()
    messages.delete(request.discord, found)
    return Reply(204)


@route("POST /channels/{channel_id}/messages/bulk-delete")
def delete_messages(request: Request) -> Reply:
    found, _ = request.channel(Permissions.MANAGE_MESSAGES)
    for message_id in request.body["messages"]:
        if one := found.messages.get(int(message_id)):
            messages.delete(request.discord, one)
    return Reply(204)


@route("PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me")
def react(request: Request) -> Reply:
    found, bot = request.message(Permissions.READ_MESSAGE_HISTORY)
    emoji = urllib.parse.unquote(request.parameters["emoji_name"])
    may = permissions.within(bot, found.channel)
    if emoji not in found.reactions and not may & Permissions.ADD_REACTIONS:
        raise errors.missing_permissions()
    found.reactions.setdefault(emoji, set()).add(bot.id)
    return Reply(204)


@route("DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me")
def unreact(request: Request) -> Reply:
    found, bot = request.message()
    emoji = urllib.parse.unquote(request.parameters["emoji_name"])
    found.reactions.get(emoji, set()).discard(bot.id)
    return Reply(204)
