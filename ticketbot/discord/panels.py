"""HikariPanelChannels: the panels of ``/ticket-config``, through hikari's REST client."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, TypeVar

import attrs
import hikari
import orjson

from ticketbot.discord import api, api_errors, guild_state, preflight
from ticketbot.texts import panel
from ticketbot.tickets import errors, topic_lists
from ticketbot.tickets.model import MessageId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ticketbot.discord.name_cache import NameCache
    from ticketbot.texts.message import Message
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.model import (
        ChannelId,
        GuildConfig,
        GuildId,
        PanelId,
        RoleId,
        StalePanel,
        UserId,
    )
    from ticketbot.tickets.panels import Panel, PanelMessage
    from ticketbot.tickets.preflight import Preflight
    from ticketbot.tickets.server_names import ServerNames


_T = TypeVar("_T")


class HikariPanelChannels:
    """The PanelChannels port."""

    def __init__(
        self, rest: hikari.api.RESTClient, bot_id: UserId, name_cache: NameCache, catalog: MessageCatalog
    ) -> None:
        self._rest = rest
        self._bot_id = bot_id
        self._name_cache = name_cache
        self._catalog = catalog

    async def preflight(self, config: GuildConfig) -> Preflight:
        """Compute the bot's permissions in each place, and check the rest."""
        guild = await self._name_cache.guild(config.guild_id)
        channels = await self._name_cache.channels(config.guild_id)
        return await preflight.inspect(self._rest, config, self._bot_id, (guild, channels))

    async def server_names(self, guild_id: GuildId) -> ServerNames:
        """Return what the server's channels and roles are called now."""
        guild = await self._name_cache.guild(guild_id)
        return guild_state.server_names(guild, await self._name_cache.channels(guild_id))

    async def transcript_readers(self, config: GuildConfig) -> Sequence[RoleId]:
        """Return the roles that are no staff and see the transcripts' channel."""
        guild = await self._name_cache.guild(config.guild_id)
        return preflight.transcript_readers(config, guild, await self._name_cache.channels(config.guild_id))

    async def post_panel(self, config: GuildConfig) -> MessageId:
        """Edit the oldest panel in the channel and delete the others, or post one if there is none."""
        found = await self._find(config.panel_channel_id, config.panel_message_id)
        for extra in found[1:]:
            await self._remove(config.panel_channel_id, extra)
        if found:
            await self._edit(config, found[0])
            return found[0]
        post = functools.partial(self._post, config.panel_channel_id, nonce=f"panel-{config.revision}")
        return await self._with_panel(config, None, post)

    def panel_fingerprint(self, config: GuildConfig, panel: Panel | None = None) -> str:
        """Return a digest of what Discord is sent to show a panel; the main one for None."""
        shown = self._catalog.of(config).panel(config, panel)
        embeds = [self._rest.entity_factory.serialize_embed(embed)[0] for embed in shown.embeds]
        rows = [row.build()[0] for row in shown.rows]
        return hashlib.sha256(orjson.dumps([embeds, rows], option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    async def edit_panel(self, config: GuildConfig) -> None:
        """Edit the panel that was posted last; one that somebody deleted is not posted again."""
        assert config.panel_message_id is not None, "only a panel that was posted is edited"
        try:
            await self._edit(config, config.panel_message_id)
        except errors.ChannelGoneError:
            return

    async def remove_panel(self, left: StalePanel) -> None:
        """Delete a panel; where its id was not recorded, all panels in its channel."""
        await self._remove_all(left.channel_id, left.message_id)

    async def post_further_panel(self, config: GuildConfig, panel: Panel, message: PanelMessage) -> MessageId:
        """Edit the oldest message of a further panel in its channel and delete the others, or post one."""
        channel_id = panel.channel_id
        found = await self._find(channel_id, message.message_id, panel.id)
        for extra in found[1:]:
            await self._remove(channel_id, extra)
        if found and await self.edit_further_panel(config, panel, found[0]):
            return found[0]
        post = functools.partial(self._post, channel_id, nonce=message.nonce, panel_id=panel.id)
        return await self._with_panel(config, panel, post)

    async def edit_further_panel(self, config: GuildConfig, panel: Panel, message_id: MessageId) -> bool:
        """Edit a further panel; return whether it still exists."""
        try:
            await self._with_panel(config, panel, functools.partial(self._show, panel.channel_id, message_id))
        except errors.ChannelGoneError:
            return False
        return True

    async def remove_further_panel(self, message: PanelMessage) -> None:
        """Delete a further panel's message; where its id was not recorded, all of the panel in its channel."""
        await self._remove_all(message.channel_id, message.message_id, message.panel_id)

    async def _with_panel(
        self, config: GuildConfig, panel: Panel | None, use: Callable[[Message], Awaitable[_T]]
    ) -> _T:
        """Send a panel; where Discord refuses it, without the server's own emojis, of which one may be deleted."""
        try:
            return await use(self._catalog.of(config).panel(config, panel))
        except errors.DiscordRefusedError as refused:
            plain = attrs.evolve(config, topics=topic_lists.without_own_emojis(config.topics))
            if refused.code != api_errors.INVALID_FORM or plain == config:
                raise
            return await use(self._catalog.of(plain).panel(plain, panel))

    async def _post(
        self, channel_id: ChannelId, shown: Message, nonce: str, panel_id: PanelId | None = None
    ) -> MessageId:
        """Post a panel; ``panel_id`` is None for the main one."""
        async with api_errors.translate_errors(channel_id):
            with api_errors.ignore_answer():
                posted = await self._rest.create_message(
                    channel_id, embeds=shown.embeds, components=shown.rows, nonce=nonce
                )
                return MessageId(int(posted.id))
        # it was posted, but its id could not be read from the answer
        found = await self._find(channel_id, None, panel_id)
        if not found:
            raise errors.DiscordUnavailableError
        return found[0]

    async def _remove_all(
        self, channel_id: ChannelId, message_id: MessageId | None, panel_id: PanelId | None = None
    ) -> None:
        """Delete a panel's message; where its id was not recorded, all of the panel in its channel."""
        if message_id is not None:
            await self._remove(channel_id, message_id)
            return
        try:
            found = await self._find(channel_id, None, panel_id)
        except errors.ChannelGoneError:
            return
        for one in found:
            await self._remove(channel_id, one)

    async def _remove(self, channel_id: ChannelId, message_id: MessageId) -> None:
        try:
            async with api_errors.translate_errors(channel_id):
                await self._rest.delete_message(channel_id, message_id)
        except errors.ChannelGoneError:
            return

    async def _edit(self, config: GuildConfig, message_id: MessageId) -> None:
        await self._with_panel(config, None, functools.partial(self._show, config.panel_channel_id, message_id))

    async def _show(self, channel_id: ChannelId, message_id: MessageId, shown: Message) -> None:
        async with api_errors.translate_errors(channel_id):
            with api_errors.ignore_answer():
                await self._rest.edit_message(channel_id, message_id, embeds=shown.embeds, components=shown.rows)

    async def _find(
        self, channel_id: ChannelId, recorded: MessageId | None, panel_id: PanelId | None = None
    ) -> Sequence[MessageId]:
        """Return a panel's messages among a channel's last hundred and the recorded one, oldest first.

        ``panel_id`` is None for the main panel. One that was posted by a process that died at once is not recorded.
        """
        found: set[MessageId] = set()
        async with api_errors.translate_errors(channel_id):
            for message in await api.fetch_messages(self._rest, channel_id):
                if api.author_id(message) == self._bot_id and panel.is_panel(message, panel_id):
                    found.add(MessageId(int(message["id"])))
            if recorded is not None and recorded not in found:
                try:
                    await api.fetch_message(self._rest, channel_id, recorded)
                    found.add(recorded)
                except hikari.NotFoundError:
                    pass
        return sorted(found)
