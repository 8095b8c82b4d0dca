"""Which buttons stay under an earlier notice."""

from __future__ import annotations

from typing import Any

import attrs
import hikari
import pytest

from tests.unit.tickets import values
from ticketbot import text_length
from ticketbot.config import params, params_model, params_validators
from ticketbot.texts import buttons
from ticketbot.texts.buttons import ButtonId
from ticketbot.texts.messages import MessageCatalog
from ticketbot.tickets.model import Language, Ticket, TicketState, UserId

FRENCH = MessageCatalog(params_model.defaults())[Language.FRENCH]
OPEN = values.ticket_in(TicketState.OPEN)
CLAIMED = attrs.evolve(OPEN, claimer_id=UserId(5), claimer_name="Léa")
CLOSED = values.ticket_in(TicketState.CLOSED)
MENU = "ticket:menu:77"


def shown(
    *custom_ids: str, label: str = "Bouton", is_disabled: frozenset[str] = frozenset()
) -> list[hikari.PartialComponent]:
    """Return one row of buttons as hikari reads them from Discord."""
    found = [
        hikari.ButtonComponent(
            type=hikari.ComponentType.BUTTON,
            id=index,
            style=hikari.ButtonStyle.SECONDARY,
            label=label,
            emoji=None,
            custom_id=custom_id,
            url=None,
            is_disabled=custom_id in is_disabled,
        )
        for index, custom_id in enumerate(custom_ids)
    ]
    return [hikari.ActionRowComponent(type=hikari.ComponentType.ACTION_ROW, id=9, components=found)]


def stays(ticket: Ticket, *custom_ids: str) -> list[dict[str, Any]] | None:
    rows = FRENCH.remaining_rows(ticket, shown(*custom_ids))
    return None if rows is None else [dict(button) for row in rows for button in row.build()[0]["components"]]


def ids(ticket: Ticket, *custom_ids: str) -> list[str] | None:
    found = stays(ticket, *custom_ids)
    return None if found is None else [button["custom_id"] for button in found]


@pytest.mark.parametrize(
    ("ticket", "before", "after"),
    [
        (CLOSED, [ButtonId.CLAIM, ButtonId.CLOSE, ButtonId.MENU], ["ticket:menu:.claim.close"]),
        (CLOSED, [ButtonId.CLAIM, ButtonId.CLOSE, MENU], [f"{MENU}.claim.close"]),
        (CLOSED, [ButtonId.CLOSE, f"{MENU}.claim"], [f"{MENU}.claim.close"]),
        (OPEN, [ButtonId.REOPEN, ButtonId.DELETE, MENU], [f"{MENU}.reopen.delete"]),
        (OPEN, [ButtonId.AGREE, ButtonId.DECLINE, MENU], [f"{MENU}.agree.decline"]),
        (CLAIMED, [ButtonId.CLAIM, ButtonId.CLOSE, MENU], [ButtonId.CLAIM, ButtonId.CLOSE, MENU]),
    ],
)
def test_buttons_that_no_longer_fit_are_taken_away(ticket: Ticket, before: list[str], after: list[str]) -> None:
    assert ids(ticket, *before) == after


@pytest.mark.parametrize(
    ("ticket", "before"),
    [
        (OPEN, [ButtonId.CLAIM, ButtonId.CLOSE, MENU]),
        (CLOSED, [ButtonId.REOPEN, ButtonId.DELETE, MENU]),
        (attrs.evolve(OPEN, close_requested_by_id=UserId(5)), [ButtonId.AGREE, ButtonId.DECLINE, MENU]),
        (CLOSED, [ButtonId.CLAIM, ButtonId.CLOSE]),
        (CLOSED, []),
    ],
)
def test_a_notice_stays_where_all_fits_and_where_it_has_no_menu(ticket: Ticket, before: list[str]) -> None:
    assert stays(ticket, *before) is None


def test_button_of_another_version_stays() -> None:
    assert ids(CLOSED, ButtonId.CLOSE, "ticket:future", MENU) == ["ticket:future", f"{MENU}.close"]


def test_claimer_is_named_on_a_button_that_cannot_be_pressed() -> None:
    found = stays(CLAIMED, ButtonId.CLAIM, MENU)

    assert found is not None
    assert found[0]["label"] == params.MESSAGES["claimed_by_button"].format(claimer_name="Léa")
    assert [button["disabled"] for button in found] == [True, False]


def named() -> list[hikari.PartialComponent]:
    """Return the row that names the claimer, as hikari reads it from Discord."""
    return shown(
        ButtonId.CLAIM, ButtonId.CLOSE, MENU, label="Pris en charge par Léa", is_disabled=frozenset({ButtonId.CLAIM})
    )


@pytest.mark.parametrize(
    ("ticket", "label", "is_disabled"),
    [
        (OPEN, params.MESSAGES["claim_button"], False),
        (attrs.evolve(CLAIMED, claimer_name="Mia"), "Pris en charge par Mia", True),
    ],
)
def test_a_claimer_who_gave_the_ticket_up_is_named_no_longer(ticket: Ticket, label: str, is_disabled: bool) -> None:  # noqa: FBT001
    rows = FRENCH.remaining_rows(ticket, named())

    assert rows is not None
    claim = rows[0].build()[0]["components"][0]
    assert (claim["label"], claim["disabled"]) == (label, is_disabled)


def test_claimer_who_is_named_already_needs_no_change() -> None:
    assert FRENCH.remaining_rows(CLAIMED, named()) is None


def test_a_long_name_is_cut() -> None:
    found = stays(attrs.evolve(CLAIMED, claimer_name="💌" * 64), ButtonId.CLAIM, MENU)

    assert found is not None
    assert found[0]["label"].endswith("💌…")
    assert text_length.in_utf16(found[0]["label"]) <= params_validators.LABEL


@pytest.mark.parametrize("before", [[ButtonId.CLAIM, ButtonId.CLOSE, ButtonId.MENU], [ButtonId.CLOSE, MENU]])
def test_a_notice_is_recognised_without_its_buttons_too(before: list[str]) -> None:
    components = [{"components": [{"custom_id": custom_id} for custom_id in ids(CLOSED, *before) or ()]}]

    assert buttons.custom_ids_of({"components": components}) == set(before)


def test_button_that_only_another_version_knows_was_none() -> None:
    components = [{"components": [{"custom_id": "ticket:menu:77.future.close"}]}]

    assert buttons.custom_ids_of({"components": components}) == {MENU, ButtonId.CLOSE}
