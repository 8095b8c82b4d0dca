"""The invariants of the bot: ``InvariantChecker.assert_consistent`` checks all of them after every test.

1. No two tickets of a server ever carry the same number, and no number is left out: each has had a channel, is a
   reserved ticket's, or goes to the next ticket.
2. A channel is never deleted unless its transcript was read back: message there, file there, size equal.
3. Once recovery has run, every ticket channel has its record, and every record its channel.
4. A member never has more live tickets than allowed; a ticket never has two claimers; the opener never claims.
5. One welcome, one notice of each move, and one transcript per ticket.
6. Every press is answered within 3 s, and a deferred answer arrives.
7. Whom the record says to have been added has an overwrite, so has the claimer of a ticket that the other staff do not
   see or do not write in, and nobody else has one; the staff's roles see and write as the record says.
8. Nobody who is not staff ever sees a note, and each note that the record knows of stands once.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import attrs

from tests.chaos import records
from tests.harness.scenario import CLAIM, CLOSE, MENU, REOPEN, had_button
from tests.simulator.permissions import Permissions
from ticketbot.config import params
from ticketbot.texts import buttons
from ticketbot.tickets.model import ClaimMode, Notice, TicketState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chaos.records import Records
    from tests.harness.scenario import Scenario
    from tests.simulator.errors import Json
    from tests.simulator.faults import Call
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Channel, Message
    from ticketbot.tickets.model import Ticket

READ_BACK = "GET /channels/{channel_id}/messages/{message_id}"
_MENTION = re.compile(r"<@(\d+)>")


class BrokenInvariantError(AssertionError):
    """An invariant is broken."""


@attrs.define(eq=False)
class InvariantChecker:
    """Watches a scenario from its beginning, since some violations can only be seen when they happen."""

    scenario: Scenario
    allowed: int = params.MAX_OPEN_TICKETS
    """Live tickets that a member may have opened."""
    recovered_after: list[float] = attrs.field(factory=list[float])
    """Seconds from each kill until everything was in order again."""
    slowness: float = 1.0
    """How many times longer than on a fast machine a process takes to start here and now."""
    channels: list[Channel] = attrs.field(factory=list["Channel"])
    """All ticket channels created so far."""
    _final_violations: list[str] = attrs.field(factory=list[str])
    """Violations that nothing can repair."""
    _ignored: set[int] = attrs.field(factory=set[int])
    _numbers: dict[tuple[int, int], set[tuple[int, int]]] = attrs.field(
        factory=lambda: defaultdict[tuple[int, int], set[tuple[int, int]]](set)
    )
    """Openers and moments of opening, by guild and number."""

    def __attrs_post_init__(self) -> None:
        self.scenario.sim.discord.listeners.append(self._hear)

    @property
    def label(self) -> str:
        """Mode and store, for the table of what was tried."""
        return f"{self.scenario.mode} {records.store_name(self.scenario)}"

    def ignore_answer_to(self, press: Interaction) -> None:
        """Ignore that a press stays unanswered because its process was killed."""
        self._ignored.add(press.id)

    async def assert_consistent(self, within: float = 30.0) -> None:
        """Wait until recovery has finished, and check every invariant.

        Raises
        ------
        BrokenInvariantError
            An invariant is broken for good, or still broken after ``within`` seconds.
        """
        begun = time.monotonic()
        deadline = begun + within
        while broken := self.violations():
            checked = time.monotonic()
            if self._final_violations or checked > deadline:
                raise BrokenInvariantError("\n".join(broken))
            # The simulator runs in the same loop: it gets at least half of the time.
            await asyncio.sleep(max(0.03, checked - begun))
            begun = time.monotonic()

    def violations(self) -> list[str]:
        """List the invariants that are broken now."""
        found = records.read(self.scenario)
        return [
            *self._final_violations,
            *self._numbers_given_twice(found),
            *self._numbers_left_out(found),
            *self._channels_without_record(found),
            *(complaint for ticket in found.tickets for complaint in self._ticket(ticket)),
            *self._places_taken_twice(found),
            *self._transcripts_posted_twice(),
            *self._presses_without_answer(),
        ]

    # Seen when it happens.

    def _hear(self, name: str, _guild_id: int | None, payload: Json) -> None:
        if name == "CHANNEL_CREATE" and payload.get("parent_id") == str(self.scenario.category.id):
            self.channels.append(self.scenario.sim.discord.channels[int(payload["id"])])
        elif name == "MESSAGE_CREATE":
            channel = self.scenario.sim.discord.channels[int(payload["channel_id"])]
            if channel.is_private:
                self._final_violations.extend(self._seen_by_others(channel))
        elif name == "CHANNEL_DELETE":
            channel = next((one for one in self.channels if one.id == int(payload["id"])), None)
            if channel is not None and self._is_the_bots_doing(channel) and not self._may_go(channel):
                self._final_violations.append(
                    f"2: #{channel.name} was deleted, and its transcript was not read back before"
                )

    def _is_the_bots_doing(self, channel: Channel) -> bool:
        path = f"/channels/{channel.id}"
        return any(
            call.ended is None and call.method == "DELETE" and call.path == path for call in self._recent_calls()
        )

    def _recent_calls(self) -> list[Call]:
        return self.scenario.sim.calls[-200:]

    def _may_go(self, channel: Channel) -> bool:
        if not any(self._was_said_by_a_person(message) or had_button(message, REOPEN) for message in channel.history):
            return True  # a channel that no member has seen: a duplicate, or one whose welcome Discord refused
        carriers = [
            message
            for message in self.scenario.transcripts.history
            if any(_is_transcript_of(file.filename, channel) for file in message.attachments)
        ]
        calls = self.scenario.sim.calls_to(READ_BACK)
        return bool(carriers) and all(any(_reads_back(call, message) for call in calls) for message in carriers)

    def _was_said_by_a_person(self, message: Message) -> bool:
        return message.author is not self.scenario.sim.application.bot

    # Checked once recovery has run.

    def _numbers_given_twice(self, found: Records) -> Iterator[str]:
        for ticket in found.tickets:
            if ticket.state is not TicketState.RESERVED:  # the number of a reserved one may go to another
                self._numbers[ticket.guild_id, ticket.number].add((ticket.opener_id, ticket.created_at))
            if found.counters.get(ticket.guild_id, 0) < ticket.number:
                yield f"1: the counter does not know of ticket {ticket.number}"
        topics: dict[str, set[str | None]] = defaultdict(set)
        for channel in self.channels:  # two creations of one ticket's channel differ in their moment alone
            topics[_number(channel)].add(channel.topic and re.sub(r"<t:\d+", "<t", channel.topic))
        for number, owners in (*topics.items(), *self._numbers.items()):
            if len(owners) > 1:
                yield f"1: {number} was given {len(owners)} times"

    def _numbers_left_out(self, found: Records) -> Iterator[str]:
        guild_id = self.scenario.guild.id
        free = found.free.get(guild_id, frozenset())
        had_channel = {int(number) for number in map(_number, self.channels) if number.isdecimal()}
        known = had_channel | free | {ticket.number for ticket in found.tickets if ticket.guild_id == guild_id}
        for number in range(1, found.counters.get(guild_id, 0) + 1):
            if number not in known:
                yield f"1: {number} was left out"
        for number in free & had_channel:
            yield f"1: {number} had a channel, and goes to another ticket"

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
        opener = self.scenario.guild.guild.members.get(ticket.opener_id)
        if opener is not None:
            sees = bool(self.scenario.guild.people[opener.id].permissions(channel) & Permissions.VIEW_CHANNEL)
            if sees is not (ticket.state is TicketState.OPEN):
                yield f"3: the opener {'sees' if sees else 'does not see'} #{channel.name}, which is {ticket.state}"
            if sees and bool(self._writes(opener.id, channel)) is not (ticket.locked_at is None):
                yield f"7: the opener's right to write in #{channel.name} is not as the record says"
        yield from self._participants(ticket, channel)
        yield from self._notes(ticket, channel)

    def _writes(self, member_id: int, channel: Channel) -> Permissions:
        return self.scenario.guild.people[member_id].permissions(channel) & Permissions.SEND_MESSAGES

    def _participants(self, ticket: Ticket, channel: Channel) -> Iterator[str]:
        scenario = self.scenario
        staff = {scenario.staff_role.id, scenario.second_role.id, scenario.sim.application.bot.id}
        others = channel.overwrites.keys() - {ticket.guild_id, ticket.opener_id} - staff
        recorded = {one.id for one in ticket.added}
        recorded |= {ticket.claimer_id} if ticket.claim_mode is not None and ticket.claimer_id is not None else set()
        if others != recorded:
            yield f"7: #{channel.name} has overwrites of {others}, and the record says {recorded}"
        denied = {ClaimMode.HIDDEN: Permissions.VIEW_CHANNEL, ClaimMode.READ_ONLY: Permissions.SEND_MESSAGES}
        looked_at = Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES
        for role_id in channel.overwrites.keys() & {scenario.staff_role.id, scenario.second_role.id}:
            found = channel.overwrites[role_id].deny & looked_at
            if found != (Permissions(0) if ticket.claim_mode is None else denied[ticket.claim_mode]):
                yield f"7: a staff role is denied {found} in #{channel.name}, whose claim mode is {ticket.claim_mode}"
        if ticket.claim_mode is not None and not self._writes(ticket.claimer_id or 0, channel):
            yield f"7: the claimer does not write in #{channel.name}"
        topics = {topic.id: topic for config in records.configs(scenario) for topic in config.topics}
        topic = None if ticket.topic_id is None else topics.get(ticket.topic_id)
        if topic is not None and topic.staff_role_ids and topic.category_id is not None:
            team = channel.overwrites.keys() & {scenario.staff_role.id, scenario.second_role.id}
            if team != {*topic.staff_role_ids} or channel.parent_id != topic.category_id:
                yield f"7: #{channel.name} is in {channel.parent_id} with the team {team}, and not as its topic says"

    def _notes(self, ticket: Ticket, channel: Channel) -> Iterator[str]:
        channels = self.scenario.sim.discord.channels.values()
        threads = [one for one in channels if one.is_private and one.parent_id == channel.id and not one.deleted]
        for thread in threads:
            yield from self._seen_by_others(thread)
        written = sum(event.what is Notice.NOTE_ADDED for event in ticket.history)
        addresses = [
            embed["url"] for one in threads for message in one.history for embed in message.embeds if "url" in embed
        ]
        if written != len(addresses) or len(set(addresses)) != len(addresses):
            yield f"8: #{channel.name} has {len(addresses)} notes, and the record says {written}"

    def _seen_by_others(self, thread: Channel) -> Iterator[str]:
        staff = {self.scenario.staff_role.id, self.scenario.second_role.id}
        for member in self.scenario.guild.people.values():
            is_staff = staff & {*member.member.role_ids} or member.permissions(thread) & Permissions.ADMINISTRATOR
            if member.sees(thread) and not is_staff:
                yield f"8: {member.name} sees the notes beside a ticket"

    def _notices(self, ticket: Ticket, channel: Channel) -> Iterator[str]:
        ours = [message for message in channel.history if not self._was_said_by_a_person(message)]
        kinds = [_kind(message) for message in ours]
        if kinds.count("welcome") != 1:
            yield f"5: #{channel.name} has {kinds.count('welcome')} welcomes"
        moves = [kind for kind in kinds if kind in {"closed", "reopened"}]
        expected = ["closed", "reopened"] * len(moves)
        if moves != expected[: len(moves)] or (len(moves) % 2 == 1) is not (ticket.state is TicketState.CLOSED):
            yield f"5: #{channel.name}, {ticket.state}, was told of {moves}"
        yield from self._claimers(ticket, ours, kinds)
        for custom_id, count in Counter(map(_menu, ours)).items():
            if custom_id and count > 1:
                yield f"5: #{channel.name} was told of a move {count} times"

    def _claimers(self, ticket: Ticket, ours: list[Message], kinds: list[str]) -> Iterator[str]:
        claimers = [_mentioned(message)[-1] for message in ours if _kind(message) in {"claimed", "transferred"}]
        claimer = "nobody"
        for message in ours:
            if _kind(message) in {"claimed", "transferred"}:
                claimer = _mentioned(message)[-1]
            elif _kind(message) == "unclaimed":
                claimer = "nobody"
        if claimer != ("nobody" if ticket.claimer_id is None else str(ticket.claimer_id)):
            yield f"4: ticket {ticket.number} is claimed by {ticket.claimer_id}, and told to be by {claimers}"
        if kinds.count("claimed") > 1 + kinds.count("unclaimed"):
            yield f"4: ticket {ticket.number} was claimed by {claimers}"
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
        files = Counter(file.filename for message in self.scenario.transcripts.history for file in message.attachments)
        for name, count in files.items():
            if count > 1:
                yield f"5: {name} stands {count} times in the transcript channel"

    def _presses_without_answer(self) -> Iterator[str]:
        for press in self.scenario.sim.interactions.by_token.values():
            if press.id in self._ignored:
                continue
            if press.failed:
                yield f"6: {press} failed: {press.failure}"
            elif press.callback is None or (press.original is not None and press.original.loading):
                yield f"6: {press} has no answer yet"


def _number(channel: Channel) -> str:
    return channel.name.partition("-")[0]


def _mentioned(message: Message) -> list[str]:
    return _MENTION.findall(message.embeds[0].get("description", "")) or ["nobody"]


def _menu(message: Message) -> str:
    """Return the custom id of the menu under a later notice than the welcome: there is one for each move."""
    found = buttons.custom_ids_of({"components": message.components})
    return next((custom_id for custom_id in found if custom_id.startswith(f"{MENU}:")), "")


def _reads_back(call: Call, standing: Message) -> bool:
    """Return whether a finished call fetched a message as it is now."""
    if call.ended is None or call.status != 200 or int(call.answer["id"]) != standing.id:
        return False
    told = {file["filename"]: file["size"] for file in call.answer["attachments"]}
    return told == {file.filename: len(file.content) for file in standing.attachments}


def _is_transcript_of(filename: str, channel: Channel) -> bool:
    return re.match(rf"transcript-{_number(channel)}[-.]", filename) is not None


def _kind(message: Message) -> str:
    """Return which notice a message is, by its components and mentions rather than its words."""
    if had_button(message, REOPEN):
        return "closed"
    titled = {"close_undone": "reopened", "close_requested": "close_requested", "close_declined": "close_declined"}
    for key, kind in titled.items():
        if _is_titled(message, key):
            return kind
    if _MENTION.fullmatch(message.content):
        # a welcome mentions the staff roles, too
        if had_button(message, CLOSE):
            return "reopened"
        return "added" if _is_titled(message, "added") else "transferred"
    if had_button(message, CLAIM):
        return "unclaimed" if _menu(message) else "welcome"
    kinds = ("added", "removed", "unlocked", "locked", "note_added", "renamed", "moved")
    return next((kind for kind in kinds if _is_titled(message, kind)), "claimed")


def _is_titled(message: Message, key: str) -> bool:
    title = params.MESSAGES[f"{key}_title"].format(emoji="").strip()
    return any(title in embed["title"] for embed in message.embeds)
