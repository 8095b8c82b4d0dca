"""Routes: what is done with each kind of interaction, as values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TypeAlias

import attrs

from ticketbot.interactions.responder import Responder
from ticketbot.tickets.model import Request

Handler: TypeAlias = Callable[[Request, Responder], Awaitable[None]]
"""Does what is asked for and answers it.

Raises ``TicketError`` for a refusal, which the member is then told.
"""


class Acknowledgement(StrEnum):
    """How an interaction is acknowledged while its handler still works.

    Source: Discord's documentation, "Receiving and Responding", "Interaction Callback Type".
    """

    UPDATE = "update"
    """Silently (type 6); for components alone."""
    THINKING = "thinking"
    """With a "thinking…" that only the member sees (type 5)."""
    NONE = "none"
    """Not at all: a modal must be the very first answer."""


@attrs.frozen(kw_only=True)
class Route:
    """One kind of interaction: a button, a select, a modal or a command."""

    name: str
    """In log lines and metrics: a custom id without ``ticket:`` or the path of a command."""
    handler: Handler
    acknowledgement: Acknowledgement = Acknowledgement.UPDATE
    may_open_form: bool = False
    """Whether a modal may be the answer, which has to be the first: the handler acknowledges it by itself."""
    argument: str | None = None
    """The input that the custom id may carry as its argument, by name; None: it carries none."""
    chosen: str | None = None
    """The input that holds what was chosen in a select, by name; None: it is no select.

    The first of the members or roles, or the values of the options.
    """
