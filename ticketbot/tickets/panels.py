"""Further panels: those that stand in other channels than the main panel, and what a valid list of them is."""

from __future__ import annotations

from typing import Final

import attrs

from ticketbot.tickets.ids import ChannelId, MessageId, PanelId, TopicId
from ticketbot.tickets.rules import Rule

LIMIT: Final = 10
"""Further panels of one server."""
TITLE_LIMIT: Final = 200
TEXT_LIMIT: Final = 1500
"""Characters of a title and of a text that a server gives its panels, the main one too."""
NEW: Final[PanelId] = PanelId(0)
"""The id of a panel that has none yet."""
NO_TOPICS: Final[tuple[TopicId, ...]] = (TopicId(2**62),)
"""The topics of a panel that offers none: no topic ever has this id, which the store takes."""


@attrs.frozen(kw_only=True)
class Panel:
    """A further panel as administrators want it; what is not set is as on the main panel."""

    id: PanelId
    channel_id: ChannelId
    title: str | None = None
    text: str | None = None
    topic_ids: tuple[TopicId, ...] = ()
    """The topics that it offers; none: all. Deleted ones may be among them, and ``NO_TOPICS`` offers nothing."""


@attrs.frozen(kw_only=True)
class PanelMessage:
    """The message of a further panel, from before it is posted until it is known to be deleted."""

    panel_id: PanelId
    channel_id: ChannelId
    nonce: str
    """By which Discord knows a repetition of the same posting."""
    message_id: MessageId | None = None
    """None until it was recorded."""
    fingerprint: str | None = None
    """What it shows, as ``PanelChannels.panel_fingerprint`` computes it."""
    is_due: bool | None = None
    """True while an administrator waits for it to be looked for, and posted if it is not there."""
    is_gone: bool | None = None
    """True if somebody deleted it on Discord: it is posted again only when an administrator asks for that."""


class PanelRule(Rule):
    """What a panel, or a list of panels, may break."""

    TOO_MANY = "panel_too_many"
    CHANNEL_TAKEN = "panel_channel_taken"
    TITLE = "panel_title"
    TEXT = "panel_text"
    TOPIC = "panel_topic"
    """A file names a topic for a panel that it does not hold."""


def is_of(message: PanelMessage, panel: Panel) -> bool:
    """Return whether a message is that of a panel, in the channel that it stands in now."""
    return (message.panel_id, message.channel_id) == (panel.id, panel.channel_id)
