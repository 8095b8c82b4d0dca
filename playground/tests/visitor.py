"""What a visitor does on the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

from tests.harness import command_line

if TYPE_CHECKING:
    from playground.server import PlaygroundServer
    from playground.tests.tab import Tab
    from tests.simulator.members import Person
    from tests.simulator.state import Channel

OPEN, CLAIM, CLOSE, REOPEN = "ticket:open", "ticket:claim", "ticket:close", "ticket:reopen"
DELETE, CONFIRM, MENU = "ticket:delete", "ticket:delete:confirm", "ticket:menu"
SETTINGS = "ticket:settings"
CHAPTER, TOPIC = "ticket:settings:go:chapter", "ticket:settings:go:topic"
ACTIONS = "ticket:do"


@attrs.frozen
class Visitor:
    """A browser tab on one server."""

    server: PlaygroundServer
    tab: Tab
    url: str

    async def enter(self, *, width: int = 1280, height: int = 800, language: str = "fr") -> None:
        """Open the page, and wait until the bot is online."""
        await self.tab.visit(self.url, width=width, height=height, language=language)
        await self.tab.sees("#messages .message")
        await self.tab.until("!!document.querySelector('.dot.online')", "the bot is online")

    async def become(self, person: Person) -> None:
        """Switch to another person."""
        chosen = f'[data-person="{person.id}"]'
        await self.tab.click(chosen)
        await self.tab.sees(f"{chosen}[aria-checked=true]")

    async def go(self, channel: Channel) -> None:
        """Open a channel."""
        await self.tab.click(f'#channels a[data-channel="{channel.id}"]')
        await self.tab.sees("#head h1", channel.name)

    async def press(self, custom_id: str) -> None:
        """Press a button of a message."""
        await self.tab.click(f'[data-press="{custom_id}"]')

    async def can_press(self, custom_id: str) -> None:
        """Wait until a button is visible."""
        await self.tab.sees(f'[data-press="{custom_id}"]')

    async def choose(self, custom_id: str, text: str) -> None:
        """Open a select and choose the last option that has a text."""
        await self.tab.click(f'[data-menu="{custom_id}"]')
        await self.tab.click(".menu-list [role=option]", text)

    async def write(self, text: str) -> None:
        """Write a message."""
        await self.tab.click("#write")
        await self.tab.type(text)
        await self.tab.key("Enter")

    async def tour(self, act: str) -> None:
        """Press one of the tour's buttons."""
        await self.tab.click(f"[data-tour={act}]")

    async def tour_to(self, person: Person) -> None:
        """Become the person whom the tour names."""
        await self.tour("become")
        await self.tab.sees(f'[data-person="{person.id}"][aria-checked=true]')

    async def configure(self) -> None:
        """Configure the bot with the tour's help."""
        await self.tour("begin")
        await self.tour("go")
        await self.tour("fill")
        await self.tab.sees(".command .option")
        await self.tab.key("Enter")
        await self.can_press(OPEN)

    async def open_ticket(self, person: Person) -> Channel:
        """Open a ticket, and follow the link in the answer."""
        await self.become(person)
        await self.go(self.server.panel)
        await self.press(OPEN)
        await self.tab.click(".secret .embed a.n")
        await self.can_press(CLAIM)
        (channel,) = [one for one in self.server.guild.guild.children(self.server.category) if self.is_open(one)]
        return channel

    async def import_settings(self, **settings: object) -> None:
        """Import settings of the server, as whoever runs the bot does."""
        guild = str(self.server.guild.guild.id)
        file = {"ticketbot-settings": 1, "server": {"id": guild}, **settings}
        (self.server.folder / "settings.json").write_text(json.dumps(file), encoding="utf-8")
        arguments = ("settings", "import", guild, "settings.json")
        code, out = await command_line.run(self.server.settings(), self.server.folder, *arguments)
        assert code == 0, out

    def is_open(self, channel: Channel) -> bool:
        """Return whether the channel is that of an open ticket."""
        return any(one.get("custom_id") == CLOSE for one in channel.history[-1].buttons) or len(channel.history) == 1
