"""The values of a message's components."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

import attrs

from ticketbot.transcripts.model.unreadable import Unreadable

if TYPE_CHECKING:
    from ticketbot.transcripts.model.emojis import Emoji


class ButtonStyle(StrEnum):
    """How a button looks."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SUCCESS = "success"
    DANGER = "danger"
    LINK = "link"
    PREMIUM = "premium"


@attrs.frozen(kw_only=True)
class Button:
    """A button."""

    label: str = ""
    emoji: Emoji | None = None
    style: ButtonStyle = ButtonStyle.SECONDARY
    url: str = ""
    is_disabled: bool = False


@attrs.frozen(kw_only=True)
class SelectOption:
    """One choice of a select menu."""

    label: str
    description: str = ""
    emoji: Emoji | None = None
    is_default: bool = False


class SelectKind(StrEnum):
    """What a select menu chooses from."""

    STRING = "string"
    USER = "user"
    ROLE = "role"
    MENTIONABLE = "mentionable"
    CHANNEL = "channel"


@attrs.frozen(kw_only=True)
class SelectDefault:
    """A user, role or channel that a select menu starts with."""

    type: str
    id: int


@attrs.frozen(kw_only=True)
class Select:
    """A select menu."""

    kind: SelectKind = SelectKind.STRING
    placeholder: str = ""
    options: tuple[SelectOption | Unreadable, ...] = ()
    defaults: tuple[SelectDefault | Unreadable, ...] = ()
    is_disabled: bool = False


@attrs.frozen(kw_only=True)
class TextInput:
    """A text input and its value."""

    label: str = ""
    value: str = ""
    placeholder: str = ""


@attrs.frozen(kw_only=True)
class Label:
    """What a form writes around an input."""

    label: str = ""
    description: str = ""
    component: Component | None = None


@attrs.frozen(kw_only=True)
class FileUpload:
    """An input for files."""


@attrs.frozen(kw_only=True)
class OptionGroup:
    """Radio buttons or checkboxes."""

    options: tuple[SelectOption | Unreadable, ...] = ()


@attrs.frozen(kw_only=True)
class Checkbox:
    """A single checkbox."""

    is_checked: bool = False


@attrs.frozen(kw_only=True)
class ActionRow:
    """A row of buttons, or a select menu."""

    components: tuple[Component, ...] = ()


@attrs.frozen(kw_only=True)
class TextDisplay:
    """A text in Discord's markdown."""

    content: str


@attrs.frozen(kw_only=True)
class ComponentMedia:
    """An image or video among components: a thumbnail, or an item of a gallery."""

    url: str
    media_url: str
    description: str = ""
    content_type: str = ""
    width: int = 0
    height: int = 0
    is_spoiler: bool = False


@attrs.frozen(kw_only=True)
class Section:
    """Texts beside a thumbnail or a button."""

    components: tuple[Component, ...] = ()
    accessory: Component | None = None


@attrs.frozen(kw_only=True)
class MediaGallery:
    """Images and videos side by side."""

    items: tuple[ComponentMedia | Unreadable, ...] = ()


@attrs.frozen(kw_only=True)
class File:
    """A file among components."""

    name: str
    url: str
    size: int = 0
    content_type: str = ""
    is_spoiler: bool = False


@attrs.frozen(kw_only=True)
class Separator:
    """Space between components, with a line or without."""

    has_divider: bool = True
    is_large: bool = False


@attrs.frozen(kw_only=True)
class Container:
    """Components in a frame; an accent of 0 is black, None is none."""

    components: tuple[Component, ...] = ()
    accent_color: int | None = None
    is_spoiler: bool = False


Component: TypeAlias = (
    ActionRow
    | Button
    | Select
    | TextInput
    | Label
    | FileUpload
    | OptionGroup
    | Checkbox
    | Section
    | TextDisplay
    | ComponentMedia
    | MediaGallery
    | File
    | Separator
    | Container
    | Unreadable
)
