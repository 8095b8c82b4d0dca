"""Who was added to a ticket, and whether it is locked, as far as its channel's overwrites show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.tickets import limits
from ticketbot.tickets.inheritance import settings_of
from ticketbot.tickets.model import ClaimMode, Participant, UserId
from ticketbot.tickets.permissions import OverwriteKind, Permission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.discord.traces import FoundTicket
    from ticketbot.tickets.model import GuildConfig, Member, Millis, RoleId, Ticket
    from ticketbot.tickets.permissions import Overwrite


def participants(
    ticket: Ticket, found: FoundTicket, members: Mapping[UserId, Member], config: GuildConfig | None
) -> tuple[Participant, ...]:
    """Return the members that see a ticket's channel, beside opener, staff and bots, and roles that notices name."""
    staff = _staff(ticket, found, config)
    added: list[Participant] = []
    for overwrite in found.channel.overwrites:
        if not overwrite.allow & Permission.VIEW_CHANNEL:
            continue
        if overwrite.kind is OverwriteKind.ROLE:
            is_added = overwrite.id in found.history.role_ids - staff
        else:
            member = members.get(UserId(overwrite.id))  # the bot itself is none of them
            others = (ticket.opener_id, found.history.claimer_id)
            is_added = (
                member is not None and not member.is_bot and not member.role_ids & staff and member.id not in others
            )
        if is_added:
            added.append(Participant(id=overwrite.id, is_role=overwrite.kind is OverwriteKind.ROLE))
    known = [one for one in ticket.participants if one in added]
    return (*known, *(one for one in added if one not in known))[: limits.PARTICIPANTS]


def colleagues(
    ticket: Ticket, found: FoundTicket, members: Mapping[UserId, Member], config: GuildConfig | None
) -> tuple[UserId, ...]:
    """Return the members of the staff that see a claimed ticket by themselves, since the claim keeps it from them."""
    if claim_mode(ticket, found, config) is None:
        return ()
    staff = _staff(ticket, found, config)
    by_themselves = [
        members.get(UserId(one.id))
        for one in found.channel.overwrites
        if one.kind is OverwriteKind.MEMBER and one.allow & Permission.VIEW_CHANNEL
    ]
    others = (ticket.opener_id, found.history.claimer_id)
    return tuple(
        member.id
        for member in by_themselves
        if member is not None and not member.is_bot and member.role_ids & staff and member.id not in others
    )[: limits.PARTICIPANTS]


def claim_mode(ticket: Ticket, found: FoundTicket, config: GuildConfig | None) -> ClaimMode | None:
    """Return what the other staff see of a claimed ticket, by the overwrites of the staff's roles."""
    if found.history.claimer_id is None:
        return None
    staff = _staff(ticket, found, config)
    denied = 0
    for overwrite in found.channel.overwrites:
        if overwrite.kind is OverwriteKind.ROLE and overwrite.id in staff:
            denied |= overwrite.deny
    if denied & Permission.VIEW_CHANNEL:
        return ClaimMode.HIDDEN
    return ClaimMode.READ_ONLY if denied & Permission.SEND_MESSAGES else None


def locked_at(ticket: Ticket, found: FoundTicket, added: Sequence[Participant]) -> Millis | None:
    """Return since when a ticket is locked, at the latest; None if it is not.

    The opener of an open ticket, and the participants of any, see a locked one but do not write in it. Of a closed one
    to which nobody was added the last notice that it was locked or unlocked tells it.
    """
    history = found.history
    own = {(one.id, one.kind): one for one in found.channel.overwrites}
    of_opener = None if history.is_closed else own.get((ticket.opener_id, OverwriteKind.MEMBER))
    concerned = [own[one.id, OverwriteKind.ROLE if one.is_role else OverwriteKind.MEMBER] for one in added] + (
        [] if of_opener is None else [of_opener]
    )
    if not (all(map(_only_reads, concerned)) if concerned else history.locked_at is not None):
        return None
    return ticket.locked_at or history.locked_at or history.changed_at or ticket.changed_at


def has_notes(ticket: Ticket, found: FoundTicket) -> bool | None:
    """Return True if the staff have written notes: somebody has an overwrite that shows their thread, or hides it.

    Without it, the next overwrite of the opener would not hide the thread.
    """
    concerned = any((one.allow | one.deny) & Permission.MANAGE_THREADS for one in found.channel.overwrites)
    return ticket.has_notes or concerned or None


def _staff(ticket: Ticket, found: FoundTicket, config: GuildConfig | None) -> frozenset[RoleId]:
    """Return the ticket's staff roles: where the server's settings are lost, those that the welcome pings."""
    return frozenset(found.history.welcome_role_ids if config is None else settings_of(ticket, config).staff_role_ids)


def _only_reads(overwrite: Overwrite) -> bool:
    return bool(overwrite.allow & Permission.VIEW_CHANNEL and overwrite.deny & Permission.SEND_MESSAGES)
