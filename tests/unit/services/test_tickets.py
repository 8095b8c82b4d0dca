from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest

from tests.fakes.owners import OTHER
from tests.unit.tickets import values
from ticketbot.services import recovery
from ticketbot.services.ports import Delivery
from ticketbot.tickets import actions, errors, lifecycle, limits
from ticketbot.tickets.access import Question
from ticketbot.tickets.model import ChannelId, Member, MessageId, Notice, Request, Ticket, TicketState, UserId
from ticketbot.tickets.signs import Sign

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.actions import Action

DOWN = errors.DiscordUnavailableError()
FAILED = errors.DiscordUnavailableError(answered=True)
FORBIDDEN = errors.MissingPermissionsError()


async def test_opening_gives_a_numbered_channel_with_one_welcome(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    assert (ticket.number, ticket.state) == (1, TicketState.OPEN)
    assert ticket.channel_id is not None
    assert harness.channels.channels[ticket.channel_id].notices == [Notice.WELCOME]
    await harness.assert_consistent()


async def test_opening_where_nothing_is_configured_is_refused(harness: ServiceHarness) -> None:
    elsewhere = attrs.evolve(harness.press(values.OPENER), guild_id=1)

    with pytest.raises(errors.NotConfiguredError):
        await harness.service.open(elsewhere)


async def test_second_opening_is_refused_with_the_way_to_the_first(harness: ServiceHarness) -> None:
    first = await harness.open_ticket()

    with pytest.raises(errors.AlreadyOpenError) as refused:
        await harness.open_ticket()
    assert refused.value.channel_id == first.channel_id
    assert len(harness.channels.channels) == 1


async def test_a_press_is_never_carried_out_twice(harness: ServiceHarness) -> None:
    press = harness.press(values.OPENER)
    ticket = await harness.service.open(press)
    await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))

    with pytest.raises(errors.RepeatedInteractionError):
        await harness.service.open(press)
    assert len(harness.channels.channels) == 1


async def test_press_that_is_clearly_refused_is_not_recorded(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    written = dict(harness.store.presses)

    with pytest.raises(errors.AlreadyOpenError) as refused:
        await harness.service.check_may_open(harness.press(values.OPENER))
    with pytest.raises(errors.NotStaffError):
        await harness.service.run(actions.CLAIM, harness.press(values.STRANGER, ticket.channel_id), harness.announce)
    with pytest.raises(errors.WrongStateError):
        await harness.service.run(actions.REOPEN, harness.press(values.STAFF, ticket.channel_id))
    assert refused.value.channel_id == ticket.channel_id
    assert harness.store.presses == written


async def test_member_without_a_ticket_may_open_one_until_they_have_opened_too_many(harness: ServiceHarness) -> None:
    service = attrs.evolve(harness.service, max_openings=1)
    await service.check_may_open(harness.press(values.OPENER))

    await harness.closed_ticket()

    with pytest.raises(errors.TooManyOpeningsError):
        await service.check_may_open(harness.press(values.OPENER))


async def test_member_who_would_wait_long_for_the_channel_is_refused_with_the_wait(harness: ServiceHarness) -> None:
    harness.channels.seconds_per_creation = 50.0
    requests = [harness.press(member) for member in (values.OPENER, values.STRANGER)]

    opened, refused = await asyncio.gather(*map(harness.service.open, requests), return_exceptions=True)

    assert isinstance(opened, Ticket)
    assert isinstance(refused, errors.DiscordBusyError)
    assert refused.retry_after == 50.0
    await harness.service.check_may_open(harness.press(values.STRANGER))
    assert (await harness.service.open(harness.press(values.STRANGER))).number == opened.number + 1


async def test_check_refuses_while_others_wait_for_long(harness: ServiceHarness) -> None:
    harness.channels.seconds_per_creation = 50.0
    harness.channels.notice_delay = 0.05
    opening = asyncio.create_task(harness.service.open(harness.press(values.OPENER)))
    await asyncio.sleep(0.01)

    with pytest.raises(errors.DiscordBusyError):
        await harness.service.check_may_open(harness.press(values.STRANGER))
    await opening


async def test_creation_that_discord_has_no_time_for_is_not_searched_for(harness: ServiceHarness) -> None:
    harness.channels.fail("create", errors.DiscordBusyError(60))

    with pytest.raises(errors.DiscordBusyError):
        await harness.service.open(harness.press(values.OPENER))
    assert "find" not in harness.channels.calls
    assert (await harness.open_ticket()).number == 1


async def test_action_that_changes_nothing_returns_the_ticket_in_its_states(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    closed_only = attrs.evolve(actions.INFO, states=frozenset({TicketState.CLOSED}))

    assert await harness.service.run(actions.INFO, harness.press(values.STAFF, ticket.channel_id)) == ticket
    with pytest.raises(errors.WrongStateError) as refused:
        await harness.service.run(closed_only, harness.press(values.STAFF, ticket.channel_id))
    assert refused.value.state is TicketState.OPEN


async def test_deletion_needs_no_announcement(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()

    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id))

    assert await harness.current(closed) is None
    assert len(harness.channels.transcripts) == 1


async def test_member_is_offered_what_they_may_do_now(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    async def offered(member: Member) -> list[str]:
        found, _, _ = await harness.service.possible(harness.press(member, ticket.channel_id))
        return [one.name for one in found]

    always = ["lock", "rename", "request_close", "close", "infos"]
    assert await offered(values.OPENER) == ["close"]
    assert await offered(values.STAFF) == ["claim", "transfer", "add", *always]
    with pytest.raises(errors.NotParticipantError):
        await offered(values.STRANGER)
    await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id))
    assert await offered(values.ADMINISTRATOR) == ["unclaim", "transfer", "add", *always]
    await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))
    assert await offered(values.STAFF) == ["lock", "rename", "reopen", "delete", "infos"]


