"""Tickets and configurations as plain documents, the same in every store.

A document holds text, whole numbers of 64 bits and lists of such numbers: no null (a key without a value is absent),
no floats, no dates. A key is the field's name without its ``_id``, so a new field is stored without a change here.

Text is made storable on its way in: a pair of surrogates becomes the character it stands for, a lone surrogate and
NUL become U+FFFD. What comes out can be put in again unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import attrs

from ticketbot.tickets import errors
from ticketbot.tickets.model import GuildConfig, Language, LeftPanel, Notice, Ticket, TicketState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ticketbot.tickets.model import GuildId, UserId

Value = str | int | list[int]
Document = dict[str, Value]

_NO_ID: Final = 0
_NOTHING: Final = (None, ())
"""Defaults that are not stored."""

_INT64: Final = range(-(2**63), 2**63)
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_TEXT_ENUMS: Final[Mapping[str, Callable[[Any], object]]] = {
    "state": TicketState,
    "notice": Notice,
    "language": Language,
}

_T = TypeVar("_T")


def _key(field: str) -> str:
    return field.removesuffix("_id")


def _optional_keys(kind: type[Ticket | GuildConfig]) -> frozenset[str]:
    return frozenset(_key(field.name) for field in attrs.fields(kind) if field.default in _NOTHING)


OPTIONAL_TICKET_KEYS: Final = _optional_keys(Ticket) | {"unfinished"}
"""The keys that are absent from some tickets' documents."""

OPTIONAL_CONFIG_KEYS: Final = _optional_keys(GuildConfig)
"""The keys that are absent from some configurations' documents."""


_KEYS: Final = {
    kind: tuple((field.name, _key(field.name)) for field in attrs.fields(kind)) for kind in (Ticket, GuildConfig)
}
"""The fields of each kind, and their keys."""


def clean(text: str) -> str:
    """Make text storable; storable text stays as it is."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", _REPLACEMENT)


def ticket_id(ticket: Ticket) -> str:
    """Name a ticket's document."""
    return id_of(ticket.guild_id, ticket.number)


def id_of(guild_id: GuildId, number: int) -> str:
    """Name the document of the ticket with a number."""
    return f"{guild_id}-{number}"


def slot_key(ticket: Ticket) -> str | None:
    """Name the place that a ticket takes; no two documents may have the same."""
    return None if ticket.slot is None else f"{ticket.guild_id}:{ticket.opener_id}:{ticket.slot}"


def slot_range(guild_id: GuildId, opener_id: UserId) -> tuple[str, str]:
    """Tell between which two texts all slot keys of a member stand, and nobody else's: ``;`` follows ``:``."""
    return f"{guild_id}:{opener_id}:", f"{guild_id}:{opener_id};"


def from_ticket(ticket: Ticket) -> Document:
    """Turn a ticket into its document; the lease is not a part of it."""
    document = _from_fields(ticket)
    document["_id"] = ticket_id(ticket)
    slot = slot_key(ticket)
    if slot is not None:
        document["slot"] = slot
    if ticket.is_unfinished:
        document["unfinished"] = 1
    return document


def to_ticket(document: Mapping[str, object]) -> Ticket:
    """Turn a document into the ticket it stands for; keys unknown to this version are passed over.

    Raises
    ------
    StoreUnavailableError
        The document makes no ticket.
    """
    return _read(document, _to_ticket)


def from_config(config: GuildConfig) -> Document:
    """Turn a configuration into its document."""
    document = _from_fields(config)
    document["_id"] = document.pop("guild")
    document["rev"] = document.pop("revision")
    return document


def to_config(document: Mapping[str, object]) -> GuildConfig:
    """Turn a document into the configuration it stands for; keys unknown to this version are passed over.

    Raises
    ------
    StoreUnavailableError
        The document makes no configuration.
    """
    return _read(document, _to_config)


def require_next(before: Ticket, after: Ticket) -> None:
    """Refuse to replace a ticket by anything but its own next revision.

    Raises
    ------
    ValueError
        It is another ticket, or another revision.
    """
    if (after.guild_id, after.number, after.revision) != (before.guild_id, before.number, before.revision + 1):
        raise ValueError(f"{ticket_id(after)} r{after.revision} does not follow {ticket_id(before)} r{before.revision}")


def require_next_config(before: GuildConfig | None, after: GuildConfig) -> None:
    """Refuse to replace a configuration by anything but its own next revision.

    Raises
    ------
    ValueError
        It is another guild's, or another revision.
    """
    expected = (after.guild_id, 0) if before is None else (before.guild_id, before.revision + 1)
    if (after.guild_id, after.revision) != expected:
        raise ValueError(f"revision {after.revision} of the configuration of {after.guild_id} does not follow")


def _from_fields(instance: Ticket | GuildConfig) -> Document:
    document: Document = {}
    for field in attrs.fields(type(instance)):
        value = getattr(instance, field.name)
        if value is not None and not (value == () and field.default == ()):
            document[_key(field.name)] = _storable(value)
    return document


def _storable(value: object) -> Value:
    if isinstance(value, str):
        return clean(str(value))
    if isinstance(value, int) and not isinstance(value, bool):
        number = int(value)  # a subclass, such as hikari's snowflakes, would be looked for one by one in the range
        if number not in _INT64:
            raise ValueError("a number of more than 64 bits cannot be stored")
        return number
    if isinstance(value, LeftPanel):
        return [cast("int", _storable(number)) for number in (value.channel_id, value.message_id or _NO_ID)]
    if isinstance(value, tuple):
        return _flat(_storable(item) for item in cast("tuple[object, ...]", value))
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def _flat(values: Iterable[Value]) -> list[int]:
    return [number for value in values for number in (value if isinstance(value, list) else [cast("int", value)])]


def _to_ticket(document: Mapping[str, object]) -> Ticket:
    fields = _to_fields(document, Ticket)
    if "slot" in fields:
        fields["slot"] = int(str(fields["slot"]).rpartition(":")[2])
    return Ticket(**fields)


def _to_config(document: Mapping[str, object]) -> GuildConfig:
    fields = _to_fields({**document, "guild": document["_id"], "revision": document["rev"]}, GuildConfig)
    fields["staff_role_ids"] = tuple(fields["staff_role_ids"])
    ids = fields.get("left_panels", ())
    pairs = zip(ids[::2], ids[1::2], strict=True)
    fields["left_panels"] = tuple(LeftPanel(channel_id, message_id or None) for channel_id, message_id in pairs)
    return GuildConfig(**fields)


def _to_fields(document: Mapping[str, object], kind: type[Ticket | GuildConfig]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: document[key] for name, key in _KEYS[kind] if key in document}
    for name in fields.keys() & _TEXT_ENUMS.keys():
        fields[name] = _TEXT_ENUMS[name](fields[name])
    return fields


def _read(document: Mapping[str, object], make: Callable[[Mapping[str, object]], _T]) -> _T:
    try:
        return make(document)
    except (KeyError, TypeError, ValueError) as error:
        raise errors.StoreUnavailableError(f"the record {document.get('_id')} cannot be read") from error
