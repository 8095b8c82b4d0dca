"""Who may do what with a ticket, and who sees its channel."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.tickets import canned_replies, errors, lifecycle, limits, topics
from ticketbot.tickets.inheritance import settings_of, settings_of_topic
from ticketbot.tickets.model import (
    Claiming,
    ClaimMode,
    Destination,
    Member,
    Notice,
    Participant,
    Role,
    RoleId,
    TicketState,
    UserId,
)
from ticketbot.tickets.permissions import (
    BOT_IN_TICKET,
    IN_THREADS,
    PARTICIPANT,
    READER,
    Overwrite,
    OverwriteKind,
    Permission,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ticketbot.tickets.model import GuildConfig, Request, Ticket
    from ticketbot.tickets.topics import Topic


_WRITING: Final = Permission.SEND_MESSAGES | IN_THREADS
"""What those who only read are denied."""


_CHANGES_READERS: Final = frozenset({Notice.ADDED, Notice.REMOVED, Notice.UNCLAIMED, Notice.TRANSFERRED})
"""The notices of moves of which one member or one role does not read notes afterwards."""


class Question(StrEnum):
    """The question before a ticket is closed; the words differ."""

    OPENER = auto()
    STAFF = auto()


def is_staff(ticket: Ticket, config: GuildConfig, member: Member) -> bool:
    """Return whether a member is staff of this ticket.

    Administrators are, even as the opener; so is whoever holds a staff role and is not the opener. A topic's own staff
    roles are the only ones for its tickets.
    """
    if member.is_administrator:
        return True
    return member.id != ticket.opener_id and not member.role_ids.isdisjoint(settings_of(ticket, config).staff_role_ids)


def require_administrator(member: Member) -> None:
    """Raise a refusal unless the member is an administrator.

    Raises
    ------
    NotAdministratorError
        The member is not.
    """
    if not member.is_administrator:
        raise errors.NotAdministratorError


def require_may_claim(ticket: Ticket, config: GuildConfig, member: Member) -> None:
    """Raise a refusal unless the member is staff of the ticket and not its opener.

    Raises
    ------
    OpenerCannotClaimError
        The member opened the ticket.
    NotStaffError
        The member is not staff.
    """
    if member.id == ticket.opener_id:
        raise errors.OpenerCannotClaimError
    if not is_staff(ticket, config, member):
        raise errors.NotStaffError


def require_may_close(ticket: Ticket, config: GuildConfig, member: Member) -> None:
    """Raise a refusal unless the member is the opener or staff of the ticket.

    An opener whom the staff asked may close it even where only staff do otherwise.

    Raises
    ------
    NotParticipantError
        The member is neither.
    OnlyStaffClosesError
        The member is the opener of a ticket that only staff close.
    """
    if is_staff(ticket, config, member):
        return
    if member.id != ticket.opener_id:
        raise errors.NotParticipantError
    if config.only_staff_closes and ticket.close_requested_by_id is None:
        raise errors.OnlyStaffClosesError


def question_before_closing(ticket: Ticket, config: GuildConfig, member: Member) -> Question | None:
    """Return what a member who may close the ticket is asked first; None: nothing, it is closed at once."""
    if not is_staff(ticket, config, member):
        return Question.OPENER
    return Question.STAFF if config.asks_before_closing else None


def question_before_agreeing(ticket: Ticket, config: GuildConfig, member: Member) -> Question | None:
    """Return what a member is asked who presses the button with which the opener agrees that the ticket is closed.

    That is an answer itself, but only of the opener, and only while the staff ask.
    """
    if member.id == ticket.opener_id and ticket.close_requested_by_id is not None:
        return None
    return question_before_closing(ticket, config, member)


def is_opener_to_be_told(ticket: Ticket, config: GuildConfig) -> bool:
    """Return whether the opener of a ticket that others have just closed gets a direct message."""
    return bool(config.tells_opener) and ticket.notice is Notice.CLOSED and ticket.closer_id != ticket.opener_id


def require_may_add(ticket: Ticket, config: GuildConfig, member: Member) -> None:
    """Raise a refusal unless the member is staff of the ticket, or its opener where these may add members.

    Raises
    ------
    NotStaffError
        The member is neither.
    """
    if not (config.openers_may_add and member.id == ticket.opener_id):
        require_staff(ticket, config, member)


def require_opener(ticket: Ticket, config: GuildConfig, member: Member) -> None:
    """Raise a refusal unless the member opened the ticket.

    Raises
    ------
    NotOpenerError
        The member did not.
    """
    del config
    if member.id != ticket.opener_id:
        raise errors.NotOpenerError


def require_closer(ticket: Ticket, config: GuildConfig, member: Member) -> None:
    """Raise a refusal unless the member is staff of the ticket, and closed it if it is closed.

    Raises
    ------
    NotStaffError
        The member is not staff.
    CannotUndoError
        Somebody else closed it.
    """
    require_staff(ticket, config, member)
    if ticket.closer_id not in {None, member.id}:
        raise errors.CannotUndoError


def require_staff(ticket: Ticket, config: GuildConfig, member: Member) -> None:
    """Raise a refusal unless the member is staff of the ticket.

    Raises
    ------
    NotStaffError
        The member is not.
    """
    if not is_staff(ticket, config, member):
        raise errors.NotStaffError


def require_may_receive(ticket: Ticket, config: GuildConfig, request: Request) -> None:
    """Raise a refusal unless the ticket may be transferred to the member who was chosen, the input ``membre``.

    Raises
    ------
    NotAMemberError
        That is no member of the server.
    OpenerCannotTakeOverError
        The member opened the ticket.
    TargetNotStaffError
        The member is not staff of the ticket.
    """
    target = request.inputs.get("membre")
    if not isinstance(target, Member):
        raise errors.NotAMemberError
    if target.id == ticket.opener_id:
        raise errors.OpenerCannotTakeOverError
    if target.is_bot or not is_staff(ticket, config, target):
        raise errors.TargetNotStaffError(target.id)


def require_may_use(topic: Topic | None, member: Member) -> Topic:
    """Return a topic that the member may open tickets of.

    Raises
    ------
    TopicGoneError
        The topic was deleted or switched off.
    TopicRoleMissingError
        The member has none of the roles of which one is required.
    """
    if topic is None or not topic.is_enabled:
        raise errors.TopicGoneError
    if topic.required_role_ids and member.role_ids.isdisjoint(topic.required_role_ids):
        raise errors.TopicRoleMissingError(topic.required_role_ids)
    return topic


def topics_of_staff(config: GuildConfig, member: Member) -> tuple[Topic, ...]:
    """Return the topics of which the member is staff and which tickets can be opened of, in the order of the panel."""
    return tuple(topic for topic in config.topics if topic.is_enabled and _is_staff_of(topic, config, member))


def require_may_open_for(topic: Topic | None, config: GuildConfig, staff: Member, opener: Member) -> None:
    """Raise a refusal unless the staff may open a ticket of a topic, or without one, for another member.

    Raises
    ------
    OwnTicketError, BotOpenerError
        It is no other member.
    NotStaffError
        The member who asks is no staff of such tickets.
    TopicGoneError
        The topic was switched off.
    """
    if staff.id == opener.id:
        raise errors.OwnTicketError
    if opener.is_bot:
        raise errors.BotOpenerError
    if not _is_staff_of(topic, config, staff):
        raise errors.NotStaffError
    if topic is not None and not topic.is_enabled:
        raise errors.TopicGoneError


def _is_staff_of(topic: Topic | None, config: GuildConfig, member: Member) -> bool:
    settings = settings_of_topic(topic, config) if topic is not None else None
    roles = config.staff_role_ids if settings is None else settings.staff_role_ids
    return member.is_administrator or not member.role_ids.isdisjoint(roles)


def require_may_note(ticket: Ticket, config: GuildConfig, member: Member) -> None:
    """Raise a refusal unless the member may write notes beside the ticket.

    Raises
    ------
    NotStaffError
        The member is not staff.
    NotesOffError
        The server has no notes.
    """
    require_staff(ticket, config, member)
    if not config.has_notes:
        raise errors.NotesOffError


def require_reply(ticket: Ticket, config: GuildConfig, request: Request) -> None:
    """Raise a refusal unless the server has the canned reply that was chosen, the input ``reponse``.

    Raises
    ------
    UnknownReplyError
        It has none of that name.
    """
    del ticket
    if canned_replies.find(config.replies, str(request.inputs.get("reponse"))) is None:
        raise errors.UnknownReplyError


def with_destination(ticket: Ticket, config: GuildConfig, request: Request) -> Request:
    """Return the request with the topic that the input ``sujet`` means: an id, or a name.

    Raises
    ------
    UnknownTopicError
        The server offers no such topic.
    SameTopicError
        It is the ticket's.
    """
    wanted = str(request.inputs.get("sujet"))
    offered = [topic for topic in config.topics if topic.is_enabled]
    by_name = (topic for topic in offered if topics.name_key(topic.name) == topics.name_key(wanted))
    topic = next((topic for topic in offered if str(topic.id) == wanted), None) or next(by_name, None)
    if topic is None:
        raise errors.UnknownTopicError
    if topic.id == ticket.topic_id:
        raise errors.SameTopicError
    before, after = settings_of(ticket, config).staff_role_ids, settings_of_topic(topic, config).staff_role_ids
    changed = [role_id for role_id in (*after, *before) if (role_id in before) is not (role_id in after)]
    destination = Destination(
        topic_id=topic.id,
        staff_role_ids=after,
        changed_role_ids=tuple(dict.fromkeys(changed)),
        claim_mode=settings_of_topic(topic, config).claim_mode,
    )
    return attrs.evolve(request, destination=destination)


def with_claiming(ticket: Ticket, config: GuildConfig, request: Request) -> Request:
    """Return the request with what a claim of the ticket changes for the other staff."""
    settings = settings_of(ticket, config)
    return attrs.evolve(request, claiming=Claiming(staff_role_ids=settings.staff_role_ids, mode=settings.claim_mode))


def is_staff_anywhere(config: GuildConfig, member: Member) -> bool:
    """Return whether a member is staff of any tickets of a server."""
    return any(_is_staff_of(topic, config, member) for topic in (None, *config.topics))


def require_may_join(ticket: Ticket, config: GuildConfig, request: Request) -> None:
    """Raise a refusal unless the member or role that was chosen may be added to the ticket.

    Raises
    ------
    NoTargetError, NotAMemberError, EveryoneRoleError, BotTargetError
        It cannot be added to any ticket.
    NotStaffError
        An opener may add members only.
    AlreadyParticipantError
        It sees this one already.
    TooManyParticipantsError
        There are as many as allowed.
    """
    target = lifecycle.chosen_target(request)
    member, role = request.inputs.get("membre"), request.inputs.get("role")
    if role is None and not isinstance(member, Member):
        raise errors.NotAMemberError
    if target.is_role and not is_staff(ticket, config, request.member):
        raise errors.NotStaffError
    if target.is_role and target.id == ticket.guild_id:
        raise errors.EveryoneRoleError
    if (isinstance(role, Role) and role.is_of_bot) or (isinstance(member, Member) and member.is_bot):
        raise errors.BotTargetError
    if _is_kept_by_claim(ticket, config, request) and target not in ticket.added:
        require_staff(ticket, config, request.member)
    elif _sees(ticket, config, target, member):
        raise errors.AlreadyParticipantError(target)
    if len(ticket.added) >= limits.PARTICIPANTS:
        raise errors.TooManyParticipantsError


def _sees(ticket: Ticket, config: GuildConfig, target: Participant, member: object) -> bool:
    """Return whether one who is to be added sees the ticket already, or does as soon as nobody has claimed it."""
    if isinstance(member, Member) and is_staff(ticket, config, member):
        return True
    return target.id in {ticket.opener_id, *settings_of(ticket, config).staff_role_ids} or target in ticket.added


def _is_kept_by_claim(ticket: Ticket, config: GuildConfig, request: Request) -> bool:
    """Return whether the member who was chosen is of the staff from whom a claim keeps the ticket."""
    member = request.inputs.get("membre")
    return (
        ticket.claim_mode is not None
        and isinstance(member, Member)
        and not member.is_administrator
        and member.id != ticket.claimer_id
        and is_staff(ticket, config, member)
    )


def with_colleague(ticket: Ticket, config: GuildConfig, request: Request) -> Request:
    """Return the request with whether the member who was chosen, who may be added, is staff of the ticket."""
    return attrs.evolve(request, adds_colleague=_is_kept_by_claim(ticket, config, request))


def require_target(ticket: Ticket, config: GuildConfig, request: Request) -> None:
    """Raise a refusal unless one member or one role was chosen.

    Raises
    ------
    NoTargetError
        None was, or both.
    """
    del ticket, config
    lifecycle.chosen_target(request)


def overwrite_of(ticket: Ticket, config: GuildConfig, target: Participant) -> Overwrite | None:
    """Return the overwrite that somebody has in a ticket's channel by the record; None: there is to be none."""
    if not target.is_role and target.id == ticket.opener_id:
        return opener_overwrite(ticket, sees=ticket.state is TicketState.OPEN)
    if target.is_role and target.id in settings_of(ticket, config).staff_role_ids:
        return staff_overwrite(RoleId(target.id), ticket.claim_mode, has_notes=bool(ticket.has_notes))
    if ticket.claim_mode is not None and target == Participant(id=ticket.claimer_id or 0):
        return staff_member_overwrite(ticket, UserId(target.id))
    if ticket.claim_mode is not None and not target.is_role and target.id in ticket.colleague_ids:
        return staff_member_overwrite(ticket, UserId(target.id))
    if target not in ticket.participants:
        return None
    return _member_overwrite(ticket, target)


