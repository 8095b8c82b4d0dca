"""Adding members and roles to a ticket, and removing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import REOPEN, acknowledged, answered
from tests.scenarios.test_menu import choose
from tests.simulator.permissions import Permissions
from ticketbot.config import english, params

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.harness.scenario import Scenario
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Role

pytestmark = pytest.mark.scenario

SPEAK = (
    Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES | Permissions.READ_MESSAGE_HISTORY | Permissions.ATTACH_FILES
)


async def add(scenario: Scenario, channel: Channel, **target: Person | Role) -> None:
    count = len(channel.history)
    await answered(await scenario.staff.command("ticket ajouter", channel, **target))
    await scenario.wait_until(lambda: len(channel.history) > count)


async def test_added_member_speaks_until_removed_whatever_becomes_of_the_ticket(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    mark = len(scenario.sim.calls)

    await add(scenario, channel, membre=scenario.bob)

    counted = [call.route for call in scenario.sim.calls[mark:] if call.token == "bot"]  # noqa: S105 - a kind of token
    assert counted[:1] == ["PUT /channels/{channel_id}/permissions/{overwrite_id}"]
    assert counted[1:] in ([], ["POST /channels/{channel_id}/messages"]), (
        "the notice is the answer, if that was in time"
    )
    assert scenario.bob.permissions(channel) & SPEAK == SPEAK
    assert not scenario.bob.permissions(channel) & Permissions.MANAGE_CHANNELS
    assert scenario.bob.was_pinged_by(channel.history[-1])
    assert scenario.staff.mention in channel.history[-1].text()
    await scenario.bob.write(channel, "Je l’ai vu.")

    await scenario.close_ticket(channel)
    assert scenario.bob.permissions(channel) & SPEAK == SPEAK
    assert not scenario.alice.sees(channel)
    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    assert scenario.bob.permissions(channel) & SPEAK == SPEAK
    info = await answered(await scenario.staff.command("ticket infos", channel))
    assert scenario.bob.mention in info.text()

    await answered(await scenario.staff.command("ticket retirer", channel, membre=scenario.bob))
    assert not scenario.bob.sees(channel)
    assert scenario.bob.id not in channel.overwrites
    assert scenario.bob.mention in channel.history[-1].text()


async def test_added_role_lets_its_members_in(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    guests = scenario.guild.add_role("Invités")
    guest = scenario.guild.add_member("gil", roles=[guests])

    await add(scenario, channel, role=guests)

    assert guest.permissions(channel) & SPEAK == SPEAK
    assert not guest.was_pinged_by(channel.history[-1])
    assert f"<@&{guests.id}>" in channel.history[-1].text()
    await answered(await scenario.staff.command("ticket retirer", channel, role=guests))
    assert not guest.sees(channel)


async def test_members_and_roles_are_chosen_in_the_menu(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    guests = scenario.guild.add_role("Invités")

    for action, target in (("add", scenario.bob), ("add", guests), ("remove", scenario.bob)):
        count = len(channel.history)
        question = await answered(await choose(scenario.staff, channel, action))
        await acknowledged(await scenario.staff.select(question, f"ticket:with:{action}", [target]))
        await scenario.wait_until(lambda count=count: len(channel.history) > count)

    assert guests.id in channel.overwrites
    assert scenario.bob.id not in channel.overwrites


async def test_added_member_may_do_nothing_but_speak(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await add(scenario, channel, membre=scenario.bob)

    for command in ("prendre", "fermer", "ajouter", "infos"):
        options = {"membre": scenario.alice} if command == "ajouter" else {}
        answer = await answered(await scenario.bob.command(f"ticket {command}", channel, **options))
        refusals = {params.MESSAGES["refused_not_staff"], params.MESSAGES["refused_not_participant"]}
        assert any(text in answer.text() for text in refusals), command


async def test_who_cannot_be_added_is_refused(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    everyone = scenario.guild.guild.roles[scenario.guild.guild.id]
    bots = next(
        role
        for role in scenario.guild.guild.roles.values()
        if role.id in scenario.guild.guild.members[_bot(scenario)].role_ids
    )
    before = dict(channel.overwrites), channel.history

    for options, key in (
        ({}, "refused_no_target"),
        ({"role": everyone}, "refused_everyone_role"),
        ({"role": bots}, "refused_bot_target"),
        ({"membre": scenario.alice}, "refused_already_participant"),
        ({"membre": scenario.other_staff}, "refused_already_participant"),
        ({"role": scenario.second_role}, "refused_already_participant"),
    ):
        answer = await answered(await scenario.staff.command("ticket ajouter", channel, **options))
        assert params.MESSAGES[key].replace("{target}", "") in answer.text().replace(_mention(options), ""), key
    assert (channel.overwrites, channel.history) == before


def _bot(scenario: Scenario) -> int:
    return scenario.sim.application.bot.id


def _mention(options: Mapping[str, Person | Role]) -> str:
    target = next(iter(options.values()), None)
    return str(getattr(target, "mention", "")) or (f"<@&{target.id}>" if target is not None else "")


async def test_opener_adds_nobody(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    answer = await answered(await scenario.alice.command("ticket ajouter", channel, membre=scenario.bob))

    assert params.MESSAGES["refused_not_staff"] in answer.text()
    assert not scenario.bob.sees(channel)


async def test_refusals_are_in_the_language_of_whoever_asks(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    sue = scenario.guild.add_member("sue", roles=[scenario.staff_role], locale="en-GB")

    answer = await answered(await sue.command("ticket retirer", channel, membre=scenario.bob))

    assert english.MESSAGES["refused_not_added"].format(target=scenario.bob.mention) in answer.text()


async def test_missing_permission_undoes_the_addition(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    scenario.guild.set_overwrite(
        channel, scenario.guild.everyone, deny=Permissions.VIEW_CHANNEL | Permissions.MANAGE_ROLES
    )

    answer = await answered(await scenario.staff.command("ticket ajouter", channel, membre=scenario.bob))

    assert "permission" in answer.text()
    assert not scenario.bob.sees(channel)
    info = await answered(await scenario.staff.command("ticket infos", channel))
    assert scenario.bob.mention not in info.text()
