"""How many calls each action makes; an answer in an HTTP response is none, a callback that is posted is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import CLAIM, CONFIRM, DELETE, OPEN, REOPEN, acknowledged, answered, page_of
from tests.simulator.interactions import CallbackType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.scenarios.world import World
    from tests.simulator.faults import Call

pytestmark = pytest.mark.scenario

BUDGETS = {
    "gateway": {"open": 4, "claim": 1, "close": 3, "reopen": 3, "delete": 6},
    "rest": {"open": 3, "claim": 0, "close": 2, "reopen": 2, "delete": 4},
}


@pytest.fixture
async def world(empty: World) -> World:
    """A server whose bot looks for nothing that is gone, which would cost calls of its own."""
    await empty.start_bot(TICKETBOT_RECOVERY_SECONDS="3600")
    await empty.configured()
    return empty


def late(world: World, *buttons: str) -> int:
    """Count the presses that were acknowledged before their answer, which costs more: this machine took its time."""
    presses = world.sim.interactions.by_token.values()
    return sum(
        press.callback is CallbackType.DEFERRED_UPDATE and press.payload["data"].get("custom_id") in buttons
        for press in presses
    )


def looked_again(calls: Sequence[Call]) -> bool:
    """Tell whether a deletion took so long that the history was looked at once more: this machine took its time."""
    histories = [call.started for call in calls if call.route == "GET /channels/{channel_id}/messages"]
    read_back = [call.ended or 0 for call in calls if call.route == "GET /channels/{channel_id}/messages/{message_id}"]
    return read_back[-1] - histories[0] > 4.9


async def test_actions_keep_to_their_budget(world: World) -> None:
    sim = world.sim
    spent: dict[str, list[Call]] = {}

    def since(mark: int) -> list[Call]:
        return sim.calls[mark:]

    mark = len(sim.calls)
    channel = await world.opened()
    spent["open"], mark = since(mark), len(sim.calls)
    await world.claimed(channel)
    spent["claim"], mark = since(mark), len(sim.calls)
    await world.closed(channel)
    spent["close"], mark = since(mark), len(sim.calls)
    before = len(channel.history)
    press = await world.press(world.staff, channel, REOPEN)
    await world.until(lambda: len(channel.history) > before)
    await acknowledged(press)
    spent["reopen"] = since(mark)
    await world.closed(channel)
    mark = len(sim.calls)
    await world.deleted(channel)
    spent["delete"] = since(mark)

    budget = dict(BUDGETS[world.mode])
    budget["claim"] += 2 * late(world, CLAIM)  # a look whether the notice stands, and the notice
    budget["delete"] += late(world, DELETE, CONFIRM) + looked_again(spent["delete"])
    assert {action: len(calls) for action, calls in spent.items()} == budget


async def test_a_refused_press_is_answered_at_once(world: World) -> None:
    channel = await world.opened()
    await world.claimed(channel)
    before, mark = late(world, CLAIM), len(world.sim.calls)

    refused = [await world.press_open(world.alice), await world.press(world.other_staff, channel, CLAIM)]
    for press in refused:
        await answered(press)

    assert [press.edits for press in refused] == [0, 0]
    callbacks = 2 * (world.mode == "gateway") + late(world, OPEN, CLAIM) - before
    looks = len([call for call in world.sim.calls[mark:] if call.route == "GET /channels/{channel_id}"])
    assert len(world.sim.calls[mark:]) - looks == callbacks
    assert looks <= 1


@pytest.mark.parametrize("extra", [97, 98, 250])
async def test_each_further_hundred_messages_costs_one_call(world: World, extra: int) -> None:
    channel = await world.opened()
    for index in range(extra):
        await world.alice.write(channel, f"message {index}")
    await world.closed(channel)
    mark = len(world.sim.calls)

    archived = await world.deleted(channel)

    total = extra + 2
    calls = world.sim.calls[mark:]
    slowly = late(world, DELETE, CONFIRM) + looked_again(calls)
    assert len(calls) <= 6 - (world.mode == "rest") * 2 + total // 100 + slowly
    assert f"message {extra - 1}" in page_of(archived)


async def test_connections_to_discord_are_kept(world: World) -> None:
    calls = len(world.sim.calls)
    for index in range(12):
        await world.opened(world.guild.add_member(f"membre{index}"))

    assert len(world.sim.calls) - calls >= 36
    assert len(world.sim.server.connections) <= 8
