"""Limits of a ticket's record, and how often a member may open tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ticketbot.tickets import errors
from ticketbot.tickets.model import Millis

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTICIPANTS: Final = 20
"""Members and roles that the staff can add to one ticket."""

HISTORY: Final = 20
"""Moves that a ticket's record keeps."""

SLOTS: Final = 25
"""How many live tickets of one member staff can bring about by reopening; far above any sensible limit."""

OPENINGS: Final = 1000
"""The largest number of openings within ``WINDOW`` that a server can allow."""

WINDOW: Final = 10 * 60_000
"""Milliseconds within which openings are counted, and after which they are forgotten."""


def require_may_open_again(openings: Sequence[Millis], *, limit: int, now: Millis) -> None:
    """Raise a refusal if a member has opened as many tickets within ``WINDOW`` as allowed.

    ``openings`` are the moments of the latest ones, oldest first. A moment in the future is a wrong clock's, and does
    not count.

    Raises
    ------
    TooManyOpeningsError
        There are ``limit`` or more.
    """
    counted = [at for at in openings if now - WINDOW < at <= now]
    if len(counted) >= limit:
        raise errors.TooManyOpeningsError(Millis(counted[-limit] + WINDOW))
