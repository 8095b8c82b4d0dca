"""Parts of Discord's client, whatever the bot uses of them, and accessibility."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from playground.tests.visitor import OPEN, SETTINGS
from tests.simulator import messages
from tests.simulator.messages import Draft
from tests.unit.transcripts.browser import CHROMIUM

if TYPE_CHECKING:
    from playground.tests.visitor import Visitor
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


async def test_modal_is_filled_in_and_submitted(visitor: Visitor) -> None:
    tab = visitor.tab
    await visitor.enter()
    await visitor.tour("skip")
    post(visitor, [{"type": 2, "style": 1, "label": "Candidater", "custom_id": "apply"}])
    await visitor.press("apply")
    text = {"type": 4, "custom_id": "why", "style": 2, "required": True, "max_length": 100}
    menu = {"type": 3, "custom_id": "job", "options": [{"label": "Modérateur", "value": "mod"}]}
    form = [
        {"type": 18, "label": "Pourquoi vous ?", "component": text},
        {"type": 18, "label": "Poste", "component": menu},
    ]
    window = {"title": "Candidature", "custom_id": "form", "components": form}
    await answer(visitor, "apply", {"type": 9, "data": window})
    await tab.sees("#modal h2", "Candidature")
    await tab.click("#modal textarea")
    await tab.type("J’aime aider")
    await tab.click("#modal .primary")
    await tab.sees("#modal .failed", "«\u00a0Poste\u00a0» attend une réponse.")
    await visitor.choose("job", "Modérateur")
    await tab.click("#modal .primary")
    await tab.misses("#modal form")

    sent = [part["component"] for part in (await latest(visitor, custom_id="form")).payload["data"]["components"]]
    assert [part.get("value") or part.get("values") for part in sent] == ["J’aime aider", ["mod"]]


async def test_every_kind_of_question_is_answered_in_a_modal(visitor: Visitor, tmp_path: Path) -> None:
    tab = visitor.tab
    proof = tmp_path / "preuve.txt"
    proof.write_text("la preuve")
    await visitor.enter()
    await visitor.tour("skip")
    post(visitor, [{"type": 2, "style": 1, "label": "Signaler", "custom_id": "report"}])
    await visitor.press("report")
    named = {"here": "Ici", "away": "Ailleurs", "old": "Hier"}
    places = [{"label": label, "value": value} for value, label in named.items()]
    form = [
        {"type": 18, "label": "Où ?", "component": {"type": 21, "custom_id": "where", "options": places}},
        {"type": 18, "label": "Quoi ?", "component": {"type": 22, "custom_id": "what", "options": places}},
        {"type": 18, "label": "Qui ?", "component": {"type": 5, "custom_id": "who"}},
        {"type": 18, "label": "Preuves", "component": {"type": 19, "custom_id": "proof", "max_values": 2}},
        {"type": 18, "label": "Équipe", "component": {"type": 6, "custom_id": "team", "required": False}},
    ]
    await answer(visitor, "report", {"type": 9, "data": {"title": "Signaler", "custom_id": "form", "components": form}})
    await tab.click("#modal [data-boxes=where] label", "Ailleurs")
    for name in ("Ici", "Hier"):
        await tab.click("#modal [data-boxes=what] label", name)
    await visitor.choose("who", "Bob")
    await tab.choose_file("#modal [data-files=proof]", proof)
    await tab.sees("#modal .chips li", "preuve.txt")
    await tab.click("#modal .primary")
    await tab.misses("#modal form")

    data = (await latest(visitor, custom_id="form")).payload["data"]
    where, what, who, files, team = [part["component"] for part in data["components"]]
    assert where["value"] == "away"
    assert what["values"] == ["here", "old"]
    assert who["values"] == [str(visitor.server.bob.id)]
    assert list(data["resolved"]["members"]) == who["values"]
    assert [data["resolved"]["attachments"][one]["filename"] for one in files["values"]] == ["preuve.txt"]
    assert team["values"] == []


async def test_select_works_by_keyboard(visitor: Visitor) -> None:
    tab = visitor.tab
    await visitor.enter()
    await visitor.tour("skip")
    letters = [{"label": name, "value": name} for name in ("alpha", "bravo", "charlie")]
    post(visitor, [{"type": 3, "custom_id": "letter", "options": letters}])
    await tab.sees("[data-menu=letter]")
    await tab.evaluate("document.querySelector('[data-menu=letter]').focus()")
    await tab.key("ArrowDown", "Escape")
    await tab.misses(".menu-list [role=option]")
    await tab.key("ArrowDown", "ArrowDown", "Enter")

    assert (await latest(visitor, custom_id="letter")).payload["data"]["values"] == ["bravo"]


async def test_select_menu_sends_what_is_chosen(visitor: Visitor) -> None:
    tab = visitor.tab
    await visitor.enter()
    await visitor.tour("skip")
    post(visitor, [{"type": 6, "custom_id": "roles", "placeholder": "Un rôle"}])
    await visitor.choose("roles", "Support")
    role = visitor.server.staff_role.id
    assert (await latest(visitor, custom_id="roles")).payload["data"].get("values") == [str(role)]
    await answer(visitor, "roles", {"type": 5, "data": {"flags": 64}})
    await tab.sees(".secret .thinking", "réfléchit")


@pytest.mark.skipif(AXE is None, reason="no axe here (pip install --no-deps --group axe)")
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_axe_finds_nothing_serious(visitor: Visitor, width: int, theme: str) -> None:
    assert AXE is not None, "the test is skipped where there is none"
    script = Path(str(AXE.origin)).with_name("axe.min.js").read_text(encoding="utf-8")  # before anything runs
    await visitor.enter(width=width)
    if theme == "light":
        await visitor.tab.click("#theme")
    await visitor.tour("begin")
    if width == 1280:
        await visitor.tour("go")
        await visitor.tour("fill")
        await visitor.tab.sees(".command .option")
        await visitor.tab.key("Enter")
        await visitor.can_press(OPEN)
        await visitor.press(SETTINGS)
        await visitor.tab.click("[data-menu='ticket:settings:go:chapter']")
    await visitor.tab.evaluate(f"{script}; 0")
    found: dict[str, Any] = await visitor.tab.evaluate("axe.run({resultTypes: ['violations']})")

    bad = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert not bad, [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in bad]


def post(visitor: Visitor, components: list[dict[str, Any]]) -> None:
    """Post a message as the bot in the channel that is open at first."""
    server = visitor.server
    body = {"content": "À vous", "components": [{"type": 1, "components": components}]}
    messages.post(server.sim.discord, Draft(channel=server.rules, author=server.guild.bot, body=body))


async def latest(visitor: Visitor, custom_id: str) -> Interaction:
    """Wait for the page's press or form of this `custom_id`; its way through page and server takes a moment."""

    def found() -> list[Interaction]:
        every = visitor.server.sim.interactions.by_token.values()
        return [one for one in every if one.payload["data"].get("custom_id") == custom_id]

    await visitor.server.guild.wait_for(found)
    return found()[-1]


async def answer(visitor: Visitor, custom_id: str, body: dict[str, Any]) -> None:
    """Answer in place of the bot, which has no such components."""
    visitor.server.sim.interactions.respond(await latest(visitor, custom_id), body)
