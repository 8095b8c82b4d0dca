"""SharedCalls: calls that are made one at a time, and shared by all who wait for the next one."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

_Key = TypeVar("_Key")
_Result = TypeVar("_Result")


class SharedCalls(Generic[_Key, _Result]):
    """Makes at most one call of a key at a time.

    Who asks while a call is under way waits for the next one, since that call's result may be older than the question;
    all who wait share the next call. So no result is older than the question, and any number of simultaneous questions
    cost two calls.
    """

    def __init__(self) -> None:
        self._next: dict[_Key, asyncio.Task[_Result]] = {}
        self._locks: weakref.WeakValueDictionary[_Key, asyncio.Lock] = weakref.WeakValueDictionary()

    async def call(self, key: _Key, make: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
        """Return the result of a call that has not begun yet, or raise its error; ``make`` creates the call."""
        task = self._next.get(key)
        if task is None:
            task = self._next[key] = asyncio.create_task(self._make(key, make))
            task.add_done_callback(_retrieve_error)
        return await asyncio.shield(task)  # one who stops waiting does not end the others' call

    async def _make(self, key: _Key, make: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
        async with self._locks.setdefault(key, asyncio.Lock()):
            del self._next[key]
            return await make()


def _retrieve_error(task: asyncio.Task[_Result]) -> None:
    """Retrieve a call's error, which asyncio would log if nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
