"""Posting, editing, deleting and finding messages; what the API and members have in common."""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from tests.simulator import channels, content, errors, mentions, payloads, snowflakes, state
from tests.simulator.state import Attachment, Message, Reference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.simulator.errors import Json
    from tests.simulator.state import Channel, DiscordState, Member

_NONCE_SECONDS: Final = 300.0
_EDITABLE_FLAGS: Final = 1 << 2 | state.COMPONENTS_V2
_SENDABLE_FLAGS: Final = 1 << 2 | state.EPHEMERAL | 1 << 12 | state.COMPONENTS_V2


@attrs.frozen
class Upload:
    """A file that came with a request."""

    field: str
    filename: str
    content: bytes
    content_type: str | None = None

    @property
    def index(self) -> str:
        """The n of ``files[n]``."""
        return self.field.removeprefix("files[").removesuffix("]")


@attrs.define(kw_only=True)
class Draft:
    """A message to be posted."""

    channel: Channel
    author: Member
    body: Json
    files: Sequence[Upload] = ()
    type: int = 0
    extra_flags: int = 0
    reference: Reference | None = None
    application_id: int | None = None
    interaction_metadata: Json | None = None
    shown_only_to: int | None = None


def post(discord: DiscordState, draft: Draft) -> Message:
    """Check a message, post it, tell the gateway."""
    body, channel = draft.body, draft.channel
    flags = (body.get("flags") or 0) & _SENDABLE_FLAGS | draft.extra_flags
    content.check(body, flags, discord.limits)
    _require_known_emojis(discord, body)
    if content.is_empty(body, len(draft.files)):
        raise errors.DiscordError(400, 50006, "Cannot send an empty message")
    message = Message(
        id=discord.ids.next(),
        channel=channel,
        author=draft.author.user,
        flags=flags,
        type=draft.type,
        nonce=body.get("nonce"),
        reference=draft.reference,
        application_id=draft.application_id,
        interaction_metadata=draft.interaction_metadata,
        shown_only_to=draft.shown_only_to,
        stickers=[{"id": one, "name": f"sticker {one}", "format_type": 1} for one in body.get("sticker_ids") or ()],
        poll=body.get("poll"),
    )
    message.attachments = _attachments(discord, message, body, draft.files, [])
    _fill(discord, message, body)
    _mention(discord, message, draft.author, body, ping=True)
    add(discord, message)
    return message


def post_loading(discord: DiscordState, draft: Draft) -> Message:
    """Post the placeholder that says that the application is thinking."""
    flags = (draft.body.get("flags") or 0) & _SENDABLE_FLAGS | state.LOADING
    message = Message(
        id=discord.ids.next(),
        channel=draft.channel,
        author=draft.author.user,
        flags=flags,
        type=draft.type,
        reference=draft.reference,
        application_id=draft.application_id,
        interaction_metadata=draft.interaction_metadata,
        shown_only_to=draft.shown_only_to,
    )
    add(discord, message)
    return message


def add(discord: DiscordState, message: Message) -> None:
    """Put a message into its channel."""
    channel = message.channel
    if message.ephemeral:
        channel.ephemeral[message.id] = message
        discord.touch()
        return
    channel.messages[message.id] = message
    channel.last_message_id = message.id
    if channel.thread is not None:
        channels.archive(channel, archived=False)
        channels.join(channel, message)
    discord.emit("MESSAGE_CREATE", channel.guild.id, _event(discord, message))


def _event(discord: DiscordState, message: Message) -> Json:
    payload = payloads.message(discord, message, nonce=True) | {"guild_id": str(message.channel.guild.id)}
    member = message.channel.guild.members.get(message.author.id)
    if member is not None and message.interaction_metadata is None:
        payload["member"] = {key: value for key, value in payloads.member(member).items() if key != "user"}
    return payload


