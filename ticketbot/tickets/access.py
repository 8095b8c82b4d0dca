"""Who may do what with a ticket, and who sees its channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.tickets import errors
from ticketbot.tickets.permissions import BOT_IN_TICKET, PARTICIPANT, Overwrite, OverwriteKind, Permission

if TYPE_CHECKING:
    from ticketbot.tickets.model import GuildConfig, Member, Ticket, UserId


def is_staff(ticket: Ticket, config: GuildConfig, member: Member) -> bool:
    """Tell whether a member answers this ticket.

    Administrators do; so does whoever holds a staff role, except the opener on their own ticket.
    """
    if member.is_administrator:
        return True
    return member.id != ticket.opener_id and not member.role_ids.isdisjoint(config.staff_role_ids)


def require_administrator(member: Member) -> None:
    """Let administrators pass.

    Raises
    ------
    NotAdministratorError
        The member is none.
    """
    if not member.is_administrator:
        raise errors.NotAdministratorError


def require_may_claim(ticket: Ticket, config: GuildConfig, member: Member) -> None:
    """Let the staff pass, but never the opener.

    Raises
    ------
    OpenerCannotClaimError
        The member opened the ticket.
    NotStaffError
        The member does not answer tickets.
    """
    if member.id == ticket.opener_id:
        raise errors.OpenerCannotClaimError
    if not is_staff(ticket, config, member):
        raise errors.NotStaffError


def require_may_close(ticket: Ticket, config: GuildConfig, member: Member) -> None:
    """Let the opener and the staff pass.

    Raises
    ------
    NotParticipantError
        The member is neither.
    """
    if member.id != ticket.opener_id and not is_staff(ticket, config, member):
        raise errors.NotParticipantError


def require_staff(ticket: Ticket, config: GuildConfig, member: Member) -> None:
    """Let the staff pass.

    Raises
    ------
    NotStaffError
        The member does not answer this ticket.
    """
    if not is_staff(ticket, config, member):
        raise errors.NotStaffError


def overwrites(ticket: Ticket, config: GuildConfig, bot_id: UserId) -> tuple[Overwrite, ...]:
    """Plan who sees the channel of a new ticket, and what they may do there."""
    return (
        Overwrite(id=ticket.guild_id, kind=OverwriteKind.ROLE, deny=Permission.VIEW_CHANNEL),
        Overwrite(id=bot_id, kind=OverwriteKind.MEMBER, allow=BOT_IN_TICKET),
        opener_overwrite(ticket, sees=True),
        *(Overwrite(id=role_id, kind=OverwriteKind.ROLE, allow=PARTICIPANT) for role_id in config.staff_role_ids),
    )


def opener_overwrite(ticket: Ticket, *, sees: bool) -> Overwrite:
    """Plan what the opener may do in the channel: all that a participant may, or nothing.

    Nothing is a denial, not a missing overwrite: an opener who holds a staff role would see the channel by it.
    """
    if sees:
        return Overwrite(id=ticket.opener_id, kind=OverwriteKind.MEMBER, allow=PARTICIPANT)
    return Overwrite(id=ticket.opener_id, kind=OverwriteKind.MEMBER, deny=Permission.VIEW_CHANNEL)
