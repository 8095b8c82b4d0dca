"""The process: when it is asked to end, how it closes in time, and what it says of failures that nobody takes."""

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

from ticketbot.discord import failures

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

_LOGGER = logging.getLogger(__name__)

DRAIN: Final = 20.0
"""Seconds that begun work gets to finish after SIGTERM."""

_CLOSING: Final = 5.0
"""Seconds that connections get to close after that. Both together are less than what service managers wait."""


def stop_on_signals() -> asyncio.Event:
    """Give what is set by the first SIGTERM or SIGINT; a further one changes nothing, the end is bounded."""
    stop = asyncio.Event()

    def ask() -> None:
        if stop.is_set():
            _LOGGER.info("already stopping; begun work gets at most %.0f s", DRAIN)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ask)
    return stop


@contextlib.asynccontextmanager
async def closing_in_time() -> AsyncGenerator[contextlib.AsyncExitStack]:
    """Give a stack that is unwound at the end, without waiting long for what hangs."""
    stack = contextlib.AsyncExitStack()
    try:
        yield stack
    finally:
        try:
            async with asyncio.timeout(_CLOSING):
                await stack.aclose()
        except TimeoutError:
            _LOGGER.warning("a connection does not close; ending without it")


def tell_of_failures() -> None:
    """Log what fails where nobody waits for it; asyncio's own way shows the payload, with its token and its texts."""
    asyncio.get_running_loop().set_exception_handler(_tell)


async def tell_of_event(event: hikari.ExceptionEvent[Any]) -> None:
    """Log that an event could not be handled; one that makes no sense to a library is no defect of ours."""
    if isinstance(event.failed_event, hikari.InteractionCreateEvent):
        _LOGGER.warning("an event of Discord's cannot be handled: %s", failures.told(event.exception))
    else:
        _LOGGER.error("%s cannot be handled", type(event.failed_event).__name__, exc_info=event.exception)


def leave_threads_behind() -> None:
    """End the process here if a thread still hangs in a call to a server that does not answer."""
    if threading.active_count() > 1:
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


def _tell(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    error: BaseException | None = context.get("exception")
    if "payload" in context:
        _LOGGER.warning("an event of Discord's cannot be read: %s", failures.told(error))
    elif isinstance(error, failures.OF_CALLS):
        _LOGGER.warning("%s: %s", context["message"], failures.told(error))
    else:
        _LOGGER.error("%s", context["message"], exc_info=error)
