"""Canned replies: answers that the staff of a server gives often, and what a valid list of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ticketbot.tickets import naming, topics
from ticketbot.tickets.rules import BrokenRulesError, Rule, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ticketbot.tickets.model import CannedReply

LIMIT: Final = 50
"""Replies of one server."""
NAME_LIMIT: Final = 80
TEXT_LIMIT: Final = 2000


class ReplyRule(Rule):
    """What a reply, or a list of replies, may break."""

    TOO_MANY = "reply_too_many"
    NAME = "reply_name"
    NAME_TAKEN = "reply_name_taken"
    TEXT = "reply_text"


def require_valid(replies: Sequence[CannedReply]) -> None:
    """Raise an error unless a server may have these replies.

    Raises
    ------
    BrokenRulesError
        A rule is broken.
    """
    if found := list(_violations(replies)):
        raise BrokenRulesError(found)


def find(replies: Sequence[CannedReply], name: str) -> CannedReply | None:
    """Return the reply with a name, case and spaces aside."""
    wanted = topics.name_key(name)
    return next((reply for reply in replies if topics.name_key(reply.name) == wanted), None)


def _violations(replies: Sequence[CannedReply]) -> Iterator[Violation]:
    if len(replies) > LIMIT:
        yield Violation(rule=ReplyRule.TOO_MANY)
    seen: set[str] = set()
    for reply in replies:
        key = topics.name_key(reply.name)
        if key in seen:
            yield Violation(rule=ReplyRule.NAME_TAKEN, reply=reply.name)
        seen.add(key)
        if not naming.fits(reply.name, NAME_LIMIT) or not reply.name.isprintable():
            yield Violation(rule=ReplyRule.NAME, reply=reply.name)
        if not naming.fits(reply.text, TEXT_LIMIT):
            yield Violation(rule=ReplyRule.TEXT, reply=reply.name)
