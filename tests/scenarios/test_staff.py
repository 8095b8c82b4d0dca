from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import CANCEL, CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, text_of
from tests.standin import state
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tests.standin.state import Channel, Member

pytestmark = pytest.mark.scenario


async def refused(world: World, member: Member, channel: Channel, button: str, key: str, **values: str) -> None:
    before = [message.id for message in channel.messages if message.seen_by is None]
    answer = await (await world.press(member, channel, button)).settled()
    assert params.MESSAGES[key].format(**values) in text_of(answer)
    assert answer.seen_by == member.id
    assert [message.id for message in channel.messages if message.seen_by is None] == before


async def test_claim_changes_nothing_but_one_embed(world: World) -> None:
    channel = await world.opened()
    before = dict(channel.overwrites)

    await (await world.press(world.staff, channel, CLAIM)).settled()

    assert len(channel.messages) == 2
    assert channel.messages[-1].embeds[0]["description"] == f"<@{world.staff.id}> s’occupe de ce ticket."
    assert channel.messages[-1].seen_by is None
    assert channel.overwrites == before
    assert channel.name == "001-alice-martin"


async def test_second_claimer_is_refused_with_the_first(world: World) -> None:
    channel = await world.opened()
    await (await world.press(world.staff, channel, CLAIM)).settled()

    for late in (world.other_staff, world.staff):
        claimer = f"<@{world.staff.id}>"
        await refused(world, late, channel, CLAIM, "refused_already_claimed", claimer=claimer)


async def test_of_two_who_claim_at_once_one_wins(world: World) -> None:
    channel = await world.opened()

    presses = await asyncio.gather(
        *(world.press(member, channel, CLAIM) for member in (world.staff, world.other_staff))
    )
    answers = await asyncio.gather(*(press.settled() for press in presses))

    assert sorted(answer.seen_by is None for answer in answers) == [False, True]


async def test_opener_never_claims_whoever_they_are(world: World) -> None:
    for opener in (world.alice, world.staff, world.admin):
        channel = await world.opened(opener)
        await refused(world, opener, channel, CLAIM, "refused_opener_cannot_claim")


async def test_opener_with_a_staff_role_has_no_staff_rights_on_their_ticket(world: World) -> None:
    channel = await world.opened(world.staff)
    await world.closed(channel, world.staff)

    assert not world.staff.permissions(channel)
    panel = world.message_with(channel, REOPEN)
    answer = await (await world.sim.forge(world.staff, panel, REOPEN)).settled()
    assert params.MESSAGES["refused_not_staff"] in text_of(answer)


async def test_opener_who_is_administrator_reopens_and_deletes(world: World) -> None:
    channel = await world.opened(world.admin)
    await world.closed(channel, world.admin)
    await (await world.press(world.admin, channel, REOPEN)).acknowledged()
    await world.sim.until(lambda: params.MESSAGES["reopened_title"] in text_of(channel.messages[-1]))
    await world.closed(channel, world.admin)

    await world.deleted(channel, world.admin)


async def test_strangers_cannot_do_anything(world: World) -> None:
    channel = await world.opened()
    welcome = channel.messages[0]

    for button, key in ((CLAIM, "refused_not_staff"), (CLOSE, "refused_not_participant")):
        answer = await (await world.sim.forge(world.bob, welcome, button)).settled()
        assert params.MESSAGES[key] in text_of(answer)


async def test_closing_hides_the_channel_from_the_opener_and_from_nobody_else(world: World) -> None:
    channel = await world.opened()
    friend = world.bob
    channel.overwrites[friend.id] = (1, state.VIEW | state.SEND, 0)

    await world.closed(channel, world.alice)

    assert not world.alice.permissions(channel)
    assert friend.permissions(channel) & state.SEND
    assert world.staff.permissions(channel) & state.SEND
    assert [button["custom_id"] for button in channel.messages[-1].buttons()] == [REOPEN, DELETE]


async def test_closed_tickets_are_not_closed_or_claimed(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)

    await refused(world, world.staff, channel, CLOSE, "refused_wrong_state_closed")
    await refused(world, world.staff, channel, CLAIM, "refused_wrong_state_closed")


async def test_reopening_gives_the_opener_the_same_permissions_and_a_ping(world: World) -> None:
    channel = await world.opened()
    before = world.alice.permissions(channel)
    await world.closed(channel)

    await (await world.press(world.staff, channel, REOPEN)).acknowledged()
    await world.sim.until(lambda: channel.messages[-1].pinged == {world.alice.id})

    assert world.alice.permissions(channel) == before
    await refused(world, world.staff, channel, REOPEN, "refused_wrong_state_open")
    await refused(world, world.staff, channel, DELETE, "refused_wrong_state_open")


async def test_deletion_asks_twice_and_can_be_called_off(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    question = await (await world.press(world.staff, channel, DELETE)).settled()
    assert question.seen_by == world.staff.id
    assert [button["custom_id"] for button in question.buttons()] == [CONFIRM, CANCEL]

    answer = await (await world.sim.press(world.staff, question, CANCEL)).settled()

    assert params.MESSAGES["deletion_cancelled_title"] in text_of(answer)
    assert not answer.buttons()
    assert channel.id in world.guild.channels
    assert not world.transcripts.messages


async def test_of_two_who_confirm_at_once_one_wins_and_one_transcript_is_posted(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    questions = [
        (member, await (await world.press(member, channel, DELETE)).settled())
        for member in (world.staff, world.other_staff)
    ]

    await asyncio.gather(*(world.sim.press(member, question, CONFIRM) for member, question in questions))
    await world.sim.until(lambda: channel.id not in world.guild.channels)

    assert len(world.transcripts.messages) == 1


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
    await world.sim.write(world.alice, channel, "premier <script>alert(1)</script>")
    await world.sim.write(world.staff, channel, "second", files=[("preuve.png", b"png", "image/png")])
    await world.closed(channel)

    archived = await world.deleted(channel)

    page = archived.files[0].content.decode()
    assert page.index("premier") < page.index("second") < page.index("preuve.png")
    assert "<script>alert(1)</script>" not in page
    assert params.MESSAGES["transcript_nobody"] in text_of(archived)
    assert "Bonjour" in page


async def test_every_message_of_the_bot_carries_an_embed(world: World) -> None:
    channel = await world.opened()
    await (await world.press(world.staff, channel, CLAIM)).settled()
    await world.closed(channel)
    await world.deleted(channel)

    shown = [*world.bot_messages(), *(press.shown for press in world.sim.presses.values() if press.shown)]
    assert shown
    assert all(message.embeds for message in shown)
