"""ConfigurationService: saves a server's configuration and keeps its panel up to date."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.services import preflight
from ticketbot.services.further_panels import FurtherPanels
from ticketbot.services.shared_calls import SharedCalls
from ticketbot.services.staff_access import with_unapplied
from ticketbot.services.work import Work
from ticketbot.tickets import access, errors, panel_lists, settings_changes
from ticketbot.tickets.inheritance import as_server, staff_changes
from ticketbot.tickets.model import GuildId, SettingsChange, StalePanel
from ticketbot.tickets.preflight import Place, Preflight, Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence

    from ticketbot.services.ports import PanelChannels
    from ticketbot.services.store_ports import ConfigurationStore
    from ticketbot.tickets.model import GuildConfig, InteractionId, Member, Millis, PanelId, RoleId

_TRIES: Final = 5
"""How often a panel is edited while others save the configuration."""


@attrs.frozen(kw_only=True)
class PanelRenewal:
    """How many panels were edited, and why others could not be."""

    panels: int
    failures: tuple[errors.TicketError, ...]


@attrs.frozen(kw_only=True)
class ConfigurationService:
    """Checks a configuration, saves it, and posts its panel."""

    store: ConfigurationStore
    channels: PanelChannels
    clock: Callable[[], Millis]
    work: Work = attrs.field(factory=Work)
    """Where servers are noted whose open tickets are to follow a changed staff; recovery looks at them first."""
    _edits: SharedCalls[tuple[GuildId, PanelId | None], None] = attrs.field(
        factory=SharedCalls["tuple[GuildId, PanelId | None]", None], init=False, repr=False
    )

    async def configure(self, wanted: GuildConfig, by: Member, *, interaction_id: InteractionId) -> Preflight:
        """Save what an administrator wants, unless the bot would lack something, and post the panel.

        The revision and the panel of ``wanted`` are ignored: they come from the stored configuration. Where it names
        no language, the server's applies, or else the administrator's.

        Raises
        ------
        NotAdministratorError
            The member is no administrator.
        RepeatedInteractionError
            The command came before, to this process or another.
        StaleConfigError
            Another administrator configured the server at the same time.
        """
        access.require_administrator(by)
        if not await self.store.record_interaction(interaction_id, now=self.clock()):
            raise errors.RepeatedInteractionError
        stored = await self.store.config(wanted.guild_id)
        found = await self._preflight(stored, wanted)
        if found.blocks:
            return found
        wanted = attrs.evolve(wanted, language=wanted.language or found.language or by.language)
        found = attrs.evolve(found, language=wanted.language)
        saved = await self._save(stored, wanted, interaction_id)
        shown = attrs.evolve(saved, panel_message_id=await self.channels.post_panel(saved))
        shown = attrs.evolve(shown, stale_panels=await self._remove(shown.stale_panels))
        await self._record_panel(saved, shown)
        if saved.panels or saved.panel_messages:  # which may show another language now
            await self.further.renew(wanted.guild_id)
        if shown.stale_panels:
            found = attrs.evolve(found, problems=(*found.problems, Problem.OLD_PANEL_STAYS))
        return found

    async def _preflight(self, stored: GuildConfig | None, wanted: GuildConfig) -> Preflight:
        """Return what the bot would lack, and beside that for notes and further panels, which the command leaves."""
        if stored is None:
            return await self.channels.preflight(wanted)
        beside = attrs.evolve(wanted, topics=stored.topics, panels=stored.panels, has_notes=stored.has_notes)
        found = await self.channels.preflight(beside)
        further = [one for one in found.missing if one[0] is Place.SERVER]
        found = attrs.evolve(found, missing=tuple(one for one in found.missing if one not in further))
        for panel in () if found.blocks else beside.panels:
            further += (await preflight.of_panel(self.channels, beside, panel)).missing
        return attrs.evolve(found, further_missing=tuple(further))

    async def visible_transcripts(self, *, pause: float = 0.0) -> AsyncIterator[tuple[GuildConfig, Sequence[RoleId]]]:
        """Yield each configuration whose transcripts' channel is seen by roles that are no staff, with these roles.

        A topic whose transcripts go to a channel of their own counts as a server. Those that do not tell it are left
        out. Each costs two calls; ``pause`` is in seconds, after each.
        """
        after = GuildId(0)
        while configs := await self.store.configs(after=after):
            for config in (one for server in configs for one in _by_transcript_channel(server)):
                try:
                    role_ids = await self.channels.transcript_readers(config)
                except errors.TicketError:
                    role_ids = ()
                if role_ids:
                    yield config, role_ids
                await asyncio.sleep(pause)
            after = configs[-1].guild_id

    async def renew_panel(self, guild_id: GuildId) -> None:
        """Edit a server's panels if what they show has changed since they were posted; post or delete further ones.

        Raises
        ------
        StaleConfigError
            Others kept saving.
        TicketError
            A panel could not be renewed; the others were.
        """
        config = await self.store.config(guild_id)
        if config is not None:
            _, failures = await self._renew_all(config)
            if failures:
                raise failures[0]

    async def post_again(self, guild_id: GuildId, panel_id: PanelId) -> bool:
        """Post a further panel that somebody deleted; return False if the server has no such panel.

        Where it is still there, it is edited.

        Raises
        ------
        TicketError
            It could not be posted now; it is posted at the next change, or when a process starts.
        """
        if not await self.further.request(guild_id, panel_id):
            return False
        await self.renew_panel(guild_id)
        return True

    async def edit_panel(self, guild_id: GuildId, panel_id: PanelId | None = None) -> None:
        """Edit a panel as it is, so that clients forget what was chosen in its select; None is the main one.

        However many members choose at the same time, it is edited twice at most.
        """
        await self._edits.call((guild_id, panel_id), functools.partial(self._edit_as_it_is, guild_id, panel_id))

    async def _edit_as_it_is(self, guild_id: GuildId, panel_id: PanelId | None) -> None:
        config = await self.store.config(guild_id)
        if config is None:
            return
        if panel_id is None:
            if config.panel_message_id is not None:
                await self.channels.edit_panel(config)
            return
        panel = panel_lists.find_panel(config, panel_id)
        message = None if panel is None else panel_lists.message_of(config, panel)
        if panel is not None and message is not None and message.message_id is not None and not message.is_gone:
            await self.channels.edit_further_panel(config, panel, message.message_id)

    async def renew_panels(self) -> PanelRenewal:
        """Edit every panel whose texts changed since it was posted, by the owner or by a new version.

        Several processes may do this at the same time; one panel's failure does not stop the others.
        """
        renewed, failures = 0, list[errors.TicketError]()
        after = GuildId(0)
        while configs := await self.store.configs(after=after):
            for config in configs:
                count, failed = await self._renew_all(config)
                renewed += count
                failures += failed
                await asyncio.sleep(0)  # of many servers, none needs to wait for anything
            after = configs[-1].guild_id
        return PanelRenewal(panels=renewed, failures=tuple(failures))

    @property
    def further(self) -> FurtherPanels:
        """The panels in other channels than the main one."""
        return FurtherPanels(store=self.store, channels=self.channels)

    async def _renew_all(self, config: GuildConfig) -> tuple[int, list[errors.TicketError]]:
        """Renew a server's panels; return how many were, and why others could not be."""
        count, failures = 0, list[errors.TicketError]()
        try:
            count += await self._renew(config)
        except errors.TicketError as error:
            failures.append(error)
        if self.further.is_due(config):
            further, failed = await self.further.renew(config.guild_id)
            count += further
            failures += failed
        return count, failures

    async def _renew(self, config: GuildConfig) -> bool:
        """Edit a panel whose texts or topics changed; return whether it was necessary.

        If the configuration is saved meanwhile, this edit may have replaced a newer one: it is repeated with what was
        saved.
        """
        if config.panel_fingerprint == self.channels.panel_fingerprint(config):
            return False
        latest: GuildConfig | None = config
        for tries_left in reversed(range(_TRIES)):
            if latest is None or latest.panel_message_id is None:
                break
            await self.channels.edit_panel(latest)
            try:
                await self._record_fingerprint(latest)
            except errors.StaleConfigError:
                if not tries_left:
                    raise
                latest = await self.store.config(config.guild_id)
            else:
                return True
        return False

    async def _record_panel(self, saved: GuildConfig, shown: GuildConfig) -> None:
        """Record the panel that was posted, and renew it if other settings were saved meanwhile."""
        latest = saved
        for tries_left in reversed(range(_TRIES)):
            noted = attrs.evolve(
                latest,
                panel_message_id=shown.panel_message_id,
                panel_fingerprint=self.channels.panel_fingerprint(shown),
                stale_panels=_not_removed(latest, saved, shown),
                revision=latest.revision + 1,
            )
            try:
                await self.store.save_config(latest, noted)
            except errors.StaleConfigError:
                found = await self.store.config(saved.guild_id)
                if not tries_left or found is None or _is_configured_again(saved, found):
                    raise
                latest = found
            else:
                await self._renew(noted)
                return

    async def _record_fingerprint(self, shown: GuildConfig) -> None:
        fingerprint = self.channels.panel_fingerprint(shown)
        await self.store.save_config(
            shown, attrs.evolve(shown, panel_fingerprint=fingerprint, revision=shown.revision + 1)
        )

    async def _save(
        self, stored: GuildConfig | None, wanted: GuildConfig, interaction_id: InteractionId
    ) -> GuildConfig:
        stays = stored is not None and stored.panel_channel_id == wanted.panel_channel_id
        saved = attrs.evolve(
            wanted if stored is None else stored,  # what the command does not set stays
            panel_channel_id=wanted.panel_channel_id,
            transcript_channel_id=wanted.transcript_channel_id,
            category_id=wanted.category_id,
            staff_role_ids=wanted.staff_role_ids,
            language=wanted.language,
            panel_message_id=stored.panel_message_id if stored is not None and stays else None,
            panel_fingerprint=None,
            stale_panels=_left(stored, wanted) if stored is not None else (),
            revision=0 if stored is None else stored.revision + 1,
        )
        if stored is not None:
            saved = _with_staff_changes(stored, saved, interaction_id)
        await self.store.save_config(stored, saved)
        if saved.unapplied_role_ids:
            self.work.suspect(saved.guild_id)
        return saved

    async def _remove(self, stale: Iterable[StalePanel]) -> tuple[StalePanel, ...]:
        """Delete panels; return those that could not be deleted."""
        staying: list[StalePanel] = []
        for panel in stale:
            try:
                await self.channels.remove_panel(panel)
            except errors.MissingPermissionsError:
                # In a channel that the bot cannot see there may be no panel at all.
                staying += [panel] if panel.message_id is not None else []
            except errors.TicketError:
                staying.append(panel)
        return tuple(staying)


