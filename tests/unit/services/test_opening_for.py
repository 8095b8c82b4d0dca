"""Tickets about a message, and tickets that staff opens for a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import actions, errors, lifecycle
from ticketbot.tickets.answers import Quote
from ticketbot.tickets.ids import ChannelId, MessageId, TopicId, UserId
from ticketbot.tickets.topics import Topic

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.model import GuildConfig, Member, Request

QUOTE = Quote(
    author_id=UserId(5), author_name="Bob", channel_id=ChannelId(6), message_id=MessageId(7), text="Vous trichez"
)
OTHER_QUOTE = attrs.evolve(QUOTE, message_id=MessageId(8))
EXPERT = attrs.evolve(values.STRANGER, id=UserId(9))
TOPIC = Topic(id=TopicId(1), name="Signalement", staff_role_ids=tuple(EXPERT.role_ids))


def request_for(harness: ServiceHarness, staff: Member = values.STAFF, opener: Member = values.OPENER) -> Request:
    return attrs.evolve(harness.press(opener), opened_by=staff)


async def with_topics(harness: ServiceHarness, *topics: Topic) -> None:
    config = await harness.service.config(values.GUILD)
    changed: GuildConfig = attrs.evolve(config, topics=topics, revision=config.revision + 1)
    await harness.store.save_config(config, changed)


async def test_member_is_the_opener_and_staff_is_named(harness: ServiceHarness) -> None:
    ticket = await harness.service.open(request_for(harness))

    assert (ticket.opener_id, ticket.opened_by_id) == (values.OPENER.id, values.STAFF.id)
    assert ticket.opened_by_name == values.STAFF.display_name
    claimed = await harness.service.run(actions.CLAIM, harness.press(values.STAFF, ticket.channel_id))
    assert claimed.claimer_id == values.STAFF.id


async def test_ticket_that_staff_opened_counts_for_the_members_limit(harness: ServiceHarness) -> None:
    await harness.service.open(request_for(harness))

    with pytest.raises(errors.AlreadyOpenError):
        await harness.service.open(request_for(harness, values.ADMINISTRATOR))
    with pytest.raises(errors.AlreadyOpenError):
        await harness.open_ticket()


@pytest.mark.parametrize(
    ("staff", "opener", "refusal"),
    [
        (values.STAFF, values.STAFF, errors.OwnTicketError),
        (values.STAFF, attrs.evolve(values.OPENER, is_bot=True), errors.BotOpenerError),
        (values.STRANGER, values.OPENER, errors.NotStaffError),
    ],
)
async def test_refused_openings(
    harness: ServiceHarness, staff: Member, opener: Member, refusal: type[errors.TicketError]
) -> None:
    with pytest.raises(refusal):
        await harness.service.open(request_for(harness, staff, opener))
    with pytest.raises(refusal):
        await harness.service.check_may_open(request_for(harness, staff, opener))

    assert not harness.channels.channels


async def test_topics_own_staff_opens_for_members_without_its_roles(harness: ServiceHarness) -> None:
    await with_topics(harness, attrs.evolve(TOPIC, required_role_ids=(values.STAFF_ROLE,)))
    asked = attrs.evolve(request_for(harness, EXPERT), topic_id=TOPIC.id)

    with pytest.raises(errors.NotStaffError):
        await harness.service.open(attrs.evolve(request_for(harness), topic_id=TOPIC.id))
    assert (await harness.service.open(asked)).topic_id == TOPIC.id


@pytest.mark.parametrize("topics", [(), (attrs.evolve(TOPIC, is_enabled=False),)])
async def test_topic_that_is_gone_is_refused(harness: ServiceHarness, topics: tuple[Topic, ...]) -> None:
    await with_topics(harness, *topics)

    with pytest.raises(errors.TopicGoneError):
        await harness.service.open(attrs.evolve(request_for(harness, EXPERT), topic_id=TOPIC.id))


async def test_quote_is_forgotten_once_it_is_shown(harness: ServiceHarness) -> None:
    ticket = await harness.service.open(attrs.evolve(harness.press(values.OPENER), quote=QUOTE))

    assert ticket.quote is None


async def test_quote_of_a_later_request_is_shown_where_a_process_died(harness: ServiceHarness) -> None:
    harness.channels.fail("create", errors.DiscordUnavailableError())
    with pytest.raises(errors.DiscordUnavailableError):
        await harness.service.open(attrs.evolve(harness.press(values.OPENER), quote=QUOTE))
    (reserved,) = await harness.store.tickets_of(values.GUILD)
    assert reserved.quote == QUOTE

    again = lifecycle.answer_again(reserved, attrs.evolve(values.press(), quote=OTHER_QUOTE), at=values.NOW)
    assert again.quote == OTHER_QUOTE
    assert lifecycle.answer_again(reserved, values.press(), at=values.NOW).quote == QUOTE
    opened = await harness.service.open(attrs.evolve(harness.press(values.OPENER), quote=OTHER_QUOTE))

    assert opened.channel_id in harness.channels.channels
    await harness.assert_consistent()
