"""Readers of stored rows: a damaged record costs itself alone, and what has not changed is not decoded again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import attrs

from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence

_LOGGER = logging.getLogger(__name__)

_MOST_RECENT: Final = 64

_Row = TypeVar("_Row")
_T = TypeVar("_T")


@attrs.frozen
class RecordReader:
    """Reads rows, and logs each record that cannot be read, once in the life of a store."""

    _logged: set[str] = attrs.field(factory=set[str])

    def read(self, row: _Row, decode: Callable[[_Row], _T]) -> _T:
        """Return the record of one row.

        Raises
        ------
        UnreadableRecordError
            It is not valid.
        """
        try:
            return decode(row)
        except errors.UnreadableRecordError as error:
            self._log(error)
            raise

    def read_all(self, rows: Iterable[_Row], decode: Callable[[_Row], _T]) -> list[_T]:
        """Return the records of all rows that are valid."""
        found: list[_T] = []
        for row in rows:
            try:
                found.append(decode(row))
            except errors.UnreadableRecordError as error:
                self._log(error)
        return found

    async def read_page(
        self, fetch: Callable[[int], Awaitable[Sequence[_Row]]], decode: Callable[[_Row], _T], *, limit: int
    ) -> list[_T]:
        """Return the first valid records, at most ``limit``; ``fetch`` returns the first rows, as many as it is told.

        A page is shorter than ``limit`` only where no more valid records follow.
        """
        wanted = limit
        while True:
            rows = await fetch(wanted)
            found = self.read_all(rows, decode)
            if len(rows) < wanted or len(found) >= limit:
                return found[:limit]
            wanted = limit + len(rows) - len(found)

    def _log(self, error: errors.UnreadableRecordError) -> None:
        if error.record not in self._logged:
            self._logged.add(error.record)
            _LOGGER.error("%s cannot be read and is left out; `ticketbot check` says why", error.record)


@attrs.frozen
class RecentRecords(Generic[_Row, _T]):
    """The records that were read last, so that a row which is as it was is not decoded again.

    A press on a panel reads its server's configuration twice, and 25 topics with questions take 0.7 ms to decode.
    """

    _decode: Callable[[_Row], _T]
    _known: dict[Hashable, tuple[_Row, _T]] = attrs.field(factory=dict["Hashable", "tuple[_Row, _T]"], init=False)

    def read(self, key: Hashable, row: _Row) -> _T:
        """Return the record of the row that has a key."""
        known = self._known.pop(key, None)
        if known is None or known[0] != row:
            known = row, self._decode(row)
        self._known[key] = known
        if len(self._known) > _MOST_RECENT:
            del self._known[next(iter(self._known))]
        return known[1]
