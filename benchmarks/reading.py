"""A transcript in a browser: when it can be used, and how long searches take."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import measurements
from benchmarks.sample_messages import messages
from benchmarks.transcripts import rendered
from tests.unit.transcripts.browser import CHROMIUM, Browser
from ticketbot.transcripts.parsing import parser

if TYPE_CHECKING:
    from benchmarks.measurements import Options, Row

TITLE = "Reading a transcript"
SEARCHES: Final = ("serveur hier", '"demain matin"', "bob", "zzzz")

_INTERACTIVE: Final = "performance.timing.domInteractive - performance.timing.navigationStart"
_SEARCH: Final = """
new Promise((done) => {
  const query = document.getElementById("query");
  const output = document.querySelector("#find output");
  const start = performance.now() + 150;
  new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  }).observe(output, { childList: true });
  query.value = WANTED;
  query.dispatchEvent(new Event("input"));
})
"""
"""The milliseconds from the end of the pause after the last key to the painted result."""


async def measure(options: Options) -> list[Row]:
    """Measure each in a browser of its own, so that no page is known to it."""
    if CHROMIUM is None:
        return []
    rounds = measurements.Rounds()
    count = 1_000 if options.quick else 20_000
    case = f"{count:,} messages in Chromium"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_bytes(b"".join(rendered(parser.parse_messages(messages(count))).pages[0].chunks()))
        for _ in range(options.rounds):
            async with Browser() as browser:
                await browser.open(path)
                rounds.add(case, "until it can be used", ms=await browser.evaluate(_INTERACTIVE))
                await browser.evaluate("new Promise((done) => setTimeout(done, 500))")
                rounds.add(case, "the first search", ms=await _search(browser, "merci"))
                for words in SEARCHES:
                    rounds.add(case, "later searches", ms=await _search(browser, words))
    return rounds.rows({})


async def _search(browser: Browser, words: str) -> float:
    return await browser.evaluate(_SEARCH.replace("WANTED", repr(words)))
