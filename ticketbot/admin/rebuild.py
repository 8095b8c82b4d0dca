"""``ticketbot store rebuild``: finds again what a store held, from what Discord still shows.

Whatever is in the store stays: it may be an old backup. Counters are only raised, tickets that it does not know are
added, and those that have moved since are moved on. So it may be repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.admin import rebuilt_access, rebuilt_config, rebuilt_topics
from ticketbot.admin.findings import advice, good
from ticketbot.discord import api_errors, traces
from ticketbot.storage.dump import StoreDump
from ticketbot.texts import posted
from ticketbot.tickets import errors, naming
from ticketbot.tickets.model import ChannelId, InteractionId, Notice, Ticket, TicketState
from ticketbot.tickets.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import hikari

    from ticketbot.admin.findings import Finding
    from ticketbot.admin.transfer import Store
    from ticketbot.discord.traces import FoundTicket, Traces
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.model import GuildConfig, UserId

_CHECK = "tickets"
_READ_BY_BUTTONS = frozenset(
    {
        *(Notice.WELCOME, Notice.CLAIMED, Notice.UNCLAIMED, Notice.TRANSFERRED),
        *(Notice.CLOSED, Notice.REOPENED, Notice.CLOSE_UNDONE),
    }
)
"""Notices that tell by their buttons and mentions what became of a ticket."""
OTHER_NOTICES = (
    *(str(notice) for notice in Notice if notice not in _READ_BY_BUTTONS),
    *("answers", "answers_files", "quote"),
)
"""The keys of messages that have the menu alone, or no button, as a claim's has: they are told by their titles."""


@attrs.frozen(kw_only=True)
class Plan:
    """What is to be written, and what whoever runs the bot should know of it."""

    findings: Sequence[Finding] = ()
    added: StoreDump = attrs.field(factory=StoreDump)
    moved: Sequence[tuple[Ticket, Ticket]] = ()
    """Tickets that the store knows in an earlier state, before and after."""

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to write."""
        return not (self.added.configs or self.added.counters or self.added.tickets or self.moved)


async def plan(rest: hikari.api.RESTClient, bot_id: UserId, catalog: MessageCatalog, present: StoreDump) -> Plan:
    """Look through all servers that the bot is in, and compare what they show with what the store holds.

    Raises
    ------
    TicketError
        Discord does not answer.
    """
    plans: list[Plan] = []
    titles = catalog.titles(*OTHER_NOTICES)
    locks = dict.fromkeys(catalog.titles("unlocked"), False) | dict.fromkeys(catalog.titles("locked"), True)
    for guild_id in await traces.fetch_guild_ids(rest):
        try:
            found = await traces.find(rest, guild_id, bot_id, titles, locks)
        except (errors.MissingPermissionsError, errors.DiscordRefusedError) as error:
            reason = api_errors.describe(error)
            plans.append(Plan(findings=[advice(_CHECK, f"{guild_id}: Discord does not show the server ({reason})")]))
            continue
        plans.append(plan_guild(found, catalog, present.of_guild(guild_id)))
    return _joined(plans)


def plan_guild(found: Traces, catalog: MessageCatalog, present: StoreDump) -> Plan:
    """Compare what one server shows with what the store holds of it."""
    numbers = _Numbers(found)
    if not (found.panels or numbers.tickets or numbers.unclear or found.transcripts or present.configs):
        return Plan()
    guild_id = found.guild.id
    findings: list[Finding] = []
    config: GuildConfig | None = present.configs[0] if present.configs else None
    if config is None:
        config, said = rebuilt_config.rebuild(found, catalog)
        findings.extend(said)
    merge = _Merge(present, config, found)
    for number, ticket in numbers.tickets.items():
        merge.take(number, ticket)
    last = max(numbers.used, default=0)
    counters = {guild_id: last} if last > present.counters.get(guild_id, 0) else {}
    findings.append(_summary(merge, present, max(last, present.counters.get(guild_id, 0))))
    findings.extend(_doubts(numbers, merge, found))
    findings.extend(_unclear_topics(numbers, config, catalog))
    server = f"{found.guild.name} ({guild_id})"
    return Plan(
        findings=[attrs.evolve(finding, text=f"{server}: {finding.text}", guild_id=guild_id) for finding in findings],
        added=StoreDump(
            configs=[config] if config is not None and not present.configs else [],
            counters=counters,
            used={guild_id: numbers.used},
            tickets=merge.added,
        ),
        moved=merge.moved,
    )


async def apply(store: Store, wanted: Plan) -> int:
    """Write what was planned; return how many tickets were left, because they moved meanwhile.

    Raises
    ------
    StaleTicketError, SlotTakenError, StaleConfigError
        Another record is in the place of one: a bot runs on this store.
    """
    left = 0
    for before, after in sorted(wanted.moved, key=lambda move: move[1].slot is not None):  # first those that free slots
        try:
            await store.swap(before, after)
        except (errors.StaleTicketError, errors.SlotTakenError):
            left += 1
    await store.restore(wanted.added)
    return left


class _Numbers:
    """The numbers of one server's tickets."""

    def __init__(self, found: Traces) -> None:
        self.tickets: dict[int, FoundTicket] = {}
        self.unclear: list[FoundTicket] = []
        """Channels of which it is not clear which number they have."""
        self.clones: list[FoundTicket] = []
        """Younger channels with the topic of another: somebody cloned it."""
        for ticket in found.tickets:
            number = _number_of(ticket)
            if number is None:
                self.unclear.append(ticket)
            elif number not in self.tickets:
                self.tickets[number] = ticket
            elif self.tickets[number].topic == ticket.topic:
                self.clones.append(ticket)
            else:
                self.unclear.append(ticket)
        in_unclear = {number for ticket in self.unclear for number in ticket.topic.numbers}
        self.used: Collection[int] = frozenset({*self.tickets, *in_unclear, *found.transcripts})


