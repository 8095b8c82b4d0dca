"""The pictures of README.md and docs: screenshots of a ticket's life in the playground.

``python -m playground.pictures docs`` runs it with the real bot and writes the images.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib import parse

import attrs

from playground.__main__ import playground
from playground.tests.tab import Tab
from playground.tests.visitor import (
    ACTIONS,
    CHAPTER,
    CLAIM,
    CLOSE,
    CONFIRM,
    DELETE,
    MENU,
    OPEN,
    SETTINGS,
    TOPIC,
    Visitor,
)
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
"""The page whose screenshot the opener attaches."""
_LOG: Final = 'Found it:\n```json\n{"order": 1047, "paid": true, "placed": false}\n```\nI placed it again. Sorry!'


_TOPICS: Final = [
    {
        "name": "Problem",
        "emoji": "🛠️",
        "description": "Something on the server or in the shop does not work",
        "questions": [
            {"label": "What does not work?", "help": "The more exact, the sooner it works again.", "kind": "long"},
            {"label": "Where?", "kind": "choice", "choices": ["The shop", "A channel", "Somewhere else"]},
            {"label": "Whom may we ask about it?", "kind": "member", "required": False},
        ],
        "welcome": {
            "title": "Something does not work",
            "text": "Thank you for telling us! A screenshot helps more than any description.",
            "sections": [{"title": "Until we answer", "text": "Please do not order again."}],
        },
    },
    {"name": "Report", "emoji": "🚨", "description": "Somebody breaks the rules"},
    {"name": "Application", "emoji": "📝", "description": "Join the team"},
]
"""The topics in the pictures of the panel and the form."""
_REPLIES: Final = [
    {"name": "Looking into it", "text": "Hello {member}, {staff} is looking into ticket {number}."},
    {"name": "Refund", "text": "The refund is on its way; your bank takes two to five days."},
]
_PROBLEM: Final = "Order 1047 is paid, but the shop says that it was never placed."
_NOTE: Final = "Refund order 1047 before the shop’s next run at 6 pm. @Chloé has the key."


@attrs.frozen
class Pictures:
    """A visitor, and the folder for the pictures."""

    visitor: Visitor
    folder: Path

    async def life(self) -> None:
        """Take a ticket from its opening to its deletion, with screenshots on the way."""
        visitor, server, tab = self.visitor, self.visitor.server, self.visitor.tab
        receipt = await _receipt(tab)
        await tab.call("Emulation.setScrollbarsHidden", hidden=True)
        await visitor.enter(width=_SIZE[0], height=_SIZE[1], language="en-US")
        await visitor.configure()
        channel = await visitor.open_ticket(server.alice)
        question = await server.alice.write(
            channel, f"Hi {server.staff.mention}! I **paid twice**, and see this:", files=[("receipt.png", receipt)]
        )
        await visitor.become(server.staff)
        await visitor.go(channel)
        await visitor.press(CLAIM)
        await tab.sees(".message .embed", "is taking care")
        await server.staff.write(channel, "I am looking into it.", reply_to=question)
        await tab.sees(".message .text", "looking into it")
        await self._window("playground", *_SIZE)

        await visitor.tour("skip")
        await visitor.become(server.alice)
        await visitor.go(server.panel)
        await self._room("panel")
        await visitor.go(channel)
        await self._room("ticket")
        await self._transcript(channel)
        await self._topics()
        await self._staff(await self._form())
        await self._settings()

    async def _topics(self) -> None:
        """Set topics and all else that the later pictures show, and take a screenshot of the panel."""
        visitor, server = self.visitor, self.visitor.server
        ends = (dt.datetime.now(dt.UTC) + dt.timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
        block = {"member": str(server.alice.id), "until": f"{ends:%Y-%m-%dT%H:%M:%SZ}", "reason": "Advertising"}
        await visitor.import_settings(
            language="en",
            topics=_TOPICS,
            panels=[{"channel": {"name": "general"}, "title": "Join us", "topics": ["Application"]}],
            replies=_REPLIES,
            access={"max_open_tickets": 2, "blocks": [block]},
            texts={"color": "#F4A6C1", "time_zone": "Europe/Paris"},
            closing={"question_for_staff": True, "tells_opener": True},
            openers_may_add=True,
            notes=True,
        )
        await visitor.enter(width=_SIZE[0], height=_SIZE[1], language="en-US")
        await visitor.become(server.bob)
        await visitor.go(server.panel)
        await visitor.can_press(f"{OPEN}:2")
        await self._room("topics")

    async def _form(self) -> Channel:
        """Take a screenshot of a topic's form, filled in, and send it."""
        visitor, server, tab = self.visitor, self.visitor.server, self.visitor.tab
        await visitor.press(f"{OPEN}:1")
        await tab.click("#modal textarea")
        await tab.type(_PROBLEM)
        await tab.click("#modal .box-row", "The shop")
        await self._element("form", "#modal")
        await tab.click("#modal .primary")
        await tab.click(".secret .embed a.n")
        await visitor.can_press(CLAIM)
        (channel,) = server.guild.guild.children(server.category)
        return channel

    async def _staff(self, channel: Channel) -> None:
        """Take screenshots of what staff do in a ticket: a claimed one, the menu, a note."""
        visitor, server, tab = self.visitor, self.visitor.server, self.visitor.tab
        await visitor.become(server.staff)
        await visitor.go(channel)
        await visitor.press(CLAIM)
        await tab.sees(".message .embed", "is taking care")
        await self._room("claimed")
        await tab.click(f'[data-press^="{MENU}:"]')
        await tab.click(f'[data-menu="{ACTIONS}"]')
        await self._room("menu")
        await tab.key("Escape")
        await tab.click("#write")
        await tab.type("/ticket note")
        await tab.key("Enter")
        await tab.type(_NOTE)
        await tab.key("Enter")
        await tab.click("#channels a.thread")
        await tab.sees(".message .embed", "Refund order")
        await self._window("note", 960, 600)
        await self._resize(*_SIZE)

    async def _settings(self) -> None:
        """Take screenshots of the settings page and of its chapters."""
        visitor = self.visitor
        await visitor.become(visitor.server.admin)
        await visitor.go(visitor.server.panel)
        await visitor.press(SETTINGS)
        await visitor.tab.sees(f'[data-menu="{CHAPTER}"]')
        await self._page("settings")
        for chapter in ("Panels", "Access", "Claiming", "Closing", "Texts", "Replies", "Data"):
            await visitor.choose(CHAPTER, chapter)
            await visitor.tab.sees(".secret h4", chapter)
            await self._page(f"settings-{chapter.lower()}")
            await visitor.press("ticket:settings:page:home")
        await visitor.choose(CHAPTER, "Topics")
        await visitor.choose(TOPIC, "Problem")
        for button, title in (("Welcome", "Welcome"), ("Questions", "Questions"), ("Try it", "Try")):
            await visitor.tab.sees(".secret h4", "Problem")
            if button == "Welcome":
                await self._page("settings-topic")
            await visitor.tab.click(".secret .press", button)
            await visitor.tab.sees(".secret h4", title)
            await self._page(f"settings-{title.lower()}")
            await visitor.tab.click(".secret .press", "Back")

    async def _page(self, name: str) -> None:
        """Take a screenshot of the newest message that the visitor alone sees."""
        await self._element(name, ".message.secret:not(:has(~ .message.secret))", height=1600)

    async def _room(self, name: str) -> None:
        """Take a screenshot of the open channel alone."""
        await self._element(name, "#chat")

    async def _element(self, name: str, selector: str, height: int = 640) -> None:
        """Take a screenshot of one element in a narrow window."""
        await self._resize(620, height)
        await self.visitor.tab.evaluate("document.getElementById('messages').scrollTop = 1e6")
        await asyncio.sleep(0.5)
        box = await self.visitor.tab.evaluate(
            "(({x, y, width, height}) => ({x, y, width, height}))"
            f"(document.querySelector({selector!r}).getBoundingClientRect())"
        )
        await self._draw(name, clip={**box, "scale": 1})
        await self._resize(*_SIZE)

    async def _transcript(self, channel: Channel) -> None:
        """Answer, close and delete the ticket as staff, and take a screenshot of the transcript."""
        visitor, server, tab = self.visitor, self.visitor.server, self.visitor.tab
        answer = await server.staff.write(channel, _LOG)
        await server.alice.write(channel, "Thank you!", reply_to=answer)
        await server.alice.react(answer, "❤️")
        await visitor.become(server.staff)
        await visitor.go(channel)
        for button in (CLOSE, DELETE, CONFIRM):
            await visitor.press(button)
        await server.guild.wait_for(lambda: channel.deleted)
        (archived,) = [message for message in server.transcripts.history if message.attachments]
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
        await asyncio.sleep(0.5)  # until animations end
        await self._draw(name)

    async def _resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1.5, "mobile": False}
        await self.visitor.tab.call("Emulation.setDeviceMetricsOverride", **size)

    async def _draw(self, name: str, **how: Any) -> None:  # noqa: ANN401  # as the protocol asks
        await self.visitor.tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
        shot = await self.visitor.tab.call("Page.captureScreenshot", format="webp", quality=_QUALITY, **how)
        path = self.folder / f"{name}.webp"
        path.write_bytes(base64.b64decode(shot["data"]))
        print(f"{path}: {path.stat().st_size:,} bytes")  # noqa: T201 - a command's own words


async def _receipt(tab: Tab) -> bytes:
    await tab.visit("data:text/html;charset=utf-8," + parse.quote(_RECEIPT), width=600, height=220)
    return await tab.picture()


async def main(folder: Path) -> None:
    """Write all pictures."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs yet
    async with playground("gateway", language="en") as (server, url), Tab() as tab:
        await Pictures(Visitor(server, tab, url), folder).life()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
