"""The moves of a ticket: which state may follow which, and one function for each move.

A move takes a ticket and returns the ticket that replaces it, one revision later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.tickets import errors, limits, naming
from ticketbot.tickets.model import (
    UNNUMBERED,
    Change,
    Claiming,
    Event,
    Member,
    Millis,
    Note,
    Notice,
    Participant,
    Role,
    RoleId,
    Ticket,
    TicketState,
    UserId,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ticketbot.tickets.model import ChannelId, InteractionId, MessageId, OwnerId, Request, TopicId

_TARGETS: Final = ("membre", "role")
"""The inputs of those whom an action concerns."""

_WITH_CHANNEL: Final = frozenset({TicketState.OPEN, TicketState.CLOSED})

MOVES: Final[Mapping[str, tuple[frozenset[TicketState], TicketState | None]]] = {
    "attach_channel": (frozenset({TicketState.RESERVED}), TicketState.OPEN),
    "claim": (frozenset({TicketState.OPEN}), TicketState.OPEN),
    "unclaim": (frozenset({TicketState.OPEN}), TicketState.OPEN),
    "transfer": (frozenset({TicketState.OPEN}), TicketState.OPEN),
    "add": (frozenset({TicketState.OPEN}), TicketState.OPEN),
    "remove": (_WITH_CHANNEL, None),
    "lock": (_WITH_CHANNEL, None),
    "unlock": (_WITH_CHANNEL, None),
    "rename": (_WITH_CHANNEL, None),
    "add_note": (_WITH_CHANNEL, None),
    "move": (_WITH_CHANNEL, None),
    "request_close": (frozenset({TicketState.OPEN}), TicketState.OPEN),
    "decline_close": (frozenset({TicketState.OPEN}), TicketState.OPEN),
    "close": (frozenset({TicketState.OPEN}), TicketState.CLOSED),
    "undo_close": (frozenset({TicketState.CLOSED}), TicketState.OPEN),
    "reopen": (frozenset({TicketState.CLOSED}), TicketState.OPEN),
    "begin_deletion": (frozenset({TicketState.CLOSED}), TicketState.DELETING),
    "abandon_deletion": (frozenset({TicketState.DELETING}), TicketState.CLOSED),
}
"""From which states each move is possible, and where it leads; None: the state stays."""


def states_before(move: str) -> frozenset[TicketState]:
    """Return the states from which a move is possible."""
    return MOVES[move][0]


UNDO_MS: Final = 2 * 60_000
"""Milliseconds for which who closed a ticket can undo that."""

NOTE_LIMIT: Final = 2000
"""Characters of a note of the staff, at most: as many as a message of a member has."""

REASON_LIMIT: Final = 500
"""Characters of the reason for which a ticket is closed, at most: it has to fit into an embed's field (1,024)."""

_OVERTAKE_TOLERANCE_MS: Final = 5_000
"""Milliseconds by which requests on one ticket may overtake each other; Discord waits three seconds for an answer."""


SET_ASIDE_AFTER: Final = 24 * 3_600_000
"""Milliseconds after which a ticket that cannot be finished is set aside, and between two attempts from then on."""

_AWAITED_MS: Final = 15 * 60_000
"""Milliseconds for which Discord lets an interaction be answered; nobody waits for it longer."""

_DISCORD_EPOCH: Final = 1_420_070_400_000
"""Milliseconds from the Unix epoch to that of Discord's ids."""


def require_recent(ticket: Ticket, request: Request) -> None:
    """Raise a refusal if the request is clearly older than the one that moved the ticket last.

    It was meant for the state before. Both moments are Discord's own, so that no clock of ours matters.

    Raises
    ------
    StaleTicketError
        It is too old.
    """
    if _made_at(ticket.interaction_id) - _made_at(request.id) > _OVERTAKE_TOLERANCE_MS:
        raise errors.StaleTicketError


