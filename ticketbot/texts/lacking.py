"""What the bot lacks in a server, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import GuildId, RoleId
    from ticketbot.tickets.preflight import Preflight

_MOST_READERS = 5
"""Roles that are named; more are counted by an ellipsis."""


def complaints(texts: LocalizedTexts, preflight: Preflight) -> Iterable[str]:
    """Yield a sentence for each thing that the bot lacks."""
    for place, channel_id, missing in (*preflight.missing, *preflight.further_missing):
        where = texts.text(f"place_{place}", channel=f"<#{channel_id}>")
        for permission in missing:
            name = texts.permission(str(permission.name))
            yield texts.text("missing_permission", permission=name, place=where)
    for problem in preflight.problems:
        yield texts.text(f"problem_{problem}")


def readers(guild_id: GuildId, role_ids: Sequence[RoleId]) -> str:
    """Return the roles that see a transcripts' channel, as they are named in a warning."""
    shown = ["`@everyone`" if role_id == guild_id else f"<@&{role_id}>" for role_id in role_ids[:_MOST_READERS]]
    return ", ".join([*shown, "…"] if len(role_ids) > _MOST_READERS else shown)
