from __future__ import annotations

import re
from typing import Any

import attrs
import hikari
import pytest

from tests.unit.tickets import values
from ticketbot.config import english, params, texts
from ticketbot.discord import limits, messages
from ticketbot.discord.buttons import ButtonId
from ticketbot.discord.messages import Message, Part, Phrasebook
from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import ChannelId, Language, Millis, Place, Preflight, RoleId, TicketState, UserId
from ticketbot.tickets.permissions import NEEDED_IN_ALL, Permission

OPEN = values.ticket_in(TicketState.OPEN)
SEATED = lifecycle.seat(values.ticket_in(TicketState.RESERVED), values.CHANNEL, at=values.NOW)

PARAMS = texts.defaults()
PHRASEBOOK = Phrasebook(PARAMS)
FRENCH = PHRASEBOOK[Language.FRENCH]
MESSAGES = [
    pytest.param(language, message, id=f"{language}-{index}-{name}")
    for language in Language
    for index, (name, message) in enumerate(limits.longest(PHRASEBOOK[language]))
]


def text_of(message: Message) -> str:
    parts = [message.content or ""]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or ""]
        parts += [f"{field.name} {field.value}" for field in embed.fields]
    return "\n".join(parts)


def buttons_of(message: Message) -> list[dict[str, Any]]:
    return [button for row in message.rows for button in row.build()[0]["components"]]


def ids(message: Message) -> list[str]:
    return [button["custom_id"] for button in buttons_of(message)]


@pytest.mark.parametrize(("language", "message"), MESSAGES)
def test_every_message_carries_an_embed_of_the_owners_colour_and_footer(language: Language, message: Message) -> None:
    assert message.embeds
    for embed in message.embeds:
        assert embed.color == hikari.Color(params.EMBED_COLOR)
        assert embed.footer is not None
        assert embed.footer.text == PARAMS.texts[language].footer
        assert embed.total_length() <= 6000
        assert len(embed.title or "") <= 256
        assert len(embed.description or "") <= 4096
    assert not re.search(r"[{}]|None", text_of(message))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("error", list(limits.every_refusal()), ids=repr)
def test_every_refusal_has_words_in_each_language(error: errors.TicketError, language: Language) -> None:
    assert len(text_of(PHRASEBOOK[language].refusal(error))) > 30


def test_every_class_of_refusal_is_among_them() -> None:
    def classes(kind: type[errors.TicketError]) -> set[type[errors.TicketError]]:
        return {kind}.union(*(classes(child) for child in kind.__subclasses__()))

    assert {type(error) for error in limits.every_refusal()} == classes(errors.TicketError) - {errors.TicketError}


def test_refusals_name_what_the_member_needs_to_know() -> None:
    assert "<#500>" in text_of(FRENCH.refusal(errors.AlreadyOpenError(ChannelId(500))))
    assert "<@2>" in text_of(FRENCH.refusal(errors.AlreadyClaimedError(UserId(2))))
    assert "50035" in text_of(FRENCH.refusal(errors.DiscordRefusedError(50035)))


def test_welcome_pings_staff_and_opener_alone_and_asks_in_three_parts() -> None:
    welcome = FRENCH.notice(SEATED, values.CONFIG)

    assert welcome.content == "<@&300> <@&301> <@1>"
    assert welcome.pinged_roles == values.CONFIG.staff_role_ids
    assert welcome.pinged_users == (values.OPENER.id,)
    assert ids(welcome) == [ButtonId.CLAIM, ButtonId.CLOSE]
    assert len(welcome.embeds[0].fields) == 3


def test_welcome_reports_lost_roles_and_does_not_ping_them() -> None:
    welcome = FRENCH.notice(SEATED, values.CONFIG, (RoleId(301),))

    assert welcome.pinged_roles == (300,)
    assert "301" in (welcome.embeds[1].description or "")


def test_transcript_names_opener_with_id_and_claimer_and_nothing_else() -> None:
    embed = FRENCH.transcript(attrs.evolve(OPEN, claimer_id=values.STAFF.id), Part()).embeds[0]

    assert [field.value for field in embed.fields] == ["<@1> (`1`)", "<@2>"]
    assert embed.description is None


