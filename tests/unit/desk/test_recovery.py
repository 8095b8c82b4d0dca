from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.desk import recovery
from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import ChannelId, GuildId, Notice, TicketState

if TYPE_CHECKING:
    from tests.fakes.store import MemoryStore
    from tests.unit.desk.conftest import House
    from ticketbot.tickets.model import Ticket

DOWN = errors.DiscordUnavailableError()


async def recovered(house: House) -> recovery.Recovered:
    house.clock.forward(house.desk.at_work + 1)
    return await recovery.recover(house.desk)


async def test_nothing_to_do_is_no_work(house: House) -> None:
    await house.opened()

    assert await recovered(house) == recovery.Recovered()


async def test_reservation_without_channel_is_given_back(house: House) -> None:
    await house.store.add(lifecycle.reserve(house.press(values.OPENER), number=1, slot=0, at=house.clock()))

    assert (await recovered(house)).finished == 1
    assert not await house.store.tickets_of(values.GUILD)
    await house.opened()


async def test_reservation_with_channel_is_seated_and_doubles_go(house: House) -> None:
    reserved = lifecycle.reserve(house.press(values.OPENER), number=1, slot=0, at=house.clock())
    await house.store.add(reserved)
    first = (await house.channels.create(reserved, values.CONFIG)).id
    await house.channels.create(reserved, values.CONFIG)

    await recovered(house)

    current = await house.current(reserved)
    assert current is not None
    assert current.channel_id == first
    await house.require_in_order()


async def test_young_work_is_left_to_whoever_does_it(house: House) -> None:
    await house.store.add(lifecycle.reserve(house.press(values.OPENER), number=1, slot=0, at=house.clock()))

    assert await recovery.recover(house.desk) == recovery.Recovered()
    assert await house.store.tickets_of(values.GUILD)


async def test_leased_work_is_left_to_whoever_holds_the_lease(house: House) -> None:
    reserved = lifecycle.reserve(house.press(values.OPENER), number=1, slot=0, at=house.clock())
    await house.store.add(reserved)
    house.clock.forward(house.desk.at_work + 1)
    now = house.clock()
    assert await house.store.lease(reserved, now=now, until=type(now)(now + house.desk.at_work))

    assert (await recovery.recover(house.desk)).finished == 0
    assert await house.store.tickets_of(values.GUILD)


@pytest.mark.parametrize("posted", [False, True])
async def test_missing_notice_is_brought_once(house: House, *, posted: bool) -> None:
    ticket = await house.opened()
    house.channels.fail("post_notice", DOWN, after=posted)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.desk.close(house.press(values.STAFF, ticket.channel_id))

    await recovered(house)

    assert ticket.channel_id is not None
    assert house.channels.channels[ticket.channel_id].notices == [Notice.WELCOME, Notice.CLOSED]
    await house.require_in_order()


async def test_interrupted_deletion_is_finished_with_one_transcript(house: House) -> None:
    closed = await house.closed()
    deleting = lifecycle.begin_deletion(closed, house.press(values.STAFF, closed.channel_id), at=house.clock())
    await house.store.swap(closed, deleting)

    async def note(mark: str) -> Ticket:
        marked = lifecycle.mark_transcript(deleting, mark, at=house.clock())
        await house.store.swap(deleting, marked)
        return marked

    await house.channels.post_transcript(deleting, values.CONFIG, [b'{"id": "1"}', b'{"id": "2"}'], note=note)

    assert (await recovered(house)).finished == 1
    assert not house.channels.channels
    assert not await house.store.tickets_of(values.GUILD)
    assert len(house.channels.transcripts) == 1


