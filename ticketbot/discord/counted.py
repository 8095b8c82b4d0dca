"""CountedTicketChannels: the TicketChannels port for whoever wants to know how large transcripts are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.discord.channels import HikariTicketChannels

if TYPE_CHECKING:
    from ticketbot.discord.clients import Clients
    from ticketbot.discord.directory import Directory
    from ticketbot.discord.media import MediaFetcher
    from ticketbot.discord.messages import Phrasebook
    from ticketbot.ports import Tally
    from ticketbot.tickets.model import GuildConfig, PostedTranscript, Ticket, UserId


class CountedTicketChannels(HikariTicketChannels):
    """Counts each transcript once it was read back."""

    def __init__(  # noqa: PLR0913 - those of its parent, and one
        self,
        clients: Clients,
        bot_id: UserId,
        directory: Directory,
        phrasebook: Phrasebook,
        media: MediaFetcher,
        *,
        tally: Tally,
    ) -> None:
        super().__init__(clients, bot_id, directory, phrasebook, media)
        self._tally = tally

    async def verify_transcript(self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript) -> None:
        """Read a posted transcript back, and count it."""
        await super().verify_transcript(ticket, config, posted)
        self._tally.archived(sum(file.size for message in posted.messages for file in message.files))
