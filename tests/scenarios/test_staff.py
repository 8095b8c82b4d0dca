from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.harness import simultaneous
from tests.harness.scenario import CANCEL, CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, acknowledged, answered, page_of
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.members import Person
    from tests.simulator.state import Channel

pytestmark = pytest.mark.scenario


async def refused(scenario: Scenario, member: Person, channel: Channel, button: str, key: str, **values: str) -> None:
    before = channel.history
    answer = await answered(await scenario.press(member, channel, button))
    assert params.MESSAGES[key].format(**values) in answer.text()
    assert answer.shown_only_to == member.id
    assert channel.history == before


async def test_claim_changes_nothing_but_one_embed(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    before = dict(channel.overwrites)

    await scenario.claim_ticket(channel)

    assert len(channel.history) == 2
    assert channel.history[-1].embeds[0]["description"] == f"<@{scenario.staff.id}> s’occupe de ce ticket."
    assert channel.history[-1].shown_only_to is None
    assert channel.overwrites == before
    assert channel.name == "001-alice-martin"


async def test_second_claimer_is_refused_with_the_first(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)

    for late in (scenario.other_staff, scenario.staff):
        claimer = f"<@{scenario.staff.id}>"
        await refused(scenario, late, channel, CLAIM, "refused_already_claimed", claimer=claimer)


async def test_of_two_who_claim_at_once_one_wins(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    await simultaneous.claim_at_once(scenario, channel)


async def test_opener_never_claims_whoever_they_are(scenario: Scenario) -> None:
    for opener in (scenario.alice, scenario.staff, scenario.admin):
        channel = await scenario.open_ticket(opener)
        await refused(scenario, opener, channel, CLAIM, "refused_opener_cannot_claim")


async def test_opener_with_a_staff_role_has_no_staff_rights_on_their_ticket(scenario: Scenario) -> None:
    channel = await scenario.open_ticket(scenario.staff)
    await scenario.close_ticket(channel, scenario.staff)

    assert not scenario.staff.permissions(channel)
    panel = scenario.message_with(channel, REOPEN)
    answer = await answered(await scenario.forge(scenario.staff, panel, REOPEN))
    assert params.MESSAGES["refused_not_staff"] in answer.text()


async def test_opener_who_is_administrator_reopens_and_deletes(scenario: Scenario) -> None:
    channel = await scenario.open_ticket(scenario.admin)
    await scenario.close_ticket(channel, scenario.admin)
    await acknowledged(await scenario.press(scenario.admin, channel, REOPEN))
    await scenario.wait_until(
        lambda: params.MESSAGES["reopened_title"].removeprefix("{emoji}") in channel.history[-1].text()
    )
    await scenario.close_ticket(channel, scenario.admin)

    await scenario.delete_ticket(channel, scenario.admin)


async def test_strangers_cannot_do_anything(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    welcome = channel.history[0]

    for button, key in ((CLAIM, "refused_not_staff"), (CLOSE, "refused_not_participant")):
        answer = await answered(await scenario.forge(scenario.bob, welcome, button))
        assert params.MESSAGES[key] in answer.text()


async def test_closing_hides_the_channel_from_the_opener_and_from_nobody_else(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    friend = scenario.bob
    scenario.guild.set_overwrite(channel, friend, allow=Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES)

    await scenario.close_ticket(channel, scenario.alice)

    assert not scenario.alice.permissions(channel)
    assert friend.permissions(channel) & Permissions.SEND_MESSAGES
    assert scenario.staff.permissions(channel) & Permissions.SEND_MESSAGES
    reopen, delete, menu = [button["custom_id"] for button in channel.history[-1].buttons]
    assert [reopen, delete] == [REOPEN, DELETE]
    assert menu.startswith("ticket:menu:")


async def test_closed_tickets_are_not_closed_or_claimed(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)

    await refused(scenario, scenario.staff, channel, CLOSE, "refused_wrong_state_closed")
    await refused(scenario, scenario.staff, channel, CLAIM, "refused_wrong_state_closed")


async def test_reopening_gives_the_opener_the_same_permissions_and_a_ping(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    before = scenario.alice.permissions(channel)
    await scenario.close_ticket(channel)

    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: channel.history[-1].pinged == frozenset({scenario.alice.id}))

    assert scenario.alice.permissions(channel) == before
    await refused(scenario, scenario.staff, channel, REOPEN, "refused_wrong_state_open")
    await refused(scenario, scenario.staff, channel, DELETE, "refused_wrong_state_open")


async def test_deletion_asks_twice_and_can_be_called_off(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    assert question.shown_only_to == scenario.staff.id
    assert [button["custom_id"] for button in question.buttons] == [CONFIRM, CANCEL]

    answer = await answered(await scenario.staff.press(question, custom_id=CANCEL))

    assert params.MESSAGES["deletion_cancelled_title"].removeprefix("{emoji}") in answer.text()
    assert not answer.buttons
    assert not channel.deleted
    assert not scenario.transcripts.history


async def test_of_two_who_confirm_at_once_one_wins_and_one_transcript_is_posted(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    questions = [
        (member, await answered(await scenario.press(member, channel, DELETE)))
        for member in (scenario.staff, scenario.other_staff)
    ]

    await asyncio.gather(*(member.press(question, custom_id=CONFIRM) for member, question in questions))
    await scenario.wait_until(lambda: channel.deleted)

    assert len(scenario.transcripts.history) == 1


async def test_nothing_of_a_deleted_ticket_stays_but_the_counter(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    await scenario.delete_ticket(channel)
    await scenario.stop_bots()

    stored = b"".join(path.read_bytes() for path in (scenario.folder / "data").rglob("*") if path.is_file())
    assert str(scenario.alice.id).encode() not in stored.replace(str(scenario.alice.id - 1).encode(), b"")
    await scenario.start_bot()
    assert (await scenario.open_ticket()).name.startswith("002-")


async def test_transcript_holds_what_was_written_in_order_and_escaped(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.alice.write(channel, "d’abord <script>alert(1)</script>")
    await scenario.staff.write(channel, "ensuite", files=[("preuve.png", b"png")])
    await scenario.close_ticket(channel)

    archived = await scenario.delete_ticket(channel)

    page = page_of(archived)
    assert page.index("d’abord") < page.index("ensuite") < page.index("preuve.png")
    assert "<script>alert(1)</script>" not in page
    assert params.MESSAGES["transcript_nobody"] in archived.text()
    assert "Bonjour" in page


async def test_every_message_of_the_bot_carries_an_embed(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)
    await scenario.close_ticket(channel)
    await scenario.delete_ticket(channel)

    ephemeral = [message for channel in scenario.guild.channels for message in channel.ephemeral.values()]
    shown = [*scenario.bot_messages(), *ephemeral]
    assert shown
    assert all(message.embeds for message in shown)
