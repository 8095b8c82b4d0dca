"""What Discord's errors mean for a ticket.

Error codes: Discord's documentation, "Opcodes and Status Codes", section "JSON".
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any, Final, cast

import aiohttp
import hikari

from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Mapping

    from ticketbot.tickets.model import ChannelId

UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_MESSAGE: Final = 10008
MAX_GUILD_CHANNELS: Final = 30013
PARENT_FULL: Final = "CHANNEL_PARENT_MAX_CHANNELS"
PARENT_INVALID: Final = "CHANNEL_PARENT_INVALID"
FILE_TOO_LARGE: Final = 40005
ACKNOWLEDGED_ALREADY: Final = 40060
"""A second first answer to an interaction."""

_OF_PROXIES: Final = (502, 504, *range(520, 528))
"""Statuses by which a proxy says that it gave up; what stands behind it may still do what was asked."""

_GONE: Final = (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE)

HALF_AN_ANSWER: Final = (aiohttp.ClientPayloadError, json.JSONDecodeError)
"""What hikari lets through when Discord's answer to a call breaks off."""

_OF_ANSWERS: Final = (aiohttp.ClientError, json.JSONDecodeError, AssertionError, TimeoutError)
"""The same, when it does not end, and when it is JSON, but of no shape of Discord's: hikari asserts what it takes."""

OF_CALLS: Final = (hikari.HikariError, *_OF_ANSWERS)
"""All that a call may fail with."""

ANSWER_BOUND: Final = 25.0
"""Seconds within which a call, its repetitions included, has an answer or is given up."""


@contextlib.asynccontextmanager
async def translated(
    channel_id: ChannelId | None = None,
    *,
    gone: type[errors.TicketError] = errors.ChannelGoneError,
    bound: float = ANSWER_BOUND,
    uploads: bool = False,
) -> AsyncGenerator[None]:
    """Turn what hikari raises into what the desk knows; ``gone`` is what a missing channel means here."""
    try:
        async with asyncio.timeout(bound):
            yield
    except hikari.ComponentStateConflictError as error:
        # the client is closed: the process ends, and recovery goes on with what was begun
        raise asyncio.CancelledError from error
    except hikari.ForbiddenError as error:
        raise errors.MissingPermissionsError(channel_id) from error
    except hikari.NotFoundError as error:
        raise (gone() if error.code in _GONE else errors.DiscordRefusedError(error.code)) from error
    except hikari.RateLimitTooLongError as error:
        raise errors.DiscordBusyError(error.retry_after) from error
    except hikari.InternalServerError as error:
        raise errors.DiscordUnavailableError(answered=error.status not in _OF_PROXIES) from error
    except hikari.ClientHTTPResponseError as error:
        raise _client_error(error, uploads=uploads) from error
    except (hikari.HTTPError, *_OF_ANSWERS, OSError) as error:
        raise errors.DiscordUnavailableError from error


async def given(answering: Awaitable[object]) -> None:
    """Give an interaction's first answer; one that stands already is an earlier try of it whose own answer was lost.

    It may also be the answer of whoever took the same interaction first: only the store knows.
    """
    try:
        await answering
    except HALF_AN_ANSWER:
        pass  # it is there; what was lost is what Discord said to it
    except hikari.BadRequestError as error:
        if error.code != ACKNOWLEDGED_ALREADY:
            raise


def told(error: BaseException | None) -> str:
    """Describe an error and what caused it for a log: classes, fields and codes, never an address or a text of theirs.

    hikari's own descriptions hold the addresses of requests, and with them tokens of interactions.
    """
    if error is None:
        return "nothing"
    if isinstance(error, hikari.HTTPResponseError):
        words = f"{type(error).__name__}(status={int(error.status)}, code={error.code})"
    else:
        words = repr(error) if isinstance(error, errors.TicketError) else type(error).__name__
    return words if error.__cause__ is None else f"{words} <- {told(error.__cause__)}"


def field_codes(error: hikari.BadRequestError) -> frozenset[str]:
    """List the codes of a form body that Discord found wrong, each as ``field:CODE``."""
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


def _client_error(error: hikari.ClientHTTPResponseError, *, uploads: bool) -> errors.TicketError:
    if isinstance(error, hikari.BadRequestError):
        return _bad_request(error)
    if uploads and (error.status == 413 or error.code == FILE_TOO_LARGE):  # noqa: PLR2004 - HTTP's "Content Too Large"
        return errors.TranscriptTooLargeError()
    if error.status == 429:  # noqa: PLR2004 - HTTP's "Too Many Requests"
        return errors.DiscordBusyError(1.0)
    return errors.DiscordRefusedError(error.code)