def reserve(
    request: Request, *, slot: int, at: Millis, number: int = UNNUMBERED, topic_id: TopicId | None = None
) -> Ticket:
    """Return a new ticket with a slot for the member who asks; the store gives it its number (see ``reserve`` there).

    Its channel is created later.
    """
    return Ticket(
        guild_id=request.guild_id,
        number=number,
        opener_id=request.member.id,
        opener_name=request.member.display_name,
        state=TicketState.RESERVED,
        created_at=at,
        changed_at=at,
        interaction_id=request.id,
        topic_id=topic_id,
        answers=request.answers,
        quote=request.quote,
        opened_by_id=None if request.opened_by is None else request.opened_by.id,
        opened_by_name=None if request.opened_by is None else request.opened_by.display_name,
        slot=slot,
    )


def attach_channel(ticket: Ticket, channel_id: ChannelId, *, at: Millis) -> Ticket:
    """Return the reserved ticket with its channel, open."""
    moved = _moved("attach_channel", ticket, at=at)
    return attrs.evolve(moved, channel_id=channel_id, creation_unknown_since=None, notice=Notice.WELCOME)


def claim(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket with the member who asks as its claimer.

    Raises
    ------
    AlreadyClaimedError
        The ticket has a claimer.
    WrongStateError
        The ticket is not open.
    """
    if ticket.claimer_id is not None:
        raise errors.AlreadyClaimedError(ticket.claimer_id)
    moved = _moved("claim", ticket, at=at, request=request)
    claimed = _claimed_by(request.member, ticket, moved, request.claiming)
    return attrs.evolve(claimed, claim_message_id=request.pressed_message_id, notice=Notice.CLAIMED)


def unclaim(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket without a claimer.

    Raises
    ------
    NotClaimedError
        It has none.
    WrongStateError
        The ticket is not open.
    """
    moved = _moved("unclaim", ticket, at=at, request=request)
    if ticket.claimer_id is None:
        raise errors.NotClaimedError
    change = Change(by_id=request.member.id, member_id=ticket.claimer_id)
    return attrs.evolve(_unclaimed(ticket, moved, request.claiming), change=change, notice=Notice.UNCLAIMED)


def transfer(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket with another claimer: the input ``membre``, who was checked.

    Raises
    ------
    AlreadyClaimedError
        That member is the claimer already.
    WrongStateError
        The ticket is not open.
    """
    moved = _moved("transfer", ticket, at=at, request=request)
    target = request.inputs["membre"]
    assert isinstance(target, Member), "what is no member was refused"
    if target.id == ticket.claimer_id:
        raise errors.AlreadyClaimedError(target.id)
    change = Change(by_id=request.member.id, member_id=ticket.claimer_id)
    transferred = _claimed_by(target, ticket, moved, request.claiming)
    return attrs.evolve(transferred, change=change, notice=Notice.TRANSFERRED)


def _claimed_by(claimer: Member, before: Ticket, moved: Ticket, claiming: Claiming) -> Ticket:
    """Return a ticket with its new claimer, and those whose overwrites that changes: who gains access comes first."""
    after = attrs.evolve(moved, claimer_id=claimer.id, claimer_name=claimer.display_name, claim_mode=claiming.mode)
    kept = () if claiming.mode is None else tuple(one for one in before.colleague_ids if one != claimer.id)
    return _with_claim_overwrites(before, attrs.evolve(after, colleague_ids=kept), claiming.staff_role_ids)


def _unclaimed(before: Ticket, moved: Ticket, claiming: Claiming) -> Ticket:
    after = attrs.evolve(moved, claimer_id=None, claimer_name=None, claim_mode=None, colleague_ids=())
    return _with_claim_overwrites(before, after, claiming.staff_role_ids)


def _with_claim_overwrites(before: Ticket, after: Ticket, staff_role_ids: Iterable[RoleId]) -> Ticket:
    overwrites = after.stale_overwrites
    claimer, former = Participant(id=after.claimer_id or 0), Participant(id=before.claimer_id or 0)
    # A claimer who was added, too, sees the notes and may write while the ticket is locked; other participants do not.
    is_bounded = before.has_notes or before.locked_at is not None
    is_changed = after.claim_mode is not None or (is_bounded and claimer in before.participants)
    if is_changed and after.claimer_id is not None:
        overwrites = _with(overwrites, claimer)
    if after.claim_mode is not before.claim_mode:
        for role_id in staff_role_ids:
            overwrites = _with(overwrites, Participant(id=role_id, is_role=True))
    is_over = after.claimer_id != before.claimer_id or after.claim_mode is None
    is_bound = before.claim_mode is not None or (is_bounded and former in before.participants)
    if is_bound and before.claimer_id is not None and is_over:
        overwrites = _with(overwrites, former)
    for user_id in before.colleague_ids:
        if user_id not in (*after.colleague_ids, after.claimer_id):
            overwrites = _with(overwrites, Participant(id=user_id))
    return attrs.evolve(after, stale_overwrites=overwrites)


def add(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket with one more participant, who was checked.

    Raises
    ------
    WrongStateError
        The ticket is not open.
    """
    moved = _moved("add", ticket, at=at, request=request)
    target = chosen_target(request)
    change = _change_of(request, target)
    if request.adds_colleague:
        moved = attrs.evolve(moved, colleague_ids=(*ticket.colleague_ids, UserId(target.id)))
    else:
        moved = attrs.evolve(moved, participants=(*ticket.participants, target))
    return attrs.evolve(
        moved,
        stale_overwrites=_with(ticket.stale_overwrites, target),
        change=change,
        notice=Notice.ADDED,
    )


def remove(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket without one of its participants.

    Raises
    ------
    NotAddedError
        Nobody had added whom the member chose.
    WrongStateError
        The ticket is neither open nor closed.
    """
    moved = _moved("remove", ticket, at=at, request=request)
    target = chosen_target(request)
    if target not in ticket.added:
        raise errors.NotAddedError(target)
    return attrs.evolve(
        moved,
        participants=tuple(one for one in ticket.participants if one != target),
        colleague_ids=tuple(one for one in ticket.colleague_ids if target.is_role or one != target.id),
        stale_overwrites=_with(ticket.stale_overwrites, target),
        change=_change_of(request, target),
        notice=Notice.REMOVED,
    )


def move(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket with another topic, the request's destination; it keeps its number and its name.

    The claim is given up unless the claimer is staff there: they ask for it themselves, or the request has their roles.

    Raises
    ------
    WrongStateError
        The ticket is neither open nor closed.
    """
    moved = _moved("move", ticket, at=at, request=request)
    there = request.destination
    assert there is not None, "a topic that the server does not have was refused"
    overwrites = moved.stale_overwrites
    for role_id in there.changed_role_ids:
        overwrites = _with(overwrites, Participant(id=role_id, is_role=True))
    moved = attrs.evolve(moved, topic_id=there.topic_id, is_misplaced=True, stale_overwrites=overwrites)
    change = Change(by_id=request.member.id)
    if ticket.claimer_id is None:
        pass
    elif _stays_claimer(ticket.claimer_id, request):
        moved = attrs.evolve(moved, claim_mode=there.claim_mode, colleague_ids=())  # who may not be of the new team
        moved = _with_claim_overwrites(ticket, moved, there.staff_role_ids)
    else:
        moved = _unclaimed(ticket, moved, Claiming(staff_role_ids=there.staff_role_ids))
        change = attrs.evolve(change, member_id=ticket.claimer_id)
    return attrs.evolve(moved, change=change, notice=Notice.MOVED)


def _stays_claimer(claimer_id: UserId, request: Request) -> bool:
    there = request.destination
    known = (one for one in (request.member, request.claimer) if one is not None and one.id == claimer_id)
    return there is not None and any(
        one.is_administrator or not one.role_ids.isdisjoint(there.staff_role_ids) for one in known
    )


def lock(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket with its opener and its participants unable to write.

    Raises
    ------
    AlreadyLockedError
        It is locked.
    WrongStateError
        The ticket is neither open nor closed.
    """
    moved = _moved("lock", ticket, at=at, request=request)
    if ticket.locked_at is not None:
        raise errors.AlreadyLockedError
    return _relocked(attrs.evolve(moved, locked_at=at, notice=Notice.LOCKED), request)


def unlock(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket with its opener and its participants able to write again.

    Raises
    ------
    NotLockedError
        It is not locked.
    WrongStateError
        The ticket is neither open nor closed.
    """
    moved = _moved("unlock", ticket, at=at, request=request)
    if ticket.locked_at is None:
        raise errors.NotLockedError
    return _relocked(attrs.evolve(moved, locked_at=None, notice=Notice.UNLOCKED), request)


def names_former_claimer(ticket: Ticket) -> bool:
    """Return whether a button still names who has the ticket no longer, by the move that its notice is of."""
    gives_up = ticket.notice in {Notice.UNCLAIMED, Notice.TRANSFERRED, Notice.MOVED}
    has_former = ticket.change is not None and ticket.change.member_id is not None
    return gives_up and has_former and ticket.claim_message_id is not None


def rename(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket with the input ``nom`` as its name, as far as it can stand in a channel's name.

    Raises
    ------
    InvalidNameError
        Nothing of it can.
    WrongStateError
        The ticket is neither open nor closed.
    """
    moved = _moved("rename", ticket, at=at, request=request)
    name = naming.slug(_text(request, "nom") or "", naming.RENAMED_LIMIT)
    if not name:
        raise errors.InvalidNameError
    return attrs.evolve(moved, name=name, change=Change(by_id=request.member.id), notice=Notice.RENAMED)


def add_note(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket with a note of the staff, the input ``texte``, to be put into its thread.

    From the first one on, the opener and the participants have overwrites that hide the thread from them.

    Raises
    ------
    EmptyNoteError
        Nothing was written.
    WrongStateError
        The ticket is neither open nor closed.
    """
    moved = _moved("add_note", ticket, at=at, request=request)
    text = _text(request, "texte")
    if text is None:
        raise errors.EmptyNoteError
    overwrites = moved.stale_overwrites
    if not ticket.has_notes:
        claimer = () if ticket.claim_mode is None else (Participant(id=ticket.claimer_id or 0),)
        for target in (opener_of(ticket), *ticket.added, *claimer):
            overwrites = _with(overwrites, target)
    note = Note(interaction_id=request.id, by_id=request.member.id, text=text)
    return attrs.evolve(
        moved,
        has_notes=True,
        notes=(*moved.notes, note),
        stale_overwrites=overwrites,
        change=Change(by_id=request.member.id),
        notice=Notice.NOTE_ADDED,
    )


def opener_of(ticket: Ticket) -> Participant:
    """Return the opener as one who has an overwrite."""
    return Participant(id=ticket.opener_id)


def _relocked(moved: Ticket, request: Request) -> Ticket:
    overwrites = moved.stale_overwrites
    for target in (opener_of(moved), *moved.participants):
        overwrites = _with(overwrites, target)
    return attrs.evolve(moved, stale_overwrites=overwrites, change=Change(by_id=request.member.id))


def chosen_target(request: Request) -> Participant:
    """Return the member or the role that was chosen as the input ``membre`` or ``role``.

    Raises
    ------
    NoTargetError
        None was chosen, or both.
    """
    found = [request.inputs.get(name) for name in _TARGETS]
    (target,) = [one for one in found if one is not None] if found.count(None) == 1 else [None]
    if isinstance(target, Role):
        return Participant(id=target.id, is_role=True)
    if isinstance(target, Member):
        return Participant(id=target.id)
    if isinstance(target, int):
        return Participant(id=target)  # who has left the server
    raise errors.NoTargetError


def _change_of(request: Request, target: Participant) -> Change:
    if target.is_role:
        return Change(by_id=request.member.id, role_id=RoleId(target.id))
    return Change(by_id=request.member.id, member_id=UserId(target.id))


def _with(overwrites: tuple[Participant, ...], target: Participant) -> tuple[Participant, ...]:
    return (*(one for one in overwrites if one != target), target)


def close(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket closed: it no longer counts as one of its opener's live tickets.

    The input ``raison`` is the reason, if there is one.

    Raises
    ------
    WrongStateError
        The ticket is not open.
    """
    moved = _moved("close", ticket, at=at, request=request)
    return attrs.evolve(
        moved,
        slot=None,
        closer_id=request.member.id,
        closer_name=request.member.display_name,
        closed_at=at,
        close_reason=_text(request, "raison"),
        close_requested_by_id=None,
        stale_overwrites=_with(ticket.stale_overwrites, opener_of(ticket)),
        notice=Notice.CLOSED,
    )


def undo_close(ticket: Ticket, request: Request, *, slot: int, at: Millis) -> Ticket:
    """Return the ticket as if it had not been closed.

    The input ``closing`` is the interaction that closed it. Both moments are Discord's own.

    Raises
    ------
    CannotUndoError
        It was moved since, or ``UNDO_MS`` have passed.
    WrongStateError
        The ticket is not closed.
    """
    moved = _moved("undo_close", ticket, at=at, request=request)
    is_late = _made_at(request.id) - _made_at(ticket.interaction_id) > UNDO_MS
    if request.inputs.get("closing") != str(ticket.interaction_id) or is_late:
        raise errors.CannotUndoError
    change = Change(by_id=request.member.id)
    return attrs.evolve(_unclosed(moved, slot), change=change, notice=Notice.CLOSE_UNDONE)


def request_close(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket with its opener asked whether it may be closed.

    Raises
    ------
    WrongStateError
        The ticket is not open.
    """
    moved = _moved("request_close", ticket, at=at, request=request)
    change = Change(by_id=request.member.id)
    by_id = request.member.id
    return attrs.evolve(moved, close_requested_by_id=by_id, change=change, notice=Notice.CLOSE_REQUESTED)


def decline_close(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the ticket whose opener still needs help.

    Raises
    ------
    NotRequestedError
        Nobody asks whether it may be closed.
    WrongStateError
        The ticket is not open.
    """
    moved = _moved("decline_close", ticket, at=at, request=request)
    if ticket.close_requested_by_id is None:
        raise errors.NotRequestedError
    change = Change(by_id=request.member.id, member_id=ticket.close_requested_by_id)
    return attrs.evolve(moved, close_requested_by_id=None, change=change, notice=Notice.CLOSE_DECLINED)


def _unclosed(moved: Ticket, slot: int) -> Ticket:
    unclosed = attrs.evolve(moved, slot=slot, closer_id=None, closer_name=None, closed_at=None, close_reason=None)
    return attrs.evolve(unclosed, deleter_id=None, stale_overwrites=_with(moved.stale_overwrites, opener_of(moved)))


def reopen(ticket: Ticket, request: Request, *, slot: int, at: Millis) -> Ticket:
    """Return the closed ticket open again: it takes one of its opener's slots.

    Raises
    ------
    WrongStateError
        The ticket is not closed.
    """
    moved = _moved("reopen", ticket, at=at, request=request)
    return attrs.evolve(_unclosed(moved, slot), notice=Notice.REOPENED)


def begin_deletion(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return the closed ticket in deletion; nobody else can delete it from here on.

    What an earlier move has left to do is done should the deletion be abandoned.

    The input ``accepts_hidden_content`` is True where the member knows that the transcript will lack what was written.

    Raises
    ------
    WrongStateError
        The ticket is not closed.
    OutdatedQuestionError
        It was closed again after the member was asked for confirmation.
    """
    is_first_try = ticket.state is TicketState.CLOSED and ticket.deleter_id is None
    if is_first_try and request.question_id is not None and request.question_id < ticket.interaction_id:
        raise errors.OutdatedQuestionError
    moved = _moved("begin_deletion", ticket, at=at, request=request)
    accepts_hidden_content = request.inputs.get("accepts_hidden_content") is True or None
    since = request.id if ticket.archiving_since is None else ticket.archiving_since
    return attrs.evolve(
        moved,
        deleter_id=request.member.id,
        archiving_since=since,
        attachment_limit=request.attachment_limit,
        accepts_hidden_content=accepts_hidden_content,
        change=ticket.change,
    )


def heartbeat(ticket: Ticket, *, at: Millis) -> Ticket:
    """Return the ticket as just changed: a sign that its unfinished move is being worked on."""
    return _next(ticket, at=at)


def mark_transcript(ticket: Ticket, mark: str, *, at: Millis) -> Ticket:
    """Return the ticket with the mark that identifies the transcript about to be posted."""
    return attrs.evolve(_next(ticket, at=at), transcript_mark=mark)


def archive(ticket: Ticket, message_id: MessageId, *, at: Millis) -> Ticket:
    """Return the ticket with its verified transcript: the channel may be deleted."""
    return attrs.evolve(_next(ticket, at=at), transcript_message_id=message_id)


def abandon_deletion(ticket: Ticket, *, at: Millis) -> Ticket:
    """Return a ticket whose deletion cannot continue as a closed one."""
    moved = _moved("abandon_deletion", ticket, at=at)
    return attrs.evolve(
        moved, transcript_message_id=None, accepts_hidden_content=None, change=ticket.change, owner=None
    )


def mark_announced(ticket: Ticket, *, at: Millis) -> Ticket:
    """Return the ticket with nothing left to show to its channel."""
    announced = attrs.evolve(
        _next(ticket, at=at), notice=None, change=None, stale_overwrites=(), answers=(), quote=None, notes=()
    )
    return attrs.evolve(announced, owner=None, failing_since=None, is_misplaced=None, stale_readers=())


def answer_again(ticket: Ticket, request: Request, *, at: Millis) -> Ticket:
    """Return a reserved ticket with the answers of a form that was sent again; other earlier ones are kept, too.

    So is an earlier quote, unless there is a new one.
    """
    earlier = () if ticket.answers == request.answers else ticket.answers
    answered = attrs.evolve(_next(ticket, at=at), answers=(*earlier, *request.answers), topic_id=request.topic_id)
    return attrs.evolve(answered, quote=request.quote or ticket.quote)


def mark_creation_unknown(ticket: Ticket, *, at: Millis) -> Ticket:
    """Return a reserved ticket whose channel may still appear, for the next request to continue."""
    return attrs.evolve(release(ticket), creation_unknown_since=at)


def release(ticket: Ticket) -> Ticket:
    """Return an unfinished ticket for anybody to finish: recovery, or the next request."""
    return attrs.evolve(_next(ticket, at=Millis(0)), owner=None)


def note_failure(ticket: Ticket, *, at: Millis) -> Ticket:
    """Return an unfinished ticket with the moment from which on it could not be finished."""
    return attrs.evolve(_next(ticket, at=ticket.changed_at), failing_since=at)


def is_set_aside(ticket: Ticket, *, at: Millis) -> bool:
    """Return whether a ticket could not be finished for a day: then somebody has to look, and it is tried daily."""
    return ticket.failing_since is not None and at - ticket.failing_since >= SET_ASIDE_AFTER


def own(ticket: Ticket, owner: OwnerId) -> Ticket:
    """Return a ticket with the process that is at what is unfinished about it."""
    return attrs.evolve(ticket, owner=owner if ticket.is_unfinished else None)


def is_awaited(reserved: Ticket, *, at: Millis) -> bool:
    """Return whether the member may still wait for the channel of a reserved ticket: they asked for it just now."""
    return abs(at - _DISCORD_EPOCH - _made_at(reserved.interaction_id)) < _AWAITED_MS


def _made_at(interaction_id: InteractionId) -> int:
    """Return when Discord made an id: in milliseconds since its own epoch."""
    return interaction_id >> 22


def remember(moved: Ticket, request: Request) -> Ticket:
    """Return a ticket that was just moved with the move in its history."""
    assert moved.notice is not None, "a move with a notice is remembered"
    target = chosen_target(request) if any(request.inputs.get(name) for name in _TARGETS) else None
    event = Event(what=moved.notice, by_id=request.member.id, at=moved.changed_at, target=target)
    return attrs.evolve(moved, history=(*moved.history, event)[-limits.HISTORY :])


def _text(request: Request, name: str) -> str | None:
    """Return a text that was typed, None where nothing was."""
    value = request.inputs.get(name)
    return (value.strip() or None) if isinstance(value, str) else None


def _moved(move: str, ticket: Ticket, *, at: Millis, request: Request | None = None) -> Ticket:
    sources, target = MOVES[move]
    if ticket.state not in sources:
        raise errors.WrongStateError(ticket.state)
    interaction_id = ticket.interaction_id if request is None else request.id
    target = ticket.state if target is None else target
    moved = attrs.evolve(_next(ticket, at=at), state=target, interaction_id=interaction_id, change=None)
    return attrs.evolve(moved, failing_since=None)


def _next(ticket: Ticket, *, at: Millis) -> Ticket:
    return attrs.evolve(ticket, changed_at=at, revision=ticket.revision + 1)
