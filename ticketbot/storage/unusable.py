"""What a store says when the bot must not start on it."""

from __future__ import annotations


class UnusableStoreError(Exception):
    """The store cannot be used as it stands; the text tells the operator why. Never shown to a member."""
