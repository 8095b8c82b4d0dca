"""The presses that the rules refused lately, so that the same press is refused again."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any, Final

from ticketbot.tickets import errors

if TYPE_CHECKING:
    from ticketbot.tickets.model import PressId

REMEMBERED: Final = 20_000
"""How many presses are remembered: about six megabytes."""


class RefusedPresses:
    """Remembers what a press was refused for, in memory: to write down each would cost as much as to carry it out.

    A press that changed nothing is in no store. Sent again when what it asks for has become possible, it would be
    carried out, though the member who pressed was told no.
    """

    def __init__(self) -> None:
        self._refusals: collections.OrderedDict[int, tuple[type[errors.TicketError], tuple[Any, ...]]]
        self._refusals = collections.OrderedDict()

    def note(self, press_id: int, error: errors.TicketError) -> None:
        """Remember a refusal, if it is one by the rules: whoever was told of trouble may as well have the press."""
        if isinstance(error, errors.BY_THE_RULES):
            # not the error itself: it holds on to all that the one who raised it had in hand
            self._refusals[press_id] = type(error), error.args
            if len(self._refusals) > REMEMBERED:
                self._refusals.popitem(last=False)

    def require_new(self, press_id: PressId) -> None:
        """Refuse a press again that was refused before.

        Raises
        ------
        TicketError
            What it was refused for.
        """
        refusal = self._refusals.get(press_id)
        if refusal is not None:
            kind, facts = refusal
            raise kind(*facts)