async def test_opener_is_asked_before_closing_unless_administrator(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    async def question(member: Member) -> Question | None:
        return await harness.service.question(actions.CLOSE, harness.press(member, ticket.channel_id))

    assert await question(values.OPENER) is Question.OPENER
    assert await question(attrs.evolve(values.OPENER, is_administrator=True)) is None
    assert await question(values.STAFF) is None
    with pytest.raises(errors.NotParticipantError):
        await question(values.STRANGER)
    before = await harness.service.config(values.GUILD)
    await harness.store.save_config(
        before, attrs.evolve(before, asks_before_closing=True, revision=before.revision + 1)
    )
    assert await question(values.STAFF) is Question.STAFF
    assert await question(values.OPENER) is Question.OPENER
    press = harness.press(values.STAFF, ticket.channel_id)
    assert await harness.service.question(actions.CLAIM, press) is None


async def test_opening_is_not_refused_before_it_is_known_that_the_channel_is_there(harness: ServiceHarness) -> None:
    await harness.open_ticket()
    harness.channels.channels.clear()

    await harness.service.check_may_open(harness.press(values.OPENER))


async def test_openings_within_ten_minutes_are_limited_and_then_possible_again(harness: ServiceHarness) -> None:
    harness.service = attrs.evolve(harness.service, max_openings=2)
    first = await harness.closed_ticket()
    harness.clock.forward(60_000)
    await harness.closed_ticket()
    written = dict(harness.store.presses)

    for ask in (harness.service.check_may_open, harness.service.open):
        with pytest.raises(errors.TooManyOpeningsError) as refused:
            await ask(harness.press(values.OPENER))
        assert refused.value.possible_at == first.created_at + limits.WINDOW
    await harness.open_ticket(values.STRANGER)
    harness.clock.forward(9 * 60_000 - 1)
    with pytest.raises(errors.TooManyOpeningsError):
        await harness.service.check_may_open(harness.press(values.OPENER))
    harness.clock.forward(1)
    assert (await harness.open_ticket()).state is TicketState.OPEN
    assert len(harness.store.presses) - len(written) == 3, "what is plainly refused is not recorded"


async def test_openings_are_forgotten_after_ten_minutes(harness: ServiceHarness) -> None:
    await harness.closed_ticket()
    harness.clock.forward(limits.WINDOW)
    await recovery.recover(harness.service.effects)
    assert harness.store.openings

    harness.clock.forward(1)
    await recovery.recover(harness.service.effects)
    assert not harness.store.openings


@pytest.mark.parametrize("action", [actions.CLAIM, actions.CLOSE], ids=["claim", "close"])
async def test_same_press_at_the_same_instant_is_carried_out_once(harness: ServiceHarness, action: Action) -> None:
    ticket = await harness.open_ticket()
    press = harness.press(values.STAFF, ticket.channel_id)
    more = [harness.announce] if action is actions.CLAIM else []

    ended = await asyncio.gather(*(harness.service.run(action, press, *more) for _ in range(3)), return_exceptions=True)

    assert sum(isinstance(one, Ticket) for one in ended) == 1
    refusals = (errors.RepeatedInteractionError, errors.AlreadyClaimedError, errors.WrongStateError)
    assert sum(isinstance(one, refusals) for one in ended) == 2


async def test_ticket_whose_channel_was_deleted_by_hand_does_not_lock_the_member_out(harness: ServiceHarness) -> None:
    first = await harness.open_ticket()
    harness.channels.channels.clear()

    second = await harness.open_ticket()

    assert second.number == 2
    assert await harness.current(first) is None
    await harness.assert_consistent()


async def test_more_tickets_may_be_allowed(harness: ServiceHarness) -> None:
    harness.service = attrs.evolve(harness.service, max_open_tickets=2)
    await harness.open_ticket()
    await harness.open_ticket()

    with pytest.raises(errors.AlreadyOpenError):
        await harness.open_ticket()


@pytest.mark.parametrize("error", [FORBIDDEN, errors.CategoryFullError(), errors.GuildFullError()])
async def test_refused_channel_leaves_nothing(harness: ServiceHarness, error: errors.TicketError) -> None:
    harness.channels.fail("create", error)

    with pytest.raises(type(error)):
        await harness.open_ticket()
    assert not await harness.store.tickets_of(values.GUILD)
    assert (await harness.open_ticket()).number == 1, "the number goes to the next ticket"


async def test_channel_that_was_created_without_an_answer_is_found(harness: ServiceHarness) -> None:
    harness.channels.fail("create", DOWN, after=True)

    ticket = await harness.open_ticket()

    assert len(harness.channels.channels) == 1
    assert ticket.state is TicketState.OPEN
    await harness.assert_consistent()


async def test_failed_creation_that_left_no_channel_is_given_back(harness: ServiceHarness) -> None:
    harness.channels.fail("create", FAILED)

    with pytest.raises(errors.DiscordUnavailableError):
        await harness.open_ticket()
    assert not await harness.store.tickets_of(values.GUILD)


async def test_creation_with_unknown_outcome_is_continued_at_the_next_press(harness: ServiceHarness) -> None:
    harness.channels.fail("create", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.open_ticket()
    (reserved,) = await harness.store.tickets_of(values.GUILD)
    assert reserved.state is TicketState.RESERVED

    ticket = await harness.open_ticket()

    assert ticket.number == reserved.number
    await harness.assert_consistent()


async def test_creation_with_unknown_outcome_that_cannot_be_looked_up_is_continued_at_the_next_press(
    harness: ServiceHarness,
) -> None:
    harness.channels.fail("create", DOWN, after=True)
    harness.channels.fail("find", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.open_ticket()

    await harness.open_ticket()

    assert len(harness.channels.channels) == 1
    await harness.assert_consistent()


async def test_refused_welcome_deletes_the_channel(harness: ServiceHarness) -> None:
    harness.channels.fail("post_notice", FORBIDDEN)

    with pytest.raises(errors.MissingPermissionsError):
        await harness.open_ticket()
    assert not harness.channels.channels
    assert not await harness.store.tickets_of(values.GUILD)


async def test_welcome_with_unknown_outcome_is_left_to_recovery(harness: ServiceHarness) -> None:
    harness.channels.fail("post_notice", DOWN)

    ticket = await harness.open_ticket()

    assert ticket.state is TicketState.OPEN
    assert ticket.is_unfinished


async def test_claim_is_announced_and_recorded(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    claimed = await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id), harness.announce)

    assert claimed.claimer_id == values.STAFF.id
    assert [announced.claimer_id for announced in harness.announced] == [values.STAFF.id]
    assert not claimed.is_unfinished


async def test_claim_that_cannot_be_announced_as_an_answer_is_posted(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.delivery = Delivery.UNKNOWN

    await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id), harness.announce)

    assert ticket.channel_id is not None
    assert harness.channels.channels[ticket.channel_id].notices == [Notice.WELCOME, Notice.CLAIMED]


@pytest.mark.parametrize("member", [values.OPENER, values.STRANGER])
async def test_others_cannot_claim(harness: ServiceHarness, member: Member) -> None:
    ticket = await harness.open_ticket()

    with pytest.raises((errors.OpenerCannotClaimError, errors.NotStaffError)):
        await harness.service.run(actions.CLAIM, harness.press(member, ticket.channel_id), harness.announce)
    assert not harness.announced


async def test_buttons_in_a_channel_without_ticket_are_refused(harness: ServiceHarness) -> None:
    with pytest.raises(errors.NoTicketError):
        await harness.service.run(actions.CLOSE, harness.press(values.ADMINISTRATOR))


async def test_closing_hides_the_channel_from_the_opener_who_may_open_another(harness: ServiceHarness) -> None:
    ticket = await harness.closed_ticket()
    await harness.open_ticket()

    assert ticket.state is TicketState.CLOSED
    assert ticket.channel_id is not None
    assert not harness.channels.channels[ticket.channel_id].opener_sees
    await harness.assert_consistent()


async def test_opener_may_close(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    closed = await harness.service.run(actions.CLOSE, harness.press(values.OPENER, ticket.channel_id))

    assert closed.closer_id == values.OPENER.id


@pytest.mark.parametrize("action", [actions.CLOSE, actions.REOPEN], ids=["close", "reopen"])
async def test_closing_and_reopening_are_answered_with_their_notice(harness: ServiceHarness, action: Action) -> None:
    ticket = await (harness.open_ticket() if action is actions.CLOSE else harness.closed_ticket())
    harness.channels.calls.clear()

    moved = await harness.service.run(action, harness.press(values.STAFF, ticket.channel_id), harness.announce)

    assert [announced.notice for announced in harness.announced] == [action.notice]
    assert len(harness.channels.calls) == 1, "only the overwrite is changed"
    assert not moved.is_unfinished


async def test_refused_closing_is_not_announced(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.channels.fail("set_overwrite", FORBIDDEN)

    with pytest.raises(errors.MissingPermissionsError):
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id), harness.announce)
    assert harness.announced == []


@pytest.mark.parametrize(
    ("delivery", "looks"), [(Delivery.NOT_SENT, 0), (Delivery.UNKNOWN, 1)], ids=["not sent", "perhaps sent"]
)
async def test_notice_that_is_no_answer_is_posted_once(harness: ServiceHarness, delivery: Delivery, looks: int) -> None:
    ticket = await harness.open_ticket()
    harness.delivery = delivery

    closed = await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id), harness.announce)

    assert closed.channel_id is not None
    assert harness.channels.channels[closed.channel_id].notices == [Notice.WELCOME, Notice.CLOSED]
    assert harness.channels.calls.count("has_notice") == looks


