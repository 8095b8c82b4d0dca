"""The error of a store on which the bot must not start."""

from __future__ import annotations


class UnusableStoreError(Exception):
    """The store cannot be used as it is; the text tells the operator why. Never shown to a member."""


class MissingStoreError(UnusableStoreError):
    """There is no store, or an empty one, where a command was to read it; the text says where it looked."""
