"""Render components, of both versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ticketbot.transcripts.escape import escape, link
from ticketbot.transcripts.model.attachments import AttachmentKind
from ticketbot.transcripts.model.components import (
    ActionRow,
    Button,
    ButtonStyle,
    Checkbox,
    Component,
    ComponentMedia,
    Container,
    File,
    FileUpload,
    Label,
    MediaGallery,
    OptionGroup,
    Section,
    Select,
    SelectDefault,
    SelectOption,
    Separator,
    TextDisplay,
    TextInput,
)
from ticketbot.transcripts.model.media import MediaKind
from ticketbot.transcripts.model.unreadable import Unreadable
from ticketbot.transcripts.rendering import files, fragments
from ticketbot.transcripts.rendering.placeholders import DisplayedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ticketbot.transcripts.rendering.context import RenderContext


def render(parts: Iterable[Component], context: RenderContext) -> str:
    """Render components one below the other."""
    return "".join([_component(part, context) for part in parts])


def _component(part: Component, context: RenderContext) -> str:
    return _RENDERERS[type(part)](part, context)


def _action_row(row: ActionRow, context: RenderContext) -> str:
    return f'<div class="k-r">{render(row.components, context)}</div>'


def _button(button: Button, context: RenderContext) -> str:
    text = button.label or (context.strings.message.premium if button.style is ButtonStyle.PREMIUM else "")
    label = f"{context.any_emoji(button.emoji)} {escape(text)}".strip()
    target = link(button.url)
    if target is not None:
        return f'<a class="k-b" href="{target}">{label}</a>'
    off = f" <small>({escape(context.strings.message.disabled)})</small>" if button.is_disabled else ""
    url = f" <small>{escape(button.url)}</small>" if button.url else ""
    return f'<span class="k-b k-{button.style}">{label}{off}{url}</span>'


def _select(select: Select, context: RenderContext) -> str:
    strings = context.strings.message
    off = f" <small>({escape(strings.disabled)})</small>" if select.is_disabled else ""
    options = "".join(_option(option, context) for option in (*select.options, *select.defaults))
    summary = f"{escape(select.placeholder or strings.select)}{off}"
    if not options:
        return f'<div class="k-s">{summary}</div>'
    return f'<details class="k-s"><summary>{summary}</summary><ul>{options}</ul></details>'


def _option(option: SelectOption | SelectDefault | Unreadable, context: RenderContext) -> str:
    if isinstance(option, Unreadable):
        return f"<li>{fragments.unreadable(option, context)}</li>"
    if isinstance(option, SelectDefault):
        write = {"role": context.role, "channel": context.channel}.get(option.type, context.user)
        return f"<li>{write(option.id)}</li>"
    label = f"{context.any_emoji(option.emoji)} {escape(option.label)}".strip()
    chosen = f" <small>({escape(context.strings.message.chosen)})</small>" if option.is_default else ""
    description = f"<br><small>{escape(option.description)}</small>" if option.description else ""
    return f"<li>{label}{chosen}{description}</li>"


def _text_input(field: TextInput, context: RenderContext) -> str:
    del context
    shown = field.value or field.placeholder
    return f'<div class="k-s"><b>{escape(field.label)}</b><div>{escape(shown)}</div></div>'


def _label(label: Label, context: RenderContext) -> str:
    description = f"<p>{escape(label.description)}</p>" if label.description else ""
    inner = "" if label.component is None else _component(label.component, context)
    return f'<div class="k-s"><b>{escape(label.label)}</b>{description}<div>{inner}</div></div>'


def _file_upload(upload: FileUpload, context: RenderContext) -> str:
    del upload
    return f'<div class="k-s">📎 {escape(context.strings.message.upload)}</div>'


def _option_group(group: OptionGroup, context: RenderContext) -> str:
    return f'<div class="k-s"><ul>{"".join(_option(option, context) for option in group.options)}</ul></div>'


def _checkbox(checkbox: Checkbox, context: RenderContext) -> str:
    strings = context.strings.message
    return f"<span>{f'☑ {strings.checked}' if checkbox.is_checked else f'☐ {strings.unchecked}'}</span>"


def _text_display(display: TextDisplay, context: RenderContext) -> str:
    return f'<div class="k-t">{context.text(display.content)}</div>'


def _section(section: Section, context: RenderContext) -> str:
    accessory = "" if section.accessory is None else f"<div>{_component(section.accessory, context)}</div>"
    return f'<div class="k-x"><div>{render(section.components, context)}</div>{accessory}</div>'


def _media(media: ComponentMedia, context: RenderContext) -> str:
    kind = AttachmentKind.of(media.content_type)
    shown = DisplayedFile(
        url=media.media_url,
        kind=kind if kind is not AttachmentKind.FILE else AttachmentKind.IMAGE,
        description=media.description,
        width=media.width,
        height=media.height,
        source=media.url,
        content_type=media.content_type,
    )
    written = files.render_file(shown, context)
    return fragments.spoiler(written, context) if media.is_spoiler else written


def _media_gallery(gallery: MediaGallery, context: RenderContext) -> str:
    return f'<div class="k-g">{render(gallery.items, context)}</div>'


def _file(file: File, context: RenderContext) -> str:
    shown = DisplayedFile(
        url=file.url,
        kind=AttachmentKind.of(file.content_type),
        name=file.name,
        size=file.size,
        media_kind=MediaKind.ATTACHMENT,
        content_type=file.content_type,
    )
    written = files.render_file(shown, context)
    return fragments.spoiler(written, context) if file.is_spoiler else written


def _separator(separator: Separator, context: RenderContext) -> str:
    del context
    large = " large" if separator.is_large else ""
    return f'<hr class="k-h{large}">' if separator.has_divider else f'<div class="k-h{large}"></div>'


def _container(container: Container, context: RenderContext) -> str:
    edge = context.stylesheet.edge_color(container.accent_color)
    written = f'<div class="k-c{edge}">{render(container.components, context)}</div>'
    return fragments.spoiler(written, context) if container.is_spoiler else written


_RENDERERS: Final[Mapping[type, Callable[[Any, RenderContext], str]]] = {
    ActionRow: _action_row,
    Button: _button,
    Checkbox: _checkbox,
    ComponentMedia: _media,
    Container: _container,
    File: _file,
    FileUpload: _file_upload,
    Label: _label,
    MediaGallery: _media_gallery,
    OptionGroup: _option_group,
    Section: _section,
    Select: _select,
    Separator: _separator,
    TextDisplay: _text_display,
    TextInput: _text_input,
    Unreadable: fragments.unreadable,
}