async def test_link_is_shown_while_the_welcome_is_on_its_way(harness: ServiceHarness) -> None:
    notices: list[list[Notice]] = []

    async def show_channel(ticket: Ticket) -> None:
        assert ticket.channel_id is not None
        notices.append([*harness.channels.channels[ticket.channel_id].notices])

    harness.channels.notice_delay = 0.01
    await harness.service.open(harness.press(values.OPENER), show_channel)

    assert notices == [[]]


async def test_refusal_of_the_welcome_follows_the_link(harness: ServiceHarness) -> None:
    shown: list[Ticket] = []

    async def show_channel(ticket: Ticket) -> None:
        await asyncio.sleep(0.01)
        shown.append(ticket)

    harness.channels.fail("post_notice", FORBIDDEN)
    with pytest.raises(errors.MissingPermissionsError):
        await harness.service.open(harness.press(values.OPENER), show_channel)

    assert len(shown) == 1, "it was shown before the refusal is"
    assert not harness.channels.channels


@pytest.mark.parametrize("method", ["set_overwrite", "post_notice"])
async def test_refused_closing_leaves_the_ticket_open(harness: ServiceHarness, method: str) -> None:
    ticket = await harness.open_ticket()
    harness.channels.fail(method, FORBIDDEN)

    with pytest.raises(errors.MissingPermissionsError):
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))
    current = await harness.current(ticket)
    assert current is not None
    assert (current.state, current.slot) == (TicketState.OPEN, 0)
    await harness.assert_consistent()


