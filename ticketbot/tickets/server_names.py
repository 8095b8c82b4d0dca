"""ServerNames: what the channels and roles of a server are called, and its emojis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping


@attrs.frozen(kw_only=True)
class ServerNames:
    """The channels and roles that a server has, by id."""

    id: int
    name: str
    channels: Mapping[int, str] = attrs.field(factory=dict[int, str])
    """The text channels."""
    categories: Mapping[int, str] = attrs.field(factory=dict[int, str])
    roles: Mapping[int, str] = attrs.field(factory=dict[int, str])
    """Without ``@everyone``."""
    emoji_ids: frozenset[int] = frozenset()
    """Its own emojis that every member may use."""
