from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs
import hikari
import pytest

from tests.unit.tickets import values
from ticketbot.config import params
from ticketbot.discord import messages
from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import ChannelId, Place, Preflight, Problem, RoleId, TicketState, UserId
from ticketbot.tickets.permissions import NEEDED_IN_ALL, Permission

if TYPE_CHECKING:
    from collections.abc import Iterator

OPEN = values.ticket_in(TicketState.OPEN)
CLAIMED = lifecycle.claim(OPEN, values.press(values.STAFF), at=values.NOW)
CLOSED = lifecycle.close(OPEN, values.press(values.STAFF), at=values.NOW)
REOPENED = lifecycle.reopen(CLOSED, values.press(values.STAFF), slot=0, at=values.NOW)
SEATED = lifecycle.seat(values.ticket_in(TicketState.RESERVED), values.CHANNEL, at=values.NOW)

REFUSALS: tuple[errors.TicketError, ...] = (
    errors.AlreadyOpenError(values.CHANNEL),
    errors.AlreadyOpenError(None),
    errors.AlreadyClaimedError(UserId(2)),
    *(errors.WrongStateError(state) for state in TicketState),
    errors.MissingPermissionsError(values.CHANNEL),
    errors.MissingPermissionsError(),
    errors.DiscordBusyError(3.2),
    errors.DiscordUnavailableError(),
    errors.DiscordRefusedError(50035),
)


def every_refusal() -> Iterator[errors.TicketError]:
    yield from REFUSALS
    given = {type(error) for error in REFUSALS}
    for kind in errors.TicketError.__subclasses__():
        if kind not in given:
            yield kind()


def every_message() -> Iterator[messages.Message]:
    yield messages.panel()
    for ticket in (SEATED, CLAIMED, CLOSED, REOPENED):
        yield messages.notice(ticket, values.CONFIG, (RoleId(301),))
    yield messages.transcript(OPEN)
    yield messages.opened(OPEN)
    yield messages.deletion_question()
    yield messages.deletion_cancelled()
    yield messages.deleting()
    yield messages.unknown()
    yield messages.failure()
    yield messages.configured(values.CONFIG, Preflight(problems=tuple(Problem)))
    yield messages.configured(values.CONFIG, Preflight(problems=(Problem.MESSAGE_CONTENT,)))
    for error in every_refusal():
        yield messages.refusal(error)


def text_of(message: messages.Message) -> str:
    parts = [message.content or ""]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or ""]
        parts += [f"{field.name} {field.value}" for field in embed.fields]
    return "\n".join(parts)


@pytest.mark.parametrize("message", list(every_message()))
def test_every_message_carries_an_embed_of_the_owners_colour_and_footer(message: messages.Message) -> None:
    assert message.embeds
    for embed in message.embeds:
        assert embed.color == hikari.Color(params.EMBED_COLOR)
        assert embed.footer is not None
        assert embed.footer.text == params.EMBED_FOOTER_TEXT
        assert embed.total_length() <= 6000
        assert len(embed.title or "") <= 256
        assert len(embed.description or "") <= 4096
    assert not re.search(r"[{}]|None", text_of(message))


@pytest.mark.parametrize("error", list(every_refusal()), ids=repr)
def test_every_refusal_has_words(error: errors.TicketError) -> None:
    assert len(text_of(messages.refusal(error))) > 30


def test_refusals_name_what_the_member_needs_to_know() -> None:
    assert "<#500>" in text_of(messages.refusal(errors.AlreadyOpenError(ChannelId(500))))
    assert "<@2>" in text_of(messages.refusal(errors.AlreadyClaimedError(UserId(2))))
    assert "50035" in text_of(messages.refusal(errors.DiscordRefusedError(50035)))


def test_welcome_pings_staff_and_opener_alone_and_asks_in_three_parts() -> None:
    welcome = messages.notice(SEATED, values.CONFIG)

    assert welcome.content == "<@&300> <@&301> <@1>"
    assert welcome.pinged_roles == values.CONFIG.staff_role_ids
    assert welcome.pinged_users == (values.OPENER.id,)
    assert welcome.buttons == (messages.ButtonId.CLAIM, messages.ButtonId.CLOSE)
    assert len(welcome.embeds[0].fields) == 3


def test_welcome_reports_lost_roles_and_does_not_ping_them() -> None:
    welcome = messages.notice(SEATED, values.CONFIG, (RoleId(301),))

    assert welcome.pinged_roles == (300,)
    assert "301" in (welcome.embeds[1].description or "")


def test_transcript_names_opener_with_id_and_claimer_and_nothing_else() -> None:
    embed = messages.transcript(attrs.evolve(OPEN, claimer_id=values.STAFF.id)).embeds[0]

    assert [field.value for field in embed.fields] == ["<@1> (`1`)", "<@2>"]
    assert embed.description is None


def test_transcript_of_an_unclaimed_ticket_says_so() -> None:
    embed = messages.transcript(OPEN).embeds[0]

    assert embed.fields[1].value == params.MESSAGES["transcript_nobody"]


def test_each_missing_permission_is_named_with_its_place() -> None:
    missing = ((Place.CATEGORY, ChannelId(203), (Permission.MANAGE_ROLES, Permission.VIEW_CHANNEL)),)

    text = text_of(messages.configured(values.CONFIG, Preflight(missing=missing)))

    assert params.PERMISSION_NAMES["MANAGE_ROLES"] in text
    assert params.PERMISSION_NAMES["VIEW_CHANNEL"] in text
    assert text.count("<#203>") == 2


def test_every_permission_that_may_be_missing_has_a_name() -> None:
    assert {permission.name for permission in Permission if permission & NEEDED_IN_ALL} == set(params.PERMISSION_NAMES)


def test_no_two_tickets_share_a_topic() -> None:
    other = attrs.evolve(OPEN, number=8)

    assert messages.topic(OPEN) != messages.topic(other)
    assert len(messages.topic(OPEN)) <= 1024


@pytest.mark.parametrize(
    "message", [messages.panel(), messages.deletion_question(), messages.notice(CLOSED, values.CONFIG)]
)
def test_buttons_fit_discord(message: messages.Message) -> None:
    (row,) = message.rows
    payload, _ = row.build()

    for button in payload["components"]:
        assert len(button["label"]) <= 80
        assert len(button["custom_id"]) <= 100
        assert button["emoji"]


def test_every_text_is_used_by_somebody() -> None:
    used = "\n".join(text_of(message) for message in every_message())
    labels = {key for key in params.MESSAGES if key.endswith("_button")}
    literal = {
        key: re.sub(r"\{[a-z_]+\}", "\0", text).split("\0")
        for key, text in params.MESSAGES.items()
        if key not in labels and key not in {"topic", "at_place", "missing_permission"} and not key.startswith("place_")
    }

    assert [key for key, parts in literal.items() if not all(part.strip() in used for part in parts)] == []
