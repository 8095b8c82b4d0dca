"""Discord in memory, as far as the services use it; any call can be made to fail, before or after it takes effect."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs

from ticketbot.tickets import access, errors, signs
from ticketbot.tickets.inheritance import settings_of
from ticketbot.tickets.model import (
    ChannelAudit,
    ChannelId,
    CreatedChannel,
    History,
    InteractionId,
    Member,
    MessageId,
    Notice,
    Participant,
    PostedMessage,
    PostedTranscript,
    RoleId,
    TicketState,
    UploadedFile,
    UserId,
)
from ticketbot.tickets.permissions import Overwrite, Permission
from ticketbot.tickets.preflight import Preflight
from ticketbot.tickets.server_names import ServerNames

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

    from ticketbot.tickets.model import GuildConfig, GuildId, Note, PanelId, RawMessage, StalePanel, Ticket
    from ticketbot.tickets.panels import Panel, PanelMessage


@attrs.define(kw_only=True)
class MemoryChannel:
    ticket_number: int
    opener_sees: bool = True
    opener_overwrite: Overwrite | None = None
    """The one that was set last."""
    name: str | None = None
    sign: signs.Sign | None = None
    category_id: ChannelId | None = None
    """Where it was moved; None: where it was created."""
    notices: list[Notice] = attrs.field(factory=list[Notice])
    named_claimer: UserId | None = None
    """Whom a button names, as far as it was edited."""
    notes: list[str] = attrs.field(factory=list[str])
    note_readers: set[Participant] = attrs.field(factory=set[Participant])
    """Who is in the thread of the notes."""
    overwrites: dict[Participant, Overwrite] = attrs.field(factory=dict[Participant, Overwrite])
    """Those that were set one by one."""


@attrs.define(kw_only=True)
class MemoryChannels:
    """The TicketChannels and PanelChannels ports."""

    channels: dict[ChannelId, MemoryChannel] = attrs.field(factory=dict[ChannelId, MemoryChannel])
    told: list[tuple[UserId, InteractionId]] = attrs.field(factory=list[tuple[UserId, InteractionId]])
    """Who was told of which closing."""
    transcripts: dict[MessageId, int] = attrs.field(factory=dict[MessageId, int])
    """The number of the ticket by message."""
    words: str = "words"
    """What panels say."""
    panels: dict[MessageId, ChannelId] = attrs.field(factory=dict[MessageId, ChannelId])
    further_panels: dict[MessageId, tuple[tuple[PanelId, ChannelId], str]] = attrs.field(
        factory=dict[MessageId, tuple[tuple["PanelId", "ChannelId"], str]]
    )
    """The place and the nonce of each message of a further panel."""
    failures: dict[str, tuple[errors.TicketError, bool]] = attrs.field(
        factory=dict[str, tuple[errors.TicketError, bool]]
    )
    """By method, what it raises the next time, and whether it takes effect all the same."""
    refusals: dict[str, errors.TicketError] = attrs.field(factory=dict[str, errors.TicketError])
    """By method, what it raises each time."""
    calls: list[str] = attrs.field(factory=list[str])
    preflight_result: Preflight = attrs.field(factory=Preflight)
    on_history: Callable[[], None] = attrs.field(default=lambda: None)
    on_transcript: Callable[[Ticket], Awaitable[None]] | None = None
    after_show_state: Callable[[], Awaitable[None]] | None = None
    before_opener_sees: Callable[[], Awaitable[None]] | None = None
    before_overwrite: Callable[[], Awaitable[None]] | None = None
    """Called while a call that sets an overwrite is on its way."""
    before_verify: Callable[[], Awaitable[None]] | None = None
    before_panel_edit: Callable[[], Awaitable[None]] | None = None
    """Called while a panel, or an edit of one, is on its way."""
    edited_languages: list[str | None] = attrs.field(factory=list[str | None])
    """The language of each configuration that a panel was edited by."""
    notice_delay: float = 0.0
    """Seconds until a notice is posted."""
    lost_roles: tuple[RoleId, ...] = ()
    category_warnings: list[tuple[UserId, type[errors.TicketError]]] = attrs.field(
        factory=list[tuple["UserId", type[errors.TicketError]]]
    )
    messages: list[RawMessage] = attrs.field(factory=lambda: [b'{"id": "1"}', b'{"id": "2"}'])
    """What was said in every channel, oldest first."""
    is_content_hidden: bool = False
    """Whether Discord hides what members wrote."""
    left_out: set[ChannelId] = attrs.field(factory=set[ChannelId])
    """Channels that are missing in the list of all channels."""
    seconds_per_creation: float = 0.0
    """How long each creation waits for the one before it, as far as anybody asks."""
    members: dict[UserId, Member] = attrs.field(factory=dict[UserId, Member])
    """Who can be fetched."""
    next_id: int = 10_000

    def fail(self, method: str, error: errors.TicketError, *, after: bool = False) -> None:
        self.failures[method] = (error, after)

    def refuse(self, method: str, error: errors.TicketError) -> None:
        """Let a method raise an error each time."""
        self.refusals[method] = error

    async def create(self, ticket: Ticket, config: GuildConfig) -> CreatedChannel:
        del config
        failure = self._called("create")
        channel_id = ChannelId(self._new_id())
        self.channels[channel_id] = MemoryChannel(ticket_number=ticket.number)
        _raise(failure)
        return CreatedChannel(id=channel_id, lost_role_ids=self.lost_roles)

    def creation_wait(self, guild_id: GuildId, ahead: int) -> float:
        del guild_id
        return ahead * self.seconds_per_creation

    async def find(self, ticket: Ticket) -> Sequence[ChannelId]:
        _raise(self._called("find"))
        return sorted(key for key, channel in self.channels.items() if channel.ticket_number == ticket.number)

    async def delete(self, channel_id: ChannelId) -> None:
        failure = self._called("delete")
        self.channels.pop(channel_id, None)
        _raise(failure)

    async def delete_unused(self, ticket: Ticket, channel_id: ChannelId) -> None:
        del ticket
        _raise(self._called("delete_unused"))
        await self.delete(channel_id)

    async def place(self, ticket: Ticket, config: GuildConfig) -> None:
        failure = self._called("place")
        self._channel(ticket).category_id = settings_of(ticket, config).category_ids[0]
        _raise(failure)

    async def fetch_member(self, guild_id: GuildId, user_id: UserId) -> Member | None:
        del guild_id
        _raise(self._called("fetch_member"))
        return self.members.get(user_id)

    async def set_overwrite(self, ticket: Ticket, config: GuildConfig, target: Participant) -> None:
        failure = self._called("set_overwrite")
        overwrite = access.overwrite_of(ticket, config, target)
        if self.before_overwrite is not None:
            await self.before_overwrite()
        if overwrite is None:
            self._channel(ticket).overwrites.pop(target, None)
        elif not target.is_role and target.id == ticket.opener_id:
            self._channel(ticket).overwrites[target] = overwrite
            self._channel(ticket).opener_overwrite = overwrite
            self._channel(ticket).opener_sees = bool(overwrite.allow & Permission.VIEW_CHANNEL)
        else:
            self._channel(ticket).overwrites[target] = overwrite
        _raise(failure)

    async def rename(self, ticket: Ticket, config: GuildConfig) -> None:
        del config
        failure = self._called("rename")
        self._channel(ticket).name = ticket.name
        _raise(failure)

    async def post_notes(self, ticket: Ticket, config: GuildConfig) -> None:
        del config
        failure = self._called("post_notes")
        channel = self._channel(ticket)
        channel.note_readers -= {*access.without_notes(ticket)}
        channel.notes.extend(note.text for note in ticket.notes if note.text not in channel.notes)
        _raise(failure)

    async def remove_from_notes(self, ticket: Ticket, config: GuildConfig, targets: Sequence[Participant]) -> None:
        del config
        failure = self._called("remove_from_notes")
        self._channel(ticket).note_readers -= {*targets}
        _raise(failure)

    async def withdraw_notes(self, ticket: Ticket, notes: Sequence[Note]) -> None:
        _raise(self._called("withdraw_notes"))
        channel = self._channel(ticket)
        channel.notes = [text for text in channel.notes if text not in {note.text for note in notes}]

    async def show_claimer(self, ticket: Ticket, config: GuildConfig) -> None:
        del config
        self.calls.append("show_claimer")
        if ticket.channel_id in self.channels:
            self._channel(ticket).named_claimer = ticket.claimer_id

    async def show_state(self, ticket: Ticket) -> None:
        self.calls.append("show_state")
        if ticket.channel_id in self.channels:
            self._channel(ticket).sign = signs.sign_of(ticket)
        if self.after_show_state is not None:
            await self.after_show_state()

    async def role_overwrites(self, guild_id: GuildId) -> Mapping[ChannelId, Mapping[RoleId, Overwrite]]:
        del guild_id
        _raise(self._called("role_overwrites"))
        return {
            key: {RoleId(target.id): one for target, one in channel.overwrites.items() if target.is_role}
            for key, channel in self.channels.items()
        }

    async def warn_of_categories(self, ticket: Ticket, config: GuildConfig, error: errors.TicketError) -> None:
        del config
        _raise(self._called("warn_of_categories"))
        self.category_warnings.append((ticket.opener_id, type(error)))

    async def place_by_state(self, ticket: Ticket, config: GuildConfig) -> None:
        failure = self._called("place_by_state")
        closed, opened = config.closed_category_id, config.category_id
        self._channel(ticket).category_id = closed if ticket.state is TicketState.CLOSED else opened
        _raise(failure)

    async def tell_opener(self, ticket: Ticket, config: GuildConfig) -> None:
        del config
        _raise(self._called("tell_opener"))
        self.told.append((ticket.opener_id, ticket.interaction_id))

    async def post_notice(self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> None:
        del config, lost_roles
        failure = self._called("post_notice")
        assert ticket.notice is not None
        if self.notice_delay:
            await asyncio.sleep(self.notice_delay)
        self._channel(ticket).notices.append(ticket.notice)
        _raise(failure)

    async def has_notice(self, ticket: Ticket, config: GuildConfig) -> bool:
        del config
        _raise(self._called("has_notice"))
        return self._channel(ticket).notices[-1:] == [ticket.notice]

    async def history(self, ticket: Ticket) -> History:
        _raise(self._called("history"))
        self._channel(ticket)
        self.on_history()
        return History(messages=[*self.messages], is_content_hidden=self.is_content_hidden)

    async def has_new_messages(self, ticket: Ticket, history: History) -> bool:
        _raise(self._called("has_new_messages"))
        self._channel(ticket)
        return history.messages != self.messages

    async def find_transcript(self, ticket: Ticket, config: GuildConfig, history: History) -> PostedTranscript | None:
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
        history: History,
        *,
        note: Callable[[str], Awaitable[Ticket]],
    ) -> PostedTranscript:
        del config
        failure = self._called("post_transcript")
        assert history.messages == self.messages
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

    async def find_duplicate(
        self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript
    ) -> PostedTranscript | None:
        del config
        _raise(self._called("find_duplicate"))
        own = {message.id for message in posted.messages}
        others = [key for key, number in self.transcripts.items() if number == ticket.number and key not in own]
        return _posted(others[0]) if others else None

    async def delete_transcript(self, config: GuildConfig, posted: PostedTranscript) -> None:
        del config
        _raise(self._called("delete_transcript"))
        for message in posted.messages:
            self.transcripts.pop(message.id, None)

    async def opener_sees(self, ticket: Ticket) -> bool | None:
        _raise(self._called("opener_sees"))
        if self.before_opener_sees is not None:
            await self.before_opener_sees()
        return self._channel(ticket).opener_sees if ticket.channel_id in self.channels else None

    async def exists(self, channel_id: ChannelId) -> bool:
        _raise(self._called("exists"))
        return channel_id in self.channels

    async def audit(self, guild_id: GuildId, attached: Collection[Ticket]) -> ChannelAudit:
        del guild_id
        _raise(self._called("audit"))
        known = {ticket.channel_id for ticket in attached}
        numbers = {ticket.number for ticket in attached}
        duplicates = [key for key, one in self.channels.items() if one.ticket_number in numbers and key not in known]
        return ChannelAudit(
            existing=frozenset(self.channels.keys() - self.left_out),
            duplicates=tuple(
                (ticket, key)
                for key in duplicates
                if not self.channels[key].notices
                for ticket in attached
                if ticket.number == self.channels[key].ticket_number
            ),
        )

    async def preflight(self, config: GuildConfig) -> Preflight:
        del config
        _raise(self._called("preflight"))
        return self.preflight_result

    async def transcript_readers(self, config: GuildConfig) -> Sequence[RoleId]:
        del config
        _raise(self._called("transcript_readers"))
        return self.preflight_result.transcript_readers

    async def server_names(self, guild_id: GuildId) -> ServerNames:
        _raise(self._called("server_names"))
        return ServerNames(id=guild_id, name="Serveur")

    async def post_panel(self, config: GuildConfig) -> MessageId:
        _raise(self._called("post_panel"))
        if self.before_panel_edit is not None:
            await self.before_panel_edit()
        if config.panel_message_id is not None and config.panel_message_id in self.panels:
            return config.panel_message_id
        message_id = MessageId(self._new_id())
        self.panels[message_id] = config.panel_channel_id
        return message_id

    def panel_fingerprint(self, config: GuildConfig, panel: Panel | None = None) -> str:
        return f"{self.words} {config.language} {panel}" if panel is not None else f"{self.words} {config.language}"

    async def post_further_panel(self, config: GuildConfig, panel: Panel, message: PanelMessage) -> MessageId:
        del config
        failure = self._called("post_further_panel")
        if self.before_panel_edit is not None:
            await self.before_panel_edit()
        place = (panel.id, panel.channel_id)
        found = [message_id for message_id, (one, _) in self.further_panels.items() if one == place]
        same = [message_id for message_id, (_, nonce) in self.further_panels.items() if nonce == message.nonce]
        posted = (*found, *same, MessageId(self._new_id()))[0]
        self.further_panels.setdefault(posted, (place, message.nonce))
        _raise(failure)
        return posted

    async def edit_further_panel(self, config: GuildConfig, panel: Panel, message_id: MessageId) -> bool:
        del config, panel
        _raise(self._called("edit_further_panel"))
        return message_id in self.further_panels

    async def remove_further_panel(self, message: PanelMessage) -> None:
        _raise(self._called("remove_further_panel"))
        place = (message.panel_id, message.channel_id)
        for message_id, (one, _) in [*self.further_panels.items()]:
            if message_id == message.message_id or (message.message_id is None and one == place):
                del self.further_panels[message_id]

    async def edit_panel(self, config: GuildConfig) -> None:
        _raise(self._called("edit_panel"))
        assert config.panel_message_id is not None
        if self.before_panel_edit is not None:
            await self.before_panel_edit()
        self.edited_languages.append(config.language)

    async def remove_panel(self, left: StalePanel) -> None:
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
        if method in self.refusals:
            raise self.refusals[method]
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


def _mark(history: History) -> str:
    return f"mark of {len(history.messages)}"


def _posted(message_id: MessageId) -> PostedTranscript:
    files = (UploadedFile(name="transcript.html", size=10),)
    return PostedTranscript(messages=(PostedMessage(id=message_id, files=files),))


def _raise(error: errors.TicketError | None) -> None:
    if error is not None:
        raise error
