from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest

from tests.fakes.owners import OTHER
from tests.unit.tickets import values
from ticketbot.services import recovery
from ticketbot.tickets import actions, errors, lifecycle
from ticketbot.tickets.model import ChannelId, GuildId, History, InteractionId, MessageId, Millis, Notice, TicketState

if TYPE_CHECKING:
    from tests.fakes.store import MemoryStore
    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.model import Ticket

DOWN = errors.DiscordUnavailableError()
DISCORD_EPOCH = 1_420_070_400_000
"""Milliseconds from the Unix epoch to that of Discord's ids."""


async def recovered(harness: ServiceHarness) -> recovery.RecoveryResult:
    harness.clock.forward(harness.service.effects.takeover_after_ms + 1)
    return await recovery.recover(harness.service.effects)


async def closed_without_notice(harness: ServiceHarness) -> Ticket:
    """Open a ticket and close it while Discord does not answer to its notice; return it as it was opened."""
    ticket = await harness.open_ticket()
    harness.channels.fail("post_notice", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))
    return ticket


async def test_recovery_without_work_changes_nothing(harness: ServiceHarness) -> None:
    await harness.open_ticket()

    assert await recovered(harness) == recovery.RecoveryResult()


async def test_reservation_without_a_channel_is_discarded(harness: ServiceHarness) -> None:
    await harness.store.add(lifecycle.reserve(harness.press(values.OPENER), number=1, slot=0, at=harness.clock()))

    assert (await recovered(harness)).finished == 1
    assert not await harness.store.tickets_of(values.GUILD)
    await harness.open_ticket()


async def test_reservation_with_a_channel_is_attached_and_duplicates_are_deleted(harness: ServiceHarness) -> None:
    reserved = lifecycle.reserve(harness.press(values.OPENER), number=1, slot=0, at=harness.clock())
    await harness.store.add(reserved)
    first = (await harness.channels.create(reserved, values.CONFIG)).id
    await harness.channels.create(reserved, values.CONFIG)

    await recovered(harness)

    current = await harness.current(reserved)
    assert current is not None
    assert current.channel_id == first
    await harness.assert_consistent()


async def test_recent_work_is_left_to_its_process(harness: ServiceHarness) -> None:
    await harness.store.add(lifecycle.reserve(harness.press(values.OPENER), number=1, slot=0, at=harness.clock()))

    assert await recovery.recover(harness.service.effects) == recovery.RecoveryResult()
    assert await harness.store.tickets_of(values.GUILD)


async def other_process_opens(harness: ServiceHarness, *, created: bool = False) -> Ticket:
    """Record an opening of another process, whose channel it has created or not."""
    harness.clock.forward(DISCORD_EPOCH)
    request = attrs.evolve(harness.press(values.OPENER), id=InteractionId(values.NOW << 22))
    reserved = lifecycle.reserve(request, number=1, slot=0, at=harness.clock())
    reserved = lifecycle.own(reserved, OTHER)
    await harness.store.add(reserved)
    if created:
        await harness.channels.create(reserved, values.CONFIG)
    return reserved


async def test_work_of_a_living_process_is_left_to_it_however_long_it_takes(harness: ServiceHarness) -> None:
    reserved = await other_process_opens(harness)

    assert await recovered(harness) == recovery.RecoveryResult()
    assert await harness.current(reserved) == reserved


@pytest.mark.parametrize("created", [False, True])
async def test_opening_of_a_process_that_is_gone_is_finished_at_once(harness: ServiceHarness, *, created: bool) -> None:
    await other_process_opens(harness, created=created)
    harness.owners.gone.add(OTHER)

    assert (await recovery.recover(harness.service.effects)).finished == 1
    await harness.assert_consistent()
    assert len(harness.channels.channels) == 1


async def test_opening_that_nobody_waits_for_is_discarded(harness: ServiceHarness) -> None:
    reserved = await other_process_opens(harness)
    harness.owners.gone.add(OTHER)
    harness.clock.forward(15 * 60_000)

    assert (await recovery.recover(harness.service.effects)).finished == 1
    assert await harness.current(reserved) is None
    assert not harness.channels.channels


