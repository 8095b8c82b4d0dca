"""The notes of the staff: a private thread beside a ticket, seen by those alone who may manage threads there."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import hikari

from ticketbot.discord import api, api_errors, guild_members, guild_state, history
from ticketbot.discord.threads import ThreadFinder
from ticketbot.texts import notes
from ticketbot.tickets import access, errors
from ticketbot.tickets.inheritance import settings_of
from ticketbot.tickets.model import ChannelId, Participant, RoleId, UserId
from ticketbot.tickets.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from ticketbot.discord.clients import Clients
    from ticketbot.discord.threads import Thread
    from ticketbot.texts.message import Message
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.model import GuildConfig, Note, Ticket
    from ticketbot.tickets.permissions import Overwrite

_ARCHIVED_AFTER: Final = dt.timedelta(days=7)
_TRIES: Final = 3
"""How often notes are posted where somebody deletes their thread meanwhile."""


class _ThreadGoneError(Exception):
    """The thread was deleted, which says nothing of the ticket's channel."""


@contextlib.contextmanager
def _in_thread() -> Generator[None]:
    try:
        yield
    except errors.ChannelGoneError as error:
        raise _ThreadGoneError from error


class NotePoster:
    """Opens the threads of notes, and posts notes into them."""

    def __init__(self, clients: Clients, bot_id: UserId, catalog: MessageCatalog) -> None:
        self._rest = clients.rest
        self._no_retry = clients.no_retry
        self._bot_id = bot_id
        self._catalog = catalog
        self._threads = ThreadFinder(clients.rest)

    async def blind_roles(self, ticket: Ticket, config: GuildConfig) -> Sequence[Participant]:
        """Return the staff roles whose overwrite does not show them the thread."""
        channel_id = _channel_of(ticket)
        async with api_errors.translate_errors(channel_id):
            channel = guild_state.channel_of(await api.fetch_channel(self._rest, channel_id))
        seeing = {one.id for one in channel.overwrites if one.allow & Permission.MANAGE_THREADS}
        roles: tuple[RoleId, ...] = settings_of(ticket, config).staff_role_ids
        blind = (Participant(id=role_id, is_role=True) for role_id in roles if role_id not in seeing)
        return [one for one in blind if _is_to_see(access.overwrite_of(ticket, config, one))]

    async def post(self, ticket: Ticket, config: GuildConfig) -> None:
        """Post the ticket's notes that are not in its thread, which is opened if there is none.

        Raises
        ------
        DiscordUnavailableError
            Threads were deleted as fast as they were found: the ticket's channel stays, so this is tried again.
        """
        for _ in range(_TRIES):
            try:
                return await self._post_missing(ticket, config)
            except _ThreadGoneError:
                continue
        raise errors.DiscordUnavailableError

    async def remove(self, ticket: Ticket, config: GuildConfig, targets: Sequence[Participant]) -> None:
        """Remove members, and holders of roles who are no staff, from the thread if they are in it."""
        for thread in await self._find(ticket):
            await self._remove(thread, ticket, config, targets)

    async def withdraw(self, ticket: Ticket, withdrawn: Sequence[Note]) -> None:
        """Delete notes from the threads that they may be in."""
        for thread in await self._find(ticket):
            with contextlib.suppress(errors.ChannelGoneError):
                for message in await self._ours(thread.id, withdrawn):
                    if any(notes.is_note(message, ticket, note) for note in withdrawn):
                        async with api_errors.translate_errors(thread.id):
                            await self._rest.delete_message(thread.id, int(message["id"]))

    async def _post_missing(self, ticket: Ticket, config: GuildConfig) -> None:
        threads = await self._find(ticket)
        for thread in threads:
            await self._remove(thread, ticket, config, access.without_notes(ticket))
        thread_id = threads[0].id if threads else await self._open(ticket, config)
        messages = self._catalog.of(config)
        with _in_thread():
            if not threads or not threads[0].last_message_id:
                await self._post(thread_id, messages.notes_opened(), f"{ticket.interaction_id}-t")
            posted = await self._ours(thread_id, ticket.notes) if threads else ()
            for note in ticket.notes:
                if not any(notes.is_note(one, ticket, note) for one in posted):
                    await self._post(thread_id, messages.note(ticket, note), f"{note.interaction_id}-n")

    async def _remove(
        self, thread: Thread, ticket: Ticket, config: GuildConfig, targets: Sequence[Participant]
    ) -> None:
        """Remove members from a thread; the bot created it, and is one of them itself.

        Discord lists the members of a thread only to applications with the privileged intent GUILD_MEMBERS. So members
        are removed whether or not they are in the thread, and holders of a role if they are seen to have joined it.
        """
        if thread.member_count == 1:
            return
        user_ids = [UserId(target.id) for target in targets if not target.is_role]
        with contextlib.suppress(errors.ChannelGoneError):
            if any(target.is_role for target in targets):
                user_ids += await self._seen_without_role(thread.id, ticket, config)
            if thread.is_archived and user_ids:
                async with api_errors.translate_errors(thread.id):
                    with api_errors.ignore_answer():
                        await self._rest.edit_channel(thread.id, archived=False)
            for user_id in dict.fromkeys(user_ids):
                await self._remove_member(thread.id, user_id)

    async def _remove_member(self, thread_id: ChannelId, user_id: UserId) -> None:
        try:
            async with api_errors.translate_errors(thread_id):
                await self._rest.remove_thread_member(thread_id, user_id)
        except errors.DiscordRefusedError as refused:
            if refused.code not in guild_members.GONE:
                raise

    async def _seen_without_role(self, thread_id: ChannelId, ticket: Ticket, config: GuildConfig) -> Sequence[UserId]:
        """Return who wrote in a thread or was mentioned there, and has none of the ticket's staff roles.

        Administrators may be among them: they see the thread without being in it.
        """
        seen: set[int] = set()
        async for message in history.since(self._rest, thread_id, 0, call=api_errors.call_in(thread_id)):
            seen |= {api.author_id(message) or 0, *(int(user["id"]) for user in message.get("mentions") or ())}
        found: list[UserId] = []
        for user_id in map(UserId, sorted(seen - {0, self._bot_id})):
            member = await guild_members.fetch(self._rest, ticket.guild_id, user_id)
            if member is None or not access.is_staff(ticket, config, member):
                found.append(user_id)
        return found

    async def _ours(self, thread_id: ChannelId, written: Sequence[Note]) -> Sequence[Mapping[str, Any]]:
        """Return the bot's messages in a thread that may be certain notes."""
        since = min(note.interaction_id for note in written)
        call = api_errors.call_in(thread_id)
        found = history.since(self._rest, thread_id, since, call=call)
        return [message async for message in found if api.author_id(message) == self._bot_id]

    async def _open(self, ticket: Ticket, config: GuildConfig) -> ChannelId:
        """Create the thread by the client that repeats nothing; of two created at once, the older one stays."""
        channel_id = _channel_of(ticket)
        async with api_errors.translate_errors(channel_id):
            created = await self._no_retry.create_thread(
                channel_id,
                hikari.ChannelType.GUILD_PRIVATE_THREAD,
                self._catalog.of(config).notes_thread(),
                auto_archive_duration=_ARCHIVED_AFTER,
                invitable=False,
            )
        oldest = next((thread.id for thread in await self._find(ticket)), ChannelId(int(created.id)))
        if oldest != created.id:
            with contextlib.suppress(errors.ChannelGoneError):
                async with api_errors.translate_errors(ChannelId(int(created.id))):
                    with api_errors.ignore_answer():
                        await self._rest.delete_channel(created.id)
        return oldest

    async def _find(self, ticket: Ticket) -> Sequence[Thread]:
        """Return the private threads that the bot opened in the ticket's channel, oldest first."""
        channel_id = _channel_of(ticket)
        found = await self._threads.find_private(ticket.guild_id, channel_id, api_errors.call_in(channel_id))
        return [thread for thread in found if thread.owner_id == self._bot_id]

    async def _post(self, thread_id: ChannelId, message: Message, nonce: str) -> None:
        async with api_errors.translate_errors(thread_id):
            with api_errors.ignore_answer():
                await self._rest.create_message(thread_id, embeds=message.embeds, nonce=nonce)


def _is_to_see(overwrite: Overwrite | None) -> bool:
    """Return whether a role is to see notes: the other staff of a claimed ticket that is hidden from them are not."""
    return overwrite is not None and bool(overwrite.allow & Permission.MANAGE_THREADS)


def _channel_of(ticket: Ticket) -> ChannelId:
    assert ticket.channel_id is not None, "only a ticket with a channel has notes"
    return ticket.channel_id
