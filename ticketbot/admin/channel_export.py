"""Read a live channel for a transcript: its messages, the names used by its server, and its files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from ticketbot.discord import api, api_errors, history
from ticketbot.discord.name_cache import GuildNames, NameCache
from ticketbot.discord.threads import ThreadFinder
from ticketbot.tickets import errors, naming, permissions
from ticketbot.tickets.model import ChannelId, GuildId, Member, RoleId, UserId
from ticketbot.tickets.permissions import Overwrite, OverwriteKind, Permission
from ticketbot.transcripts.model.transcript import Names, Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

    import hikari

    from ticketbot.archive.media import MediaFetcher
    from ticketbot.archive.media_spool import MediaSpool
    from ticketbot.discord.threads import Thread
    from ticketbot.tickets.model import History, RawMessage
    from ticketbot.transcripts.model.media import Media, MediaReference

T = TypeVar("T")

_TRIES: Final = 4
_LONGEST_PAUSE: Final = 60.0
_TOGETHER: Final = 48
"""Files that are fetched together, at most: each such lot has a time limit."""
_TOGETHER_SIZE: Final = 150 * 1024 * 1024
"""Bytes of those files, as far as Discord tells."""
_WITHOUT_MESSAGES: Final = {4: "a category", 14: "a directory", 15: "a forum", 16: "a forum of media"}
"""Kinds of channels, by Discord's numbers; the posts of a forum are threads, with ids of their own."""

_WITH_THREADS: Final = frozenset({0, 5})
"""Text and announcement channels."""


class ExportError(Exception):
    """The channel cannot be read as asked; the text says why, and what to do."""


@attrs.frozen(kw_only=True)
class Channel:
    """A channel that may be read."""

    id: ChannelId
    name: str
    guild_id: GuildId | None
    """None for a conversation outside servers."""
    topic: str
    overwrites: tuple[Overwrite, ...]
    is_thread: bool
    has_threads: bool


async def channel(rest: hikari.api.RESTClient, channel_id: ChannelId) -> Channel:
    """Return a channel.

    Raises
    ------
    ExportError
        The bot may not see it, or it holds no messages.
    """
    try:
        found = await _patiently(lambda: api.fetch_channel(rest, channel_id), channel_id)
    except errors.ChannelGoneError as error:
        raise ExportError(f"there is no channel {channel_id} where the bot is") from error
    except errors.MissingPermissionsError as error:
        raise ExportError(f"the bot may not see the channel {channel_id}; it needs View Channel there") from error
    kind = _WITHOUT_MESSAGES.get(found["type"])
    if kind is not None:
        raise ExportError(f"the channel {channel_id} is {kind}, which holds no messages of its own")
    guild_id = found.get("guild_id")
    return Channel(
        id=channel_id,
        name=found.get("name") or "",
        guild_id=None if guild_id is None else GuildId(int(guild_id)),
        topic=found.get("topic") or "",
        overwrites=tuple(map(_overwrite, found.get("permission_overwrites") or ())),
        is_thread="thread_metadata" in found,
        has_threads=found["type"] in _WITH_THREADS,
    )


async def messages(rest: hikari.api.RESTClient, place: Channel) -> AsyncIterator[Sequence[RawMessage]]:
    """Yield a channel's messages in pages of a hundred, newest first.

    Raises
    ------
    ExportError
        The bot may not read them: where it may not, Discord says that there are none.
    """
    is_empty = True
    pages = history.pages(rest, place.id, call=_patient_call(place.id))
    try:
        async for page in pages:
            is_empty = False
            yield page
    except errors.MissingPermissionsError as error:
        raise ExportError(_no_history(place)) from error
    except errors.ChannelGoneError as error:
        raise ExportError(f"the channel {place.id} was deleted meanwhile") from error
    if is_empty and not await _may_read(rest, place):
        raise ExportError(_no_history(place))


async def with_threads(rest: hikari.api.RESTClient, place: Channel, found: Sequence[RawMessage]) -> History:
    """Return a channel's messages, oldest first, with those of its threads.

    Raises
    ------
    ExportError
        The bot may not read one of them.
    """

    def pages(thread: ChannelId) -> AsyncIterator[Sequence[RawMessage]]:
        return history.pages(rest, thread, call=_patient_call(thread))

    listed: Sequence[Thread] = ()
    try:
        if place.guild_id is not None and place.has_threads:
            listed = await ThreadFinder(rest).find(place.guild_id, place.id, _patient_call(place.id))
        return await history.with_threads(place.id, found, listed, pages)
    except errors.MissingPermissionsError as error:
        raise ExportError(f"the bot may not read the thread {error.channel_id}; it needs View Channel there") from error


