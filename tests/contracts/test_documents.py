"""Tickets and configurations as documents: nothing is lost, and the format stays as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts import values
from ticketbot.storage import documents
from ticketbot.tickets import errors
from ticketbot.tickets.model import (
    ChannelId,
    GuildConfig,
    Language,
    LeftPanel,
    MessageId,
    Notice,
    Ticket,
    TicketState,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_INTEGERS = st.integers(-(2**63), 2**63 - 1)
_TEXT = st.text(st.characters(exclude_categories=())) | st.text(st.sampled_from("\0\ud83c\udf9f\ud800a$."))
_STRATEGIES: Mapping[str, st.SearchStrategy[Any]] = {
    "str": _TEXT,
    "TicketState": st.sampled_from(TicketState),
    "Language": st.sampled_from(Language),
    "Notice": st.sampled_from(Notice),
    "tuple[RoleId, ...]": st.lists(_INTEGERS).map(tuple),
    "tuple[LeftPanel, ...]": st.lists(
        st.builds(LeftPanel, _INTEGERS, st.none() | _INTEGERS.filter(lambda number: number != 0))
    ).map(tuple),
}


def _fields(kind: type[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Make any values for all fields of a class, also for those that are added later."""
    made: dict[str, st.SearchStrategy[Any]] = {}
    for field in attrs.fields(kind):
        name, _, none = str(field.type).partition(" | ")
        made[field.name] = _STRATEGIES.get(name, _INTEGERS)
        if none:
            made[field.name] |= st.none()
    return st.fixed_dictionaries(made)


@given(_fields(Ticket))
def test_a_ticket_comes_back_with_its_text_cleaned(fields: dict[str, Any]) -> None:
    ticket = Ticket(**fields)
    back = documents.to_ticket(documents.from_ticket(ticket))

    assert back == attrs.evolve(ticket, **_cleaned(fields))
    assert documents.from_ticket(back) == documents.from_ticket(ticket)


@given(_fields(GuildConfig))
def test_a_configuration_comes_back_with_its_text_cleaned(fields: dict[str, Any]) -> None:
    config = GuildConfig(**fields)

    assert documents.to_config(documents.from_config(config)) == attrs.evolve(config, **_cleaned(fields))


def _cleaned(fields: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: documents.clean(value) for name, value in fields.items() if type(value) is str}


@given(_fields(Ticket))
def test_a_document_is_the_same_as_json_and_as_bson(fields: dict[str, Any]) -> None:
    document = documents.from_ticket(Ticket(**fields))

    assert json.loads(json.dumps(document, ensure_ascii=False)) == document
    assert bson.decode(bson.encode(document)) == document  # pyright: ignore[reportUnknownMemberType] - bson's types


@given(_TEXT)
def test_clean_text_stays_as_it_is(text: str) -> None:
    cleaned = documents.clean(text)

    assert documents.clean(cleaned) == cleaned
    assert b"\0" not in cleaned.encode()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_storable_text_is_not_touched(text: str) -> None:
    assert documents.clean(text) == text


def test_the_stored_ticket_keeps_its_format() -> None:
    ticket = values.ticket(
        guild_id=1,
        number=2,
        opener_id=3,
        opener_name="Ada",
        state=TicketState.OPEN,
        created_at=4,
        changed_at=5,
        press_id=6,
        revision=7,
        slot=0,
        channel_id=8,
        claimer_id=9,
        notice=Notice.CLAIMED,
    )

    assert documents.from_ticket(ticket) == {
        "_id": "1-2",
        "guild": 1,
        "number": 2,
        "opener": 3,
        "opener_name": "Ada",
        "state": "open",
        "created_at": 4,
        "changed_at": 5,
        "press": 6,
        "revision": 7,
        "slot": "1:3:0",
        "channel": 8,
        "claimer": 9,
        "notice": "claimed",
        "unfinished": 1,
    }


def test_the_stored_configuration_keeps_its_format() -> None:
    config = values.config(
        guild_id=1,
        panel_channel_id=2,
        transcript_channel_id=3,
        category_id=4,
        staff_role_ids=(5, 6),
        panel_message_id=7,
        language=Language.ENGLISH,
        revision=8,
    )

    assert documents.from_config(config) == {
        "_id": 1,
        "panel_channel": 2,
        "transcript_channel": 3,
        "category": 4,
        "staff_role_ids": [5, 6],
        "panel_message": 7,
        "language": "en",
        "rev": 8,
    }
    moved = attrs.evolve(config, left_panels=(LeftPanel(ChannelId(9), MessageId(10)), LeftPanel(ChannelId(11), None)))
    assert documents.from_config(moved)["left_panels"] == [9, 10, 11, 0]


def test_what_a_later_version_adds_is_passed_over() -> None:
    ticket = values.ticket(slot=1)

    assert documents.to_ticket(documents.from_ticket(ticket) | {"mark": 5, "mood": "sunny"}) == ticket


@pytest.mark.parametrize("broken", [{}, {"state": "lost"}, {"slot": "1:3:x"}])
def test_an_unreadable_ticket_is_a_fault_of_the_store(broken: dict[str, str]) -> None:
    document = documents.from_ticket(values.ticket()) | broken if broken else {"_id": "1-2"}

    with pytest.raises(errors.StoreUnavailableError):
        documents.to_ticket(document)


@pytest.mark.parametrize("document", [{"_id": 1}, documents.from_config(values.config()) | {"left_panels": [1]}])
def test_an_unreadable_configuration_is_a_fault_of_the_store(document: dict[str, object]) -> None:
    with pytest.raises(errors.StoreUnavailableError):
        documents.to_config(document)


@pytest.mark.parametrize(("field", "value"), [("number", 2**63), ("closed_at", -(2**63) - 1)])
def test_a_number_of_more_than_64_bits_is_a_mistake(field: str, value: int) -> None:
    with pytest.raises(ValueError, match="64 bits"):
        documents.from_ticket(values.ticket(**{field: value}))


@pytest.mark.parametrize("value", [1.5, True, b"x"])
def test_a_value_of_another_kind_is_a_mistake(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        documents.from_ticket(values.ticket(closed_at=value))