def repeated(discord: DiscordState, channel: Channel, author: Member, body: Json) -> Message | None:
    """Find the message that was posted with the same enforced nonce a moment ago."""
    nonce = body.get("nonce")
    if nonce is None or not body.get("enforce_nonce"):
        return None
    del discord
    for message in reversed(channel.messages.values()):
        if (snowflakes.now() - message.timestamp).total_seconds() > _NONCE_SECONDS:
            return None
        if message.nonce is not None and str(message.nonce) == str(nonce) and message.author.id == author.id:
            return message
    return None


def edit(discord: DiscordState, message: Message, author: Member, body: Json, files: Sequence[Upload] = ()) -> None:
    """Change a message; what the body does not name stays."""
    flags = message.flags & ~state.LOADING
    if body.get("flags") is not None:
        flags = flags & ~_EDITABLE_FLAGS | body["flags"] & _EDITABLE_FLAGS | message.flags & state.COMPONENTS_V2
    content.check(_merged(message, body), flags, discord.limits)
    _require_known_emojis(discord, body)
    was_loading = message.loading
    before = list(message.attachments)
    attachments = _attachments(discord, message, body, files, before)
    kept = {"embeds": message.embeds, "components": message.components, "content": message.content}
    shown = {key: body.get(key, value) for key, value in kept.items()}
    if content.is_empty(shown, len(attachments)):
        for attachment in attachments:
            discord.attachments.pop(attachment.id, None)
        discord.attachments.update({attachment.id: attachment for attachment in before})
        raise errors.DiscordError(400, 50006, "Cannot send an empty message")
    message.flags = flags
    message.attachments = attachments
    _fill(discord, message, body)
    if "content" in body or "components" in body:
        _mention(discord, message, author, body, ping=was_loading)
    if not was_loading:
        message.edited = snowflakes.now()
    updated(discord, message)


def _require_known_emojis(discord: DiscordState, body: Json) -> None:
    """Refuse the custom emojis of no guild in buttons and options; in texts, clients show their names."""
    known = {str(one) for guild in discord.guilds.values() for one in guild.emojis}
    for component in state.walk(body.get("components") or []):
        options: list[Json] = component.get("options") or []
        for shown in (component, *options):
            emoji: Json = shown.get("emoji") or {}
            emoji_id = emoji.get("id")
            if emoji_id is not None and str(emoji_id) not in known:
                raise errors.invalid_form("components.emoji.id", "COMPONENT_INVALID_EMOJI", "Invalid emoji")


def _merged(message: Message, body: Json) -> Json:
    merged: Json = {key: body[key] for key in ("content", "embeds", "poll", "sticker_ids") if key in body}
    merged["components"] = body.get("components", message.components)
    return merged


def updated(discord: DiscordState, message: Message) -> None:
    """Tell the gateway that a message changed."""
    if message.ephemeral:
        discord.touch()
    else:
        discord.emit("MESSAGE_UPDATE", message.channel.guild.id, _event(discord, message))


def _fill(discord: DiscordState, message: Message, body: Json) -> None:
    del discord
    if "content" in body:
        message.content = (body["content"] or "").strip()
    if "embeds" in body:
        message.embeds, used = content.embeds(body["embeds"] or [], message.attachments)
        message.attachments = [one for one in message.attachments if one.filename not in used]
    if "components" in body:
        message.components = content.components(body["components"] or [])


def _mention(discord: DiscordState, message: Message, author: Member, body: Json, *, ping: bool) -> None:
    text = "\n".join([message.content, *(one.get("content", "") for one in message.all_components())])
    found = mentions.find(discord, message.channel, author, text, body.get("allowed_mentions"))
    message.mentions, message.mention_roles, message.mention_everyone = found.users, found.roles, found.everyone
    target = None if message.reference is None else message.channel.messages.get(message.reference.message_id)
    allowed = body.get("allowed_mentions")
    replied = (
        target is not None and message.type == 19 and (allowed is None or bool(allowed.get("replied_user")))
    )  # a reply
    if replied and target is not None and target.author not in message.mentions:
        message.mentions.append(target.author)
    if ping and message.shown_only_to is None:
        message.pinged = found.pinged | ({target.author.id} if replied and target is not None else frozenset())


