"""Tickets and configurations as documents: nothing is lost, and the format stays as it is."""

from __future__ import annotations

import json
from enum import EnumType
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs
import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts import samples
from ticketbot.storage import codec, documents
from ticketbot.tickets import errors
from ticketbot.tickets.model import (
    ChannelId,
    GuildConfig,
    Language,
    MessageId,
    Millis,
    Notice,
    OwnerId,
    RoleId,
    StalePanel,
    Ticket,
    TicketState,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from enum import StrEnum

_T = TypeVar("_T", bound=attrs.AttrsInstance)

_IDS = st.integers(1, 2**63 - 1)
_COUNTS = st.integers(0, 2**63 - 1)
_TEXT = st.text(st.characters(exclude_categories=())) | st.text(st.sampled_from("\0\ud83c\udf9f\ud800a$."))
_STRATEGIES: Mapping[object, st.SearchStrategy[Any]] = {
    str: _TEXT,
    OwnerId: _TEXT,
    int: _COUNTS,
    Millis: _COUNTS,
    bool: st.booleans(),
}


def _values(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - a type as annotations have it
    """Return any values of a field's type, also of types that are added later."""
    if get_origin(kind) in (UnionType, Union):
        return st.one_of(*(st.none() if one is NoneType else _values(one) for one in get_args(kind)))
    if get_origin(kind) is tuple:
        return st.lists(_values(get_args(kind)[0]), max_size=2).map(tuple)
    if attrs.has(kind):
        return _instances(kind)
    if isinstance(kind, EnumType):
        return st.sampled_from(list(cast("type[StrEnum]", kind)))
    return _STRATEGIES.get(kind, _IDS)


def _instances(kind: type[Any]) -> st.SearchStrategy[Any]:
    types = get_type_hints(kind)
    fields = {field.alias: _values(types[field.name]) for field in attrs.fields(kind)}
    return st.builds(kind, **fields | ({"number": _IDS} if kind is Ticket else {}))


def _cleaned(instance: _T) -> _T:
    changes = {field.name: getattr(instance, field.name) for field in attrs.fields(type(instance))}
    return attrs.evolve(instance, **{name: _clean_value(value) for name, value in changes.items()})


def _clean_value(value: Any) -> Any:  # noqa: ANN401 - any field's
    if type(value) is tuple:
        return tuple(_clean_value(one) for one in cast("tuple[Any, ...]", value))
    if attrs.has(cast("type[object]", type(value))):
        return _cleaned(value)
    return codec.clean(value) if type(value) is str else value


@given(_instances(Ticket))
def test_a_ticket_comes_back_with_its_text_cleaned(ticket: Ticket) -> None:
    back = documents.to_ticket(documents.from_ticket(ticket))

    assert back == _cleaned(ticket)
    assert documents.from_ticket(back) == documents.from_ticket(ticket)


def _has_no_everyone(config: GuildConfig) -> bool:
    topics = (*config.topics, *config.former_topics)
    return all(config.guild_id not in one.staff_role_ids for one in (config, *topics))


@given(_instances(GuildConfig).filter(_has_no_everyone))
def test_a_configuration_comes_back_with_its_text_cleaned(config: GuildConfig) -> None:
    assert documents.to_config(documents.from_config(config)) == _cleaned(config)


@given(_instances(Ticket).map(documents.from_ticket) | _instances(GuildConfig).map(documents.from_config))
def test_a_document_is_the_same_as_json_and_as_bson(document: dict[str, Any]) -> None:
    assert json.loads(json.dumps(document, ensure_ascii=False)) == document
    assert bson.decode(bson.encode(document)) == document  # pyright: ignore[reportUnknownMemberType] - bson's types


@given(_TEXT)
def test_clean_text_stays_as_it_is(text: str) -> None:
    cleaned = codec.clean(text)

    assert codec.clean(cleaned) == cleaned
    assert b"\0" not in cleaned.encode()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_storable_text_is_not_touched(text: str) -> None:
    assert codec.clean(text) == text


def test_the_stored_ticket_keeps_its_format() -> None:
    ticket = samples.ticket(
        guild_id=1,
        number=2,
        opener_id=3,
        opener_name="Ada",
        state=TicketState.OPEN,
        created_at=4,
        changed_at=5,
        interaction_id=6,
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
        "interaction": 6,
        "revision": 7,
        "slot": "1:3:0",
        "channel": 8,
        "claimer": 9,
        "notice": "claimed",
        "unfinished": 1,
        "format": 4,
    }


def test_the_stored_configuration_keeps_its_format() -> None:
    config = samples.config(
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
        "guild": 1,
        "language": "en",
        "revision": 8,
        "format": 4,
    }
    moved = attrs.evolve(
        config, stale_panels=(StalePanel(ChannelId(9), MessageId(10)), StalePanel(ChannelId(11), None))
    )
    assert documents.from_config(moved)["stale_panels"] == [{"channel": 9, "message": 10}, {"channel": 11}]


def test_keys_that_a_later_version_adds_are_ignored() -> None:
    ticket = samples.ticket(slot=1)

    assert documents.to_ticket(documents.from_ticket(ticket) | {"mark": 5, "mood": "sunny"}) == ticket


_NO_IDS = (True, 1.5, None, "7", [7], {"$gt": 1}, -1, 0, 2**63)
_NO_COUNTS = (True, 1.5, "7", [7], {"$gt": 1}, -1, 2**63)
_NO_TEXT = (True, 7, ["a"], {"$gt": ""})
_WRONG_IN_TICKET: Mapping[str, Iterable[object]] = {
    "_id": (*_NO_IDS, 1, f"{samples.GUILD}-2"),
    "guild": (*_NO_IDS, samples.OTHER_GUILD),
    "number": (*_NO_IDS, 2),
    "opener": (*_NO_IDS, 8),
    "opener_name": (*_NO_TEXT, None),
    "state": (*_NO_TEXT, None, "lost"),
    "created_at": (*_NO_COUNTS, None),
    "changed_at": (*_NO_COUNTS, None),
    "interaction": _NO_IDS,
    "revision": (*_NO_COUNTS, None),
    "slot": (*_NO_COUNTS, "", "0", f"{samples.GUILD}:{samples.OPENER}:x", f"{samples.GUILD}:8:0"),
    "channel": [value for value in _NO_IDS if value is not None],
    "claimer_name": _NO_TEXT,
    "closed_at": _NO_COUNTS,
    "notice": (*_NO_TEXT, "later"),
    "attachment_limit": _NO_COUNTS,
    "format": (*_NO_IDS, 1, 2, 3, 5),
}
_WRONG_IN_CONFIG: Mapping[str, Iterable[object]] = {
    "_id": (*_NO_IDS, samples.OTHER_GUILD),
    "guild": (*_NO_IDS, samples.OTHER_GUILD),
    "panel_channel": _NO_IDS,
    "staff_role_ids": (None, "123", "", {"7": 7}, 7, [True], ["7"], [0], [samples.GUILD]),
    "stale_panels": (None, "", {"channel": 7}, [7], [[7, 8]], [{"channel": "7"}], [{"channel": 7, "message": 0}]),
    "language": (*_NO_TEXT, "de"),
    "revision": (*_NO_COUNTS, None),
    "format": (*_NO_IDS, 1, 2, 3, 5),
}


def _cases(wrong: Mapping[str, Iterable[object]]) -> list[tuple[str, object]]:
    return [(key, value) for key, found in wrong.items() for value in found]


@pytest.mark.parametrize(("key", "value"), _cases(_WRONG_IN_TICKET))
def test_a_ticket_with_a_wrong_value_is_unreadable(key: str, value: object) -> None:
    document = documents.from_ticket(samples.ticket(slot=0))
    assert documents.to_ticket(document) == samples.ticket(slot=0)

    with pytest.raises(errors.UnreadableRecordError):
        documents.to_ticket(document | {key: value})


@pytest.mark.parametrize(("key", "value"), _cases(_WRONG_IN_CONFIG))
def test_a_configuration_with_a_wrong_value_is_unreadable(key: str, value: object) -> None:
    document = documents.from_config(samples.config())
    assert documents.to_config(document) == samples.config()

    with pytest.raises(errors.UnreadableRecordError):
        documents.to_config(document | {key: value})


@pytest.mark.parametrize("key", sorted(documents.from_ticket(samples.ticket()).keys() - {"revision"}))
def test_a_ticket_that_lacks_a_key_is_unreadable(key: str) -> None:
    document = documents.from_ticket(samples.ticket())
    del document[key]

    with pytest.raises(errors.UnreadableRecordError):
        documents.to_ticket(document)


@pytest.mark.parametrize("counter", [(True, 1), ("7", 1), (0, 1), (2**63, 1), (7, -7), (7, 1.5), (7, "1"), (7, None)])
def test_a_counter_with_a_wrong_value_is_unreadable(counter: tuple[object, object]) -> None:
    with pytest.raises(errors.UnreadableRecordError):
        documents.to_counter(*counter)


def test_what_is_wrong_is_named_without_its_value() -> None:
    document = documents.from_ticket(samples.ticket()) | {"opener": "Ada", "opener_name": 7}
    del document["state"]

    with pytest.raises(errors.UnreadableRecordError) as caught:
        documents.to_ticket(document)
    assert str(caught.value) == (
        f"ticket {samples.GUILD}-1 cannot be read: opener_id is not a whole number from 1, of at most 64 bits; "
        "opener_name is not text; state is missing"
    )


@attrs.frozen
class _Question:
    label: str
    is_required: bool = False


@attrs.frozen
class _Topic:
    role_ids: tuple[RoleId, ...]
    questions: tuple[_Question, ...] = ()
    category_id: ChannelId | None = None


def test_values_may_be_nested() -> None:
    topic = _Topic((RoleId(5),), (_Question("Why?", is_required=True), _Question("\0")), ChannelId(6))
    document = codec.writer(_Topic)(topic)

    assert document == {
        "role_ids": [5],
        "questions": [
            {"label": "Why?", "is_required": True},
            {"label": "\N{REPLACEMENT CHARACTER}", "is_required": False},
        ],
        "category": 6,
    }
    assert codec.reader(_Topic)(document).questions[0] == topic.questions[0]
    assert codec.writer(_Topic)(_Topic(())) == {"role_ids": []}
    with pytest.raises(ExceptionGroup):
        codec.reader(_Topic)(document | {"questions": [{"label": "Why?", "is_required": 1}]})


@pytest.mark.parametrize(("field", "value"), [("number", 2**63), ("closed_at", -(2**63) - 1)])
def test_a_number_of_more_than_64_bits_is_a_mistake(field: str, value: int) -> None:
    with pytest.raises(ValueError, match="64 bits"):
        documents.from_ticket(samples.ticket(**{field: value}))


@pytest.mark.parametrize("value", [1.5, True, b"x"])
def test_a_value_of_another_kind_is_a_mistake(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        documents.from_ticket(samples.ticket(closed_at=value))
