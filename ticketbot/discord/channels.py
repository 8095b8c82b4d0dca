"""HikariTicketChannels: the channels of tickets on Discord, through hikari's REST client."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

import attrs
import hikari

from ticketbot.discord import api, api_errors, guild_members, guild_state, history
from ticketbot.discord.created_channels import CreatedChannels
from ticketbot.discord.form_files import FormFilePoster
from ticketbot.discord.full_places import FullPlaces
from ticketbot.discord.notes import NotePoster
from ticketbot.texts import notices, refusals
from ticketbot.tickets import access, answers, errors, naming, signs
from ticketbot.tickets.inheritance import settings_of
from ticketbot.tickets.model import ChannelAudit, ChannelId, CreatedChannel, Notice, RoleId, TicketState, UserId
from ticketbot.tickets.permissions import IN_THREADS, Overwrite, OverwriteKind, Permission

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

    from ticketbot.discord.clients import Clients
    from ticketbot.discord.form_files import FormFiles
    from ticketbot.discord.name_cache import NameCache
    from ticketbot.texts.message import Message
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.model import GuildConfig, GuildId, Member, Note, Participant, Ticket

_T = TypeVar("_T")
_LOGGER = logging.getLogger(__name__)

_OVERWRITE_TYPES: Final = {
    OverwriteKind.ROLE: hikari.PermissionOverwriteType.ROLE,
    OverwriteKind.MEMBER: hikari.PermissionOverwriteType.MEMBER,
}


class HikariTicketChannels:
    """The TicketChannels port.

    Channels are created by the client that never repeats a request: Discord has no nonce for channels.
    """

    def __init__(
        self, clients: Clients, bot_id: UserId, name_cache: NameCache, catalog: MessageCatalog, files: FormFiles
    ) -> None:
        self._rest = clients.rest
        self._no_retry = clients.no_retry
        self._bot_id = bot_id
        self._name_cache = name_cache
        self._catalog = catalog
        self._queue = clients.queue
        self._created = CreatedChannels()
        self._full = FullPlaces()
        self._notes = NotePoster(clients, bot_id, catalog)
        self._files = FormFilePoster(clients=clients, catalog=catalog, files=files)

    async def create(self, ticket: Ticket, config: GuildConfig) -> CreatedChannel:
        """Create the channel, without staff roles that were deleted and names that Discord refuses.

        Each category that is full or was deleted is passed over. When all are, the refusal says that one was deleted
        if that is so, since an administrator can mend it, and otherwise that they are full.
        """
        overwrites = access.overwrites(ticket, config, self._bot_id)
        names = [_signed(one, ticket, config) for one in _names(ticket, config)]
        lost: tuple[RoleId, ...] = ()
        while True:
            try:
                create = functools.partial(self._create, ticket, config, names[0], overwrites)
                created = await _in_any_category(ticket, config, create)
            except errors.DiscordRefusedError as refused:
                if refused.code in refusals.TEXT_KEY_BY_CODE:
                    raise  # it is not the name
                reason = api_errors.describe(refused)
                _LOGGER.info("channel of ticket %s of guild %s refused: %s", ticket.number, ticket.guild_id, reason)
                found = () if lost else await self._lost_roles(ticket, config)
                if found:
                    lost = found
                    overwrites = tuple(overwrite for overwrite in overwrites if overwrite.id not in lost)
                else:
                    del names[0]
                if not names:
                    raise
            else:
                return CreatedChannel(id=created.id, lost_role_ids=lost)

    async def _create(
        self,
        ticket: Ticket,
        config: GuildConfig,
        name: str,
        overwrites: Sequence[Overwrite],
        category_id: ChannelId,
    ) -> CreatedChannel:
        with self._full.creating(ticket.guild_id, category_id):
            async with api_errors.translate_errors(category_id, gone=errors.ChannelGoneError):
                channel = await self._no_retry.create_guild_text_channel(
                    ticket.guild_id,
                    name,
                    topic=self._catalog.of(config).topic(ticket),
                    category=category_id,
                    permission_overwrites=[
                        hikari.PermissionOverwrite(
                            id=overwrite.id,
                            type=_OVERWRITE_TYPES[overwrite.kind],
                            allow=hikari.Permissions(overwrite.allow),
                            deny=hikari.Permissions(overwrite.deny),
                        )
                        for overwrite in overwrites
                    ],
                )
        self._name_cache.add_channel(ticket.guild_id, ChannelId(int(channel.id)), channel.name or name)
        return CreatedChannel(id=ChannelId(int(channel.id)))

    async def _lost_roles(self, ticket: Ticket, config: GuildConfig) -> tuple[RoleId, ...]:
        guild = await self._name_cache.guild(ticket.guild_id)
        staff_role_ids = settings_of(ticket, config).staff_role_ids
        return tuple(role_id for role_id in staff_role_ids if role_id not in guild.roles)

    def creation_wait(self, guild_id: GuildId, ahead: int) -> float:
        """Ask the queue."""
        return self._queue.expected_wait(guild_id, api.CREATE_CHANNEL.compile(guild=guild_id), ahead)

    async def find(self, ticket: Ticket) -> Sequence[ChannelId]:
        """Return the channel that the bot created for a reserved ticket, then the empty ones of other creations."""
        return self._created.find(ticket, await self._name_cache.channels(ticket.guild_id))

    async def delete(self, channel_id: ChannelId) -> None:
        """Delete a channel."""
        self._full.forget()
        try:
            async with api_errors.translate_errors(channel_id):
                with api_errors.ignore_answer():
                    await self._rest.delete_channel(channel_id)
        except errors.ChannelGoneError:
            return

    async def delete_unused(self, ticket: Ticket, channel_id: ChannelId) -> None:
        """Log that the channel is deleted before it is: whether Discord's answer arrives or not."""
        _LOGGER.warning(
            "channel %s was created for ticket %s of guild %s, which does not use it: it is deleted",
            channel_id,
            ticket.number,
            ticket.guild_id,
        )
        await self.delete(channel_id)

    async def opener_sees(self, ticket: Ticket) -> bool | None:
        """Fetch the channel and look at the opener's overwrite."""
        channel_id = _channel_of(ticket)
        try:
            async with api_errors.translate_errors(channel_id):
                channel = guild_state.channel_of(await api.fetch_channel(self._rest, channel_id))
        except errors.ChannelGoneError:
            return None
        except errors.MissingPermissionsError:
            return True  # it exists, hidden from the bot, which can give nobody access
        return access.opener_sees(ticket, channel.overwrites)

    async def place(self, ticket: Ticket, config: GuildConfig) -> None:
        """Edit the channel's category: the first of the topic's that takes it."""
        await _in_any_category(ticket, config, functools.partial(self._place, ticket))

    async def _place(self, ticket: Ticket, category_id: ChannelId) -> None:
        channel_id = _channel_of(ticket)
        async with api_errors.translate_errors(channel_id):
            with api_errors.ignore_answer():
                await self._rest.edit_channel(channel_id, parent_category=category_id)

    async def fetch_member(self, guild_id: GuildId, user_id: UserId) -> Member | None:
        """Fetch a member."""
        return await guild_members.fetch(self._rest, guild_id, user_id)

    async def set_overwrite(self, ticket: Ticket, config: GuildConfig, target: Participant) -> None:
        """Put an overwrite, or delete it."""
        overwrite = access.overwrite_of(ticket, config, target)
        if overwrite is not None:
            await self._overwrite(ticket, overwrite)
            return
        channel_id = _channel_of(ticket)
        try:
            async with api_errors.translate_errors(channel_id):
                await self._rest.delete_permission_overwrite(channel_id, target.id)
        except errors.DiscordRefusedError as refused:
            if refused.code not in guild_members.GONE:
                raise

    async def post_notes(self, ticket: Ticket, config: GuildConfig) -> None:
        """Show the thread to the staff roles that do not see it, then post."""
        for target in await self._notes.blind_roles(ticket, config):
            await self.set_overwrite(ticket, config, target)
        await self._notes.post(ticket, config)

    async def remove_from_notes(self, ticket: Ticket, config: GuildConfig, targets: Sequence[Participant]) -> None:
        """Delete them from the members of the thread."""
        await self._notes.remove(ticket, config, targets)

    async def withdraw_notes(self, ticket: Ticket, notes: Sequence[Note]) -> None:
        """Delete them from their thread, which stays."""
        await self._notes.withdraw(ticket, notes)

    async def role_overwrites(self, guild_id: GuildId) -> Mapping[ChannelId, Mapping[RoleId, Overwrite]]:
        """List the server's channels, past the cache."""
        return {
            ChannelId(channel.id): {
                RoleId(overwrite.id): overwrite
                for overwrite in channel.overwrites
                if overwrite.kind is OverwriteKind.ROLE
            }
            for channel in await guild_state.fetch_channels(self._rest, guild_id)
        }

    async def warn_of_categories(self, ticket: Ticket, config: GuildConfig, error: errors.TicketError) -> None:
        """Post into the transcripts' channel; nobody is notified."""
        channel_id = settings_of(ticket, config).transcript_channel_id
        message = self._catalog.of(config).no_category(ticket, config, error)
        async with api_errors.translate_errors(channel_id, gone=errors.TranscriptChannelMissingError):
            with api_errors.ignore_answer():
                await self._rest.create_message(channel_id, embeds=message.embeds)

    async def _overwrite(self, ticket: Ticket, overwrite: Overwrite) -> None:
        try:
            await self._put_overwrite(ticket, overwrite)
        except errors.MissingPermissionsError as error:
            if not (overwrite.allow | overwrite.deny) & IN_THREADS:
                _refuse(error, overwrite)
            # It may be these alone that the bot lacks, and so can neither deny nor allow.
            without = attrs.evolve(overwrite, allow=overwrite.allow & ~IN_THREADS, deny=overwrite.deny & ~IN_THREADS)
            try:
                await self._put_overwrite(ticket, without)
            except errors.MissingPermissionsError as again:
                _refuse(again, overwrite)

    async def _put_overwrite(self, ticket: Ticket, overwrite: Overwrite) -> None:
        channel_id = _channel_of(ticket)
        try:
            async with api_errors.translate_errors(channel_id):
                await self._rest.edit_permission_overwrite(
                    channel_id,
                    overwrite.id,
                    target_type=_OVERWRITE_TYPES[overwrite.kind],
                    allow=hikari.Permissions(overwrite.allow),
                    deny=hikari.Permissions(overwrite.deny),
                )
        except errors.DiscordRefusedError as refused:
            if refused.code not in guild_members.GONE:
                raise

    async def rename(self, ticket: Ticket, config: GuildConfig) -> None:
        """Edit the channel's name; hikari waits some seconds at most (``responses``)."""
        assert ticket.name is not None, "only a ticket with a new name is renamed"
        topic = settings_of(ticket, config).topic
        name = naming.renamed_channel(ticket.number, ticket.name, pattern=None if topic is None else topic.channel_name)
        name = _signed(name, ticket, config)
        channel_id = _channel_of(ticket)
        try:
            async with api_errors.translate_errors(channel_id):
                with api_errors.ignore_answer():
                    await self._rest.edit_channel(channel_id, name=name)
        except errors.DiscordBusyError as busy:
            raise errors.RenamedTooOftenError(busy.retry_after) from busy
        except errors.DiscordRefusedError as refused:
            if refused.code != api_errors.INVALID_FORM:
                raise
            raise errors.NameRefusedError from refused
        self._name_cache.add_channel(ticket.guild_id, channel_id, name)

    async def show_state(self, ticket: Ticket) -> None:
        """Fetch the channel's name, which members may have changed, and edit it; Discord takes two in ten minutes."""
        channel_id = _channel_of(ticket)
        try:
            async with api_errors.translate_errors(channel_id):
                shown = guild_state.channel_of(await api.fetch_channel(self._rest, channel_id)).name
                name = signs.with_sign(shown, signs.sign_of(ticket))
                if name == shown:
                    return
                with api_errors.ignore_answer():
                    await self._no_retry.edit_channel(channel_id, name=name)
        except errors.TicketError as error:
            _LOGGER.info("channel %s keeps its name: %s", channel_id, api_errors.describe(error))
        else:
            self._name_cache.add_channel(ticket.guild_id, channel_id, name)

    async def show_claimer(self, ticket: Ticket, config: GuildConfig) -> None:
        """Fetch the message, whose buttons members may have changed by pressing others, and edit them."""
        assert ticket.claim_message_id is not None, "the ticket was claimed by a button"
        channel_id = _channel_of(ticket)
        try:
            async with api_errors.translate_errors(channel_id):
                shown = await self._rest.fetch_message(channel_id, ticket.claim_message_id)
                rows = self._catalog.of(config).remaining_rows(ticket, shown.components)
                if rows is not None:
                    with api_errors.ignore_answer():
                        await self._rest.edit_message(channel_id, ticket.claim_message_id, components=rows)
        except errors.TicketError as error:
            _LOGGER.info("the buttons of a message in channel %s stay: %s", channel_id, api_errors.describe(error))

    async def place_by_state(self, ticket: Ticket, config: GuildConfig) -> None:
        """Edit the channel's category; where Discord refuses, the channel stays where it is."""
        channel_id, closed = _channel_of(ticket), config.closed_category_id
        try:
            if ticket.state is TicketState.CLOSED and closed is not None:
                await self._place(ticket, closed)
            else:
                await self.place(ticket, config)
        except errors.ChannelGoneError:
            raise
        except errors.TicketError as error:
            _LOGGER.info("channel %s stays in its category: %s", channel_id, api_errors.describe(error))

    async def tell_opener(self, ticket: Ticket, config: GuildConfig) -> None:
        """Send a direct message, by the client that repeats nothing; many members take none of a server's bots."""
        try:
            async with api_errors.translate_errors():
                guild = await self._name_cache.guild(ticket.guild_id)
                message = self._catalog.of(config).closed_by_direct_message(ticket, config, guild.name)
                channel = await self._no_retry.create_dm_channel(ticket.opener_id)
                with api_errors.ignore_answer():
                    await self._no_retry.create_message(
                        channel, embeds=message.embeds, nonce=f"{ticket.interaction_id}-dm"
                    )
        except errors.TicketError as error:
            _LOGGER.debug("the opener of ticket %s is not told: %s", ticket.number, api_errors.describe(error))

    async def post_notice(self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> None:
        """Post the notice, and what of a form does not fit into it: long answers, and files.

        The nonce of each message begins with the id of the interaction that the notice answers.
        """
        for post in self._posts(ticket, config, lost_roles):
            await post()

    def _posts(
        self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()
    ) -> Sequence[Callable[[], Awaitable[None]]]:
        """Return what posts each message that belongs to the notice, in order."""
        messages = self._catalog.of(config).notices(ticket, config, lost_roles)
        files = answers.file_batches(ticket.answers) if ticket.notice is Notice.WELCOME else ()
        return [
            *(functools.partial(self._post, ticket, message, index) for index, message in enumerate(messages)),
            *(
                functools.partial(self._files.post, ticket, config, batch, index)
                for index, batch in enumerate(files, len(messages))
            ),
        ]

    async def has_notice(self, ticket: Ticket, config: GuildConfig) -> bool:
        """Return whether the notice is among the messages that are newer than the interaction that it answers.

        What of a form did not fit into the notice, and is not there yet, is posted.
        """
        channel_id = _channel_of(ticket)
        call = api_errors.call_in(channel_id)
        has_notice, found = False, 0
        further = self._posts(ticket, config)[1:]
        async for message in history.since(self._rest, channel_id, ticket.interaction_id, call=call):
            if api.author_id(message) not in {None, self._bot_id}:
                continue
            if notices.is_notice(message, ticket):
                has_notice = True
                if not further:
                    break
            found += notices.has_answers(message)
        if has_notice:
            for post in further[found:]:
                await post()
        return has_notice

    async def _post(self, ticket: Ticket, message: Message, index: int) -> None:
        channel_id = _channel_of(ticket)
        async with api_errors.translate_errors(channel_id):
            with api_errors.ignore_answer():
                await self._rest.create_message(
                    channel_id,
                    message.content or hikari.UNDEFINED,
                    embeds=message.embeds,
                    components=message.rows,
                    user_mentions=message.pinged_users,
                    role_mentions=message.pinged_roles,
                    nonce=f"{ticket.interaction_id}-{index}" if index else str(ticket.interaction_id),
                )

    async def exists(self, channel_id: ChannelId) -> bool:
        """Fetch the channel."""
        try:
            async with api_errors.translate_errors(channel_id):
                await api.fetch_channel(self._rest, channel_id)
        except errors.ChannelGoneError:
            return False
        except errors.MissingPermissionsError:
            pass  # it exists, hidden from the bot
        return True

    async def audit(self, guild_id: GuildId, attached: Collection[Ticket]) -> ChannelAudit:
        """List a server's channels; its role names are fetched into the cache on the way.

        A duplicate is the empty channel of another creation than that of the ticket's channel. Clones by staff, which
        have the same topic as the channel that they were cloned from, are none.
        """
        await self._name_cache.guild(guild_id)
        channels = await self._name_cache.channels(guild_id)
        duplicates = [(ticket, found) for ticket in attached for found in self._created.duplicates(ticket, channels)]
        existing = frozenset(ChannelId(channel.id) for channel in channels)
        return ChannelAudit(existing=existing, duplicates=tuple(duplicates))


def _names(ticket: Ticket, config: GuildConfig) -> Sequence[str]:
    settings = settings_of(ticket, config)
    pattern = None if settings.topic is None else settings.topic.channel_name
    name = naming.channel_name(ticket.number, ticket.opener_name, pattern=pattern, topic=settings.topic_name)
    return name, *naming.fallback_channel_names(ticket.number)


def _refuse(error: errors.MissingPermissionsError, overwrite: Overwrite) -> NoReturn:
    """Raise the refusal of an overwrite; one that shows or hides notes needs Manage Threads, which it then names."""
    if (overwrite.allow | overwrite.deny) & Permission.MANAGE_THREADS:
        raise errors.MissingForNotesError(error.channel_id) from error
    raise error


def _signed(name: str, ticket: Ticket, config: GuildConfig) -> str:
    return signs.with_sign(name, signs.sign_of(ticket)) if config.signs_state else name


async def _in_any_category(ticket: Ticket, config: GuildConfig, use: Callable[[ChannelId], Awaitable[_T]]) -> _T:
    """Return what the first category of a ticket's settings gives that takes the channel.

    Raises
    ------
    CategoryMissingError
        None takes it, and one was deleted: an administrator can mend that.
    CategoryFullError
        All are full.
    """
    refusal: errors.TicketError = errors.CategoryFullError()
    for category_id in settings_of(ticket, config).category_ids:
        try:
            return await use(category_id)
        except errors.CategoryFullError:
            continue
        except errors.CategoryMissingError as error:
            refusal = error
    raise refusal


def _channel_of(ticket: Ticket) -> ChannelId:
    assert ticket.channel_id is not None, "only a ticket with a channel is shown"
    return ticket.channel_id
