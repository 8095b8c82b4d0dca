"""What an administrator wants of all settings at once: a file, or the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from ticketbot.tickets import topic_lists, topics
from ticketbot.tickets.panels import PanelRule
from ticketbot.tickets.rules import BrokenRulesError, Violation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticketbot.tickets.ids import ChannelId
    from ticketbot.tickets.model import Block, CannedReply, ClaimMode, GuildConfig, Language
    from ticketbot.tickets.panels import Panel
    from ticketbot.tickets.topics import Topic


@attrs.frozen(kw_only=True)
class WantedPanel:
    """A further panel of a file; an id of 0 marks a new one."""

    panel: Panel
    """Its topics are those that the server has no more, or none at all."""
    topics: tuple[str, ...] = ()
    """The names of the topics that it offers besides."""


@attrs.frozen(kw_only=True)
class WantedSettings:
    """What administrators set; an id of 0 marks a new topic."""

    language: Language | None
    overflow_category_ids: tuple[ChannelId, ...]
    topics: tuple[Topic, ...]
    panels: tuple[WantedPanel, ...] = ()
    replies: tuple[CannedReply, ...] = ()
    only_staff_closes: bool | None = None
    asks_before_closing: bool | None = None
    tells_opener: bool | None = None
    closed_category_id: ChannelId | None = None
    openers_may_add: bool | None = None
    signs_state: bool | None = None
    claim_mode: ClaimMode | None = None
    has_notes: bool | None = None
    max_open_tickets: int | None = None
    max_openings: int | None = None
    blocks: tuple[Block, ...] = ()
    panel_title: str | None = None
    panel_text: str | None = None
    welcome_title: str | None = None
    welcome_text: str | None = None
    color: str | None = None
    time_zone: str | None = None

    def applied(self, config: GuildConfig) -> GuildConfig:
        """Return a configuration with these settings instead of its own; new topics have ids, which panels name."""
        values: dict[str, Any] = {
            field.name: getattr(self, field.name) for field in attrs.fields(type(self)) if field.name != "panels"
        }
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
