"""``ticketbot store rebuild``: a store that was lost, or is an old backup, is filled from what Discord still shows."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.chaos import records
from tests.harness import command_line
from tests.harness.scenario import REOPEN, acknowledged, answered, has_button
from tests.mongo_double.control import running_in_process
from tests.scenarios.test_notes import switch_on, threads
from tests.scenarios.test_topics import opened, panel, topic, with_topics
from tests.simulator.permissions import Permissions
from ticketbot.storage import documents
from ticketbot.tickets.model import TicketState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.scenario import Scenario
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Role
    from ticketbot.tickets.model import Ticket

pytestmark = pytest.mark.scenario

KEPT = (
    *("number", "opener_id", "opener_name", "state", "slot", "channel_id", "claimer_id", "claimer_name", "closer_id"),
    *("close_reason", "participants", "colleague_ids", "claim_mode", "has_notes", "topic_id"),
)
"""What a ticket is after a rebuild as it was before, apart from moments."""


@pytest.fixture(params=["gateway-sqlite", "rest-sqlite", "rest-mongodb"])
def place(request: pytest.FixtureRequest) -> str:
    """The mode and the store."""
    return str(request.param)


@pytest.fixture
def mode(place: str) -> str:
    return place.partition("-")[0]


@pytest.fixture
def mongodb(place: str) -> Iterator[str | None]:
    if not place.endswith("mongodb"):
        yield None
        return
    with running_in_process() as double:
        yield double.uri
        assert double.violations == []


@pytest.fixture
async def without_bot(mongodb: str | None, without_bot: Scenario) -> Scenario:
    if mongodb is not None:
        without_bot.environment |= {"MONGODB_URI": mongodb, "MONGODB_DATABASE": "first"}
    return without_bot


def lose(scenario: Scenario) -> None:
    """Let the scenario's processes find an empty store from now on."""
    if "MONGODB_URI" in scenario.environment:
        scenario.environment["MONGODB_DATABASE"] = "second"
    else:
        shutil.rmtree(scenario.data)


async def store(scenario: Scenario, *words: str, given: str = "") -> tuple[int, str]:
    return await command_line.run(scenario.settings(), scenario.folder, "store", *words, given=given)


async def command(
    scenario: Scenario, channel: Channel, name: str, by: Person | None = None, **options: Person | Role | str
) -> None:
    """Run a command as staff, and wait for its notice."""
    count = len(channel.history)
    await answered(await (by or scenario.staff).command(name, channel, **options))
    await scenario.wait_until(lambda: len(channel.history) > count)


async def reopen(scenario: Scenario, channel: Channel) -> None:
    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: has_button(channel.history[-1], "ticket:close"))


def tickets(scenario: Scenario) -> list[dict[str, object]]:
    return [{key: getattr(ticket, key) for key in KEPT} for ticket in _tickets(scenario)]


async def assert_rebuilt_as_before(scenario: Scenario) -> None:
    """Lose the store, rebuild it, and check that the tickets are those that were lost."""
    await scenario.stop_bots()
    before = tickets(scenario)
    lose(scenario)

    code, said = await store(scenario, "rebuild", "--yes")

    assert code == 0, said
    assert tickets(scenario) == before


def _tickets(scenario: Scenario) -> tuple[Ticket, ...]:
    return records.read(scenario).tickets


def config(scenario: Scenario) -> dict[str, object]:
    found = records.configs(scenario)[0]
    kept = ("guild", "panel_channel", "transcript_channel", "category", "staff_role_ids", "panel_message")
    return {key: documents.from_config(found)[key] for key in kept}


