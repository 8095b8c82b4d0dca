"""What an administrator wants of all settings at once: a file, or the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from ticketbot.tickets import topic_lists, topics
from ticketbot.tickets.model import GuildSettings
from ticketbot.tickets.panels import PanelRule
from ticketbot.tickets.rules import BrokenRulesError, Violation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.panels import Panel


@attrs.frozen(kw_only=True)
class WantedPanel:
    """A further panel of a file; an id of 0 marks a new one."""

    panel: Panel
    """Its topics are those that the server has no more, or none at all."""
    topics: tuple[str, ...] = ()
    """The names of the topics that it offers besides."""


@attrs.frozen(kw_only=True)
class WantedSettings(GuildSettings):
    """Settings of which topics and panels may be new: their ids are 0."""

    panels: tuple[WantedPanel, ...] = ()

    def applied(self, config: GuildConfig) -> GuildConfig:
        """Return a configuration with these settings instead of its own; new topics have ids, which panels name."""
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in attrs.fields(GuildSettings)}
        applied = topic_lists.numbered(attrs.evolve(config, **values))
        return attrs.evolve(applied, panels=_panels(self.panels, applied))


def _panels(wanted: Sequence[WantedPanel], planned: GuildConfig) -> tuple[Panel, ...]:
    """Return the panels of a file, with the ids of their topics."""
    ids = {topics.name_key(topic.name): topic.id for topic in planned.topics}
    keys = [[topics.name_key(name) for name in one.topics] for one in wanted]
    if any(key not in ids for listed in keys for key in listed):
        raise BrokenRulesError([Violation(rule=PanelRule.TOPIC)])
    return tuple(
        attrs.evolve(one.panel, topic_ids=(*(ids[key] for key in listed), *one.panel.topic_ids))
        for one, listed in zip(wanted, keys, strict=True)
    )
