"""A whole ticket life, played by clicking and typing in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.tests.visitor import CLAIM, CLOSE, CONFIRM, DELETE, OPEN, REOPEN
from tests.simulator.faults import Hang
from tests.unit.transcripts.browser import CHROMIUM

if TYPE_CHECKING:
    from pathlib import Path

    from playground.tests.visitor import Visitor
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


async def test_whole_life_by_clicking(visitor: Visitor, proof: Path) -> None:
    server, tab = visitor.server, visitor.tab
    await visitor.enter()
    await tab.sees("#tour h2", "Un serveur Discord")
    await visitor.tour("begin")
    await configure_by_typing(visitor)
    await tab.sees("#tour h2", "Ouvrez un ticket")
    channel = await open_from_the_panel(visitor)
    await write_with_a_file(visitor, proof)
    assert f"<@{server.staff.id}>" in channel.history[-1].content

    await tab.sees(f'[data-person="{server.staff.id}"] .badge')
    await visitor.become(server.bob)
    await tab.misses(f'#channels a[data-channel="{channel.id}"]')
    await tab.misses(f'#channels [data-channel="{server.category.id}"]')
    await visitor.become(server.staff)
    await visitor.go(channel)
    await visitor.press(CLAIM)
    await tab.sees(".message .embed", "s’occupe de ce ticket")

    await close_while_looking(visitor, channel)
    await tab.sees("#tour h2", "Rouvrez-le")
    await visitor.tour("become")
    await visitor.press(REOPEN)
    await tab.sees(".message .embed", "a été rouvert")
    await tab.sees("#tour h2", "Supprimez-le")
    await tab.sees(f".wanted[data-press='{CLOSE}']")
    await tab.misses(f".wanted[data-press='{DELETE}']")
    await visitor.press(CLOSE)
    await tab.until(f"document.querySelectorAll('[data-press=\"{DELETE}\"]').length === 1", "it is closed again")
    await tab.sees(f".wanted[data-press='{DELETE}']")
    await visitor.press(DELETE)
    await visitor.press(CONFIRM)
    await tab.misses(f'#channels a[data-channel="{channel.id}"]')
    assert channel.deleted
    await tab.sees(".press-log summary", "Sam appuie sur «\u00a0Confirmer\u00a0»")

    await tab.sees("#tour h2", "Lisez la transcription")
    await visitor.tour("go")
    await tab.click(".read")
    await tab.sees("#file-viewer header", ".html")
    await tab.key("Escape")
    await tab.sees("#tour h2", "Proposez plusieurs sujets")


async def configure_by_typing(visitor: Visitor) -> None:
    """Configure the bot with the keyboard alone."""
    tab = visitor.tab
    await visitor.go(visitor.server.panel)
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
    await visitor.can_press(OPEN)


async def open_from_the_panel(visitor: Visitor) -> Channel:
    server, tab = visitor.server, visitor.tab
    await visitor.tour("become")
    await tab.sees(f'[data-person="{server.alice.id}"][aria-checked=true]')
    await visitor.press(OPEN)
    await tab.sees(".secret", "Votre ticket est ouvert")
    await tab.click(".secret .embed a.n")
    await visitor.can_press(CLAIM)
    (channel,) = server.guild.guild.children(server.category)
    return channel


async def write_with_a_file(visitor: Visitor, proof: Path) -> None:
    await visitor.tab.choose_file("#composer input[type=file]", proof)
    await visitor.tab.sees(".chips li", "preuve.txt")
    await visitor.write("@Sam, on m’a envoyé **ceci**")
    await visitor.tab.sees(".message .text strong", "ceci")
    await visitor.tab.sees(".message .file", "preuve.txt")


async def close_while_looking(visitor: Visitor, channel: Channel) -> None:
    """Close the ticket as its opener, whose open channel disappears."""
    await visitor.become(visitor.server.alice)
    await visitor.go(channel)
    await visitor.press(CLOSE)
    await visitor.tab.click("#modal .primary")
    await visitor.tab.misses(f'#channels a[data-channel="{channel.id}"]')


async def test_context_menus_open_tickets(visitor: Visitor) -> None:
    server, tab = visitor.server, visitor.tab
    await visitor.enter()
    await visitor.configure()
    await visitor.become(server.bob)
    channel = next(one for one in server.bob.channels() if server.bob.permissions(one) & 1 << 11 and one.type == 0)
    await visitor.go(channel)
    await visitor.write("Qui peut m'aider ?")
    await tab.sees(".message .words", "Ouvrir un ticket")
    await tab.evaluate("[...document.querySelectorAll('.message .words')].at(-1).click()")  # shown to a hovering mouse
    await tab.sees(".secret .embed", "Votre ticket est ouvert")
    await visitor.become(server.staff)
    await visitor.go(channel)
    await tab.until("!!document.querySelector('#members li .link')", "the command of members is offered")
    names = "[...document.querySelectorAll('#members li')]"
    await tab.evaluate(f"{names}.find((one) => one.innerText.includes('Alice')).querySelector('.link').click()")
    await tab.sees(".secret .embed", "Votre ticket est ouvert")


async def test_inspector_shows_what_the_bot_did(visitor: Visitor) -> None:
    tab = visitor.tab
    await visitor.enter()
    await visitor.configure()
    await visitor.open_ticket(visitor.server.alice)

    await tab.sees(".press-log summary", "Alice appuie sur «\u00a0Ouvrir un ticket\u00a0»")
    await tab.sees(".call", "Crée le salon")
    await tab.click(".call > button", "Crée le salon")
    await tab.sees(".call .more pre", "permission_overwrites")
    await tab.click("[data-tab=store]")
    await tab.sees(".record .state", "open")
    await tab.sees(".record [data-key=opener]", "@Alice")
    await tab.click("[data-tab=log]")
    await tab.sees(".panel.log", "ticketbot.app: ready")


async def test_faults_and_a_killed_bot(visitor: Visitor, mode: str) -> None:
    server, tab = visitor.server, visitor.tab
    await visitor.enter()
    await visitor.configure()
    await visitor.become(server.alice)
    await tab.until(
        "(document.querySelector('[data-fault=target]').value = 'channel', true)", "the target can be chosen"
    )
    await tab.click("[data-order]")
    await tab.sees(".to-come", "création de salon")
    await visitor.press(OPEN)
    await tab.sees(".secret .embed", "permissions")
    await tab.sees(".call em", "panne provoquée")

    await visitor.become(server.bob)  # alice's opening must not be the one that is interrupted
    await visitor.go(server.panel)
    server.sim.faults.add("POST /guilds/{guild_id}/channels", Hang(60.0))
    await visitor.press(OPEN)
    await tab.sees(".secret .thinking", "réfléchit")
    await tab.click("[data-bot=kill]")
    await tab.sees(".status", "Bot arrêté")
    await tab.sees("#members .away", "Ticketbot")
    await tab.misses(".secret .thinking")
    await tab.sees(".secret .failed", "L’application ne répond plus.")
    await visitor.press(OPEN)
    await tab.sees(".message .failed", "Échec de l’interaction")
    await tab.sees(".press-log .failed", "aucune réponse" if mode == "gateway" else "le bot est injoignable")

    await tab.click("[data-bot=start]")
    await tab.sees("[data-bot=kill]")
    await tab.until("!!document.querySelector('.dot.online')", "the bot is back")
    await visitor.become(server.alice)
    await visitor.press(OPEN)
    await tab.sees(".secret .embed", "Votre ticket est ouvert")


async def test_phone_in_english(visitor: Visitor) -> None:
    server, tab = visitor.server, visitor.tab
    await visitor.enter(width=390, height=844, language="en-US")
    await tab.sees("#tour h2", "A Discord server without Discord")
    await visitor.tour("begin")
    await tab.click("#menu-button")
    await tab.click(f'#channels a[data-channel="{server.panel.id}"]')
    await visitor.tour("fill")
    await tab.click(".command .send")
    await visitor.can_press(OPEN)
    width = await tab.evaluate("document.documentElement.scrollWidth")
    await tab.click("#inspector-button")
    await tab.sees(".press-log summary", "Chloé runs /ticket-config")

    assert width <= 390


async def test_own_message_is_shown_wherever_one_was_reading(visitor: Visitor) -> None:
    server, tab = visitor.server, visitor.tab
    for index in range(60):
        await server.bob.write(server.general, f"message {index}")
    await visitor.enter()
    await visitor.tour("skip")
    await visitor.go(server.general)
    await tab.sees(".message .text", "message 59")
    await tab.evaluate("document.querySelector('#messages').scrollTop = 0")
    await tab.sees(".message .text", "message 0")
    await server.bob.write(server.general, "somebody else's")
    await tab.until("document.querySelector('#messages').innerText.includes(\"somebody else's\")")
    assert await tab.evaluate("document.querySelector('#messages').scrollTop") < 50

    await visitor.write("my own")

    await tab.until(
        "(list => list.innerText.includes('my own') && list.scrollHeight - list.scrollTop - list.clientHeight < 5)"
        "(document.querySelector('#messages'))",
        "one's own message is in sight",
    )


async def test_theme_follows_the_browser_until_a_visitor_chooses(visitor: Visitor) -> None:
    tab = visitor.tab
    background = "getComputedStyle(document.querySelector('#chat')).backgroundColor"
    await visitor.enter()
    assert await tab.evaluate(background) == "rgb(49, 51, 56)"

    await tab.click("#theme")
    assert await tab.evaluate(background) == "rgb(255, 255, 255)"
    await visitor.enter()
    assert await tab.evaluate(background) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [1280, 390])
async def test_badge_covers_no_letter(visitor: Visitor, width: int) -> None:
    server, tab = visitor.server, visitor.tab
    await visitor.enter(width=width)
    await server.bob.write(server.general, server.alice.mention)
    badge = f'[data-person="{server.alice.id}"] .badge'
    await tab.sees(badge)

    overlaps = await tab.evaluate(
        f"""(() => {{
          const badge = document.querySelector('{badge}').getBoundingClientRect();
          const hits = (box) => box.width && badge.left < box.right && badge.right > box.left
            && badge.top < box.bottom && badge.bottom > box.top;
          const texts = document.querySelectorAll('#switch .avatar, #switch .who b, #switch .who small');
          return [...texts].filter((one) => {{
            const range = document.createRange();
            range.selectNodeContents(one);
            return hits(range.getBoundingClientRect());
          }}).map((one) => one.textContent);
        }})()"""
    )
    assert overlaps == []
