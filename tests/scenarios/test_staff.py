from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.scenarios import crowds
from tests.scenarios.world import CANCEL, CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, acknowledged, answered, page_of
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tests.simulator.members import Person
    from tests.simulator.state import Channel

pytestmark = pytest.mark.scenario


async def refused(world: World, member: Person, channel: Channel, button: str, key: str, **values: str) -> None:
    before = channel.history
    answer = await answered(await world.press(member, channel, button))
    assert params.MESSAGES[key].format(**values) in answer.text()
    assert answer.shown_only_to == member.id
    assert channel.history == before


async def test_claim_changes_nothing_but_one_embed(world: World) -> None:
    channel = await world.opened()
    before = dict(channel.overwrites)

    await world.claimed(channel)

    assert len(channel.history) == 2
    assert channel.history[-1].embeds[0]["description"] == f"<@{world.staff.id}> s’occupe de ce ticket."
    assert channel.history[-1].shown_only_to is None
    assert channel.overwrites == before
    assert channel.name == "001-alice-martin"


async def test_second_claimer_is_refused_with_the_first(world: World) -> None:
    channel = await world.opened()
    await world.claimed(channel)

    for late in (world.other_staff, world.staff):
        claimer = f"<@{world.staff.id}>"
        await refused(world, late, channel, CLAIM, "refused_already_claimed", claimer=claimer)


async def test_of_two_who_claim_at_once_one_wins(world: World) -> None:
    channel = await world.opened()

    await crowds.claim_at_once(world, channel)


async def test_opener_never_claims_whoever_they_are(world: World) -> None:
    for opener in (world.alice, world.staff, world.admin):
        channel = await world.opened(opener)
        await refused(world, opener, channel, CLAIM, "refused_opener_cannot_claim")


async def test_opener_with_a_staff_role_has_no_staff_rights_on_their_ticket(world: World) -> None:
    channel = await world.opened(world.staff)
    await world.closed(channel, world.staff)

    assert not world.staff.permissions(channel)
    panel = world.message_with(channel, REOPEN)
    answer = await answered(await world.forge(world.staff, panel, REOPEN))
    assert params.MESSAGES["refused_not_staff"] in answer.text()


async def test_opener_who_is_administrator_reopens_and_deletes(world: World) -> None:
    channel = await world.opened(world.admin)
    await world.closed(channel, world.admin)
    await acknowledged(await world.press(world.admin, channel, REOPEN))
    await world.until(lambda: params.MESSAGES["reopened_title"].removeprefix("{emoji}") in channel.history[-1].text())
    await world.closed(channel, world.admin)

    await world.deleted(channel, world.admin)


async def test_strangers_cannot_do_anything(world: World) -> None:
    channel = await world.opened()
    welcome = channel.history[0]

    for button, key in ((CLAIM, "refused_not_staff"), (CLOSE, "refused_not_participant")):
        answer = await answered(await world.forge(world.bob, welcome, button))
        assert params.MESSAGES[key] in answer.text()


async def test_closing_hides_the_channel_from_the_opener_and_from_nobody_else(world: World) -> None:
    channel = await world.opened()
    friend = world.bob
    world.guild.set_overwrite(channel, friend, allow=Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES)

    await world.closed(channel, world.alice)

    assert not world.alice.permissions(channel)
    assert friend.permissions(channel) & Permissions.SEND_MESSAGES
    assert world.staff.permissions(channel) & Permissions.SEND_MESSAGES
    assert [button["custom_id"] for button in channel.history[-1].buttons] == [REOPEN, DELETE]


async def test_closed_tickets_are_not_closed_or_claimed(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)

    await refused(world, world.staff, channel, CLOSE, "refused_wrong_state_closed")
    await refused(world, world.staff, channel, CLAIM, "refused_wrong_state_closed")


async def test_reopening_gives_the_opener_the_same_permissions_and_a_ping(world: World) -> None:
    channel = await world.opened()
    before = world.alice.permissions(channel)
    await world.closed(channel)

    await acknowledged(await world.press(world.staff, channel, REOPEN))
    await world.until(lambda: channel.history[-1].pinged == frozenset({world.alice.id}))

    assert world.alice.permissions(channel) == before
    await refused(world, world.staff, channel, REOPEN, "refused_wrong_state_open")
    await refused(world, world.staff, channel, DELETE, "refused_wrong_state_open")


async def test_deletion_asks_twice_and_can_be_called_off(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    question = await answered(await world.press(world.staff, channel, DELETE))
    assert question.shown_only_to == world.staff.id
    assert [button["custom_id"] for button in question.buttons] == [CONFIRM, CANCEL]

    answer = await answered(await world.staff.press(question, custom_id=CANCEL))

    assert params.MESSAGES["deletion_cancelled_title"].removeprefix("{emoji}") in answer.text()
    assert not answer.buttons
    assert not channel.deleted
    assert not world.transcripts.history


async def test_of_two_who_confirm_at_once_one_wins_and_one_transcript_is_posted(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    questions = [
        (member, await answered(await world.press(member, channel, DELETE)))
        for member in (world.staff, world.other_staff)
    ]

    await asyncio.gather(*(member.press(question, custom_id=CONFIRM) for member, question in questions))
    await world.until(lambda: channel.deleted)

    assert len(world.transcripts.history) == 1


async def test_nothing_of_a_deleted_ticket_stays_but_the_counter(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    await world.deleted(channel)
    await world.stop_bots()

    stored = b"".join(path.read_bytes() for path in (world.folder / "data").iterdir())
    assert str(world.alice.id).encode() not in stored.replace(str(world.alice.id - 1).encode(), b"")
    await world.start_bot()
    assert (await world.opened()).name.startswith("002-")


async def test_transcript_holds_what_was_written_in_order_and_escaped(world: World) -> None:
    channel = await world.opened()
    await world.alice.write(channel, "d’abord <script>alert(1)</script>")
    await world.staff.write(channel, "ensuite", files=[("preuve.png", b"png")])
    await world.closed(channel)

    archived = await world.deleted(channel)

    page = page_of(archived)
    assert page.index("d’abord") < page.index("ensuite") < page.index("preuve.png")
    assert "<script>alert(1)</script>" not in page
    assert params.MESSAGES["transcript_nobody"] in archived.text()
    assert "Bonjour" in page


async def test_every_message_of_the_bot_carries_an_embed(world: World) -> None:
    channel = await world.opened()
    await world.claimed(channel)
    await world.closed(channel)
    await world.deleted(channel)

    ephemeral = [message for channel in world.guild.channels for message in channel.ephemeral.values()]
    shown = [*world.bot_messages(), *ephemeral]
    assert shown
    assert all(message.embeds for message in shown)
