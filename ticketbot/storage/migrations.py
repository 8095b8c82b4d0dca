"""How records of earlier versions become those of this one.

A store has a version. When the bot starts, ``sqlite_migrations`` and ``mongo_migrations`` carry an older store over,
one step after the other; exports are carried over while they are read. A store of a later version is refused.

To change what is stored: raise ``VERSION``, add a step to both stores, and, if documents change, raise
``documents.FORMAT`` and add a function here. A function raises the document's revision too: a process of the version
before, which may still run, then cannot write over what it has not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeGuard, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ticketbot.storage.documents import Document

    Change = Callable[[Document], Document]

VERSION: Final = 7
"""The version of stores and exports that this version of the bot writes."""


def upgrade_ticket(document: Mapping[str, Any]) -> Document:
    """Return a ticket's document in the present format; one that is damaged stays so."""
    return _upgrade(document, _TICKET_CHANGES)


def upgrade_config(document: Mapping[str, Any]) -> Document:
    """Return a configuration's document in the present format; one that is damaged stays so."""
    return _upgrade(document, _CONFIG_CHANGES)


def is_number(value: object) -> TypeGuard[int]:
    """Return whether a stored value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def _upgrade(document: Mapping[str, Any], changes: Sequence[Change]) -> Document:
    found = document.get("format", 1)
    upgraded = dict(document)
    if not is_number(found) or not 1 <= found <= len(changes):
        return upgraded
    for number, change in enumerate(changes[found - 1 :], found + 1):
        upgraded = _next_revision(change(upgraded)) | {"format": number}
    return upgraded


def _next_revision(document: Document) -> Document:
    revision = document.get("revision")
    return document | {"revision": revision + 1} if is_number(revision) else document


def _rename(document: Document, names: Mapping[str, str]) -> Document:
    return {names.get(key, key): value for key, value in document.items()}


def _ticket_to_2(document: Document) -> Document:
    """Name keys after their fields."""
    return _rename(document, {"press": "interaction", "doubtful_since": "creation_unknown_since"})


def _config_to_2(document: Document) -> Document:
    """Call keys as their fields are called, and nest what was a list of pairs of ids, with 0 for none."""
    renamed = _rename(document, {"rev": "revision", "panel_look": "panel_fingerprint", "left_panels": "stale_panels"})
    renamed["guild"] = document.get("_id")
    found = renamed.get("stale_panels")
    ids = cast("list[object]", found) if isinstance(found, list) else [found]
    if len(ids) % 2 == 0:
        pairs = zip(ids[::2], ids[1::2], strict=True)
        renamed["stale_panels"] = [
            {"channel": channel} | ({"message": message} if message else {}) for channel, message in pairs
        ]
    return renamed


def _to_3(document: Document) -> Document:
    """Keep all keys: those of topics are new. A process that does not know them would drop them when it saves."""
    return document


def _to_4(document: Document) -> Document:
    """Keep all keys: those of the staff's work in a ticket are new, as those of topics were."""
    return document


_TICKET_CHANGES: Final[Sequence[Change]] = (_ticket_to_2, _to_3, _to_4)
_CONFIG_CHANGES: Final[Sequence[Change]] = (_config_to_2, _to_3, _to_4)
"""What carries a document from each format to the next, from 1."""
