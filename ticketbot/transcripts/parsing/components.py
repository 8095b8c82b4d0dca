"""Parse components, of both versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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
    SelectKind,
    SelectOption,
    Separator,
    TextDisplay,
    TextInput,
)
from ticketbot.transcripts.parsing import json_fields, users

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DEPTH: Final = 8
"""Levels of nesting that are rendered; Discord has four."""
_LARGE: Final = 2


def parse_components(values: object, depth: int = 0) -> tuple[Component, ...]:
    """Parse a list of components."""
    if not values:
        return ()
    return json_fields.parse_each("component", lambda raw: _component(raw, depth), values)


def _component(raw: Mapping[str, Any], depth: int) -> Component:
    decode = _KINDS.get(json_fields.integer(raw, "type"))
    if decode is None or depth > _DEPTH:
        raise json_fields.MalformedError
    return decode(raw, depth)


def _action_row(raw: Mapping[str, Any], depth: int) -> ActionRow:
    return ActionRow(components=parse_components(raw.get("components"), depth + 1))


_STYLES: Final = dict(enumerate(ButtonStyle, start=1))


def _button(raw: Mapping[str, Any], depth: int) -> Button:
    del depth
    return Button(
        label=json_fields.text(raw, "label"),
        emoji=users.parse_optional_emoji(raw.get("emoji")),
        style=_STYLES.get(json_fields.integer(raw, "style"), ButtonStyle.SECONDARY),
        url=json_fields.text(raw, "url"),
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
        kind=_SELECTS[json_fields.integer(raw, "type")],
        placeholder=json_fields.text(raw, "placeholder"),
        options=json_fields.parse_each("component", _option, raw.get("options")),
        defaults=json_fields.parse_each("component", _default, raw.get("default_values")),
        is_disabled=raw.get("disabled") is True,
    )


def _option(raw: Mapping[str, Any]) -> SelectOption:
    return SelectOption(
        label=json_fields.text(raw, "label"),
        description=json_fields.text(raw, "description"),
        emoji=users.parse_optional_emoji(raw.get("emoji")),
        is_default=raw.get("default") is True,
    )


def _default(raw: Mapping[str, Any]) -> SelectDefault:
    return SelectDefault(type=json_fields.text(raw, "type"), id=json_fields.snowflake(raw.get("id")))


def _text_input(raw: Mapping[str, Any], depth: int) -> TextInput:
    del depth
    return TextInput(
        label=json_fields.text(raw, "label"),
        value=json_fields.text(raw, "value"),
        placeholder=json_fields.text(raw, "placeholder"),
    )


def _label(raw: Mapping[str, Any], depth: int) -> Label:
    inner = raw.get("component")
    return Label(
        label=json_fields.text(raw, "label"),
        description=json_fields.text(raw, "description"),
        component=None
        if inner is None
        else json_fields.parse_one("component", lambda found: _component(found, depth + 1), inner),
    )


def _file_upload(raw: Mapping[str, Any], depth: int) -> FileUpload:
    del raw, depth
    return FileUpload()


def _option_group(raw: Mapping[str, Any], depth: int) -> OptionGroup:
    del depth
    return OptionGroup(options=json_fields.parse_each("component", _option, raw.get("options")))


def _checkbox(raw: Mapping[str, Any], depth: int) -> Checkbox:
    del depth
    return Checkbox(is_checked=raw.get("default") is True or raw.get("value") is True)


def _section(raw: Mapping[str, Any], depth: int) -> Section:
    accessory = raw.get("accessory")
    return Section(
        components=parse_components(raw.get("components"), depth + 1),
        accessory=None
        if accessory is None
        else json_fields.parse_one("component", lambda inner: _component(inner, depth + 1), accessory),
    )


def _text_display(raw: Mapping[str, Any], depth: int) -> TextDisplay:
    del depth
    return TextDisplay(content=json_fields.text(raw, "content"))


def _thumbnail(raw: Mapping[str, Any], depth: int = 0) -> ComponentMedia:
    del depth
    media = json_fields.mapping(raw.get("media"))
    url = json_fields.text(media, "url")
    return ComponentMedia(
        url=url,
        media_url=json_fields.text(media, "proxy_url") or url,
        description=json_fields.text(raw, "description"),
        content_type=json_fields.text(media, "content_type"),
        width=json_fields.integer(media, "width"),
        height=json_fields.integer(media, "height"),
        is_spoiler=raw.get("spoiler") is True,
    )


def _media_gallery(raw: Mapping[str, Any], depth: int) -> MediaGallery:
    del depth
    return MediaGallery(items=json_fields.parse_each("component", _thumbnail, raw.get("items")))


def _file(raw: Mapping[str, Any], depth: int) -> File:
    del depth
    media = json_fields.mapping(raw.get("file"))
    url = json_fields.text(media, "url")
    return File(
        name=json_fields.text(raw, "name") or url.partition("?")[0].rpartition("/")[2],
        url=url,
        size=json_fields.integer(raw, "size"),
        content_type=json_fields.text(media, "content_type"),
        is_spoiler=raw.get("spoiler") is True,
    )


def _separator(raw: Mapping[str, Any], depth: int) -> Separator:
    del depth
    return Separator(
        has_divider=raw.get("divider") is not False, is_large=json_fields.integer(raw, "spacing") == _LARGE
    )


def _container(raw: Mapping[str, Any], depth: int) -> Container:
    return Container(
        components=parse_components(raw.get("components"), depth + 1),
        accent_color=json_fields.color(raw.get("accent_color")),
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
    # those of forms, which Discord allows in no message so far
    18: _label,
    19: _file_upload,
    21: _option_group,
    22: _option_group,
    23: _checkbox,
}
