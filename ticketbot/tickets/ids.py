"""Ids of Discord's and of ours, and moments."""

from __future__ import annotations

from typing import NewType

GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
RoleId = NewType("RoleId", int)
UserId = NewType("UserId", int)
InteractionId = NewType("InteractionId", int)
"""The id of an interaction: a snowflake made by Discord, never used twice."""

TopicId = NewType("TopicId", int)
"""The id of a topic within its server: from 1, never used twice there."""

PanelId = NewType("PanelId", int)
"""The id of a further panel within its server: from 1, never used twice there."""

OwnerId = NewType("OwnerId", str)
"""A process that works on tickets, by a random id that it gives itself when it starts."""

Millis = NewType("Millis", int)
"""A moment: milliseconds since the Unix epoch."""
