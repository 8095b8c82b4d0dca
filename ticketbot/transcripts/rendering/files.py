"""Render files: inside the page, linked beside it, or named with the reason why they are not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import encode, escape, file_link
from ticketbot.transcripts.model.attachments import AttachmentKind
from ticketbot.transcripts.model.media import MediaKind, MediaReference, Missing, MissingReason, Separate
from ticketbot.transcripts.model.unreadable import Unreadable
from ticketbot.transcripts.rendering import fragments, placeholders, text_files
from ticketbot.transcripts.rendering.placeholders import DisplayedFile, MediaAlternatives

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ticketbot.transcripts.model.attachments import Attachment
    from ticketbot.transcripts.model.media import Media
    from ticketbot.transcripts.rendering.context import RenderContext

_LARGEST: Final = 10_000
"""Pixels."""
_TURNS: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
"""Controls of the direction of writing, which could make ``gpj.exe`` look like ``exe.jpg``."""
_LONGEST_SIZE: Final = 1023 * 1023 * 1024
"""Bytes of a file whose size takes the most characters to write."""
_BARS: Final = 64
_BAR_HEIGHT: Final = 32


def render_attachments(parts: Iterable[Attachment | Unreadable], context: RenderContext) -> str:
    """Render the attachments of a message."""
    return "".join(
        fragments.unreadable(part, context) if isinstance(part, Unreadable) else _attachment(part, context)
        for part in parts
    )


def _attachment(attachment: Attachment, context: RenderContext) -> str:
    file = DisplayedFile(
        url=attachment.url,
        kind=attachment.kind,
        name=_name(attachment),
        file_name=attachment.name,
        size=attachment.size,
        description=attachment.description,
        width=attachment.width,
        height=attachment.height,
        media_kind=MediaKind.ATTACHMENT,
        content_type=attachment.content_type,
        extra=_voice(attachment, context) if attachment.kind is AttachmentKind.VOICE else "",
    )
    written = render_file(file, context)
    return fragments.spoiler(written, context) if attachment.is_spoiler else written


def _name(attachment: Attachment) -> str:
    name = attachment.name
    if attachment.title and not name.startswith(attachment.title):
        name = f"{attachment.title} ({name})"
    return name.translate(_TURNS)


def render_file(file: DisplayedFile, context: RenderContext) -> str:
    """Return a placeholder for a file: whether the file can be had is known once all messages are rendered."""
    if file.url not in context.media_references:
        context.media_references[file.url] = MediaReference(
            url=file.url,
            kind=file.media_kind,
            name=file.file_name or file.name,
            size=file.size or None,
            content_type=file.content_type,
        )
    return context.placeholders.add(file, fallback_size=_fallback_size(file, context) if context.has_page_limit else 0)


def _fallback_size(file: DisplayedFile, context: RenderContext) -> int:
    size = file.size or _LONGEST_SIZE
    name = context.placeholders.longest_separate_name(file.name or file.kind)
    separate = _separate(file, name, size, context)
    return max(len(encode(separate)), len(encode(_missing(file, _longest_reason(context), size, context))))


def resolve(file: DisplayedFile, found: Media, context: RenderContext) -> MediaAlternatives | str:
    """Return what stands for a file in the page, or what may, where that depends on the space left."""
    if isinstance(found, Separate):
        return _separate(file, found.name, found.size or file.size, context)
    if isinstance(found, Missing):
        return _missing(file, found.reason, found.size or file.size, context)
    size = file.size or len(found.content)
    name = context.placeholders.separate_name(file.url, file.name or file.kind)
    inlined = None
    if file.kind is not AttachmentKind.FILE and placeholders.is_playable(found):
        before, after = _player(file, found.content_type, context)
        inlined = f"<figure>{before}", f"{after}{file.extra}{_caption(file, size, context)}</figure>"
    return MediaAlternatives(
        url=file.url,
        media=found,
        name=name,
        inlined=inlined,
        separate=_separate(file, name, size, context),
        missing=_missing(file, MissingReason.NO_ROOM, size, context),
        preview=text_files.preview(file, found.content, context) if file.kind is AttachmentKind.FILE else "",
    )


def _longest_reason(context: RenderContext) -> MissingReason:
    reasons = context.strings.message.missing
    return max(reasons, key=lambda reason: len(encode(escape(reasons[reason]))))


def _player(file: DisplayedFile, content_type: str, context: RenderContext) -> tuple[str, str]:
    """Return the HTML before and after the data URI of a file."""
    label = escape(file.description or f"{_word(file.kind, context)}{context.strings.colon}{file.name}")
    size = ""
    if 0 < file.width < _LARGEST and 0 < file.height < _LARGEST:
        size = f' width="{file.width}" height="{file.height}"'
    if file.kind is AttachmentKind.IMAGE:
        name = f"{context.strings.message.enlarge}{context.strings.colon}{file.description or file.name}"
        motion = " gif" if content_type == "image/gif" else ""
        alt = f'<span class="alt">{escape(file.description)}</span>' if file.description else ""
        before = f'<label class="z{motion}"><input type="checkbox" aria-label="{escape(name)}"><img src="'
        return before, f'" alt="{label}"{size} loading="lazy">{alt}</label>'
    tag = "video" if file.kind is AttachmentKind.VIDEO else "audio"
    return f'<{tag} src="', f'" controls preload="none" aria-label="{label}"{size}></{tag}>'


def _word(kind: AttachmentKind, context: RenderContext) -> str:
    strings = context.strings.message
    return {
        AttachmentKind.IMAGE: strings.image,
        AttachmentKind.VIDEO: strings.video,
        AttachmentKind.AUDIO: strings.audio,
        AttachmentKind.VOICE: strings.audio,
        AttachmentKind.FILE: strings.file,
    }[kind]


def _separate(file: DisplayedFile, name: str, size: int, context: RenderContext) -> str:
    label = escape(file.name or name)
    shown_name = f'<a href="{escape(file_link(name))}">{label}</a>'
    return _card(file, shown_name, size, context.strings.message.separate, context)


def _missing(file: DisplayedFile, reason: MissingReason, size: int, context: RenderContext) -> str:
    name = escape(file.name or _word(file.kind, context))
    return _card(file, f"<bdi>{name}</bdi>", size, context.strings.message.missing[reason], context)


def _card(file: DisplayedFile, name: str, size: int, remark: str, context: RenderContext) -> str:
    description = f"<p>{escape(file.description)}</p>" if file.description else ""
    source = fragments.linked(escape(file.source), file.source) if file.source else ""
    about = " · ".join(filter(None, [context.strings.size(size) if size else "", escape(remark), source]))
    return f'<figure class="x x-{file.kind}">{file.extra}{name} <small>{about}</small>{description}</figure>'


def _caption(file: DisplayedFile, size: int, context: RenderContext) -> str:
    if not file.name:
        return ""
    return f"<figcaption><bdi>{escape(file.name)}</bdi> <small>{context.strings.size(size)}</small></figcaption>"


def _voice(attachment: Attachment, context: RenderContext) -> str:
    """Render a voice message: its duration and waveform."""
    strings = context.strings
    spoken = strings.message.voice.format(strings.duration(attachment.duration))
    heights = _loudness(attachment.waveform)
    path = "".join(f"M{at * 3} {(_BAR_HEIGHT - height) / 2:g}v{height}" for at, height in enumerate(heights))
    width = len(heights) * 3
    return (
        f'<svg class="w" viewBox="-1 0 {width} {_BAR_HEIGHT}" width="{width}" height="{_BAR_HEIGHT}" role="img" '
        f'aria-label="{escape(strings.message.waveform)}"><path d="{path}"/></svg><p>{escape(spoken)}</p>'
    )


def _loudness(waveform: bytes) -> list[int]:
    """Return the heights of at most 64 bars, each that of the loudest sample of its share."""
    share = max(1, -(-len(waveform) // _BARS))
    loudest = [max(waveform[at : at + share]) for at in range(0, len(waveform), share)]
    return [max(2, round(value * _BAR_HEIGHT / 255)) for value in loudest]