def _number_of(ticket: FoundTicket) -> int | None:
    """Return a ticket's number: the one in the topic, and of several the one in the channel's name."""
    if len(ticket.topic.numbers) == 1:
        return ticket.topic.numbers[0]
    named = posted.channel_number(ticket.channel.name)
    return named if named in ticket.topic.numbers else None


class _Merge:
    """Finds out what the store lacks of one server's tickets."""

    def __init__(self, present: StoreDump, config: GuildConfig | None, found: Traces) -> None:
        self._guild_id = found.guild.id
        self._archived = found.transcripts
        self._members = found.members
        self._by_number = {ticket.number: ticket for ticket in present.tickets}
        self._channels = {ticket.channel_id for ticket in present.tickets if ticket.channel_id is not None}
        self._slots = {(one.opener_id, one.slot) for one in present.tickets if one.slot is not None}
        self._topics = () if config is None else config.topics
        self._config = config
        self.added: list[Ticket] = []
        self.moved: list[tuple[Ticket, Ticket]] = []
        self.conflicts: list[Ticket] = []
        """Tickets of the store that are others than Discord shows under their numbers."""

    def take(self, number: int, found: FoundTicket) -> None:
        """Note what is to be done for a ticket that Discord shows."""
        known = self._by_number.get(number)
        if known is None:
            if found.channel.id not in self._channels:
                self.added.append(self._with_slot(self._new(number, found)))
        elif known.opener_id != found.topic.opener_id or known.created_at // 1000 != found.topic.created_at // 1000:
            self.conflicts.append(known)
        elif known.state is not TicketState.DELETING:  # that, recovery continues
            after = self._shown(known, found)
            is_newer = known.state is TicketState.RESERVED or after.interaction_id > known.interaction_id
            if is_newer and _shown_of(after) != _shown_of(known):
                self._slots.discard((known.opener_id, known.slot))
                self.moved.append((known, self._with_slot(attrs.evolve(after, revision=known.revision + 1))))

    def _new(self, number: int, found: FoundTicket) -> Ticket:
        opener_id = found.topic.opener_id
        ticket = Ticket(
            guild_id=self._guild_id,
            number=number,
            opener_id=opener_id,
            opener_name=self._name(opener_id) or naming.FALLBACK_NAME,
            state=TicketState.OPEN,
            created_at=found.topic.created_at,
            changed_at=found.topic.created_at,
            interaction_id=InteractionId(found.channel.id),
            topic_id=rebuilt_topics.topic_of(found, self._topics),
        )
        return self._shown(ticket, found)

    def _shown(self, ticket: Ticket, found: FoundTicket) -> Ticket:
        """Return a ticket in the state that its channel shows, still without a slot."""
        history = found.history
        is_closed = history.is_closed
        if history.moved_text is not None:
            moved_to = rebuilt_topics.topic_of(found, self._topics)
            ticket = attrs.evolve(ticket, topic_id=moved_to or ticket.topic_id)
        participants = rebuilt_access.participants(ticket, found, self._members, self._config)
        interaction_id = history.interaction_id or ticket.interaction_id
        return attrs.evolve(
            ticket,
            state=TicketState.CLOSED if is_closed else TicketState.OPEN,
            slot=None,
            channel_id=ChannelId(found.channel.id),
            changed_at=history.changed_at or ticket.changed_at,
            interaction_id=interaction_id,
            claimer_id=history.claimer_id,
            claimer_name=self._name(history.claimer_id),
            claim_mode=rebuilt_access.claim_mode(ticket, found, self._config),
            closer_id=history.closer_id if is_closed else None,
            closer_name=self._name(history.closer_id) if is_closed else None,
            closed_at=history.closed_at,
            close_reason=history.close_reason,
            participants=participants,
            colleague_ids=rebuilt_access.colleagues(ticket, found, self._members, self._config),
            locked_at=rebuilt_access.locked_at(ticket, found, participants),
            has_notes=rebuilt_access.has_notes(ticket, found),
            # what an interrupted deletion has posted is then found, and not posted again
            archiving_since=interaction_id if is_closed and ticket.number in self._archived else None,
            creation_unknown_since=None,
            notice=None,
            change=None,
            owner=None,
        )

    def _name(self, user_id: UserId | None) -> str | None:
        member = None if user_id is None else self._members.get(user_id)
        return None if member is None else member.display_name

    def _with_slot(self, ticket: Ticket) -> Ticket:
        """Return an open ticket with the first slot of its opener's that is free."""
        if ticket.state is not TicketState.OPEN:
            return ticket
        slot = next(slot for slot in range(len(self._slots) + 1) if (ticket.opener_id, slot) not in self._slots)
        self._slots.add((ticket.opener_id, slot))
        return attrs.evolve(ticket, slot=slot)


