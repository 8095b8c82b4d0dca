"""A page in a real Chromium: nothing of a message runs, no address is asked for, and its few controls work."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from benchmarks import sample_messages
from tests.unit.transcripts import gallery, samples
from tests.unit.transcripts.browser import Browser, needs_chromium
from tests.unit.transcripts.hostile import HOSTILE
from ticketbot.transcripts.model.transcript import Locale, Transcript
from ticketbot.transcripts.model.users import Author
from ticketbot.transcripts.parsing import parser
from ticketbot.transcripts.rendering import html
from ticketbot.transcripts.rendering.pagination import PageLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

pytestmark = needs_chromium

AXE = importlib.util.find_spec("axe_playwright_python")
"""A package that carries axe.min.js; nothing else of it is used, and none of what it depends on."""

_CLICK_ALL = """
for (const link of document.querySelectorAll("a[href^=http], a[href^=mailto], a[href^='./']")) {
  link.addEventListener("click", (event) => event.preventDefault());
}
for (const element of document.querySelectorAll("main *, header *, form *")) {
  element.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
  element.dispatchEvent(new Event("error"));
  element.focus?.();
  element.click?.();
}
"""
_OPEN_ALL = """
for (const details of document.querySelectorAll("details")) details.open = true;
for (const box of document.querySelectorAll("main input")) box.checked = true;
for (const group of document.querySelectorAll(".g")) group.style.contentVisibility = "visible";
"""
_WAIT = "new Promise((done) => setTimeout(done, 400))"


def _part() -> str:
    """Return the second of three pages."""
    messages = [samples.said("a" * 1500, at=at) for at in range(400)]
    rendering = html.TranscriptRenderer(Transcript(messages=messages), limits=PageLimits(page=300_000))
    for _ in rendering.steps():
        pass
    return b"".join(rendering.pages[1].chunks()).decode()


_PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "French": gallery.page,
    "English": lambda: gallery.page(Locale.ENGLISH),
    "without files": lambda: gallery.page(media={}),
    "ordinary": lambda: samples.page(*parser.parse_messages(sample_messages.messages(300)), number=4),
    "one of several parts": _part,
    "hostile": lambda: samples.page(*(samples.said(text[:300], at=at) for at, text in enumerate(HOSTILE.values()))),
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "transcript.html"
    path.write_text(gallery.page(), encoding="utf-8")
    return path


@pytest.mark.parametrize("bypass", [False, True], ids=["as it is", "without the policy"])
async def test_nothing_of_a_message_runs_on_load_or_on_click(browser: Browser, page: Path, *, bypass: bool) -> None:
    await browser.call("Page.setBypassCSP", enabled=bypass)
    await browser.open(page)
    await browser.evaluate(_CLICK_ALL)
    await browser.evaluate(_WAIT)

    assert await browser.evaluate("typeof window.hacked") == "undefined"
    assert await browser.evaluate("location.href.startsWith('file:')")
    assert [url for url in browser.requests if not url.startswith(("file:", "data:"))] == []
    assert [line for line in browser.logs if "Content Security Policy" in line] == []


async def test_spoiler_opens_by_keyboard_and_by_mouse(browser: Browser, page: Path) -> None:
    await browser.open(page)
    await browser.evaluate("document.querySelector('.m .s input').focus()")
    hidden = await browser.evaluate("getComputedStyle(document.querySelector('.m .s > span')).visibility")
    await browser.press(" ", 32, " ")
    opened = await browser.evaluate("getComputedStyle(document.querySelector('.m .s > span')).visibility")
    await browser.evaluate("document.querySelector('.m .s').click()")
    closed = await browser.evaluate("getComputedStyle(document.querySelector('.m .s > span')).visibility")

    assert (hidden, opened, closed) == ("hidden", "visible", "hidden")


async def test_covered_picture_opens_where_it_is_pressed(browser: Browser, page: Path) -> None:
    await browser.open(page)
    await browser.evaluate(gallery.SHOWN)
    await browser.evaluate("document.querySelector('.sb').scrollIntoView({block: 'center'})")
    spot = await browser.evaluate(
        "(({x, y}) => ({x: x + 20, y: y + 20}))(document.querySelector('.sb > div').getBoundingClientRect())"
    )
    for kind in ("mousePressed", "mouseReleased"):
        await browser.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **spot)

    assert await browser.evaluate("document.querySelector('.sb input').checked")
    assert await browser.evaluate("getComputedStyle(document.querySelector('.sb > div > *')).visibility") == "visible"


async def test_search_finds_what_somebody_wrote_by_their_name(browser: Browser, page: Path) -> None:
    await browser.open(page)
    await browser.evaluate("document.getElementById('query').focus()")
    await browser.call("Input.insertText", text="alerte météo")
    await browser.evaluate(_WAIT)

    assert await browser.evaluate("document.querySelector('.hit').textContent.includes('seconde identité')")


async def test_search_counts_and_jumps_and_opens_spoilers(browser: Browser, page: Path) -> None:
    await browser.open(page)
    await browser.evaluate("document.getElementById('query').focus()")
    await browser.call("Input.insertText", text='"SPOILER CACHE"')
    await browser.evaluate(_WAIT)
    found = await browser.evaluate("document.querySelector('output').textContent")
    opened = await browser.evaluate("document.querySelector('.hit .s input').checked")
    await browser.evaluate("document.getElementById('query').value = ''")
    await browser.call("Input.insertText", text='"reponse a un message"')
    await browser.evaluate(_WAIT)
    first = await browser.evaluate("document.querySelector('.hit').id")
    await browser.press("Enter", 13, "\r")
    second = await browser.evaluate("document.querySelector('.hit').id")
    count = await browser.evaluate("document.querySelector('output').textContent")
    await browser.call("Input.insertText", text="zzzz")
    await browser.evaluate(_WAIT)

    assert (found, opened) == ("1 sur 1", True)
    assert first != second
    assert count == "2 sur 3"
    assert await browser.evaluate("document.querySelector('output').textContent") == "Aucun résultat"


async def _found(browser: Browser, text: str) -> tuple[int, list[str]]:
    """Search, and return how many messages were found and what is highlighted in the first."""
    await browser.evaluate("document.getElementById('query').value = ''; document.getElementById('query').focus()")
    await browser.call("Input.insertText", text=text)
    await browser.evaluate(_WAIT)
    count = await browser.evaluate("parseInt(document.querySelector('output').textContent.split(' ').at(-1)) || 0")
    marked = await browser.evaluate("[...(CSS.highlights.get('hit') ?? [])].map(String)")
    return count, marked


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    amelie = Author(id=78, name="Amélie", username="amelie")
    said = [
        samples.said("first refund", author=amelie),
        samples.said("second", at=1, author=amelie),
        samples.said("third refund of Élodie", at=2, author=amelie),
        samples.said("the refund came first", at=60, author=Author(id=79, name="Bob", username="bob_")),
    ]
    path = tmp_path_factory.mktemp("page") / "search.html"
    path.write_text(samples.page(*said, locale=Locale.ENGLISH), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("query", "count", "marked"),
    [
        ("refund first", 2, ["first", "refund"]),
        ('"first refund"', 1, ["first refund"]),
        ("ELODIE", 1, ["Élodie"]),
        ("amelie", 3, []),
        ("78 refund", 2, ["refund"]),
        ("bob_", 1, []),
        ("08:3", 0, []),
    ],
)
async def test_search_finds_words_phrases_and_authors(  # a table
    browser: Browser, searched: Path, query: str, count: int, marked: list[str]
) -> None:
    await browser.open(searched)
    found = await _found(browser, query)

    assert (found[0], sorted(found[1])) == (count, marked)


async def test_slash_leads_to_the_search(browser: Browser, searched: Path) -> None:
    await browser.open(searched)
    await browser.press("/", 191, "/")

    assert await browser.evaluate("document.activeElement.id") == "query"


@pytest.mark.parametrize(
    ("zone", "title"),
    [
        ("Asia/Tokyo", "lundi 2 mars 2026 à 09:31:00 UTC+1\nÀ votre heure : lundi 2 mars 2026 à 17:31:00"),
        ("Europe/Paris", "lundi 2 mars 2026 à 09:31:00 UTC+1"),
    ],
)
async def test_time_shows_the_readers_own_on_hover(browser: Browser, page: Path, zone: str, title: str) -> None:
    await browser.call("Emulation.setTimezoneOverride", timezoneId=zone)
    await browser.open(page)
    for _ in range(2):
        await browser.evaluate(
            "document.querySelector('.m time').dispatchEvent(new PointerEvent('pointerover', {bubbles: true}))"
        )

    assert await browser.evaluate("document.querySelector('.m time').title") == title


async def test_picture_is_enlarged_by_keyboard_and_escape_closes_it(browser: Browser, page: Path) -> None:
    await browser.open(page)
    await browser.evaluate("document.querySelector('.b ~ figure .z input, figure .z input').focus()")
    await browser.press(" ", 32, " ")
    style = "getComputedStyle(document.querySelector('.z:has(:checked)') ?? document.body).position"
    opened = await browser.evaluate(style)
    width = await browser.evaluate("document.querySelector('.z:has(:checked)').getBoundingClientRect().width")
    await browser.press("Escape", 27)

    assert (opened, await browser.evaluate(style)) == ("fixed", "static")
    assert width == await browser.evaluate("document.documentElement.clientWidth")


async def test_theme_follows_the_reader_and_can_be_switched(browser: Browser, page: Path) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    await browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    await browser.open(page)
    dark = await browser.evaluate(background)
    await browser.evaluate("document.getElementById('theme').click()")
    light = await browser.evaluate(background)

    assert (dark, light) == ("rgb(30, 31, 34)", "rgb(255, 255, 255)")


async def test_page_fits_a_phone(browser: Browser, page: Path) -> None:
    await browser.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
    await browser.open(page)
    await browser.evaluate(_OPEN_ALL)

    assert await browser.evaluate("document.documentElement.scrollWidth") <= 360


async def test_print_shows_what_is_hidden(browser: Browser, page: Path) -> None:
    await browser.call("Emulation.setEmulatedMedia", media="print")
    await browser.open(page)

    assert await browser.evaluate("getComputedStyle(document.querySelector('.m .s > span')).visibility") == "visible"
    assert await browser.evaluate("getComputedStyle(document.getElementById('find')).display") == "none"


async def test_page_works_without_script(browser: Browser, page: Path) -> None:
    await browser.call("Emulation.setScriptExecutionDisabled", value=True)
    await browser.open(page)
    document = await browser.call("DOM.getDocument")
    form = await browser.call("DOM.querySelector", nodeId=document["root"]["nodeId"], selector="#find[hidden]")
    spoiler = await browser.call("DOM.querySelector", nodeId=document["root"]["nodeId"], selector=".m .s")
    box = await browser.call("DOM.getBoxModel", nodeId=spoiler["nodeId"])

    assert form["nodeId"]
    assert box["model"]["width"] > 0


@pytest.mark.skipif(AXE is None, reason="no axe here (pip install --no-deps --group axe)")
@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        ("French", "light", 1000),
        ("French", "dark", 1000),
        ("English", "dark", 390),
        ("without files", "light", 390),
        ("ordinary", "light", 1000),
        ("hostile", "dark", 1000),
        ("one of several parts", "light", 390),
    ],
)
async def test_axe_finds_nothing(browser: Browser, tmp_path: Path, name: str, scheme: str, width: int) -> None:
    path = tmp_path / "page.html"
    path.write_text(_PAGES[name](), encoding="utf-8")
    await browser.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 1000
    )
    await browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    await browser.call("Page.setBypassCSP", enabled=True)
    await browser.open(path)
    assert AXE is not None, "the test is skipped where there is none"
    script = Path(str(AXE.origin)).with_name("axe.min.js").read_text(encoding="utf-8")  # before anything runs
    await browser.evaluate(f"{script};0")
    await browser.evaluate(_OPEN_ALL)
    found = await browser.evaluate("axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})")

    assert [(one["impact"], one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
