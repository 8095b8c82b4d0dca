"""SettingsService: saves what administrators set besides ``/ticket-config``, and renews the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.services import preflight, staff_access
from ticketbot.services.paging import all_tickets
from ticketbot.services.staff_access import with_unapplied
from ticketbot.services.wanted_settings import WantedSettings
from ticketbot.tickets import access, blocks, canned_replies, errors, panel_lists, settings_changes, topic_lists
from ticketbot.tickets.inheritance import find_topic, staff_changes
from ticketbot.tickets.model import SettingsChange, TicketState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ticketbot.services.configuration import ConfigurationService
    from ticketbot.services.ports import Clock
    from ticketbot.services.store_ports import TicketStore
    from ticketbot.tickets.ids import ChannelId, GuildId, RoleId, TopicId
    from ticketbot.tickets.model import (
        GuildConfig,
        InteractionId,
        Request,
        SettingChange,
    )
    from ticketbot.tickets.preflight import Preflight
    from ticketbot.tickets.topics import Topic

_TRIES = 5
"""Saves that somebody else was faster with, before the administrator is told."""


@attrs.frozen(kw_only=True)
class Edited:
    """What became of one change of the settings."""

    config: GuildConfig
    """As it is now."""
    changes: tuple[SettingChange, ...] = ()
    """What was saved; nothing if all was so already, or if the bot would lack something."""
    lacking: Sequence[tuple[Topic | None, Preflight]] = ()
    """What the bot would lack: where one of them blocks, nothing was saved."""
    is_panel_renewed: bool = True
    added_role_ids: frozenset[RoleId] = frozenset()
    """Roles that became staff of tickets that exist."""
    open_tickets: int = 0
    """How many open tickets they would see, which they are shown where that is wanted; see ``show_open_tickets``."""
    exposed: tuple[Topic, ChannelId, Sequence[RoleId]] | None = None
    """A topic whose transcripts' channel was not saved: roles that are no staff of the topic can read it."""

    @property
    def is_blocked(self) -> bool:
        """Whether nothing was saved because the bot would lack something."""
        return any(found.blocks for _, found in self.lacking)