@pytest.mark.parametrize("ahead", [1, 10**12])
async def test_moment_in_the_future_delays_nothing_and_is_told(harness: ServiceHarness, ahead: int) -> None:
    closed = await harness.closed_ticket()
    unfinished = attrs.evolve(
        closed, notice=Notice.CLOSED, revision=closed.revision + 1, changed_at=Millis(harness.clock() + ahead)
    )
    await harness.store.swap(closed, unfinished)

    result = await recovery.recover(harness.service.effects)

    assert result.finished == 1
    assert bool(result.ahead) is (ahead > 1)
    await harness.assert_consistent()


async def test_doubt_that_began_in_the_future_is_over(harness: ServiceHarness) -> None:
    reserved = await reservation_in_doubt(harness)
    harness.clock.forward(-1000)

    assert (await recovery.recover(harness.service.effects)).finished == 1
    assert await harness.current(reserved) is None


async def test_channel_that_comes_while_there_is_doubt_is_attached(harness: ServiceHarness) -> None:
    reserved = await reservation_in_doubt(harness)
    await harness.channels.create(reserved, values.CONFIG)
    harness.clock.forward(1000)

    assert (await recovery.recover(harness.service.effects)).finished == 1
    await harness.assert_consistent()


async def test_second_channel_that_comes_while_there_is_doubt_is_deleted_once(harness: ServiceHarness) -> None:
    reserved = await reservation_in_doubt(harness)
    first = await harness.channels.create(reserved, values.CONFIG)
    await harness.channels.create(reserved, values.CONFIG)
    harness.clock.forward(1000)

    assert (await recovery.recover(harness.service.effects)).finished == 1
    assert harness.channels.calls.count("delete_unused") == 1
    assert set(harness.channels.channels) == {first.id}
    await harness.assert_consistent()


