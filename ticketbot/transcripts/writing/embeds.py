"""Embeds: cards of links, of apps, and of polls that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.embeds import EmbedField
from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.model import AttachmentKind, Emoji, Unreadable
from ticketbot.transcripts.writing import components, files, frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ticketbot.transcripts.embeds import Embed, EmbedLine, EmbedMedia
    from ticketbot.transcripts.writing.scribe import Scribe

_POLL_RESULT: Final = "poll_result"
_AUTO_MODERATION: Final = "auto_moderation_message"
_GIF: Final = "gifv"
_LARGE: Final = frozenset({"gifv", "image", "video"})
"""Types whose thumbnail is what they show."""


def embeds(parts: Iterable[Embed | Unreadable], scribe: Scribe) -> str:
    """Write the embeds of a message."""
    return "".join(
        frames.unreadable(part, scribe) if isinstance(part, Unreadable) else _embed(part, scribe) for part in parts
    )


def _embed(embed: Embed, scribe: Scribe) -> str:
    if embed.type == _POLL_RESULT:
        return f'<div class="m-e">{_poll_result(embed, scribe)}</div>'
    rows = (
        _thumbnail(embed, scribe),
        _row("p", _line(embed.provider, scribe)),
        _row("a", _line(embed.author, scribe)),
        _row("t", frames.linked(scribe.text(embed.title), embed.url) if embed.title else ""),
        _row("d", scribe.text(embed.description)),
        _fields(map(_told(scribe), embed.fields) if embed.type == _AUTO_MODERATION else embed.fields, scribe),
        _pictures(embed, scribe),
        components.components(embed.components, scribe),
        _row("f", _footer(embed, scribe)),
    )
    return f'<div class="m-e{scribe.styles.edge_color(embed.color)}">{"".join(rows)}</div>'


def _row(name: str, content: str) -> str:
    return f'<div class="e-{name}">{content}</div>' if content else ""


def _line(line: EmbedLine | None, scribe: Scribe) -> str:
    if line is None:
        return ""
    return scribe.icon(line.icon_url) + frames.linked(f"<bdi>{escape(line.text)}</bdi>", line.url)


def _fields(fields: Iterable[EmbedField | Unreadable], scribe: Scribe) -> str:
    written = "".join(
        frames.unreadable(field, scribe) if isinstance(field, Unreadable) else _field(field, scribe) for field in fields
    )
    return _row("fs", written)


def _told(scribe: Scribe) -> Callable[[EmbedField | Unreadable], EmbedField | Unreadable]:
    """Name what AutoMod tells in fields that Discord names for programs."""

    def told(field: EmbedField | Unreadable) -> EmbedField | Unreadable:
        if isinstance(field, Unreadable):
            return field
        value = f"<#{field.value}>" if field.name == "channel_id" else field.value
        name = scribe.words.message.auto_moderation.get(field.name, field.name)
        return EmbedField(name=name, value=value, is_inline=field.is_inline)

    return told


def _field(field: EmbedField, scribe: Scribe) -> str:
    inline = " in" if field.is_inline else ""
    return f'<div class="e-v{inline}"><b>{scribe.text(field.name)}</b><div>{scribe.text(field.value)}</div></div>'


def _thumbnail(embed: Embed, scribe: Scribe) -> str:
    """Write a thumbnail in the corner; that of a picture or video stands in its place instead."""
    if embed.thumbnail is None or embed.type in _LARGE:
        return ""
    return _row("th", _picture(embed.thumbnail, scribe))


def _pictures(embed: Embed, scribe: Scribe) -> str:
    """Write the image; of a video what can be seen of it, and where all of it is."""
    written = "" if embed.image is None else _picture(embed.image, scribe)
    if embed.thumbnail is not None and embed.type in _LARGE:
        written += _picture(embed.thumbnail, scribe)
    if embed.video is not None:
        word = "GIF" if embed.type == _GIF else scribe.words.message.video
        url = embed.video.url or embed.url
        written += f'<p class="x">{escape(word)}{scribe.words.colon}{frames.linked(escape(url), url)}</p>'
    if embed.url and not embed.title:
        written += f'<p class="x">{frames.linked(escape(embed.url), embed.url)}</p>'
    return written


def _picture(picture: EmbedMedia, scribe: Scribe) -> str:
    shown = files.ShownFile(
        url=picture.media_url,
        kind=AttachmentKind.IMAGE,
        description=picture.description,
        width=picture.width,
        height=picture.height,
        source=picture.url,
    )
    return files.file(shown, scribe)


def _footer(embed: Embed, scribe: Scribe) -> str:
    moment = scribe.calendar.full_element(embed.timestamp) if embed.timestamp else ""
    return " • ".join(filter(None, [_line(embed.footer, scribe), moment]))


def _poll_result(embed: Embed, scribe: Scribe) -> str:
    """Write how a poll ended: Discord hides that in fields that no reader sees."""
    words = scribe.words.message
    facts = {field.name: field.value for field in embed.fields if not isinstance(field, Unreadable)}
    lines = [escape(words.poll_over.format(facts.get("poll_question_text", "")))]
    if "victor_answer_text" in facts or "victor_answer_emoji_name" in facts:
        emoji_id = facts.get("victor_answer_emoji_id", "")
        emoji = Emoji(
            id=int(emoji_id[:20]) if emoji_id.isdecimal() else None, name=facts.get("victor_answer_emoji_name", "")
        )
        answer = f"{scribe.any_emoji(emoji)} {escape(facts.get('victor_answer_text', ''))}".strip()
        votes = scribe.words.count(_number(facts.get("victor_answer_votes", "")), words.votes)
        lines.append(f"{escape(words.poll_winner)}{scribe.words.colon}<strong>{answer}</strong> ({votes})")
    else:
        lines.append(escape(words.poll_draw))
    lines.append(scribe.words.count(_number(facts.get("total_votes", "")), words.votes))
    return "".join(f"<p>{line}</p>" for line in lines)


def _number(digits: str) -> int:
    return int(digits[:12]) if digits.isdecimal() else 0