@attrs.frozen(kw_only=True)
class SettingsService:
    """Checks settings, saves them whole, and renews the panel."""

    store: TicketStore
    panels: ConfigurationService
    clock: Clock

    async def planned(self, config: GuildConfig, wanted: WantedSettings) -> GuildConfig:
        """Return the configuration that ``save`` would store.

        Raises
        ------
        BrokenRulesError
            A topic, a canned reply, who may not open tickets or a panel breaks a rule.
        """
        return await self._planned(config, wanted.applied(config))

    async def read(self, request: Request) -> GuildConfig:
        """Return a server's configuration for one of its administrators.

        Raises
        ------
        NotAdministratorError, NotConfiguredError
            The member is no administrator, or ``/ticket-config`` was never used.
        """
        access.require_administrator(request.member)
        config = await self.store.config(request.guild_id)
        if config is None:
            raise errors.NotConfiguredError
        return config

    async def edit(
        self,
        request: Request,
        change: Callable[[GuildConfig], GuildConfig],
        *,
        accepts_readers: bool = False,
        shows_open_tickets: bool = False,
    ) -> Edited:
        """Save what an administrator changes, and renew the panel.

        ``change`` is called again with the latest configuration where somebody else saved at the same moment; what it
        raises is raised, and nothing is saved. A transcripts' channel that others than the staff can read is left as
        it is, unless ``accepts_readers`` is true. Roles that become staff are shown open tickets later, by
        ``show_open_tickets``, unless ``shows_open_tickets`` is true.

        Raises
        ------
        NotAdministratorError, NotConfiguredError
            The member is no administrator, or ``/ticket-config`` was never used.
        RepeatedInteractionError
            The request came before.
        BrokenRulesError
            A topic, a canned reply or who may not open tickets breaks a rule.
        StaleConfigError
            Others kept saving.
        """
        config = await self.read(request)
        if not await self.store.record_interaction(request.id, now=self.clock()):
            raise errors.RepeatedInteractionError
        for _ in range(_TRIES):
            planned = await self._planned(config, change(config))
            changes = settings_changes.difference(config, planned)
            if not changes:
                return Edited(config=config)
            lacking = await self.lacking_after(config, planned)
            if any(found.blocks for _, found in lacking):
                return Edited(config=config, lacking=lacking)
            exposed = None if accepts_readers else _exposed(changes, lacking)
            if exposed is not None:
                planned = _with_transcripts_as_before(planned, config, exposed[0].id)
                changes = settings_changes.difference(config, planned)
                if not changes:
                    return Edited(config=config, lacking=lacking, exposed=exposed)
            last_change = SettingsChange(interaction_id=request.id, entries=changes)
            planned = attrs.evolve(planned, last_change=last_change)
            added, _ = staff_changes(config, planned)
            planned = with_unapplied(planned, added if shows_open_tickets else ())
            try:
                is_renewed = await self.save(config, planned)
            except errors.StaleConfigError:
                config = await self.read(request)
                continue
            return Edited(
                config=await self.read(request),
                changes=changes,
                lacking=lacking,
                is_panel_renewed=is_renewed,
                added_role_ids=added,
                open_tickets=0 if shows_open_tickets else await self._count_shown(config, planned),
                exposed=exposed,
            )
        raise errors.StaleConfigError

    async def undo(self, request: Request, interaction_id: InteractionId) -> Edited:
        """Take back the change that an interaction made, as far as it still stands; nothing if it was not the last.

        Roles that it took away from the staff, and so from open tickets, are shown these again.

        Raises
        ------
        TicketError
            As ``edit``.
        """

        def take_back(config: GuildConfig) -> GuildConfig:
            last = config.last_change
            if last is None or last.interaction_id != interaction_id:
                return config
            return settings_changes.undo(config, last.entries)

        return await self.edit(request, take_back, accepts_readers=True, shows_open_tickets=True)

    async def tickets_to_show(self, guild_id: GuildId, interaction_id: InteractionId) -> tuple[Collection[RoleId], int]:
        """Return the roles that became staff by the last change, and how many open tickets they would see.

        There are none if another interaction made the last change.
        """
        config = await self.store.config(guild_id)
        before = None if config is None else _before(config, interaction_id)
        if config is None or before is None:
            return (), 0
        added, _ = staff_changes(before, config)
        return added, await self._count_shown(before, config)

    async def show_open_tickets(self, request: Request, interaction_id: InteractionId) -> bool:
        """Show open tickets to the roles that became staff by the change that an interaction made, in the background.

        Return False, and change nothing, if it was not the last one. A second call changes nothing.

        Raises
        ------
        NotAdministratorError, NotConfiguredError
            The member is no administrator, or ``/ticket-config`` was never used.
        StaleConfigError
            Others kept saving.
        """
        config = await self.read(request)
        before = _before(config, interaction_id)
        if before is None:
            return False
        added, _ = staff_changes(before, config)
        await staff_access.request(self.store, request.guild_id, added)
        self.panels.work.suspect(request.guild_id)
        return True

    async def preview(
        self, config: GuildConfig, wanted: GuildConfig
    ) -> tuple[GuildConfig, Sequence[tuple[Topic | None, Preflight]]]:
        """Return a wanted configuration as ``edit`` would save it, and what the bot would lack then.

        Raises
        ------
        BrokenRulesError
            A topic, a canned reply or who may not open tickets breaks a rule.
        """
        planned = await self._planned(config, wanted)
        return planned, await self.lacking_after(config, planned)

    async def reset(self, request: Request) -> Edited:
        """Save the default of every setting; what ``/ticket-config`` sets stays.

        The language is the one that ``/ticket-config`` would choose by itself.

        Raises
        ------
        TicketError
            As ``edit``.
        """
        config = await self.read(request)
        of_server = await self.panels.channels.preflight(config)
        language = of_server.language or request.member.language
        wanted = WantedSettings(language=language)
        return await self.edit(request, wanted.applied, accepts_readers=True)

    async def count_open(self, guild_id: GuildId, topic_id: TopicId) -> int:
        """Return how many open tickets a topic has."""
        tickets = [ticket async for ticket in all_tickets(self.store, guild_id)]
        return sum(ticket.topic_id == topic_id and ticket.state in _OPEN for ticket in tickets)

    async def _count_shown(self, before: GuildConfig, after: GuildConfig) -> int:
        """Return how many open tickets roles do not see that became staff."""
        added, _ = staff_changes(before, after)
        return await staff_access.count(self.store, before, after) if added else 0

    async def _planned(self, config: GuildConfig, wanted: GuildConfig) -> GuildConfig:
        """Return a wanted configuration as it is saved: checked, with ids for new topics."""
        canned_replies.require_valid(wanted.replies)
        blocks.require_valid(wanted)
        wanted = panel_lists.numbered(wanted, config)
        return topic_lists.replace_topics(
            attrs.evolve(wanted, topics=config.topics),
            wanted.topics,
            overflow_category_ids=wanted.overflow_category_ids,
            in_use=await self._topics_in_use(config.guild_id) if config.former_topics else (),
            at=self.clock(),
        )

    async def lacking_after(
        self, before: GuildConfig, planned: GuildConfig, *, looks_at_all: bool = False
    ) -> Sequence[tuple[Topic | None, Preflight]]:
        """Return what the bot would lack where a change touches places or roles, and where it puts further panels.

        ``looks_at_all`` looks at the server and each topic, changed or not.
        """
        return await preflight.of_change(self.panels.channels, before, planned, looks_at_all=looks_at_all)

    async def lacking(
        self, planned: GuildConfig, of: Collection[TopicId | None] | None = None
    ) -> Sequence[tuple[Topic | None, Preflight]]:
        """Return what the bot would lack: for the server, and for each topic with a staff or places of its own.

        ``of`` are the topics that are looked at, and None for the server; by default all.
        """
        return await preflight.of(self.panels.channels, planned, of)

    async def save(self, before: GuildConfig, planned: GuildConfig) -> bool:
        """Save a configuration, and renew the panel; return False if the panel could not be renewed now.

        Roles that cease to be staff are noted, for ``StaffAccess.apply`` to hide open tickets from them.

        Raises
        ------
        StaleConfigError
            The configuration was changed meanwhile; nothing is saved.
        """
        _, removed = staff_changes(before, planned)
        noted = with_unapplied(planned, removed)
        await self.store.save_config(before, noted)
        if noted.unapplied_role_ids:
            self.panels.work.suspect(noted.guild_id)
        try:
            await self.panels.renew_panel(planned.guild_id)
        except errors.TicketError:
            return False
        return True

    async def _topics_in_use(self, guild_id: GuildId) -> frozenset[TopicId]:
        found = {ticket.topic_id async for ticket in all_tickets(self.store, guild_id)}
        return frozenset(topic_id for topic_id in found if topic_id is not None)


