"""The tour, followed by its own buttons and by what it marks; and what staff do in the tickets to which it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from playground.tests.visitor import ACTIONS, CHAPTER, CLAIM, CLOSE, CONFIRM, DELETE, OPEN, REOPEN, TOPIC
from tests.unit.transcripts.browser import CHROMIUM
from ticketbot.config import english, english_settings, french_settings, params

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.tests.visitor import Visitor
    from tests.simulator.state import Channel

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)"),
]

READY, TRANSFER = "ticket:settings:do:ready", "ticket:with:transfer"


@attrs.frozen
class Words:
    """What stands on the page and what the bot says, in one language."""

    locale: str
    texts: Mapping[str, str]
    yes: str
    steps: tuple[str, ...]


FRENCH = Words(
    "fr",
    {**params.MESSAGES, **french_settings.MESSAGES},
    "oui",
    (
        "Proposez plusieurs sujets",
        "Posez une question",
        "Remplissez",
        "Passez le relais",
        "Laissez une note",
        "tout vu",
    ),
)
ENGLISH = Words(
    "en-US",
    {**english.MESSAGES, **english_settings.MESSAGES},
    "yes",
    ("Offer several topics", "Ask a question", "Fill in", "Hand it over", "Leave a note", "seen it all"),
)


@pytest.mark.parametrize(
    ("mode", "server_language", "words"),
    [("gateway", "fr", FRENCH), ("rest", "en", ENGLISH)],
    ids=["french", "english"],
)
async def test_tour_leads_from_the_panel_to_a_handover_and_a_note(visitor: Visitor, words: Words) -> None:
    tab, (topics, question, form, handover, note, end) = visitor.tab, words.steps
    await visitor.enter(language=words.locale)
    await life_of_a_ticket(visitor)
    await tab.sees("#tour h2", topics)
    await put_in_topics(visitor, words)
    await tab.sees("#tour h2", question)
    await ask_a_question(visitor, words)
    await tab.sees("#tour h2", form)
    channel = await fill_in_the_form(visitor)
    await tab.sees("#tour h2", handover)
    await hand_over(visitor, words)
    await tab.sees("#tour h2", note)
    await switch_notes_on(visitor, words)
    await write_a_note(visitor, channel)
    await tab.sees("#tour h2", end)


async def life_of_a_ticket(visitor: Visitor) -> None:
    """Follow the first part of the tour."""
    server, tab = visitor.server, visitor.tab
    await visitor.configure()
    await visitor.tour_to(server.alice)
    await visitor.press(OPEN)
    await tab.click(".secret .embed a.n")
    await visitor.can_press(CLAIM)
    await visitor.tour_to(server.staff)
    await visitor.press(CLAIM)
    await visitor.tour_to(server.alice)
    await visitor.press(CLOSE)
    await tab.click("#modal .primary")
    await visitor.tour_to(server.staff)
    await visitor.press(REOPEN)
    await tab.click(f".wanted[data-press='{CLOSE}']")
    await tab.click(f".wanted[data-press='{DELETE}']")
    await visitor.press(CONFIRM)
    await visitor.tour("go")
    await tab.click(".read")
    await tab.sees("#file-viewer header", ".html")
    await tab.key("Escape")


async def put_in_topics(visitor: Visitor, words: Words) -> None:
    tab = visitor.tab
    await visitor.tour_to(visitor.server.admin)
    await visitor.tour("fill")
    await tab.sees(".command .slash", f"/{words.texts['command_settings_name']}")
    await tab.key("Enter")
    await tab.sees(f".wanted[data-menu='{CHAPTER}']")
    await visitor.choose(CHAPTER, words.texts["settings_chapter_topics"])
    await tab.click(f".wanted[data-press='{READY}']")
    await visitor.can_press(f"{OPEN}:3")


async def ask_a_question(visitor: Visitor, words: Words) -> None:
    tab = visitor.tab
    await tab.sees(f".wanted[data-menu='{TOPIC}']")
    await visitor.choose(TOPIC, words.texts["settings_ready_problem"])
    await tab.click(".wanted[data-press^='ticket:settings:page:questions']")
    await tab.click(".wanted[data-press^='ticket:settings:page:kinds']")
    await tab.sees(".wanted[data-press^='ticket:settings:ask:question']")
    await tab.click(".secret .press", words.texts["settings_choice_kind_short"])
    await tab.click("#modal label.field", words.texts["settings_label_label"])
    await tab.type("Order?")
    await tab.click("#modal .primary")


async def fill_in_the_form(visitor: Visitor) -> Channel:
    server, tab = visitor.server, visitor.tab
    await visitor.tour_to(server.bob)
    await tab.click(f".wanted[data-press='{OPEN}:1']")
    await tab.click("#modal input[type=text]")
    await tab.type("1047")
    await tab.click("#modal .primary")
    await tab.click(".secret .embed a.n")
    await tab.sees(".message .embed", "1047")
    (channel,) = server.guild.guild.children(server.category)
    return channel


async def hand_over(visitor: Visitor, words: Words) -> None:
    server, tab = visitor.server, visitor.tab
    await visitor.tour_to(server.staff)
    await tab.click(".wanted[data-press^='ticket:menu']")
    await tab.sees(f".wanted[data-menu='{ACTIONS}']")
    await visitor.choose(ACTIONS, words.texts["command_ticket_transfer_text"])
    await tab.sees(f".wanted[data-menu='{TRANSFER}']")
    await visitor.choose(TRANSFER, "Chloé")
    await tab.sees(".message .embed", words.texts["transferred_title"].removeprefix("{emoji} "))
    await tab.sees(f'[data-person="{server.admin.id}"] .badge')


async def switch_notes_on(visitor: Visitor, words: Words) -> None:
    tab = visitor.tab
    await visitor.tour_to(visitor.server.admin)
    await visitor.tour("fill")
    await tab.key("Enter")
    await tab.sees(f".wanted[data-menu='{CHAPTER}']")
    await visitor.choose(CHAPTER, words.texts["settings_chapter_claiming"])
    await tab.click(".wanted[data-press^='ticket:settings:ask:claiming']")
    await tab.click("#modal .box-row", words.yes)  # the last one: notes
    await tab.click("#modal .primary")


async def write_a_note(visitor: Visitor, channel: Channel) -> None:
    """Write a note, and see that staff alone find it, in a thread under the ticket's channel."""
    server, tab = visitor.server, visitor.tab
    await visitor.tour_to(server.staff)
    await visitor.tour("fill")
    await tab.type("Refund first.")
    await tab.key("Enter")
    await tab.click("#channels a.thread")
    await tab.sees(".message .embed", "Refund first.")
    assert [one.content for one in channel.history if "Refund" in one.text()] == []
    await visitor.become(server.admin)
    await tab.sees("#channels a.thread")
    await visitor.become(server.bob)
    await visitor.go(channel)
    await tab.misses("#channels a.thread")


