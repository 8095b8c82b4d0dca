"""ServerNames: what the channels, roles and emojis of a server are called; Unknown: what it does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping


NamedKind: TypeAlias = Literal["category", "channel", "role", "emoji"]
"""What a file of settings names, and another server may not have."""
NAMED_KINDS: Final[tuple[NamedKind, ...]] = get_args(NamedKind)


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
    emojis: Mapping[int, str] = attrs.field(factory=dict[int, str])
    """Its own emojis that every member may use, as ``<:name:id>``."""


@attrs.frozen(kw_only=True)
class Unknown:
    """What a file names and the server does not have, or has several times by that name."""

    kind: NamedKind
    id: str | None = None
    name: str | None = None
    by: str | None = None
    """What stands for it here: an id, or an emoji as it is written; None: it is left out."""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it apart."""
        return self.kind, self.id or self.name or ""

    @property
    def label(self) -> str:
        """What it is called."""
        return self.name or self.id or "?"
