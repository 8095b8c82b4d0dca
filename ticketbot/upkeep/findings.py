"""Finding: one line of what ``ticketbot check`` says."""

from __future__ import annotations

from enum import StrEnum

import attrs


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    ADVICE = "advice"
    """The bot works, but something is better done soon."""
    BLOCKS = "blocks"
    """Members will not get what they ask for."""


@attrs.frozen
class Finding:
    """What was looked at, and what was found or is to be done."""

    check: str
    text: str
    level: Level = Level.GOOD
    guild_id: int | None = None
    """The server that it is about; None for the bot itself."""


def good(check: str, text: str) -> Finding:
    """Make a finding that leaves nothing to do."""
    return Finding(check, text)


def advice(check: str, text: str) -> Finding:
    """Make a finding that blocks nothing."""
    return Finding(check, text, Level.ADVICE)


def blocks(check: str, text: str) -> Finding:
    """Make a finding that must be seen to."""
    return Finding(check, text, Level.BLOCKS)
