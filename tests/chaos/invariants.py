"""What must hold whatever happens: ``Witness.require`` checks it all, after every story.

1. No two tickets of a server ever carry the same number.
2. A channel is never deleted unless its transcript was read back: message there, file there, size equal.
3. Once recovery has run, every ticket channel has its record, and every record its channel.
4. A member never has more live tickets than allowed; a ticket never has two claimers; the opener never claims.
5. One welcome, one notice of each move, and one transcript per ticket.
6. Every press is answered within 3 s, and what was promised comes.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import attrs

from tests.chaos import records
from tests.scenarios.world import CLAIM, REOPEN, has
from tests.simulator.permissions import Permissions
from ticketbot.config import params
from ticketbot.tickets.model import TicketState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chaos.records import Records
    from tests.scenarios.world import World
    from tests.simulator.errors import Json
    from tests.simulator.faults import Call
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Channel, Message
    from ticketbot.tickets.model import Ticket

READ_BACK = "GET /channels/{channel_id}/messages/{message_id}"
_MENTION = re.compile(r"<@(\d+)>")


class BrokenInvariantError(AssertionError):
    """Something that must always hold does not."""


@attrs.define(eq=False)
class Witness:
    """Watches a world from its beginning: some things can only be seen at the moment when they happen."""

    world: World
    allowed: int = params.MAX_OPEN_TICKETS
    """Live tickets that a member may open."""
    channels: list[Channel] = attrs.field(factory=list["Channel"])
    """All ticket channels that there ever were."""
    _offences: list[str] = attrs.field(factory=list[str])
    """What was wrong at the moment when it happened: nothing makes it good again."""
    _excused: set[int] = attrs.field(factory=set[int])
    _numbers: dict[tuple[int, int], set[tuple[int, int]]] = attrs.field(
        factory=lambda: defaultdict[tuple[int, int], set[tuple[int, int]]](set)
    )
    """Who had a number, and since when: by guild and number, the openers with the moments of opening."""

    def __attrs_post_init__(self) -> None:
        self.world.sim.world.listeners.append(self._hear)

    @property
    def setting(self) -> str:
        """Where it all takes place, for the table of what was tried."""
        return f"{self.world.mode} {records.place_of(self.world)}"

    def excuse(self, press: Interaction) -> None:
        """Do not ask for the answer to a press: the process that had it was killed."""
        self._excused.add(press.id)

    async def require(self, within: float = 30.0) -> None:
        """Wait until recovery has put everything in order.

        Raises
        ------
        BrokenInvariantError
            Something happened that never may, or is still not in order after ``within`` seconds.
        """
        deadline = time.monotonic() + within
        while broken := self.broken():
            if self._offences or time.monotonic() > deadline:
                raise BrokenInvariantError("\n".join(broken))
            await asyncio.sleep(0.03)

    def broken(self) -> list[str]:
        """List what does not hold now."""
        found = records.read(self.world)
        return [
            *self._offences,
            *self._numbers_given_twice(found),
            *self._channels_without_record(found),
            *(complaint for ticket in found.tickets for complaint in self._ticket(ticket)),
            *self._places_taken_twice(found),
            *self._transcripts_posted_twice(),
            *self._presses_without_answer(),
        ]

    # What is seen at the moment when it happens

    def _hear(self, name: str, _guild_id: int | None, payload: Json) -> None:
        if name == "CHANNEL_CREATE" and payload.get("parent_id") == str(self.world.category.id):
            self.channels.append(self.world.sim.world.channels[int(payload["id"])])
        elif name == "CHANNEL_DELETE":
            channel = next((one for one in self.channels if one.id == int(payload["id"])), None)
            if channel is not None and self._is_the_bots_doing(channel) and not self._may_go(channel):
                self._offences.append(f"2: #{channel.name} was deleted, and its transcript was not read back before")

    def _is_the_bots_doing(self, channel: Channel) -> bool:
        path = f"/channels/{channel.id}"
        return any(
            call.ended is None and call.method == "DELETE" and call.path == path for call in self._recent_calls()
        )

    def _recent_calls(self) -> list[Call]:
        return self.world.sim.calls[-200:]

    def _may_go(self, channel: Channel) -> bool:
        if not any(self._was_said_by_a_person(message) or has(message, REOPEN) for message in channel.history):
            return True  # a channel that nobody got to know: a double, or one whose welcome Discord refused
        carriers = [
            message
            for message in self.world.transcripts.history
            if any(_is_transcript_of(file.filename, channel) for file in message.attachments)
        ]
        calls = self.world.sim.calls_to(READ_BACK)
        return bool(carriers) and all(any(_reads_back(call, message) for call in calls) for message in carriers)

    def _was_said_by_a_person(self, message: Message) -> bool:
        return message.author is not self.world.sim.application.bot

    # What must be so once recovery has run

    def _numbers_given_twice(self, found: Records) -> Iterator[str]:
        for ticket in found.tickets:
            self._numbers[ticket.guild_id, ticket.number].add((ticket.opener_id, ticket.created_at))
            if found.counters.get(ticket.guild_id, 0) < ticket.number:
                yield f"1: the counter does not know of ticket {ticket.number}"
        topics: dict[str, set[str | None]] = defaultdict(set)
        for channel in self.channels:
            topics[_number(channel)].add(channel.topic)
        for number, owners in (*topics.items(), *self._numbers.items()):
            if len(owners) > 1:
                yield f"1: {number} was given {len(owners)} times"

    def _channels_without_record(self, found: Records) -> Iterator[str]:
        known = {ticket.channel_id for ticket in found.tickets}
        for channel in self.channels:
            if not channel.deleted and channel.id not in known:
                yield f"3: #{channel.name} ({channel.id}) has no record"

    def _ticket(self, ticket: Ticket) -> Iterator[str]:
        channel = next((one for one in self.channels if one.id == ticket.channel_id and not one.deleted), None)
        if ticket.is_unfinished:
            yield f"3: ticket {ticket.number} is unfinished: {ticket.state}, {ticket.notice}"
        if channel is None:
            yield f"3: ticket {ticket.number}, {ticket.state}, has no channel"
            return
        yield from self._notices(ticket, channel)
        opener = self.world.guild.guild.members.get(ticket.opener_id)
        if opener is not None:
            sees = bool(self.world.guild.people[opener.id].permissions(channel) & Permissions.VIEW_CHANNEL)
            if sees is not (ticket.state is TicketState.OPEN):
                yield f"3: the opener {'sees' if sees else 'does not see'} #{channel.name}, which is {ticket.state}"

    def _notices(self, ticket: Ticket, channel: Channel) -> Iterator[str]:
        ours = [message for message in channel.history if not self._was_said_by_a_person(message)]
        kinds = [_kind(message) for message in ours]
        if kinds.count("welcome") != 1:
            yield f"5: #{channel.name} has {kinds.count('welcome')} welcomes"
        moves = [kind for kind in kinds if kind in {"closed", "reopened"}]
        expected = ["closed", "reopened"] * len(moves)
        if moves != expected[: len(moves)] or (len(moves) % 2 == 1) is not (ticket.state is TicketState.CLOSED):
            yield f"5: #{channel.name}, {ticket.state}, was told of {moves}"
        claimers = [_mentioned(message) for message in ours if _kind(message) == "claimed"]
        if claimers != ([] if ticket.claimer_id is None else [str(ticket.claimer_id)]):
            yield f"4: ticket {ticket.number} is claimed by {ticket.claimer_id}, and told to be by {claimers}"
        if ticket.claimer_id == ticket.opener_id:
            yield f"4: ticket {ticket.number} is claimed by its opener"

    def _places_taken_twice(self, found: Records) -> Iterator[str]:
        reopened = {channel.id for channel in self.channels if "reopened" in map(_kind, channel.history)}
        live = [ticket for ticket in found.tickets if ticket.slot is not None]
        opened = Counter((one.guild_id, one.opener_id) for one in live if one.channel_id not in reopened)
        places = Counter((one.guild_id, one.opener_id, one.slot) for one in live)
        for (_, opener_id), count in opened.items():
            if count > self.allowed:
                yield f"4: member {opener_id} has {count} live tickets"
        for (_, opener_id, slot), count in places.items():
            if count > 1:
                yield f"4: member {opener_id} has slot {slot} {count} times"

    def _transcripts_posted_twice(self) -> Iterator[str]:
        files = Counter(file.filename for message in self.world.transcripts.history for file in message.attachments)
        for name, count in files.items():
            if count > 1:
                yield f"5: {name} stands {count} times in the transcript channel"

    def _presses_without_answer(self) -> Iterator[str]:
        for press in self.world.sim.interactions.by_token.values():
            if press.id in self._excused:
                continue
            if press.failed:
                yield f"6: {press} failed: {press.failure}"
            elif press.callback is None or (press.original is not None and press.original.loading):
                yield f"6: {press} has no answer yet"


def _number(channel: Channel) -> str:
    return channel.name.partition("-")[0]


def _mentioned(message: Message) -> str:
    return next(iter(_MENTION.findall(message.text())), "nobody")


def _reads_back(call: Call, standing: Message) -> bool:
    """Tell whether a call, answered before now, gave a message as it still stands there."""
    if call.ended is None or call.status != 200 or int(call.answer["id"]) != standing.id:
        return False
    told = {file["filename"]: file["size"] for file in call.answer["attachments"]}
    return told == {file.filename: len(file.content) for file in standing.attachments}


def _is_transcript_of(filename: str, channel: Channel) -> bool:
    return re.match(rf"transcript-{_number(channel)}[-.]", filename) is not None


def _kind(message: Message) -> str:
    """Tell which of our notices a message is, by its shape: the words may change."""
    if has(message, CLAIM):
        return "welcome"
    if has(message, REOPEN):
        return "closed"
    return "reopened" if message.content else "claimed"