@pytest.mark.parametrize("method", ["set_overwrite", "post_notice"])
async def test_refused_reopening_leaves_the_ticket_closed(harness: ServiceHarness, method: str) -> None:
    closed = await harness.closed_ticket()
    harness.channels.fail(method, FORBIDDEN)

    with pytest.raises(errors.MissingPermissionsError):
        await harness.service.run(actions.REOPEN, harness.press(values.STAFF, closed.channel_id))
    current = await harness.current(closed)
    assert current is not None
    assert (current.state, current.slot) == (TicketState.CLOSED, None)
    await harness.assert_consistent()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("method", ["set_overwrite", "post_notice"])
async def test_closing_with_unknown_outcome_is_continued_at_the_next_press(
    harness: ServiceHarness, method: str, *, after: bool
) -> None:
    ticket = await harness.open_ticket()
    harness.channels.fail(method, DOWN, after=after)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))

    closed = await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))

    assert closed.channel_id is not None
    assert harness.channels.channels[closed.channel_id].notices == [Notice.WELCOME, Notice.CLOSED]
    await harness.assert_consistent()


async def test_action_on_a_deleted_channel_discards_the_ticket(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.channels.channels.clear()

    with pytest.raises(errors.ChannelGoneError):
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))
    assert await harness.current(ticket) is None


