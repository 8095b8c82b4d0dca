from __future__ import annotations

from typing import Any

import pytest

from ticketbot.admin import rebuild
from ticketbot.config import params_model
from ticketbot.texts import panel, posted
from ticketbot.texts.messages import MessageCatalog
from ticketbot.tickets.model import Millis, UserId

OPENER, STAFF, OTHER = UserId(11), UserId(22), UserId(33)


def message(message_id: int, *buttons: str, text: str = "", content: str = "", by: UserId | None = None) -> Any:  # noqa: ANN401 - JSON
    """Return one of the bot's messages as Discord's API has it."""
    found: dict[str, Any] = {
        "id": str(message_id << 22),
        "content": content,
        "embeds": [{"title": "T", "description": text}],
        "components": [{"components": [{"custom_id": button} for button in buttons]}] if buttons else [],
    }
    if by is not None:
        found["interaction_metadata"] = {"id": "5", "user": {"id": str(by), "username": "sam"}}
    return found


WELCOME = message(1, "ticket:claim", "ticket:close", "ticket:menu", content=f"<@&9> <@{OPENER}>")
CLAIMED = message(2, "ticket:menu:77", text=f"<@{STAFF}> s’occupe de ce ticket.")
CLOSED = message(3, "ticket:reopen", "ticket:delete", "ticket:menu:78", text=f"<@{OTHER}> <@{OPENER}>")


@pytest.mark.parametrize(
    ("topic", "numbers"),
    [
        ("Ticket 012 · <@11> · <t:1700000000:f>", (12,)),
        ("<@!11> 1234 <t:1700000000>", (1234,)),
        ("Bureau 100, ticket 012 · <@11> · <t:1700000000:f>", (100, 12)),
    ],
)
def test_topic_of_a_ticket_is_read(topic: str, numbers: tuple[int, ...]) -> None:
    found = posted.read_topic(topic)

    assert found == posted.TicketTopic(numbers=numbers, opener_id=OPENER, created_at=Millis(1_700_000_000_000))


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "012",
        "012 <@11>",
        "012 <t:1:f>",
        "12 <@11> <t:1:f>",
        "012 <@11> <@12> <t:1:f>",
        "000 <@11> <t:1:f>",
    ],
)
def test_other_topics_are_nobodys(topic: str) -> None:
    assert posted.read_topic(topic) is None


def test_last_notices_say_the_state_and_the_claimer() -> None:
    claimed, closed = [posted.read_history(said, OPENER) for said in ([WELCOME, CLAIMED], [WELCOME, CLAIMED, CLOSED])]

    assert (claimed.is_closed, claimed.claimer_id, claimed.interaction_id) == (False, STAFF, 77)
    assert (closed.is_closed, closed.claimer_id, closed.closer_id, closed.interaction_id) == (True, STAFF, OTHER, 78)


MOVED = message(4, "ticket:claim", "ticket:close", "ticket:menu:80", text="vers **Idée**", content="<@&5> <@&6>")


def test_a_move_names_the_topic_and_the_new_staff() -> None:
    history = posted.read_history([WELCOME, CLAIMED, MOVED], OPENER)

    assert (history.moved_text, history.claimer_id, history.welcome_role_ids) == ("vers **Idée**", None, {5, 6})
    assert posted.read_history([WELCOME], OPENER).moved_text is None


@pytest.mark.parametrize(("text", "claimer"), [("vers **Idée**", STAFF), (f"<@{OTHER}> … <@{STAFF}> …", None)])
def test_closed_ticket_is_moved_with_or_without_its_claimer(text: str, claimer: UserId | None) -> None:
    moved = message(5, "ticket:menu:80", text=text, content="<@&5>")

    history = posted.read_history([WELCOME, CLAIMED, CLOSED, moved], OPENER)

    assert (history.is_closed, history.closer_id, history.moved_text) == (True, OTHER, text)
    assert history.claimer_id == claimer


def test_last_notice_about_the_lock_counts_whatever_came_after() -> None:
    lock, unlock = message(5, "ticket:menu:81"), message(6, "ticket:menu:82")
    lock["embeds"][0]["title"], unlock["embeds"][0]["title"] = "Locked", "Unlocked"
    titles = {"Locked": True, "Unlocked": False}

    locked, unlocked = [
        posted.read_history(said, OPENER, titles, titles)
        for said in ([WELCOME, lock, CLOSED], [WELCOME, lock, unlock, CLOSED])
    ]

    assert (locked.locked_at, locked.is_closed, locked.claimer_id) == (1_420_070_400_005, True, None)
    assert unlocked.locked_at is None


def test_notices_without_their_buttons_say_the_same() -> None:
    welcome = message(1, "ticket:menu:.claim.close", content=f"<@&9> <@{OPENER}>")
    closed = message(3, "ticket:menu:78.reopen.delete", text=f"<@{OTHER}> <@{OPENER}>")
    reopened = message(4, "ticket:menu:79.claim.close", content=f"<@{OPENER}>")
    posted_as = message(4, "ticket:claim", "ticket:close", "ticket:menu:79", content=f"<@{OPENER}>")

    found = posted.read_history([welcome, CLAIMED, closed, reopened], OPENER)

    assert found == posted.read_history([WELCOME, CLAIMED, CLOSED, posted_as], OPENER)


def test_who_pressed_counts_more_than_who_is_mentioned() -> None:
    claimed = posted.read_history([WELCOME, message(2, "ticket:menu:77", text="x", by=STAFF)], OPENER)

    assert (claimed.claimer_id, claimed.names) == (STAFF, {STAFF: "sam"})


