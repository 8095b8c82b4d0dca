"""Warnings on the settings page: none that is confirmed is left out, and all fit into a message."""

from __future__ import annotations

from tests.unit.tickets import values
from ticketbot.config import params_model
from ticketbot.services.settings import Edited
from ticketbot.texts.messages import MessageCatalog
from ticketbot.texts.settings.data import Preview
from ticketbot.tickets.model import ChannelId, InteractionId, Language, RoleId, TopicId
from ticketbot.tickets.preflight import Preflight
from ticketbot.tickets.topics import Topic

MESSAGES = MessageCatalog(params_model.defaults())[Language.FRENCH].settings
FIRST = 10**18


def test_preview_names_every_transcripts_channel_that_others_can_read() -> None:
    readers = Preflight(transcript_readers=tuple(RoleId(FIRST + number) for number in range(9)))
    topics = [
        Topic(id=TopicId(number), name=f"{number}" + "*" * 70, transcript_channel_id=ChannelId(FIRST + number))
        for number in range(1, 26)
    ]
    after = "\n".join(f"ligne {number} " + "x" * 90 for number in range(100))
    shown = MESSAGES.preview(
        Preview(
            guild_id=values.GUILD,
            before="",
            after=after,
            missing=["y" * 90] * 9,
            lacking=[(topic, readers) for topic in topics],
            confirm="import.0",
        )
    )

    text = "\n".join(f"{embed.title or ''}{embed.description or ''}" for embed in shown.embeds)
    assert all(f"** : <#{topic.transcript_channel_id}>" in text.replace("\u00a0", " ") for topic in topics)
    assert sum(embed.total_length() for embed in shown.embeds) <= 6000


def test_question_about_very_many_new_staff_roles_fits_into_a_message() -> None:
    roles = frozenset(RoleId(FIRST + number) for number in range(250))
    note = MESSAGES.edited(
        Edited(config=values.CONFIG, added_role_ids=roles, open_tickets=3), InteractionId(1), "topics"
    )

    text = "\n".join(embed.description or "" for embed in note.embeds)
    assert f"<@&{FIRST}>" in text
    assert "…" in text
    assert len(text) < 2000
