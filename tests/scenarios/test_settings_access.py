"""The chapter of access on the settings page: how many tickets one member may open, and who may open none."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.harness import simultaneous
from tests.harness.scenario import answered
from tests.harness.settings_page import SettingsPage, shown_in
from tests.mongo_double.control import running_in_process
from tests.scenarios.stores import ON_BOTH_STORES
from tests.scenarios.test_context_menus import FOR
from tests.scenarios.test_opening_limit import assert_refused, open_and_close
from tests.scenarios.test_settings_replies import entry
from tests.scenarios.test_topics import exported, opened, panel, topic, with_topics
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.members import Person

pytestmark = pytest.mark.scenario

TEXTS = params.MESSAGES
IN_THE_BACKGROUND = ("GET /guilds/{guild_id}", "GET /webhooks", "PATCH /webhooks")
"""What recovery asks, and answers that are read again or edited."""
FOR_GOOD = TEXTS["refused_blocked_for_good"]
UNTIL, _, _ = TEXTS["refused_blocked"].partition("{moment}")


async def access_of(scenario: Scenario) -> SettingsPage:
    return await (await SettingsPage.open(scenario)).go("access")


async def refusal(scenario: Scenario, member: Person) -> str:
    """Press the panel's button, and return the refusal, for which Discord was not called."""
    mark = len(scenario.sim.calls)
    answer = await answered(await scenario.press_open(member))
    assert answer.shown_only_to == member.id
    calls = [one.route for one in scenario.sim.calls[mark:]]
    assert [one for one in calls if not one.startswith(IN_THE_BACKGROUND) and "/callback" not in one] == []
    return answer.text().replace("\u00a0", " ")


async def test_limit_of_live_tickets_is_the_servers(scenario: Scenario) -> None:
    page = await access_of(scenario)
    await page.set("Limites", max_open_tickets="2", max_openings="9")
    assert "✅ Enregistré : Tickets ouverts par membre, Ouvertures en dix minutes." in page.text

    await scenario.open_ticket()
    second = await scenario.open_ticket()
    assert "déjà" in (await answered(await scenario.press_open(scenario.alice))).text()
    await scenario.restart_bot()
    await page.set("Limites", max_open_tickets="1")
    await scenario.close_ticket(second)
    assert "déjà" in (await answered(await scenario.press_open(scenario.alice))).text()
    await page.set("Limites", max_open_tickets="")

    assert f"**Tickets ouverts par membre** : {TEXTS['settings_default']}" in page.text


async def test_simultaneous_presses_keep_the_servers_limit(scenario: Scenario) -> None:
    await (await access_of(scenario)).set("Limites", max_open_tickets="2", max_openings="20")

    presses = [await scenario.press_open(scenario.alice) for _ in range(5)]
    for press in presses:
        await press.settled()

    assert len([one for one in scenario.guild.channels if one.name.startswith("00")]) == 2


async def test_pause_between_openings_is_the_servers(scenario: Scenario) -> None:
    await (await access_of(scenario)).set("Limites", max_openings="1")

    await open_and_close(scenario, 1)
    await assert_refused(scenario)


async def test_blocked_member_is_told_until_when_and_why_without_a_call(scenario: Scenario) -> None:
    page = await access_of(scenario)
    await page.set("Interdire les tickets", members=[scenario.alice], until="3 j", reason="Trois *faux* signalements")
    assert f"1. {scenario.alice.mention}, jusqu’au <t:" in page.text

    told = await refusal(scenario, scenario.alice)
    assert UNTIL in told
    end = int(told.partition("<t:")[2].partition(":")[0])
    assert abs(end - time.time() - 3 * 86400) < 120
    assert "Raison : Trois \\*faux\\* signalements" in told
    await scenario.open_ticket(scenario.bob)
    await scenario.restart_bot()
    assert UNTIL in await refusal(scenario, scenario.alice)

    await page.go(entry(page, f"1. Membre {scenario.alice.id}"), of="blocks1")
    form = await page.ask("Modifier")
    assert shown_in(form, "reason") == "Trois *faux* signalements"
    await page.fill(form, {"until": ""})
    assert FOR_GOOD in await refusal(scenario, scenario.alice)
    await page.go(entry(page, f"1. Membre {scenario.alice.id}"), of="blocks1")
    await page.press("Autoriser de nouveau")
    assert TEXTS["settings_blocks_none"] in page.text
    await page.press("Annuler")
    assert FOR_GOOD in await refusal(scenario, scenario.alice)
    await page.press("Annuler")

    await scenario.open_ticket(scenario.alice)