def _member_overwrite(ticket: Ticket, target: Participant) -> Overwrite:
    """Return the overwrite of one who sees the ticket: a reader's while it is locked, unless they are the claimer."""
    kind = OverwriteKind.ROLE if target.is_role else OverwriteKind.MEMBER
    # A role may let them manage threads, and so see the notes.
    hidden = Permission.MANAGE_THREADS if ticket.has_notes else Permission.NONE
    if target == Participant(id=ticket.claimer_id or 0):
        return Overwrite(id=target.id, kind=kind, allow=PARTICIPANT)
    if ticket.locked_at is None:
        return Overwrite(id=target.id, kind=kind, allow=PARTICIPANT, deny=hidden)
    return Overwrite(id=target.id, kind=kind, allow=READER, deny=_WRITING | hidden)


def without_notes(ticket: Ticket) -> tuple[Participant, ...]:
    """Return who sees the ticket's channel, by the record, and must not read its notes."""
    claimer = Participant(id=ticket.claimer_id or 0)
    return tuple(one for one in (lifecycle.opener_of(ticket), *ticket.participants) if one != claimer)


def removed_from_notes(ticket: Ticket) -> tuple[Participant, ...]:
    """Return who may be in the thread of the ticket's notes, and must not, by the moves that are not finished.

    Whoever takes care of a ticket to which they were added reads its notes until then. A role that is taken away loses
    the channel, and with it the thread.
    """
    if not ticket.has_notes or ticket.notice is None:
        return ()
    still = without_notes(ticket)
    left = (one for one in ticket.stale_readers if one in still)
    return tuple(dict.fromkeys((*left, *_removed_by_last_move(ticket))))


