"""Attachments and other files: shown, linked beside the page, or named with the reason why they are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.transcripts import media
from ticketbot.transcripts.escape import escape, file_link
from ticketbot.transcripts.media import Beside, Inlined, MissingReason
from ticketbot.transcripts.model import AttachmentKind, Unreadable
from ticketbot.transcripts.writing import frames, slots

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ticketbot.transcripts.model import Attachment
    from ticketbot.transcripts.writing.scribe import Scribe

_LARGEST: Final = 10_000
"""Pixels."""
_TURNS: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
"""What turns the direction of writing, and would make ``gpj.exe`` of ``exe.jpg``."""
_BARS: Final = 64
_BAR_HEIGHT: Final = 32


@attrs.frozen(kw_only=True)
class ShownFile:
    """A file as the page shows it, wherever it was found."""

    url: str
    """Where it can be fetched; its key among the media."""
    kind: AttachmentKind
    name: str = ""
    size: int = 0
    description: str = ""
    width: int = 0
    height: int = 0
    extra: str = ""
    """HTML that stands under the file, before its name."""
    source: str = ""
    """Where it comes from, if that is not Discord."""


def attachments(parts: Iterable[Attachment | Unreadable], scribe: Scribe) -> str:
    """Write the attachments of a message."""
    return "".join(
        frames.unreadable(part, scribe) if isinstance(part, Unreadable) else _attachment(part, scribe) for part in parts
    )


def _attachment(attachment: Attachment, scribe: Scribe) -> str:
    shown = ShownFile(
        url=attachment.url,
        kind=attachment.kind,
        name=_name(attachment),
        size=attachment.size,
        description=attachment.description,
        width=attachment.width,
        height=attachment.height,
        extra=_voice(attachment, scribe) if attachment.kind is AttachmentKind.VOICE else "",
    )
    written = file(shown, scribe)
    return frames.spoiler(written, scribe) if attachment.is_spoiler else written


def _name(attachment: Attachment) -> str:
    name = attachment.name
    if attachment.title and not name.startswith(attachment.title):
        name = f"{attachment.title} ({name})"
    return name.translate(_TURNS)


def file(shown: ShownFile, scribe: Scribe) -> str:
    """Write a file."""
    found = scribe.media.get(shown.url, media.NOT_ASKED)
    if isinstance(found, Inlined):
        return _slot(shown, found, scribe)
    if isinstance(found, Beside):
        return _beside(shown, found.name, found.size or shown.size, scribe)
    return _missing(shown, found.reason, found.size or shown.size, scribe)


def _slot(shown: ShownFile, found: Inlined, scribe: Scribe) -> str:
    size = shown.size or len(found.content)
    name = scribe.slots.name_beside(shown.url, shown.name or shown.kind)
    inlined = None
    if shown.kind is not AttachmentKind.FILE and slots.is_playable(found):
        before, after = _player(shown, scribe)
        inlined = f"<figure>{before}", f"{after}{shown.extra}{_caption(shown, size, scribe)}</figure>"
    slot = slots.Slot(
        url=shown.url,
        media=found,
        name=name,
        inlined=inlined,
        beside=_beside(shown, name, size, scribe),
        missing=_missing(shown, MissingReason.NO_ROOM, size, scribe),
    )
    return scribe.slots.add(slot)


def _player(shown: ShownFile, scribe: Scribe) -> tuple[str, str]:
    """Write what stands before and after the address of a file in the page."""
    label = escape(shown.description or f"{_word(shown.kind, scribe)}{scribe.words.colon}{shown.name}")
    size = ""
    if 0 < shown.width < _LARGEST and 0 < shown.height < _LARGEST:
        size = f' width="{shown.width}" height="{shown.height}"'
    if shown.kind is AttachmentKind.IMAGE:
        return '<img src="', f'" alt="{label}"{size} loading="lazy">'
    tag = "video" if shown.kind is AttachmentKind.VIDEO else "audio"
    return f'<{tag} src="', f'" controls preload="none" aria-label="{label}"{size}></{tag}>'


def _word(kind: AttachmentKind, scribe: Scribe) -> str:
    words = scribe.words.message
    return {
        AttachmentKind.IMAGE: words.image,
        AttachmentKind.VIDEO: words.video,
        AttachmentKind.AUDIO: words.audio,
        AttachmentKind.VOICE: words.audio,
        AttachmentKind.FILE: words.file,
    }[kind]


def _beside(shown: ShownFile, name: str, size: int, scribe: Scribe) -> str:
    label = escape(shown.name or name)
    shown_name = f'<a href="{escape(file_link(name))}">{label}</a>'
    return _card(shown, shown_name, size, scribe.words.message.beside, scribe)


def _missing(shown: ShownFile, reason: MissingReason, size: int, scribe: Scribe) -> str:
    name = escape(shown.name or _word(shown.kind, scribe))
    return _card(shown, f"<bdi>{name}</bdi>", size, scribe.words.message.missing[reason], scribe)


def _card(shown: ShownFile, name: str, size: int, remark: str, scribe: Scribe) -> str:
    description = f"<p>{escape(shown.description)}</p>" if shown.description else ""
    source = frames.linked(escape(shown.source), shown.source) if shown.source else ""
    about = " · ".join(filter(None, [scribe.words.size(size) if size else "", escape(remark), source]))
    return f'<figure class="x x-{shown.kind}">{shown.extra}{name} <small>{about}</small>{description}</figure>'


def _caption(shown: ShownFile, size: int, scribe: Scribe) -> str:
    if not shown.name:
        return ""
    return f"<figcaption><bdi>{escape(shown.name)}</bdi> <small>{scribe.words.size(size)}</small></figcaption>"


def _voice(attachment: Attachment, scribe: Scribe) -> str:
    """Draw a voice message: how long it is, and how loud over its length."""
    words = scribe.words
    spoken = words.message.voice.format(words.duration(attachment.duration))
    heights = _loudness(attachment.waveform)
    path = "".join(f"M{at * 3} {(_BAR_HEIGHT - height) / 2:g}v{height}" for at, height in enumerate(heights))
    width = len(heights) * 3
    return (
        f'<svg class="w" viewBox="-1 0 {width} {_BAR_HEIGHT}" width="{width}" height="{_BAR_HEIGHT}" role="img" '
        f'aria-label="{escape(words.message.waveform)}"><path d="{path}"/></svg><p>{escape(spoken)}</p>'
    )


def _loudness(waveform: bytes) -> list[int]:
    """Draw at most so many bars, each as high as the loudest of its share."""
    share = max(1, -(-len(waveform) // _BARS))
    loudest = [max(waveform[at : at + share]) for at in range(0, len(waveform), share)]
    return [max(2, round(value * _BAR_HEIGHT / 255)) for value in loudest]
