"""Discord as far as the desk knows it, in memory; any call can be made to fail, before or after it took effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.tickets import errors
from ticketbot.tickets.model import (
    Census,
    ChannelId,
    CreatedChannel,
    MessageId,
    Notice,
    PostedMessage,
    PostedTranscript,
    Preflight,
    UploadedFile,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence

    from ticketbot.tickets.model import GuildConfig, GuildId, LeftPanel, RawMessage, RoleId, Ticket


@attrs.define(kw_only=True)
class MemoryChannel:
    ticket_number: int
    opener_sees: bool = True
    notices: list[Notice] = attrs.field(factory=list[Notice])


@attrs.define(kw_only=True)
class MemoryChannels:
    """The TicketChannels and PanelChannels ports."""

    channels: dict[ChannelId, MemoryChannel] = attrs.field(factory=dict[ChannelId, MemoryChannel])
    transcripts: dict[MessageId, int] = attrs.field(factory=dict[MessageId, int])
    """The number of the ticket by message."""
    words: str = "words"
    """What panels say."""
    panels: dict[MessageId, ChannelId] = attrs.field(factory=dict[MessageId, ChannelId])
    failures: dict[str, tuple[errors.TicketError, bool]] = attrs.field(
        factory=dict[str, tuple[errors.TicketError, bool]]
    )
    """By method, what it raises the next time, and whether it takes effect all the same."""
    calls: list[str] = attrs.field(factory=list[str])
    preflight_result: Preflight = attrs.field(factory=Preflight)
    on_history: Callable[[], None] = attrs.field(default=lambda: None)
    on_transcript: Callable[[Ticket], Awaitable[None]] | None = None
    before_verify: Callable[[], Awaitable[None]] | None = None
    lost_roles: tuple[RoleId, ...] = ()
    messages: list[RawMessage] = attrs.field(factory=lambda: [b'{"id": "1"}', b'{"id": "2"}'])
    """What was said in every channel, oldest first."""
    left_out: set[ChannelId] = attrs.field(factory=set[ChannelId])
    """What the list of all channels does not tell of."""
    next_id: int = 10_000

    def fail(self, method: str, error: errors.TicketError, *, after: bool = False) -> None:
        self.failures[method] = (error, after)

    async def create(self, ticket: Ticket, config: GuildConfig) -> CreatedChannel:
        del config
        failure = self._called("create")
        channel_id = ChannelId(self._new_id())
        self.channels[channel_id] = MemoryChannel(ticket_number=ticket.number)
        _raise(failure)
        return CreatedChannel(id=channel_id, lost_role_ids=self.lost_roles)

    async def find(self, ticket: Ticket) -> Sequence[ChannelId]:
        _raise(self._called("find"))
        return sorted(key for key, channel in self.channels.items() if channel.ticket_number == ticket.number)

    async def delete(self, channel_id: ChannelId) -> None:
        failure = self._called("delete")
        self.channels.pop(channel_id, None)
        _raise(failure)

    async def show_opener(self, ticket: Ticket) -> None:
        failure = self._called("show_opener")
        self._channel(ticket).opener_sees = True
        _raise(failure)

    async def hide_from_opener(self, ticket: Ticket) -> None:
        failure = self._called("hide_from_opener")
        self._channel(ticket).opener_sees = False
        _raise(failure)

    async def post_notice(self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> None:
        del config, lost_roles
        failure = self._called("post_notice")
        assert ticket.notice is not None
        self._channel(ticket).notices.append(ticket.notice)
        _raise(failure)

    async def has_notice(self, ticket: Ticket, config: GuildConfig) -> bool:
        del config
        _raise(self._called("has_notice"))
        return self._channel(ticket).notices[-1:] == [ticket.notice]

    async def history(self, ticket: Ticket) -> AsyncIterator[Sequence[RawMessage]]:
        _raise(self._called("history"))
        self._channel(ticket)
        self.on_history()
        yield [*reversed(self.messages)]

    async def with_threads(self, ticket: Ticket, messages: Sequence[RawMessage]) -> Sequence[RawMessage]:
        self._channel(ticket)
        return messages

    async def find_transcript(
        self, ticket: Ticket, config: GuildConfig, history: Sequence[RawMessage]
    ) -> PostedTranscript | None:
        del config
        _raise(self._called("find_transcript"))
        for message_id, number in list(self.transcripts.items()):
            if number == ticket.number and ticket.transcript_mark == _mark(history):
                return _posted(message_id)
            if number == ticket.number:
                del self.transcripts[message_id]
        return None

    async def post_transcript(
        self,
        ticket: Ticket,
        config: GuildConfig,
        history: Sequence[RawMessage],
        *,
        note: Callable[[str], Awaitable[Ticket]],
    ) -> PostedTranscript:
        del config
        failure = self._called("post_transcript")
        assert list(history) == self.messages
        ticket = await note(_mark(history))
        if self.on_transcript is not None:
            await self.on_transcript(ticket)
        message_id = MessageId(self._new_id())
        self.transcripts[message_id] = ticket.number
        _raise(failure)
        return _posted(message_id)

    async def verify_transcript(self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript) -> None:
        del ticket, config
        if self.before_verify is not None:
            await self.before_verify()
        _raise(self._called("verify_transcript"))
        if not all(message.id in self.transcripts for message in posted.messages):
            raise errors.TranscriptNotVerifiedError

    async def exists(self, channel_id: ChannelId) -> bool:
        _raise(self._called("exists"))
        return channel_id in self.channels

    async def census(self, guild_id: GuildId, seated: Collection[Ticket]) -> Census:
        del guild_id
        _raise(self._called("census"))
        known = {ticket.channel_id for ticket in seated}
        numbers = {ticket.number for ticket in seated}
        doubles = [key for key, one in self.channels.items() if one.ticket_number in numbers and key not in known]
        return Census(
            existing=frozenset(self.channels.keys() - self.left_out),
            doubles=tuple(key for key in doubles if not self.channels[key].notices),
        )

    async def preflight(self, config: GuildConfig) -> Preflight:
        del config
        _raise(self._called("preflight"))
        return self.preflight_result

    async def post_panel(self, config: GuildConfig) -> MessageId:
        _raise(self._called("post_panel"))
        if config.panel_message_id is not None and config.panel_message_id in self.panels:
            return config.panel_message_id
        message_id = MessageId(self._new_id())
        self.panels[message_id] = config.panel_channel_id
        return message_id

    def panel_look(self, config: GuildConfig) -> str:
        return f"{self.words} {config.language}"

    async def edit_panel(self, config: GuildConfig) -> None:
        _raise(self._called("edit_panel"))
        assert config.panel_message_id is not None

    async def remove_panel(self, left: LeftPanel) -> None:
        _raise(self._called("remove_panel"))
        for message_id, channel_id in [*self.panels.items()]:
            if channel_id == left.channel_id and left.message_id in (message_id, None):
                del self.panels[message_id]

    def _channel(self, ticket: Ticket) -> MemoryChannel:
        channel = self.channels.get(ticket.channel_id) if ticket.channel_id is not None else None
        if channel is None:
            raise errors.ChannelGoneError
        return channel

    def _called(self, method: str) -> errors.TicketError | None:
        """Note a call; raise what must be raised before it takes effect, give back what must be after."""
        self.calls.append(method)
        failure = self.failures.pop(method, None)
        if failure is None:
            return None
        error, after = failure
        if not after:
            raise error
        return error

    def _new_id(self) -> int:
        self.next_id += 1
        return self.next_id


def _mark(history: Sequence[RawMessage]) -> str:
    return f"mark of {len(history)}"


def _posted(message_id: MessageId) -> PostedTranscript:
    files = (UploadedFile(name="transcript.html", size=10),)
    return PostedTranscript(messages=(PostedMessage(id=message_id, files=files),))


def _raise(error: errors.TicketError | None) -> None:
    if error is not None:
        raise error
