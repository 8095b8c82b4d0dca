"""The page of all kinds of messages, and pictures of it to look at.

``python -m tests.unit.transcripts.gallery FOLDER`` writes the page in both languages, and what Chromium makes of it: in
the light, in the dark, on a phone, and on paper.
"""

from __future__ import annotations

import asyncio
import base64
import sys
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from tests.unit.transcripts import pictures, samples
from tests.unit.transcripts.browser import Browser
from ticketbot.transcripts.model.transcript import Locale, Names, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.transcripts.model.media import Media

_PIECE: Final = 1600
"""Pixels of height of one picture."""
SHOWN: Final = """
for (const group of document.querySelectorAll(".g")) group.style.contentVisibility = "visible";
for (const picture of document.images) picture.loading = "eager";
Promise.all([...document.images].map((picture) => picture.decode().catch(() => 0))).then(() => 0);
"""
"""Lays all of a page out, so that nothing in it moves any more."""


@attrs.frozen
class _View:
    name: str
    scheme: str
    width: int


_VIEWS: Final = (_View("light", "light", 1000), _View("dark", "dark", 1000), _View("phone", "dark", 390))


def page(locale: Locale = Locale.FRENCH, media: Mapping[str, Media] | None = None) -> str:
    """Render every kind of message, and every odd one, as a ticket."""
    return samples.page(
        *samples.decoded([*samples.MESSAGES, *samples.ODD]),
        guild_name="Les Amis du Code",
        channel_name="042-lea-martin",
        number=42,
        opener="Léa Martin",
        claimer="Zoé 🌸",
        opened_at=samples.MOMENT,
        closed_at=samples.MOMENT + 170 * samples.MINUTE,
        deleted_at=samples.MOMENT + 180 * samples.MINUTE,
        names=Names(
            user_colors={203234567890123456: 0x2ECC71, 204234567890123456: 0xF4A6C1},
            roles={400000000000000001: Role(name="Support", color=0x11806A)},
        ),
        media=pictures.media(samples.MESSAGES) if media is None else media,
        time_zone=zoneinfo.ZoneInfo("Europe/Paris"),
        locale=locale,
    )


def write(folder: Path) -> None:
    """Write the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for locale in Locale:
        (folder / f"page-{locale}.html").write_text(page(locale), encoding="utf-8")


async def draw(folder: Path) -> None:
    """Draw the pages that were written."""
    async with Browser() as browser:
        for view in _VIEWS:
            for number, picture in enumerate(await _pictures(browser, folder / "page-fr.html", view), start=1):
                (folder / f"{view.name}-{number:02d}.png").write_bytes(picture)
        printed = await browser.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
        (folder / "print.pdf").write_bytes(base64.b64decode(printed["data"]))


async def _pictures(browser: Browser, path: Path, view: _View) -> list[bytes]:
    features = [{"name": "prefers-color-scheme", "value": view.scheme}]
    await browser.call("Emulation.setEmulatedMedia", features=features)
    is_phone = view.name == "phone"
    await browser.call(
        "Emulation.setDeviceMetricsOverride", width=view.width, height=900, deviceScaleFactor=1, mobile=is_phone
    )
    await browser.open(path)
    await browser.evaluate(SHOWN)
    height = await browser.evaluate("document.documentElement.scrollHeight")
    return [await _picture(browser, top, min(_PIECE, height - top), view.width) for top in range(0, height, _PIECE)]


async def _picture(browser: Browser, top: int, height: int, width: int) -> bytes:
    clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
    drawn = await browser.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
    return base64.b64decode(drawn["data"])


if __name__ == "__main__":
    write(Path(sys.argv[1]))
    asyncio.run(draw(Path(sys.argv[1])))
