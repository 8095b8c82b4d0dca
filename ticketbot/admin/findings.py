"""Findings: the lines that ``ticketbot check`` prints."""

from __future__ import annotations

from enum import StrEnum

import attrs


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    ADVICE = "advice"
    """The bot works; something should be done soon."""
    BLOCKS = "blocks"
    """Members will not get what they ask for."""


@attrs.frozen
class Finding:
    """What was checked, what was found, and what is to be done."""

    check: str
    text: str
    level: Level = Level.GOOD
    guild_id: int | None = None
    """The server that it is about; None for the bot itself."""


def good(check: str, text: str) -> Finding:
    """Create a finding that leaves nothing to do."""
    return Finding(check, text)


def advice(check: str, text: str) -> Finding:
    """Create a finding that can wait."""
    return Finding(check, text, Level.ADVICE)


def blocks(check: str, text: str) -> Finding:
    """Create a finding that needs to be fixed."""
    return Finding(check, text, Level.BLOCKS)
