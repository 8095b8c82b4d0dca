"""The process: signals, a bounded shutdown, and errors that nothing else handles."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

import hikari

from ticketbot.discord import api_errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from types import FrameType

_LOGGER = logging.getLogger(__name__)

DRAIN: Final = 20.0
"""Seconds that work in flight gets to finish after SIGTERM."""

_STOPPING: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name))
"""SIGBREAK is Windows' Ctrl-Break, by which a process there can ask another one to end."""

_CLOSING: Final = 5.0
"""Seconds that connections get to close after that. Both together are less than service managers wait."""


def stop_on_signals() -> asyncio.Event:
    """Return an event that the first SIGTERM or SIGINT sets; a further signal changes nothing, the end is bounded."""
    stop = asyncio.Event()

    def ask() -> None:
        if stop.is_set():
            _LOGGER.info("already stopping; work in flight gets at most %.0f s", DRAIN)
        stop.set()

    loop = asyncio.get_running_loop()

    def ask_from_outside(_number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(ask)

    for number in _STOPPING:
        try:
            loop.add_signal_handler(number, ask)
        except NotImplementedError:  # Windows: there, asyncio only makes sure that a signal wakes the loop
            signal.signal(number, ask_from_outside)
    return stop


@contextlib.asynccontextmanager
async def bounded_exit_stack() -> AsyncGenerator[contextlib.AsyncExitStack]:
    """Return a stack that is closed at the end, without waiting long for a connection that hangs."""
    stack = contextlib.AsyncExitStack()
    try:
        yield stack
    finally:
        try:
            async with asyncio.timeout(_CLOSING):
                await stack.aclose()
        except TimeoutError:
            _LOGGER.warning("a connection does not close; ending without it")


def log_unhandled_errors() -> None:
    """Log errors that nothing awaits; asyncio's own handler would log the payload, with its token and its texts."""
    asyncio.get_running_loop().set_exception_handler(_log_unhandled)


async def log_failed_event(event: hikari.ExceptionEvent[Any]) -> None:
    """Log that an event could not be handled; without a traceback where a library cannot read it."""
    if isinstance(event.failed_event, hikari.InteractionCreateEvent):
        _LOGGER.warning("an event of Discord's cannot be handled: %s", api_errors.describe(event.exception))
    else:
        _LOGGER.error("%s cannot be handled", type(event.failed_event).__name__, exc_info=event.exception)


def exit_despite_threads() -> None:
    """End the process if a thread still hangs in a call to a server that does not answer."""
    if threading.active_count() > 1:
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


def _log_unhandled(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    error: BaseException | None = context.get("exception")
    if "payload" in context:
        _LOGGER.warning("an event of Discord's cannot be read: %s", api_errors.describe(error))
    elif isinstance(error, api_errors.CALL_ERRORS):
        _LOGGER.warning("%s: %s", context["message"], api_errors.describe(error))
    else:
        _LOGGER.error("%s", context["message"], exc_info=error)