def test_transcript_tells_what_it_holds_below() -> None:
    closed = attrs.evolve(OPEN, created_at=Millis(1_000), closed_at=Millis(2_000))
    parts = (Part(message_count=1), Part(message_count=42, of=2), Part(message_count=42, of=2, number=2))

    assert [FRENCH.transcript(closed, part).embeds[1].description for part in parts] == [
        "1 message · ouvert le <t:1:f> · fermé le <t:2:f>",
        "**Envoi 1 sur 2**\u00a0: à ranger dans un même dossier · 42 messages · ouvert le <t:1:f> · fermé le <t:2:f>",
        "**Envoi 2 sur 2**\u00a0: à ranger dans un même dossier",
    ]


def test_transcript_of_an_unclaimed_ticket_says_so() -> None:
    embed = FRENCH.transcript(OPEN, Part()).embeds[0]

    assert embed.fields[1].value == params.MESSAGES["transcript_nobody"]


def test_each_missing_permission_is_named_with_its_place() -> None:
    missing = ((Place.CATEGORY, ChannelId(203), (Permission.MANAGE_ROLES, Permission.VIEW_CHANNEL)),)

    text = text_of(FRENCH.configured(values.CONFIG, Preflight(missing=missing)))

    assert params.PERMISSION_NAMES["MANAGE_ROLES"] in text
    assert params.PERMISSION_NAMES["VIEW_CHANNEL"] in text
    assert text.count("<#203>") == 2


def test_every_permission_that_may_be_missing_has_a_name() -> None:
    assert {permission.name for permission in Permission if permission & NEEDED_IN_ALL} == set(params.PERMISSION_NAMES)
    assert set(english.PERMISSION_NAMES) == set(params.PERMISSION_NAMES)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "change", [{"number": 17}, {"opener_id": UserId(11)}, {"created_at": Millis(OPEN.created_at + 1000)}]
)
def test_a_topic_is_known_again_in_any_language_and_no_two_tickets_share_one(
    language: Language, change: dict[str, Any]
) -> None:
    topic = PHRASEBOOK[language].topic(OPEN)
    other = attrs.evolve(OPEN, **change)

    assert messages.is_topic_of(topic, OPEN)
    assert messages.is_topic_of(f"Anders: {topic}", OPEN)
    assert not messages.is_topic_of(topic, other)
    assert not messages.is_topic_of(PHRASEBOOK[language].topic(other), OPEN)


@pytest.mark.parametrize(("_language", "message"), MESSAGES)
def test_buttons_fit_discord(_language: Language, message: Message) -> None:
    for button in buttons_of(message):
        assert len(button["label"]) <= 80
        assert len(button["custom_id"]) <= 100
        assert button["emoji"]


@pytest.mark.parametrize("language", Language)
def test_every_text_is_used_by_somebody(language: Language) -> None:
    used = "\n".join(text_of(message) for _, message in limits.longest(PHRASEBOOK[language]))
    shown_elsewhere = r"\w+_button|topic|at_place|missing_permission|place_\w+|(command|option)_\w+"
    literal = {
        key: re.sub(r"\{[a-z_]+\}", "\0", text).split("\0")
        for key, text in PARAMS.texts[language].messages.items()
        if not re.fullmatch(shown_elsewhere, key)
    }

    assert [key for key, parts in literal.items() if not all(part.strip() in used for part in parts)] == []


def test_every_emoji_is_shown_somewhere() -> None:
    marked = attrs.evolve(PARAMS, emojis={key: f"<:{key}:123456789012345678>" for key in params.EMOJIS})
    shown = str(
        [(text_of(message), buttons_of(message)) for _, message in limits.longest(Phrasebook(marked)[Language.FRENCH])]
    )

    assert [key for key in params.EMOJIS if f"<:{key}:" not in shown and f"'name': '{key}'" not in shown] == []