@pytest.mark.parametrize("mode", ["gateway"])
@pytest.mark.parametrize(
    ("words", "typed", "command"),
    [(FRENCH, "/ticket rép", "/ticket réponse"), (ENGLISH, "/ticket rep", "/ticket reply")],
)
async def test_commands_have_their_names_in_the_members_language_and_offer_what_the_bot_offers(
    visitor: Visitor, words: Words, typed: str, command: str
) -> None:
    server, tab = visitor.server, visitor.tab
    await visitor.enter(language=words.locale)
    await visitor.configure()
    replies = [{"name": name, "text": f"{name}!"} for name in ("Hello", "Thanks", "Bye")]
    await visitor.import_settings(replies=replies)
    channel = await visitor.open_ticket(server.alice)
    await visitor.become(server.staff)
    await visitor.go(channel)
    await tab.click("#write")
    await tab.type(typed)
    await tab.sees(".suggestions [role=option]", command)
    await tab.key("Enter")
    await tab.sees(".suggestions [role=option]", "Hello")
    await tab.type("thank")
    await tab.until("document.querySelectorAll('.suggestions [role=option]').length === 1", "one reply is offered")
    await tab.key("Enter", "Enter")

    await tab.sees(".message .embed", "Thanks!")
    await tab.sees(".reply-line", command)