async def test_reopening_shows_the_channel_to_the_opener_again(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()

    reopened = await harness.service.run(actions.REOPEN, harness.press(values.STAFF, closed.channel_id))

    assert (reopened.state, reopened.slot) == (TicketState.OPEN, 0)
    await harness.assert_consistent()


async def test_reopening_is_not_refused_for_the_limit(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    await harness.open_ticket()

    reopened = await harness.service.run(actions.REOPEN, harness.press(values.STAFF, closed.channel_id))

    assert reopened.slot == 1
    with pytest.raises(errors.AlreadyOpenError):
        await harness.open_ticket()


async def test_after_such_a_reopening_the_limit_still_holds(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    second = await harness.open_ticket()
    await harness.service.run(actions.REOPEN, harness.press(values.STAFF, closed.channel_id))
    await harness.service.run(actions.CLOSE, harness.press(values.STAFF, second.channel_id))

    with pytest.raises(errors.AlreadyOpenError):
        await harness.open_ticket()


async def test_opener_cannot_reopen_unless_administrator(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    administrator = attrs.evolve(values.OPENER, is_administrator=True)

    with pytest.raises(errors.NotStaffError):
        await harness.service.run(actions.REOPEN, harness.press(values.OPENER, closed.channel_id))
    await harness.service.run(actions.REOPEN, harness.press(administrator, closed.channel_id))


async def test_deletion_leaves_nothing_but_the_counter(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()

    await harness.service.check(actions.DELETE, harness.press(values.STAFF, closed.channel_id))
    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    assert not harness.channels.channels
    assert not await harness.store.tickets_of(values.GUILD)
    assert list(harness.channels.transcripts.values()) == [closed.number]
    assert (await harness.open_ticket()).number == 2


async def test_open_tickets_are_not_deleted(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    for attempt in (
        harness.service.check(actions.DELETE, harness.press(values.STAFF, ticket.channel_id)),
        harness.service.run(actions.DELETE, harness.press(values.STAFF, ticket.channel_id), harness.announce),
    ):
        with pytest.raises(errors.WrongStateError):
            await attempt
    assert harness.channels.channels


@pytest.mark.parametrize(
    "error", [DOWN, FORBIDDEN, errors.TranscriptTooLargeError(), errors.TranscriptChannelMissingError()]
)
@pytest.mark.parametrize("method", ["history", "post_transcript", "verify_transcript"])
async def test_without_transcript_the_channel_stays(
    harness: ServiceHarness, method: str, error: errors.TicketError
) -> None:
    closed = await harness.closed_ticket()
    harness.channels.fail(method, error)

    with pytest.raises(type(error)):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)
    current = await harness.current(closed)
    assert current is not None
    assert current.state is TicketState.CLOSED
    assert closed.channel_id in harness.channels.channels


async def test_second_try_finds_the_transcript_of_the_first(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    harness.channels.fail("post_transcript", DOWN, after=True)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    assert list(harness.channels.transcripts.values()) == [closed.number]
    assert not harness.channels.channels


async def test_deleted_channel_ends_the_deletion(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    harness.channels.channels.clear()

    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    assert not await harness.store.tickets_of(values.GUILD)


async def test_of_two_confirmations_one_wins(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    stale = await harness.current(closed)
    assert stale is not None
    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    with pytest.raises(errors.NoTicketError):
        await harness.service.run(
            actions.DELETE, harness.press(values.ADMINISTRATOR, closed.channel_id), harness.announce
        )
    assert len(harness.channels.transcripts) == 1


async def test_deletion_under_way_is_begun_again_only_once_its_process_is_gone(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    harness.channels.fail("delete", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)
    current = await harness.current(closed)
    assert current is not None
    await harness.store.swap(current, attrs.evolve(current, owner=OTHER, revision=current.revision + 1))

    with pytest.raises(errors.WrongStateError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)
    harness.owners.gone.add(OTHER)
    await harness.service.check(actions.DELETE, harness.press(values.STAFF, closed.channel_id))
    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    assert not harness.channels.channels
    assert len(harness.channels.transcripts) == 1


async def test_deletion_that_discord_interrupted_is_finished_at_the_next_press(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    harness.channels.fail("delete", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    assert not harness.channels.channels
    assert len(harness.channels.transcripts) == 1


async def test_deletion_under_way_in_this_process_is_not_begun_again(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    harness.clock.forward(10 * harness.service.effects.takeover_after_ms)

    async def press_again(_: Ticket) -> None:
        with pytest.raises(errors.WrongStateError):
            await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id))

    harness.channels.on_transcript = press_again
    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    assert not harness.channels.channels


async def test_welcome_that_is_missing_is_posted_at_the_openers_next_press(harness: ServiceHarness) -> None:
    harness.channels.fail("post_notice", DOWN)
    opened = await harness.open_ticket()
    assert opened.notice is Notice.WELCOME
    again = harness.press(values.OPENER)

    await harness.service.check_may_open(again)
    ticket = await harness.service.open(again)

    assert ticket.number == opened.number
    await harness.assert_consistent()
    with pytest.raises(errors.AlreadyOpenError):
        await harness.service.check_may_open(harness.press(values.OPENER))


async def test_opening_that_another_process_finishes_first_is_refused_with_its_channel(harness: ServiceHarness) -> None:
    harness.channels.fail("post_notice", DOWN)
    opened = await harness.open_ticket()

    async def finish() -> None:
        await harness.store.swap(opened, lifecycle.mark_announced(opened, at=harness.clock()))

    harness.store.before_swaps.append(finish)
    with pytest.raises(errors.AlreadyOpenError) as refused:
        await harness.open_ticket()

    assert refused.value.channel_id == opened.channel_id


async def test_opening_of_a_process_that_is_gone_is_finished_at_the_openers_next_press(harness: ServiceHarness) -> None:
    reserved = lifecycle.reserve(harness.press(values.OPENER), number=1, slot=0, at=harness.clock())
    await harness.store.add(lifecycle.own(reserved, OTHER))
    harness.owners.gone.add(OTHER)

    ticket = await harness.open_ticket()

    assert ticket.number == 1
    await harness.assert_consistent()


async def test_members_open_tickets_simultaneously(harness: ServiceHarness) -> None:
    members = [Member(id=UserId(50 + index), display_name=f"m{index}") for index in range(3)]

    tickets = [await harness.open_ticket(member) for member in members]

    assert [ticket.number for ticket in tickets] == [1, 2, 3]
    await harness.assert_consistent()


async def test_claim_whose_announcement_failed_is_announced_at_the_claimers_next_press(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.delivery = Delivery.UNKNOWN
    harness.channels.fail("post_notice", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id), harness.announce)
    harness.clock.forward(harness.service.effects.takeover_after_ms + 1)

    claimed = await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id), harness.announce)

    assert not claimed.is_unfinished
    assert claimed.channel_id is not None
    assert harness.channels.channels[claimed.channel_id].notices == [Notice.WELCOME, Notice.CLAIMED]


async def test_reopening_with_unknown_outcome_is_continued_at_the_next_press(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    harness.channels.fail("post_notice", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.REOPEN, harness.press(values.STAFF, closed.channel_id))

    await harness.service.run(actions.REOPEN, harness.press(values.STAFF, closed.channel_id))

    await harness.assert_consistent()


async def test_reopening_is_refused_when_every_slot_is_taken(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    for slot in range(25):
        other = attrs.evolve(values.ticket_in(TicketState.OPEN), number=100 + slot, slot=slot, channel_id=None)
        await harness.store.add(other)

    with pytest.raises(errors.AlreadyOpenError):
        await harness.service.run(actions.REOPEN, harness.press(values.STAFF, closed.channel_id))


async def test_reservation_that_others_discarded_gets_no_channel(harness: ServiceHarness) -> None:
    request = harness.press(values.OPENER)
    reserved = await harness.store.reserve(lifecycle.reserve(request, slot=0, at=harness.clock()))
    await harness.store.discard(reserved)
    other = await harness.open_ticket(Member(id=UserId(77), display_name="Ada"))

    with pytest.raises(errors.StaleTicketError):
        await harness.service.effects.create_channel(reserved, values.CONFIG)
    assert other.number == reserved.number
    assert list(harness.channels.channels) == [other.channel_id]


async def test_reservation_whose_number_is_not_its_own_is_discarded(harness: ServiceHarness) -> None:
    request = harness.press(values.OPENER)
    reserved = await harness.store.reserve(lifecycle.reserve(request, slot=0, at=harness.clock()))
    harness.store.used_meanwhile.add(reserved.number)

    with pytest.raises(errors.StaleTicketError):
        await harness.service.effects.create_channel(reserved, values.CONFIG)
    assert await harness.store.tickets_of(values.GUILD) == []
    assert harness.channels.channels == {}


async def test_channel_that_comes_when_its_number_is_another_tickets_is_deleted(harness: ServiceHarness) -> None:
    request = harness.press(values.OPENER)
    reserved = await harness.store.reserve(lifecycle.reserve(request, slot=0, at=harness.clock()))
    late = await harness.channels.create(reserved, values.CONFIG)
    await harness.store.discard(reserved)
    other = await harness.open_ticket(Member(id=UserId(77), display_name="Ada"))

    with pytest.raises(errors.StaleTicketError):
        await harness.service.effects.attach_and_welcome(reserved, late, values.CONFIG)
    assert list(harness.channels.channels) == [other.channel_id]


async def test_presses_at_the_same_instant_open_one_ticket_and_all_learn_where_it_is(harness: ServiceHarness) -> None:
    attempts = await asyncio.gather(*(harness.open_ticket() for _ in range(5)), return_exceptions=True)

    (ticket,) = [attempt for attempt in attempts if isinstance(attempt, Ticket)]
    refusals = [attempt for attempt in attempts if isinstance(attempt, errors.AlreadyOpenError)]
    assert [refusal.channel_id for refusal in refusals] == [ticket.channel_id] * 4
    assert len(harness.channels.channels) == 1


async def test_press_while_another_process_is_still_opening_waits_a_little_and_is_refused(
    harness: ServiceHarness,
) -> None:
    await harness.store.add(lifecycle.reserve(harness.press(values.OPENER), number=1, slot=0, at=harness.clock()))

    with pytest.raises(errors.AlreadyOpenError) as refused:
        await harness.open_ticket()
    assert refused.value.channel_id is None


async def test_long_deletion_sends_heartbeats(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    service = attrs.evolve(harness.service, effects=attrs.evolve(harness.service.effects, takeover_after_ms=30))
    seen: list[Ticket] = []

    async def take_long(ticket: Ticket) -> None:
        harness.clock.forward(20)
        while len(seen) < 2:
            current = await harness.current(ticket)
            assert current is not None
            if current.revision > ticket.revision + len(seen):
                seen.append(current)
            await asyncio.sleep(0.001)

    harness.channels.on_transcript = take_long
    await service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    assert all(ticket.changed_at == harness.clock() for ticket in seen)
    assert all(ticket.transcript_mark is not None for ticket in seen)
    assert not harness.channels.channels


async def test_deletion_that_is_cancelled_posts_nothing_more(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    is_reached = asyncio.Event()

    async def take_long(_ticket: Ticket) -> None:
        is_reached.set()
        await asyncio.sleep(60)

    harness.channels.on_transcript = take_long
    press = harness.press(values.STAFF, closed.channel_id)
    deletion = asyncio.create_task(harness.service.run(actions.DELETE, press, harness.announce))
    await is_reached.wait()
    deletion.cancel()
    with pytest.raises(asyncio.CancelledError):
        await deletion

    assert harness.channels.transcripts == {}
    assert set(harness.channels.channels) == {closed.channel_id}


@pytest.mark.parametrize("is_posted_again", [False, True])
async def test_deletion_that_was_taken_over_stops(harness: ServiceHarness, *, is_posted_again: bool) -> None:
    """Whoever took it over found the transcript and keeps it, or posted another one, and then the first is deleted."""
    closed = await harness.closed_ticket()
    service = attrs.evolve(harness.service, effects=attrs.evolve(harness.service.effects, takeover_after_ms=30))

    async def lose(ticket: Ticket) -> None:
        await harness.store.swap(ticket, lifecycle.heartbeat(ticket, at=harness.clock()))
        if is_posted_again:
            harness.channels.transcripts[MessageId(1)] = ticket.number
        await asyncio.sleep(0.05)

    harness.channels.on_transcript = lose
    with pytest.raises(errors.StaleTicketError):
        await service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    current = await harness.current(closed)
    assert current is not None
    assert current.state is TicketState.DELETING
    assert len(harness.channels.transcripts) == 1
    assert (1 in harness.channels.transcripts) == is_posted_again


async def test_what_the_store_cannot_record_is_left_to_recovery(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    stale = attrs.evolve(ticket, revision=ticket.revision - 1, notice=Notice.WELCOME)

    assert await harness.service.effects.mark_announced(stale) is stale


async def test_deletion_that_somebody_else_took_over_is_not_abandoned(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()

    async def take_over() -> None:
        current = await harness.current(closed)
        assert current is not None
        await harness.store.swap(current, attrs.evolve(current, interaction_id=1, revision=current.revision + 1))

    harness.channels.before_verify = take_over
    harness.channels.fail("verify_transcript", errors.TranscriptNotVerifiedError())
    with pytest.raises(errors.TranscriptNotVerifiedError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    current = await harness.current(closed)
    assert current is not None
    assert current.state is TicketState.DELETING


async def test_message_written_during_a_long_transcript_is_in_a_new_one(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()

    async def talk(_: Ticket) -> None:
        harness.clock.forward(6_000)
        if len(harness.channels.messages) < 4:
            harness.channels.messages.append(b'{"id": "%d"}' % (len(harness.channels.messages) + 1))

    harness.channels.on_transcript = talk
    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    assert harness.channels.calls.count("post_transcript") == 3
    assert not harness.channels.channels


async def test_ticket_whose_messages_discord_hides_is_deleted_only_by_who_knows(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    harness.channels.is_content_hidden = True
    with pytest.raises(errors.MessageContentHiddenError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)
    current = await harness.current(closed)
    assert current is not None
    assert current.state is TicketState.CLOSED
    assert not harness.channels.transcripts

    press = attrs.evolve(harness.press(values.STAFF, closed.channel_id), inputs={"accepts_hidden_content": True})
    await harness.service.run(actions.DELETE, press, harness.announce)

    assert not harness.channels.channels
    assert len(harness.channels.transcripts) == 1


async def test_knowing_that_messages_are_hidden_is_forgotten_with_the_deletion(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    harness.channels.is_content_hidden = True
    harness.channels.fail("verify_transcript", errors.TranscriptNotVerifiedError())
    press = attrs.evolve(harness.press(values.STAFF, closed.channel_id), inputs={"accepts_hidden_content": True})
    with pytest.raises(errors.TranscriptNotVerifiedError):
        await harness.service.run(actions.DELETE, press, harness.announce)

    with pytest.raises(errors.MessageContentHiddenError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)


async def test_channel_with_ever_new_messages_stays(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()

    async def talk(_: Ticket) -> None:
        harness.clock.forward(6_000)
        harness.channels.messages.append(b'{"id": "%d"}' % (len(harness.channels.messages) + 1))

    harness.channels.on_transcript = talk
    with pytest.raises(errors.TranscriptNotVerifiedError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    await harness.assert_consistent()


async def test_ticket_whose_channel_the_bot_may_not_delete_is_closed_again(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    harness.channels.fail("delete", errors.MissingPermissionsError())
    with pytest.raises(errors.MissingPermissionsError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)
    await harness.assert_consistent()

    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    assert not harness.channels.channels
    assert len(harness.channels.transcripts) == 1


@pytest.mark.parametrize("method", ["history", "post_transcript", "verify_transcript"])
async def test_deletion_that_fails_unexpectedly_leaves_a_closed_ticket(harness: ServiceHarness, method: str) -> None:
    closed = await harness.closed_ticket()
    harness.channels.fail(method, cast("Any", KeyError("surprise")))
    with pytest.raises(KeyError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)
    await harness.assert_consistent()

    await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    assert not harness.channels.channels


def _renaming(harness: ServiceHarness, ticket: Ticket) -> Request:
    return attrs.evolve(harness.press(values.STAFF, ticket.channel_id), inputs={"nom": "Un Nom"})


async def test_renamed_ticket_has_its_name_in_its_record(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    renamed = await harness.service.run(actions.RENAME, _renaming(harness, ticket))

    assert renamed.name == "un-nom"
    assert [channel.name for channel in harness.channels.channels.values()] == ["un-nom"]
    await harness.assert_consistent()


@pytest.mark.parametrize("refusal", [errors.RenamedTooOftenError(500.0), errors.NameRefusedError()])
async def test_refused_name_leaves_the_ticket_as_it_was(harness: ServiceHarness, refusal: errors.TicketError) -> None:
    ticket = await harness.open_ticket()
    harness.channels.fail("rename", refusal)
    calls = len(harness.channels.calls)

    with pytest.raises(type(refusal)):
        await harness.service.run(actions.RENAME, _renaming(harness, ticket))

    current = await harness.current(ticket)
    assert current is not None
    assert (current.name, current.history, current.notice) == (None, (), None)
    assert harness.channels.calls[calls:] == ["rename"]


async def test_interrupted_renaming_is_finished(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.channels.fail("rename", errors.DiscordUnavailableError())

    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.RENAME, _renaming(harness, ticket))
    harness.clock.forward(600_000)
    await recovery.recover(harness.service.effects)

    assert [channel.name for channel in harness.channels.channels.values()] == ["un-nom"]
    await harness.assert_consistent()


@pytest.mark.parametrize("error", [errors.CategoryFullError(), errors.CategoryMissingError()], ids=["full", "deleted"])
async def test_staff_is_told_once_an_hour_that_no_category_takes_tickets(
    harness: ServiceHarness, error: errors.TicketError
) -> None:
    async def refused() -> None:
        harness.channels.fail("create", error)
        with pytest.raises(type(error)):
            await harness.open_ticket()

    await refused()
    harness.clock.forward(59 * 60_000)
    await recovery.recover(harness.service.effects)
    await refused()
    assert harness.channels.category_warnings == [(values.OPENER.id, type(error))]

    harness.clock.forward(61_000)
    await recovery.recover(harness.service.effects)
    await refused()

    assert harness.channels.category_warnings == [(values.OPENER.id, type(error))] * 2


async def test_member_is_told_of_a_full_category_though_the_staff_cannot_be(harness: ServiceHarness) -> None:
    harness.channels.fail("create", errors.CategoryFullError())
    harness.channels.fail("warn_of_categories", errors.TranscriptChannelMissingError())

    with pytest.raises(errors.CategoryFullError):
        await harness.open_ticket()

    assert not await harness.store.live_of(values.GUILD, values.OPENER.id)


async def _configure(harness: ServiceHarness, **settings: Any) -> None:  # noqa: ANN401 - any field's
    before = await harness.service.config(values.GUILD)
    await harness.store.save_config(before, attrs.evolve(before, revision=before.revision + 1, **settings))


async def test_opener_is_told_once_of_a_close_by_others(harness: ServiceHarness) -> None:
    await _configure(harness, tells_opener=True)
    ticket = await harness.open_ticket()
    harness.channels.fail("post_notice", errors.DiscordUnavailableError(), after=True)

    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))
    assert harness.channels.told == []
    for _ in range(2):
        harness.clock.forward(600_000)
        await recovery.recover(harness.service.effects)

    assert [opener for opener, _ in harness.channels.told] == [values.OPENER.id]


@pytest.mark.parametrize("tells_opener", [True, None])
async def test_opener_is_not_told_of_their_own_close_or_where_that_is_off(
    harness: ServiceHarness, *, tells_opener: bool | None
) -> None:
    await _configure(harness, tells_opener=tells_opener)
    ticket = await harness.open_ticket()

    closer = values.OPENER if tells_opener else values.STAFF
    await harness.service.run(actions.CLOSE, harness.press(closer, ticket.channel_id))

    assert harness.channels.told == []


async def test_closed_channel_is_moved_and_comes_back(harness: ServiceHarness) -> None:
    await _configure(harness, closed_category_id=ChannelId(777))
    ticket = await harness.closed_ticket()
    (channel,) = harness.channels.channels.values()
    assert channel.category_id == 777

    await harness.service.run(actions.REOPEN, harness.press(values.STAFF, ticket.channel_id))

    assert channel.category_id == values.CONFIG.category_id


async def test_close_is_undone_as_if_it_had_not_been(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    undoing = attrs.evolve(
        harness.press(values.STAFF, closed.channel_id), inputs={"closing": str(closed.interaction_id)}
    )

    undone = await harness.service.run(actions.UNDO_CLOSE, undoing)

    assert (undone.state, undone.closer_id, undone.slot) == (TicketState.OPEN, None, 0)
    await harness.assert_consistent()


async def test_channels_name_shows_the_state_of_the_latest_record(harness: ServiceHarness) -> None:
    await _configure(harness, signs_state=True)
    ticket = await harness.open_ticket()

    async def close_meanwhile() -> None:
        harness.channels.after_show_state = None
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))
        harness.channels.channels[ticket.channel_id or ChannelId(0)].sign = Sign.CLAIMED  # it arrived late

    harness.channels.after_show_state = close_meanwhile
    await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id))

    assert harness.channels.channels[ticket.channel_id or ChannelId(0)].sign is Sign.CLOSED
    await harness.service.run(actions.LOCK, harness.press(values.STAFF, ticket.channel_id))
    assert harness.channels.calls.count("show_state") == 3


async def test_channels_name_shows_no_state_by_default(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id))

    assert "show_state" not in harness.channels.calls


async def test_recovery_shows_the_state_in_the_name(harness: ServiceHarness) -> None:
    await _configure(harness, signs_state=True)
    ticket = await harness.open_ticket()
    harness.channels.fail("post_notice", errors.DiscordUnavailableError())
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id))
    harness.clock.forward(600_000)

    await recovery.recover(harness.service.effects)

    assert harness.channels.channels[ticket.channel_id or ChannelId(0)].sign is Sign.CLAIMED
