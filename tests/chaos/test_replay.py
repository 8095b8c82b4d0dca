"""The same signed interaction twice, too late, or by a clock that is wrong."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.chaos import records
from tests.chaos.stage import FIRST_OF_STORES, Mode
from tests.scenarios import crowds
from tests.scenarios.world import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, acknowledged, answered

if TYPE_CHECKING:
    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally
    from tests.scenarios.world import World
    from tests.simulator.interactions import Interaction

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.parametrize("mode", [Mode.REST]),
    pytest.mark.parametrize("store", FIRST_OF_STORES),
]


@pytest.fixture
async def two(world: World) -> World:
    """A configured server that two processes answer."""
    await crowds.start_several(world, 2)
    await world.configured()
    return world


def told(world: World) -> tuple[object, ...]:
    """Take down all that a repetition could change: channels, messages, overwrites and records."""
    return (
        [
            (channel.id, channel.deleted, repr(channel.overwrites), [(one.id, one.text()) for one in channel.history])
            for channel in world.guild.channels
        ],
        records.read(world),
    )


async def nothing_comes_of_it(witness: Witness, press: Interaction) -> None:
    """Send the very same request again to both processes, twice to each and all at once."""
    world = witness.world
    await witness.require()
    before = told(world)
    calls = len(world.sim.calls)

    replies = await asyncio.gather(*(world.sim.replay(press, via=world.via(index)) for index in range(4)))

    assert all(reply.status is not None and reply.status < 500 for reply in replies), replies
    await asyncio.sleep(0.3)
    assert told(world) == before
    # Told once more that it is refused, where that took so long that it was acknowledged before: that is no change.
    harmless = ("GET ", "POST /webhooks/")
    changes = [call for call in world.sim.calls[calls:] if call.applied and not call.route.startswith(harmless)]
    assert not changes, "a repetition changed something"


async def test_repeated_interactions_do_nothing_twice(two: World, witness: Witness, tally: Tally) -> None:
    configure = await two.configure()
    opening = await two.press_open(two.alice)
    await answered(opening)
    (channel,) = two.tickets()
    await two.until(lambda: channel.history)
    claim = await two.press(two.staff, channel, CLAIM)
    await acknowledged(claim)
    await two.until(lambda: len(channel.history) > 1)
    await two.alice.write(channel, "Bonjour !")
    close = await two.press(two.staff, channel, CLOSE)
    await acknowledged(close)
    await two.until(lambda: not two.alice.sees(channel) and len(channel.history) > 3)
    for press in (configure, opening, claim, close):
        await nothing_comes_of_it(witness, press)

    reopen = await two.press(two.staff, channel, REOPEN)
    await acknowledged(reopen)
    await two.until(lambda: two.alice.sees(channel) and channel.history[-1].content)
    for press in (close, claim, reopen):
        await nothing_comes_of_it(witness, press)

    await two.closed(channel)
    question = await two.press(two.staff, channel, DELETE)
    confirm = await two.staff.press(await answered(question), custom_id=CONFIRM)
    await two.until(lambda: channel.deleted)
    for press in (opening, close, reopen, question, confirm):
        await nothing_comes_of_it(witness, press)
    assert len(two.transcripts.history) == 1
    await witness.require()
    tally.count("replays", "every interaction", witness.setting, 4 * 12)


async def test_stale_requests_are_refused_and_the_operator_is_told_once(
    two: World, witness: Witness, tally: Tally
) -> None:
    url, body = two.sim.endpoints[0], b'{"type":1}'
    now = time.time()

    fresh = [await two.sim.post_signed(url, body, timestamp=str(int(now + skew))) for skew in (-280, -60, 0, 60, 280)]
    stale = [
        await two.sim.post_signed(url, body, timestamp=timestamp)
        for timestamp in (*(str(int(now + skew)) for skew in (-9e8, -3600, -320, 320, 3600)), "inf", "nan", "", "0x1")
    ]

    assert {reply.status for reply in fresh} == {200}
    assert {reply.status for reply in stale} == {401}
    assert len([line for line in two.bots[0].lines() if "is the clock right?" in line]) == 1
    tally.count("replays", "stale", witness.setting, len(stale))


async def refused(press: Interaction) -> Interaction:
    """See that a press changed nothing, and was answered in words."""
    answer = await answered(press)
    assert answer.shown_only_to == press.member.id
    return press


async def test_refused_presses_are_refused_again_when_they_have_become_possible(
    world: World, witness: Witness, tally: Tally
) -> None:
    await world.start_bot()
    await world.configured()
    channel = await world.opened()
    await world.alice.write(channel, "Bonjour !")
    welcome = world.message_with(channel, CLOSE)
    when_open = [
        await refused(await world.press_open(world.alice)),
        await refused(await world.forge(world.staff, welcome, REOPEN)),
        await refused(await world.forge(world.staff, welcome, CONFIRM)),
    ]
    await world.closed(channel)
    when_closed = [
        await refused(await world.press(world.staff, channel, CLAIM)),
        await refused(await world.press(world.staff, channel, CLOSE)),
    ]
    for press in when_open:
        await nothing_comes_of_it(witness, press)

    await acknowledged(await world.press(world.staff, channel, REOPEN))
    await world.until(lambda: world.alice.sees(channel) and channel.history[-1].content)
    for press in when_closed:
        await nothing_comes_of_it(witness, press)

    await world.closed(channel)
    await world.deleted(channel)
    for press in (*when_open, *when_closed):
        await nothing_comes_of_it(witness, press)
    await witness.require()
    tally.count("replays", "refused presses", witness.setting, 4 * 10)


@pytest.mark.chaos
async def test_refused_press_is_too_old_for_another_process_once_the_ticket_was_moved(
    world: World, witness: Witness, tally: Tally
) -> None:
    await world.start_bot()
    await world.configured()
    channel = await world.opened()
    welcome = world.message_with(channel, CLOSE)
    presses = [await refused(await world.forge(world.staff, welcome, button)) for button in (REOPEN, CONFIRM)]
    await world.restart_bot()
    await asyncio.sleep(6)  # more than presses at the same time can lie apart
    await world.closed(channel)

    for press in presses:
        await nothing_comes_of_it(witness, press)
    tally.count("replays", "old presses", witness.setting, 4 * 2)
