"""Ways through a page in a real Chromium: dates, filters, keys; and what of them works without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.transcripts import samples
from tests.unit.transcripts.browser import Browser, needs_chromium
from ticketbot.transcripts.model.attachments import Attachment, AttachmentKind
from ticketbot.transcripts.model.messages import Thread
from ticketbot.transcripts.model.transcript import Locale, Transcript
from ticketbot.transcripts.rendering import html
from ticketbot.transcripts.rendering.pagination import PageLimits

if TYPE_CHECKING:
    from pathlib import Path

    from ticketbot.transcripts.model.messages import TranscriptMessage

DAY = 24 * 60


def said() -> list[TranscriptMessage]:
    file = Attachment(name="log.txt", url="https://cdn.discordapp.com/a/log.txt", kind=AttachmentKind.FILE)
    return [
        samples.said("one"),
        samples.said("two https://example.org", at=1, author=samples.BOB),
        samples.said("three", at=2 * DAY, author=samples.BOB, attachments=(file,)),
        samples.said("four", at=2 * DAY + 1, author=samples.BOB, is_pinned=True),
        samples.said("five", at=40 * DAY),
        samples.said("six", at=41 * DAY, thread=Thread(id=7, name="aside")),
        samples.said("seven", at=42 * DAY, channel_id=7),
    ]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "ways.html"
    path.write_text(samples.page(*said(), locale=Locale.ENGLISH), encoding="utf-8")
    return path


async def _shown(browser: Browser) -> list[str]:
    """Return the days and messages that are shown."""
    return await browser.evaluate(
        "Array.from(document.querySelectorAll('.day time, .m .b'))"
        ".filter((e) => e.checkVisibility()).map((e) => e.textContent.split(/[ ,]/)[0])"
    )


def test_each_day_is_linked_and_has_one_id() -> None:
    page = samples.page(*said(), locale=Locale.ENGLISH)

    links = re.findall(r'<a href="#(d[\d-]+)" aria-label="([^"]+)">(\d+)</a>', page)
    assert links[0] == ("d2026-03-02", "Monday, 2 March 2026", "2")
    assert [link[0] for link in links] == re.findall(r'<h2 class="day" id="([^"]+)"', page)
    assert re.findall(r"<dt>(\w+ 2026)</dt>", page) == ["March 2026", "April 2026"]


def test_a_day_that_comes_back_has_no_second_id() -> None:
    messages = [samples.said(), samples.said(at=2 * DAY), samples.said(at=1)]

    assert len(re.findall(r'id="d2026-03-02"', samples.page(*messages))) == 1


def test_each_part_links_its_own_days_and_stays_below_its_limit() -> None:
    messages = [samples.said("a" * 1500, at=at * DAY) for at in range(500)]
    limit = 400_000
    rendering = html.TranscriptRenderer(Transcript(messages=messages), limits=PageLimits(page=limit))
    for _ in rendering.steps():
        pass
    pages = [b"".join(page.chunks()).decode() for page in rendering.pages]

    assert len(pages) > 1
    for page in pages:
        ids = re.findall(r'<h2 class="day" id="([^"]+)"', page)
        assert ids == re.findall(r'<a href="#(d[\d-]+)"', page)
        assert len(page.encode()) <= limit
    assert sum(page.count('<h2 class="day" id=') for page in pages) == 500


@needs_chromium
async def test_date_leads_to_its_day_without_a_script(browser: Browser, page: Path) -> None:
    await browser.call("Emulation.setScriptExecutionDisabled", value=True)
    await browser.open(page)
    document = await browser.call("DOM.getDocument")
    for selector in ("#dates summary", '#dates a[href="#d2026-04-11"]'):
        node = await browser.call("DOM.querySelector", nodeId=document["root"]["nodeId"], selector=selector)
        box = (await browser.call("DOM.getBoxModel", nodeId=node["nodeId"]))["model"]["content"]
        for kind in ("mousePressed", "mouseReleased"):
            await browser.call(
                "Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, x=box[0] + 5, y=box[1] + 5
            )
    history = await browser.call("Page.getNavigationHistory")

    assert history["entries"][-1]["url"].endswith("#d2026-04-11")


@needs_chromium
@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        (
            "select.value = 'Léa Martin 201234567890123456'",
            ["Monday", "one", "Saturday", "five", "Sunday", "six", "Monday", "seven"],
        ),
        ("box('file')", ["Wednesday", "three"]),
        ("box('link')", ["Monday", "two"]),
        ("box('pin')", ["Wednesday", "four"]),
        ("box('pin'); box('link')", []),
    ],
)
async def test_filter_shows_what_fits(browser: Browser, page: Path, choice: str, shown: list[str]) -> None:
    await browser.open(page)
    everything = await _shown(browser)
    await browser.press("f", 70, "f")
    await browser.evaluate(  # the authors are listed when the filter is opened, by an event that comes after the key's
        "new Promise((done) => { const wait = () => document.querySelector('#filter select').length > 1"
        " ? done() : setTimeout(wait, 10); wait(); })"
    )
    await browser.evaluate(
        "const select = document.querySelector('#filter select');"
        "const box = (name) => { document.querySelector(`#filter [value=${name}]`).checked = true; };"
        f"{choice}; select.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    )
    filtered = await _shown(browser)
    count = await browser.evaluate("document.querySelector('#filter output').textContent")
    await browser.evaluate("location.hash = '#m1001'")
    await browser.evaluate("new Promise((done) => setTimeout(done, 100))")

    assert filtered == shown
    assert count == f"{sum(word.islower() for word in shown)} of 7 messages"
    if "two" not in shown:
        assert await _shown(browser) == everything


@needs_chromium
async def test_keys_lead_from_message_to_message(browser: Browser, page: Path) -> None:
    await browser.open(page)
    focused = "document.activeElement.querySelector('.b')?.textContent"
    seen: list[str] = []
    for key in "jjjk":
        await browser.press(key, ord(key.upper()), key)
        seen.append(await browser.evaluate(focused))

    assert [words.split()[0] for words in seen] == ["one", "two", "three", "two"]


@needs_chromium
async def test_question_mark_lists_the_keys_and_d_opens_the_dates(browser: Browser, page: Path) -> None:
    await browser.open(page)
    await browser.press("?", 191, "?")
    listed = await browser.evaluate(
        "Array.from(document.querySelectorAll('#keys[open] kbd'), (key) => key.textContent)"
    )
    await browser.press("j", 74, "j")
    moved = await browser.evaluate("Boolean(document.activeElement.closest('.m'))")
    await browser.press("Escape", 27)
    closed = await browser.evaluate("!document.getElementById('keys').open")
    await browser.press("d", 68, "d")
    opened = await browser.evaluate("document.getElementById('dates').open")
    await browser.press("Escape", 27)

    assert (listed, moved, closed, opened) == (["/", "j", "k", "f", "d", "?"], False, True, True)
    assert not await browser.evaluate("document.getElementById('dates').open")


@needs_chromium
async def test_keys_are_letters_while_somebody_types(browser: Browser, page: Path) -> None:
    await browser.open(page)
    await browser.evaluate("document.getElementById('query').focus()")
    for key in "jf?":
        await browser.press(key, ord(key.upper()), key)

    assert await browser.evaluate("document.getElementById('query').value") == "jf?"
    assert not await browser.evaluate("document.getElementById('filter').open")


@needs_chromium
async def test_keys_can_be_switched_off_and_stay_off(browser: Browser, page: Path) -> None:
    switch = "document.querySelector('#keys input')"
    await browser.open(page)
    await browser.press("?", 191, "?")
    await browser.evaluate(f"{switch}.click()")
    await browser.press("Escape", 27)
    for key in "j?":
        await browser.press(key, ord(key.upper()), key)
    moved = await browser.evaluate(
        "Boolean(document.activeElement.closest('.m')) || document.querySelector('#keys').open"
    )
    await browser.open(page)
    await browser.press("d", 68, "d")
    still_off = await browser.evaluate("!document.getElementById('dates').open")
    await browser.evaluate("document.getElementById('help').click()")
    await browser.evaluate(f"{switch}.click()")
    await browser.press("Escape", 27)
    await browser.press("d", 68, "d")

    assert (moved, still_off) == (False, True)
    assert await browser.evaluate("document.getElementById('dates').open")


def test_each_part_says_that_it_is_searched_alone_and_leads_to_its_neighbours() -> None:
    messages = [samples.said("a" * 1500, at=at) for at in range(700)]
    rendering = html.TranscriptRenderer(
        Transcript(messages=messages, locale=Locale.ENGLISH), limits=PageLimits(page=400_000)
    )
    for _ in rendering.steps():
        pass
    notes = [
        re.findall(r'<p class="part"><span hidden>([^<]*)</span>(.*?)</p>', b"".join(page.chunks()).decode())
        for page in rendering.pages
    ]

    total = len(notes)
    assert total > 2
    assert [[text for text, _ in found] for found in notes] == [
        [f"Search and filters: part {number} of {total} only"] for number in range(1, total + 1)
    ]
    assert re.findall(r'href="([^"]+)"', notes[1][0][1]) == ["./transcript.html", "./transcript-3.html"]
    assert 'class="part"' not in samples.page(samples.said())
