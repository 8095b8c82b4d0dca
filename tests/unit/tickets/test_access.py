from __future__ import annotations

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import access, errors
from ticketbot.tickets.model import Member, TicketState, UserId
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
