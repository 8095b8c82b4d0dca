"""Canned replies: which lists are valid, and who may post what."""

from __future__ import annotations

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import access, actions, canned_replies, errors
from ticketbot.tickets.canned_replies import ReplyRule
from ticketbot.tickets.model import CannedReply, TicketState
from ticketbot.tickets.rules import BrokenRulesError, Rule
from ticketbot.tickets.topics import Topic, TopicId

WELCOME = CannedReply(name="Bienvenue", text="Bonjour {member}")
CONFIG = attrs.evolve(values.CONFIG, replies=(WELCOME,))
OPEN = values.ticket_in(TicketState.OPEN)


def broken(*replies: CannedReply) -> list[Rule]:
    try:
        canned_replies.require_valid(replies)
    except BrokenRulesError as error:
        return [one.rule for one in error.violations]
    return []


@pytest.mark.parametrize(
    ("reply", "rules"),
    [
        (WELCOME, []),
        (CannedReply(name="n" * 80, text="t\n" * 1000), []),
        (CannedReply(name=" ", text="t"), [ReplyRule.NAME]),
        (CannedReply(name="n" * 81, text="t"), [ReplyRule.NAME]),
        (CannedReply(name="😀" * 41, text="t"), [ReplyRule.NAME]),
        (CannedReply(name="two\nlines", text="t"), [ReplyRule.NAME]),
        (CannedReply(name="n", text=" \n"), [ReplyRule.TEXT]),
        (CannedReply(name="n", text="t" * 2001), [ReplyRule.TEXT]),
    ],
)
def test_rules_of_one_reply(reply: CannedReply, rules: list[ReplyRule]) -> None:
    assert broken(reply) == rules


def test_rules_of_a_list_of_replies() -> None:
    many = [attrs.evolve(WELCOME, name=f"n{number}") for number in range(51)]

    assert broken(*many[:50]) == []
    assert broken(*many) == [ReplyRule.TOO_MANY]
    assert broken(WELCOME, attrs.evolve(WELCOME, name="BIENVENUE ")) == [ReplyRule.NAME_TAKEN]


def test_reply_is_found_by_its_name_case_aside() -> None:
    assert canned_replies.find(CONFIG.replies, " bienvenue") is WELCOME
    assert canned_replies.find(CONFIG.replies, "Bien") is None


def test_unknown_reply_is_refused() -> None:
    request = attrs.evolve(values.press(values.STAFF), inputs={"reponse": "bienvenue"})
    access.require_reply(OPEN, CONFIG, request)

    with pytest.raises(errors.UnknownReplyError):
        access.require_reply(OPEN, values.CONFIG, request)


def test_menu_offers_replies_where_there_are_any() -> None:
    assert actions.REPLY.is_possible(OPEN, CONFIG, values.STAFF)
    assert not actions.REPLY.is_possible(OPEN, values.CONFIG, values.STAFF)
    assert not actions.REPLY.is_possible(OPEN, CONFIG, values.OPENER)
    assert actions.CLOSE.choice is None
    assert not actions.Input(name="x", kind=actions.InputKind.TEXT).options(CONFIG)


def test_staff_of_one_topic_is_staff_somewhere() -> None:
    experts = Topic(id=TopicId(1), name="Experts", staff_role_ids=tuple(values.STRANGER.role_ids))

    assert access.is_staff_anywhere(values.CONFIG, values.STAFF)
    assert access.is_staff_anywhere(values.CONFIG, values.ADMINISTRATOR)
    assert not access.is_staff_anywhere(values.CONFIG, values.STRANGER)
    assert access.is_staff_anywhere(attrs.evolve(values.CONFIG, topics=(experts,)), values.STRANGER)