def _attachments(
    discord: DiscordState, message: Message, body: Json, files: Sequence[Upload], before: list[Attachment]
) -> list[Attachment]:
    uploads = {upload.index: upload for upload in files}
    _require_few(discord, files)
    known = {str(attachment.id): attachment for attachment in before}
    if body.get("attachments") is None:
        named: list[Mapping[str, Any]] = [{"id": key} for key in [*known, *uploads]]
        if "attachments" in body:
            named = []
    else:
        named = body["attachments"]
    kept: list[Attachment] = []
    for one in named:
        key = str(one["id"])
        if key in uploads:
            kept.append(_store(discord, message, uploads[key], one))
        elif key in known:
            kept.append(known[key])
        else:
            raise errors.invalid_form("attachments", "BASE_TYPE_INVALID", f"There is no file {key}")
    named_ids = {str(one["id"]) for one in named}
    kept += [_store(discord, message, upload, {}) for index, upload in uploads.items() if index not in named_ids]
    for attachment in before:
        if attachment not in kept:
            discord.attachments.pop(attachment.id, None)
    return kept


def _require_few(discord: DiscordState, files: Sequence[Upload]) -> None:
    if sum(len(upload.content) for upload in files) > discord.limits.request:
        raise errors.DiscordError(413, 40005, "Request entity too large")
    if len(files) > discord.limits.files:
        words = f"Must be {discord.limits.files} or fewer in length."
        raise errors.invalid_form("attachments", "BASE_TYPE_MAX_LENGTH", words)


def _store(discord: DiscordState, message: Message, upload: Upload, named: Mapping[str, Any]) -> Attachment:
    if len(upload.content) > discord.limits.upload:
        raise errors.DiscordError(413, 40005, "Request entity too large")
    if upload.content in discord.limits.explicit_files:
        raise errors.DiscordError(400, 20009, "Explicit content cannot be sent to the desired recipient(s)")
    filename = re.sub(r"[^\w.\-]+", "_", named.get("filename") or upload.filename) or "unknown"
    kind = mimetypes.guess_type(filename)[0] or upload.content_type or "application/octet-stream"
    if kind.startswith("text/") and "charset" not in kind:
        kind += "; charset=utf-8"
    attachment = Attachment(discord.ids.next(), filename, upload.content, kind, "", named.get("description"))
    place = "ephemeral-attachments" if message.ephemeral else "attachments"
    attachment.url = f"https://cdn.discordapp.com/{place}/{message.channel.id}/{attachment.id}/{filename}"
    discord.attachments[attachment.id] = attachment
    return attachment


def delete(discord: DiscordState, message: Message) -> None:
    """Take a message out of its channel."""
    message.deleted = True
    channel = message.channel
    for attachment in message.attachments:
        discord.attachments.pop(attachment.id, None)
    channel.ephemeral.pop(message.id, None)
    discord.touch()
    if channel.messages.pop(message.id, None) is not None:
        payload = {"id": str(message.id), "channel_id": str(channel.id), "guild_id": str(channel.guild.id)}
        discord.emit("MESSAGE_DELETE", channel.guild.id, payload)


def page(channel: Channel, query: Mapping[str, str]) -> list[Message]:
    """Read a page of the history, newest first."""
    limit = int(query.get("limit", "50"))
    everything = list(channel.messages.values())
    if "around" in query:
        around = int(query["around"])
        older = [one for one in everything if one.id < around][-(limit // 2) :] if limit > 1 else []
        rest = [one for one in everything if one.id >= around][: limit - len(older)]
        return [*reversed(rest), *reversed(older)]
    if "after" in query:
        after = int(query["after"])
        return [*reversed([one for one in everything if one.id > after][:limit])]
    if "before" in query:
        before = int(query["before"])
        everything = [one for one in everything if one.id < before]
    return [*reversed(everything[-limit:])]
