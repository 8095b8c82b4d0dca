"""What the bot would lack with a server's configuration."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from ticketbot.tickets.model import ChannelId, Language, RoleId
    from ticketbot.tickets.permissions import Permission


class Place(StrEnum):
    """Where the bot needs permissions."""

    PANEL = "panel"
    TRANSCRIPT = "transcript"
    CATEGORY = "category"
    SERVER = "server"
    """On the whole server, by the bot's roles: its tickets' channels take nothing over from their category."""


class Problem(StrEnum):
    """What else ``/ticket-config`` may find; a blocking one saves nothing."""

    EVERYONE_ROLE = "everyone_role"
    MANAGED_ROLE = "managed_role"
    """A staff role is a bot's own, or managed by another integration: nobody can be given it."""
    ROLE_MISSING = "role_missing"
    CHANNEL_MISSING = "channel_missing"
    CHANNEL_TYPE = "channel_type"
    PUBLIC_TRANSCRIPT_CHANNEL = "public_transcript_channel"
    """The transcripts would be posted where a panel is, which everybody reads."""
    PANEL_CHANNEL_TAKEN = "panel_channel_taken"
    """Another panel stands in the panel's channel."""
    UNKNOWN_EMOJI = "unknown_emoji"
    """A topic's emoji is none of the server's own, or not for everybody: Discord would refuse the panel."""
    TIMED_OUT = "timed_out"
    """A moderator put the bot in time-out: Discord lets it do nothing."""
    TWO_FACTOR = "two_factor"
    """The server demands two-factor authentication, and the bot's owner has none."""
    MESSAGE_CONTENT = "message_content"
    CATEGORY_NEARLY_FULL = "category_nearly_full"
    GUILD_NEARLY_FULL = "guild_nearly_full"
    OLD_PANEL_STAYS = "old_panel_stays"

    @property
    def blocks(self) -> bool:
        """Whether a configuration with this problem is not saved."""
        return self in _BLOCKING


_BLOCKING: Final = frozenset(
    {
        Problem.EVERYONE_ROLE,
        Problem.MANAGED_ROLE,
        Problem.ROLE_MISSING,
        Problem.CHANNEL_MISSING,
        Problem.CHANNEL_TYPE,
        Problem.PUBLIC_TRANSCRIPT_CHANNEL,
        Problem.PANEL_CHANNEL_TAKEN,
        Problem.UNKNOWN_EMOJI,
        Problem.TIMED_OUT,
    }
)


@attrs.frozen(kw_only=True)
class Preflight:
    """What the bot would lack with a configuration."""

    missing: tuple[tuple[Place, ChannelId, tuple[Permission, ...]], ...] = ()
    further_missing: tuple[tuple[Place, ChannelId, tuple[Permission, ...]], ...] = ()
    """What it lacks for other things than those that are set, which are saved all the same."""
    problems: tuple[Problem, ...] = ()
    transcript_readers: tuple[RoleId, ...] = ()
    """Roles that are no staff and see the transcripts' channel; @everyone alone, with the server's id, if it does."""
    language: Language | None = None
    """The language that the server chose; None if it chose none."""

    @property
    def blocks(self) -> bool:
        """Whether the configuration must not be saved."""
        return bool(self.missing) or any(problem.blocks for problem in self.problems)
