"""MemoryOwners: the Owners port for one process that is told which others are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.tickets.model import OwnerId

if TYPE_CHECKING:
    from collections.abc import Sequence

OWN: Final = OwnerId("own")
OTHER: Final = OwnerId("other")


@attrs.define
class MemoryOwners:
    """Others live until a test says otherwise."""

    gone: set[OwnerId] = attrs.field(factory=set[OwnerId])
    hung: bool = False
    """Whether this process hung for long."""
    holders: dict[str, OwnerId] = attrs.field(factory=dict[str, OwnerId])
    """By role."""

    @property
    def own_id(self) -> OwnerId:
        return OWN

    @property
    def watch_interval(self) -> float:
        return 0.01

    def is_gone(self, owner_id: OwnerId) -> bool:
        return owner_id in self.gone

    @property
    def living(self) -> Sequence[OwnerId]:
        return (self.own_id,)

    def may_seem_gone(self) -> bool:
        return self.hung

    async def watch(self) -> bool:
        return False

    async def hold(self, role: str) -> bool:
        return self.holders.setdefault(role, OWN) == OWN

    async def is_held(self, role: str) -> bool:
        return self.holders.get(role, OWN) != OWN

    async def release(self, role: str) -> None:
        if not await self.is_held(role):
            self.holders.pop(role, None)

    async def close(self) -> None:
        pass