async def test_what_was_given_up_is_tried_again_after_ever_longer_pauses(harness: ServiceHarness) -> None:
    await closed_without_notice(harness)
    pauses: list[int] = []
    begun = harness.clock()
    for _ in range(300):
        harness.clock.forward(1000)
        harness.channels.fail("post_notice", DOWN)
        if (await recovery.finish_all(harness.service.effects)).failures:
            pauses.append((harness.clock() - begun) // 1000)
            begun = harness.clock()
    harness.channels.failures.clear()

    assert pauses[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    await recovered(harness)
    await harness.assert_consistent()


async def test_ticket_that_cannot_be_finished_for_a_day_is_set_aside_and_tried_daily(harness: ServiceHarness) -> None:
    ticket = await closed_without_notice(harness)
    tried: list[tuple[int, bool]] = []
    for minute in range(1, 3 * 24 * 60):
        harness.clock.forward(60_000)
        harness.channels.fail("post_notice", DOWN)
        result = await recovery.finish_all(harness.service.effects)
        if result.failures:
            tried.append((minute, bool(result.set_aside)))
    harness.channels.failures.clear()
    day = 24 * 60

    assert tried[:3] == [(1, False), (2, False), (3, False)]
    assert [minute for minute, is_set_aside in tried if is_set_aside] == [day + 1, 2 * day + 1]
    assert [minute for minute, _ in tried if minute > day + 1] == [2 * day + 1]
    harness.clock.forward(day * 60_000)
    assert (await recovery.finish_all(harness.service.effects)).finished == 1
    current = await harness.current(ticket)
    assert current is not None
    assert current.failing_since is None


async def test_ticket_that_was_set_aside_is_finished_at_once_by_a_press(harness: ServiceHarness) -> None:
    ticket = await closed_without_notice(harness)
    for pause, is_set_aside in ((60_000, False), (lifecycle.SET_ASIDE_AFTER, True)):
        harness.clock.forward(pause)
        harness.channels.fail("post_notice", DOWN)
        assert bool((await recovery.finish_all(harness.service.effects)).set_aside) is is_set_aside
    harness.clock.forward(60_000)
    assert await recovered(harness) == recovery.RecoveryResult()

    await harness.service.run(actions.REOPEN, harness.press(values.STAFF, ticket.channel_id))

    current = await harness.current(ticket)
    assert current is not None
    assert (current.state, current.is_unfinished, current.failing_since) == (TicketState.OPEN, False, None)
    await harness.assert_consistent()


async def test_failure_that_was_noted_in_the_future_is_noted_anew(harness: ServiceHarness) -> None:
    ticket = await closed_without_notice(harness)
    for moved in (10**9, -(10**9)):
        harness.clock.forward(moved)
        harness.channels.fail("post_notice", DOWN)
        assert (await recovery.finish_all(harness.service.effects)).failures

    current = await harness.current(ticket)
    assert current is not None
    assert current.failing_since == harness.clock()


async def test_clock_that_is_set_back_delays_no_attempt(harness: ServiceHarness) -> None:
    await closed_without_notice(harness)
    harness.clock.forward(-10_000)

    assert (await recovery.finish_all(harness.service.effects)).finished == 1


async def test_ticket_that_another_process_takes_over_first_is_no_failure(harness: ServiceHarness) -> None:
    reserved = await other_process_opens(harness)
    harness.owners.gone.add(OTHER)
    harness.store.before_swaps.append(lambda: harness.store.discard(reserved))

    assert await recovery.recover(harness.service.effects) == recovery.RecoveryResult()


async def test_process_that_hung_does_nothing_that_another_did_meanwhile(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    await harness.owners.watch()
    harness.owners.hung = True

    async def take_over() -> None:
        current = await harness.current(ticket)
        assert current is not None
        await harness.store.swap(current, lifecycle.heartbeat(current, at=harness.clock()))

    async def nothing() -> None:
        pass

    harness.store.before_swaps += [nothing, take_over]
    with pytest.raises(errors.StaleTicketError):
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))

    assert harness.channels.calls.count("post_notice") == 1, "the welcome alone"
    assert harness.channels.calls.count("set_overwrite") == 1, "the other process closes the ticket"


async def test_process_that_hung_deletes_the_second_channel_that_it_made(harness: ServiceHarness) -> None:
    async def take_over() -> None:
        (current,) = await harness.store.tickets_of(values.GUILD)
        harness.owners.gone.add(OTHER)
        attached = lifecycle.attach_channel(current, ChannelId(77), at=harness.clock())
        await harness.store.swap(current, attached)

    harness.store.before_swaps.append(take_over)
    opened = await harness.open_ticket()

    assert opened.channel_id == 77
    assert not harness.channels.channels


async def test_unreadable_record_does_not_delay_the_others(harness: ServiceHarness) -> None:
    for number, guild_id in ((1, values.GUILD), (2, values.GUILD), (1, GuildId(5))):
        opener = values.OPENER if number == 1 else values.STAFF
        request = attrs.evolve(harness.press(opener), guild_id=guild_id)
        await harness.store.add(lifecycle.reserve(request, number=number, slot=0, at=harness.clock()))
    await harness.store.save_config(None, attrs.evolve(values.CONFIG, guild_id=GuildId(5)))
    harness.store.records[f"{values.GUILD}-1"]["opener"] = "x"
    harness.store.configurations[GuildId(5)]["staff_role_ids"] = "x"
    harness.clock.forward(harness.service.effects.takeover_after_ms + 1)

    result = await recovery.recover(harness.service.effects)

    assert (result.finished, result.failures) == (1, ())
    assert not await harness.store.tickets_of(values.GUILD)


@pytest.mark.parametrize("posted", [False, True])
async def test_missing_notice_is_posted_once(harness: ServiceHarness, *, posted: bool) -> None:
    ticket = await harness.open_ticket()
    harness.channels.fail("post_notice", DOWN, after=posted)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))

    await recovered(harness)

    assert ticket.channel_id is not None
    assert harness.channels.channels[ticket.channel_id].notices == [Notice.WELCOME, Notice.CLOSED]
    await harness.assert_consistent()


