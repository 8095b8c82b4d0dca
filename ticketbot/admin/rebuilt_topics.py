"""Which topic a ticket has, and who is a topic's staff, as far as notices and channels show it."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

import attrs

from ticketbot.texts import message
from ticketbot.tickets.model import ChannelId, RoleId
from ticketbot.tickets.permissions import OverwriteKind, Permission

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ticketbot.discord.guild_state import Guild
    from ticketbot.discord.traces import FoundTicket, Traces
    from ticketbot.tickets.model import GuildConfig, TopicId
    from ticketbot.tickets.topics import Topic


def topic_of(found: FoundTicket, topics: Collection[Topic]) -> TopicId | None:
    """Return the topic that the last notice names that moved a ticket, or else its welcome; None if none is named."""
    history = found.history
    if history.moved_text is not None:
        named = [topic for topic in topics if message.escape(topic.name) in history.moved_text]
    else:
        named = [topic for topic in topics if history.welcome_title.endswith(f" · {topic.name}")]
    longest = max(named, key=lambda topic: len(topic.name), default=None)  # the name of one may be a part of another's
    return None if longest is None else longest.id


def is_unclear(found: FoundTicket, topics: Collection[Topic], titles: Collection[str]) -> bool:
    """Return whether a ticket may have a topic that is not named; ``titles`` are those of a welcome without a topic."""
    history = found.history
    if not history.is_ticket or not topics or topic_of(found, topics) is not None:
        return False
    return history.moved_text is not None or history.welcome_title not in titles


def staff_roles(ticket: FoundTicket, guild: Guild) -> tuple[RoleId, ...]:
    """Return the roles that see a ticket's channel by overwrites of their own, and were not added later.

    Those that the welcome or a move pings are among them whatever a claim has made of their overwrites since.
    """
    return tuple(
        RoleId(overwrite.id)
        for overwrite in ticket.channel.overwrites
        if overwrite.kind is OverwriteKind.ROLE
        and (overwrite.allow & Permission.VIEW_CHANNEL or overwrite.id in ticket.history.welcome_role_ids)
        and overwrite.id in guild.roles
        and overwrite.id not in (guild.id, *ticket.history.role_ids)
        and not guild.roles[overwrite.id].is_managed
    )


def model_ticket(traces: Traces, topics: Collection[Topic]) -> FoundTicket | None:
    """Return the ticket that shows the server's own settings best: the newest open one without a topic.

    Where all have a topic, it is one with the staff that most of them have.
    """
    placed = [one for one in traces.tickets if one.channel.parent_id is not None]
    plain = [one for one in placed if topic_of(one, topics) is None]
    if not plain:
        staffs = {one.channel.id: frozenset(staff_roles(one, traces.guild)) for one in placed}
        counts = collections.Counter(staffs.values())
        most = max(counts.values(), default=0)
        plain = [one for one in placed if counts[staffs[one.channel.id]] == most]
    return max(plain, key=lambda one: (not one.history.is_closed, one.channel.id), default=None)


def with_staff(config: GuildConfig, traces: Traces) -> GuildConfig:
    """Return the configuration with topics' roles and categories, where their newest open tickets show others."""
    topics = tuple(_with_staff(topic, config, traces) for topic in config.topics)
    return attrs.evolve(config, topics=topics)


def _with_staff(topic: Topic, config: GuildConfig, traces: Traces) -> Topic:
    newest = _newest(traces.tickets, topic, config.topics)
    if newest is None:
        return topic
    roles = staff_roles(newest, traces.guild)
    place = None if newest.history.is_closed else newest.channel.parent_id  # closed ones may have been moved
    return attrs.evolve(
        topic,
        staff_role_ids=roles if set(roles) != set(config.staff_role_ids) else (),
        category_id=ChannelId(place) if place is not None and place != config.category_id else None,
    )


def _newest(tickets: Sequence[FoundTicket], topic: Topic, topics: Collection[Topic]) -> FoundTicket | None:
    mine = [one for one in tickets if topic_of(one, topics) == topic.id]
    return max(mine, key=lambda one: (not one.history.is_closed, one.channel.id), default=None)
