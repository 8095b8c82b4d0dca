from __future__ import annotations

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import access, errors
from ticketbot.tickets.model import Member, Role, RoleId, TicketState, UserId
from ticketbot.tickets.permissions import BOT_IN_TICKET, PARTICIPANT, OverwriteKind, Permission

TICKET = values.ticket_in(TicketState.OPEN)
OPENER_WITH_STAFF_ROLE = attrs.evolve(values.OPENER, role_ids=values.STAFF.role_ids)
OPENER_WHO_IS_ADMINISTRATOR = attrs.evolve(values.OPENER, is_administrator=True)


@pytest.mark.parametrize(
    ("member", "claim", "close", "staff"),
    [
        (values.OPENER, errors.OpenerCannotClaimError, None, errors.NotStaffError),
        (OPENER_WITH_STAFF_ROLE, errors.OpenerCannotClaimError, None, errors.NotStaffError),
        (OPENER_WHO_IS_ADMINISTRATOR, errors.OpenerCannotClaimError, None, None),
        (values.STAFF, None, None, None),
        (values.ADMINISTRATOR, None, None, None),
        (values.STRANGER, errors.NotStaffError, errors.NotParticipantError, errors.NotStaffError),
    ],
    ids=["opener", "opener with staff role", "opener as administrator", "staff", "administrator", "stranger"],
)
def test_who_may_do_what(
    member: Member,
    claim: type[errors.TicketError] | None,
    close: type[errors.TicketError] | None,
    staff: type[errors.TicketError] | None,
) -> None:
    for check, refusal in (
        (access.require_may_claim, claim),
        (access.require_may_close, close),
        (access.require_staff, staff),
    ):
        if refusal is None:
            check(TICKET, values.CONFIG, member)
        else:
            with pytest.raises(refusal):
                check(TICKET, values.CONFIG, member)


def test_only_administrators_configure() -> None:
    access.require_administrator(values.ADMINISTRATOR)

    with pytest.raises(errors.NotAdministratorError):
        access.require_administrator(values.STAFF)


def test_new_channel_is_seen_by_opener_staff_and_bot_alone() -> None:
    planned = {overwrite.id: overwrite for overwrite in access.overwrites(TICKET, values.CONFIG, UserId(77))}

    assert planned.keys() == {values.GUILD, 77, values.OPENER.id, *values.CONFIG.staff_role_ids}
    assert planned[values.GUILD].deny == Permission.VIEW_CHANNEL
    assert planned[values.GUILD].allow == 0
    assert planned[77].allow == BOT_IN_TICKET
    assert planned[values.OPENER.id].allow == PARTICIPANT
    assert planned[values.OPENER.id].kind is OverwriteKind.MEMBER
    assert all(planned[role_id].allow == PARTICIPANT for role_id in values.CONFIG.staff_role_ids)


def test_opener_of_a_closed_ticket_is_denied_not_just_forgotten() -> None:
    hidden = access.opener_overwrite(TICKET, sees=False)

    assert (hidden.allow, hidden.deny) == (0, Permission.VIEW_CHANNEL)


def test_only_the_opener_answers_what_the_opener_is_asked() -> None:
    ticket = values.ticket_in(TicketState.OPEN)

    access.require_opener(ticket, values.CONFIG, values.OPENER)
    with pytest.raises(errors.NotOpenerError):
        access.require_opener(ticket, values.CONFIG, values.ADMINISTRATOR)


def test_only_who_closed_undoes_it() -> None:
    closed = values.ticket_in(TicketState.CLOSED)

    access.require_closer(closed, values.CONFIG, values.STAFF)
    with pytest.raises(errors.CannotUndoError):
        access.require_closer(closed, values.CONFIG, values.ADMINISTRATOR)
    with pytest.raises(errors.NotStaffError):
        access.require_closer(closed, values.CONFIG, values.OPENER)


def test_opener_closes_where_only_staff_do_if_they_ask() -> None:
    ticket = values.ticket_in(TicketState.OPEN)
    config = attrs.evolve(values.CONFIG, only_staff_closes=True)

    access.require_may_close(ticket, config, values.STAFF)
    access.require_may_close(attrs.evolve(ticket, close_requested_by_id=values.STAFF.id), config, values.OPENER)
    with pytest.raises(errors.OnlyStaffClosesError):
        access.require_may_close(ticket, config, values.OPENER)
    with pytest.raises(errors.NotParticipantError):
        access.require_may_close(ticket, config, values.STRANGER)


def test_opener_adds_members_but_no_roles_where_the_settings_say_so() -> None:
    ticket = values.ticket_in(TicketState.OPEN)
    config = attrs.evolve(values.CONFIG, openers_may_add=True)
    adding = attrs.evolve(values.press(), inputs={"membre": values.STRANGER})
    with_role = attrs.evolve(values.press(), inputs={"role": Role(id=RoleId(77))})

    access.require_may_add(ticket, config, values.OPENER)
    access.require_may_join(ticket, config, adding)
    with pytest.raises(errors.NotStaffError):
        access.require_may_join(ticket, config, with_role)
    with pytest.raises(errors.NotStaffError):
        access.require_may_add(ticket, config, values.STRANGER)
    with pytest.raises(errors.NotStaffError):
        access.require_may_add(ticket, values.CONFIG, values.OPENER)