def _removed_by_last_move(ticket: Ticket) -> tuple[Participant, ...]:
    if ticket.notice is Notice.MOVED:
        return without_notes(ticket)
    if ticket.notice not in _CHANGES_READERS or ticket.change is None:
        return ()
    member_id, role_id = ticket.change.member_id, ticket.change.role_id
    if role_id is not None:
        return (Participant(id=role_id, is_role=True),) if ticket.notice is Notice.ADDED else ()
    target = Participant(id=member_id or 0)
    return (target,) if target in without_notes(ticket) or ticket.notice is Notice.REMOVED else ()


def overwrites(ticket: Ticket, config: GuildConfig, bot_id: UserId) -> tuple[Overwrite, ...]:
    """Return the overwrites of a new ticket's channel."""
    staff_role_ids = settings_of(ticket, config).staff_role_ids
    return (
        Overwrite(id=ticket.guild_id, kind=OverwriteKind.ROLE, deny=Permission.VIEW_CHANNEL),
        Overwrite(id=bot_id, kind=OverwriteKind.MEMBER, allow=BOT_IN_TICKET),
        opener_overwrite(ticket, sees=True),
        *map(staff_overwrite, staff_role_ids),
    )


def staff_overwrite(role_id: RoleId, claim_mode: ClaimMode | None = None, *, has_notes: bool = False) -> Overwrite:
    """Return the overwrite of a staff role in a ticket's channel; with a mode, the ticket is claimed by another.

    With notes, who sees the channel sees their thread.
    """
    notes = Permission.MANAGE_THREADS if has_notes else Permission.NONE
    if claim_mode is ClaimMode.HIDDEN:
        return Overwrite(id=role_id, kind=OverwriteKind.ROLE, deny=Permission.VIEW_CHANNEL)
    if claim_mode is ClaimMode.READ_ONLY:
        return Overwrite(id=role_id, kind=OverwriteKind.ROLE, allow=READER | notes, deny=_WRITING)
    return Overwrite(id=role_id, kind=OverwriteKind.ROLE, allow=PARTICIPANT | notes)


