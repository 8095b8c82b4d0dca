"""What administrators set inside Discord: settings, the forms that ask for them, and the chapters that hold the forms.

A chapter is a value: its forms, and the fields of ``GuildConfig`` that their settings set. Its page, the forms,
conflicts and undo follow from it, with the texts ``settings_chapter_<chapter>``, ``settings_form_<form>`` and, for each
setting, ``settings_label_<key>`` and ``settings_help_<key>``. What the bot needs for a new place and the file of
settings do not follow from it; CONTRIBUTING.md lists all that belongs to a setting.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from ticketbot.tickets import blocks, canned_replies, limits, panels, setting_values, topics
from ticketbot.tickets.form_files import FileKind
from ticketbot.tickets.ids import ChannelId, RoleId, TopicId, UserId
from ticketbot.tickets.model import ClaimMode, Language
from ticketbot.tickets.topics import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.tickets.server_names import NamedKind

Read: TypeAlias = Callable[[str], object]


DEFAULT: Final = "default"
"""The choice of what holds where nothing is set."""


SWITCH_VALUES: Final = {"yes": True, "no": False}
"""The choices of a switch."""


class Kind(StrEnum):
    """How a setting is asked for."""

    LINE = auto()
    TEXT = auto()
    LINES = auto()
    """Several texts, each on a line of its own; ``most`` is the characters of all together."""
    NUMBER = auto()
    """A whole number from 1."""
    CHOICE = auto()
    """One of a few; the texts ``settings_choice_<name>_<choice>`` name them."""
    SEVERAL = auto()
    """Any number of a few; the texts ``settings_choice_<name>_<choice>`` name them."""
    SWITCH = auto()
    """Yes or no."""
    MEMBERS = auto()
    ROLES = auto()
    CATEGORY = auto()
    CATEGORIES = auto()
    TEXT_CHANNEL = auto()
    TOPICS = auto()


@attrs.frozen(kw_only=True)
class Setting:
    """One thing that administrators set; what is not set has its default."""

    name: str
    """The field that holds it, of ``GuildConfig``, of ``Topic`` or of an entry of a list."""
    kind: Kind
    most: int = 1
    """Characters of a text, the largest number, or how many roles or categories."""
    is_required: bool = False
    choices: tuple[str, ...] = ()
    read: Read = str
    """Makes the value from what was typed or chosen; raises ``ValueError`` for what is not valid."""
    is_place: bool = False
    """Whether the bot needs permissions for it, so that these are checked before it is saved."""
    of: str = ""
    """What it belongs to, where another setting of the same name has other texts."""

    @property
    def key(self) -> str:
        """What its texts are called."""
        return f"{self.of}_{self.name}" if self.of else self.name


@attrs.frozen(kw_only=True)
class Form:
    """One modal of at most five settings."""

    name: str
    settings: tuple[Setting, ...]


@attrs.frozen(kw_only=True)
class Chapter:
    """One page of a server's settings."""

    name: str
    forms: tuple[Form, ...] = ()


_WITH_DEFAULT: Final = frozenset({Kind.CHOICE, Kind.SWITCH})
"""Settings of which one choice stands for what holds where nothing is set."""


class InvalidSettingError(ValueError):
    """What was typed into a form is not valid; ``name`` is the setting."""

    def __init__(self, name: str, typed: str) -> None:
        super().__init__(name)
        self.name = name
        self.typed = typed


def parse(setting: Setting, given: object) -> object:
    """Return the value of what was put into a field; None or an empty tuple is not set.

    Raises
    ------
    InvalidSettingError
        It is not valid.
    """
    chosen = tuple(str(one) for one in given) if isinstance(given, tuple) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - from a modal
    text = given.strip() if isinstance(given, str) else ""
    if setting.kind in _IDS:
        return _ids(setting, chosen or ())
    if setting.kind is Kind.LINES:
        return tuple(line.strip() for line in text.splitlines() if line.strip())
    if setting.kind is Kind.SEVERAL:
        return tuple(setting.read(one) for one in setting.choices if one in (chosen or ()))
    if chosen is not None:
        text = next(iter(chosen), "")
    if not text or (text == DEFAULT and setting.kind in _WITH_DEFAULT):
        if setting.is_required:
            raise InvalidSettingError(setting.name, "")
        return None
    try:
        return _read(setting, text)
    except (KeyError, ValueError):
        raise InvalidSettingError(setting.name, text) from None


def _ids(setting: Setting, chosen: tuple[str, ...]) -> object:
    one = _IDS[setting.kind]
    ids = tuple(one(int(value)) for value in chosen if value.isascii() and value.isdecimal())
    if setting.is_required and not ids:
        raise InvalidSettingError(setting.name, "")
    return ids if setting.kind in _SEVERAL else next(iter(ids), None)


def _read(setting: Setting, text: str) -> object:
    if setting.kind is Kind.NUMBER:
        return _number(text, setting.most)
    if setting.kind is Kind.SWITCH:
        return SWITCH_VALUES[text]
    if setting.kind is Kind.CHOICE and text not in setting.choices:
        raise ValueError(text)
    return setting.read(text)


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise ValueError
    return int(text)