async def test_interrupted_deletion_is_finished_with_one_transcript(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    deleting = lifecycle.begin_deletion(closed, harness.press(values.STAFF, closed.channel_id), at=harness.clock())
    await harness.store.swap(closed, deleting)

    async def note(mark: str) -> Ticket:
        marked = lifecycle.mark_transcript(deleting, mark, at=harness.clock())
        await harness.store.swap(deleting, marked)
        return marked

    await harness.channels.post_transcript(
        deleting, values.CONFIG, History(messages=harness.channels.messages), note=note
    )

    assert (await recovered(harness)).finished == 1
    assert not harness.channels.channels
    assert not await harness.store.tickets_of(values.GUILD)
    assert len(harness.channels.transcripts) == 1


async def test_transcript_that_a_hanging_process_posts_meanwhile_is_deleted(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    deleting = lifecycle.begin_deletion(closed, harness.press(values.STAFF, closed.channel_id), at=harness.clock())
    await harness.store.swap(closed, deleting)

    async def arrive_late(ticket: Ticket) -> None:
        harness.channels.transcripts[MessageId(1)] = ticket.number

    harness.channels.on_transcript = arrive_late

    assert (await recovered(harness)).finished == 1
    assert list(harness.channels.transcripts.values()) == [closed.number]
    assert 1 not in harness.channels.transcripts


async def test_channel_that_could_not_be_deleted_is_deleted_later(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    harness.channels.fail("delete", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.run(actions.DELETE, harness.press(values.STAFF, closed.channel_id), harness.announce)

    await recovered(harness)

    assert not harness.channels.channels
    assert not await harness.store.tickets_of(values.GUILD)
    assert len(harness.channels.transcripts) == 1


async def test_failed_deletion_is_a_closed_ticket_again(harness: ServiceHarness) -> None:
    closed = await harness.closed_ticket()
    deleting = lifecycle.begin_deletion(closed, harness.press(values.STAFF, closed.channel_id), at=harness.clock())
    await harness.store.swap(closed, deleting)
    harness.channels.fail("verify_transcript", errors.TranscriptNotVerifiedError())

    assert len((await recovered(harness)).failures) == 1
    current = await harness.current(closed)
    assert current is not None
    assert current.state is TicketState.CLOSED


@pytest.mark.parametrize("error", [DOWN, errors.DiscordBusyError(60), errors.StoreUnavailableError()])
async def test_interrupted_deletion_is_tried_again_until_it_can_be_done(
    harness: ServiceHarness, error: errors.TicketError
) -> None:
    closed = await harness.closed_ticket()
    deleting = lifecycle.begin_deletion(closed, harness.press(values.STAFF, closed.channel_id), at=harness.clock())
    await harness.store.swap(closed, deleting)
    harness.channels.fail("history", error)

    assert (await recovered(harness)).failures == (error,)
    current = await harness.current(closed)
    assert current is not None
    assert current.state is TicketState.DELETING
    assert (await recovered(harness)).finished == 1
    assert not harness.channels.channels


async def test_ticket_that_an_incomplete_list_leaves_out_is_kept(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.channels.left_out.update(harness.channels.channels)

    assert (await recovered(harness)).dropped == 0
    assert await harness.current(ticket) == ticket


async def test_tickets_without_channel_are_dropped(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.channels.channels.clear()

    assert (await recovered(harness)).dropped == 1
    assert await harness.current(ticket) is None


async def test_each_round_checks_the_next_servers(harness: ServiceHarness) -> None:
    guilds = [GuildId(1000 + at) for at in range(recovery.GUILDS_PER_ROUND + 3)]
    for guild_id in guilds:
        await harness.store.save_config(None, attrs.evolve(values.CONFIG, guild_id=guild_id))
        reserved = lifecycle.reserve(harness.press(values.OPENER), number=1, slot=0, at=harness.clock())
        attached = attrs.evolve(reserved, guild_id=guild_id, state=TicketState.OPEN, channel_id=ChannelId(guild_id))
        await harness.store.add(attached)

    first = await recovery.recover(harness.service.effects)
    second = await recovery.recover(harness.service.effects, after=first.swept)

    # one of the servers has no tickets
    assert (first.dropped, second.dropped) == (recovery.GUILDS_PER_ROUND - 1, 4)
    assert second.swept == 0
    assert not [guild_id for guild_id in guilds if await harness.store.tickets_of(guild_id)]


async def test_server_in_which_a_channel_is_found_deleted_is_checked_in_the_next_round(harness: ServiceHarness) -> None:
    ticket, other = await harness.open_ticket(), await harness.open_ticket(values.STRANGER)
    harness.channels.channels.clear()
    with pytest.raises(errors.ChannelGoneError):
        await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))
    assert await harness.current(other) is not None

    after = GuildId(values.GUILD + 1)
    first = await recovery.recover(harness.service.effects, after=after)

    assert (first.dropped, first.swept) == (1, 0)
    assert await harness.current(other) is None
    assert (await recovery.recover(harness.service.effects, after=after)).dropped == 0


async def test_server_with_a_reason_is_checked_though_another_process_looks_at_the_others(
    harness: ServiceHarness,
) -> None:
    await harness.open_ticket()
    harness.channels.channels.clear()
    await recovery.recover(harness.service.effects, after=GuildId(values.GUILD + 1), every=60_000)
    idle = await recovery.recover(harness.service.effects, after=GuildId(5), every=60_000)
    harness.service.effects.work.suspect(values.GUILD)
    checked = await recovery.recover(harness.service.effects, after=GuildId(5), every=60_000)

    assert (idle.dropped, idle.swept) == (0, 5)
    assert (checked.dropped, checked.swept) == (1, 5)


async def test_guild_that_cannot_be_listed_keeps_its_tickets(harness: ServiceHarness) -> None:
    await harness.open_ticket()
    harness.channels.fail("audit", DOWN)

    assert (await recovered(harness)).failures == (DOWN,)
    assert await harness.store.tickets_of(values.GUILD)


async def test_failure_of_one_ticket_does_not_delay_the_others(harness: ServiceHarness) -> None:
    for number in (1, 2):
        member = values.STAFF if number == 1 else values.STRANGER
        await harness.store.add(lifecycle.reserve(harness.press(member), number=number, slot=0, at=harness.clock()))
    harness.channels.fail("find", DOWN)

    result = await recovered(harness)

    assert (result.finished, len(result.failures)) == (1, 1)


async def test_refused_notice_stays_pending(harness: ServiceHarness) -> None:
    await closed_without_notice(harness)
    harness.channels.fail("post_notice", errors.MissingPermissionsError())

    assert len((await recovered(harness)).failures) == 1
    await recovered(harness)

    await harness.assert_consistent()


class StoreThatFailsLater:
    """A store that accepts one swap and then fails."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._swaps = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    async def swap(self, before: Ticket, after: Ticket) -> None:
        self._swaps += 1
        if self._swaps > 1:
            raise errors.StoreUnavailableError
        await self._store.swap(before, after)


async def test_ticket_that_cannot_be_released_is_recovered_later(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.channels.fail("post_notice", DOWN)
    effects = attrs.evolve(harness.service.effects, store=cast("Any", StoreThatFailsLater(harness.store)))
    service = attrs.evolve(harness.service, effects=effects)
    with pytest.raises(errors.DiscordUnavailableError):
        await service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))

    await recovered(harness)

    await harness.assert_consistent()


async def reservation_in_doubt(harness: ServiceHarness) -> Ticket:
    """Return a reservation whose channel Discord may still create."""
    harness.channels.fail("create", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.open_ticket()
    (reserved,) = await harness.store.tickets_of(values.GUILD)
    return reserved


async def test_reservation_is_kept_while_its_channel_may_still_come(harness: ServiceHarness) -> None:
    reserved = await reservation_in_doubt(harness)

    assert (await recovery.recover(harness.service.effects)).finished == 0
    harness.clock.forward(2000)
    assert (await recovery.recover(harness.service.effects)).finished == 0, "the next attempt, which finds no channel"
    assert await harness.current(reserved) == reserved
    assert (await recovered(harness)).finished == 1
    assert await harness.current(reserved) is None


async def test_late_channel_of_an_opening_that_continued_is_removed(harness: ServiceHarness) -> None:
    reserved = await reservation_in_doubt(harness)
    opened = await harness.open_ticket()
    assert opened.number == reserved.number
    await harness.channels.create(reserved, values.CONFIG)

    await recovered(harness)

    assert set(harness.channels.channels) == {opened.channel_id}
    await harness.assert_consistent()


@pytest.mark.parametrize(("minutes", "removed"), [(4, True), (6, False)])
async def test_late_channel_is_removed_soon_though_another_process_looks_for_deleted_ones(
    harness: ServiceHarness, minutes: int, *, removed: bool
) -> None:
    await other_process_opens(harness)
    harness.owners.gone.add(OTHER)
    await recovery.recover(harness.service.effects)
    (ticket,) = await harness.store.tickets_of(values.GUILD)
    late = (await harness.channels.create(ticket, values.CONFIG)).id
    harness.clock.forward(minutes * 60_000)
    await harness.store.record_interaction(InteractionId(-(harness.clock() // 60_000)), now=harness.clock())

    await recovery.recover(harness.service.effects, every=60_000)

    assert (late not in harness.channels.channels) is removed


async def test_channel_that_may_hold_messages_outlives_a_refused_welcome(
    harness: ServiceHarness,
) -> None:
    reserved = lifecycle.reserve(harness.press(values.OPENER), number=1, slot=0, at=harness.clock())
    await harness.store.add(reserved)
    await harness.channels.create(reserved, values.CONFIG)
    harness.channels.fail("post_notice", errors.MissingPermissionsError())

    assert len((await recovered(harness)).failures) == 1
    assert len(harness.channels.channels) == 1
    await recovered(harness)
    await harness.assert_consistent()


async def test_channel_deleted_before_its_notice_is_posted_is_no_failure(harness: ServiceHarness) -> None:
    await closed_without_notice(harness)
    harness.channels.channels.clear()

    assert await recovered(harness) == recovery.RecoveryResult(dropped=1)


async def test_unexpected_error_of_one_ticket_does_not_stop_the_others(harness: ServiceHarness) -> None:
    for number, member in ((1, values.STAFF), (2, values.STRANGER)):
        await harness.store.add(lifecycle.reserve(harness.press(member), number=number, slot=0, at=harness.clock()))
    surprise = RuntimeError()
    harness.channels.fail("find", cast("Any", surprise))

    result = await recovered(harness)

    assert (result.finished, result.failures) == (1, (surprise,))


async def test_more_than_one_page_of_unfinished_tickets_is_finished(harness: ServiceHarness) -> None:
    for number in range(1, 251):
        member = attrs.evolve(values.OPENER, id=type(values.OPENER.id)(number))
        await harness.store.add(lifecycle.reserve(harness.press(member), number=number, slot=0, at=harness.clock()))

    assert (await recovered(harness)).finished == 250


async def test_ticket_that_another_process_dropped_first_is_no_failure(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    harness.channels.channels.clear()
    audit = harness.channels.audit

    async def slow(*arguments: Any) -> Any:  # noqa: ANN401 - whatever the port takes and gives
        found = await audit(*arguments)
        await harness.store.discard(ticket)
        return found

    effects = attrs.evolve(
        harness.service.effects,
        channels=cast("Any", ChannelsWithAudit(harness.channels, slow)),
        transcripts=harness.channels,
    )

    assert await recovery.recover(effects) == recovery.RecoveryResult()


async def test_one_of_several_processes_looks_for_deleted_channels(harness: ServiceHarness) -> None:
    for _ in range(3):
        ticket = await harness.open_ticket()
        harness.channels.channels.clear()

        dropped = [(await recovery.recover(harness.service.effects, every=60_000)).dropped for _ in range(3)]

        assert dropped == [1, 0, 0]
        assert await harness.current(ticket) is None
        assert harness.channels.calls.count("audit") == 1
        harness.channels.calls.clear()
        harness.clock.forward(60_000)


class ChannelsWithAudit:
    """Channels whose ``audit`` is replaced."""

    def __init__(self, channels: object, audit: object) -> None:
        self._channels = channels
        self.audit = audit

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the channels have
        return getattr(self._channels, name)


async def test_server_that_the_bot_was_removed_from_is_noticed_once_and_tried_again_slowly(
    harness: ServiceHarness,
) -> None:
    ticket = await harness.open_ticket()
    absent = recovery.AbsentGuilds()
    removed = errors.DiscordRefusedError(10004)
    harness.channels.fail("audit", removed)
    first = await recovery.recover(harness.service.effects, absent=absent)
    second = await recovery.recover(harness.service.effects, absent=absent)
    audits = harness.channels.calls.count("audit")
    harness.clock.forward(recovery.ABSENT_RETRY)
    harness.channels.fail("audit", removed)
    later = await recovery.recover(harness.service.effects, absent=absent)
    harness.clock.forward(recovery.ABSENT_RETRY)
    back = await recovery.recover(harness.service.effects, absent=absent)
    harness.channels.fail("audit", removed)
    again = await recovery.recover(harness.service.effects, absent=absent)

    assert (first.absent, first.failures) == ((values.GUILD,), ())
    assert second == recovery.RecoveryResult()
    assert audits == 1
    assert (later.absent, later.failures) == ((), ())
    assert back == recovery.RecoveryResult()
    assert again.absent == (values.GUILD,)
    assert await harness.current(ticket) == ticket, "its records stay"


async def test_unfinished_ticket_of_a_server_without_the_bot_is_left_alone(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    unfinished = attrs.evolve(ticket, notice=Notice.CLAIMED, revision=ticket.revision + 1)
    await harness.store.swap(ticket, unfinished)
    absent = recovery.AbsentGuilds()
    absent.add(values.GUILD, harness.clock())
    harness.clock.forward(harness.service.effects.takeover_after_ms + 1)

    assert await recovery.recover(harness.service.effects, absent=absent) == recovery.RecoveryResult()
    assert await harness.current(ticket) == unfinished


@pytest.mark.parametrize("refusal", [errors.DiscordRefusedError(10004), errors.MissingPermissionsError()])
async def test_removal_is_noticed_by_an_unfinished_ticket(harness: ServiceHarness, refusal: errors.TicketError) -> None:
    ticket = await harness.open_ticket()
    unfinished = attrs.evolve(ticket, notice=Notice.CLAIMED, revision=ticket.revision + 1)
    await harness.store.swap(ticket, unfinished)
    harness.channels.fail("has_notice", refusal)
    harness.channels.fail("audit", refusal)
    absent = recovery.AbsentGuilds()
    harness.clock.forward(harness.service.effects.takeover_after_ms + 1)
    found = await recovery.recover(harness.service.effects, absent=absent)

    assert (found.absent, found.failures) == ((values.GUILD,), ())
    assert absent.is_skipped(values.GUILD, harness.clock())
    current = await harness.current(ticket)
    assert current is not None
    assert current.notice is Notice.CLAIMED, "it is finished when the bot is back"


async def test_missing_permission_in_one_channel_is_no_removal(harness: ServiceHarness) -> None:
    ticket = await harness.open_ticket()
    unfinished = attrs.evolve(ticket, notice=Notice.CLAIMED, revision=ticket.revision + 1)
    await harness.store.swap(ticket, unfinished)
    harness.channels.fail("has_notice", errors.MissingPermissionsError(ticket.channel_id))
    harness.clock.forward(harness.service.effects.takeover_after_ms + 1)
    found = await recovery.recover(harness.service.effects)

    assert found.absent == ()
    assert len(found.failures) == 1