async def test_lost_store_is_found_again_and_tickets_go_on(scenario: Scenario) -> None:
    members = [scenario.guild.add_member(f"membre{index}", nick=f"Membre {index}") for index in range(4)]
    claimed, closed, reopened, deleted = [await scenario.open_ticket(member) for member in members]
    await scenario.claim_ticket(claimed)
    await scenario.close_ticket(closed)
    await scenario.claim_ticket(reopened, by=scenario.other_staff)
    await scenario.close_ticket(reopened)
    await reopen(scenario, reopened)
    await command(scenario, reopened, "ticket ajouter", role=scenario.guild.add_role("Invités"))
    await scenario.close_ticket(deleted)
    await scenario.delete_ticket(deleted)
    await scenario.stop_bots()
    before, configured = tickets(scenario), config(scenario)
    lose(scenario)

    code, said = await store(scenario, "rebuild", "--dry-run")
    assert code == 0, said
    assert records.read(scenario).tickets == ()
    assert not scenario.data.exists()
    assert "3 found (2 open, 1 closed); last number 4" in said
    assert re.search(r"to be written .*: 1 configuration, 1 counter, 3 new tickets", said)
    assert "!" not in said
    code, said = await store(scenario, "rebuild", given="y\n")
    assert code == 0, said
    assert tickets(scenario) == before
    assert config(scenario) == configured
    code, said = await store(scenario, "rebuild", "--yes")
    assert (code, "nothing to write" in said) == (0, True), said

    await scenario.start_bot()
    answer = await answered(await scenario.press_open(members[0]))
    assert f"<#{claimed.id}>" in answer.text()
    await scenario.close_ticket(claimed)
    await reopen(scenario, closed)
    await scenario.close_ticket(reopened)
    await scenario.delete_ticket(reopened)
    assert (await scenario.open_ticket()).name.startswith("005-")
    assert [ticket.number for ticket in _tickets(scenario)] == [1, 2, 5]


async def test_old_backup_gets_what_happened_since(scenario: Scenario) -> None:
    first = await scenario.open_ticket()
    gone = await scenario.open_ticket(scenario.bob)
    await scenario.stop_bots()
    backup = scenario.folder / "backup.jsonl"
    assert (await store(scenario, "export", str(backup)))[0] == 0
    await scenario.start_bot()
    await scenario.claim_ticket(first)
    await scenario.close_ticket(first)
    await scenario.close_ticket(gone)
    await scenario.delete_ticket(gone)
    second = await scenario.open_ticket()
    await scenario.stop_bots()
    before = tickets(scenario)
    lose(scenario)
    assert (await store(scenario, "import", str(backup)))[0] == 0

    code, said = await store(scenario, "rebuild", "--yes")

    assert code == 0, said
    assert "1 counter, 1 new ticket, 1 moved ticket" in said
    await scenario.start_bot()
    await scenario.wait_until(lambda: tickets(scenario) == before)  # recovery drops the one without a channel
    await scenario.delete_ticket(first)
    await scenario.claim_ticket(second)
    assert (await scenario.open_ticket(scenario.bob)).name.startswith("004-")


async def test_who_was_added_what_is_locked_and_why_it_was_closed_are_found_again(scenario: Scenario) -> None:
    guests = scenario.guild.add_role("Invités")
    witness, other = scenario.guild.add_member("témoin"), scenario.guild.add_member("autre")
    locked, closed = await scenario.open_ticket(), await scenario.open_ticket(scenario.bob)
    await command(scenario, locked, "ticket ajouter", membre=witness)
    await command(scenario, locked, "ticket ajouter", role=guests)
    await command(scenario, locked, "ticket ajouter", membre=other)
    await command(scenario, locked, "ticket retirer", membre=other)
    await command(scenario, locked, "ticket verrouiller")
    await command(scenario, closed, "ticket fermer", raison="Réglé : *merci*")

    await assert_rebuilt_as_before(scenario)
    first, second = _tickets(scenario)
    assert first.locked_at is not None
    assert second.locked_at is None
    assert second.close_reason == "Réglé : *merci*"
    await scenario.start_bot()
    await scenario.configure()
    await command(scenario, locked, "ticket deverrouiller")
    await witness.write(locked, "Me voici.")
    lose_again = tickets(scenario)
    assert (await store(scenario, "rebuild", "--yes"))[0] == 0
    assert tickets(scenario) == lose_again


async def test_canned_reply_is_no_claim_and_adds_no_role(scenario: Scenario) -> None:
    reply = {"name": "Preuves", "text": f"Voyez avec <@&{scenario.staff_role.id}>."}
    await with_topics(scenario, replies=[reply])
    channel, deleted = await scenario.open_ticket(), await scenario.open_ticket(scenario.bob)
    await scenario.close_ticket(deleted)
    await scenario.delete_ticket(deleted)  # its transcript shows where transcripts go
    await command(scenario, channel, "ticket reponse", reponse="Preuves")
    await scenario.stop_bots()
    configured = config(scenario)

    code, said = await store(scenario, "rebuild", "--dry-run")

    assert (code, "nothing to write" in said) == (0, True), said
    await assert_rebuilt_as_before(scenario)
    (ticket,) = _tickets(scenario)
    assert (ticket.claimer_id, ticket.participants) == (None, ())
    assert config(scenario) == configured