def _by_transcript_channel(config: GuildConfig) -> Iterable[GuildConfig]:
    """Return a server's configuration, and one for each other channel to which topics' transcripts go."""
    found = {one.transcript_channel_id: one for one in (as_server(topic, config) for topic in config.topics)}
    return (found | {config.transcript_channel_id: config}).values()


def _with_staff_changes(before: GuildConfig, after: GuildConfig, interaction_id: InteractionId) -> GuildConfig:
    """Return the later configuration, which says whose access to open tickets has to follow, or might."""
    added, removed = staff_changes(before, after)
    if added:
        entries = settings_changes.difference(before, attrs.evolve(before, staff_role_ids=after.staff_role_ids))
        after = attrs.evolve(after, last_change=SettingsChange(interaction_id=interaction_id, entries=entries))
    return with_unapplied(after, removed)


def _is_configured_again(before: GuildConfig, after: GuildConfig) -> bool:
    """Return whether another ``/ticket-config`` saved between two configurations, rather than other settings."""
    fields = ("panel_channel_id", "panel_message_id", "transcript_channel_id", "category_id", "staff_role_ids")
    return any(getattr(before, name) != getattr(after, name) for name in fields)


def _not_removed(latest: GuildConfig, saved: GuildConfig, shown: GuildConfig) -> tuple[StalePanel, ...]:
    """Return the panels that are still to delete, after those that are in ``saved`` and not in ``shown`` were."""
    removed = set(saved.stale_panels) - set(shown.stale_panels)
    return tuple(panel for panel in latest.stale_panels if panel not in removed)


def _left(stored: GuildConfig, wanted: GuildConfig) -> tuple[StalePanel, ...]:
    """Return the panels to delete, except one in the wanted channel, which is edited there instead."""
    latest = StalePanel(stored.panel_channel_id, stored.panel_message_id)
    stale = dict.fromkeys((*stored.stale_panels, latest))
    return tuple(panel for panel in stale if panel.channel_id != wanted.panel_channel_id)
