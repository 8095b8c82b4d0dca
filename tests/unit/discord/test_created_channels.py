from __future__ import annotations

from typing import Final

import attrs
import pytest

from ticketbot.config import params_model
from ticketbot.discord.created_channels import CreatedChannels
from ticketbot.discord.guild_state import Channel
from ticketbot.texts.messages import MessageCatalog
from ticketbot.tickets.model import ChannelId, GuildId, InteractionId, Language, Millis, Ticket, TicketState, UserId

SECOND: Final = 1000 << 22
ASKED: Final = 1_000_000 * SECOND
TOPICS: Final = MessageCatalog(params_model.defaults())[Language.FRENCH]

ONCE: Final = Ticket(
    guild_id=GuildId(1),
    number=7,
    opener_id=UserId(2),
    opener_name="Léa",
    state=TicketState.RESERVED,
    created_at=Millis(1_420_070_400_000 + 1_000_000_000),
    changed_at=Millis(0),
    interaction_id=InteractionId(ASKED),
)
TWICE: Final = attrs.evolve(ONCE, recreated_at=(Millis(1_420_070_400_000 + 1_000_030_000),))


def made(ticket: Ticket, second: int) -> Channel:
    """Return a channel that was made so many seconds after ``ASKED`` with the topic of a ticket's last creation."""
    return Channel(id=ASKED + second * SECOND, topic=TOPICS.topic(ticket))


def attached(ticket: Ticket, channel: Channel) -> Ticket:
    return attrs.evolve(ticket, state=TicketState.OPEN, channel_id=ChannelId(channel.id))


def test_clone_of_a_ticket_that_is_being_opened_is_neither_attached_nor_deleted() -> None:
    ours, clone = made(ONCE, 1), made(ONCE, 20)

    assert CreatedChannels().find(ONCE, [clone, ours]) == [ours.id]


def test_channel_that_is_too_young_is_not_attached() -> None:
    assert CreatedChannels().find(ONCE, [made(ONCE, 600)]) == []


@pytest.mark.parametrize("change", [{"type": 2}, {"topic": ""}, {"topic": "Ticket 007"}])
def test_channel_of_another_type_or_topic_is_not_attached(change: dict[str, object]) -> None:
    assert CreatedChannels().find(ONCE, [attrs.evolve(made(ONCE, 1), **change)]) == []


def test_of_two_creations_the_one_without_messages_is_a_duplicate() -> None:
    first, second = made(ONCE, 40), made(TWICE, 31)
    written = attrs.evolve(first, last_message_id=5)

    assert CreatedChannels().find(TWICE, [first, second]) == [second.id, first.id]
    assert CreatedChannels().find(TWICE, [written, second]) == [first.id, second.id]
    assert CreatedChannels().find(TWICE, [written, attrs.evolve(second, last_message_id=6)]) == [second.id]


def test_duplicate_that_is_found_is_not_logged_as_deleted(caplog: pytest.LogCaptureFixture) -> None:
    created = CreatedChannels()
    for _ in range(2):  # recovery looks twice: first whether the ticket's channel came, then for duplicates
        assert len(created.find(TWICE, [made(ONCE, 40), made(TWICE, 31)])) == 2

    assert not caplog.records


@pytest.mark.parametrize("second", [25, 60])
def test_late_channel_of_the_first_creation_is_a_duplicate_of_the_attached_one(second: int) -> None:
    late, own = made(ONCE, second), made(TWICE, 31)

    assert CreatedChannels().duplicates(attached(TWICE, own), [late, own]) == [late.id]
    assert CreatedChannels().duplicates(attached(TWICE, own), [attrs.evolve(late, last_message_id=5), own]) == []


def test_clone_of_a_tickets_channel_is_never_a_duplicate() -> None:
    own = made(ONCE, 1)
    of_second = made(TWICE, 31)

    assert CreatedChannels().duplicates(attached(ONCE, own), [own, made(ONCE, 2)]) == []
    assert CreatedChannels().duplicates(attached(TWICE, of_second), [of_second, made(TWICE, 32)]) == []


def test_duplicate_that_somebody_cloned_stays_with_its_clone() -> None:
    late, own, clone = made(ONCE, 40), made(TWICE, 31), made(ONCE, 50)
    created = CreatedChannels()

    assert created.duplicates(attached(TWICE, own), [late, own, clone]) == []
    assert created.duplicates(attached(TWICE, own), [own, clone]) == []


def test_clone_of_a_duplicate_stays_once_the_duplicate_is_deleted() -> None:
    late, own, clone = made(ONCE, 40), made(TWICE, 31), made(ONCE, 50)
    created = CreatedChannels()

    assert created.duplicates(attached(TWICE, own), [late, own]) == [late.id]
    assert created.duplicates(attached(TWICE, own), [own, clone]) == []


def test_nothing_is_a_duplicate_of_a_channel_whose_topic_somebody_changed() -> None:
    late, own = made(ONCE, 40), attrs.evolve(made(TWICE, 31), topic="hello")

    assert CreatedChannels().duplicates(attached(TWICE, own), [late, own]) == []
