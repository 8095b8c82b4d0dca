"""Components, of the first and the second version."""

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
    SelectKind,
    SelectOption,
    Separator,
    TextDisplay,
    TextInput,
)
from ticketbot.transcripts.decoding import fields, people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DEPTH: Final = 8
"""Levels of nesting that are shown; Discord itself has four."""
_LARGE: Final = 2


def components(values: object, depth: int = 0) -> tuple[Component, ...]:
    """Take a list of components."""
    if not values:
        return ()
    return fields.each("component", lambda raw: _component(raw, depth), values)


def _component(raw: Mapping[str, Any], depth: int) -> Component:
    decode = _KINDS.get(fields.integer(raw, "type"))
    if decode is None or depth > _DEPTH:
        raise fields.MalformedError
    return decode(raw, depth)


def _action_row(raw: Mapping[str, Any], depth: int) -> ActionRow:
    return ActionRow(components=components(raw.get("components"), depth + 1))


_STYLES: Final = dict(enumerate(ButtonStyle, start=1))


def _button(raw: Mapping[str, Any], depth: int) -> Button:
    del depth
    return Button(
        label=fields.text(raw, "label"),
        emoji=people.optional_emoji(raw.get("emoji")),
        style=_STYLES.get(fields.integer(raw, "style"), ButtonStyle.SECONDARY),
        url=fields.text(raw, "url"),
        is_disabled=raw.get("disabled") is True,
    )


_SELECTS: Final = {
    3: SelectKind.STRING,
    5: SelectKind.USER,
    6: SelectKind.ROLE,
    7: SelectKind.MENTIONABLE,
    8: SelectKind.CHANNEL,
}


def _select(raw: Mapping[str, Any], depth: int) -> Select:
    del depth
    return Select(
        kind=_SELECTS[fields.integer(raw, "type")],
        placeholder=fields.text(raw, "placeholder"),
        options=fields.each("component", _option, raw.get("options")),
        defaults=fields.each("component", _default, raw.get("default_values")),
        is_disabled=raw.get("disabled") is True,
    )


def _option(raw: Mapping[str, Any]) -> SelectOption:
    return SelectOption(
        label=fields.text(raw, "label"),
        description=fields.text(raw, "description"),
        emoji=people.optional_emoji(raw.get("emoji")),
        is_default=raw.get("default") is True,
    )


def _default(raw: Mapping[str, Any]) -> SelectDefault:
    return SelectDefault(type=fields.text(raw, "type"), id=fields.snowflake(raw.get("id")))


def _text_input(raw: Mapping[str, Any], depth: int) -> TextInput:
    del depth
    return TextInput(
        label=fields.text(raw, "label"), value=fields.text(raw, "value"), placeholder=fields.text(raw, "placeholder")
    )


def _section(raw: Mapping[str, Any], depth: int) -> Section:
    accessory = raw.get("accessory")
    return Section(
        components=components(raw.get("components"), depth + 1),
        accessory=None
        if accessory is None
        else fields.one("component", lambda inner: _component(inner, depth + 1), accessory),
    )


def _text_display(raw: Mapping[str, Any], depth: int) -> TextDisplay:
    del depth
    return TextDisplay(content=fields.text(raw, "content"))


def _thumbnail(raw: Mapping[str, Any], depth: int = 0) -> ComponentMedia:
    del depth
    media = fields.mapping(raw.get("media"))
    url = fields.text(media, "url")
    return ComponentMedia(
        url=url,
        media_url=fields.text(media, "proxy_url") or url,
        description=fields.text(raw, "description"),
        content_type=fields.text(media, "content_type"),
        width=fields.integer(media, "width"),
        height=fields.integer(media, "height"),
        is_spoiler=raw.get("spoiler") is True,
    )


def _media_gallery(raw: Mapping[str, Any], depth: int) -> MediaGallery:
    del depth
    return MediaGallery(items=fields.each("component", _thumbnail, raw.get("items")))


def _file(raw: Mapping[str, Any], depth: int) -> File:
    del depth
    media = fields.mapping(raw.get("file"))
    url = fields.text(media, "url")
    return File(
        name=fields.text(raw, "name") or url.partition("?")[0].rpartition("/")[2],
        url=url,
        size=fields.integer(raw, "size"),
        content_type=fields.text(media, "content_type"),
        is_spoiler=raw.get("spoiler") is True,
    )


def _separator(raw: Mapping[str, Any], depth: int) -> Separator:
    del depth
    return Separator(has_divider=raw.get("divider") is not False, is_large=fields.integer(raw, "spacing") == _LARGE)


def _container(raw: Mapping[str, Any], depth: int) -> Container:
    return Container(
        components=components(raw.get("components"), depth + 1),
        accent_color=fields.color(raw.get("accent_color")),
        is_spoiler=raw.get("spoiler") is True,
    )


_KINDS: Final[Mapping[int, Callable[[Mapping[str, Any], int], Component]]] = {
    1: _action_row,
    2: _button,
    3: _select,
    4: _text_input,
    5: _select,
    6: _select,
    7: _select,
    8: _select,
    9: _section,
    10: _text_display,
    11: _thumbnail,
    12: _media_gallery,
    13: _file,
    14: _separator,
    17: _container,
}
