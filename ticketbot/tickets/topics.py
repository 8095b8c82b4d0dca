"""Topics: the kinds of tickets that a server's administrators set up, and what a valid one is."""

from __future__ import annotations

import re
import string
from collections import Counter
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.tickets import naming
from ticketbot.tickets.form_files import FileKind  # noqa: TC001 - read at run time, to store them
from ticketbot.tickets.ids import ChannelId, Millis, RoleId, TopicId  # noqa: TC001 - read at run time, to store them
from ticketbot.tickets.rules import Rule, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TOPICS_LIMIT: Final = 25
"""Topics of one server; also the options of one select."""
NAME_LIMIT: Final = 80
DESCRIPTION_LIMIT: Final = 100
ROLES_LIMIT: Final = 10
OVERFLOW_LIMIT: Final = 5
WELCOME_TITLE_LIMIT: Final = 200
WELCOME_TEXT_LIMIT: Final = 2000
SECTIONS_LIMIT: Final = 5
SECTION_TITLE_LIMIT: Final = 100
SECTION_TEXT_LIMIT: Final = 500
PATTERN_LIMIT: Final = 60
QUESTIONS_LIMIT: Final = 5
LABEL_LIMIT: Final = 45
HELP_LIMIT: Final = 100
ANSWER_LIMIT: Final = 4000
CHOICES_LIMIT: Final = 25
SEVERAL_LIMIT: Final = 10
CHOICE_LIMIT: Final = 100
OPEN_TICKETS_LIMIT: Final = 25

_SERVER_EMOJI: Final = re.compile(r"<a?:\w{2,32}:\d{17,20}>", re.ASCII)


class ClaimMode(StrEnum):
    """What the other staff see of a ticket that one of them takes care of."""

    SHOW = auto()
    """The same as before."""
    READ_ONLY = auto()
    """They read, and do not write."""
    HIDDEN = auto()
    """They do not see it."""


class QuestionKind(StrEnum):
    """What a question of a form asks for."""

    SHORT = auto()
    """Text on one line."""
    LONG = auto()
    """Text on several lines."""
    CHOICE = auto()
    """One of a list: as radio buttons up to 10, as a select up to 25."""
    SEVERAL = auto()
    """Several of a list, as checkboxes."""
    MEMBER = auto()
    ROLE = auto()
    CHANNEL = auto()
    FILES = auto()
    """Up to 10 files."""


@attrs.frozen(kw_only=True)
class Question:
    """One question of a topic's form."""

    label: str
    kind: QuestionKind
    help: str | None = None
    is_required: bool = True
    min_length: int | None = None
    max_length: int | None = None
    """Characters of a text."""
    choices: tuple[str, ...] = ()
    file_kinds: tuple[FileKind, ...] = ()
    """The kinds of files that are accepted; none: ``DEFAULT_FILE_KINDS``."""


@attrs.frozen(kw_only=True)
class Section:
    """A titled part of a welcome."""

    title: str
    text: str


@attrs.frozen(kw_only=True)
class Topic:
    """One kind of tickets; what is not set is the server's."""

    id: TopicId
    name: str
    emoji: str | None = None
    """One Unicode emoji, or the server's own as ``<:name:id>``."""
    description: str | None = None
    is_enabled: bool = True
    staff_role_ids: tuple[RoleId, ...] = ()
    category_id: ChannelId | None = None
    overflow_category_ids: tuple[ChannelId, ...] = ()
    """Where tickets go when the category is full, in this order."""
    transcript_channel_id: ChannelId | None = None
    welcome_title: str | None = None
    welcome_text: str | None = None
    welcome_sections: tuple[Section, ...] = ()
    channel_name: str | None = None
    """A pattern with ``{number}``, and ``{name}`` and ``{topic}`` if wanted."""
    questions: tuple[Question, ...] = ()
    required_role_ids: tuple[RoleId, ...] = ()
    """Roles of which a member needs one to open such a ticket; none: everybody may."""
    max_open_tickets: int | None = None
    """Live tickets of this topic that one member may have; None: as many as the server's limit allows."""
    claim_mode: ClaimMode | None = None
    """None: the server's."""


@attrs.frozen(kw_only=True)
class FormerTopic:
    """What the open tickets of a deleted topic still need of it."""

    id: TopicId
    name: str
    deleted_at: Millis
    staff_role_ids: tuple[RoleId, ...] = ()
    category_id: ChannelId | None = None
    overflow_category_ids: tuple[ChannelId, ...] = ()
    transcript_channel_id: ChannelId | None = None


def former(topic: Topic, *, at: Millis) -> FormerTopic:
    """Return what stays of a topic that is deleted."""
    return FormerTopic(
        id=topic.id,
        name=topic.name,
        deleted_at=at,
        staff_role_ids=topic.staff_role_ids,
        category_id=topic.category_id,
        overflow_category_ids=topic.overflow_category_ids,
        transcript_channel_id=topic.transcript_channel_id,
    )


class TopicRule(Rule):
    """What a topic, or a list of topics, may break."""

    TOO_MANY = auto()
    NAME = auto()
    NAME_TAKEN = auto()
    EMOJI = auto()
    DESCRIPTION = auto()
    ROLES = auto()
    EVERYONE = auto()
    OVERFLOW = auto()
    WELCOME = auto()
    CHANNEL_NAME = auto()
    QUESTIONS = auto()
    LABEL = auto()
    HELP = auto()
    LENGTHS = auto()
    CHOICES = auto()
    FILE_KINDS = auto()
    OPEN_TICKETS = auto()