async def test_role_that_is_blocked_binds_those_who_have_it(scenario: Scenario) -> None:
    trouble = scenario.guild.add_role("Sanctionnés")
    eve = scenario.guild.add_member("eve", roles=[trouble], locale="fr")
    page = await access_of(scenario)

    await page.set("Interdire les tickets", roles=[trouble])

    assert FOR_GOOD in await refusal(scenario, eve)
    await scenario.open_ticket(scenario.alice)


async def test_block_that_has_ended_binds_nobody(scenario: Scenario) -> None:
    ended = {"member": str(scenario.alice.id), "until": "2020-01-01T00:00:00Z", "reason": "Avant"}
    await with_topics(scenario, access={"blocks": [ended]})

    await scenario.open_ticket(scenario.alice)
    page = await access_of(scenario)
    await page.set("Interdire les tickets", members=[scenario.bob])

    assert scenario.alice.mention not in page.text


async def test_block_is_refused_before_a_form_and_for_each_topic(scenario: Scenario) -> None:
    question = {"label": "Pourquoi ?", "kind": "short"}
    await with_topics(scenario, topic("Signalement", questions=[question]))
    page = await access_of(scenario)
    form = await scenario.alice.press(panel(scenario), label="Signalement")
    await form.acknowledged()
    assert form.modal is not None
    await page.set("Interdire les tickets", members=[scenario.alice])

    answer = await answered(await scenario.alice.press(panel(scenario), label="Signalement"))
    assert FOR_GOOD in answer.text()
    (asked,) = [one["component"]["custom_id"] for one in form.modal["components"]]
    late = await answered(await scenario.alice.submit(form, {asked: "Un mot à garder"}))

    assert FOR_GOOD in late.text()
    assert "Un mot à garder" in late.text()


async def test_staff_may_open_for_a_member_who_may_not(scenario: Scenario) -> None:
    await (await access_of(scenario)).set("Interdire les tickets", members=[scenario.alice])

    press = await scenario.staff.menu_command(FOR, scenario.alice)

    assert scenario.alice.sees(await opened(scenario, press))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"until": "hier"}, "**Fin** : « hier » ne convient pas."),
        ({"until": "1/1/2020"}, "ne convient pas."),
    ],
)
async def test_end_that_is_no_moment_to_come_is_refused(scenario: Scenario, values: dict[str, str], told: str) -> None:
    page = await access_of(scenario)

    await page.set("Interdire les tickets", members=[scenario.alice], **values)

    assert told in page.text
    assert TEXTS["settings_blocks_none"] in page.text
    await scenario.open_ticket()


async def test_block_of_nobody_or_of_everyone_is_refused(scenario: Scenario) -> None:
    page = await access_of(scenario)

    await page.set("Interdire les tickets", until="3 j")
    assert TEXTS["settings_help_block_members"] in page.text
    await page.set("Interdire les tickets", roles=[scenario.guild.everyone])

    assert TEXTS["settings_rule_block_everyone"].replace("\u00a0", " ") in page.text


@ON_BOTH_STORES
async def test_access_is_exported_and_imported(scenario: Scenario) -> None:
    trouble = scenario.guild.add_role("Sanctionnés")
    access = {
        "max_open_tickets": 2,
        "max_openings": 7,
        "blocks": [
            {"member": str(scenario.alice.id), "until": "2099-01-01T00:00:00Z", "reason": "Spam"},
            {"role": {"id": str(trouble.id), "name": "Sanctionnés"}},
        ],
    }

    await with_topics(scenario, access=access)

    assert (await exported(scenario))["access"] == access
    assert UNTIL in await refusal(scenario, scenario.alice)


async def test_processes_on_mongodb_hold_to_the_servers_limits(without_bot: Scenario) -> None:
    with running_in_process() as mongodb:
        without_bot.environment["MONGODB_URI"] = mongodb.uri
        await simultaneous.start_several(without_bot, 1)
        await without_bot.configure()
        page = await access_of(without_bot)
        await page.set("Limites", max_open_tickets="2", max_openings="2")
        await page.set("Interdire les tickets", members=[without_bot.bob], until="1 h")

        await open_and_close(without_bot, 2)
        await assert_refused(without_bot)
        assert UNTIL in await refusal(without_bot, without_bot.bob)
        await without_bot.stop_bots()
        assert mongodb.violations == []