def _before(config: GuildConfig, interaction_id: InteractionId) -> GuildConfig | None:
    """Return the configuration as it was before a change; None if that was not the last."""
    last = config.last_change
    if last is None or last.interaction_id != interaction_id:
        return None
    return settings_changes.undo(config, last.entries)


def _exposed(
    changes: Sequence[SettingChange], lacking: Sequence[tuple[Topic | None, Preflight]]
) -> tuple[Topic, ChannelId, Sequence[RoleId]] | None:
    """Return a topic whose new transcripts' channel others than its staff can read."""
    changed = {
        settings_changes.topic_of(one.path)
        for one in changes
        if settings_changes.name_of(one.path) == "transcript_channel_id"
    }
    for topic, found in lacking:
        if topic is not None and topic.id in changed and topic.transcript_channel_id and found.transcript_readers:
            return topic, topic.transcript_channel_id, found.transcript_readers
    return None


def _with_transcripts_as_before(planned: GuildConfig, before: GuildConfig, topic_id: TopicId) -> GuildConfig:
    old = find_topic(before, topic_id)
    channel_id = None if old is None else old.transcript_channel_id
    return topic_lists.change_topic(
        planned, topic_id, lambda topic: attrs.evolve(topic, transcript_channel_id=channel_id)
    )


_OPEN = frozenset({TicketState.RESERVED, TicketState.OPEN})
