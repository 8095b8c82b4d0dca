"""The page of each message, for links."""

from __future__ import annotations

from typing import Final

_BUCKET: Final = 46
"""Bits of an id that are left out: its messages are those of about five hours.

One table for all would have to be copied whole each time it grows, and others would wait.
"""


class MessageIndex:
    """The messages rendered so far, and their pages."""

    def __init__(self) -> None:
        self._buckets: dict[int, dict[int, str]] = {}

    def add(self, message_id: int, page: str) -> None:
        """Record the page of a message."""
        bucket = self._buckets.get(message_id >> _BUCKET)
        if bucket is None:
            bucket = self._buckets[message_id >> _BUCKET] = {}
        bucket[message_id] = page

    def page(self, message_id: int) -> str | None:
        """Return the page of a message; None if it was not rendered."""
        bucket = self._buckets.get(message_id >> _BUCKET)
        return None if bucket is None else bucket.get(message_id)
