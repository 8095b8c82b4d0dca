"""Which topic a ticket has by its notices, and whose roles are a topic's staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.admin.test_rebuilt_config import CHANNEL, TICKET, TRACES
from ticketbot.admin import rebuilt_topics
from ticketbot.texts.posted import TicketHistory
from ticketbot.tickets.model import TopicId
from ticketbot.tickets.permissions import Overwrite, OverwriteKind, Permission
from ticketbot.tickets.topics import Topic

if TYPE_CHECKING:
    from ticketbot.discord.traces import FoundTicket

TOPICS = [Topic(id=TopicId(one), name=name) for one, name in enumerate(("Aide", "Aide aux devoirs", "A*b"), 1)]


@pytest.mark.parametrize(
    ("history", "topic_id"),
    [
        (TicketHistory(welcome_title="Ticket 001"), None),
        (TicketHistory(welcome_title="Ticket 001 · Aide"), 1),
        (TicketHistory(welcome_title="Ticket 001 · Aide aux devoirs"), 2),
        (TicketHistory(welcome_title="Ticket 001 · Aide", moved_text="vers **Aide aux devoirs**."), 2),
        (TicketHistory(welcome_title="Ticket 001 · Aide", moved_text="vers **A\\*b**."), 3),
        (TicketHistory(welcome_title="Ticket 001 · Aide", moved_text="vers **Autre**."), None),
    ],
)
def test_last_notice_that_names_a_topic_counts(history: TicketHistory, topic_id: int | None) -> None:
    found = attrs.evolve(TICKET, history=attrs.evolve(history, is_ticket=True))

    assert rebuilt_topics.topic_of(found, TOPICS) == topic_id
    is_certain = topic_id is not None or history.moved_text is None
    assert rebuilt_topics.is_unclear(found, TOPICS, ["Ticket 001"]) is not is_certain


def test_where_all_tickets_have_topics_the_staff_of_most_is_the_servers() -> None:
    def ticket(channel_id: int, role_id: int, name: str) -> FoundTicket:
        overwrites = (Overwrite(id=role_id, kind=OverwriteKind.ROLE, allow=int(Permission.VIEW_CHANNEL)),)
        history = TicketHistory(is_ticket=True, welcome_title=f"Ticket · {name}")
        return attrs.evolve(
            TICKET, channel=attrs.evolve(CHANNEL, id=channel_id, overwrites=overwrites), history=history
        )

    traces = attrs.evolve(
        TRACES, tickets=[ticket(51, 2, "Aide"), ticket(52, 2, "A*b"), ticket(53, 4, "Aide aux devoirs")]
    )
    model = rebuilt_topics.model_ticket(traces, TOPICS)

    assert model is not None
    assert model.channel.id == 52
    assert rebuilt_topics.model_ticket(attrs.evolve(traces, tickets=[]), TOPICS) is None
