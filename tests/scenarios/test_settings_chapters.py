"""Every chapter that has forms of its own: saved by two administrators, undone, and imported, on both stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.harness.settings_page import SettingsPage
from tests.scenarios.stores import ON_BOTH_STORES
from tests.scenarios.test_topics import exported, imported
from tests.simulator.permissions import Permissions
from ticketbot.config import english, params

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario


class Case(NamedTuple):
    """What two administrators make of one form."""

    chapter: str
    form: str
    setting: str
    theirs: str
    mine: str
    other: Mapping[str, str]
    """Another setting of the form, which I change besides."""


CASES = (
    Case("access", "access", "max_open_tickets", "2", "3", {"max_openings": "7"}),
    Case("claiming", "claiming", "claim_mode", "hidden", "read_only", {"openers_may_add": "yes"}),
    Case("closing", "closing", "asks_before_closing", "yes", "no", {"only_staff_closes": "yes"}),
    Case("texts", "panel_words", "panel_title", "Help", "Aide", {"panel_text": "On vous répond."}),
)


@ON_BOTH_STORES
@pytest.mark.parametrize("case", CASES, ids=[case.chapter for case in CASES])
async def test_chapter_is_saved_by_two_administrators_undone_and_imported(scenario: Scenario, case: Case) -> None:
    second = scenario.guild.add_member("root", roles=[scenario.guild.add_role("Admin", Permissions.ADMINISTRATOR)])
    before = await exported(scenario)
    my_page = await (await SettingsPage.open(scenario)).go(case.chapter)
    their_page = await (await SettingsPage.open(scenario, second)).go(case.chapter)
    label = f"settings_form_{case.form}"
    my_form, merged = await my_page.ask(params.MESSAGES[label]), await my_page.ask(params.MESSAGES[label])

    await their_page.set(english.MESSAGES[label], **{case.setting: case.theirs})
    saved = await exported(scenario)
    assert saved != before
    await my_page.fill(my_form, {case.setting: case.mine})
    assert "vous vouliez" in my_page.text
    assert await exported(scenario) == saved
    await scenario.restart_bot()
    await my_page.fill(merged, case.other)
    both = await exported(scenario)
    assert both != saved
    await my_page.press("Annuler")
    assert await exported(scenario) == saved

    settings = {key: value for key, value in both.items() if key not in {"ticketbot-settings", "server", "topics"}}
    assert (await imported(scenario, **settings))[0] == 0

    assert await exported(scenario) == both