async def files(
    wanted: Sequence[MediaReference], fetcher: MediaFetcher, spool: MediaSpool, *, largest: int
) -> AsyncIterator[Mapping[str, Media]]:
    """Download files in batches; a file that cannot be downloaded comes with the reason."""
    for lot in _lots(wanted):
        yield await fetcher.fetch(lot, spool, largest=largest)


async def members(
    rest: hikari.api.RESTClient, place: Channel, people: Iterable[int]
) -> AsyncIterator[tuple[int, Member | None]]:
    """Yield the members behind users, who carry nicknames and roles as messages do not; None is a user who left."""
    guild_id = place.guild_id
    if guild_id is None:
        return
    for user_id in people:
        try:
            found = await _patiently(lambda user_id=user_id: rest.fetch_member(guild_id, user_id))
        except errors.DiscordRefusedError:
            yield user_id, None
        except errors.TicketError:
            return  # a page without nicknames and colours is better than none
        else:
            name = naming.visible_name(found.display_name, found.username)
            role_ids = frozenset(RoleId(int(role_id)) for role_id in found.role_ids)
            yield user_id, Member(id=UserId(user_id), display_name=name, role_ids=role_ids)


async def names(
    rest: hikari.api.RESTClient, place: Channel, people: Mapping[int, str], known_members: Mapping[int, Member]
) -> tuple[GuildNames, Names]:
    """Return the names of the server, and the names of its members, roles and channels."""
    known = GuildNames() if place.guild_id is None else await NameCache(rest).names(place.guild_id)
    return known, Names(
        users={**people, **{user_id: member.display_name for user_id, member in known_members.items()}},
        user_colors={user_id: known.color_of(member) for user_id, member in known_members.items()},
        roles={role_id: Role(name=name, color=color) for role_id, (name, color) in known.roles.items()},
        channels={**known.channels, place.id: place.name},
    )


def _no_history(place: Channel) -> str:
    return f"the bot may not read #{place.name}; it needs View Channel and Read Message History there"


async def _may_read(rest: hikari.api.RESTClient, place: Channel) -> bool:
    """Return whether the bot may read old messages; a thread carries no overwrites to tell by."""
    if place.guild_id is None or place.is_thread:
        return True
    guild_id = place.guild_id
    guild = await _patiently(lambda: rest.fetch_guild(guild_id))
    bot_id = UserId(int((await _patiently(rest.fetch_my_user)).id))
    member = await _patiently(lambda: rest.fetch_member(guild_id, bot_id))
    role_ids = [RoleId(int(role_id)) for role_id in member.role_ids]
    base = permissions.on_guild(
        role_ids, {int(role.id): int(role.permissions) for role in guild.roles.values()}, guild_id
    )
    held = permissions.in_channel(base, place.overwrites, guild_id=guild_id, user_id=bot_id, role_ids=role_ids)
    return bool(held & Permission.READ_MESSAGE_HISTORY)


def _overwrite(found: Mapping[str, Any]) -> Overwrite:
    kind = OverwriteKind.MEMBER if found["type"] == 1 else OverwriteKind.ROLE
    return Overwrite(id=int(found["id"]), kind=kind, allow=int(found["allow"]), deny=int(found["deny"]))


def _lots(wanted: Sequence[MediaReference]) -> Iterator[Sequence[MediaReference]]:
    lot: list[MediaReference] = []
    size = 0
    for one in wanted:
        if lot and (len(lot) == _TOGETHER or size + (one.size or 0) > _TOGETHER_SIZE):
            yield lot
            lot, size = [], 0
        lot.append(one)
        size += one.size or 0
    if lot:
        yield lot


def _patient_call(channel_id: ChannelId) -> api_errors.Call:
    async def call(get: Callable[[], Awaitable[T]], /) -> T:
        return await _patiently(get, channel_id)

    return call


async def _patiently(call: Callable[[], Awaitable[T]], channel_id: ChannelId | None = None) -> T:
    """Call Discord again when it is busy or does not answer: no interaction waits for a response here."""
    for tries_left in reversed(range(_TRIES)):
        try:
            async with api_errors.translate_errors(channel_id):
                return await call()
        except errors.DiscordBusyError as error:
            if not tries_left or error.retry_after > _LONGEST_PAUSE:
                raise
            await asyncio.sleep(error.retry_after)
        except errors.DiscordUnavailableError:
            if not tries_left:
                raise
            await asyncio.sleep(1.0)
    raise AssertionError("the last try returns or raises")
