"""Ports: what services need of the outside. Adapters fit them by shape."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

    from ticketbot.tickets import errors
    from ticketbot.tickets.model import (
        ChannelAudit,
        ChannelId,
        CreatedChannel,
        GuildConfig,
        GuildId,
        History,
        Member,
        MessageId,
        Millis,
        Note,
        Participant,
        PostedTranscript,
        RoleId,
        StalePanel,
        Ticket,
        UserId,
    )
    from ticketbot.tickets.panels import Panel, PanelMessage
    from ticketbot.tickets.permissions import Overwrite
    from ticketbot.tickets.preflight import Preflight
    from ticketbot.tickets.server_names import ServerNames


class Delivery(StrEnum):
    """Whether an answer to an interaction reached Discord."""

    DELIVERED = auto()
    NOT_SENT = auto()
    UNKNOWN = auto()
    """It was sent, and may be shown."""


class Clock(Protocol):
    """The clock."""

    def __call__(self) -> Millis:
        """Return the present moment."""
        ...


class TicketChannels(Protocol):
    """Tickets' channels on Discord.

    Every method may raise ``DiscordBusyError``, ``DiscordUnavailableError`` (then it is unknown whether a change
    took effect), ``MissingPermissionsError`` or ``DiscordRefusedError``, on a ticket's channel ``ChannelGoneError``.
    Each change may be tried again: it then changes nothing, or is found again by ``find``.
    """

    async def create(self, ticket: Ticket, config: GuildConfig) -> CreatedChannel:
        """Create a reserved ticket's channel, so that the opener, the staff and the bot see it and nobody else.

        The call is never repeated: Discord has no idempotency key for channels.

        Raises
        ------
        CategoryFullError, CategoryMissingError, GuildFullError
            There is no room for the channel.
        """
        ...

    def creation_wait(self, guild_id: GuildId, ahead: int) -> float:
        """Return about how many seconds a creation would wait, with ``ahead`` others before it in this server."""
        ...

    async def find(self, ticket: Ticket) -> Sequence[ChannelId]:
        """Return the channels that were created for a ticket, oldest first."""
        ...

    async def delete(self, channel_id: ChannelId) -> None:
        """Delete a channel, if it exists."""
        ...

    async def delete_unused(self, ticket: Ticket, channel_id: ChannelId) -> None:
        """Delete an empty channel that was created for a ticket which has another one, or is gone; log that."""
        ...

    async def place(self, ticket: Ticket, config: GuildConfig) -> None:
        """Move the channel into the category of the ticket's topic; its overwrites stay.

        Raises
        ------
        CategoryFullError, CategoryMissingError
            There is no room for the channel.
        """
        ...

    async def fetch_member(self, guild_id: GuildId, user_id: UserId) -> Member | None:
        """Return a member of a server without their permissions; None if they left."""
        ...

    async def show_state(self, ticket: Ticket) -> None:
        """Let the channel's name begin with the sign of the ticket's state; what stands after the sign stays.

        It never fails: where Discord refuses, or would make it wait for long, the name stays as it is.
        """
        ...

    async def show_claimer(self, ticket: Ticket, config: GuildConfig) -> None:
        """Let the buttons of the message under which the ticket was claimed be as they fit it now; it never fails."""
        ...

    async def set_overwrite(self, ticket: Ticket, config: GuildConfig, target: Participant) -> None:
        """Give somebody the overwrite that the ticket's record says, or take theirs away."""
        ...

    async def rename(self, ticket: Ticket, config: GuildConfig) -> None:
        """Give the channel the name that the ticket's record says.

        Raises
        ------
        RenamedTooOftenError
            Discord takes another name only later.
        NameRefusedError
            Discord does not take this one.
        """
        ...

    async def post_notes(self, ticket: Ticket, config: GuildConfig) -> None:
        """Post the ticket's notes into their thread, which the staff alone see, unless they are there.

        Whoever else has got into the thread, as by a mention, is removed from it before.
        """
        ...

    async def remove_from_notes(self, ticket: Ticket, config: GuildConfig, targets: Sequence[Participant]) -> None:
        """Remove members from the thread of the ticket's notes, and holders of roles unless they are its staff."""
        ...

    async def withdraw_notes(self, ticket: Ticket, notes: Sequence[Note]) -> None:
        """Delete notes from the ticket's thread, as far as they are there."""
        ...

    async def role_overwrites(self, guild_id: GuildId) -> Mapping[ChannelId, Mapping[RoleId, Overwrite]]:
        """Return by channel the overwrites that roles have in it."""
        ...

    async def warn_of_categories(self, ticket: Ticket, config: GuildConfig, error: errors.TicketError) -> None:
        """Tell the staff in the transcripts' channel that no category takes a ticket's channel."""
        ...

    async def place_by_state(self, ticket: Ticket, config: GuildConfig) -> None:
        """Move the channel to the category of its state, as far as Discord lets the bot; its name stays."""
        ...

    async def tell_opener(self, ticket: Ticket, config: GuildConfig) -> None:
        """Send the opener a direct message that the ticket was closed, once, if Discord takes it; never fails."""
        ...

    async def post_notice(self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> None:
        """Post the ticket's notice into its channel; a repetition within minutes posts no second message."""
        ...

    async def has_notice(self, ticket: Ticket, config: GuildConfig) -> bool:
        """Return whether the ticket's notice is in its channel."""
        ...

    async def opener_sees(self, ticket: Ticket) -> bool | None:
        """Return whether the opener sees the channel by an overwrite of their own; None if it does not exist."""
        ...

    async def exists(self, channel_id: ChannelId) -> bool:
        """Return whether a channel exists."""
        ...

    async def audit(self, guild_id: GuildId, attached: Collection[Ticket]) -> ChannelAudit:
        """Return which channels a guild has, and which of them are duplicates of an attached ticket's channel."""
        ...


class TranscriptArchive(Protocol):
    """Keeps what was said in a ticket's channel; raises the same errors as ``TicketChannels``."""

    async def history(self, ticket: Ticket) -> History:
        """Fetch all messages of the ticket's channel and of its threads; Discord deletes threads with it.

        Where no message of others than the bot has any content, find out whether Discord hides it.
        """
        ...

    async def has_new_messages(self, ticket: Ticket, history: History) -> bool:
        """Return whether somebody wrote since, in the channel or in a thread."""
        ...

    async def find_transcript(self, ticket: Ticket, config: GuildConfig, history: History) -> PostedTranscript | None:
        """Return the transcript that an earlier attempt posted.

        It is used if it is whole, has the ticket's mark, and the messages are still the same.
        Otherwise what there is of it is deleted.
        """
        ...

    async def post_transcript(
        self,
        ticket: Ticket,
        config: GuildConfig,
        history: History,
        *,
        note: Callable[[str], Awaitable[Ticket]],
    ) -> PostedTranscript:
        """Render the messages and post the pages into the transcript channel.

        ``note`` is called before anything is posted: it records the mark that identifies this transcript with all its
        files, and returns the ticket with it. It is called again, with another mark, if Discord refuses a transcript
        that is too large.

        Raises
        ------
        TranscriptChannelMissingError, TranscriptTooLargeError
            It cannot be posted.
        """
        ...

    async def verify_transcript(self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript) -> None:
        """Fetch a posted transcript again and compare it.

        Raises
        ------
        TranscriptNotVerifiedError
            A message or a file is missing, or a file's size differs.
        """
        ...

    async def find_duplicate(
        self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript
    ) -> PostedTranscript | None:
        """Return what there is of the ticket's transcript besides the messages that were just posted."""
        ...

    async def delete_transcript(self, config: GuildConfig, posted: PostedTranscript) -> None:
        """Delete the messages of a posted transcript that still exist."""
        ...


class Metrics(Protocol):
    """Counters for whoever runs the bot. They never block and never fail."""

    def done(self, button: str, seconds: float) -> None:
        """Count an interaction that was carried out; ``button`` is its route's name."""
        ...

    def refused(self, button: str, reason: str, seconds: float) -> None:
        """Count an interaction that was refused; ``reason`` is the error's class without ``Error``."""
        ...

    def failed(self, button: str, seconds: float) -> None:
        """Count an interaction that failed unexpectedly."""
        ...

    def called(self, method: str, route: str, status: str, seconds: float) -> None:
        """Count a request to Discord; ``route`` is a template without ids or tokens."""
        ...

    def archived(self, size: int) -> None:
        """Count a verified transcript; ``size`` is in bytes."""
        ...

    def token_accepted(self, *, accepted: bool) -> None:
        """Set whether Discord accepts the bot's token."""
        ...

    def standing_by(self, *, standing_by: bool) -> None:
        """Set whether this process waits for another one to give up the gateway session."""
        ...

    def recovered(self, *, finished: int, dropped: int, failed: int) -> None:
        """Count what a round of recovery did with interrupted tickets."""
        ...


class PanelChannels(Protocol):
    """Panels on Discord; raises the same errors as ``TicketChannels``."""

    async def preflight(self, config: GuildConfig) -> Preflight:
        """Return what the bot would lack with a configuration."""
        ...

    async def transcript_readers(self, config: GuildConfig) -> Sequence[RoleId]:
        """Return the roles that are no staff and see the transcripts' channel; @everyone has the server's id."""
        ...

    async def server_names(self, guild_id: GuildId) -> ServerNames:
        """Return what the server's channels and roles are called now."""
        ...

    async def post_panel(self, config: GuildConfig) -> MessageId:
        """Edit the panel in its channel, or post one if there is none; return its message."""
        ...

    def panel_fingerprint(self, config: GuildConfig, panel: Panel | None = None) -> str:
        """Return a digest of a panel's texts, colours and buttons; of the main panel for None."""
        ...

    async def edit_panel(self, config: GuildConfig) -> None:
        """Edit the panel, if it exists; one that was deleted is not posted again."""
        ...

    async def post_further_panel(self, config: GuildConfig, panel: Panel, message: PanelMessage) -> MessageId:
        """Edit a further panel where its channel has it, or post it, once for a nonce; return its message.

        Others of its messages in the channel are deleted; those of other panels are left alone.
        """
        ...

    async def edit_further_panel(self, config: GuildConfig, panel: Panel, message_id: MessageId) -> bool:
        """Edit a further panel; return whether it still exists."""
        ...

    async def remove_further_panel(self, message: PanelMessage) -> None:
        """Delete a further panel's message if it exists; where its id is unknown, those that the channel has."""
        ...

    async def remove_panel(self, left: StalePanel) -> None:
        """Delete a panel if it exists, or all recent panels in its channel where its message is unknown."""
        ...
