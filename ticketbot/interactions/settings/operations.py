"""What the page's buttons change: each is a function of a configuration and the numbers in the button's custom id."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.texts.settings import components
from ticketbot.tickets import errors, topic_items
from ticketbot.tickets.ids import ChannelId, TopicId
from ticketbot.tickets.inheritance import find_topic
from ticketbot.tickets.settings_forms import CHAPTERS
from ticketbot.tickets.topic_items import ItemRef
from ticketbot.tickets.topic_lists import NEW, change_topic
from ticketbot.tickets.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.settings_forms import Form

    Change: TypeAlias = Callable[..., GuildConfig]


class TopicGoneError(Exception):
    """A topic was deleted before it could be changed."""


def chapter_of(form: Form) -> str:
    """Return the name of the chapter that has a form."""
    return next(chapter.name for chapter in CHAPTERS if form in chapter.forms)


def new_topic(values: Mapping[str, Any]) -> Topic:
    """Return a new topic of what was put into its form."""
    return Topic(id=NEW, **values)


def with_topic(config: GuildConfig, topic_id: TopicId, change: Callable[[Topic], Topic]) -> GuildConfig:
    """Return the configuration with one topic changed.

    Raises
    ------
    TopicGoneError
        The server has no such topic.
    """
    require_topic(config, topic_id)
    return change_topic(config, topic_id, change)


def require_topic(config: GuildConfig, topic_id: TopicId) -> Topic:
    """Return a server's topic.

    Raises
    ------
    TopicGoneError
        The server has no such topic.
    """
    topic = find_topic(config, topic_id)
    if topic is None:
        raise TopicGoneError
    return topic


def page_after(operation: str, numbers: Sequence[int]) -> str:
    """Return the page that is shown after a change."""
    kind = OPERATIONS[operation][1]
    if kind in topic_items.LISTS:
        return components.ref(kind, *numbers)
    return kind if kind == "topics" else components.ref(kind, numbers[0])


def _enable(config: GuildConfig, *, arguments: Sequence[int], is_enabled: bool) -> GuildConfig:
    return with_topic(config, TopicId(arguments[0]), lambda topic: attrs.evolve(topic, is_enabled=is_enabled))


def _expose(config: GuildConfig, *, arguments: Sequence[int]) -> GuildConfig:
    channel_id = ChannelId(arguments[1])
    return with_topic(
        config, TopicId(arguments[0]), lambda topic: attrs.evolve(topic, transcript_channel_id=channel_id)
    )


def _delete(config: GuildConfig, *, arguments: Sequence[int]) -> GuildConfig:
    return attrs.evolve(config, topics=tuple(topic for topic in config.topics if topic.id != arguments[0]))


def _move(config: GuildConfig, *, arguments: Sequence[int], by: int) -> GuildConfig:
    topics = list(config.topics)
    index = next((at for at, topic in enumerate(topics) if topic.id == arguments[0]), None)
    if index is None:
        raise TopicGoneError
    topics.insert(max(0, index + by), topics.pop(index))
    return attrs.evolve(config, topics=tuple(topics))


def _ref(name: str, arguments: Sequence[int]) -> ItemRef:
    topic_id, position, digest = (*arguments, 0, 0, 0)[:3]
    return ItemRef(name=name, topic_id=TopicId(topic_id), position=position, digest=digest)


def _move_item(config: GuildConfig, *, arguments: Sequence[int], name: str, by: int) -> GuildConfig:
    ref = _ref(name, arguments)
    return with_topic(config, ref.topic_id, lambda topic: topic_items.move(topic, ref, by))


def _delete_item(config: GuildConfig, *, arguments: Sequence[int], name: str) -> GuildConfig:
    ref = _ref(name, arguments)
    return with_topic(config, ref.topic_id, lambda topic: topic_items.delete(topic, ref))


def arguments_of(operation: str, arguments: Sequence[str]) -> Sequence[int]:
    """Return the numbers that a button's custom id holds for an operation.

    Raises
    ------
    UnknownInteractionError
        There is no such operation, or the numbers are others, or more or fewer, than it takes.
    """
    expected = _COUNTS.get(operation, _ITEM) if operation in OPERATIONS else 0
    are_numbers = all(one.isascii() and one.isdecimal() and len(one) <= _DIGITS for one in arguments)
    if not expected or len(arguments) != expected or not are_numbers:
        raise errors.UnknownInteractionError
    return [int(one) for one in arguments]


OPERATIONS: Final[Mapping[str, tuple[Change, str]]] = {
    "enable": (functools.partial(_enable, is_enabled=True), "topic"),
    "disable": (functools.partial(_enable, is_enabled=False), "topic"),
    "up": (functools.partial(_move, by=-1), "topic"),
    "down": (functools.partial(_move, by=1), "topic"),
    "expose": (_expose, "topic"),
    "really-delete": (_delete, "topics"),
    "section-up": (functools.partial(_move_item, name="section", by=-1), "section"),
    "section-down": (functools.partial(_move_item, name="section", by=1), "section"),
    "section-delete": (functools.partial(_delete_item, name="section"), "welcome"),
    "question-up": (functools.partial(_move_item, name="question", by=-1), "question"),
    "question-down": (functools.partial(_move_item, name="question", by=1), "question"),
    "question-delete": (functools.partial(_delete_item, name="question"), "questions"),
}
"""The changes, by their names in custom ids, and the kind of page that is shown afterwards."""
_COUNTS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("enable", "disable", "up", "down", "really-delete"), 1),
    "expose": 2,
}
"""How many numbers the changes take that are not about an item of a topic."""
_ITEM: Final = 3
"""How many those take that are: the topic, the item's place and its digest."""
_DIGITS: Final = 19