def _shown_of(ticket: Ticket) -> object:
    """Return what can be compared of a ticket in the store and on Discord."""
    claim = ticket.claimer_id, ticket.claim_mode
    access = frozenset(ticket.added), ticket.locked_at is None, bool(ticket.has_notes)
    return ticket.state, ticket.topic_id, claim, access


def _summary(merge: _Merge, present: StoreDump, last: int) -> Finding:
    added, moved = len(merge.added), len(merge.moved)
    open_ones = sum(ticket.state is TicketState.OPEN for ticket in merge.added)
    known = f"; {len(present.tickets)} known before, {moved} of them moved since" if present.tickets else ""
    return good(_CHECK, f"{added} found ({open_ones} open, {added - open_ones} closed){known}; last number {last}")


def _doubts(numbers: _Numbers, merge: _Merge, found: Traces) -> Iterator[Finding]:
    """Yield what is not certain."""
    for ticket in numbers.unclear:
        named = f"{ticket.channel.name} ({ticket.channel.id})"
        yield advice(_CHECK, f"left out: channel {named}, since its topic names several numbers, or another's")
    for ticket in numbers.clones:
        yield advice(_CHECK, f"left out: channel {ticket.channel.name} ({ticket.channel.id}), a clone of a ticket's")
    for ticket in merge.conflicts:
        yield advice(_CHECK, f"ticket {ticket.number} is another in the store than on Discord: it is left as it is")
    for number, ticket in numbers.tickets.items():
        if not ticket.history.is_ticket:
            yield advice(_CHECK, f"ticket {number}: no notice was found in its channel: it is taken for open")
        elif ticket.history.is_closed is _sees(ticket):
            shown = "closed" if ticket.history.is_closed else "open"
            yield advice(_CHECK, f"ticket {number} is {shown} by its last notice, but not by who sees its channel")
    for channel in found.unreadable:
        yield advice(_CHECK, f"the bot must not read channel {channel.name} ({channel.id}): what is there is unknown")


def _unclear_topics(numbers: _Numbers, config: GuildConfig | None, catalog: MessageCatalog) -> Iterator[Finding]:
    """Yield tickets whose topic no notice names: it has a title of its own, or another name by now."""
    if config is None or not config.topics:
        return
    for number, ticket in numbers.tickets.items():
        titles = {*catalog.welcome_titles(number), config.welcome_title or ""}
        if rebuilt_topics.is_unclear(ticket, config.topics, titles):
            yield advice(
                _CHECK, f"ticket {number}: its topic is not shown; an administrator must choose it again (/ticket move)"
            )


def _sees(ticket: FoundTicket) -> bool:
    """Return whether the opener sees a ticket's channel by an overwrite of their own."""
    own = next((one for one in ticket.channel.overwrites if one.id == ticket.topic.opener_id), None)
    return own is not None and bool(own.allow & Permission.VIEW_CHANNEL)


def _joined(plans: Sequence[Plan]) -> Plan:
    return Plan(
        findings=[finding for one in plans for finding in one.findings],
        added=StoreDump(
            configs=[config for one in plans for config in one.added.configs],
            counters={guild_id: last for one in plans for guild_id, last in one.added.counters.items()},
            used={guild_id: numbers for one in plans for guild_id, numbers in one.added.used.items()},
            tickets=[ticket for one in plans for ticket in one.added.tickets],
        ),
        moved=[move for one in plans for move in one.moved],
    )