def staff_member_overwrite(ticket: Ticket, user_id: UserId) -> Overwrite:
    """Return the overwrite of a claimer, or of a colleague who was added, where their roles are denied something.

    They have all that they had before by these roles.
    """
    threads = IN_THREADS if ticket.claim_mode is ClaimMode.READ_ONLY else Permission.NONE
    notes = Permission.MANAGE_THREADS if ticket.has_notes else Permission.NONE
    return Overwrite(id=user_id, kind=OverwriteKind.MEMBER, allow=PARTICIPANT | threads | notes)


def opener_sees(ticket: Ticket, found: Iterable[Overwrite]) -> bool:
    """Return whether a channel's overwrites show it to the opener by their own: roles are not looked at."""
    return any(
        overwrite.kind is OverwriteKind.MEMBER
        and overwrite.id == ticket.opener_id
        and overwrite.allow & Permission.VIEW_CHANNEL
        for overwrite in found
    )


def opener_overwrite(ticket: Ticket, *, sees: bool) -> Overwrite:
    """Return the opener's overwrite: all that a participant may do, what the lock leaves of it, or nothing.

    Nothing means a denial, not a missing overwrite: an opener with a staff role would see the channel by that role.
    """
    if sees:
        return _member_overwrite(ticket, lifecycle.opener_of(ticket))
    return Overwrite(id=ticket.opener_id, kind=OverwriteKind.MEMBER, deny=Permission.VIEW_CHANNEL)
