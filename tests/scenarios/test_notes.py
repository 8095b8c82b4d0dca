"""Notes of the staff: a private thread beside a ticket, which its opener and those who were added never see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import command_line
from tests.harness.scenario import REOPEN, acknowledged, answered, page_of
from tests.harness.settings_page import SettingsPage
from tests.scenarios.test_closing_settings import configure
from tests.scenarios.test_menu import choose, offered, open_menu
from tests.scenarios.test_topics import topic, with_topics
from tests.simulator.faults import Hang, missing_permissions, server_error
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.faults import Call
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel

pytestmark = pytest.mark.scenario

NEEDED = Permissions.CREATE_PRIVATE_THREADS | Permissions.SEND_MESSAGES_IN_THREADS | Permissions.MANAGE_THREADS


def threads(scenario: Scenario, channel: Channel) -> list[Channel]:
    found = scenario.sim.discord.channels.values()
    return [one for one in found if one.parent_id == channel.id and one.is_private]


async def switch_on(scenario: Scenario) -> None:
    scenario.guild.bot_role.permissions |= NEEDED
    await configure(scenario, notes=True)


async def note(member: Person, channel: Channel, text: str) -> Interaction:
    press = await member.command("ticket note", channel, texte=text)
    await answered(press)
    return press


async def test_staff_alone_see_a_note_and_the_transcript_has_it_under_its_heading(scenario: Scenario) -> None:
    await switch_on(scenario)
    moderators = scenario.guild.add_role("Gardiens", Permissions.MANAGE_THREADS)
    scenario.bob.member.role_ids.append(moderators.id)
    scenario.alice.member.role_ids.append(scenario.staff_role.id)
    channel = await scenario.open_ticket()
    await answered(await scenario.admin.command("ticket ajouter", channel, membre=scenario.bob))
    assert not scenario.staff.permissions(channel) & Permissions.MANAGE_THREADS

    await note(scenario.staff, channel, "Déjà **averti** deux fois, @everyone.")

    (thread,) = threads(scenario, channel)
    assert thread.name == params.MESSAGES["notes_thread"]
    assert thread.thread is not None
    assert not thread.thread.invitable
    assert thread.thread.members == {scenario.guild.bot.id}
    first, written = thread.history
    assert params.MESSAGES["notes_text"] in first.text()
    assert "averti" in written.text()
    assert scenario.staff.mention in written.text()
    assert scenario.staff.sees(thread)
    assert scenario.admin.sees(thread)
    for member in (scenario.alice, scenario.bob):
        assert member.sees(channel)
        assert not member.sees(thread)
    notice = channel.history[-1]
    assert scenario.staff.mention in notice.text()
    assert "averti" not in notice.text()
    assert not notice.content
    assert notice.interaction_metadata is None, "clients show what was typed into the command that a message answers"

    mark = len(scenario.sim.calls)
    await note(scenario.admin, channel, "Banni ailleurs.")
    assert len(threads(scenario, channel)) == 1
    assert len(thread.history) == 3
    assert not [one for one in scenario.sim.calls[mark:] if one.method == "PUT"]

    await answered(await scenario.staff.command("ticket verrouiller", channel))
    await answered(await scenario.staff.command("ticket deverrouiller", channel))
    await scenario.close_ticket(channel, scenario.admin)
    assert not scenario.bob.sees(thread)
    await acknowledged(await scenario.press(scenario.admin, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    for member in (scenario.alice, scenario.bob):
        assert not member.sees(thread)
    await scenario.close_ticket(channel, scenario.admin)
    page = page_of(await scenario.delete_ticket(channel, scenario.admin))
    heading, rest = page.split('<section class="thr"><h2>', 1)[1].split("</h2>", 1)
    assert "Notes de l’équipe" in heading
    assert "averti" not in page.split('<section class="thr"><h2>', 1)[0]
    assert "averti" in rest
    assert "Banni ailleurs." in rest


async def test_notes_are_refused_where_they_are_not_switched_on_and_to_openers(scenario: Scenario) -> None:
    scenario.guild.bot_role.permissions |= NEEDED
    channel = await scenario.open_ticket()
    assert "note" not in offered(await open_menu(scenario.staff, channel))
    refused = await answered(await scenario.staff.command("ticket note", channel, texte="x"))
    assert params.MESSAGES["refused_notes_off"] in refused.text()

    await configure(scenario, notes=True)
    assert "note" not in offered(await open_menu(scenario.alice, channel))
    refused = await answered(await scenario.alice.command("ticket note", channel, texte="x"))
    assert params.MESSAGES["refused_not_staff"] in refused.text()
    assert not threads(scenario, channel)

    form = await choose(scenario.staff, channel, "note")
    await acknowledged(form)
    assert form.modal is not None
    await acknowledged(await scenario.staff.submit(form, {"texte": "Par le menu."}))
    await scenario.wait_until(lambda: threads(scenario, channel) and len(threads(scenario, channel)[0].history) == 2)


async def test_settings_page_refuses_notes_while_the_bot_lacks_what_they_need(scenario: Scenario) -> None:
    page = await (await SettingsPage.open(scenario)).go("claiming")
    await page.set("Prise en charge", has_notes="yes")
    assert "Rien n’a été enregistré" in page.text
    assert params.PERMISSION_NAMES["MANAGE_THREADS"] in page.text

    scenario.guild.bot_role.permissions |= NEEDED
    await page.set("Prise en charge", has_notes="yes")
    assert "Enregistré" in page.text


async def test_what_a_category_allows_does_not_count_for_notes(scenario: Scenario) -> None:
    scenario.guild.everyone.permissions &= ~NEEDED
    scenario.guild.set_overwrite(scenario.category, scenario.guild.bot_role, allow=NEEDED)
    page = await (await SettingsPage.open(scenario)).go("claiming")

    await page.set("Prise en charge", has_notes="yes")

    assert "Rien n’a été enregistré" in page.text
    for name in ("MANAGE_THREADS", "CREATE_PRIVATE_THREADS", "SEND_MESSAGES_IN_THREADS"):
        assert params.PERMISSION_NAMES[name] in page.text
    assert params.MESSAGES["place_server"] in page.text


async def test_check_names_what_notes_need_once_the_bot_lacks_it(scenario: Scenario) -> None:
    await switch_on(scenario)
    code, said = await command_line.run(scenario.settings(), scenario.folder, "check")
    assert "Threads" not in said, said

    for role in (scenario.guild.everyone, scenario.guild.bot_role):
        role.permissions &= ~NEEDED
    code, said = await command_line.run(scenario.settings(), scenario.folder, "check")

    assert code == 1
    assert "switch notes off" not in said
    assert "each ticket that has some, also once notes are off" in said
    assert "on the whole server the bot lacks Manage Threads, Create Private Threads, Send Messages In Threads" in said


async def test_thread_that_is_deleted_is_opened_again_and_the_ticket_stays(scenario: Scenario) -> None:
    await switch_on(scenario)
    channel = await scenario.open_ticket()
    await note(scenario.staff, channel, "Première.")
    (thread,) = threads(scenario, channel)

    def strikes(call: Call) -> bool:
        if call.method == "POST" and call.path == f"/channels/{thread.id}/messages" and not thread.deleted:
            scenario.guild.delete_channel(thread)
        return False

    scenario.sim.faults.add(strikes, Hang(0))
    await note(scenario.staff, channel, "Seconde.")

    assert thread.deleted
    (again,) = threads(scenario, channel)
    assert [("Seconde." in message.text()) for message in again.history] == [False, True]
    await scenario.claim_ticket(channel)


async def test_note_whose_notice_is_refused_is_taken_back_and_can_be_written_again(scenario: Scenario) -> None:
    await switch_on(scenario)
    scenario.alice.member.role_ids.append(scenario.guild.add_role("Gardiens", Permissions.MANAGE_THREADS).id)
    channel = await scenario.open_ticket()
    path = f"/channels/{channel.id}/messages"
    scenario.sim.faults.add(lambda call: call.method == "POST" and call.path == path, missing_permissions())

    press = await scenario.staff.command("ticket note", channel, texte="Une fois.")
    refused = await answered(press)

    assert params.MESSAGES["refused_missing_permissions"].split("{")[0] in refused.text()
    (thread,) = threads(scenario, channel)
    assert not any("Une fois." in message.text() for message in thread.history)
    assert not scenario.alice.sees(thread)
    await answered(await scenario.staff.command("ticket verrouiller", channel))
    assert not scenario.alice.sees(thread)
    await note(scenario.staff, channel, "Une fois.")
    assert [("Une fois." in message.text()) for message in thread.history] == [False, True]


REMOVAL = "DELETE /channels/{channel_id}/thread-members/{user_id}"


async def test_who_is_staff_no_more_reads_no_notes_of_a_ticket_to_which_they_are_added(scenario: Scenario) -> None:
    await switch_on(scenario)
    channel = await scenario.open_ticket()
    await note(scenario.staff, channel, "Averti.")
    (thread,) = threads(scenario, channel)
    await scenario.staff.write(thread, "J’ai vu.")
    await scenario.other_staff.archive(thread)
    scenario.staff.member.role_ids.clear()

    await answered(await scenario.admin.command("ticket ajouter", channel, membre=scenario.staff))

    assert scenario.staff.sees(channel)
    assert not scenario.staff.sees(thread)


async def test_who_could_not_be_removed_from_the_notes_is_removed_before_another_one_is_added(
    scenario: Scenario,
) -> None:
    await switch_on(scenario)
    channel = await scenario.open_ticket()
    await note(scenario.staff, channel, "Averti.")
    (thread,) = threads(scenario, channel)
    await scenario.staff.write(thread, "J’ai vu.")
    scenario.staff.member.role_ids.clear()
    scenario.sim.faults.add(REMOVAL, server_error(500), times=99)
    refused = await answered(await scenario.admin.command("ticket ajouter", channel, membre=scenario.staff))
    assert params.MESSAGES["refused_discord_unavailable"] in refused.text()
    scenario.sim.faults.clear()

    await answered(await scenario.admin.command("ticket ajouter", channel, membre=scenario.bob))

    assert scenario.bob.sees(channel)
    assert scenario.staff.sees(channel)
    assert not scenario.staff.sees(thread)
    assert scenario.staff.mention in channel.history[-2].text()


async def test_who_was_mentioned_among_the_notes_is_removed_before_the_next_one(scenario: Scenario) -> None:
    await switch_on(scenario)
    channel = await scenario.open_ticket()
    await answered(await scenario.admin.command("ticket ajouter", channel, membre=scenario.bob))
    await note(scenario.staff, channel, "Première.")
    (thread,) = threads(scenario, channel)
    mark = len(scenario.sim.calls)
    await note(scenario.staff, channel, "Seconde.")
    assert not [call for call in scenario.sim.calls[mark:] if call.route == REMOVAL], "nobody is in the thread"
    await scenario.staff.write(thread, f"{scenario.alice.mention} {scenario.bob.mention}")
    assert scenario.alice.sees(thread)
    assert scenario.bob.sees(thread)

    await note(scenario.staff, channel, "Troisième.")

    (removed, posted) = [
        next(call.index for call in scenario.sim.calls[mark:][::-1] if call.route == route)
        for route in (REMOVAL, "POST /channels/{channel_id}/messages")
    ]
    assert removed < posted
    assert "Troisième." in thread.history[-1].text()
    assert not scenario.alice.sees(thread)
    assert not scenario.bob.sees(thread)
    assert scenario.staff.sees(thread)


async def test_holder_of_an_added_role_who_is_staff_no_more_is_removed_from_the_notes(scenario: Scenario) -> None:
    await switch_on(scenario)
    friends = scenario.guild.add_role("Amis")
    scenario.other_staff.member.role_ids.append(friends.id)
    channel = await scenario.open_ticket()
    await note(scenario.staff, channel, "Averti.")
    (thread,) = threads(scenario, channel)
    await scenario.other_staff.write(thread, "Vu.")
    await scenario.staff.write(thread, "Vu aussi.")
    scenario.other_staff.member.role_ids.remove(scenario.second_role.id)

    await answered(await scenario.admin.command("ticket ajouter", channel, role=friends))

    assert scenario.other_staff.sees(channel)
    assert not scenario.other_staff.sees(thread)
    assert thread.thread is not None
    assert scenario.staff.id in thread.thread.members


async def test_move_to_another_team_takes_the_notes_from_those_who_were_added(scenario: Scenario) -> None:
    await switch_on(scenario)
    channel = await scenario.open_ticket()
    await with_topics(scenario, topic("Experts", staff_roles=[{"id": str(scenario.second_role.id)}]), notes=True)
    await answered(await scenario.admin.command("ticket ajouter", channel, membre=scenario.bob))
    await note(scenario.staff, channel, "Averti.")
    (thread,) = threads(scenario, channel)
    await scenario.staff.write(thread, f"{scenario.bob.mention} ?")
    assert scenario.bob.sees(thread)

    await answered(await scenario.staff.command("ticket deplacer", channel, sujet="Experts"))

    assert scenario.bob.sees(channel)
    assert not scenario.bob.sees(thread)
    assert not scenario.staff.sees(thread)
    assert scenario.other_staff.sees(thread)


async def test_whoever_is_removed_from_a_ticket_leaves_its_notes(scenario: Scenario) -> None:
    await switch_on(scenario)
    channel = await scenario.open_ticket()
    await answered(await scenario.admin.command("ticket ajouter", channel, membre=scenario.bob))
    await note(scenario.staff, channel, "Averti.")
    (thread,) = threads(scenario, channel)
    await scenario.staff.write(thread, f"{scenario.bob.mention} ?")

    scenario.sim.faults.add(REMOVAL, Hang(30.0))
    await scenario.staff.command("ticket retirer", channel, membre=scenario.bob)
    await scenario.wait_until(lambda: scenario.sim.calls_to(REMOVAL))
    await scenario.bots[0].kill()
    scenario.forget_bots()
    await scenario.start_bot()

    await scenario.wait_until(lambda: not scenario.bob.sees(channel))
    assert thread.thread is not None
    assert scenario.bob.id not in thread.thread.members


async def test_note_is_posted_once_by_who_continues_after_a_kill(scenario: Scenario) -> None:
    await switch_on(scenario)
    channel = await scenario.open_ticket()
    scenario.sim.faults.add("POST /channels/{channel_id}/threads", Hang(30.0, after=True))
    await scenario.staff.command("ticket note", channel, texte="Une fois.")
    await scenario.wait_until(lambda: threads(scenario, channel))

    await scenario.bots[0].kill()
    scenario.forget_bots()
    await scenario.start_bot()

    (thread,) = threads(scenario, channel)
    await scenario.wait_until(lambda: scenario.staff.mention in channel.history[-1].text())
    assert [("Une fois." in message.text()) for message in thread.history] == [False, True]
    assert len(threads(scenario, channel)) == 1


async def test_ticket_with_notes_is_not_reopened_without_manage_threads_which_the_refusal_names(
    scenario: Scenario,
) -> None:
    await switch_on(scenario)
    channel = await scenario.open_ticket()
    await note(scenario.staff, channel, "Averti.")
    await scenario.close_ticket(channel, scenario.admin)
    for role in (scenario.guild.everyone, scenario.guild.bot_role):
        role.permissions &= ~Permissions.MANAGE_THREADS

    refused = await answered(await scenario.press(scenario.admin, channel, REOPEN))

    assert params.PERMISSION_NAMES["MANAGE_THREADS"] in refused.text()
    assert not scenario.alice.sees(channel)

    scenario.guild.bot_role.permissions |= NEEDED
    await acknowledged(await scenario.press(scenario.admin, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
