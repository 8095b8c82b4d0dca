"""What Discord's errors mean for a ticket.

Error codes: Discord's documentation, "Opcodes and Status Codes", section "JSON".
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast

import aiohttp
import hikari

from ticketbot.discord import request_queue
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping

    from ticketbot.tickets.model import ChannelId

T = TypeVar("T")

UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_GUILD: Final = 10004
UNKNOWN_MESSAGE: Final = 10008
MAX_GUILD_CHANNELS: Final = 30013
MISSING_ACCESS: Final = 50001
MISSING_PERMISSIONS: Final = 50013
INVALID_FORM: Final = 50035
PARENT_FULL: Final = "CHANNEL_PARENT_MAX_CHANNELS"
PARENT_INVALID: Final = "CHANNEL_PARENT_INVALID"
FILE_TOO_LARGE: Final = 40005
ACKNOWLEDGED_ALREADY: Final = 40060
"""An interaction that has a first answer already."""

_BY_PROXIES: Final = (502, 504, *range(520, 528))
"""Statuses by which a proxy gives up; the server behind it may still carry the request out."""

_GONE: Final = (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE)
_LACKING: Final = (0, MISSING_ACCESS, MISSING_PERMISSIONS)
"""Codes of a 403 that granting a permission mends; others are refused for a reason of their own."""

UNDECODABLE: Final = (LookupError, ValueError, TypeError, AttributeError)
"""What hikari raises while it decodes an answer of 2xx that lacks a field, or has one of another type."""

TRUNCATED_ANSWER: Final = (aiohttp.ClientPayloadError, json.JSONDecodeError)
"""What hikari lets through when Discord's answer to a call breaks off."""

_BAD_ANSWERS: Final = (aiohttp.ClientError, json.JSONDecodeError, AssertionError, TimeoutError)
"""An answer that breaks off, does not end, or is JSON of another shape than hikari asserts."""

CALL_ERRORS: Final = (hikari.HikariError, *_BAD_ANSWERS)
"""Everything that a call may raise, except ``UNDECODABLE``: these look like a fault of the caller's."""

CALL_TIMEOUT: Final = 25.0
"""Seconds after which a call, its repetitions included, is given up."""


@contextlib.asynccontextmanager
async def translate_errors(
    channel_id: ChannelId | None = None,
    *,
    gone: type[errors.TicketError] = errors.ChannelGoneError,
    bound: float = CALL_TIMEOUT,
    uploads: bool = False,
) -> AsyncGenerator[None]:
    """Raise a ``TicketError`` for what hikari raises; ``gone`` is the one for a missing channel or message.

    ``bound`` is in seconds; those in which a request waits for other requests of this process do not count.
    """
    try:
        async with asyncio.timeout(bound) as timeout:
            with request_queue.deadline(timeout):
                yield
    except errors.TicketError:
        raise
    except hikari.ComponentStateConflictError as error:
        # the client is closed: the process ends, and recovery continues what was begun
        raise asyncio.CancelledError from error
    except hikari.NotFoundError as error:
        raise (gone() if error.code in _GONE else errors.DiscordRefusedError(error.code)) from error
    except hikari.RateLimitTooLongError as error:
        raise errors.DiscordBusyError(error.retry_after) from error
    except hikari.InternalServerError as error:
        raise errors.DiscordUnavailableError(answered=error.status not in _BY_PROXIES) from error
    except hikari.ClientHTTPResponseError as error:
        raise _client_error(error, channel_id, uploads=uploads) from error
    except (hikari.HTTPError, *_BAD_ANSWERS, *UNDECODABLE, OSError) as error:
        raise errors.DiscordUnavailableError from error


class Call(Protocol):
    """Sends a request and translates its errors."""

    async def __call__(self, get: Callable[[], Awaitable[T]], /) -> T:
        """Return what Discord answers."""
        ...


