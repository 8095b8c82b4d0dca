"""What becomes of a server's further panels: their ids, what they offer, and their messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.tickets import naming, panels
from ticketbot.tickets.ids import PanelId
from ticketbot.tickets.panels import PanelRule
from ticketbot.tickets.rules import BrokenRulesError, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.panels import Panel, PanelMessage
    from ticketbot.tickets.topics import Topic


def find_panel(config: GuildConfig, panel_id: PanelId) -> Panel | None:
    """Return a server's further panel, if it has it."""
    return next((panel for panel in config.panels if panel.id == panel_id), None)


def message_of(config: GuildConfig, panel: Panel) -> PanelMessage | None:
    """Return the message of a panel in its channel, posted or about to be."""
    return next((one for one in config.panel_messages if panels.is_of(one, panel)), None)


def left(config: GuildConfig) -> Sequence[PanelMessage]:
    """Return the messages of panels that were deleted, or stand in another channel now."""
    return [one for one in config.panel_messages if not any(panels.is_of(one, panel) for panel in config.panels)]


def offered(config: GuildConfig, panel: Panel | None) -> Sequence[Topic]:
    """Return the topics that a panel offers; those of the main panel for None."""
    enabled = [topic for topic in config.topics if topic.is_enabled]
    if panel is None or not panel.topic_ids:
        return enabled
    return [topic for topic in enabled if topic.id in panel.topic_ids]


def numbered(config: GuildConfig, before: GuildConfig) -> GuildConfig:
    """Return a configuration whose new panels have ids that no panel of the server ever had.

    Raises
    ------
    BrokenRulesError
        The panels are others than before, and break a rule.
    """
    if config.panels == before.panels:
        return config
    last = before.last_panel_id or 0
    found: list[Panel] = []
    for panel in config.panels:
        if panel.id == panels.NEW:
            last += 1
        found.append(attrs.evolve(panel, id=PanelId(last)) if panel.id == panels.NEW else panel)
    if rules := list(dict.fromkeys(_broken(config))):
        raise BrokenRulesError([Violation(rule=rule) for rule in rules])
    return attrs.evolve(config, panels=tuple(found), last_panel_id=PanelId(last) if last else None)


def with_message(config: GuildConfig, message: PanelMessage) -> GuildConfig:
    """Return the next revision of a configuration, with the message of a panel as it is now."""
    others = _others(config, message)
    return attrs.evolve(config, panel_messages=(*others, message), revision=config.revision + 1)


def without_message(config: GuildConfig, message: PanelMessage) -> GuildConfig:
    """Return the next revision of a configuration, without the message of a panel."""
    return attrs.evolve(config, panel_messages=_others(config, message), revision=config.revision + 1)


def _others(config: GuildConfig, message: PanelMessage) -> tuple[PanelMessage, ...]:
    place = (message.panel_id, message.channel_id)
    return tuple(one for one in config.panel_messages if (one.panel_id, one.channel_id) != place)


def _broken(config: GuildConfig) -> Iterator[PanelRule]:
    channels = [config.panel_channel_id, *(panel.channel_id for panel in config.panels)]
    if len(config.panels) > panels.LIMIT:
        yield PanelRule.TOO_MANY
    if len(set(channels)) < len(channels):
        yield PanelRule.CHANNEL_TAKEN
    for panel in config.panels:
        if panel.title is not None and not naming.fits(panel.title, panels.TITLE_LIMIT):
            yield PanelRule.TITLE
        if panel.text is not None and not naming.fits(panel.text, panels.TEXT_LIMIT):
            yield PanelRule.TEXT
