"""Tickets of topics: who may open one, how many, and what stays when a server is configured again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services.configuration import ConfigurationService
from ticketbot.tickets import actions, errors
from ticketbot.tickets.answers import Answer
from ticketbot.tickets.model import ChannelId, InteractionId, Member, Notice, RoleId, Ticket, TopicId
from ticketbot.tickets.topics import Topic

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness

REPORT = Topic(id=TopicId(1), name="Signalement", max_open_tickets=1)
IDEA = Topic(id=TopicId(2), name="Idée")


@pytest.fixture
async def topics(harness: ServiceHarness) -> ServiceHarness:
    """A server with two topics, whose members may have three live tickets."""
    before = await harness.store.config(values.GUILD)
    assert before is not None
    await harness.store.save_config(
        before, attrs.evolve(before, topics=(REPORT, IDEA), last_topic_id=TopicId(2), revision=before.revision + 1)
    )
    return attrs.evolve(harness, service=attrs.evolve(harness.service, max_open_tickets=3, max_openings=100))


async def open_of(harness: ServiceHarness, topic_id: int | None, member: Member = values.OPENER) -> Ticket:
    topic = None if topic_id is None else TopicId(topic_id)
    return await harness.service.open(attrs.evolve(harness.press(member), topic_id=topic))


async def test_ticket_has_the_topic_that_was_asked_for(topics: ServiceHarness) -> None:
    assert (await open_of(topics, 2)).topic_id == IDEA.id
    assert (await open_of(topics, None)).topic_id is None


async def test_topics_own_limit_is_kept_below_the_servers(topics: ServiceHarness) -> None:
    first = await open_of(topics, 1)

    request = attrs.evolve(topics.press(values.OPENER), topic_id=REPORT.id)
    with pytest.raises(errors.AlreadyOpenError) as refused:
        await topics.service.check_may_open(request)
    assert refused.value.channel_id == first.channel_id
    with pytest.raises(errors.AlreadyOpenError):
        await topics.service.open(request)
    await open_of(topics, 2)
    await open_of(topics, 2)
    with pytest.raises(errors.AlreadyOpenError):
        await open_of(topics, 2)


async def test_two_processes_at_once_keep_the_topics_limit(topics: ServiceHarness) -> None:
    other = attrs.evolve(topics.service)  # a process of its own has locks of its own
    requests = [attrs.evolve(topics.press(values.OPENER), topic_id=REPORT.id) for _ in range(2)]

    results = await asyncio.gather(topics.service.open(requests[0]), other.open(requests[1]), return_exceptions=True)

    live = await topics.store.live_of(values.GUILD, values.OPENER.id)
    assert len(live) == 1
    assert sum(isinstance(result, errors.AlreadyOpenError) for result in results) == 1
    assert len(topics.channels.channels) == 1


async def test_topic_that_is_gone_off_or_for_others_is_refused_without_a_record(topics: ServiceHarness) -> None:
    before = await topics.store.config(values.GUILD)
    assert before is not None
    limited = attrs.evolve(IDEA, required_role_ids=(RoleId(7),))
    off = attrs.evolve(REPORT, is_enabled=False)
    await topics.store.save_config(before, attrs.evolve(before, topics=(off, limited), revision=before.revision + 1))

    for topic_id, kind in ((1, errors.TopicGoneError), (9, errors.TopicGoneError), (2, errors.TopicRoleMissingError)):
        request = attrs.evolve(topics.press(values.OPENER), topic_id=TopicId(topic_id))
        with pytest.raises(kind):
            await topics.service.check_may_open(request)
        with pytest.raises(kind):
            await topics.service.open(request)
        assert await topics.store.record_interaction(request.id, now=values.NOW)
    assert not topics.channels.channels


async def test_configuring_the_server_again_keeps_its_topics(topics: ServiceHarness) -> None:
    service = ConfigurationService(store=topics.store, channels=topics.channels, clock=topics.clock)
    wanted = attrs.evolve(values.CONFIG, category_id=ChannelId(299))

    await service.configure(wanted, values.ADMINISTRATOR, interaction_id=InteractionId(1))

    saved = await topics.store.config(values.GUILD)
    assert saved is not None
    assert saved.topics == (REPORT, IDEA)
    assert saved.last_topic_id == 2
    assert saved.category_id == 299


async def test_panel_of_one_server_is_renewed_if_it_changed(topics: ServiceHarness) -> None:
    service = ConfigurationService(store=topics.store, channels=topics.channels, clock=topics.clock)
    await service.renew_panel(values.GUILD)  # none was posted
    await service.configure(values.CONFIG, values.ADMINISTRATOR, interaction_id=InteractionId(1))

    await service.renew_panel(values.GUILD)
    topics.channels.words = "other words"
    await service.renew_panel(values.GUILD)
    await service.renew_panel(values.GUILD)

    assert topics.channels.calls.count("edit_panel") == 1


async def test_panel_is_edited_as_it_is_so_that_its_select_is_reset(topics: ServiceHarness) -> None:
    service = ConfigurationService(store=topics.store, channels=topics.channels, clock=topics.clock)
    await service.edit_panel(values.GUILD)  # none was posted
    assert "edit_panel" not in topics.channels.calls
    await service.configure(values.CONFIG, values.ADMINISTRATOR, interaction_id=InteractionId(1))

    await service.edit_panel(values.GUILD)

    assert topics.channels.calls.count("edit_panel") == 1


async def test_panel_is_edited_once_for_all_who_choose_at_the_same_time(topics: ServiceHarness) -> None:
    service = ConfigurationService(store=topics.store, channels=topics.channels, clock=topics.clock)
    await service.configure(values.CONFIG, values.ADMINISTRATOR, interaction_id=InteractionId(1))

    await asyncio.gather(*(service.edit_panel(values.GUILD) for _ in range(20)))

    assert topics.channels.calls.count("edit_panel") == 1


async def test_form_that_is_sent_again_after_a_crash_keeps_its_words(topics: ServiceHarness) -> None:
    answers = (Answer(question="Qui ?", text="Bob"),)
    request = attrs.evolve(topics.press(values.OPENER), topic_id=REPORT.id, answers=answers)
    topics.channels.fail("create", errors.DiscordUnavailableError())
    with pytest.raises(errors.DiscordUnavailableError):
        await topics.service.open(request)

    (reserved,) = await topics.store.live_of(values.GUILD, values.OPENER.id)
    assert reserved.answers == answers
    topics.clock.forward(120_000)
    again = attrs.evolve(topics.press(values.OPENER), topic_id=REPORT.id, answers=answers)
    ticket = await topics.service.open(again)

    assert ticket.number == reserved.number
    assert ticket.answers == ()


async def test_claim_does_not_replace_a_welcome_that_was_never_posted(topics: ServiceHarness) -> None:
    answers = (Answer(question="Qui ?", text="Bob"),)
    request = attrs.evolve(topics.press(values.OPENER), topic_id=REPORT.id, answers=answers)
    topics.channels.fail("post_notice", errors.DiscordUnavailableError())
    unfinished = await topics.service.open(request)
    assert unfinished.answers == answers
    assert unfinished.channel_id is not None

    claimed = await topics.service.run(actions.CLAIM, topics.press(values.STAFF, unfinished.channel_id))

    assert topics.channels.channels[unfinished.channel_id].notices == [Notice.WELCOME, Notice.CLAIMED]
    assert (claimed.claimer_id, claimed.answers) == (values.STAFF.id, ())


async def test_claim_waits_while_a_forms_answers_are_on_their_way(topics: ServiceHarness) -> None:
    answers = (Answer(question="Qui ?", text="Bob"),)
    request = attrs.evolve(topics.press(values.OPENER), topic_id=REPORT.id, answers=answers)
    claims: list[BaseException] = []

    async def claim(ticket: Ticket) -> None:
        press = topics.press(values.STAFF, ticket.channel_id)
        claims.extend(
            result
            for result in await asyncio.gather(topics.service.run(actions.CLAIM, press), return_exceptions=True)
            if isinstance(result, BaseException)
        )

    ticket = await topics.service.open(request, claim)

    assert [type(error) for error in claims] == [errors.StaleTicketError]
    assert ticket.channel_id is not None
    assert topics.channels.channels[ticket.channel_id].notices == [Notice.WELCOME]


async def test_claim_goes_on_once_a_forms_answers_are_shown(topics: ServiceHarness) -> None:
    answers = (Answer(question="Qui ?", text="Bob"),)
    request = attrs.evolve(topics.press(values.OPENER), topic_id=REPORT.id, answers=answers)
    topics.channels.notice_delay = 0.3
    shown = asyncio.get_running_loop().create_future()

    async def show(ticket: Ticket) -> None:
        shown.set_result(ticket.channel_id)

    opening = asyncio.create_task(topics.service.open(request, show))
    claimed = await topics.service.run(actions.CLAIM, topics.press(values.STAFF, await shown))

    assert claimed.claimer_id == values.STAFF.id
    assert (await opening).number == claimed.number
    assert topics.channels.channels[await shown].notices == [Notice.WELCOME, Notice.CLAIMED]
