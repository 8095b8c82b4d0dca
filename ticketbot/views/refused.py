"""The presses that the rules refused lately, so that the same press is refused again."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any, Final

from ticketbot.tickets import errors

if TYPE_CHECKING:
    from ticketbot.tickets.model import PressId

REMEMBERED: Final = 20_000
"""How many presses are remembered: about six megabytes."""

_KINDS: Final = {kind.__name__: kind for kind in errors.BY_THE_RULES}


class RefusedPresses:
    """Remembers what a press was refused for, in memory: to write down each would cost as much as to carry it out.

    A press that changed nothing is in no store. Sent again when what it asks for has become possible, it would be
    carried out, though the member who pressed was told no.
    """

    def __init__(self) -> None:
        self._refusals: collections.OrderedDict[int, tuple[Any, ...]] = collections.OrderedDict()
        """The name of each refusal's class, and its facts.

        Neither the error, which holds on to all that the one who raised it had in hand, nor its class: Python's
        collector would look at each again and again, which takes as long as some hundred presses.
        """

    def note(self, press_id: int, error: errors.TicketError) -> None:
        """Remember a refusal, if it is one by the rules: whoever was told of trouble may as well have the press."""
        if isinstance(error, errors.BY_THE_RULES):
            self._refusals[int(press_id)] = (type(error).__name__, *error.args)
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
            kind, *facts = refusal
            raise _KINDS[kind](*facts)
