"""Which files a message would show, so that whoever may fetch can fetch them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.components import (
    ActionRow,
    Button,
    Component,
    ComponentMedia,
    Container,
    File,
    MediaGallery,
    Section,
    Select,
    SelectOption,
    TextDisplay,
)
from ticketbot.transcripts.embeds import Embed, EmbedField
from ticketbot.transcripts.media import MediaKind, WantedMedia, emoji_url
from ticketbot.transcripts.model import Attachment, Poll, PollAnswer, Reaction, Sticker, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ticketbot.transcripts.embeds import EmbedLine, EmbedMedia
    from ticketbot.transcripts.model import Author, Emoji, Snapshot, TranscriptMessage

_EMOJI: Final = re.compile(r"<a?:(\w{1,64}):(\d{1,20})>", re.ASCII)


def media(message: TranscriptMessage) -> Iterator[WantedMedia]:
    """List the files that one message would show; the same file may come more than once."""
    yield from _avatar(message.author)
    yield from _contents(message)
    for reaction in message.reactions:
        if isinstance(reaction, Reaction):
            yield from _emoji(reaction.emoji)
    if message.poll is not None:
        yield from _poll(message.poll)
    if message.forward is not None:
        for snapshot in message.forward.snapshots:
            if not isinstance(snapshot, Unreadable):
                yield from _contents(snapshot)


def _avatar(author: Author) -> Iterator[WantedMedia]:
    if author.avatar_url is not None:
        yield WantedMedia(url=author.avatar_url, kind=MediaKind.AVATAR)


def _contents(part: TranscriptMessage | Snapshot) -> Iterator[WantedMedia]:
    yield from _text(part.content)
    for attachment in part.attachments:
        if isinstance(attachment, Attachment):
            yield _attachment(attachment)
    for embed in part.embeds:
        if isinstance(embed, Embed):
            yield from _embed(embed)
    yield from _components(part.components)
    for sticker in part.stickers:
        if isinstance(sticker, Sticker) and sticker.url is not None:
            yield WantedMedia(url=sticker.url, kind=MediaKind.STICKER, name=sticker.name)


def _text(text: str) -> Iterator[WantedMedia]:
    for found in _EMOJI.finditer(text):
        yield WantedMedia(url=emoji_url(int(found[2])), kind=MediaKind.EMOJI, name=found[1])


def _emoji(emoji: Emoji | None) -> Iterator[WantedMedia]:
    if emoji is not None and emoji.id is not None:
        yield WantedMedia(url=emoji_url(emoji.id), kind=MediaKind.EMOJI, name=emoji.name)


def _attachment(attachment: Attachment) -> WantedMedia:
    return WantedMedia(
        url=attachment.url,
        kind=MediaKind.ATTACHMENT,
        name=attachment.name,
        size=attachment.size,
        content_type=attachment.content_type,
    )


def _poll(poll: Poll) -> Iterator[WantedMedia]:
    for answer in poll.answers:
        if isinstance(answer, PollAnswer):
            yield from _emoji(answer.emoji)


def _embed(embed: Embed) -> Iterator[WantedMedia]:
    for text in (embed.title, embed.description):
        yield from _text(text)
    for field in embed.fields:
        if isinstance(field, EmbedField):
            yield from _text(f"{field.name}\n{field.value}")
    yield from _icons(embed.author, embed.footer)
    yield from _pictures((MediaKind.THUMBNAIL, embed.thumbnail), (MediaKind.IMAGE, embed.image))
    yield from _components(embed.components)


def _icons(*lines: EmbedLine | None) -> Iterator[WantedMedia]:
    for line in lines:
        if line is not None and line.icon_url is not None:
            yield WantedMedia(url=line.icon_url, kind=MediaKind.ICON)


def _pictures(*pictures: tuple[MediaKind, EmbedMedia | None]) -> Iterator[WantedMedia]:
    for kind, picture in pictures:
        if picture is not None:
            yield WantedMedia(url=picture.media_url, kind=kind)


def _components(components: Iterable[Component]) -> Iterator[WantedMedia]:
    for component in components:
        yield from _component(component)


def _component(component: Component) -> Iterator[WantedMedia]:
    match component:
        case ActionRow() | Container():
            yield from _components(component.components)
        case Section():
            yield from _components(component.components)
            yield from _components([component.accessory] if component.accessory is not None else [])
        case MediaGallery():
            yield from _components(component.items)
        case TextDisplay():
            yield from _text(component.content)
        case ComponentMedia() | File():
            yield _component_file(component)
        case Button():
            yield from _emoji(component.emoji)
        case Select():
            yield from _options(component)
        case _:
            pass


def _component_file(component: ComponentMedia | File) -> WantedMedia:
    if isinstance(component, File):
        return WantedMedia(
            url=component.url,
            kind=MediaKind.ATTACHMENT,
            name=component.name,
            size=component.size,
            content_type=component.content_type,
        )
    return WantedMedia(url=component.media_url, kind=MediaKind.IMAGE, content_type=component.content_type)


def _options(select: Select) -> Iterator[WantedMedia]:
    for option in select.options:
        if isinstance(option, SelectOption):
            yield from _emoji(option.emoji)