async def test_channel_that_could_not_be_deleted_is_deleted_later(house: House) -> None:
    closed = await house.closed()
    house.channels.fail("delete", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.desk.delete(house.press(values.STAFF, closed.channel_id), house.announce)

    await recovered(house)

    assert not house.channels.channels
    assert not await house.store.tickets_of(values.GUILD)
    assert len(house.channels.transcripts) == 1


async def test_failed_deletion_is_a_closed_ticket_again(house: House) -> None:
    closed = await house.closed()
    deleting = lifecycle.begin_deletion(closed, house.press(values.STAFF, closed.channel_id), at=house.clock())
    await house.store.swap(closed, deleting)
    house.channels.fail("verify_transcript", errors.TranscriptNotVerifiedError())

    assert len((await recovered(house)).failures) == 1
    current = await house.current(closed)
    assert current is not None
    assert current.state is TicketState.CLOSED


@pytest.mark.parametrize("error", [DOWN, errors.DiscordBusyError(60), errors.StoreUnavailableError()])
async def test_interrupted_deletion_is_tried_again_until_it_can_be_done(
    house: House, error: errors.TicketError
) -> None:
    closed = await house.closed()
    deleting = lifecycle.begin_deletion(closed, house.press(values.STAFF, closed.channel_id), at=house.clock())
    await house.store.swap(closed, deleting)
    house.channels.fail("history", error)

    assert (await recovered(house)).failures == (error,)
    current = await house.current(closed)
    assert current is not None
    assert current.state is TicketState.DELETING
    assert (await recovered(house)).finished == 1
    assert not house.channels.channels


async def test_ticket_that_an_incomplete_list_leaves_out_is_kept(house: House) -> None:
    ticket = await house.opened()
    house.channels.left_out.update(house.channels.channels)

    assert (await recovered(house)).dropped == 0
    assert await house.current(ticket) == ticket


async def test_tickets_without_channel_are_dropped(house: House) -> None:
    ticket = await house.opened()
    house.channels.channels.clear()

    assert (await recovered(house)).dropped == 1
    assert await house.current(ticket) is None


async def test_a_round_looks_at_some_servers_and_the_next_goes_on(house: House) -> None:
    guilds = [GuildId(1000 + at) for at in range(recovery.GUILDS_A_ROUND + 3)]
    for guild_id in guilds:
        await house.store.save_config(None, attrs.evolve(values.CONFIG, guild_id=guild_id))
        reserved = lifecycle.reserve(house.press(values.OPENER), number=1, slot=0, at=house.clock())
        seated = attrs.evolve(reserved, guild_id=guild_id, state=TicketState.OPEN, channel_id=ChannelId(guild_id))
        await house.store.add(seated)

    first = await recovery.recover(house.desk)
    second = await recovery.recover(house.desk, after=first.swept)

    # one of the servers has no tickets
    assert (first.dropped, second.dropped) == (recovery.GUILDS_A_ROUND - 1, 4)
    assert second.swept == 0
    assert not [guild_id for guild_id in guilds if await house.store.tickets_of(guild_id)]


async def test_guild_that_cannot_be_listed_keeps_its_tickets(house: House) -> None:
    await house.opened()
    house.channels.fail("census", DOWN)

    assert (await recovered(house)).failures == (DOWN,)
    assert await house.store.tickets_of(values.GUILD)


async def test_one_tickets_trouble_does_not_hold_the_others_up(house: House) -> None:
    for number in (1, 2):
        member = values.STAFF if number == 1 else values.STRANGER
        await house.store.add(lifecycle.reserve(house.press(member), number=number, slot=0, at=house.clock()))
    house.channels.fail("find", DOWN)

    result = await recovered(house)

    assert (result.finished, len(result.failures)) == (1, 1)


async def test_notice_that_is_refused_stays_owed(house: House) -> None:
    ticket = await house.opened()
    house.channels.fail("post_notice", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.desk.close(house.press(values.STAFF, ticket.channel_id))
    house.channels.fail("post_notice", errors.MissingPermissionsError())

    assert len((await recovered(house)).failures) == 1
    await recovered(house)

    await house.require_in_order()


class Forgetful:
    """A store that takes the first swap and then none any more."""

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


async def test_ticket_that_cannot_even_be_let_go_is_recovered_later(house: House) -> None:
    ticket = await house.opened()
    house.channels.fail("post_notice", DOWN)
    desk = attrs.evolve(house.desk, store=cast("Any", Forgetful(house.store)))
    with pytest.raises(errors.DiscordUnavailableError):
        await desk.close(house.press(values.STAFF, ticket.channel_id))

    await recovered(house)

    await house.require_in_order()


async def doubtful(house: House) -> Ticket:
    """Leave a reservation whose channel Discord may still create."""
    house.channels.fail("create", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.opened()
    (reserved,) = await house.store.tickets_of(values.GUILD)
    return reserved


async def test_reservation_is_kept_while_its_channel_may_still_come(house: House) -> None:
    reserved = await doubtful(house)

    assert (await recovery.recover(house.desk)).finished == 0
    assert await house.current(reserved) == reserved
    assert (await recovered(house)).finished == 1
    assert await house.current(reserved) is None


async def test_late_channel_of_an_opening_that_went_on_is_removed(house: House) -> None:
    reserved = await doubtful(house)
    opened = await house.opened()
    assert opened.number == reserved.number
    await house.channels.create(reserved, values.CONFIG)

    await recovered(house)

    assert set(house.channels.channels) == {opened.channel_id}
    await house.require_in_order()


async def test_channel_in_which_something_may_have_been_said_outlives_a_refused_welcome(house: House) -> None:
    reserved = lifecycle.reserve(house.press(values.OPENER), number=1, slot=0, at=house.clock())
    await house.store.add(reserved)
    await house.channels.create(reserved, values.CONFIG)
    house.channels.fail("post_notice", errors.MissingPermissionsError())

    assert len((await recovered(house)).failures) == 1
    assert len(house.channels.channels) == 1
    await recovered(house)
    await house.require_in_order()


async def test_channel_that_is_gone_when_its_notice_is_brought_is_no_failure(house: House) -> None:
    ticket = await house.opened()
    house.channels.fail("post_notice", DOWN)
    with pytest.raises(errors.DiscordUnavailableError):
        await house.desk.close(house.press(values.STAFF, ticket.channel_id))
    house.channels.channels.clear()

    assert await recovered(house) == recovery.Recovered(dropped=1)


async def test_whatever_one_ticket_raises_the_others_are_finished(house: House) -> None:
    for number, member in ((1, values.STAFF), (2, values.STRANGER)):
        await house.store.add(lifecycle.reserve(house.press(member), number=number, slot=0, at=house.clock()))
    surprise = RuntimeError()
    house.channels.fail("find", cast("Any", surprise))

    result = await recovered(house)

    assert (result.finished, result.failures) == (1, (surprise,))


async def test_more_than_one_page_of_unfinished_tickets_is_finished(house: House) -> None:
    for number in range(1, 251):
        member = attrs.evolve(values.OPENER, id=type(values.OPENER.id)(number))
        await house.store.add(lifecycle.reserve(house.press(member), number=number, slot=0, at=house.clock()))

    assert (await recovered(house)).finished == 250


async def test_ticket_that_another_process_dropped_first_is_no_failure(house: House) -> None:
    ticket = await house.opened()
    house.channels.channels.clear()
    census = house.channels.census

    async def slow(*arguments: Any) -> Any:  # noqa: ANN401 - whatever the port takes and gives
        found = await census(*arguments)
        await house.store.discard(ticket)
        return found

    desk = attrs.evolve(house.desk, channels=cast("Any", Counted(house.channels, slow)))

    assert await recovery.recover(desk) == recovery.Recovered()


async def test_of_several_processes_one_looks_for_channels_that_are_gone(house: House) -> None:
    for _ in range(3):
        ticket = await house.opened()
        house.channels.channels.clear()

        dropped = [(await recovery.recover(house.desk, every=60_000)).dropped for _ in range(3)]

        assert dropped == [1, 0, 0]
        assert await house.current(ticket) is None
        assert house.channels.calls.count("census") == 1
        house.channels.calls.clear()
        house.clock.forward(60_000)


class Counted:
    """Channels that are looked at in a way of their own."""

    def __init__(self, channels: object, census: object) -> None:
        self._channels = channels
        self.census = census

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the channels have
        return getattr(self._channels, name)
