"""The README's pictures: a ticket's life in the playground, drawn by Chromium.

``python -m tests.playground.pictures docs`` plays it with the real bot and writes what members and readers see of it.
"""

from __future__ import annotations

import asyncio
import base64
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib import parse

import attrs

from tests.playground.__main__ import playground
from tests.playground.tests.acting import CLAIM, CLOSE, CONFIRM, DELETE, Acting
from tests.playground.tests.tab import Tab
from tests.unit.transcripts.gallery import SHOWN

if TYPE_CHECKING:
    from tests.simulator.state import Channel

_SIZE: Final = (1280, 800)
_QUALITY: Final = 80

_RECEIPT: Final = """
<body style="margin:0;padding:28px 36px;font:20px/1.5 sans-serif">
<h1 style="margin:0 0 6px;font-size:26px">The Pixel Café’s shop</h1>Order 1047 · 2 stickers<hr>
<p style="margin:16px 0 0;color:#b3261e"><b>Payment failed</b><br>Your card was charged, but nothing was ordered.</p>
"""
"""What the opener attaches a picture of."""
_LOG: Final = 'Found it:\n```json\n{"order": 1047, "paid": true, "placed": false}\n```\nI placed it again. Sorry!'


@attrs.frozen
class Drawing:
    """One life, and the folder where its pictures go."""

    acting: Acting
    folder: Path

    async def life(self) -> None:
        """Play and draw."""
        acting, stage, tab = self.acting, self.acting.stage, self.acting.tab
        receipt = await _receipt(tab)
        await tab.call("Emulation.setScrollbarsHidden", hidden=True)
        await acting.enter(width=_SIZE[0], height=_SIZE[1], language="en-US")
        await acting.configure()
        channel = await acting.opened(stage.alice)
        question = await stage.alice.write(
            channel, f"Hi {stage.staff.mention}! I **paid twice**, and see this:", files=[("receipt.png", receipt)]
        )
        await acting.become(stage.staff)
        await acting.go(channel)
        await acting.press(CLAIM)
        await tab.sees(".message .embed", "is taking care")
        await stage.staff.write(channel, "I am looking into it.", reply_to=question)
        await tab.sees(".message .text", "looking into it")
        await self._window("playground", *_SIZE)

        await acting.tour("skip")
        await acting.become(stage.alice)
        await acting.go(stage.panel)
        await self._room("panel")
        await acting.go(channel)
        await self._room("ticket")
        await self._transcript(channel)

    async def _room(self, name: str) -> None:
        """Draw the open channel as a member sees it, without what stands around it."""
        await self._resize(620, 640)
        await asyncio.sleep(0.5)
        box = await self.acting.tab.evaluate(
            "(({x, y, width, height}) => ({x, y, width, height}))"
            "(document.querySelector('#chat').getBoundingClientRect())"
        )
        await self._draw(name, clip={**box, "scale": 1})
        await self._resize(*_SIZE)

    async def _transcript(self, channel: Channel) -> None:
        """Let the staff answer, close and delete, and open the page that is left."""
        acting, stage, tab = self.acting, self.acting.stage, self.acting.tab
        answer = await stage.staff.write(channel, _LOG)
        await stage.alice.write(channel, "Thank you!", reply_to=answer)
        await stage.alice.react(answer, "❤️")
        await acting.become(stage.staff)
        await acting.go(channel)
        for button in (CLOSE, DELETE, CONFIRM):
            await acting.press(button)
        await stage.guild.wait_for(lambda: channel.deleted)
        (archived,) = [message for message in stage.transcripts.history if message.attachments]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / archived.attachments[0].filename
            path.write_bytes(archived.attachments[0].content)
            await tab.open(path)
            await tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
            await tab.evaluate(SHOWN)
            await tab.evaluate(
                "document.querySelector('.m:has(figure)').scrollIntoView({block: 'start'}); scrollBy(0, -12)"
            )
            await self._window("transcript", 1000, 800)

    async def _window(self, name: str, width: int, height: int) -> None:
        await self._resize(width, height)
        await asyncio.sleep(0.5)  # what moves in comes to rest
        await self._draw(name)

    async def _resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1.5, "mobile": False}
        await self.acting.tab.call("Emulation.setDeviceMetricsOverride", **size)

    async def _draw(self, name: str, **how: Any) -> None:  # noqa: ANN401  # as the protocol asks
        await self.acting.tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
        shot = await self.acting.tab.call("Page.captureScreenshot", format="webp", quality=_QUALITY, **how)
        path = self.folder / f"{name}.webp"
        path.write_bytes(base64.b64decode(shot["data"]))
        print(f"{path}: {path.stat().st_size:,} bytes")  # noqa: T201 - a command's own words


async def _receipt(tab: Tab) -> bytes:
    await tab.visit("data:text/html;charset=utf-8," + parse.quote(_RECEIPT), width=600, height=220)
    return await tab.picture()


async def main(folder: Path) -> None:
    """Draw all pictures."""
    async with playground("gateway", language="en") as (stage, url), Tab() as tab:
        await Drawing(Acting(stage, tab, url), folder).life()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
