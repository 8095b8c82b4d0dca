"""A Discord ticket bot that never loses a ticket, a number or a transcript."""

from __future__ import annotations

__version__ = "0.1.0"
