"""What the desk asks of the outside: a store, Discord's channels, a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence

    from ticketbot.tickets.model import (
        Census,
        ChannelId,
        CreatedChannel,
        GuildConfig,
        GuildId,
        LeftPanel,
        MessageId,
        Millis,
        PostedTranscript,
        Preflight,
        PressId,
        RawMessage,
        RoleId,
        Ticket,
        UserId,
    )


class Clock(Protocol):
    """The time of day."""

    def __call__(self) -> Millis:
        """Tell the present moment."""
        ...


class TicketStore(Protocol):
    """Where configurations, counters and tickets are kept; each write is atomic and lasts once it returned.

    Every method may raise ``StoreUnavailableError``: then it is not known whether a write stands.
    """

    async def ping(self) -> None:
        """Ask the store for a sign of life."""
        ...

    async def close(self) -> None:
        """Let go of connections and files; the store is not used afterwards."""
        ...

    async def next_number(self, guild_id: GuildId) -> int:
        """Take the guild's next number, from 1: never the same twice, from however many processes."""
        ...

    async def add(self, ticket: Ticket) -> None:
        """Record a new ticket.

        Raises
        ------
        SlotTakenError
            The opener already has a ticket in that guild with that slot.
        StaleTicketError
            The number or the channel is another ticket's.
        """
        ...

    async def swap(self, before: Ticket, after: Ticket) -> None:
        """Replace ``before`` by ``after`` if the record still has the revision of ``before``.

        ``after`` must have the next revision. Releases or takes the slot in the same write.

        Raises
        ------
        StaleTicketError
            The record is gone or has another revision, or the channel is another ticket's.
        SlotTakenError
            ``after`` takes a slot that another ticket holds.
        """
        ...

    async def discard(self, ticket: Ticket) -> None:
        """Forget a ticket that still has this revision; nothing of it stays but the guild's counter.

        Raises
        ------
        StaleTicketError
            The record is gone or has another revision.
        """
        ...

    async def by_number(self, guild_id: GuildId, number: int) -> Ticket | None:
        """Find a ticket by what it is known by."""
        ...

    async def by_channel(self, guild_id: GuildId, channel_id: ChannelId) -> Ticket | None:
        """Find the ticket that a channel belongs to."""
        ...

    async def live_of(self, guild_id: GuildId, opener_id: UserId) -> Sequence[Ticket]:
        """List a member's tickets that hold a slot, by number."""
        ...

    async def tickets_of(self, guild_id: GuildId, *, after: int = 0, limit: int = 100) -> Sequence[Ticket]:
        """List a guild's tickets with a number above ``after``, by number, at most ``limit``."""
        ...

    async def unfinished(self, *, before: Millis, limit: int = 100) -> Sequence[Ticket]:
        """List tickets of all guilds that are unfinished since before a moment, oldest first, at most ``limit``."""
        ...

    async def lease(self, ticket: Ticket, *, now: Millis, until: Millis) -> bool:
        """Take the right to finish a ticket until a moment, if nobody holds it now; tell whether it was got.

        Does not raise the revision; a swap leaves a lease as it is.
        """
        ...

    async def take_press(self, press_id: PressId, *, now: Millis) -> bool:
        """Remember a press; tell whether it was new."""
        ...

    async def forget_presses(self, *, before: Millis) -> None:
        """Forget the presses taken before a moment."""
        ...

    async def config(self, guild_id: GuildId) -> GuildConfig | None:
        """Find a guild's configuration."""
        ...

    async def save_config(self, before: GuildConfig | None, after: GuildConfig) -> None:
        """Replace ``before`` by ``after`` if the record still has the revision of ``before`` (None: if there is none).

        ``after`` must have the next revision (0 for the first).

        Raises
        ------
        StaleConfigError
            The record has another revision, or there is one already.
        """
        ...

    async def configs(self, *, after: GuildId, limit: int = 100) -> Sequence[GuildConfig]:
        """List configurations of guilds with an id above ``after``, by id, at most ``limit``."""
        ...


