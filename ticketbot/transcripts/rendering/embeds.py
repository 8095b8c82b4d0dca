"""Render embeds: of links, apps and finished polls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.model.attachments import AttachmentKind
from ticketbot.transcripts.model.emojis import Emoji
from ticketbot.transcripts.model.media import MediaKind
from ticketbot.transcripts.model.unreadable import Unreadable
from ticketbot.transcripts.rendering import auto_moderation, components, files, fragments
from ticketbot.transcripts.rendering.placeholders import DisplayedFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ticketbot.transcripts.model.embeds import Embed, EmbedLine, EmbedMedia
    from ticketbot.transcripts.rendering.context import RenderContext

_POLL_RESULT: Final = "poll_result"
_PICTURES: Final = frozenset({"gifv", "image"})
"""Types that are nothing but the picture behind an address."""
_GIF: Final = "gifv"
_LARGE: Final = frozenset({"gifv", "image", "video"})
"""Types that show their thumbnail as their picture."""


def render(parts: Iterable[Embed | Unreadable], context: RenderContext) -> str:
    """Render the embeds of a message."""
    return "".join(
        fragments.unreadable(part, context) if isinstance(part, Unreadable) else _embed(part, context) for part in parts
    )


def is_picture_of(content: str, parts: Sequence[Embed | Unreadable]) -> bool:
    """Return whether a text is nothing but the address of the picture in its embed, as Discord's client hides it."""
    if len(parts) != 1 or isinstance(parts[0], Unreadable):
        return False
    embed = parts[0]
    shown = embed.thumbnail or embed.image
    return embed.type in _PICTURES and shown is not None and bool(embed.url) and content.strip() == embed.url


def _embed(embed: Embed, context: RenderContext) -> str:
    if embed.type == _POLL_RESULT:
        return f'<div class="m-e">{_poll_result(embed, context)}</div>'
    rows = (
        _thumbnail(embed, context),
        _row("p", _line(embed.provider, context)),
        _row("a", _line(embed.author, context)),
        _row("t", fragments.linked(context.text(embed.title), embed.url) if embed.title else ""),
        _row("d", context.text(embed.description)),
        _fields(embed, context),
        _pictures(embed, context),
        components.render(embed.components, context),
        _row("f", _footer(embed, context)),
    )
    content = "".join(rows)
    return f'<div class="m-e{context.stylesheet.edge_color(embed.color)}">{content}</div>' if content else ""


def _row(name: str, content: str) -> str:
    return f'<div class="e-{name}">{content}</div>' if content else ""


def _line(line: EmbedLine | None, context: RenderContext) -> str:
    if line is None:
        return ""
    return context.icon(line.icon_url) + fragments.linked(f"<bdi>{escape(line.text)}</bdi>", line.url)


def _fields(embed: Embed, context: RenderContext) -> str:
    is_of_auto_moderation = embed.type in auto_moderation.EMBED_TYPES
    written = ""
    for field in embed.fields:
        if isinstance(field, Unreadable):
            written += fragments.unreadable(field, context)
            continue
        if is_of_auto_moderation:
            name, value = auto_moderation.field(field, context)
        else:
            name, value = context.text(field.name), context.text(field.value)
        inline = " in" if field.is_inline else ""
        written += f'<div class="e-v{inline}"><b>{name}</b><div>{value}</div></div>'
    return _row("fs", written)


def _thumbnail(embed: Embed, context: RenderContext) -> str:
    """Render a thumbnail in the corner; that of a picture or video is rendered in its place instead."""
    if embed.thumbnail is None or embed.type in _LARGE:
        return ""
    return _row("th", _picture(embed.thumbnail, MediaKind.THUMBNAIL, context))


def _pictures(embed: Embed, context: RenderContext) -> str:
    """Render the image; of a video its thumbnail and its address."""
    written = "" if embed.image is None else _picture(embed.image, MediaKind.IMAGE, context)
    if embed.thumbnail is not None and embed.type in _LARGE:
        written += _picture(embed.thumbnail, MediaKind.THUMBNAIL, context)
    if embed.type in _PICTURES and written:
        label = "GIF" if embed.type == _GIF else escape(context.strings.message.image)
        return written + f'<p class="x">{fragments.linked(label, embed.url)}</p>'
    if embed.video is not None:
        word = "GIF" if embed.type == _GIF else context.strings.message.video
        url = embed.video.url or embed.url
        written += f'<p class="x">{escape(word)}{context.strings.colon}{fragments.linked(escape(url), url)}</p>'
    if embed.url and not embed.title:
        written += f'<p class="x">{fragments.linked(escape(embed.url), embed.url)}</p>'
    return written


def _picture(picture: EmbedMedia, kind: MediaKind, context: RenderContext) -> str:
    shown = DisplayedFile(
        url=picture.media_url,
        kind=AttachmentKind.IMAGE,
        description=picture.description,
        width=picture.width,
        height=picture.height,
        source=picture.url,
        media_kind=kind,
    )
    return files.render_file(shown, context)


def _footer(embed: Embed, context: RenderContext) -> str:
    moment = context.dates.full_element(embed.timestamp) if embed.timestamp else ""
    return " • ".join(filter(None, [_line(embed.footer, context), moment]))


def _poll_result(embed: Embed, context: RenderContext) -> str:
    """Render a poll's result, which Discord puts into the embed's fields."""
    strings = context.strings.message
    facts = {field.name: field.value for field in embed.fields if not isinstance(field, Unreadable)}
    lines = [escape(strings.poll_over.format(facts.get("poll_question_text", "")))]
    if "victor_answer_text" in facts or "victor_answer_emoji_name" in facts:
        emoji_id = facts.get("victor_answer_emoji_id", "")
        emoji = Emoji(
            id=int(emoji_id[:20]) if emoji_id.isdecimal() else None, name=facts.get("victor_answer_emoji_name", "")
        )
        answer = f"{context.any_emoji(emoji)} {escape(facts.get('victor_answer_text', ''))}".strip()
        votes = context.strings.count(_number(facts.get("victor_answer_votes", "")), strings.votes)
        lines.append(f"{escape(strings.poll_winner)}{context.strings.colon}<strong>{answer}</strong> ({votes})")
    else:
        lines.append(escape(strings.poll_draw))
    lines.append(context.strings.count(_number(facts.get("total_votes", "")), strings.votes))
    return "".join(f"<p>{line}</p>" for line in lines)


def _number(digits: str) -> int:
    return int(digits[:12]) if digits.isdecimal() else 0
