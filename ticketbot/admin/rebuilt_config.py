"""A server's configuration, as far as Discord still shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from ticketbot.admin import rebuilt_topics
from ticketbot.admin.findings import advice, blocks, good
from ticketbot.texts import panel
from ticketbot.tickets.model import ChannelId, GuildConfig, Language, PanelId
from ticketbot.tickets.panels import NO_TOPICS, Panel, PanelMessage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ticketbot.admin.findings import Finding
    from ticketbot.discord.traces import PostedPanel, Traces
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.model import TopicId
    from ticketbot.tickets.topics import Topic

_CHECK = "configuration"
_CHOOSE = "run /ticket-config there"


def rebuild(traces: Traces, catalog: MessageCatalog) -> tuple[GuildConfig | None, Sequence[Finding]]:
    """Return a server's configuration and what is to be said of it; None where a part that it needs is not shown."""
    further = [found for found in traces.panels if panel.panel_of(found.message)]
    traces = attrs.evolve(traces, panels=[found for found in traces.panels if found not in further])
    shown = {topic.id: topic for one in (*traces.panels[:1], *further) for topic in panel.read_topics(one.message)}
    topics = tuple(shown.values())
    newest = rebuilt_topics.model_ticket(traces, topics)
    lacking = [
        name
        for name, found in (
            ("the panel", traces.panels),
            ("the tickets' category and staff roles (no ticket has a channel)", newest),
            ("the transcripts' channel (no transcript was found)", traces.transcript_channels),
        )
        if not found
    ]
    if newest is None or newest.channel.parent_id is None or lacking:
        return None, [blocks(_CHECK, f"not shown by Discord: {', '.join(lacking)}; {_CHOOSE} again")]
    found = traces.panels[0]
    config = GuildConfig(
        guild_id=traces.guild.id,
        panel_channel_id=found.channel_id,
        transcript_channel_id=traces.transcript_channels[0],
        category_id=ChannelId(newest.channel.parent_id),
        staff_role_ids=rebuilt_topics.staff_roles(newest, traces.guild),
        panel_message_id=found.message_id,
        topics=topics,
        last_topic_id=max((topic.id for topic in topics), default=None),
    )
    config = rebuilt_topics.with_staff(config, traces)
    config = attrs.evolve(config, language=_language(config, found, catalog))
    config = _with_further_panels(config, further, catalog)
    return config, _findings(config, traces)


def _with_further_panels(config: GuildConfig, found: Sequence[PostedPanel], catalog: MessageCatalog) -> GuildConfig:
    """Return the configuration with the panels that stand in other channels; of each, the newest message counts."""
    every = {topic.id for topic in config.topics}
    wanted: dict[PanelId, Panel] = {}
    messages: list[PanelMessage] = []
    for one in found:
        panel_id = panel.panel_of(one.message)
        if panel_id is None or panel_id in wanted:
            continue
        plain = Panel(id=panel_id, channel_id=one.channel_id, topic_ids=_offered_by(one.message, every))
        title, text = panel.read_words(one.message, config)
        (usual,) = catalog.of(config).panel(config, plain).embeds
        wanted[panel_id] = attrs.evolve(
            plain,
            title=None if title == usual.title else title,
            text=None if text == panel.words_of(usual.description or "", config) else text,
        )
        messages.append(PanelMessage(panel_id=panel_id, channel_id=one.channel_id, nonce="", message_id=one.message_id))
    return attrs.evolve(
        config,
        panels=tuple(wanted[panel_id] for panel_id in sorted(wanted)),
        panel_messages=tuple(messages),
        last_panel_id=max(wanted, default=None),
    )


def _offered_by(message: Mapping[str, Any], every: Collection[TopicId]) -> tuple[TopicId, ...]:
    """Return which of all topics a posted panel offers, as ``Panel`` has it."""
    if panel.is_disabled(message):
        return NO_TOPICS
    topic_ids = tuple(topic.id for topic in panel.read_topics(message))
    return () if {*topic_ids} == {*every} else topic_ids


def _language(config: GuildConfig, found: PostedPanel, catalog: MessageCatalog) -> Language | None:
    """Return the language in which a panel says what it says; None if it says something else."""
    embeds: Sequence[Mapping[str, Any]] = found.message.get("embeds") or ({},)
    shown = embeds[0]
    for language in Language:
        (embed,) = catalog.of(attrs.evolve(config, language=language)).panel(config).embeds
        if embed.title == shown.get("title") and embed.description == shown.get("description"):
            return language
    return None


def _findings(config: GuildConfig, traces: Traces) -> Sequence[Finding]:
    roles = ", ".join(traces.guild.roles[role_id].name for role_id in config.staff_role_ids)
    listed = ", ".join(str(one.channel_id) for one in config.panels)
    further = f"; further panels in channels {listed}" if listed else ""
    findings = [
        good(
            _CHECK,
            f"panel in channel {config.panel_channel_id}, category {config.category_id}, transcripts in channel "
            f"{config.transcript_channel_id}, staff roles: {roles or 'none'}{further}",
        )
    ]
    if config.language is None:
        findings.append(advice(_CHECK, f"the panel's words are of no known language: French is assumed; {_CHOOSE}"))
    plain = [one for one in traces.tickets if rebuilt_topics.topic_of(one, config.topics) is None]
    staffs = {frozenset(rebuilt_topics.staff_roles(ticket, traces.guild)) for ticket in plain or traces.tickets}
    if len(staffs) > 1:
        taken = "the newest one's" if plain else "all have a topic, and those of most"
        findings.append(advice(_CHECK, f"tickets have different staff roles: {taken} are taken; {_CHOOSE}"))
    if config.topics:
        findings.append(
            advice(
                _CHECK,
                "of the topics only names, emojis, and staff and category where a ticket shows others than the "
                "server's are known; an administrator must choose the rest again: "
                + ", ".join(_shown(topic, traces) for topic in config.topics),
            )
        )
    others = [found.channel_id for found in traces.panels[1:]]
    if others:
        listed = ", ".join(map(str, dict.fromkeys(others)))
        findings.append(advice(_CHECK, f"older panels are left in {listed}: delete them, or {_CHOOSE}"))
    return findings


def _shown(topic: Topic, traces: Traces) -> str:
    """Return a topic's name and what was found of it."""
    roles = [traces.guild.roles[role_id].name for role_id in topic.staff_role_ids]
    found = [f"staff roles: {', '.join(roles)}"] if roles else []
    found += [f"category {topic.category_id}"] if topic.category_id is not None else []
    return f"{topic.name} ({'; '.join(found)})" if found else topic.name