class TicketChannels(Protocol):
    """What tickets do on Discord.

    Every method may raise ``DiscordBusyError``, ``DiscordUnavailableError`` (then it is not known whether a change
    stands), ``MissingPermissionsError`` or ``DiscordRefusedError``; those on a ticket's channel ``ChannelGoneError``.
    Each change may be tried again: it then changes nothing, or is found again by ``find`` and ``find_transcript``.
    """

    async def create(self, ticket: Ticket, config: GuildConfig) -> CreatedChannel:
        """Create a reserved ticket's channel, so that the opener, the staff and the bot see it and nobody else.

        Tried once only: Discord has no mark against doubles here.

        Raises
        ------
        CategoryFullError, CategoryMissingError, GuildFullError
            There is no place for the channel.
        """
        ...

    async def find(self, ticket: Ticket) -> Sequence[ChannelId]:
        """Find the channels that were created for a ticket, oldest first."""
        ...

    async def delete(self, channel_id: ChannelId) -> None:
        """Delete a channel; one that is gone already is as good."""
        ...

    async def show_opener(self, ticket: Ticket) -> None:
        """Let the opener see the channel again, as when it was opened."""
        ...

    async def hide_from_opener(self, ticket: Ticket) -> None:
        """Let the opener no longer see the channel; everybody else keeps what they have."""
        ...

    async def post_notice(self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> None:
        """Post the ticket's notice into its channel, once: a repetition within minutes is no second message."""
        ...

    async def has_notice(self, ticket: Ticket, config: GuildConfig) -> bool:
        """Tell whether the ticket's notice stands in its channel."""
        ...

    def history(self, ticket: Ticket) -> AsyncIterator[Sequence[RawMessage]]:
        """Fetch all messages of the ticket's channel, page by page, newest first."""
        ...

    async def with_threads(self, ticket: Ticket, messages: Sequence[RawMessage]) -> Sequence[RawMessage]:
        """Add what was said in the channel's threads to its messages, oldest first; they go with the channel."""
        ...

    async def find_transcript(
        self, ticket: Ticket, config: GuildConfig, history: Sequence[RawMessage]
    ) -> PostedTranscript | None:
        """Find the transcript that an earlier try posted.

        It is as good as a new one if it is whole, has the ticket's mark, and the messages, oldest first, are still
        the same. Otherwise what there is of it is removed.
        """
        ...

    async def post_transcript(
        self,
        ticket: Ticket,
        config: GuildConfig,
        history: Sequence[RawMessage],
        *,
        note: Callable[[str], Awaitable[Ticket]],
    ) -> PostedTranscript:
        """Render the messages, oldest first, and post the pages into the transcript channel, once.

        ``note`` is called before anything is posted: it puts down the mark by which this transcript, with all its
        files, is found again, and gives the ticket as it stands then. It may be called again, with another mark, if
        Discord refuses what is too large.

        Raises
        ------
        TranscriptChannelMissingError, TranscriptTooLargeError
            It cannot be posted.
        """
        ...

    async def verify_transcript(self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript) -> None:
        """Read a posted transcript back.

        Raises
        ------
        TranscriptNotVerifiedError
            A message or a file is not there, or a file's size differs.
        """
        ...

    async def exists(self, channel_id: ChannelId) -> bool:
        """Tell whether a channel exists; may be some seconds behind for one that was looked at just before."""
        ...

    async def census(self, guild_id: GuildId, seated: Collection[Ticket]) -> Census:
        """Look which channels a guild has now, and which of them are second ones of tickets that have a channel."""
        ...


class Tally(Protocol):
    """Counts what happens, for whoever runs the bot. Nothing waits for it, and it never fails."""

    def done(self, button: str, seconds: float) -> None:
        """Count a press that was carried out."""
        ...

    def refused(self, button: str, reason: str, seconds: float) -> None:
        """Count a press that was refused; ``reason`` is the error's class."""
        ...

    def failed(self, button: str, seconds: float) -> None:
        """Count a press that failed in a way nobody foresaw."""
        ...

    def called(self, method: str, route: str, status: str, seconds: float) -> None:
        """Count a request to Discord; ``route`` is a template without ids or tokens."""
        ...

    def archived(self, size: int) -> None:
        """Count a transcript that was posted and read back; ``size`` is in bytes."""
        ...

    def recovered(self, *, finished: int, dropped: int, failed: int) -> None:
        """Count what a round of recovery did with interrupted tickets."""
        ...


class PanelChannels(Protocol):
    """What ``/ticket-config`` does on Discord; the same errors as ``TicketChannels``."""

    async def preflight(self, config: GuildConfig) -> Preflight:
        """Look for what the bot would lack with a configuration."""
        ...

    async def post_panel(self, config: GuildConfig) -> MessageId:
        """Show the panel in its channel: edit the one that stands there, post one if there is none."""
        ...

    def panel_look(self, config: GuildConfig) -> str:
        """Tell a panel with other words, colours or buttons from one with the same: a short text, equal for equals."""
        ...

    async def edit_panel(self, config: GuildConfig) -> None:
        """Let the live panel show the words of now; one that is gone stays away."""
        ...

    async def remove_panel(self, left: LeftPanel) -> None:
        """Remove a panel, or whatever panels stand in its channel of late; one that is gone already is as good."""
        ...
