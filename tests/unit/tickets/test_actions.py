"""What the menu and the commands learn from an action's declaration."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import actions
from ticketbot.tickets.model import Language, TicketState


@pytest.mark.parametrize(
    ("action", "asks_for_target", "needs_text"),
    [
        (actions.CLAIM, False, False),
        (actions.ADD, True, False),
        (actions.RENAME, False, True),
        (actions.NOTE, False, True),
    ],
)
def test_inputs_say_what_is_asked_for(action: actions.Action, *, asks_for_target: bool, needs_text: bool) -> None:
    assert (action.asks_for_target, action.needs_text) == (asks_for_target, needs_text)


@pytest.mark.parametrize("action", actions.ACTIONS, ids=lambda action: action.name)
def test_no_action_is_possible_for_a_stranger_to_a_closed_ticket(action: actions.Action) -> None:
    assert not action.is_possible(values.ticket_in(TicketState.CLOSED), values.CONFIG, values.STRANGER)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en-US", Language.ENGLISH), ("en", Language.ENGLISH), ("fr", Language.FRENCH), ("eo", Language.FRENCH)],
)
def test_locales_that_are_not_english_are_spoken_to_in_french(locale: str, language: Language) -> None:
    assert Language.of(locale) is language


@pytest.mark.parametrize(("given", "first"), [((1, 2), 1), ((), ()), ("text", "text"), (None, None)])
def test_first_of_an_input_is_the_first_that_was_chosen(given: Any, first: object) -> None:  # noqa: ANN401 - an input
    assert attrs.evolve(values.press(), inputs={"who": given}).first("who") == first