_IDS: Final[dict[Kind, Callable[[int], int]]] = {
    Kind.MEMBERS: UserId,
    Kind.ROLES: RoleId,
    Kind.CATEGORY: ChannelId,
    Kind.CATEGORIES: ChannelId,
    Kind.TEXT_CHANNEL: ChannelId,
    Kind.TOPICS: TopicId,
}
_SEVERAL: Final = frozenset({Kind.MEMBERS, Kind.ROLES, Kind.CATEGORIES, Kind.TOPICS})

OVERFLOW: Final = Setting(name="overflow_category_ids", kind=Kind.CATEGORIES, most=topics.OVERFLOW_LIMIT, is_place=True)

CLAIM_MODE: Final = Setting(name="claim_mode", kind=Kind.CHOICE, choices=tuple(ClaimMode), read=ClaimMode)

TOPIC_FORMS: Final = (
    Form(
        name="topic_texts",
        settings=(
            Setting(name="name", kind=Kind.LINE, most=topics.NAME_LIMIT, is_required=True),
            Setting(name="emoji", kind=Kind.LINE, most=60),
            Setting(name="description", kind=Kind.LINE, most=topics.DESCRIPTION_LIMIT),
            Setting(name="channel_name", kind=Kind.LINE, most=topics.PATTERN_LIMIT),
        ),
    ),
    Form(
        name="topic_welcome",
        settings=(
            Setting(name="welcome_title", kind=Kind.LINE, most=topics.WELCOME_TITLE_LIMIT),
            Setting(name="welcome_text", kind=Kind.TEXT, most=topics.WELCOME_TEXT_LIMIT),
        ),
    ),
    Form(
        name="topic_team",
        settings=(
            Setting(name="staff_role_ids", kind=Kind.ROLES, most=topics.ROLES_LIMIT, is_place=True),
            Setting(name="category_id", kind=Kind.CATEGORY, is_place=True),
            OVERFLOW,
            Setting(name="transcript_channel_id", kind=Kind.TEXT_CHANNEL, is_place=True),
        ),
    ),
    Form(
        name="topic_rules",
        settings=(
            Setting(name="required_role_ids", kind=Kind.ROLES, most=topics.ROLES_LIMIT),
            Setting(name="max_open_tickets", kind=Kind.NUMBER, most=topics.OPEN_TICKETS_LIMIT),
            CLAIM_MODE,
        ),
    ),
)
"""The forms of one topic's page."""

REPLY_FORM: Final = Form(
    name="reply",
    settings=(
        Setting(name="name", kind=Kind.LINE, most=canned_replies.NAME_LIMIT, is_required=True, of="reply"),
        Setting(name="text", kind=Kind.TEXT, most=canned_replies.TEXT_LIMIT, is_required=True, of="reply"),
    ),
)
_BLOCK_END: Final = (
    Setting(name="until", kind=Kind.LINE, most=40, of="block"),
    Setting(name="reason", kind=Kind.LINE, most=blocks.REASON_LIMIT, of="block"),
)
BLOCK_FORM: Final = Form(
    name="block",
    settings=(
        Setting(name="members", kind=Kind.MEMBERS, most=10, of="block"),
        Setting(name="roles", kind=Kind.ROLES, most=10, of="block"),
        *_BLOCK_END,
    ),
)
BLOCK_END_FORM: Final = Form(name="block_end", settings=_BLOCK_END)
PANEL_FORM: Final = Form(
    name="further_panel",
    settings=(
        Setting(name="channel_id", kind=Kind.TEXT_CHANNEL, is_required=True, of="further_panel"),
        Setting(name="title", kind=Kind.LINE, most=panels.TITLE_LIMIT, of="further_panel"),
        Setting(name="text", kind=Kind.TEXT, most=panels.TEXT_LIMIT, of="further_panel"),
        Setting(name="topic_ids", kind=Kind.TOPICS, most=topics.TOPICS_LIMIT, of="further_panel"),
    ),
)
LIST_FORMS: Final = (REPLY_FORM, BLOCK_FORM, BLOCK_END_FORM, PANEL_FORM)
"""The forms of entries of lists; ``settings_lists`` says what becomes of them."""

