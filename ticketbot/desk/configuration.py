"""ConfigurationDesk: what ``/ticket-config`` does, and what keeps its panels up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.tickets import access, errors
from ticketbot.tickets.model import GuildId, LeftPanel, Preflight, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ticketbot.ports import PanelChannels, TicketStore
    from ticketbot.tickets.model import GuildConfig, Member, Millis, PressId


@attrs.frozen(kw_only=True)
class Renewed:
    """How many panels were given new words, and what kept others from them."""

    panels: int
    failures: tuple[errors.TicketError, ...]


@attrs.frozen(kw_only=True)
class ConfigurationDesk:
    """Look at a configuration, save it, and show its panel."""

    store: TicketStore
    channels: PanelChannels
    clock: Callable[[], Millis]

    async def configure(self, wanted: GuildConfig, by: Member, *, press_id: PressId) -> Preflight:
        """Save what an administrator wants, unless the bot would lack something, and show the panel.

        The revision and the panel of ``wanted`` are not looked at: they come from what is stored. Where it names no
        language, that is the server's; a server that never chose one is spoken to as its administrator is.

        Raises
        ------
        NotAdministratorError
            The member is no administrator.
        RepeatedPressError
            The command was carried out before, by this process or another.
        StaleConfigError
            Somebody else configured the server at the same time.
        """
        access.require_administrator(by)
        if not await self.store.take_press(press_id, now=self.clock()):
            raise errors.RepeatedPressError
        preflight = await self.channels.preflight(wanted)
        if preflight.blocks:
            return preflight
        wanted = attrs.evolve(wanted, language=wanted.language or preflight.language or by.language)
        stored = await self.store.config(wanted.guild_id)
        saved = await self._save(stored, wanted)
        shown = attrs.evolve(saved, panel_message_id=await self.channels.post_panel(saved))
        shown = attrs.evolve(shown, left_panels=await self._remove(shown.left_panels))
        await self._note_look(shown, over=saved)
        if shown.left_panels:
            preflight = attrs.evolve(preflight, problems=(*preflight.problems, Problem.OLD_PANEL_STAYS))
        return preflight

    async def renew_panels(self) -> Renewed:
        """Let every panel show the words of now: the owner may have changed them since, or a new version did.

        Several processes may do this at the same time; one panel's failure does not keep the others.
        """
        renewed, failures = 0, list[errors.TicketError]()
        after = GuildId(0)
        while configs := await self.store.configs(after=after):
            for config in configs:
                if config.panel_message_id is None or config.panel_look == self.channels.panel_look(config):
                    continue
                try:
                    await self.channels.edit_panel(config)
                    await self._note_look(config, over=config)
                except errors.StaleConfigError:
                    continue  # somebody configures the server right now, and sees to the panel
                except errors.TicketError as error:
                    failures.append(error)
                else:
                    renewed += 1
            after = configs[-1].guild_id
        return Renewed(panels=renewed, failures=tuple(failures))

    async def _note_look(self, shown: GuildConfig, *, over: GuildConfig) -> None:
        noted = attrs.evolve(shown, panel_look=self.channels.panel_look(shown), revision=over.revision + 1)
        await self.store.save_config(over, noted)

    async def _save(self, stored: GuildConfig | None, wanted: GuildConfig) -> GuildConfig:
        stays = stored is not None and stored.panel_channel_id == wanted.panel_channel_id
        saved = attrs.evolve(
            wanted,
            panel_message_id=stored.panel_message_id if stored is not None and stays else None,
            left_panels=_left(stored, wanted) if stored is not None else (),
            revision=0 if stored is None else stored.revision + 1,
        )
        await self.store.save_config(stored, saved)
        return saved

    async def _remove(self, panels: Iterable[LeftPanel]) -> tuple[LeftPanel, ...]:
        """Remove panels; give those that would not go."""
        staying: list[LeftPanel] = []
        for panel in panels:
            try:
                await self.channels.remove_panel(panel)
            except errors.MissingPermissionsError:
                # where nothing is to be seen, there may be nothing
                staying += [panel] if panel.message_id is not None else []
            except errors.TicketError:
                staying.append(panel)
        return tuple(staying)


def _left(stored: GuildConfig, wanted: GuildConfig) -> tuple[LeftPanel, ...]:
    """List the panels that must go; one in the channel that is wanted is seen to when the panel is shown there."""
    latest = LeftPanel(stored.panel_channel_id, stored.panel_message_id)
    panels = dict.fromkeys((*stored.left_panels, latest))
    return tuple(panel for panel in panels if panel.channel_id != wanted.panel_channel_id)
