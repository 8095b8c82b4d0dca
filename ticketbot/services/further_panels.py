"""FurtherPanels: posts, edits and deletes the panels that stand in other channels than the main one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.tickets import errors, panel_lists
from ticketbot.tickets.panels import PanelMessage

if TYPE_CHECKING:
    from ticketbot.services.ports import PanelChannels
    from ticketbot.services.store_ports import ConfigRecords
    from ticketbot.tickets.ids import GuildId, PanelId
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.panels import Panel

_TRIES: Final = 8
"""Saves that somebody else was faster with, for one panel."""


@attrs.frozen(kw_only=True)
class FurtherPanels:
    """Brings what is posted in line with the panels that administrators want.

    What is posted, or may be, stands in the configuration: it is recorded before a panel is posted, so whatever process
    goes on looks for the message first, and repeats it with the same nonce. Several processes may do this at once.
    """

    store: ConfigRecords
    channels: PanelChannels

    def is_due(self, config: GuildConfig) -> bool:
        """Return whether something is to be posted, edited or deleted."""
        return bool(panel_lists.left(config)) or any(self._is_due(config, panel) for panel in config.panels)

    async def renew(self, guild_id: GuildId) -> tuple[int, list[errors.TicketError]]:
        """Do what is due; return how many panels were posted or edited, and why others could not be."""
        config = await self.store.config(guild_id)
        count, failures = 0, list[errors.TicketError]()
        if config is None:
            return count, failures
        for message in panel_lists.left(config):
            try:
                await self._remove(guild_id, message)
            except errors.TicketError as error:
                failures.append(error)
        for panel in config.panels:
            try:
                count += await self._renew(guild_id, panel.id)
            except errors.TicketError as error:
                failures.append(error)
        return count, failures

    async def request(self, guild_id: GuildId, panel_id: PanelId) -> bool:
        """Record that a panel is to be looked for, and posted if somebody deleted it; return False if there is none.

        Raises
        ------
        StaleConfigError
            Others kept saving.
        """
        for tries_left in reversed(range(_TRIES)):
            config = await self.store.config(guild_id)
            panel = None if config is None else panel_lists.find_panel(config, panel_id)
            if config is None or panel is None:
                return False
            message = panel_lists.message_of(config, panel)
            if message is None or message.is_due or (message.message_id is None and not message.is_gone):
                return True  # it is posted anyway, under the nonce that is recorded
            due = attrs.evolve(message, nonce=_nonce(config, panel), is_due=True, is_gone=None)
            if await self._saved(config, panel_lists.with_message(config, due), tries_left):
                return True
        raise AssertionError("the last try raises or returns")

    def _is_due(self, config: GuildConfig, panel: Panel) -> bool:
        message = panel_lists.message_of(config, panel)
        if message is None or message.is_due:
            return True
        if message.is_gone:
            return False
        return message.message_id is None or message.fingerprint != self.channels.panel_fingerprint(config, panel)

    async def _renew(self, guild_id: GuildId, panel_id: PanelId) -> bool:
        """Post or edit a panel if that is due; return whether it was."""
        posted: PanelMessage | None = None
        for tries_left in reversed(range(_TRIES)):
            config = await self.store.config(guild_id)
            panel = None if config is None else panel_lists.find_panel(config, panel_id)
            message = None if config is None or panel is None else panel_lists.message_of(config, panel)
            await self._take_back(posted, message)
            if config is None or panel is None or not self._is_due(config, panel):
                return False
            if message is None:
                message = PanelMessage(panel_id=panel.id, channel_id=panel.channel_id, nonce=_nonce(config, panel))
                await self._saved(config, panel_lists.with_message(config, message), tries_left)
                continue
            shown = await self._show(config, panel, message)
            posted = shown if shown.message_id != message.message_id else None
            if await self._saved(config, panel_lists.with_message(config, shown), tries_left):
                return not shown.is_gone
        raise errors.StaleConfigError

    async def _show(self, config: GuildConfig, panel: Panel, message: PanelMessage) -> PanelMessage:
        """Edit the panel's message, or find or post it; return what is known of it then."""
        fingerprint = self.channels.panel_fingerprint(config, panel)
        if message.message_id is None or message.is_due:
            message_id = await self.channels.post_further_panel(config, panel, message)
            return attrs.evolve(message, message_id=message_id, fingerprint=fingerprint, is_due=None)
        if await self.channels.edit_further_panel(config, panel, message.message_id):
            return attrs.evolve(message, fingerprint=fingerprint)
        return attrs.evolve(message, is_gone=True)

    async def _take_back(self, posted: PanelMessage | None, recorded: PanelMessage | None) -> None:
        """Delete a message that was just posted, if the panel has another one by now, or is gone."""
        if posted is None:
            return
        is_other = recorded is None or recorded.message_id not in (None, posted.message_id)
        if is_other or (recorded is not None and recorded.channel_id != posted.channel_id):
            await self.channels.remove_further_panel(posted)

    async def _remove(self, guild_id: GuildId, message: PanelMessage) -> None:
        try:
            await self.channels.remove_further_panel(message)
        except errors.MissingPermissionsError:
            if message.message_id is not None:
                raise
            # In a channel that the bot cannot see there may be no panel at all.
        for tries_left in reversed(range(_TRIES)):
            config = await self.store.config(guild_id)
            if config is None or not any(_is_same(one, message) for one in panel_lists.left(config)):
                return
            if await self._saved(config, panel_lists.without_message(config, message), tries_left):
                return

    async def _saved(self, before: GuildConfig, after: GuildConfig, tries_left: int) -> bool:
        try:
            await self.store.save_config(before, after)
        except errors.StaleConfigError:
            if not tries_left:
                raise
            return False
        return True


def _is_same(one: PanelMessage, other: PanelMessage) -> bool:
    return (one.panel_id, one.channel_id, one.message_id) == (other.panel_id, other.channel_id, other.message_id)


def _nonce(config: GuildConfig, panel: Panel) -> str:
    """Return a nonce that no other posting has: no two saves of a server have the same revision."""
    return f"{panel.channel_id:x}.{config.revision + 1:x}"
