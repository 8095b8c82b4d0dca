"""What this process works on, and when it tries again what it gave up for now."""

from __future__ import annotations

import asyncio

import attrs

from tests.unit.tickets import values
from ticketbot.services.work import Work
from ticketbot.tickets.model import GuildId, Millis, TicketState

TICKET = values.ticket_in(TicketState.OPEN)
NOW = values.NOW


def test_pauses_between_attempts_double_up_to_a_minute() -> None:
    work, now, pauses = Work(), NOW, list[int]()
    for _ in range(9):
        work.retry_later(TICKET, now=now)
        pause = next(pause for pause in range(500, 70_000, 500) if work.is_due(TICKET, now=Millis(now + pause)))
        pauses.append(pause)
        now = Millis(now + pause)

    assert pauses == [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]


def test_attempt_that_is_planned_stays_so_and_a_clock_that_was_set_back_delays_none() -> None:
    work = Work()
    work.retry_later(TICKET, now=NOW)
    work.retry_later(TICKET, now=Millis(NOW + 500))

    assert not work.is_due(TICKET, now=Millis(NOW + 999))
    assert work.is_due(TICKET, now=Millis(NOW + 1000))
    assert work.is_due(TICKET, now=Millis(NOW - 10_000))


def test_attempts_at_other_tickets_than_those_that_are_left_are_forgotten() -> None:
    work, other = Work(), attrs.evolve(TICKET, number=8)
    work.retry_later(TICKET, now=NOW)
    work.retry_later(other, now=NOW)

    work.retain({(other.guild_id, other.number)})

    assert work.is_due(TICKET, now=NOW)
    assert not work.is_due(other, now=NOW)


def test_work_that_succeeds_after_an_attempt_was_planned_needs_no_other() -> None:
    work = Work()
    work.retry_later(TICKET, now=NOW)
    with work.on(TICKET), work.on(TICKET):
        assert work.is_active(TICKET)

    assert not work.is_active(TICKET)
    assert work.is_due(TICKET, now=NOW)


def test_suspected_servers_are_taken_once_in_their_order() -> None:
    work = Work()
    for one in (3, 1, 3, 2):
        work.suspect(GuildId(one))

    assert [work.take_suspects(2), work.take_suspects(2), work.take_suspects(2)] == [[3, 1], [2], []]


async def test_waiting_ends_when_an_attempt_is_due() -> None:
    work = Work()
    work.retry_later(TICKET, now=NOW, pause=1)
    await work.wait(0, now=NOW)  # which takes note of the attempt that was planned

    await asyncio.wait_for(work.wait(60.0, now=NOW), timeout=5.0)


async def test_waiting_ends_when_it_is_woken_or_an_attempt_is_planned() -> None:
    work = Work()
    for end in (work.wake, lambda: work.retry_later(TICKET, now=NOW)):
        waiting = asyncio.create_task(work.wait(60.0, now=NOW))
        await asyncio.sleep(0)
        end()
        await asyncio.wait_for(waiting, timeout=5.0)
