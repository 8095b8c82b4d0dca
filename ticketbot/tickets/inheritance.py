"""What holds for one ticket: its topic's settings, and the server's where the topic sets nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.tickets.topics import ClaimMode, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.tickets.ids import ChannelId, RoleId, TopicId
    from ticketbot.tickets.model import GuildConfig, Ticket
    from ticketbot.tickets.topics import FormerTopic


@attrs.frozen(kw_only=True)
class TicketSettings:
    """The settings that hold for one ticket."""

    staff_role_ids: tuple[RoleId, ...]
    category_ids: tuple[ChannelId, ...]
    """Where its channel is created: in the first that is not full."""
    transcript_channel_id: ChannelId
    claim_mode: ClaimMode | None = None
    """What the other staff see of a claimed ticket; None: the same as before."""
    topic: Topic | None = None
    """None for a ticket without a topic, or whose topic was deleted."""
    topic_name: str | None = None
    """Also of a topic that was deleted."""


def settings_of(ticket: Ticket, config: GuildConfig) -> TicketSettings:
    """Return the settings that hold for a ticket; a deleted topic's staff and places hold on for its tickets."""
    if ticket.topic_id is None:
        return _settings(None, config)
    topic = find_topic(config, ticket.topic_id)
    return attrs.evolve(_settings(topic or _former(config, ticket.topic_id), config), topic=topic)


def settings_of_server(config: GuildConfig) -> TicketSettings:
    """Return the settings that hold for tickets without a topic."""
    return _settings(None, config)


def settings_of_topic(topic: Topic, config: GuildConfig) -> TicketSettings:
    """Return the settings that hold for new tickets of a topic."""
    return attrs.evolve(_settings(topic, config), topic=topic)


def as_server(topic: Topic, config: GuildConfig) -> GuildConfig:
    """Return a configuration of a server whose only settings are a topic's, to look for what the bot lacks."""
    settings = settings_of_topic(topic, config)
    return attrs.evolve(
        config,
        staff_role_ids=settings.staff_role_ids,
        category_id=settings.category_ids[0],
        overflow_category_ids=settings.category_ids[1:],
        transcript_channel_id=settings.transcript_channel_id,
    )


def find_topic(config: GuildConfig, topic_id: TopicId) -> Topic | None:
    """Return a server's topic, if it has it."""
    return next((topic for topic in config.topics if topic.id == topic_id), None)


def staff_changes(before: GuildConfig, after: GuildConfig) -> tuple[frozenset[RoleId], frozenset[RoleId]]:
    """Return which roles became staff of tickets that exist, by a change of settings, and which ceased to be."""
    earlier, later = _staff_by_topic(before), _staff_by_topic(after)
    kept = [(earlier[topic_id], later[topic_id]) for topic_id in earlier.keys() & later.keys()]
    added = frozenset(role_id for old, new in kept for role_id in new - old)
    return added, frozenset(role_id for old, new in kept for role_id in old - new)


def _staff_by_topic(config: GuildConfig) -> Mapping[TopicId | None, frozenset[RoleId]]:
    found = {topic.id: _settings(topic, config) for topic in (*config.former_topics, *config.topics)}
    staff = {topic_id: frozenset(settings.staff_role_ids) for topic_id, settings in found.items()}
    return {**staff, None: frozenset(config.staff_role_ids)}


def _former(config: GuildConfig, topic_id: TopicId) -> FormerTopic | None:
    return next((topic for topic in config.former_topics if topic.id == topic_id), None)


def _settings(topic: Topic | FormerTopic | None, config: GuildConfig) -> TicketSettings:
    overflow = config.overflow_category_ids
    if topic is None:
        return TicketSettings(
            staff_role_ids=config.staff_role_ids,
            category_ids=(config.category_id, *overflow),
            transcript_channel_id=config.transcript_channel_id,
            claim_mode=_claim_mode(config.claim_mode),
        )
    own_mode = topic.claim_mode if isinstance(topic, Topic) else None
    categories = (topic.category_id or config.category_id, *(topic.overflow_category_ids or overflow))
    return TicketSettings(
        staff_role_ids=topic.staff_role_ids or config.staff_role_ids,
        category_ids=tuple(dict.fromkeys(categories)),
        transcript_channel_id=topic.transcript_channel_id or config.transcript_channel_id,
        claim_mode=_claim_mode(own_mode or config.claim_mode),
        topic_name=topic.name,
    )


def _claim_mode(chosen: ClaimMode | None) -> ClaimMode | None:
    return None if chosen is ClaimMode.SHOW else chosen
