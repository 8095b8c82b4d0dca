"""Components: buttons and menus, and the texts, pictures and frames of their second version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ticketbot.transcripts.components import (
    ActionRow,
    Button,
    ButtonStyle,
    Component,
    ComponentMedia,
    Container,
    File,
    MediaGallery,
    Section,
    Select,
    SelectDefault,
    SelectOption,
    Separator,
    TextDisplay,
    TextInput,
)
from ticketbot.transcripts.escape import escape, link
from ticketbot.transcripts.model import AttachmentKind, Unreadable
from ticketbot.transcripts.writing import files, frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ticketbot.transcripts.writing.scribe import Scribe


def components(parts: Iterable[Component], scribe: Scribe) -> str:
    """Write components one below the other."""
    return "".join([_component(part, scribe) for part in parts])


def _component(part: Component, scribe: Scribe) -> str:
    return _WRITERS[type(part)](part, scribe)


def _action_row(row: ActionRow, scribe: Scribe) -> str:
    return f'<div class="k-r">{components(row.components, scribe)}</div>'


def _button(button: Button, scribe: Scribe) -> str:
    words = button.label or (scribe.words.message.premium if button.style is ButtonStyle.PREMIUM else "")
    label = f"{scribe.any_emoji(button.emoji)} {escape(words)}".strip()
    target = link(button.url)
    if target is not None:
        return f'<a class="k-b" href="{target}">{label}</a>'
    off = f" <small>({escape(scribe.words.message.disabled)})</small>" if button.is_disabled else ""
    url = f" <small>{escape(button.url)}</small>" if button.url else ""
    return f'<span class="k-b k-{button.style}">{label}{off}{url}</span>'


def _select(select: Select, scribe: Scribe) -> str:
    words = scribe.words.message
    off = f" <small>({escape(words.disabled)})</small>" if select.is_disabled else ""
    options = "".join(_option(option, scribe) for option in (*select.options, *select.defaults))
    summary = f"{escape(select.placeholder or words.select)}{off}"
    if not options:
        return f'<div class="k-s">{summary}</div>'
    return f'<details class="k-s"><summary>{summary}</summary><ul>{options}</ul></details>'


def _option(option: SelectOption | SelectDefault | Unreadable, scribe: Scribe) -> str:
    if isinstance(option, Unreadable):
        return f"<li>{frames.unreadable(option, scribe)}</li>"
    if isinstance(option, SelectDefault):
        write = {"role": scribe.role, "channel": scribe.channel}.get(option.type, scribe.user)
        return f"<li>{write(option.id)}</li>"
    label = f"{scribe.any_emoji(option.emoji)} {escape(option.label)}".strip()
    chosen = f" <small>({escape(scribe.words.message.chosen)})</small>" if option.is_default else ""
    description = f"<br><small>{escape(option.description)}</small>" if option.description else ""
    return f"<li>{label}{chosen}{description}</li>"


def _text_input(field: TextInput, scribe: Scribe) -> str:
    del scribe
    shown = field.value or field.placeholder
    return f'<div class="k-s"><b>{escape(field.label)}</b><div>{escape(shown)}</div></div>'


def _text_display(display: TextDisplay, scribe: Scribe) -> str:
    return f'<div class="k-t">{scribe.text(display.content)}</div>'


def _section(section: Section, scribe: Scribe) -> str:
    accessory = "" if section.accessory is None else f"<div>{_component(section.accessory, scribe)}</div>"
    return f'<div class="k-x"><div>{components(section.components, scribe)}</div>{accessory}</div>'


def _media(media: ComponentMedia, scribe: Scribe) -> str:
    kind = AttachmentKind.of(media.content_type)
    shown = files.ShownFile(
        url=media.media_url,
        kind=kind if kind is not AttachmentKind.FILE else AttachmentKind.IMAGE,
        description=media.description,
        width=media.width,
        height=media.height,
        source=media.url,
    )
    written = files.file(shown, scribe)
    return frames.spoiler(written, scribe) if media.is_spoiler else written


def _media_gallery(gallery: MediaGallery, scribe: Scribe) -> str:
    return f'<div class="k-g">{components(gallery.items, scribe)}</div>'


def _file(file: File, scribe: Scribe) -> str:
    shown = files.ShownFile(url=file.url, kind=AttachmentKind.of(file.content_type), name=file.name, size=file.size)
    written = files.file(shown, scribe)
    return frames.spoiler(written, scribe) if file.is_spoiler else written


def _separator(separator: Separator, scribe: Scribe) -> str:
    del scribe
    large = " large" if separator.is_large else ""
    return f'<hr class="k-h{large}">' if separator.has_divider else f'<div class="k-h{large}"></div>'


def _container(container: Container, scribe: Scribe) -> str:
    edge = scribe.styles.edge_color(container.accent_color)
    written = f'<div class="k-c{edge}">{components(container.components, scribe)}</div>'
    return frames.spoiler(written, scribe) if container.is_spoiler else written


_WRITERS: Final[Mapping[type, Callable[[Any, Scribe], str]]] = {
    ActionRow: _action_row,
    Button: _button,
    ComponentMedia: _media,
    Container: _container,
    File: _file,
    MediaGallery: _media_gallery,
    Section: _section,
    Select: _select,
    Separator: _separator,
    TextDisplay: _text_display,
    TextInput: _text_input,
    Unreadable: frames.unreadable,
}
