"""RawPayloads: what Discord sent with a modal, for the moment between its arrival and its handler."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEPT: Final = 1_000
"""Submissions that wait for their handler, at most: each is taken within the same turn of the event loop."""


class RawPayloads:
    """Keeps the raw data of modal submissions by interaction id: hikari drops labels and files when it decodes them."""

    def __init__(self) -> None:
        self._payloads: collections.OrderedDict[int, Mapping[str, Any]] = collections.OrderedDict()

    def keep(self, interaction_id: int, data: Mapping[str, Any]) -> None:
        """Keep the data of a submission that is about to be handled."""
        self._payloads[interaction_id] = data
        if len(self._payloads) > _KEPT:
            self._payloads.popitem(last=False)

    def take(self, interaction_id: int) -> Mapping[str, Any]:
        """Return the data of a submission, once; empty if there is none."""
        return self._payloads.pop(interaction_id, {})