@pytest.mark.parametrize("place", ["rest-sqlite"])
async def test_closed_ticket_that_was_moved_is_found_again(scenario: Scenario) -> None:
    channel, deleted = await scenario.open_ticket(), await scenario.open_ticket(scenario.bob)
    await scenario.close_ticket(deleted)
    await scenario.delete_ticket(deleted)  # its transcript shows where transcripts go
    await with_topics(scenario, topic("Support"), topic("Autre"))
    await scenario.claim_ticket(channel)
    await scenario.close_ticket(channel)
    await command(scenario, channel, "ticket deplacer", sujet="Autre")

    await assert_rebuilt_as_before(scenario)


@pytest.mark.parametrize("mode_of_claims", ["hidden", "read_only"])
async def test_what_others_see_of_a_claimed_ticket_is_found_again(scenario: Scenario, mode_of_claims: str) -> None:
    await with_topics(scenario, claim_mode=mode_of_claims)
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)
    await command(scenario, channel, "ticket ajouter", membre=scenario.other_staff)

    await assert_rebuilt_as_before(scenario)
    (ticket,) = _tickets(scenario)
    assert ticket.colleague_ids == (scenario.other_staff.id,)
    assert ticket.claim_mode == mode_of_claims
    await scenario.start_bot()
    await scenario.configure()
    await command(scenario, channel, "ticket liberer")
    assert scenario.other_staff.sees(channel)
    assert not channel.overwrites[scenario.second_role.id].deny


async def test_notes_stay_hidden_after_a_rebuild(scenario: Scenario) -> None:
    await switch_on(scenario)
    guards = scenario.guild.add_role("Gardiens", Permissions.MANAGE_THREADS)
    for member in (scenario.alice, scenario.bob):
        member.member.role_ids.append(guards.id)
    opened, closed = await scenario.open_ticket(), await scenario.open_ticket(scenario.bob)
    await scenario.close_ticket(closed)
    for channel in (opened, closed):
        await command(scenario, channel, "ticket note", texte="Déjà averti.")

    await assert_rebuilt_as_before(scenario)
    await scenario.start_bot()
    await scenario.configure()
    await command(scenario, opened, "ticket verrouiller")
    await command(scenario, opened, "ticket deverrouiller")
    await reopen(scenario, closed)
    for member, channel in ((scenario.alice, opened), (scenario.bob, closed)):
        assert member.sees(channel)
        (thread,) = threads(scenario, channel)
        assert not member.sees(thread)
        assert scenario.staff.sees(thread)


async def test_moves_topics_staff_and_the_lock_of_a_closed_ticket_are_found_again(scenario: Scenario) -> None:
    experts, place = scenario.guild.add_role("Experts"), scenario.guild.add_category("Signalements")
    expert = {"staff_roles": [{"id": str(experts.id)}], "category": {"id": str(place.id)}}
    await with_topics(scenario, topic("Support"), topic("Signalement", **expert), topic("Idée"))
    members = [scenario.guild.add_member(f"membre{index}") for index in range(5)]
    moved, locked, unlocked, _, deleted = [
        await opened(scenario, await member.press(panel(scenario), label="Support")) for member in members
    ]
    await command(scenario, moved, "ticket deplacer", sujet="Signalement")
    for channel in (locked, unlocked):
        await command(scenario, channel, "ticket verrouiller")
    await command(scenario, unlocked, "ticket deverrouiller")
    for channel in (locked, unlocked, deleted):
        await scenario.close_ticket(channel)
    await scenario.delete_ticket(deleted)
    await scenario.stop_bots()
    before = tickets(scenario)
    locks = [ticket.locked_at is None for ticket in _tickets(scenario)]
    lose(scenario)

    code, said = await store(scenario, "rebuild", "--yes")

    assert code == 0, said
    assert tickets(scenario) == before
    assert [ticket.locked_at is None for ticket in _tickets(scenario)] == locks == [True, False, True, True]
    found = records.configs(scenario)[0]
    assert [(one.name, one.staff_role_ids, one.category_id) for one in found.topics] == [
        ("Support", (), None),
        ("Signalement", (experts.id,), place.id),
        ("Idée", (), None),
    ]
    assert found.staff_role_ids == (scenario.staff_role.id, scenario.second_role.id)
    assert found.category_id == scenario.category.id
    assert "choose the rest again: Support, Signalement (staff roles: Experts; category" in said
    await scenario.start_bot()
    await command(scenario, moved, "ticket prendre", by=scenario.guild.add_member("eve", roles=[experts], locale="fr"))
    await reopen(scenario, locked)
    assert locked.overwrites[members[1].id].deny & Permissions.SEND_MESSAGES