CHAPTERS: Final = (
    Chapter(name="panels"),
    Chapter(name="topics", forms=(Form(name="overflow", settings=(OVERFLOW,)),)),
    Chapter(
        name="access",
        forms=(
            Form(
                name="access",
                settings=(
                    Setting(name="max_open_tickets", kind=Kind.NUMBER, most=topics.OPEN_TICKETS_LIMIT, of="server"),
                    Setting(name="max_openings", kind=Kind.NUMBER, most=limits.OPENINGS),
                ),
            ),
        ),
    ),
    Chapter(
        name="claiming",
        forms=(
            Form(
                name="claiming",
                settings=(
                    CLAIM_MODE,
                    Setting(name="openers_may_add", kind=Kind.SWITCH),
                    Setting(name="has_notes", kind=Kind.SWITCH, is_place=True),
                ),
            ),
        ),
    ),
    Chapter(
        name="closing",
        forms=(
            Form(
                name="closing",
                settings=(
                    Setting(name="only_staff_closes", kind=Kind.SWITCH),
                    Setting(name="asks_before_closing", kind=Kind.SWITCH),
                    Setting(name="closed_category_id", kind=Kind.CATEGORY, is_place=True),
                    Setting(name="signs_state", kind=Kind.SWITCH),
                    Setting(name="tells_opener", kind=Kind.SWITCH),
                ),
            ),
        ),
    ),
    Chapter(
        name="texts",
        forms=(
            Form(
                name="looks",
                settings=(
                    Setting(
                        name="language",
                        kind=Kind.CHOICE,
                        is_required=True,
                        choices=tuple(Language),
                        read=Language,
                    ),
                ),
            ),
            Form(
                name="appearance",
                settings=(
                    Setting(name="color", kind=Kind.LINE, most=8, read=setting_values.color),
                    Setting(name="time_zone", kind=Kind.LINE, most=60, read=setting_values.time_zone),
                ),
            ),
            Form(
                name="panel_words",
                settings=(
                    Setting(name="panel_title", kind=Kind.LINE, most=panels.TITLE_LIMIT),
                    Setting(name="panel_text", kind=Kind.TEXT, most=panels.TEXT_LIMIT),
                ),
            ),
            Form(
                name="welcome_words",
                settings=(
                    Setting(name="welcome_title", kind=Kind.LINE, most=topics.WELCOME_TITLE_LIMIT, of="server"),
                    Setting(name="welcome_text", kind=Kind.TEXT, most=topics.WELCOME_TEXT_LIMIT, of="server"),
                ),
            ),
        ),
    ),
    Chapter(name="replies"),
    Chapter(name="data"),
)
"""All chapters, in the order of the page."""

SECTION_FORM: Final = Form(
    name="section",
    settings=(
        Setting(name="title", kind=Kind.LINE, most=topics.SECTION_TITLE_LIMIT, is_required=True),
        Setting(name="text", kind=Kind.TEXT, most=topics.SECTION_TEXT_LIMIT, is_required=True),
    ),
)
"""The form of one section of a topic's welcome."""

_QUESTION: Final = (
    Setting(name="label", kind=Kind.LINE, most=topics.LABEL_LIMIT, is_required=True),
    Setting(name="help", kind=Kind.LINE, most=topics.HELP_LIMIT),
    Setting(name="is_required", kind=Kind.SWITCH, is_required=True),
)
_LENGTHS: Final = (
    Setting(name="min_length", kind=Kind.NUMBER, most=topics.ANSWER_LIMIT),
    Setting(name="max_length", kind=Kind.NUMBER, most=topics.ANSWER_LIMIT),
)
_CHOICES: Final = (
    Setting(name="choices", kind=Kind.LINES, most=topics.CHOICES_LIMIT * (topics.CHOICE_LIMIT + 1), is_required=True),
)
_FILE_KINDS: Final = (
    Setting(name="file_kinds", kind=Kind.SEVERAL, most=len(FileKind), choices=tuple(FileKind), read=FileKind),
)
_OWN: Final[Mapping[QuestionKind, tuple[Setting, ...]]] = {
    QuestionKind.SHORT: _LENGTHS,
    QuestionKind.LONG: _LENGTHS,
    QuestionKind.CHOICE: _CHOICES,
    QuestionKind.SEVERAL: _CHOICES,
    QuestionKind.FILES: _FILE_KINDS,
}
QUESTION_FORMS: Final[Mapping[QuestionKind, Form]] = {
    kind: Form(name=f"question_{kind}", settings=(*_QUESTION, *_OWN.get(kind, ()))) for kind in QuestionKind
}
"""The form of one question of a topic, by its kind."""
QUESTION_KIND: Final = Setting(name="kind", kind=Kind.CHOICE, choices=tuple(QuestionKind), read=QuestionKind)
"""What a question asks for: chosen by a button, before its form."""

REPLACED: Final[Mapping[NamedKind, Setting]] = {
    "category": Setting(name="category", kind=Kind.CATEGORY, of="replaced"),
    "channel": Setting(name="channel", kind=Kind.TEXT_CHANNEL, of="replaced"),
    "role": Setting(name="role", kind=Kind.ROLES, of="replaced"),
    "emoji": Setting(name="emoji", kind=Kind.LINE, most=60, of="replaced"),
}
"""How an import asks for what a file names and the server does not have."""

CHAPTER_BY_NAME: Final = {chapter.name: chapter for chapter in CHAPTERS}
FORM_BY_NAME: Final = {
    form.name: form for form in (*TOPIC_FORMS, *LIST_FORMS, *(form for one in CHAPTERS for form in one.forms))
}
SERVER_SETTINGS: Final = {
    setting.name: setting for chapter in CHAPTERS for form in chapter.forms for setting in form.settings
}
"""The settings of ``GuildConfig``, by name."""
PLACES: Final = frozenset(
    setting.name for form in FORM_BY_NAME.values() for setting in form.settings if setting.is_place
)
"""The settings whose values the bot needs permissions for."""