@pytest.mark.parametrize(
    ("reopened", "claimer"),
    [
        (message(4, "ticket:close", "ticket:menu:79", content=f"<@{OPENER}>"), STAFF),
        (message(4, content=f"<@{OPENER}>"), STAFF),
        (message(4, "ticket:claim", "ticket:close", "ticket:menu:79", content=f"<@{OPENER}>"), None),
    ],
)
def test_reopened_ticket_is_open(reopened: Any, claimer: UserId | None) -> None:  # noqa: ANN401 - JSON
    found = posted.read_history([WELCOME, CLAIMED, CLOSED, reopened], OPENER)

    assert (found.is_closed, found.closer_id, found.claimer_id) == (False, None, claimer)


def test_released_and_transferred_tickets_have_their_last_claimer() -> None:
    released = message(4, "ticket:claim", "ticket:menu:79", text=f"<@{STAFF}>")
    given = message(5, "ticket:menu:80", text=f"<@{STAFF}> <@{OTHER}>", content=f"<@{OTHER}>", by=STAFF)

    assert posted.read_history([WELCOME, CLAIMED, released], OPENER).claimer_id is None
    assert posted.read_history([WELCOME, CLAIMED, released, given], OPENER).claimer_id == OTHER


def test_notices_of_other_things_name_no_claimer() -> None:
    catalog = MessageCatalog(params_model.defaults())
    titles = catalog.titles(*rebuild.OTHER_NOTICES)
    others = [message(4, "ticket:menu:79", by=STAFF) | {"embeds": [{"title": title}]} for title in sorted(titles)]

    assert len(titles) >= 2 * len(rebuild.OTHER_NOTICES) - 4, "some are the same in both languages"
    assert posted.read_history([WELCOME, *others], OPENER, titles).claimer_id is None
    assert posted.read_history([WELCOME, CLAIMED, *others], OPENER, titles).claimer_id == STAFF


def test_reason_of_the_last_closing_is_read() -> None:
    reason = {"name": "Raison", "value": "Réglé"}
    closed = CLOSED | {"embeds": [{"description": f"<@{OTHER}>", "fields": [reason]}]}
    reopened = message(4, "ticket:close", "ticket:menu:79", content=f"<@{OPENER}>")

    assert posted.read_history([WELCOME, closed], OPENER).close_reason == "Réglé"
    assert posted.read_history([WELCOME, closed, reopened], OPENER).close_reason is None
    assert posted.read_history([WELCOME, closed, reopened, CLOSED], OPENER).close_reason is None


def test_notices_of_other_things_date_a_ticket_and_name_the_roles_that_were_added() -> None:
    catalog = MessageCatalog(params_model.defaults())
    titles = catalog.titles("added", "removed", "locked", "unlocked")
    added = message(9, "ticket:menu:81") | {"embeds": [{"title": min(titles), "description": "<@&55>"}]}
    welcome = WELCOME | {"embeds": [{"title": "T", "description": "<@&9>"}]}
    found = posted.read_history([welcome, CLOSED, added], OPENER, titles)
    before = posted.read_history([welcome, CLOSED], OPENER, titles)

    assert (found.interaction_id, found.role_ids, found.welcome_role_ids) == (81, {55}, {9})
    assert (found.closed_at, found.is_closed) == (before.closed_at, True)
    assert found.changed_at is not None
    assert before.changed_at is not None
    assert found.changed_at > before.changed_at


@pytest.mark.parametrize("title", [None, "Q"])
def test_words_of_members_without_the_menu_claim_nothing_and_add_no_role(title: str | None) -> None:
    """A canned reply has no title; a quote or an answer of its own has one."""
    said = message(4, by=STAFF) | {"embeds": [{"title": title, "description": f"<@&55> <@{OTHER}>"}]}

    found, before = [posted.read_history(shown, OPENER, {"Q"}) for shown in ([WELCOME, said], [WELCOME])]

    assert (found.claimer_id, found.role_ids) == (None, frozenset())
    assert (found.is_closed, found.welcome_role_ids) == (before.is_closed, before.welcome_role_ids)


def test_numbers_of_transcripts_are_those_of_their_files_and_titles() -> None:
    files = [{"filename": "transcript-012-2.html"}, {"filename": "transcript-012-film.bin"}, {"filename": "999.png"}]
    found = {"attachments": files, "embeds": [{"title": "Transcription du ticket 012"}]}

    assert posted.transcript_numbers(found) == {12}
    assert posted.transcript_numbers({"embeds": [{"title": "ticket 013"}]}) == frozenset()


@pytest.mark.parametrize(("name", "number"), [("012-lea", 12), ("ticket-0-1-2", None), ("000-x", None), ("", None)])
def test_number_of_a_channels_name(name: str, number: int | None) -> None:
    assert posted.channel_number(name) == number


def test_topics_of_a_panel_are_read_from_buttons_and_selects() -> None:
    buttons = [
        {"custom_id": "ticket:open:3", "label": "Achats", "emoji": {"id": "9", "name": "sac"}},
        {"custom_id": "ticket:open:x", "label": "?"},
    ]
    options = [{"value": "4", "label": "Autre", "description": "le reste", "emoji": {"name": "🎟"}}]
    shown = {
        "components": [{"components": buttons}, {"components": [{"custom_id": "ticket:topic", "options": options}]}]
    }

    found = panel.read_topics(shown)

    assert [(one.id, one.name, one.emoji, one.description) for one in found] == [
        (3, "Achats", "<:sac:9>", None),
        (4, "Autre", "🎟", "le reste"),
    ]
