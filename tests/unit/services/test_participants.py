"""Adding members and roles to a ticket, and removing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services import recovery
from ticketbot.tickets import actions, errors, limits
from ticketbot.tickets.model import Change, Member, Notice, Participant, Role, RoleId, Ticket, UserId
from ticketbot.tickets.permissions import PARTICIPANT, Overwrite, OverwriteKind

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.actions import Action
    from ticketbot.tickets.model import InputValue, Request

OPENER, WITNESS = Participant(id=values.OPENER.id), Participant(id=values.STRANGER.id)
GUESTS = Participant(id=700, is_role=True)
DOWN = errors.DiscordUnavailableError()


def request_for(harness: ServiceHarness, ticket: Ticket, **inputs: InputValue) -> Request:
    return attrs.evolve(harness.press(values.STAFF, ticket.channel_id), inputs={"membre": None, "role": None} | inputs)


async def run(harness: ServiceHarness, action: Action, ticket: Ticket, **inputs: InputValue) -> Ticket:
    return await harness.service.run(action, request_for(harness, ticket, **inputs))


def overwrites(harness: ServiceHarness, ticket: Ticket) -> dict[Participant, Overwrite]:
    assert ticket.channel_id is not None
    return harness.channels.channels[ticket.channel_id].overwrites


async def test_member_and_role_join_with_the_right_to_speak_and_leave_again(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    await run(harness, actions.ADD, ticket, membre=values.STRANGER)
    after = await run(harness, actions.ADD, ticket, role=Role(id=RoleId(700)))

    assert after.participants == (WITNESS, GUESTS)
    assert (after.stale_overwrites, after.change, after.notice) == ((), None, None)
    assert overwrites(harness, ticket) == {
        WITNESS: Overwrite(id=WITNESS.id, kind=OverwriteKind.MEMBER, allow=PARTICIPANT),
        GUESTS: Overwrite(id=700, kind=OverwriteKind.ROLE, allow=PARTICIPANT),
    }
    await run(harness, actions.REMOVE, ticket, membre=int(values.STRANGER.id))  # who has left the server
    left = await run(harness, actions.REMOVE, ticket, role=Role(id=RoleId(700)))
    assert left.participants == ()
    assert overwrites(harness, ticket) == {}
    await harness.assert_consistent()


async def test_participants_are_kept_when_the_ticket_is_closed_and_reopened(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await run(harness, actions.ADD, ticket, membre=values.STRANGER)

    closed = await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))
    assert closed.participants == (WITNESS,)
    assert list(overwrites(harness, ticket)) == [WITNESS, OPENER]
    reopened = await harness.service.run(actions.REOPEN, harness.press(values.STAFF, ticket.channel_id))
    assert reopened.participants == (WITNESS,)


@pytest.mark.parametrize(
    ("inputs", "refusal"),
    [
        ({}, errors.NoTargetError),
        ({"membre": values.STRANGER, "role": Role(id=RoleId(700))}, errors.NoTargetError),
        ({"membre": 6}, errors.NotAMemberError),
        ({"membre": values.OPENER}, errors.AlreadyParticipantError),
        ({"membre": values.STAFF}, errors.AlreadyParticipantError),
        ({"membre": values.ADMINISTRATOR}, errors.AlreadyParticipantError),
        ({"role": Role(id=values.STAFF_ROLE)}, errors.AlreadyParticipantError),
        ({"role": Role(id=RoleId(values.GUILD))}, errors.EveryoneRoleError),
        ({"role": Role(id=RoleId(700), is_of_bot=True)}, errors.BotTargetError),
        ({"membre": Member(id=UserId(8), display_name="Bot", is_bot=True)}, errors.BotTargetError),
    ],
)
async def test_who_cannot_be_added_is_refused(
    harness: ServiceHarness, inputs: dict[str, InputValue], refusal: type[errors.TicketError]
) -> None:
    ticket = await harness.open_ticket()

    with pytest.raises(refusal):
        await run(harness, actions.ADD, ticket, **inputs)
    assert overwrites(harness, ticket) == {}


async def test_nobody_is_added_twice_and_no_more_than_allowed(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    for index in range(limits.PARTICIPANTS):
        await run(harness, actions.ADD, ticket, membre=Member(id=UserId(50 + index), display_name="Guest"))

    with pytest.raises(errors.TooManyParticipantsError):
        await run(harness, actions.ADD, ticket, membre=values.STRANGER)
    with pytest.raises(errors.AlreadyParticipantError):
        await run(harness, actions.ADD, ticket, membre=Member(id=UserId(50), display_name="Guest"))


async def test_participant_who_left_and_came_back_is_let_in_when_they_are_added_again(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await run(harness, actions.ADD, ticket, membre=values.STRANGER)
    assert ticket.channel_id is not None
    channel = harness.channels.channels[ticket.channel_id]
    before = dict(channel.overwrites)
    channel.overwrites.clear()  # as Discord does when they leave

    with pytest.raises(errors.AlreadyParticipantError):
        await run(harness, actions.ADD, ticket, membre=values.STRANGER)
    with pytest.raises(errors.AlreadyParticipantError):
        await run(harness, actions.ADD, ticket, membre=values.STAFF)

    assert channel.overwrites == before != {}


@pytest.mark.parametrize("target", [values.OPENER, values.STRANGER, values.STAFF])
async def test_only_who_was_added_is_removed(harness: ServiceHarness, target: Member) -> None:
    ticket = await harness.open_ticket()

    with pytest.raises(errors.NotAddedError):
        await run(harness, actions.REMOVE, ticket, membre=target)
    with pytest.raises(errors.NoTargetError):
        await run(harness, actions.REMOVE, ticket)


async def test_notice_names_who_was_added_and_by_whom(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.channels.fail("post_notice", DOWN)

    with pytest.raises(errors.DiscordUnavailableError):
        await run(harness, actions.ADD, ticket, role=Role(id=RoleId(700)))

    current = await harness.current(ticket)
    assert current is not None
    assert current.change == Change(by_id=values.STAFF.id, role_id=RoleId(700))
    assert current.stale_overwrites == (GUESTS,)
    harness.clock.forward(harness.service.effects.takeover_after_ms + 1)
    await recovery.recover(harness.service.effects)
    assert ticket.channel_id is not None
    assert harness.channels.channels[ticket.channel_id].notices[-1] is Notice.ADDED
    await harness.assert_consistent()


async def test_overwrite_that_was_never_set_is_set_with_the_next_move(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.channels.fail("set_overwrite", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await run(harness, actions.ADD, ticket, membre=values.STRANGER)
    assert overwrites(harness, ticket) == {}

    await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))

    assert overwrites(harness, ticket).keys() == {WITNESS, OPENER}
    await harness.assert_consistent()


@pytest.mark.parametrize("method", ["set_overwrite", "post_notice"])
async def test_addition_that_discord_refuses_is_undone(harness: ServiceHarness, method: str) -> None:
    ticket = await harness.open_ticket()
    harness.channels.fail(method, errors.MissingPermissionsError())

    with pytest.raises(errors.MissingPermissionsError):
        await run(harness, actions.ADD, ticket, membre=values.STRANGER)

    current = await harness.current(ticket)
    assert current is not None
    assert (current.participants, current.stale_overwrites) == ((), ())
    assert overwrites(harness, ticket) == {}


async def test_overwrite_that_arrives_after_the_removal_is_taken_away(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.service = attrs.evolve(harness.service, move_pause=0.0)

    async def remove_meanwhile() -> None:
        harness.channels.before_overwrite = None
        await run(harness, actions.REMOVE, ticket, membre=values.STRANGER)

    harness.channels.before_overwrite = remove_meanwhile
    await run(harness, actions.ADD, ticket, membre=values.STRANGER)

    assert overwrites(harness, ticket) == {}


async def test_overwrites_of_a_deleted_ticket_are_left_alone(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    async def delete_meanwhile() -> None:
        harness.channels.before_overwrite = None
        current = await harness.current(ticket)
        assert current is not None
        await harness.store.discard(current)

    harness.channels.before_overwrite = delete_meanwhile
    after = await run(harness, actions.ADD, ticket, membre=values.STRANGER)

    assert after.notice is Notice.ADDED, "nobody could record that it was shown"


async def test_lost_overwrites_come_back_with_those_of_the_opener(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await run(harness, actions.ADD, ticket, membre=values.STRANGER)
    assert ticket.channel_id is not None
    channel = harness.channels.channels[ticket.channel_id]
    channel.opener_sees = False
    channel.overwrites.clear()

    with pytest.raises(errors.AlreadyOpenError):
        await harness.service.check_may_open(harness.press(values.OPENER))

    assert WITNESS in channel.overwrites
