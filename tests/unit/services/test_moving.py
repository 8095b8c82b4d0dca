"""Moving a ticket to another topic."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services import recovery
from ticketbot.tickets import actions, errors
from ticketbot.tickets.model import (
    ChannelId,
    GuildConfig,
    Member,
    Participant,
    Request,
    RoleId,
    Ticket,
    TicketState,
    TopicId,
    UserId,
)
from ticketbot.tickets.permissions import PARTICIPANT
from ticketbot.tickets.topics import Topic

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness

OLD_ROLES = [Participant(id=role_id, is_role=True) for role_id in values.CONFIG.staff_role_ids]
NEW_ROLE = Participant(id=302, is_role=True)
THERE = Topic(
    id=TopicId(1),
    name="Signalement",
    category_id=ChannelId(204),
    staff_role_ids=(RoleId(NEW_ROLE.id), values.CONFIG.staff_role_ids[1]),
)
SAME_TEAM = Topic(id=TopicId(2), name="Autre", staff_role_ids=values.CONFIG.staff_role_ids)
OFF = Topic(id=TopicId(3), name="Ancien", is_enabled=False)
CONFIG = attrs.evolve(values.CONFIG, topics=(THERE, SAME_TEAM, OFF), revision=1)
EXPERT = Member(id=UserId(8), display_name="Expert", role_ids=frozenset({RoleId(NEW_ROLE.id)}))
OF_BOTH = attrs.evolve(values.STAFF, id=UserId(9), role_ids=values.STAFF.role_ids | EXPERT.role_ids)
DOWN = errors.DiscordUnavailableError()


async def opened(harness: ServiceHarness, claimer: Member | None = None) -> Ticket:
    await harness.store.save_config(values.CONFIG, CONFIG)
    ticket = await harness.open_ticket()
    if claimer is not None:
        harness.channels.members[claimer.id] = claimer
        ticket = await harness.service.run(actions.CLAIM, harness.press(claimer, ticket.channel_id))
    return ticket


def request_for(harness: ServiceHarness, ticket: Ticket, topic: str, by: Member = values.STAFF) -> Request:
    return attrs.evolve(harness.press(by, ticket.channel_id), inputs={"sujet": topic})


async def move(
    harness: ServiceHarness, ticket: Ticket, topic: str = "Signalement", by: Member = values.STAFF
) -> Ticket:
    return await harness.service.run(actions.MOVE, request_for(harness, ticket, topic, by))


def is_in_place(harness: ServiceHarness, ticket: Ticket) -> bool:
    """Return whether the channel is in the new category, and its new team sees it as the old one did."""
    assert ticket.channel_id is not None
    channel = harness.channels.channels[ticket.channel_id]
    assert OLD_ROLES[0] not in channel.overwrites, "they were deleted, or are those of the creation"
    return channel.category_id == 204 and channel.overwrites[NEW_ROLE].allow == PARTICIPANT


@pytest.mark.parametrize("wanted", ["1", "signalement "])
async def test_category_and_team_change_and_the_rest_stays(harness: ServiceHarness, wanted: str) -> None:
    ticket = await opened(harness)

    moved = await move(harness, ticket, wanted)

    assert (moved.topic_id, moved.number, moved.is_misplaced, moved.stale_overwrites) == (1, ticket.number, None, ())
    assert is_in_place(harness, moved)
    assert harness.channels.calls[-4:] == ["place", "set_overwrite", "set_overwrite", "post_notice"]
    await harness.assert_consistent()


async def test_team_that_stays_costs_no_overwrite(harness: ServiceHarness) -> None:
    ticket = await opened(harness, values.STAFF)

    moved = await move(harness, ticket, "Autre")

    assert harness.channels.calls[-2:] == ["place", "post_notice"]
    assert moved.claimer_id == values.STAFF.id


@pytest.mark.parametrize(
    ("claimer", "by", "stays"),
    [
        (values.STAFF, values.STAFF, False),
        (values.STAFF, values.ADMINISTRATOR, False),
        (attrs.evolve(values.STAFF, role_ids=values.STAFF.role_ids | EXPERT.role_ids), values.STAFF, True),
        (
            attrs.evolve(values.STAFF, id=UserId(9), role_ids=values.STAFF.role_ids | EXPERT.role_ids),
            values.STAFF,
            True,
        ),
        (values.ADMINISTRATOR, values.ADMINISTRATOR, True),
    ],
)
async def test_claim_is_kept_by_staff_of_the_new_topic_alone(
    harness: ServiceHarness, claimer: Member, by: Member, *, stays: bool
) -> None:
    ticket = await opened(harness, claimer)
    by = claimer if by.id == claimer.id else by

    moved = await move(harness, ticket, by=by)

    assert moved.claimer_id == (claimer.id if stays else None)


async def test_claimer_who_left_the_server_gives_the_claim_up(harness: ServiceHarness) -> None:
    ticket = await opened(harness, values.STAFF)
    harness.channels.members.clear()

    assert (await move(harness, ticket, by=values.ADMINISTRATOR)).claimer_id is None


@pytest.mark.parametrize("wanted", ["9", "Ancien", "3", ""])
async def test_topic_that_is_not_offered_is_refused(harness: ServiceHarness, wanted: str) -> None:
    ticket = await opened(harness)

    with pytest.raises(errors.UnknownTopicError):
        await move(harness, ticket, wanted)


async def test_only_its_staff_move_a_ticket_and_only_to_another_topic(harness: ServiceHarness) -> None:
    ticket = await move(harness, await opened(harness))

    with pytest.raises(errors.SameTopicError):
        await move(harness, ticket, by=EXPERT)
    with pytest.raises(errors.NotStaffError):
        await move(harness, ticket, "Autre")


@pytest.mark.parametrize("closed_category_id", [None, ChannelId(777)])
async def test_closed_ticket_is_moved_and_stays_closed(
    harness: ServiceHarness, closed_category_id: ChannelId | None
) -> None:
    ticket = await opened(harness)
    settings = attrs.evolve(CONFIG, closed_category_id=closed_category_id, revision=CONFIG.revision + 1)
    await harness.store.save_config(CONFIG, settings)
    await harness.service.run(actions.CLOSE, harness.press(values.STAFF, ticket.channel_id))

    moved = await move(harness, ticket)

    assert (moved.state, moved.topic_id) == (TicketState.CLOSED, 1)
    assert ticket.channel_id is not None
    channel = harness.channels.channels[ticket.channel_id]
    assert (channel.category_id, channel.opener_sees) == (closed_category_id or 204, False)
    assert channel.overwrites[NEW_ROLE].allow == PARTICIPANT
    await harness.assert_consistent()


@pytest.mark.parametrize("call", ["place", "set_overwrite", "post_notice"])
@pytest.mark.parametrize("after", [False, True])
async def test_recovery_finishes_a_move_that_broke_off(harness: ServiceHarness, call: str, *, after: bool) -> None:
    ticket = await opened(harness)
    harness.channels.fail(call, DOWN, after=after)
    with pytest.raises(errors.DiscordUnavailableError):
        await move(harness, ticket)
    harness.clock.forward(120_000)

    await recovery.recover(harness.service.effects)

    current = await harness.current(ticket)
    assert current is not None
    assert (current.topic_id, current.is_misplaced) == (1, None)
    assert is_in_place(harness, current)
    await harness.assert_consistent()


@pytest.mark.parametrize("call", ["place", "set_overwrite"])
async def test_move_that_discord_refuses_is_undone(harness: ServiceHarness, call: str) -> None:
    ticket = await opened(harness)
    harness.channels.fail(call, errors.CategoryFullError() if call == "place" else errors.MissingPermissionsError())

    with pytest.raises(errors.TicketError):
        await move(harness, ticket)

    current = await harness.current(ticket)
    assert current is not None
    assert ticket.channel_id is not None
    channel = harness.channels.channels[ticket.channel_id]
    assert (current.topic_id, current.is_misplaced, current.notice) == (None, None, None)
    assert channel.category_id == values.CONFIG.category_id
    assert NEW_ROLE not in channel.overwrites


async def test_claim_at_the_same_time_leaves_both_done(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    both = attrs.evolve(values.STAFF, role_ids=values.STAFF.role_ids | EXPERT.role_ids)
    harness.channels.members[both.id] = both

    ended = await asyncio.gather(
        move(harness, ticket),
        harness.service.run(actions.CLAIM, harness.press(both, ticket.channel_id)),
        return_exceptions=True,
    )

    assert all(isinstance(one, Ticket) for one in ended), ended
    current = await harness.current(ticket)
    assert current is not None
    assert (current.topic_id, current.is_misplaced) == (1, None)
    assert is_in_place(harness, current)


async def test_move_that_others_overtook_places_the_channel_by_the_latest_record(harness: ServiceHarness) -> None:
    ticket = await opened(harness)
    harness.service = attrs.evolve(harness.service, move_pause=0.0)
    harness.channels.notice_delay = 0.05
    moving = asyncio.create_task(move(harness, ticket))
    await asyncio.sleep(0.02)
    harness.channels.notice_delay = 0.0

    await harness.service.run(actions.CLAIM, harness.press(EXPERT, ticket.channel_id))
    await moving

    current = await harness.current(ticket)
    assert current is not None
    assert (current.claimer_id, current.is_misplaced) == (EXPERT.id, None)
    assert is_in_place(harness, current)
    assert harness.channels.calls.count("place") == 3, "by the move, by the claim, and once more by the latest record"


async def test_menu_offers_moves_where_there_are_topics(harness: ServiceHarness) -> None:
    ticket = await opened(harness)

    assert actions.MOVE.is_possible(ticket, CONFIG, values.STAFF)
    assert not actions.MOVE.is_possible(ticket, values.CONFIG, values.STAFF)


async def test_topic_that_is_deleted_meanwhile_keeps_its_staff_and_place(harness: ServiceHarness) -> None:
    from ticketbot.tickets import topic_lists  # noqa: PLC0415 - of this test alone

    ticket = await opened(harness)
    without: GuildConfig = topic_lists.replace_topics(
        CONFIG, (), overflow_category_ids=(), in_use=(), at=harness.clock()
    )
    request = request_for(harness, ticket, "Signalement")
    harness.channels.before_overwrite = None

    moving = asyncio.create_task(harness.service.run(actions.MOVE, request))
    await harness.store.save_config(CONFIG, without)
    ended = (await asyncio.gather(moving, return_exceptions=True))[0]

    current = await harness.current(ticket)
    assert current is not None
    if isinstance(ended, errors.UnknownTopicError):
        assert current.topic_id is None
    else:
        assert is_in_place(harness, current)
        assert await harness.service.check(actions.INFO, harness.press(EXPERT, ticket.channel_id))
