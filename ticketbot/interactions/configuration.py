"""The route of ``/ticket-config``."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING

import attrs

from ticketbot.interactions.routes import Acknowledgement, Route
from ticketbot.tickets import errors
from ticketbot.tickets.model import GuildConfig

if TYPE_CHECKING:
    from ticketbot.interactions.responder import Responder
    from ticketbot.services.configuration import ConfigurationService
    from ticketbot.services.settings import SettingsService
    from ticketbot.tickets.model import ChannelId, Language, Request, RoleId


@attrs.frozen(kw_only=True)
class ConfigurationOptions:
    """What an administrator chose as the command's options."""

    panel_channel_id: ChannelId
    transcript_channel_id: ChannelId
    category_id: ChannelId
    staff_role_ids: tuple[RoleId, ...]
    language: Language | None


@attrs.frozen(kw_only=True)
class ConfigurationRoutes:
    """The routes of what administrators set."""

    service: ConfigurationService
    settings: SettingsService

    def configure(self, options: ConfigurationOptions) -> Route:
        """Return the route of one use of ``/ticket-config``."""
        return Route(
            name="ticket-config",
            handler=functools.partial(self._configure, options),
            acknowledgement=Acknowledgement.THINKING,
        )

    async def _configure(self, options: ConfigurationOptions, request: Request, responder: Responder) -> None:
        await responder.defer()  # if Discord refuses that, nobody would learn what became of the command
        wanted = GuildConfig(
            guild_id=request.guild_id,
            panel_channel_id=options.panel_channel_id,
            transcript_channel_id=options.transcript_channel_id,
            category_id=options.category_id,
            staff_role_ids=options.staff_role_ids,
            language=options.language,
        )
        preflight = await self.service.configure(wanted, request.member, interaction_id=request.id)
        answer = responder.messages.configured(wanted, preflight)
        with contextlib.suppress(errors.TicketError):  # the configuration is saved all the same
            role_ids, count = await self.settings.tickets_to_show(request.guild_id, request.id)
            if count:
                asked = responder.messages.settings.open_tickets(role_ids, count, request.id)
                answer = attrs.evolve(answer, embeds=(*answer.embeds, *asked.embeds), rows=[*answer.rows, *asked.rows])
        await responder.respond(answer)
