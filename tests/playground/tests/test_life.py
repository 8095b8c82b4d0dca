"""A whole ticket life, played by clicking and typing in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.playground.tests.acting import CLAIM, CLOSE, CONFIRM, DELETE, OPEN, REOPEN
from tests.unit.transcripts.browser import CHROMIUM

if TYPE_CHECKING:
    from pathlib import Path

    from tests.playground.tests.acting import Acting
    from tests.simulator.state import Channel

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)"),
]


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    path = tmp_path / "preuve.txt"
    path.write_text("la preuve")
    return path


async def test_whole_life_by_clicking(acting: Acting, proof: Path) -> None:
    stage, tab = acting.stage, acting.tab
    await acting.enter()
    await tab.sees("#tour h2", "Un serveur Discord")
    await acting.tour("begin")
    await configure_by_typing(acting)
    await tab.sees("#tour h2", "Ouvrez un ticket")
    channel = await open_from_the_panel(acting)
    await write_with_a_file(acting, proof)
    assert f"<@{stage.staff.id}>" in channel.history[-1].content

    await tab.sees(f'[data-person="{stage.staff.id}"] .badge')
    await acting.become(stage.bob)
    await tab.misses(f'#channels a[data-channel="{channel.id}"]')
    await tab.misses(f'#channels [data-channel="{stage.category.id}"]')
    await acting.become(stage.staff)
    await acting.go(channel)
    await acting.press(CLAIM)
    await tab.sees(".message .embed", "s’occupe de ce ticket")

    await close_while_looking(acting, channel)
    await acting.tour("become")
    await acting.press(REOPEN)
    await tab.sees(".message .embed", "a été rouvert")
    await acting.press(CLOSE)
    await tab.until(f"document.querySelectorAll('[data-press=\"{DELETE}\"]').length > 1", "it is closed again")
    await acting.press(DELETE)
    await acting.press(CONFIRM)
    await tab.misses(f'#channels a[data-channel="{channel.id}"]')
    assert channel.deleted
    await tab.sees(".press-log summary", "Sam appuie sur «\u00a0Confirmer\u00a0»")

    await tab.sees("#tour h2", "Lisez la transcription")
    await acting.tour("go")
    await tab.click(".read")
    await tab.sees("#reader header", ".html")
    await tab.key("Escape")
    await tab.sees("#tour h2", "Vous avez tout vu")


async def configure_by_typing(acting: Acting) -> None:
    """Choose each option with the keyboard alone."""
    tab = acting.tab
    await acting.go(acting.stage.panel)
    await tab.click("#write")
    await tab.type("/ticket")
    await tab.sees(".suggestions [role=option]", "/ticket-config")
    await tab.key("Enter")
    for typed in ("ouvrir", "transcr", "tick", "supp"):
        await tab.sees(".suggestions [role=option]")
        await tab.type(typed)
        await tab.key("Enter")
    await tab.key("Enter")
    await tab.sees(".secret .embed", "Configuration enregistrée")
    await acting.can_press(OPEN)


async def open_from_the_panel(acting: Acting) -> Channel:
    stage, tab = acting.stage, acting.tab
    await acting.tour("become")
    await tab.sees(f'[data-person="{stage.alice.id}"][aria-checked=true]')
    await acting.press(OPEN)
    await tab.sees(".secret", "Votre ticket est ouvert")
    await tab.click(".secret .embed a.n")
    await acting.can_press(CLAIM)
    (channel,) = stage.guild.guild.children(stage.category)
    return channel


async def write_with_a_file(acting: Acting, proof: Path) -> None:
    await acting.tab.choose_file("#composer input[type=file]", proof)
    await acting.tab.sees(".chips li", "preuve.txt")
    await acting.write("@Sam, on m’a envoyé **ceci**")
    await acting.tab.sees(".message .text strong", "ceci")
    await acting.tab.sees(".message .file", "preuve.txt")


async def close_while_looking(acting: Acting, channel: Channel) -> None:
    """The opener's channel is gone while she looks at it."""
    await acting.become(acting.stage.alice)
    await acting.go(channel)
    await acting.press(CLOSE)
    await acting.tab.misses(f'#channels a[data-channel="{channel.id}"]')


async def test_what_the_bot_did_is_told(acting: Acting) -> None:
    tab = acting.tab
    await acting.enter()
    await acting.configure()
    await acting.opened(acting.stage.alice)

    await tab.sees(".press-log summary", "Alice appuie sur «\u00a0Ouvrir un ticket\u00a0»")
    await tab.sees(".call", "Crée le salon")
    await tab.click(".call > button", "Crée le salon")
    await tab.sees(".call .more pre", "permission_overwrites")
    await tab.click("[data-tab=store]")
    await tab.sees(".record .state", "open")
    await tab.sees(".record [data-key=opener]", "@Alice")
    await tab.click("[data-tab=log]")
    await tab.sees(".panel.log", "ticketbot.app: ready")


async def test_faults_and_a_killed_bot(acting: Acting) -> None:
    stage, tab = acting.stage, acting.tab
    await acting.enter()
    await acting.configure()
    await acting.become(stage.alice)
    await tab.until(
        "(document.querySelector('[data-fault=target]').value = 'channel', true)", "the target can be chosen"
    )
    await tab.click("[data-order]")
    await tab.sees(".to-come", "création de salon")
    await acting.press(OPEN)
    await tab.sees(".secret .embed", "permissions")
    await tab.sees(".call em", "panne provoquée")

    await tab.click("[data-bot=kill]")
    await tab.sees(".status", "Bot arrêté")
    await tab.sees("#members .away", "Ticketbot")
    await acting.press(OPEN)
    await tab.sees(".message .failed", "Échec de l’interaction")

    await tab.click("[data-bot=start]")
    await tab.sees("[data-bot=kill]")
    await tab.until("!!document.querySelector('.dot.online')", "the bot is back")
    await acting.press(OPEN)
    await tab.sees(".secret .embed", "Votre ticket est ouvert")


async def test_phone_in_english(acting: Acting) -> None:
    stage, tab = acting.stage, acting.tab
    await acting.enter(width=390, height=844, language="en-US")
    await tab.sees("#tour h2", "A Discord server without Discord")
    await acting.tour("begin")
    await tab.click("#menu-button")
    await tab.click(f'#channels a[data-channel="{stage.panel.id}"]')
    await acting.tour("fill")
    await tab.click(".command .send")
    await acting.can_press(OPEN)
    width = await tab.evaluate("document.documentElement.scrollWidth")
    await tab.click("#behind-button")
    await tab.sees(".press-log summary", "Chloé runs /ticket-config")

    assert width <= 390
