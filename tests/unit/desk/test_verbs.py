from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import Member, Notice, Ticket, TicketState, UserId

if TYPE_CHECKING:
    from tests.unit.desk.conftest import House

DOWN = errors.DiscordUnavailableError()
FAILED = errors.DiscordUnavailableError(answered=True)
FORBIDDEN = errors.MissingPermissionsError()


async def test_opening_gives_a_numbered_channel_with_one_welcome(house: House) -> None:
    ticket = await house.opened()

    assert (ticket.number, ticket.state) == (1, TicketState.OPEN)
    assert ticket.channel_id is not None
    assert house.channels.channels[ticket.channel_id].notices == [Notice.WELCOME]
    await house.require_in_order()


async def test_opening_where_nothing_is_configured_is_refused(house: House) -> None:
    elsewhere = attrs.evolve(house.press(values.OPENER), guild_id=1)

    with pytest.raises(errors.NotConfiguredError):
        await house.desk.open(elsewhere)


async def test_second_opening_is_refused_with_the_way_to_the_first(house: House) -> None:
    first = await house.opened()

    with pytest.raises(errors.AlreadyOpenError) as refused:
        await house.opened()
    assert refused.value.channel_id == first.channel_id
    assert len(house.channels.channels) == 1


async def test_a_press_is_never_carried_out_twice(house: House) -> None:
    press = house.press(values.OPENER)
    ticket = await house.desk.open(press)
    await house.desk.close(house.press(values.STAFF, ticket.channel_id))

    with pytest.raises(errors.RepeatedPressError):
        await house.desk.open(press)
    assert len(house.channels.channels) == 1


async def test_press_that_is_plainly_refused_is_not_written_down(house: House) -> None:
    ticket = await house.opened()
    written = dict(house.store.presses)

    with pytest.raises(errors.AlreadyOpenError) as refused:
        await house.desk.ask_opening(house.press(values.OPENER))
    with pytest.raises(errors.NotStaffError):
        await house.desk.claim(house.press(values.STRANGER, ticket.channel_id), house.announce)
    with pytest.raises(errors.WrongStateError):
        await house.desk.reopen(house.press(values.STAFF, ticket.channel_id))
    assert refused.value.channel_id == ticket.channel_id
    assert house.store.presses == written


async def test_opening_is_not_refused_before_it_is_known_that_the_channel_is_there(house: House) -> None:
    await house.opened()
    house.channels.channels.clear()

    await house.desk.ask_opening(house.press(values.OPENER))


@pytest.mark.parametrize("verb", ["claim", "close"])
async def test_same_press_at_the_same_instant_is_carried_out_once(house: House, verb: str) -> None:
    ticket = await house.opened()
    press = house.press(values.STAFF, ticket.channel_id)
    more = [house.announce] if verb == "claim" else []

    ended = await asyncio.gather(*(getattr(house.desk, verb)(press, *more) for _ in range(3)), return_exceptions=True)

    assert sum(isinstance(one, Ticket) for one in ended) == 1
    refusals = (errors.RepeatedPressError, errors.AlreadyClaimedError, errors.WrongStateError)
    assert sum(isinstance(one, refusals) for one in ended) == 2


async def test_ticket_whose_channel_was_deleted_by_hand_does_not_lock_the_member_out(house: House) -> None:
    first = await house.opened()
    house.channels.channels.clear()

    second = await house.opened()

    assert second.number == 2
    assert await house.current(first) is None
    await house.require_in_order()


async def test_more_tickets_may_be_allowed(house: House) -> None:
    house.desk = attrs.evolve(house.desk, max_open_tickets=2)
    await house.opened()
    await house.opened()

    with pytest.raises(errors.AlreadyOpenError):
        await house.opened()


@pytest.mark.parametrize("error", [FORBIDDEN, errors.CategoryFullError(), errors.GuildFullError()])
async def test_refused_channel_leaves_nothing(house: House, error: errors.TicketError) -> None:
    house.channels.fail("create", error)

    with pytest.raises(type(error)):
        await house.opened()
    assert not await house.store.tickets_of(values.GUILD)
    assert (await house.opened()).number == 2


