from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs
import hikari
import pytest

from tests.unit.tickets import values
from ticketbot.config import english, params, params_model
from ticketbot.texts import limits, notices, refusals
from ticketbot.texts.buttons import ButtonId
from ticketbot.texts.localized import LocalizedTexts
from ticketbot.texts.messages import MessageCatalog
from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import (
    Change,
    ChannelId,
    InteractionId,
    Language,
    Millis,
    Notice,
    RoleId,
    TicketState,
    UserId,
)
from ticketbot.tickets.permissions import NEEDED_FOR_NOTES, NEEDED_IN_ALL, Permission
from ticketbot.tickets.preflight import Place, Preflight

if TYPE_CHECKING:
    from ticketbot.texts.message import Message

OPEN = values.ticket_in(TicketState.OPEN)
ATTACHED = lifecycle.attach_channel(values.ticket_in(TicketState.RESERVED), values.CHANNEL, at=values.NOW)

PARAMS = params_model.defaults()
CODES = [(code, kind) for code, kind in refusals.TEXT_KEY_BY_CODE.items()]
CATALOG = MessageCatalog(PARAMS)
FRENCH = CATALOG[Language.FRENCH]
MESSAGES = [
    pytest.param(language, message, id=f"{language}-{index}-{name}")
    for language in Language
    for index, (name, message) in enumerate(limits.longest(CATALOG[language]))
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
def test_every_message_carries_an_embed_of_the_owners_colour(language: Language, message: Message) -> None:
    assert message.embeds
    for embed in message.embeds:
        assert embed.color == hikari.Color(params.EMBED_COLOR)
        assert embed.footer is None or embed.footer.text == PARAMS.texts[language].footer
        assert embed.total_length() <= 6000
        assert len(embed.title or "") <= 256
        assert len(embed.description or "") <= 4096
    shown = re.sub(r"\{(number|name|topic|member|staff)\}", "", text_of(message))  # as an administrator types them
    assert not re.search(r"[{}]|None", shown)


@pytest.mark.parametrize("language", Language)
def test_footer_promises_an_answer_where_members_wait_for_one_alone(language: Language) -> None:
    with_footer = {
        name
        for name, message in limits.longest(CATALOG[language])
        if any(embed.footer is not None for embed in message.embeds)
    }

    assert with_footer == {"panel", "welcome", "opened", "reopened"}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("error", list(limits.every_refusal()), ids=repr)
def test_every_refusal_has_words_in_each_language(error: errors.TicketError, language: Language) -> None:
    assert len(text_of(CATALOG[language].refusal(error))) > 30


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("notice", [one for one in Notice if one is not Notice.WELCOME])
def test_every_notice_has_a_title_for_the_history(notice: Notice, language: Language) -> None:
    assert LocalizedTexts(params_model.defaults(), language).title(notice)


def test_every_class_of_refusal_is_among_them() -> None:
    def classes(kind: type[errors.TicketError]) -> set[type[errors.TicketError]]:
        return {kind}.union(*(classes(child) for child in kind.__subclasses__()))

    assert {type(error) for error in limits.every_refusal()} == classes(errors.TicketError) - {
        errors.TicketError,
        errors.RuleRefusedError,
    }


def test_refusals_name_what_the_member_needs_to_know() -> None:
    assert "<#500>" in text_of(FRENCH.refusal(errors.AlreadyOpenError(ChannelId(500))))
    assert "<@2>" in text_of(FRENCH.refusal(errors.AlreadyClaimedError(UserId(2))))
    assert "50035" in text_of(FRENCH.refusal(errors.DiscordRefusedError(50035)))


@pytest.mark.parametrize("language", Language)
def test_long_waits_are_told_in_minutes(language: Language) -> None:
    short, long, minutes = (
        text_of(CATALOG[language].refusal(errors.DiscordBusyError(seconds))).replace("\u00a0", " ")
        for seconds in (0.2, 119.6, 601)
    )

    assert " 1 s." in short
    assert " 120 s." in long
    assert " 11 min." in minutes


@pytest.mark.parametrize("language", Language)
def test_each_cause_that_discord_names_has_a_sentence_without_a_number(language: Language) -> None:
    told = {kind: text_of(CATALOG[language].refusal(errors.DiscordRefusedError(code))) for code, kind in CODES}

    assert len(set(told.values())) == len(told) == 8
    assert not re.search(r"\d{4}", "".join(told.values()))


def test_reopened_notice_can_be_claimed_and_closed_and_is_recognised() -> None:
    ticket = attrs.evolve(ATTACHED, notice=Notice.REOPENED)
    reopened = FRENCH.notice(ticket, values.CONFIG)
    posted: dict[str, Any] = {
        "content": reopened.content,
        "embeds": [{}],
        "components": [row.build()[0] for row in reopened.rows],
    }
    rows = FRENCH.notice(ATTACHED, values.CONFIG).rows
    welcome: dict[str, Any] = {
        **posted,
        "content": f"<@&300> {reopened.content}",
        "components": [row.build()[0] for row in rows],
    }

    assert ids(reopened) == [ButtonId.CLAIM, ButtonId.CLOSE, f"ticket:menu:{ticket.interaction_id}"]
    claimed = FRENCH.notice(attrs.evolve(ticket, claimer_id=values.STAFF.id), values.CONFIG)
    assert ids(claimed)[0] == ButtonId.CLOSE, "it has a claimer already"
    assert notices.is_notice(posted, ticket)
    assert notices.is_notice({**posted, "components": []}, ticket), "as version 0.1 posted it"
    assert not notices.is_notice(welcome, ticket)


@pytest.mark.parametrize("kind", [kind for kind in Notice if kind is not Notice.WELCOME])
def test_later_notice_is_told_from_one_of_another_move(kind: Notice) -> None:
    change = Change(by_id=values.STAFF.id, member_id=values.STAFF.id)
    ticket = attrs.evolve(ATTACHED, notice=kind, change=change, claimer_id=values.STAFF.id)
    built = FRENCH.notice(ticket, values.CONFIG)
    posted: dict[str, Any] = {
        "content": built.content,
        "embeds": [{}],
        "components": [row.build()[0] for row in built.rows],
    }

    assert notices.is_notice(posted, ticket)
    assert not notices.is_notice(posted, attrs.evolve(ticket, interaction_id=InteractionId(1)))


def test_configuration_that_was_saved_is_named_whole() -> None:
    text = text_of(FRENCH.configured(attrs.evolve(values.CONFIG, language=Language.ENGLISH), Preflight()))

    for part in ("<#201>", "<#202>", "<#203>", "<@&300>", "<@&301>", "anglais"):
        assert part in text


@pytest.mark.parametrize("language", Language)
def test_transcripts_that_others_see_are_an_embed_of_their_own_above_the_rest(language: Language) -> None:
    found = Preflight(transcript_readers=(RoleId(values.CONFIG.guild_id),))
    first, second = CATALOG[language].configured(values.CONFIG, found).embeds

    assert "`@everyone`" in (first.description or "")
    assert f"<#{values.CONFIG.transcript_channel_id}>" in (first.description or "")
    assert second == CATALOG[language].configured(values.CONFIG, Preflight()).embeds[0]


@pytest.mark.parametrize(("language", "others"), [("fr", r"\bstaff|l’administration\b"), ("en", r"\bstaff\b")])
def test_the_team_has_one_name(language: str, others: str) -> None:
    texts = [text.replace("{{staff}}", "") for text in PARAMS.texts[language].messages.values()]

    assert [text for text in texts if re.search(others, text, re.IGNORECASE)] == []


def test_welcome_pings_staff_and_opener_alone_and_asks_in_three_parts() -> None:
    welcome = FRENCH.notice(ATTACHED, values.CONFIG)

    assert welcome.content == "<@&300> <@&301> <@1>"
    assert welcome.pinged_roles == values.CONFIG.staff_role_ids
    assert welcome.pinged_users == (values.OPENER.id,)
    assert ids(welcome) == [ButtonId.CLAIM, ButtonId.CLOSE, ButtonId.MENU]
    assert len(welcome.embeds[0].fields) == 3


def test_welcome_reports_lost_roles_and_does_not_ping_them() -> None:
    welcome = FRENCH.notice(ATTACHED, values.CONFIG, (RoleId(301),))

    assert welcome.pinged_roles == (300,)
    assert "301" in (welcome.embeds[1].description or "")


def test_transcript_names_opener_and_claimer_in_letters_and_nothing_else() -> None:
    ticket = attrs.evolve(OPEN, opener_name="Léa_Martin", claimer_id=values.STAFF.id, claimer_name="Bob")
    (embed,) = FRENCH.transcript(ticket).embeds

    assert [field.value for field in embed.fields] == ["Léa\\_Martin · <@1> (`1`)", "Bob · <@2> (`2`)"]
    assert embed.description is None


def test_transcript_of_an_older_record_names_its_claimer_by_mention_and_id() -> None:
    (embed,) = FRENCH.transcript(attrs.evolve(OPEN, claimer_id=values.STAFF.id, claimer_name=None)).embeds

    assert embed.fields[1].value == "<@2> (`2`)"


def test_transcript_of_an_unclaimed_ticket_says_so() -> None:
    (embed,) = FRENCH.transcript(OPEN).embeds

    assert embed.fields[1].value == params.MESSAGES["transcript_nobody"]


def test_each_missing_permission_is_named_with_its_place() -> None:
    missing = ((Place.CATEGORY, ChannelId(203), (Permission.MANAGE_ROLES, Permission.VIEW_CHANNEL)),)

    text = text_of(FRENCH.configured(values.CONFIG, Preflight(missing=missing)))

    assert params.PERMISSION_NAMES["MANAGE_ROLES"] in text
    assert params.PERMISSION_NAMES["VIEW_CHANNEL"] in text
    assert text.count("<#203>") == 2


def test_every_permission_that_may_be_missing_has_a_name() -> None:
    assert {permission.name for permission in Permission if permission & (NEEDED_IN_ALL | NEEDED_FOR_NOTES)} == set(
        params.PERMISSION_NAMES
    )
    assert set(english.PERMISSION_NAMES) == set(params.PERMISSION_NAMES)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "change", [{"number": 17}, {"opener_id": UserId(11)}, {"created_at": Millis(OPEN.created_at + 1000)}]
)
def test_a_topic_is_known_again_in_any_language_and_no_two_tickets_share_one(
    language: Language, change: dict[str, Any]
) -> None:
    topic = CATALOG[language].topic(OPEN)
    other = attrs.evolve(OPEN, **change)

    assert notices.creation_of(topic, OPEN) == 0
    assert notices.creation_of(f"Anders: {topic}", OPEN) == 0
    assert notices.creation_of(topic, other) is None
    assert notices.creation_of(CATALOG[language].topic(other), OPEN) is None


