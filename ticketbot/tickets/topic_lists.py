"""Changes of a server's list of topics, each of which returns the configuration's next revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.tickets import topics
from ticketbot.tickets.ids import RoleId, TopicId
from ticketbot.tickets.rules import BrokenRulesError, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ticketbot.tickets.ids import ChannelId, Millis
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.topics import Topic

NEW: TopicId = TopicId(0)
"""The id of a topic that has none yet."""


def replace_topics(
    config: GuildConfig,
    wanted: Sequence[Topic],
    *,
    overflow_category_ids: tuple[ChannelId, ...],
    in_use: Collection[TopicId],
    at: Millis,
) -> GuildConfig:
    """Return the configuration with other topics, new ones with ids that no topic of the server ever had.

    A topic that is no longer among them is kept as a former one, and forgotten once no ticket has it or it is back:
    ``in_use`` are the topics that tickets have.

    Raises
    ------
    BrokenRulesError
        A topic breaks a rule.
    """
    with_ids = numbered(attrs.evolve(config, topics=tuple(wanted)))
    if broken := tuple(topics.violations(with_ids.topics, RoleId(config.guild_id))):
        raise BrokenRulesError(broken)
    if len(overflow_category_ids) > topics.OVERFLOW_LIMIT:
        raise BrokenRulesError((Violation(rule=topics.TopicRule.OVERFLOW),))
    stay = {topic.id for topic in with_ids.topics}
    gone = [topics.former(topic, at=at) for topic in config.topics if topic.id not in stay]
    kept = [topic for topic in config.former_topics if topic.id in in_use and topic.id not in stay]
    return attrs.evolve(
        config,
        topics=with_ids.topics,
        former_topics=(*kept, *gone),
        last_topic_id=with_ids.last_topic_id,
        overflow_category_ids=overflow_category_ids,
        revision=config.revision + 1,
    )


def numbered(config: GuildConfig) -> GuildConfig:
    """Return the configuration with ids for its new topics that no topic of the server ever had."""
    last = config.last_topic_id or 0
    with_ids: list[Topic] = []
    for topic in config.topics:
        if topic.id == NEW:
            last += 1
        with_ids.append(attrs.evolve(topic, id=TopicId(last)) if topic.id == NEW else topic)
    return attrs.evolve(config, topics=tuple(with_ids), last_topic_id=TopicId(last) if last else None)


def change_topic(config: GuildConfig, topic_id: TopicId, change: Callable[[Topic], Topic]) -> GuildConfig:
    """Return the configuration with one topic changed; as it is if the server has no such topic."""
    return attrs.evolve(
        config, topics=tuple(change(topic) if topic.id == topic_id else topic for topic in config.topics)
    )


def without_own_emojis(shown: Sequence[Topic]) -> tuple[Topic, ...]:
    """Return topics without those emojis that are a server's own, of which one may be deleted."""
    return tuple(attrs.evolve(topic, emoji=None) if topics.emoji_id(topic) is not None else topic for topic in shown)