async def test_channel_that_was_created_without_an_answer_is_found(house: House) -> None:
    house.channels.fail("create", DOWN, after=True)

    ticket = await house.opened()

    assert len(house.channels.channels) == 1
    assert ticket.state is TicketState.OPEN
    await house.require_in_order()


async def test_failed_creation_that_left_no_channel_is_given_back(house: House) -> None:
    house.channels.fail("create", FAILED)

    with pytest.raises(errors.DiscordUnavailableError):
        await house.opened()
    assert not await house.store.tickets_of(values.GUILD)


async def test_creation_with_unknown_end_is_gone_on_with_at_the_next_press(house: House) -> None:
    house.channels.fail("create", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.opened()
    (reserved,) = await house.store.tickets_of(values.GUILD)
    assert reserved.state is TicketState.RESERVED

    ticket = await house.opened()

    assert ticket.number == reserved.number
    await house.require_in_order()


async def test_creation_with_unknown_end_and_no_way_to_look_is_gone_on_with_at_the_next_press(house: House) -> None:
    house.channels.fail("create", DOWN, after=True)
    house.channels.fail("find", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.opened()

    await house.opened()

    assert len(house.channels.channels) == 1
    await house.require_in_order()


async def test_refused_welcome_takes_the_channel_back(house: House) -> None:
    house.channels.fail("post_notice", FORBIDDEN)

    with pytest.raises(errors.MissingPermissionsError):
        await house.opened()
    assert not house.channels.channels
    assert not await house.store.tickets_of(values.GUILD)


async def test_welcome_with_unknown_end_is_left_to_recovery(house: House) -> None:
    house.channels.fail("post_notice", DOWN)

    ticket = await house.opened()

    assert ticket.state is TicketState.OPEN
    assert ticket.is_unfinished


async def test_claim_is_announced_and_noted(house: House) -> None:
    ticket = await house.opened()

    claimed = await house.desk.claim(house.press(values.STAFF, ticket.channel_id), house.announce)

    assert claimed.claimer_id == values.STAFF.id
    assert [announced.claimer_id for announced in house.announced] == [values.STAFF.id]
    assert not claimed.is_unfinished


async def test_claim_that_cannot_be_announced_as_an_answer_is_posted(house: House) -> None:
    ticket = await house.opened()
    house.can_announce = False

    await house.desk.claim(house.press(values.STAFF, ticket.channel_id), house.announce)

    assert ticket.channel_id is not None
    assert house.channels.channels[ticket.channel_id].notices == [Notice.WELCOME, Notice.CLAIMED]


@pytest.mark.parametrize("member", [values.OPENER, values.STRANGER])
async def test_others_cannot_claim(house: House, member: Member) -> None:
    ticket = await house.opened()

    with pytest.raises((errors.OpenerCannotClaimError, errors.NotStaffError)):
        await house.desk.claim(house.press(member, ticket.channel_id), house.announce)
    assert not house.announced


async def test_buttons_in_a_channel_without_ticket_are_refused(house: House) -> None:
    with pytest.raises(errors.NoTicketError):
        await house.desk.close(house.press(values.ADMINISTRATOR))


async def test_closing_hides_the_channel_from_the_opener_who_may_open_another(house: House) -> None:
    ticket = await house.closed()
    await house.opened()

    assert ticket.state is TicketState.CLOSED
    assert ticket.channel_id is not None
    assert not house.channels.channels[ticket.channel_id].opener_sees
    await house.require_in_order()


async def test_opener_may_close(house: House) -> None:
    ticket = await house.opened()

    closed = await house.desk.close(house.press(values.OPENER, ticket.channel_id))

    assert closed.closer_id == values.OPENER.id


@pytest.mark.parametrize("method", ["hide_from_opener", "post_notice"])
async def test_refused_closing_leaves_the_ticket_open(house: House, method: str) -> None:
    ticket = await house.opened()
    house.channels.fail(method, FORBIDDEN)

    with pytest.raises(errors.MissingPermissionsError):
        await house.desk.close(house.press(values.STAFF, ticket.channel_id))
    current = await house.current(ticket)
    assert current is not None
    assert (current.state, current.slot) == (TicketState.OPEN, 0)
    await house.require_in_order()


@pytest.mark.parametrize("method", ["show_opener", "post_notice"])
async def test_refused_reopening_leaves_the_ticket_closed(house: House, method: str) -> None:
    closed = await house.closed()
    house.channels.fail(method, FORBIDDEN)

    with pytest.raises(errors.MissingPermissionsError):
        await house.desk.reopen(house.press(values.STAFF, closed.channel_id))
    current = await house.current(closed)
    assert current is not None
    assert (current.state, current.slot) == (TicketState.CLOSED, None)
    await house.require_in_order()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("method", ["hide_from_opener", "post_notice"])
async def test_closing_with_unknown_end_is_gone_on_with_at_the_next_press(
    house: House, method: str, *, after: bool
) -> None:
    ticket = await house.opened()
    house.channels.fail(method, DOWN, after=after)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.desk.close(house.press(values.STAFF, ticket.channel_id))

    closed = await house.desk.close(house.press(values.STAFF, ticket.channel_id))

    assert closed.channel_id is not None
    assert house.channels.channels[closed.channel_id].notices == [Notice.WELCOME, Notice.CLOSED]
    await house.require_in_order()


async def test_a_verb_on_a_channel_that_is_gone_forgets_the_ticket(house: House) -> None:
    ticket = await house.opened()
    house.channels.channels.clear()

    with pytest.raises(errors.ChannelGoneError):
        await house.desk.close(house.press(values.STAFF, ticket.channel_id))
    assert await house.current(ticket) is None


async def test_reopening_gives_the_channel_back_to_the_opener(house: House) -> None:
    closed = await house.closed()

    reopened = await house.desk.reopen(house.press(values.STAFF, closed.channel_id))

    assert (reopened.state, reopened.slot) == (TicketState.OPEN, 0)
    await house.require_in_order()


async def test_reopening_is_not_refused_for_the_limit(house: House) -> None:
    closed = await house.closed()
    await house.opened()

    reopened = await house.desk.reopen(house.press(values.STAFF, closed.channel_id))

    assert reopened.slot == 1
    with pytest.raises(errors.AlreadyOpenError):
        await house.opened()


async def test_after_such_a_reopening_the_limit_still_holds(house: House) -> None:
    closed = await house.closed()
    second = await house.opened()
    await house.desk.reopen(house.press(values.STAFF, closed.channel_id))
    await house.desk.close(house.press(values.STAFF, second.channel_id))

    with pytest.raises(errors.AlreadyOpenError):
        await house.opened()


async def test_opener_cannot_reopen_unless_administrator(house: House) -> None:
    closed = await house.closed()
    administrator = attrs.evolve(values.OPENER, is_administrator=True)

    with pytest.raises(errors.NotStaffError):
        await house.desk.reopen(house.press(values.OPENER, closed.channel_id))
    await house.desk.reopen(house.press(administrator, closed.channel_id))


async def test_deletion_leaves_nothing_but_the_counter(house: House) -> None:
    closed = await house.closed()

    await house.desk.ask_deletion(house.press(values.STAFF, closed.channel_id))
    await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    assert not house.channels.channels
    assert not await house.store.tickets_of(values.GUILD)
    assert list(house.channels.transcripts.values()) == [closed.number]
    assert (await house.opened()).number == 2


async def test_open_tickets_are_not_deleted(house: House) -> None:
    ticket = await house.opened()

    for attempt in (
        house.desk.ask_deletion(house.press(values.STAFF, ticket.channel_id)),
        house.desk.delete(house.press(values.STAFF, ticket.channel_id), house.announce),
    ):
        with pytest.raises(errors.WrongStateError):
            await attempt
    assert house.channels.channels


@pytest.mark.parametrize(
    "error", [DOWN, FORBIDDEN, errors.TranscriptTooLargeError(), errors.TranscriptChannelMissingError()]
)
@pytest.mark.parametrize("method", ["history", "post_transcript", "verify_transcript"])
async def test_without_transcript_the_channel_stays(house: House, method: str, error: errors.TicketError) -> None:
    closed = await house.closed()
    house.channels.fail(method, error)

    with pytest.raises(type(error)):
        await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)
    current = await house.current(closed)
    assert current is not None
    assert current.state is TicketState.CLOSED
    assert closed.channel_id in house.channels.channels


async def test_second_try_finds_the_transcript_of_the_first(house: House) -> None:
    closed = await house.closed()
    house.channels.fail("post_transcript", DOWN, after=True)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    assert list(house.channels.transcripts.values()) == [closed.number]
    assert not house.channels.channels


async def test_channel_that_is_gone_ends_its_deletion(house: House) -> None:
    closed = await house.closed()
    house.channels.channels.clear()

    await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    assert not await house.store.tickets_of(values.GUILD)


async def test_of_two_who_confirm_one_wins(house: House) -> None:
    closed = await house.closed()
    stale = await house.current(closed)
    assert stale is not None
    await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    with pytest.raises(errors.NoTicketError):
        await house.desk.delete(house.press(values.ADMINISTRATOR, closed.channel_id), house.announce)
    assert len(house.channels.transcripts) == 1


async def test_a_deletion_under_way_is_not_begun_again_before_it_was_left(house: House) -> None:
    closed = await house.closed()
    house.channels.fail("delete", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    with pytest.raises(errors.WrongStateError):
        await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)
    house.clock.forward(house.desk.at_work + 1)
    await house.desk.ask_deletion(house.press(values.STAFF, closed.channel_id))
    await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    assert not house.channels.channels
    assert len(house.channels.transcripts) == 1


async def test_members_open_side_by_side(house: House) -> None:
    members = [Member(id=UserId(50 + index), display_name=f"m{index}") for index in range(3)]

    tickets = [await house.opened(member) for member in members]

    assert [ticket.number for ticket in tickets] == [1, 2, 3]
    await house.require_in_order()


async def test_claim_whose_announcement_failed_is_announced_at_the_claimers_next_press(house: House) -> None:
    ticket = await house.opened()
    house.can_announce = False
    house.channels.fail("post_notice", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.desk.claim(house.press(values.STAFF, ticket.channel_id), house.announce)
    house.clock.forward(house.desk.at_work + 1)

    claimed = await house.desk.claim(house.press(values.STAFF, ticket.channel_id), house.announce)

    assert not claimed.is_unfinished
    assert claimed.channel_id is not None
    assert house.channels.channels[claimed.channel_id].notices == [Notice.WELCOME, Notice.CLAIMED]


async def test_reopening_with_unknown_end_is_gone_on_with_at_the_next_press(house: House) -> None:
    closed = await house.closed()
    house.channels.fail("post_notice", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.desk.reopen(house.press(values.STAFF, closed.channel_id))

    await house.desk.reopen(house.press(values.STAFF, closed.channel_id))

    await house.require_in_order()


async def test_reopening_has_an_end_to_its_slots(house: House) -> None:
    closed = await house.closed()
    for slot in range(25):
        other = attrs.evolve(values.ticket_in(TicketState.OPEN), number=100 + slot, slot=slot, channel_id=None)
        await house.store.add(other)

    with pytest.raises(errors.AlreadyOpenError):
        await house.desk.reopen(house.press(values.STAFF, closed.channel_id))


async def test_presses_at_the_same_instant_open_one_ticket_and_all_learn_where_it_is(house: House) -> None:
    attempts = await asyncio.gather(*(house.opened() for _ in range(5)), return_exceptions=True)

    (ticket,) = [attempt for attempt in attempts if isinstance(attempt, Ticket)]
    refusals = [attempt for attempt in attempts if isinstance(attempt, errors.AlreadyOpenError)]
    assert [refusal.channel_id for refusal in refusals] == [ticket.channel_id] * 4
    assert len(house.channels.channels) == 1


async def test_press_while_another_process_is_still_opening_waits_a_little_and_is_refused(house: House) -> None:
    await house.store.add(lifecycle.reserve(house.press(values.OPENER), number=1, slot=0, at=house.clock()))

    with pytest.raises(errors.AlreadyOpenError) as refused:
        await house.opened()
    assert refused.value.channel_id is None


async def test_long_deletion_gives_signs_of_life(house: House) -> None:
    closed = await house.closed()
    desk = attrs.evolve(house.desk, at_work=30)
    seen: list[Ticket] = []

    async def take_long(ticket: Ticket) -> None:
        house.clock.forward(20)
        while len(seen) < 2:
            current = await house.current(ticket)
            assert current is not None
            if current.revision > ticket.revision + len(seen):
                seen.append(current)
            await asyncio.sleep(0.001)

    house.channels.on_transcript = take_long
    await desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    assert all(ticket.changed_at == house.clock() for ticket in seen)
    assert all(ticket.transcript_mark is not None for ticket in seen)
    assert not house.channels.channels


async def test_deletion_that_was_taken_over_stops_and_leaves_it_alone(house: House) -> None:
    closed = await house.closed()
    desk = attrs.evolve(house.desk, at_work=30)

    async def lose(ticket: Ticket) -> None:
        await house.store.swap(ticket, lifecycle.keep_going(ticket, at=house.clock()))
        await asyncio.Event().wait()

    house.channels.on_transcript = lose
    with pytest.raises(errors.StaleTicketError):
        await desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    current = await house.current(closed)
    assert current is not None
    assert current.state is TicketState.DELETING
    assert not house.channels.transcripts


async def test_what_the_store_cannot_note_is_left_to_recovery(house: House) -> None:
    ticket = await house.opened()
    stale = attrs.evolve(ticket, revision=ticket.revision - 1, notice=Notice.WELCOME)

    assert await house.desk.noted(stale) is stale


async def test_deletion_that_somebody_else_took_over_is_not_abandoned(house: House) -> None:
    closed = await house.closed()

    async def take_over() -> None:
        current = await house.current(closed)
        assert current is not None
        await house.store.swap(current, attrs.evolve(current, press_id=1, revision=current.revision + 1))

    house.channels.before_verify = take_over
    house.channels.fail("verify_transcript", errors.TranscriptNotVerifiedError())
    with pytest.raises(errors.TranscriptNotVerifiedError):
        await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    current = await house.current(closed)
    assert current is not None
    assert current.state is TicketState.DELETING


async def test_what_is_said_while_a_long_transcript_is_made_is_in_another_one(house: House) -> None:
    closed = await house.closed()

    async def talk(_: Ticket) -> None:
        house.clock.forward(6_000)
        if len(house.channels.messages) < 4:
            house.channels.messages.append(b'{"id": "%d"}' % (len(house.channels.messages) + 1))

    house.channels.on_transcript = talk
    await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    assert house.channels.calls.count("post_transcript") == 3
    assert not house.channels.channels


async def test_channel_in_which_the_talk_does_not_end_stays(house: House) -> None:
    closed = await house.closed()

    async def talk(_: Ticket) -> None:
        house.clock.forward(6_000)
        house.channels.messages.append(b'{"id": "%d"}' % (len(house.channels.messages) + 1))

    house.channels.on_transcript = talk
    with pytest.raises(errors.TranscriptNotVerifiedError):
        await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    await house.require_in_order()


async def test_channel_that_the_bot_must_not_delete_is_a_closed_tickets_again(house: House) -> None:
    closed = await house.closed()
    house.channels.fail("delete", errors.MissingPermissionsError())
    with pytest.raises(errors.MissingPermissionsError):
        await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)
    await house.require_in_order()

    await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    assert not house.channels.channels
    assert len(house.channels.transcripts) == 1


@pytest.mark.parametrize("method", ["history", "post_transcript", "verify_transcript"])
async def test_deletion_that_fails_as_nobody_foresaw_leaves_a_closed_ticket(house: House, method: str) -> None:
    closed = await house.closed()
    house.channels.fail(method, cast("Any", KeyError("surprise")))
    with pytest.raises(KeyError):
        await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)
    await house.require_in_order()

    await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    assert not house.channels.channels
