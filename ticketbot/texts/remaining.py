"""What stays of the buttons under an earlier notice: those that no longer fit the ticket are taken away.

The menu's button stays, and its custom id says which buttons are gone: so the notice is recognised as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import hikari

from ticketbot import text_length
from ticketbot.config import params_validators
from ticketbot.texts import buttons
from ticketbot.texts.buttons import ButtonId
from ticketbot.tickets.model import TicketState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import Ticket


def _is_open(ticket: Ticket) -> bool:
    return ticket.state is TicketState.OPEN


def _is_closed(ticket: Ticket) -> bool:
    return ticket.state is TicketState.CLOSED


def _is_claimable(ticket: Ticket) -> bool:
    return _is_open(ticket) and ticket.claimer_id is None


def _is_closing_requested(ticket: Ticket) -> bool:
    return _is_open(ticket) and ticket.close_requested_by_id is not None


_FITS: Final[Mapping[str, Callable[[Ticket], bool]]] = {
    ButtonId.CLAIM: _is_claimable,
    ButtonId.CLOSE: _is_open,
    ButtonId.AGREE: _is_closing_requested,
    ButtonId.DECLINE: _is_closing_requested,
    ButtonId.REOPEN: _is_closed,
    ButtonId.DELETE: _is_closed,
}


def remaining_rows(
    texts: LocalizedTexts, ticket: Ticket, shown: Iterable[hikari.PartialComponent]
) -> list[hikari.api.ComponentBuilder] | None:
    """Return what stays of the rows of buttons under an earlier notice; None where nothing is to be changed.

    Who claimed the ticket stands where it could be claimed; once it is given up, it can be claimed there again.
    Messages without the menu, as versions before 0.2 posted them, stay as they are.
    """
    found = [one for row in shown for one in getattr(row, "components", ()) if isinstance(one, hikari.ButtonComponent)]
    label = None if ticket.claimer_name is None else claimed_label(texts, ticket.claimer_name)
    row = hikari.impl.MessageActionRowBuilder()
    gone: list[ButtonId] = []
    has_menu = is_changed = False
    for one in found:
        custom_id = one.custom_id or ""
        fits = _FITS.get(custom_id)
        if buttons.is_menu(custom_id):  # the last one
            has_menu = True
            row.add_component(_copy(one, custom_id=buttons.menu_without(custom_id, gone)))
        elif custom_id == ButtonId.CLAIM and fits is not None and fits(ticket):
            is_changed |= one.is_disabled  # it names a claimer who gave the ticket up since
            row.add_component(_copy(one, label=texts.text("claim_button"), is_disabled=False))
        elif fits is None or fits(ticket):
            row.add_component(_copy(one))
        elif custom_id == ButtonId.CLAIM and label is not None:
            is_changed |= one.label != label
            row.add_component(_copy(one, label=label, is_disabled=True))
        else:
            is_changed = True
            gone.append(ButtonId(custom_id))
    return [row] if has_menu and is_changed else None


def claimed_label(texts: LocalizedTexts, name: str) -> str:
    """Return the label that names the claimer, as far as Discord takes it."""
    label = texts.text("claimed_by_button", claimer_name=name)
    while text_length.in_utf16(label) > params_validators.LABEL:
        label = f"{label[:-2]}…"
    return label


def _copy(
    button: hikari.ButtonComponent,
    *,
    custom_id: str | None = None,
    label: str | None = None,
    is_disabled: bool | None = None,
) -> buttons.Button:
    return buttons.Button(
        style=button.style,
        custom_id=custom_id or button.custom_id or "",
        label=label or button.label or hikari.UNDEFINED,
        emoji=button.emoji or hikari.UNDEFINED,
        is_disabled=button.is_disabled if is_disabled is None else is_disabled,
    )