def call_in(
    channel_id: ChannelId, *, gone: type[errors.TicketError] = errors.ChannelGoneError, bound: float = CALL_TIMEOUT
) -> Call:
    """Return what sends requests about a channel and translates their errors."""

    async def call(get: Callable[[], Awaitable[T]], /) -> T:
        async with translate_errors(channel_id, gone=gone, bound=bound):
            return await get()

    return call


@contextlib.contextmanager
def ignore_answer() -> Generator[None]:
    """Suppress that hikari cannot decode the answer to a call whose content is not needed: the call was carried out.

    An answer that breaks off is not suppressed: a proxy may have written it.
    """
    try:
        yield
    except json.JSONDecodeError:
        raise
    except UNDECODABLE:
        pass


async def ensure_answered(answering: Awaitable[object]) -> None:
    """Give an interaction's first answer; one that stands already is an earlier try of it whose own answer was lost.

    It may also be the answer of whoever took the same interaction first: only the store knows.
    """
    try:
        await answering
    except (*TRUNCATED_ANSWER, *UNDECODABLE):
        pass  # the answer stands; only Discord's reply to it was lost
    except hikari.BadRequestError as error:
        if error.code != ACKNOWLEDGED_ALREADY:
            raise


def describe(error: BaseException | None) -> str:
    """Describe an error and its causes for a log: classes, fields and codes, never an address or a text of Discord's.

    hikari's own descriptions hold the addresses of requests, and with them tokens of interactions.
    """
    if error is None:
        return "nothing"
    if isinstance(error, hikari.HTTPResponseError):
        words = f"{type(error).__name__}(status={int(error.status)}, code={error.code})"
    else:
        words = repr(error) if isinstance(error, errors.TicketError) else type(error).__name__
    return words if error.__cause__ is None else f"{words} <- {describe(error.__cause__)}"


def quote(error: hikari.ClientHTTPResponseError) -> str:
    """Return a refusal in Discord's own words, for whoever runs the bot."""
    words = f"{int(error.status)}, code {error.code}: {error.message or 'no reason given'}"
    if isinstance(error, hikari.BadRequestError):
        words = "; ".join((words, *sorted(field_codes(error))))
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in words)


def field_codes(error: hikari.BadRequestError) -> frozenset[str]:
    """Return the codes of the fields of a form body that Discord found wrong, each as ``field:CODE``."""
    found: set[str] = set()
    _collect(error.errors or {}, "", found)
    return frozenset(found)


def _collect(node: Mapping[str, Any], path: str, found: set[str]) -> None:
    for key, value in node.items():
        if key == "_errors":
            found.update(f"{path}:{item.get('code', '')}" for item in cast("list[dict[str, Any]]", value))
        elif isinstance(value, dict):
            _collect(cast("dict[str, Any]", value), f"{path}.{key}".lstrip("."), found)


def _bad_request(error: hikari.BadRequestError) -> errors.TicketError:
    if error.code == FILE_TOO_LARGE:
        return errors.TranscriptTooLargeError()
    codes = {code.partition(":")[2] for code in field_codes(error)}
    if error.code == MAX_GUILD_CHANNELS:
        return errors.GuildFullError()
    if PARENT_FULL in codes:
        return errors.CategoryFullError()
    if PARENT_INVALID in codes:
        return errors.CategoryMissingError()
    return errors.DiscordRefusedError(error.code)


def _client_error(
    error: hikari.ClientHTTPResponseError, channel_id: ChannelId | None, *, uploads: bool
) -> errors.TicketError:
    if isinstance(error, hikari.UnauthorizedError):
        return errors.TokenRefusedError()
    if isinstance(error, hikari.ForbiddenError) and error.code in _LACKING:
        return errors.MissingPermissionsError(channel_id)
    if isinstance(error, hikari.BadRequestError):
        return _bad_request(error)
    if uploads and (error.status == 413 or error.code == FILE_TOO_LARGE):  # noqa: PLR2004 - HTTP's "Content Too Large"
        return errors.TranscriptTooLargeError()
    if error.status == 429:  # noqa: PLR2004 - HTTP's "Too Many Requests"
        return errors.DiscordBusyError(1.0)
    return errors.DiscordRefusedError(error.code)
