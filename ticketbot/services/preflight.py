"""What the bot would lack: for the server, for topics with a staff or places of their own, and for further panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.tickets import settings_changes
from ticketbot.tickets.inheritance import as_server
from ticketbot.tickets.preflight import Preflight, Problem
from ticketbot.tickets.settings_forms import PLACES
from ticketbot.tickets.topics import emoji_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ticketbot.services.ports import PanelChannels
    from ticketbot.tickets.ids import TopicId
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.panels import Panel
    from ticketbot.tickets.topics import Topic

_PANEL_PROBLEMS: Final = frozenset(
    {Problem.CHANNEL_MISSING, Problem.CHANNEL_TYPE, Problem.PUBLIC_TRANSCRIPT_CHANNEL, Problem.TIMED_OUT}
)
_UNSET: Final = frozenset({"null", "[]", "false"})


async def of_each(
    channels: PanelChannels, config: GuildConfig, topics: Iterable[Topic | None]
) -> Sequence[tuple[Topic | None, Preflight]]:
    """Return what the bot would lack for topics, and for the server, which is None; of equal ones for the first alone.

    Who sees a transcripts' channel that a topic shares with the server is told of the server, whose staff may.
    """
    found: list[tuple[Topic | None, Preflight]] = []
    seen: set[GuildConfig] = set()
    for topic in topics:
        own = config if topic is None else as_server(topic, config)
        if own not in seen:
            seen.add(own)
            lacking = await channels.preflight(own)
            if topic is not None and own.transcript_channel_id == config.transcript_channel_id:
                lacking = attrs.evolve(lacking, transcript_readers=())
            found.append((topic, lacking))
    return found


async def of_panel(channels: PanelChannels, config: GuildConfig, panel: Panel) -> Preflight:
    """Return what the bot would lack for a further panel alone."""
    found = await channels.preflight(attrs.evolve(config, panel_channel_id=panel.channel_id))
    return Preflight(
        missing=tuple(one for one in found.missing if one[1] == panel.channel_id),
        problems=tuple(problem for problem in found.problems if problem in _PANEL_PROBLEMS),
    )


async def of(
    channels: PanelChannels, config: GuildConfig, topic_ids: Collection[TopicId | None] | None = None
) -> Sequence[tuple[Topic | None, Preflight]]:
    """Return the server, as None, and the topics for which the bot would lack something, with what it is.

    ``topic_ids`` are the topics that are looked at, and None for the server; by default all. Who sees the transcripts
    counts where they are named.
    """
    topics = [
        topic
        for topic in (None, *config.topics)
        if topic_ids is None or (None if topic is None else topic.id) in topic_ids
    ]
    return [
        (topic, found)
        for topic, found in await of_each(channels, config, topics)
        if found.missing or found.problems or (topic_ids is not None and found.transcript_readers)
    ]


async def of_change(
    channels: PanelChannels, before: GuildConfig, planned: GuildConfig, *, looks_at_all: bool = False
) -> Sequence[tuple[Topic | None, Preflight]]:
    """Return what the bot would lack where a change touches places, roles or emojis, and where it puts further panels.

    ``looks_at_all`` looks at the server and each topic, changed or not.
    """
    topic_ids = {None, *(topic.id for topic in planned.topics)} if looks_at_all else _moved(before, planned)
    found = [*(await of(channels, planned, topic_ids) if topic_ids else ())]
    found += await _unknown_emojis(channels, before, planned)
    stood = {panel.channel_id for panel in before.panels}
    for panel in (one for one in planned.panels if one.channel_id not in stood):
        own = await of_panel(channels, planned, panel)
        if own.missing or own.problems:
            found.append((None, own))
    return found


async def _unknown_emojis(
    channels: PanelChannels, before: GuildConfig, planned: GuildConfig
) -> Sequence[tuple[Topic | None, Preflight]]:
    """Return the topics that are given an emoji which the bot could not show."""
    earlier = {topic.id: topic.emoji for topic in before.topics}
    given = [one for one in planned.topics if emoji_id(one) is not None and earlier.get(one.id) != one.emoji]
    if not given:
        return ()
    names = await channels.server_names(planned.guild_id)
    lacking = Preflight(problems=(Problem.UNKNOWN_EMOJI,))
    return [(topic, lacking) for topic in given if emoji_id(topic) not in names.emojis]


def _moved(before: GuildConfig, planned: GuildConfig) -> Collection[TopicId | None]:
    """Return the topics whose places or roles are changed, and None for the server."""
    changes = settings_changes.difference(before, planned)
    places = [one for one in changes if one.after is not None and settings_changes.name_of(one.path) in PLACES]
    # What a new topic does not set is the server's, and was looked at when that was set.
    return {
        settings_changes.topic_of(one.path)
        for one in places
        if one.after not in _UNSET or (one.before is not None and settings_changes.name_of(one.path) != "has_notes")
    }
