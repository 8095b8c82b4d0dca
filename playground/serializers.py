"""Members and messages as JSON for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playground.message_html import display_name
from tests.simulator import permissions, snowflakes
from tests.simulator.permissions import Permissions

if TYPE_CHECKING:
    from playground.message_html import MessageHtml
    from tests.simulator.errors import Json
    from tests.simulator.members import Person
    from tests.simulator.state import Attachment, Channel, DiscordState, Member, Message

_REPLY: Final = 19
_COMMAND: Final = 20
_EXCERPT: Final = 120


def sees(member: Member, channel: Channel) -> bool:
    """Return whether a member sees a channel."""
    return permissions.can_see(member, channel)


def member(who: Member) -> Json:
    """Return a member, with the colour of the highest role that has one."""
    roles = [role for role_id in who.role_ids if (role := who.guild.roles.get(role_id)) is not None and role.color]
    color = max(roles, key=lambda role: role.position).color if roles else 0
    return {
        "id": str(who.id),
        "name": display_name(who),
        "user": who.user.username,
        "color": f"#{color:06x}" if color else "",
        "bot": who.user.bot,
    }


def message(discord: DiscordState, what: Message, viewer: Person, texts: MessageHtml) -> Json:
    """Return a message."""
    mine = what.author.id == viewer.id
    moderator = bool(viewer.permissions(what.channel) & Permissions.MANAGE_MESSAGES)
    return {
        "id": str(what.id),
        "author": _author(what),
        "at": snowflakes.iso(what.timestamp),
        "edited": what.edited is not None,
        "type": what.type,
        "html": texts.html(what.content),
        "source": what.content if mine else "",
        "big": _only_emojis(what.content),
        "head": _head(what, texts),
        "embeds": [_embed(discord, one, what, texts) for one in what.embeds],
        "components": _components(what.components, texts),
        "attachments": [_attachment(one, what) for one in what.attachments],
        "reactions": [
            {"emoji": emoji, "count": len(users), "mine": viewer.id in users}
            for emoji, users in what.reactions.items()
            if users
        ],
        "ephemeral": what.ephemeral,
        "loading": what.loading,
        "pinged": viewer.id in what.pinged,
        "mine": mine,
        "deletable": what.ephemeral or mine or moderator,
    }


def _author(what: Message) -> Json:
    known = what.channel.guild.members.get(what.author.id)
    if known is not None:
        return member(known)
    name = what.author.global_name or what.author.username
    return {"id": str(what.author.id), "name": name, "user": what.author.username, "color": "", "bot": what.author.bot}


def _head(what: Message, texts: MessageHtml) -> Json | None:
    """Return the line above a message: what it replies to, or who used which command."""
    if what.type == _COMMAND and what.interaction_metadata is not None:
        user_id = int(what.interaction_metadata["user"]["id"])
        return {"user": _name(what, user_id), "interaction": what.interaction_metadata["id"]}
    if what.type != _REPLY or what.reference is None:
        return None
    target = what.channel.messages.get(what.reference.message_id) or what.channel.ephemeral.get(
        what.reference.message_id
    )
    if target is None:
        return {"gone": True}
    first = target.content or next((str(embed.get("title") or "") for embed in target.embeds), "")
    return {"author": _author(target), "html": texts.html(first.split("\n")[0][:_EXCERPT]), "id": str(target.id)}


def _name(what: Message, user_id: int) -> str:
    known = what.channel.guild.members.get(user_id)
    return "?" if known is None else display_name(known)


def _embed(discord: DiscordState, embed: Json, what: Message, texts: MessageHtml) -> Json:
    color = embed.get("color")
    footer: Json = embed.get("footer") or {}
    author: Json = embed.get("author") or {}
    return {
        "color": "" if color is None else f"#{color:06x}",
        "author": author.get("name", ""),
        "title": texts.html(embed.get("title") or ""),
        "url": embed.get("url"),
        "html": texts.html(embed.get("description") or ""),
        "fields": [
            {
                "name": texts.html(field["name"]),
                "html": texts.html(field["value"]),
                "inline": bool(field.get("inline")),
            }
            for field in embed.get("fields") or ()
        ],
        "footer": footer.get("text", ""),
        "at": embed.get("timestamp"),
        "image": _picture(discord, embed.get("image"), what),
        "thumbnail": _picture(discord, embed.get("thumbnail"), what),
    }


def _picture(discord: DiscordState, media: Json | None, what: Message) -> Json | None:
    """Return an image attached to the message; for any other image only its address, since nothing is fetched."""
    if media is None:
        return None
    url = str(media.get("url", ""))
    inside = url.startswith(f"{discord.base_url}/cdn/")
    name = url.partition("?")[0].rpartition("/")[2]
    return {"src": f"/files/{what.id}/{name}"} if inside else {"url": url}


def _attachment(what: Attachment, message: Message) -> Json:
    return {
        "id": str(what.id),
        "name": what.filename,
        "size": what.size,
        "type": what.content_type.partition(";")[0],
        "src": f"/files/{message.id}/{what.filename}",
    }


def _components(components: list[Json], texts: MessageHtml) -> list[Json]:
    """Return components with their texts as HTML."""
    rendered: list[Json] = []
    for one in components:
        copy = dict(one)
        if "content" in one:
            copy["html"] = texts.html(one["content"])
        if "components" in one:
            copy["components"] = _components(one["components"], texts)
        for key in ("accessory", "component"):
            if one.get(key):
                (copy[key],) = _components([one[key]], texts)
        rendered.append(copy)
    return rendered


def _only_emojis(text: str) -> bool:
    return bool(text) and len(text) <= 40 and not any(one.isalnum() or one in "<>@#*_`~|-.,!?:;/" for one in text)
