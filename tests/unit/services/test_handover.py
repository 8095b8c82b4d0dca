"""Giving a ticket up and handing it over."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services import recovery
from ticketbot.services.ports import Delivery
from ticketbot.tickets import actions, errors
from ticketbot.tickets.model import Change, Member, MessageId, Notice, Ticket, UserId

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.model import InputValue, Request

COLLEAGUE = Member(id=UserId(5), display_name="Mia", role_ids=values.STAFF.role_ids)
DOWN = errors.DiscordUnavailableError()


def request_for(harness: ServiceHarness, ticket: Ticket, target: InputValue, by: Member = values.STAFF) -> Request:
    return attrs.evolve(harness.press(by, ticket.channel_id), inputs={"membre": target})


async def claimed_ticket(harness: ServiceHarness) -> Ticket:
    ticket = await harness.open_ticket()
    return await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id), harness.announce)


async def test_notice_of_a_transfer_is_the_answer(harness: ServiceHarness) -> None:
    ticket = await claimed_ticket(harness)
    calls = list(harness.channels.calls)

    after = await harness.service.run(actions.TRANSFER, request_for(harness, ticket, COLLEAGUE), harness.announce)

    assert (after.claimer_id, after.claimer_name, after.change) == (COLLEAGUE.id, "Mia", None)
    assert harness.announced[-1].change == Change(by_id=values.STAFF.id, member_id=values.STAFF.id)
    assert harness.channels.calls == calls
    await harness.assert_consistent()


async def test_notice_that_says_who_gave_up_is_the_answer(harness: ServiceHarness) -> None:
    ticket = await claimed_ticket(harness)

    request = harness.press(values.ADMINISTRATOR, ticket.channel_id)
    after = await harness.service.run(actions.UNCLAIM, request, harness.announce)

    assert after.claimer_id is None
    assert harness.announced[-1].change == Change(by_id=values.ADMINISTRATOR.id, member_id=values.STAFF.id)
    with pytest.raises(errors.NotClaimedError):
        await harness.service.run(actions.UNCLAIM, harness.press(values.STAFF, ticket.channel_id), harness.announce)


@pytest.mark.parametrize(
    ("target", "refusal"),
    [
        (values.OPENER, errors.OpenerCannotTakeOverError),
        (attrs.evolve(values.OPENER, is_administrator=True), errors.OpenerCannotTakeOverError),
        (values.STRANGER, errors.TargetNotStaffError),
        (attrs.evolve(COLLEAGUE, is_bot=True), errors.TargetNotStaffError),
        (values.STAFF, errors.AlreadyClaimedError),
        (6, errors.NotAMemberError),
        (None, errors.NotAMemberError),
    ],
    ids=["opener", "opener as administrator", "stranger", "bot", "claimer", "no member", "nobody"],
)
async def test_ticket_is_transferred_to_its_staff_alone(
    harness: ServiceHarness, target: InputValue, refusal: type[errors.TicketError]
) -> None:
    ticket = await claimed_ticket(harness)
    written = dict(harness.store.presses)

    with pytest.raises(refusal):
        await harness.service.run(actions.TRANSFER, request_for(harness, ticket, target), harness.announce)
    assert harness.store.presses == written
    assert await harness.current(ticket) == ticket


async def test_of_a_claim_and_a_transfer_at_once_both_or_one_count(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    ended = await asyncio.gather(
        harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id), harness.announce),
        harness.service.run(
            actions.TRANSFER, request_for(harness, ticket, COLLEAGUE, values.ADMINISTRATOR), harness.announce
        ),
        return_exceptions=True,
    )

    current = await harness.current(ticket)
    assert current is not None
    assert current.claimer_id == COLLEAGUE.id, "a claim never replaces a claimer, a transfer does"
    assert all(isinstance(one, (Ticket, errors.AlreadyClaimedError)) for one in ended)


async def interrupted_transfer(harness: ServiceHarness) -> Ticket:
    ticket = await claimed_ticket(harness)
    harness.delivery = Delivery.UNKNOWN
    harness.channels.fail("has_notice", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.TRANSFER, request_for(harness, ticket, COLLEAGUE), harness.announce)
    current = await harness.current(ticket)
    assert current is not None
    assert current.notice is Notice.TRANSFERRED
    return current


async def test_recovery_posts_the_notice_of_an_interrupted_transfer(harness: ServiceHarness) -> None:
    ticket = await interrupted_transfer(harness)

    harness.clock.forward(harness.service.effects.takeover_after_ms + 1)
    await recovery.recover(harness.service.effects)

    assert ticket.channel_id is not None
    assert harness.channels.channels[ticket.channel_id].notices[-1] is Notice.TRANSFERRED
    await harness.assert_consistent()


async def test_same_transfer_finishes_an_interrupted_one_and_another_replaces_it(harness: ServiceHarness) -> None:
    ticket = await interrupted_transfer(harness)
    harness.clock.forward(harness.service.effects.takeover_after_ms + 1)

    with pytest.raises(errors.AlreadyClaimedError):
        await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id))
    same = await harness.service.run(actions.TRANSFER, request_for(harness, ticket, COLLEAGUE))
    assert (same.claimer_id, same.notice) == (COLLEAGUE.id, None)
    other = await harness.service.run(actions.TRANSFER, request_for(harness, ticket, values.ADMINISTRATOR))
    assert other.claimer_id == values.ADMINISTRATOR.id


async def test_button_names_nobody_any_more_once_a_claim_by_it_is_given_up(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    press = attrs.evolve(harness.press(values.STAFF, ticket.channel_id), pressed_message_id=MessageId(77))
    claimed = await harness.service.run(actions.CLAIM, press)
    assert claimed.claim_message_id == 77
    assert "show_claimer" not in harness.channels.calls

    await harness.service.run(actions.UNCLAIM, harness.press(values.STAFF, ticket.channel_id))
    assert harness.channels.calls[-2:] == ["post_notice", "show_claimer"]

    by_command = await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id))
    assert by_command.claim_message_id is None
    await harness.service.run(actions.UNCLAIM, harness.press(values.STAFF, ticket.channel_id))
    assert harness.channels.calls.count("show_claimer") == 1
