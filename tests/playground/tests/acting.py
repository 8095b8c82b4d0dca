"""What a person does on the page, in that person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from tests.playground.stage import Stage
    from tests.playground.tests.tab import Tab
    from tests.simulator.members import Person
    from tests.simulator.state import Channel

OPEN, CLAIM, CLOSE, REOPEN = "ticket:open", "ticket:claim", "ticket:close", "ticket:reopen"
DELETE, CONFIRM = "ticket:delete", "ticket:delete:confirm"


@attrs.frozen
class Acting:
    """One window on one stage."""

    stage: Stage
    tab: Tab
    url: str

    async def enter(self, *, width: int = 1280, height: int = 800, language: str = "fr") -> None:
        """Open the page, and wait until the bot is there."""
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
        """Wait until a button is there."""
        await self.tab.sees(f'[data-press="{custom_id}"]')

    async def write(self, text: str) -> None:
        """Write a message."""
        await self.tab.click("#write")
        await self.tab.type(text)
        await self.tab.key("Enter")

    async def tour(self, act: str) -> None:
        """Take an offer of the tour."""
        await self.tab.click(f"[data-tour={act}]")

    async def configure(self) -> None:
        """Run the command with the tour's help."""
        await self.tour("begin")
        await self.tour("go")
        await self.tour("fill")
        await self.tab.sees(".command .option")
        await self.tab.key("Enter")
        await self.can_press(OPEN)

    async def opened(self, person: Person) -> Channel:
        """Open a ticket, and follow the link in the answer."""
        await self.become(person)
        await self.go(self.stage.panel)
        await self.press(OPEN)
        await self.tab.click(".secret .embed a.n")
        await self.can_press(CLAIM)
        (channel,) = [one for one in self.stage.guild.guild.children(self.stage.category) if self.is_open(one)]
        return channel

    def is_open(self, channel: Channel) -> bool:
        """Tell whether the ticket's channel can be closed."""
        return any(one.get("custom_id") == CLOSE for one in channel.history[-1].buttons) or len(channel.history) == 1
