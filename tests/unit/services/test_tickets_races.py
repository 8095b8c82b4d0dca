"""Simultaneous presses on one ticket: the second one acts on what the first one changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.fakes.owners import OTHER
from tests.unit.tickets import values
from ticketbot.services.tickets import TicketService
from ticketbot.tickets import actions, errors, lifecycle
from ticketbot.tickets.model import Millis, Notice, Ticket, TicketState

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness


async def test_claim_and_close_at_the_same_instant_both_count(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    claim = harness.press(values.STAFF, ticket.channel_id)
    harness.store.before_swaps.append(lambda: harness.service.run(actions.CLAIM, claim, harness.announce))

    closed = await harness.service.run(actions.CLOSE, harness.press(values.OPENER, ticket.channel_id))

    assert (closed.state, closed.claimer_id) == (TicketState.CLOSED, values.STAFF.id)
    await harness.assert_consistent()


async def test_claim_that_comes_just_after_a_close_is_told_so(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    close = harness.press(values.OPENER, ticket.channel_id)
    harness.store.before_swaps.append(lambda: harness.service.run(actions.CLOSE, close))

    with pytest.raises(errors.WrongStateError) as refused:
        await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id), harness.announce)

    assert refused.value.state is TicketState.CLOSED
    assert not harness.announced


async def test_of_two_claims_at_the_same_instant_the_second_learns_of_the_first(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    first = harness.press(values.STAFF, ticket.channel_id)
    harness.store.before_swaps.append(lambda: harness.service.run(actions.CLAIM, first, harness.announce))

    with pytest.raises(errors.AlreadyClaimedError):
        await harness.service.run(
            actions.CLAIM, harness.press(values.ADMINISTRATOR, ticket.channel_id), harness.announce
        )

    assert [claimed.claimer_id for claimed in harness.announced] == [values.STAFF.id]


async def test_of_two_deletions_at_the_same_instant_the_second_does_nothing(harness: ServiceHarness) -> None:
    ticket = await harness.closed_ticket()
    first = harness.press(values.STAFF, ticket.channel_id)
    harness.store.before_swaps.append(lambda: harness.service.run(actions.DELETE, first, harness.announce))

    with pytest.raises(errors.NoTicketError):
        await harness.service.run(
            actions.DELETE, harness.press(values.ADMINISTRATOR, ticket.channel_id), harness.announce
        )

    assert list(harness.channels.transcripts.values()) == [ticket.number]


async def test_press_that_keeps_colliding_with_others_is_refused(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()

    async def touch() -> None:
        current = await harness.current(ticket)
        assert current is not None
        await harness.store.swap(current, lifecycle.heartbeat(current, at=harness.clock()))

    for _ in range(3):
        harness.store.before_swaps += [touch, lambda: asyncio.sleep(0)]

    with pytest.raises(errors.StaleTicketError):
        await harness.service.run(actions.CLOSE, harness.press(values.OPENER, ticket.channel_id))


async def test_channel_is_told_of_two_moves_in_their_order(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.channels.notice_delay = 0.2
    claiming = asyncio.create_task(harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id)))
    await asyncio.sleep(0.05)
    harness.channels.notice_delay = 0.0

    await harness.service.run(actions.LOCK, harness.press(values.STAFF, ticket.channel_id))
    await claiming

    assert ticket.channel_id is not None
    assert harness.channels.channels[ticket.channel_id].notices == [Notice.WELCOME, Notice.CLAIMED, Notice.LOCKED]
    await harness.assert_consistent()


@pytest.mark.parametrize("failing", [None, errors.MissingPermissionsError()])
async def test_what_a_dead_process_left_is_finished_before_another_move(
    harness: ServiceHarness, failing: errors.TicketError | None
) -> None:
    ticket = await harness.closed_ticket()
    reopened = lifecycle.reopen(ticket, harness.press(values.STAFF, ticket.channel_id), slot=0, at=harness.clock())
    await harness.store.swap(ticket, lifecycle.own(reopened, OTHER))
    harness.owners.gone.add(OTHER)
    if failing is not None:
        harness.channels.fail("set_overwrite", failing)

    claimed = await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id))

    assert claimed.claimer_id == values.STAFF.id
    assert ticket.channel_id is not None
    channel = harness.channels.channels[ticket.channel_id]
    assert channel.notices[-1] is Notice.CLAIMED
    assert channel.opener_sees
    assert (Notice.REOPENED in channel.notices) is (failing is None)


async def test_presses_of_one_member_at_the_same_instant_take_one_number(harness: ServiceHarness) -> None:
    presses = [harness.press(values.OPENER) for _ in range(5)]
    await asyncio.gather(*(harness.service.open(press) for press in presses), return_exceptions=True)

    assert harness.store.counters[values.GUILD] == 1
    await harness.assert_consistent()


async def test_presses_of_one_member_on_two_processes_open_one_ticket(harness: ServiceHarness) -> None:
    other_process = TicketService(effects=harness.service.effects, max_openings=1000)

    attempts = await asyncio.gather(
        harness.open_ticket(), other_process.open(harness.press(values.OPENER)), return_exceptions=True
    )

    (ticket,) = [attempt for attempt in attempts if isinstance(attempt, Ticket)]
    (refusal,) = [attempt for attempt in attempts if isinstance(attempt, errors.AlreadyOpenError)]
    assert refusal.channel_id == ticket.channel_id
    await harness.assert_consistent()


@pytest.mark.parametrize("processes", [1, 2])
async def test_openings_at_the_same_instant_count_each_other(harness: ServiceHarness, processes: int) -> None:
    def tick() -> Millis:
        harness.clock.forward(1)
        return harness.clock()

    effects = attrs.evolve(harness.service.effects, clock=tick)
    services = [TicketService(effects=effects, max_open_tickets=9, max_openings=3) for _ in range(processes)]

    async def press(number: int) -> Ticket:
        return await services[number % processes].open(harness.press(values.OPENER))

    attempts = await asyncio.gather(*map(press, range(6)), return_exceptions=True)

    opened = [attempt for attempt in attempts if isinstance(attempt, Ticket)]
    refused = [attempt for attempt in attempts if isinstance(attempt, errors.TooManyOpeningsError)]
    assert 1 <= len(opened) <= 3
    assert len(opened) + len(refused) == 6
    await harness.assert_consistent()


async def test_opening_that_recovery_discarded_leaves_no_channel(harness: ServiceHarness) -> None:
    async def give_back() -> None:
        (reserved,) = await harness.store.tickets_of(values.GUILD)
        await harness.store.discard(reserved)

    harness.store.before_swaps.append(give_back)

    with pytest.raises(errors.StaleTicketError):
        await harness.open_ticket()

    await harness.assert_consistent()
    await harness.open_ticket()


async def test_opening_that_recovery_finished_succeeds(harness: ServiceHarness) -> None:
    async def finish() -> None:
        (reserved,) = await harness.store.tickets_of(values.GUILD)
        found = await harness.service.effects.find_channel(reserved)
        assert found is not None
        await harness.service.effects.attach_and_welcome(reserved, found, values.CONFIG)

    harness.store.before_swaps.append(finish)

    ticket = await harness.open_ticket()

    assert ticket.channel_id is not None
    assert harness.channels.channels[ticket.channel_id].notices == [Notice.WELCOME]
    await harness.assert_consistent()