@pytest.mark.parametrize(("_language", "message"), MESSAGES)
def test_buttons_fit_discord(_language: Language, message: Message) -> None:
    for button in buttons_of(message):
        assert len(button["custom_id"]) <= 100
        if "placeholder" in button:
            assert len(button["placeholder"]) <= 150
            assert all(len(option["label"]) <= 100 for option in button.get("options", ()))
            continue
        assert len(button["label"]) <= 80
        if not button["custom_id"].startswith("ticket:settings:try"):  # as the panel's and the welcome's
            assert ("emoji" in button) is not button["custom_id"].startswith((ButtonId.MENU, "ticket:settings:"))


@pytest.mark.parametrize("language", Language)
def test_every_text_is_used_by_somebody(language: Language) -> None:
    used = "\n".join(text_of(message) for _, message in limits.longest(CATALOG[language]))
    shown_elsewhere = (
        r"\w+_(button|placeholder)|closing_question_\w+|settings_(form|help|choice|no)_?\w+"
        r"|settings_new_(topic|section|question)|topic|answers_file|at_place|missing_permission|place_\w+|((user|message)_)?command_\w+|option_\w+"
    )
    literal = {
        key: re.sub(r"\{[a-z_]+\}", "\0", text).split("\0")
        for key, text in PARAMS.texts[language].messages.items()
        if not re.fullmatch(shown_elsewhere, key)
    }

    assert [key for key, parts in literal.items() if not all(part.strip() in used for part in parts)] == []


def test_every_emoji_is_shown_somewhere() -> None:
    marked = attrs.evolve(PARAMS, emojis={key: f"<:{key}:123456789012345678>" for key in params.EMOJIS})
    shown = str(
        [
            (text_of(message), buttons_of(message))
            for _, message in limits.longest(MessageCatalog(marked)[Language.FRENCH])
        ]
    )

    assert [key for key in params.EMOJIS if f"<:{key}:" not in shown and f"'name': '{key}'" not in shown] == []
