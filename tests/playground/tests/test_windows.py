"""Parts of Discord's client that this bot does not use yet, and whether the page is fit for all who use it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.playground.tests.acting import OPEN
from tests.simulator import messages
from tests.simulator.messages import Draft
from tests.unit.transcripts.browser import CHROMIUM

if TYPE_CHECKING:
    from tests.playground.tests.acting import Acting
    from tests.simulator.interactions import Interaction

AXE = importlib.util.find_spec("axe_playwright_python")
"""A package that carries axe.min.js; nothing else of it is used, and none of what it depends on."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)"),
]


@pytest.fixture
def mode() -> str:
    return "gateway"


async def test_form_is_filled_in_and_sent(acting: Acting) -> None:
    tab = acting.tab
    await acting.enter()
    await acting.tour("skip")
    post(acting, [{"type": 2, "style": 1, "label": "Candidater", "custom_id": "apply"}])
    await acting.press("apply")
    text = {"type": 4, "custom_id": "why", "style": 2, "required": True, "max_length": 100}
    menu = {"type": 3, "custom_id": "job", "options": [{"label": "Modérateur", "value": "mod"}]}
    form = [
        {"type": 18, "label": "Pourquoi vous ?", "component": text},
        {"type": 18, "label": "Poste", "component": menu},
    ]
    window = {"title": "Candidature", "custom_id": "form", "components": form}
    await answer(acting, "apply", {"type": 9, "data": window})
    await tab.sees("#form h2", "Candidature")
    await tab.click("#form textarea")
    await tab.type("J’aime aider")
    await tab.evaluate("document.querySelector('#form [data-menu=job]').value = 'mod'")
    await tab.click("#form .primary")
    await tab.misses("#form form")

    sent = [part["component"] for part in (await latest(acting, custom_id="form")).payload["data"]["components"]]
    assert [part.get("value") or part.get("values") for part in sent] == ["J’aime aider", ["mod"]]


async def test_menu_is_chosen_from(acting: Acting) -> None:
    tab = acting.tab
    await acting.enter()
    await acting.tour("skip")
    post(acting, [{"type": 6, "custom_id": "roles", "placeholder": "Un rôle"}])
    await tab.sees("[data-menu=roles]")
    role = acting.stage.staff_role.id
    await tab.evaluate(
        f"(one => {{ one.value = '{role}'; one.dispatchEvent(new Event('change')) }})"
        "(document.querySelector('[data-menu=roles]'))"
    )
    assert (await latest(acting, custom_id="roles")).payload["data"].get("values") == [str(role)]
    await answer(acting, "roles", {"type": 5, "data": {"flags": 64}})
    await tab.sees(".secret .thinking", "réfléchit")


@pytest.mark.skipif(AXE is None, reason="no axe here (pip install --no-deps --group axe)")
@pytest.mark.parametrize("width", [1280, 390])
async def test_axe_finds_nothing_serious(acting: Acting, width: int) -> None:
    assert AXE is not None, "the test is skipped where there is none"
    script = Path(str(AXE.origin)).with_name("axe.min.js").read_text(encoding="utf-8")  # before anything runs
    await acting.enter(width=width)
    await acting.tour("begin")
    if width == 1280:
        await acting.tour("go")
        await acting.tour("fill")
        await acting.tab.sees(".command .option")
        await acting.tab.key("Enter")
        await acting.can_press(OPEN)
    await acting.tab.evaluate(f"{script}; 0")
    found: dict[str, Any] = await acting.tab.evaluate("axe.run({resultTypes: ['violations']})")

    bad = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert not bad, [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in bad]


def post(acting: Acting, components: list[dict[str, Any]]) -> None:
    """Let the bot post a message in the channel that is open at first."""
    stage = acting.stage
    channel = next(one for one in stage.admin.channels() if one.type == 0)
    body = {"content": "À vous", "components": [{"type": 1, "components": components}]}
    messages.post(stage.sim.world, Draft(channel=channel, author=stage.guild.bot, body=body))


async def latest(acting: Acting, custom_id: str) -> Interaction:
    """Wait for the page's press or form of this `custom_id`; its way through page and server takes a moment."""

    def found() -> list[Interaction]:
        every = acting.stage.sim.interactions.by_token.values()
        return [one for one in every if one.payload["data"].get("custom_id") == custom_id]

    await acting.stage.guild.wait_for(found)
    return found()[-1]


async def answer(acting: Acting, custom_id: str, body: dict[str, Any]) -> None:
    """Answer in the bot's place, which does not know these."""
    acting.stage.sim.interactions.respond(await latest(acting, custom_id), body)