async def test_topic_that_no_notice_names_is_said_to_be_chosen_again(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Support"), topic("Idée", welcome={"title": "Une idée ?"}))
    supported = await opened(scenario, await scenario.alice.press(panel(scenario), label="Support"))
    titled = await opened(scenario, await scenario.bob.press(panel(scenario), label="Idée"))
    other = await opened(scenario, await scenario.guild.add_member("autre").press(panel(scenario), label="Support"))
    await scenario.close_ticket(other)
    await scenario.delete_ticket(other)
    await scenario.stop_bots()
    lose(scenario)

    code, said = await store(scenario, "rebuild", "--yes")

    assert code == 0, said
    assert "ticket 2: its topic is not shown; an administrator must choose it again" in said
    assert "ticket 1: its topic" not in said
    assert [(ticket.channel_id, ticket.topic_id) for ticket in _tickets(scenario)] == [
        (supported.id, 1),
        (titled.id, None),
    ]


async def test_old_backup_learns_to_which_topic_a_ticket_was_moved(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Support"), topic("Idée"))
    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Support"))
    await scenario.stop_bots()
    backup = scenario.folder / "backup.jsonl"
    assert (await store(scenario, "export", str(backup)))[0] == 0
    await scenario.start_bot()
    await command(scenario, channel, "ticket deplacer", sujet="Idée")
    await scenario.stop_bots()
    before = tickets(scenario)
    lose(scenario)
    assert (await store(scenario, "import", str(backup)))[0] == 0

    code, said = await store(scenario, "rebuild", "--yes")

    assert code == 0, said
    assert "1 moved ticket" in said
    assert tickets(scenario) == before
    (ticket,) = _tickets(scenario)
    assert ticket.topic_id == 2


@pytest.mark.parametrize("place", ["rest-sqlite"])
async def test_what_is_not_shown_is_named_and_nothing_invented(scenario: Scenario) -> None:
    opened = await scenario.open_ticket()
    await scenario.stop_bots()
    lose(scenario)
    scenario.guild.guild.name = "Les \x1b[31mrouges\u202e"
    clone = scenario.guild.add_text_channel("clone", parent=scenario.category)
    clone.topic, clone.overwrites = opened.topic, dict(opened.overwrites)

    code, said = await store(scenario, "rebuild", "--yes")

    assert code == 0, said
    assert "\x1b[31m" not in said
    assert "\\x1b[31m" in said
    assert "not shown by Discord: the transcripts' channel" in said
    assert "a clone of a ticket's" in said
    assert records.configs(scenario) == ()
    (ticket,) = _tickets(scenario)
    assert (ticket.number, ticket.channel_id, ticket.state) == (1, opened.id, TicketState.OPEN)
    await scenario.start_bot()
    await scenario.configure()
    await scenario.close_ticket(opened)
    assert (await scenario.open_ticket()).name.startswith("002-")


async def test_further_panels_are_found_again(scenario: Scenario) -> None:
    channels = [scenario.guild.add_text_channel(name) for name in ("aide", "idees", "rien")]
    await with_topics(
        scenario,
        topic("Signalement", emoji="🚨", description="Un membre ne respecte pas les règles"),
        topic("Idée"),
        panels=[
            {"channel": {"id": str(channels[0].id)}, "title": "Une question ?", "text": "On vous\nrépond."},
            {"channel": {"id": str(channels[1].id)}, "topics": ["Idée"]},
            {"channel": {"id": str(channels[2].id)}, "topics": []},
        ],
    )
    people = (scenario.alice, scenario.bob)
    gone, _ = [await opened(scenario, await who.press(panel(scenario), label="Idée")) for who in people]
    await scenario.close_ticket(gone)
    await scenario.delete_ticket(gone)
    await scenario.stop_bots()
    (before,) = records.configs(scenario)
    lose(scenario)

    code, said = await store(scenario, "rebuild", "--yes")

    assert code == 0, said
    assert "further panels in channels" in " ".join(said.split()), said
    (after,) = records.configs(scenario)
    assert after.panels == before.panels
    assert after.panel_message_id == before.panel_message_id
    assert {one.message_id for one in after.panel_messages} == {one.message_id for one in before.panel_messages}
    await scenario.start_bot()
    assert all(len(channel.history) == 1 for channel in channels)
