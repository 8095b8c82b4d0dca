"""Tickets and configurations as documents, the same in every store.

A document holds text, whole numbers of 64 bits, booleans, lists and documents; no null (a key without a value is
absent), no floats, no dates. A key is the field's name without its ``_id``. New fields, and classes nested in them,
are stored without a change here.

What is read is checked strictly: types, ranges, and that ``_id`` and ``slot`` agree with the other keys. Keys that this
version does not know are ignored. Text is made storable when it is written: a pair of surrogates becomes the character
that it stands for, a lone surrogate and NUL become U+FFFD.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from ticketbot.storage import codec
from ticketbot.tickets import errors
from ticketbot.tickets.model import GuildConfig, GuildId, Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ticketbot.tickets.model import UserId

Document = dict[str, Any]

FORMAT: Final = 4
"""The format of the documents that this version writes and reads; ``migrations`` carries over earlier ones."""

_LONGEST_ID: Final = 64
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_T = TypeVar("_T", Ticket, GuildConfig)


def ticket_id(ticket: Ticket) -> str:
    """Return the ``_id`` of a ticket's document."""
    return id_of(ticket.guild_id, ticket.number)


def id_of(guild_id: GuildId, number: int) -> str:
    """Return the ``_id`` of the document of the ticket with a number."""
    return f"{guild_id}-{number}"


def slot_key(ticket: Ticket) -> str | None:
    """Return the stored slot of a ticket, which no other document may have; None if it takes none."""
    return None if ticket.slot is None else f"{ticket.guild_id}:{ticket.opener_id}:{ticket.slot}"


def slot_range(guild_id: GuildId, opener_id: UserId) -> tuple[str, str]:
    """Return two texts between which a member's slot keys sort, and no one else's: ``;`` follows ``:``."""
    return f"{guild_id}:{opener_id}:", f"{guild_id}:{opener_id};"


def opener_key(guild_id: GuildId, opener_id: UserId) -> str:
    """Return what stands for a member in the record of openings: not the id, which is to go with the ticket.

    It has no salt: all processes need the same, which would have to stand in the same store.
    """
    return hashlib.blake2b(f"{guild_id}:{opener_id}".encode(), digest_size=16).hexdigest()


def opening_of(ticket: Ticket) -> Document:
    """Return the record of a ticket's opening, which outlives the ticket for some minutes."""
    opener = opener_key(ticket.guild_id, ticket.opener_id)
    return {"_id": ticket_id(ticket), "opener": opener, "at": ticket.created_at}


def from_ticket(ticket: Ticket) -> Document:
    """Return a ticket's document; the lease is not a part of it.

    Raises
    ------
    TypeError, ValueError
        A field holds what cannot be stored.
    """
    document = _WRITE_TICKET(ticket)
    document["_id"] = ticket_id(ticket)
    document["format"] = FORMAT
    slot = slot_key(ticket)
    if slot is not None:
        document["slot"] = slot
    if ticket.is_unfinished:
        document["unfinished"] = 1
    return document


def to_ticket(document: Mapping[str, object]) -> Ticket:
    """Return the ticket that a document stands for.

    Raises
    ------
    UnreadableRecordError
        The document is not a valid ticket of this format.
    """
    ticket = _read(document, Ticket, _READ_TICKET)
    if document.get("_id") != ticket_id(ticket):
        raise _unreadable(Ticket, document, "_id does not agree with guild and number")
    if document.get("slot") != slot_key(ticket):
        raise _unreadable(Ticket, document, "slot does not agree with guild and opener")
    return ticket


def from_config(config: GuildConfig) -> Document:
    """Return a configuration's document.

    Raises
    ------
    TypeError, ValueError
        A field holds what cannot be stored.
    """
    document = _WRITE_CONFIG(config)
    document["_id"] = document["guild"]
    document["format"] = FORMAT
    return document


def to_config(document: Mapping[str, object]) -> GuildConfig:
    """Return the configuration that a document stands for.

    Raises
    ------
    UnreadableRecordError
        The document is not a valid configuration of this format.
    """
    config = _read(document, GuildConfig, _READ_CONFIG)
    if document.get("_id") != config.guild_id:
        raise _unreadable(GuildConfig, document, "_id does not agree with guild")
    if config.guild_id in config.staff_role_ids:
        raise _unreadable(GuildConfig, document, "staff_role_ids holds @everyone, whose id is the guild's")
    if any(config.guild_id in topic.staff_role_ids for topic in (*config.topics, *config.former_topics)):
        raise _unreadable(GuildConfig, document, "a topic's staff_role_ids holds @everyone, whose id is the guild's")
    return config


def to_counter(guild_id: object, number: object) -> tuple[GuildId, int]:
    """Return a guild and the last number that it gave, checked.

    Raises
    ------
    UnreadableRecordError
        One of the two is not valid.
    """
    try:
        return GuildId(codec.read_id(guild_id, GuildId)), codec.read_count(number, int)
    except codec.InvalidValueError as error:
        raise errors.UnreadableRecordError(f"counter of server {printable(guild_id)}", str(error)) from None


def to_free_numbers(guild_id: GuildId, last: int, numbers: object) -> Mapping[GuildId, list[int]]:
    """Return a guild's returned numbers, checked; nothing where there are none.

    Raises
    ------
    UnreadableRecordError
        They are not numbers up to the last one, each once.
    """
    try:
        listed = cast("list[object]", numbers) if isinstance(numbers, list) else [None]
        found = [codec.read_id(number, int) for number in listed]
    except codec.InvalidValueError:
        found = None
    if found is None or len(set(found)) < len(found) or max(found, default=0) > last:
        raise errors.UnreadableRecordError(f"counter of server {guild_id}", "free is not a list of its numbers")
    return {guild_id: sorted(found)} if found else {}


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


def _read(document: Mapping[str, object], kind: type[_T], read: Callable[[Mapping[str, object]], _T]) -> _T:
    if document.get("format") != FORMAT:
        raise _unreadable(kind, document, "another version of the bot wrote it")
    try:
        return read(document)
    except Exception as error:  # noqa: BLE001 - whatever a record holds, it must not stop other records
        raise _unreadable(kind, document, codec.reason(error)) from None


def _unreadable(kind: type[object], document: Mapping[str, object], reason: str) -> errors.UnreadableRecordError:
    what = "ticket" if kind is Ticket else "configuration of server"
    return errors.UnreadableRecordError(f"{what} {printable(document.get('_id'))}", reason)


def printable(record_id: object) -> str:
    """Return a record's id for logs and terminals, whatever the record holds there."""
    text = str(record_id) if isinstance(record_id, int | str) else ""
    return text if text.isprintable() and 0 < len(text) <= _LONGEST_ID else "without a valid id"


def _read_slot(value: object, _: object) -> int:
    _, _, index = codec.read_text(value, str).rpartition(":")
    if index.isdecimal() and index.isascii():
        return int(index)
    raise codec.InvalidValueError("is not a slot")


_READ_TICKET: Final = codec.reader(Ticket, {"number": codec.read_id, "slot": _read_slot})
_WRITE_TICKET: Final = codec.writer(Ticket, without="slot")
_READ_CONFIG: Final = codec.reader(GuildConfig)
_WRITE_CONFIG: Final = codec.writer(GuildConfig)

OPTIONAL_TICKET_KEYS: Final = codec.optional_keys(Ticket) | {"unfinished"}
"""The keys that are absent from some tickets' documents."""

OPTIONAL_CONFIG_KEYS: Final = codec.optional_keys(GuildConfig)
"""The keys that are absent from some configurations' documents."""
