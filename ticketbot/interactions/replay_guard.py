"""ReplayGuard: repeats the refusal when an interaction that the rules refused is sent again."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any, Final

from ticketbot.tickets import errors

if TYPE_CHECKING:
    from ticketbot.tickets.model import InteractionId

REMEMBERED: Final = 20_000
"""How many interactions are remembered: about six megabytes."""

_KINDS: Final = {kind.__name__: kind for kind in errors.RuleRefusedError.__subclasses__()}


class ReplayGuard:
    """Remembers in memory why an interaction was refused; storing each refusal would cost as much as the action.

    A refused interaction changed nothing and is in no store. Sent again once it has become possible, it would be
    carried out although the member was told no.
    """

    def __init__(self) -> None:
        self._refusals: collections.OrderedDict[int, tuple[Any, ...]] = collections.OrderedDict()
        """The name of each refusal's class, and its facts.

        Neither the error, which references the frames that raised it, nor its class: Python's garbage collector would
        scan each again and again, which takes as long as some hundred interactions.
        """

    def note(self, interaction_id: int, error: errors.TicketError) -> None:
        """Remember a refusal by the rules; after a failure the same interaction may succeed."""
        if isinstance(error, errors.RuleRefusedError):
            self._refusals[int(interaction_id)] = (type(error).__name__, *error.args)
            if len(self._refusals) > REMEMBERED:
                self._refusals.popitem(last=False)

    def require_new(self, interaction_id: InteractionId) -> None:
        """Raise the earlier refusal of an interaction, if there was one.

        Raises
        ------
        TicketError
            The refusal.
        """
        refusal = self._refusals.get(interaction_id)
        if refusal is not None:
            kind, *facts = refusal
            raise _KINDS[kind](*facts)