def violations(topics: Sequence[Topic], everyone: RoleId) -> Iterator[Violation]:
    """Yield each rule that a server's topics break; ``everyone`` is the id of the server's @everyone."""
    if len(topics) > TOPICS_LIMIT:
        yield Violation(rule=TopicRule.TOO_MANY)
    taken = Counter(name_key(topic.name) for topic in topics)
    for topic in topics:
        if taken[name_key(topic.name)] > 1:
            yield Violation(rule=TopicRule.NAME_TAKEN, topic=topic.name)
        for rule in _broken(topic, everyone):
            yield Violation(rule=rule, topic=topic.name)
        for question in topic.questions:
            for rule in _broken_by(question):
                yield Violation(rule=rule, topic=topic.name, question=question.label)


def name_key(name: str) -> str:
    """Return what two topics of one server may not have in common."""
    return " ".join(name.split()).casefold()


def is_emoji(text: str) -> bool:
    """Return whether a text is one Unicode emoji or a server's own."""
    if _SERVER_EMOJI.fullmatch(text):
        return True
    import emoji as table  # noqa: PLC0415 - its table takes a while to load

    return bool(table.is_emoji(text))


def read_emoji(text: str) -> tuple[str, int] | None:
    """Return the name and the id of a server's own emoji; None for any other text."""
    if not _SERVER_EMOJI.fullmatch(text):
        return None
    _, name, emoji_id = text.rstrip(">").split(":")
    return name, int(emoji_id)


def emoji_id(topic: Topic) -> int | None:
    """Return the id of a topic's emoji, if it has one of a server's own."""
    own = None if topic.emoji is None else read_emoji(topic.emoji)
    return None if own is None else own[1]


def _broken(topic: Topic, everyone: RoleId) -> Iterator[TopicRule]:
    roles = (topic.staff_role_ids, topic.required_role_ids)
    limit = topic.max_open_tickets
    kept = {
        TopicRule.NAME: _fits(topic.name, NAME_LIMIT),
        TopicRule.EMOJI: topic.emoji is None or is_emoji(topic.emoji),
        TopicRule.DESCRIPTION: topic.description is None or _fits(topic.description, DESCRIPTION_LIMIT),
        TopicRule.EVERYONE: all(everyone not in some for some in roles),
        TopicRule.ROLES: all(len(some) <= ROLES_LIMIT for some in roles),
        TopicRule.OVERFLOW: len(topic.overflow_category_ids) <= OVERFLOW_LIMIT,
        TopicRule.WELCOME: _is_welcome(topic),
        TopicRule.CHANNEL_NAME: topic.channel_name is None or is_pattern(topic.channel_name),
        TopicRule.QUESTIONS: len(topic.questions) <= QUESTIONS_LIMIT,
        TopicRule.OPEN_TICKETS: limit is None or 1 <= limit <= OPEN_TICKETS_LIMIT,
    }
    yield from (rule for rule, is_kept in kept.items() if not is_kept)


def _is_welcome(topic: Topic) -> bool:
    texts = [(topic.welcome_title, WELCOME_TITLE_LIMIT), (topic.welcome_text, WELCOME_TEXT_LIMIT)]
    for section in topic.welcome_sections:
        texts += [(section.title, SECTION_TITLE_LIMIT), (section.text, SECTION_TEXT_LIMIT)]
    return len(topic.welcome_sections) <= SECTIONS_LIMIT and all(
        text is None or _fits(text, limit, lines=True) for text, limit in texts
    )


def is_pattern(text: str) -> bool:
    """Return whether a text can be the pattern of channels' names: ``{number}`` is in it, and nothing unknown."""
    if len(text) > PATTERN_LIMIT:
        return False
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        return False
    names = [name for _, name, _, _ in parsed if name is not None]
    is_plain = all(not spec and not conversion for _, name, spec, conversion in parsed if name is not None)
    is_known = is_plain and "number" in names and {*names} <= {"number", "name", "topic"}
    return is_known and naming.pattern_length(text) <= PATTERN_LIMIT


def _broken_by(question: Question) -> Iterator[TopicRule]:
    if not _fits(question.label, LABEL_LIMIT):
        yield TopicRule.LABEL
    if question.help is not None and not _fits(question.help, HELP_LIMIT):
        yield TopicRule.HELP
    least, most = question.min_length or 0, ANSWER_LIMIT if question.max_length is None else question.max_length
    if not 0 <= least <= most or not 1 <= most <= ANSWER_LIMIT:
        yield TopicRule.LENGTHS
    choices = question.choices
    are_choices = all(_fits(choice, CHOICE_LIMIT) for choice in choices) and len(set(choices)) == len(choices)
    if question.kind in _WITH_CHOICES:
        limit = CHOICES_LIMIT if question.kind is QuestionKind.CHOICE else SEVERAL_LIMIT
        are_choices = are_choices and 2 <= len(choices) <= limit  # noqa: PLR2004 - there is something to choose
    elif choices:
        are_choices = False
    if not are_choices:
        yield TopicRule.CHOICES
    kinds = question.file_kinds
    if len(set(kinds)) < len(kinds) or (kinds and question.kind is not QuestionKind.FILES):
        yield TopicRule.FILE_KINDS


_SHOWN: Final = "\u200d\ufe0f\u00a0\u202f"
"""What joins emojis, and no-break spaces, which count as not printable: taken out of a text."""
_WITH_CHOICES: Final = frozenset({QuestionKind.CHOICE, QuestionKind.SEVERAL})


def _fits(text: str, limit: int, *, lines: bool = False) -> bool:
    """Return whether something of a text is seen, Discord takes its length, and it is on one line if it has to be."""
    if not naming.fits(text, limit):
        return False
    for character in (*_SHOWN, "\n") if lines else _SHOWN:
        text = text.replace(character, "")
    return text.isprintable()
