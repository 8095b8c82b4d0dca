"""A transcript as plain text: a line for each moment and author, what was said, and what was attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.transcripts.escape import encode
from ticketbot.transcripts.formats.plain_texts import PlainTexts
from ticketbot.transcripts.model import components
from ticketbot.transcripts.model.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ticketbot.transcripts.model.embeds import Embed
    from ticketbot.transcripts.model.messages import Snapshot, TranscriptMessage
    from ticketbot.transcripts.model.transcript import Transcript


def chunks(transcript: Transcript) -> Iterator[bytes]:
    """Yield a transcript as text, message by message."""
    texts = PlainTexts(transcript)
    page = texts.context.strings.page
    facts = [
        (page.ticket.format(f"{transcript.number:03d}"), "") if transcript.number is not None else None,
        (page.guild, transcript.guild_name),
        (page.channel, transcript.channel_name and f"#{transcript.channel_name}"),
        (page.opener, transcript.opened_by),
        (page.opened_for if transcript.opened_by else page.opener, transcript.opener),
        (page.claimer, transcript.claimer),
        (page.time_zone, texts.context.dates.zone()),
    ]
    colon = texts.context.strings.colon
    for fact in facts:
        if fact is not None and (fact[1] or fact is facts[0]):
            yield encode(colon.join(filter(None, fact)) + "\n")
    for message in transcript.messages:
        yield encode("\n" + "\n".join(_lines(message, texts)) + "\n")


def _lines(message: TranscriptMessage, texts: PlainTexts) -> Iterator[str]:
    content = texts.content(message)
    name, identity = texts.context.name(message.author), texts.context.identity(message.author)
    moment = texts.moment(message.timestamp)
    pinned = f" ({texts.context.strings.message.pinned})" if message.is_pinned else ""
    yield f"[{moment:%Y-%m-%d %H:%M}] {name} ({identity}){pinned}" if moment else f"{name} ({identity}){pinned}"
    if content:
        yield content
    if message.forward is not None:
        for snapshot in message.forward.snapshots:
            if not isinstance(snapshot, Unreadable):
                yield f"> {texts.text(snapshot.content)}"
                yield from _carried(snapshot, texts)
    if message.poll is not None:
        yield f"[{texts.context.strings.message.poll}] {message.poll.question}"
        yield from (
            f"- {answer.text}: {answer.votes}" for answer in message.poll.answers if not isinstance(answer, Unreadable)
        )
    yield from _carried(message, texts)
    yield from (" ".join(part.texts) for part in message.unreadable)
    if message.reactions:
        found = (one for one in message.reactions if not isinstance(one, Unreadable))
        yield " ".join(f"{one.emoji.name} {one.count}" for one in found)


def _carried(message: TranscriptMessage | Snapshot, texts: PlainTexts) -> Iterator[str]:
    strings = texts.context.strings
    for one in message.attachments:
        if not isinstance(one, Unreadable):
            yield f"[{strings.message.file}] {one.name} ({strings.size(one.size)})"
    for embed in message.embeds:
        if not isinstance(embed, Unreadable):
            yield from _embed(embed, texts)
    yield from _components(message.components, texts)
    for sticker in message.stickers:
        if not isinstance(sticker, Unreadable):
            yield f"[{strings.message.sticker.format(sticker.name)}]"


def _components(parts: Iterable[object], texts: PlainTexts) -> Iterator[str]:
    """Yield what components say: texts, labels of buttons, names of files."""
    for part in parts:
        yield from _component(part, texts)
        if isinstance(part, components.ActionRow | components.Container | components.Section):
            yield from _components(part.components, texts)
        if isinstance(part, components.Section):
            yield from _component(part.accessory, texts)


def _component(part: object, texts: PlainTexts) -> Iterator[str]:
    strings = texts.context.strings.message
    match part:
        case components.TextDisplay():
            yield texts.text(part.content)
        case components.Button() if part.label:
            yield f"[{part.label}] {part.url}".rstrip()
        case components.Select() if part.placeholder:
            yield f"[{part.placeholder}]"
        case components.File():
            yield f"[{strings.file}] {part.name}"
        case components.MediaGallery():
            shown = (one for one in part.items if not isinstance(one, Unreadable))
            yield from (f"[{strings.image}] {one.description or one.url}" for one in shown)
        case _:
            pass


def _embed(embed: Embed, texts: PlainTexts) -> Iterator[str]:
    parts = [embed.author.text if embed.author else "", embed.title, embed.description]
    for field in embed.fields:
        if not isinstance(field, Unreadable):
            parts += [field.name, field.value]
    parts.append(embed.footer.text if embed.footer else "")
    yield from (f"| {line}" for part in parts if part for line in texts.text(part).splitlines())
