"""Who spoke: usernames and ids, and names that are the same or cannot be seen."""

from __future__ import annotations

import re

import pytest

from tests.unit.transcripts import samples
from ticketbot.transcripts.model.transcript import Locale
from ticketbot.transcripts.model.users import Author
from ticketbot.transcripts.parsing import parser


def person(number: int, name: str, username: str) -> Author:
    return Author(id=number, name=name, username=username)


def header_rows(page: str) -> list[str]:
    return re.findall(r"<h3>.*?</h3><small[^>]*>.*?</small>", page)


def shown_identities(page: str) -> set[str]:
    """Return the classes of usernames that the page shows without hover or focus."""
    rule = re.search(r"\}\s*((?:\.u\d+,?)+)\{position:static;clip-path:none\}", page)
    return set() if rule is None else set(rule[1].replace(".", "").split(","))


def test_author_has_username_and_id_on_hover_and_focus() -> None:
    page = samples.page(samples.said("a", author=person(78, "Amélie", "amelie")))

    assert '<h3><bdi class="nm">Amélie</bdi></h3><small class="un u0" tabindex="0">@amelie · 78</small>' in page


def test_two_people_of_one_name_are_told_apart_and_others_are_not() -> None:
    page = samples.page(
        samples.said("a", author=person(78, "Amélie", "amelie")),
        samples.said("b", at=1, author=person(79, "amélie", "amelie_")),
        samples.said("c", at=2, author=person(80, "Bob", "bob")),
    )

    assert shown_identities(page) == {"u0", "u1"}
    assert [re.findall(r"@\w+ · \d+", header) for header in header_rows(page)] == [
        ["@amelie · 78"],
        ["@amelie_ · 79"],
        ["@bob · 80"],
    ]


def test_unique_names_show_no_username() -> None:
    assert not shown_identities(samples.page(samples.said("a"), samples.said("b", at=1, author=samples.BOB)))


def test_webhook_that_takes_a_members_name_is_told_apart() -> None:
    webhook = Author(id=samples.LEA.id, name="Léa Martin", username="Léa Martin", is_app=True, is_webhook=True)

    assert shown_identities(samples.page(samples.said("a"), samples.said("b", at=1, author=webhook))) == {"u0", "u1"}


@pytest.mark.parametrize("locale", list(Locale))
def test_participants_are_listed_with_username_id_and_count(locale: Locale) -> None:
    amelie = person(78, "Amélie", "amelie")
    page = samples.page(samples.said("a", author=amelie), samples.said("b", at=1, author=amelie), locale=locale)

    assert '<bdi class="nm">Amélie</bdi> <small>2</small> <small class="id">@amelie · 78</small>' in page


@pytest.mark.parametrize("blank", ["\u3164", "\u115f\u1160", "\u200b", " \u2800\u200d", "\uffa0\u0301"])
def test_name_that_cannot_be_seen_gives_way_to_the_username(blank: str) -> None:
    author = {"id": "77", "username": "blankname", "global_name": blank}

    assert parser.parse_message(samples.raw(author=author)).author.name == "blankname"


def test_reply_names_the_username_and_id_of_whom_it_answers() -> None:
    page = samples.shown(
        type=19,
        message_reference={"message_id": "5"},
        referenced_message={"id": "5", "content": "x", "author": {"id": "9", "username": "zoe", "global_name": "Zoé"}},
    )

    assert '<bdi class="nm" title="@zoe · 9">Zoé</bdi>' in page


def test_author_of_whom_nothing_is_known_has_no_id() -> None:
    page = samples.page(samples.said("a", author=Author(id=0, name="")))

    assert '<small class="id"></small>' in page
