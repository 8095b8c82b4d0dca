"""How many calls each action makes; an answer in an HTTP response is none, a callback that is posted is one.

Calls with the token of an interaction do not count towards Discord's limit of 50 requests a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLAIM, CLOSE, CONFIRM, DELETE, OPEN, REOPEN, acknowledged, answered, page_of
from tests.simulator.interactions import CallbackType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.harness.scenario import Scenario
    from tests.simulator.faults import Call

pytestmark = pytest.mark.scenario

THREADS = 3
"""The lists of a channel's threads."""
REFUSED = 1
"""The list of all private threads, which the bot may not see; it is asked for once in ten minutes."""

BUDGETS = {
    "gateway": {"open": 4, "claim": 2, "close": 4, "reopen": 3, "delete": 6 + THREADS + REFUSED},
    "rest": {"open": 3, "claim": 1, "close": 3, "reopen": 2, "delete": 4 + THREADS + REFUSED},
}
COUNTED = {"open": 2, "claim": 0, "close": 1, "reopen": 1, "delete": 4 + THREADS + REFUSED}
"""How many of them count towards the limit, in both modes."""

FOLLOW_UP = "POST /webhooks/{webhook_id}/{webhook_token}"
"""The notice after the answer took buttons away, and the offer to undo a closing: with the interaction's token."""


@pytest.fixture
async def scenario(without_bot: Scenario) -> Scenario:
    """A server whose bot looks for nothing that is gone, which would cost calls of its own."""
    await without_bot.start_bot(TICKETBOT_RECOVERY_SECONDS="3600")
    await without_bot.configure()
    return without_bot


def late(scenario: Scenario, *buttons: str) -> int:
    """Count the presses that were acknowledged before their answer, which costs more: this machine took its time."""
    presses = scenario.sim.interactions.by_token.values()
    return sum(
        press.callback is CallbackType.DEFERRED_UPDATE and press.payload["data"].get("custom_id") in buttons
        for press in presses
    )


def looked_again(calls: Sequence[Call]) -> bool:
    """Tell whether a deletion took so long that the history was looked at once more: this machine took its time."""
    histories = [call.started for call in calls if call.route == "GET /channels/{channel_id}/messages"]
    read_back = [call.ended or 0 for call in calls if call.route == "GET /channels/{channel_id}/messages/{message_id}"]
    return read_back[-1] - histories[0] > 4.9


def _is_followed(call: Call) -> bool:
    return call.route == FOLLOW_UP and call.status == 200


async def test_actions_keep_to_their_budget(scenario: Scenario) -> None:
    sim = scenario.sim
    spent: dict[str, list[Call]] = {}

    async def since(mark: int, *, follow_ups: int = 0) -> list[Call]:
        def found() -> list[Call]:
            # One that comes before the response has arrived is repeated.
            return [call for call in sim.calls[mark:] if call.route != FOLLOW_UP or call.status in {None, 200}]

        def is_complete() -> bool:
            calls = found()
            wanted = follow_ups - late(scenario, CLAIM, CLOSE, REOPEN)
            has_all = sum(call.route == FOLLOW_UP for call in calls) >= wanted
            return has_all and all(call.ended for call in calls)

        await scenario.wait_until(is_complete)
        return found()

    mark = len(sim.calls)
    channel = await scenario.open_ticket()
    spent["open"], mark = await since(mark), len(sim.calls)
    await scenario.claim_ticket(channel)
    spent["claim"], mark = await since(mark, follow_ups=1), len(sim.calls)
    await scenario.close_ticket(channel)
    spent["close"] = await since(mark, follow_ups=2)
    late_closings, mark = late(scenario, CLOSE), len(sim.calls)
    before = len(channel.history)
    press = await scenario.press(scenario.staff, channel, REOPEN)
    await scenario.wait_until(lambda: len(channel.history) > before)
    await acknowledged(press)
    spent["reopen"], mark = await since(mark, follow_ups=1), len(sim.calls)
    await scenario.close_ticket(channel)
    await since(mark, follow_ups=2)
    mark = len(sim.calls)
    await scenario.delete_ticket(channel)
    spent["delete"] = await since(mark)

    budget, counted = dict(BUDGETS[scenario.mode]), dict(COUNTED)
    slow = {"claim": late(scenario, CLAIM), "close": late_closings, "reopen": late(scenario, REOPEN)}
    for action, presses in slow.items():  # the notice is a message of its own, and buttons are taken away by an edit
        counted[action] += presses
        budget[action] += presses
    again = (1 + THREADS) * looked_again(spent["delete"])
    counted["delete"] += again
    budget["delete"] += late(scenario, DELETE, CONFIRM) + again
    assert {action: len(calls) for action, calls in spent.items()} == budget
    assert {action: sum(call.token == "bot" for call in calls) for action, calls in spent.items()} == counted  # noqa: S105 - a kind of token


async def test_a_refused_press_is_answered_at_once(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)
    before, mark = late(scenario, CLAIM), len(scenario.sim.calls)

    refused = [await scenario.press_open(scenario.alice), await scenario.press(scenario.other_staff, channel, CLAIM)]
    for press in refused:
        await answered(press)

    assert [press.edits for press in refused] == [0, 0]
    callbacks = 2 * (scenario.mode == "gateway") + late(scenario, OPEN, CLAIM) - before
    looks = len([call for call in scenario.sim.calls[mark:] if call.route == "GET /channels/{channel_id}"])
    assert len(scenario.sim.calls[mark:]) - looks == callbacks
    assert looks <= 1


@pytest.mark.parametrize("extra", [97, 98, 250])
async def test_each_further_hundred_messages_costs_one_call(scenario: Scenario, extra: int) -> None:
    channel = await scenario.open_ticket()
    for index in range(extra):
        await scenario.alice.write(channel, f"message {index}")
    await scenario.close_ticket(channel)
    offers = 2 - late(scenario, CLOSE)
    await scenario.wait_until(lambda: sum(_is_followed(call) for call in scenario.sim.calls) >= offers)
    mark = len(scenario.sim.calls)

    archived = await scenario.delete_ticket(channel)

    total = extra + 2
    calls = scenario.sim.calls[mark:]
    slowly = late(scenario, DELETE, CONFIRM) + (1 + THREADS) * looked_again(calls)
    assert len(calls) <= 6 - (scenario.mode == "rest") * 2 + THREADS + REFUSED + total // 100 + slowly
    assert f"message {extra - 1}" in page_of(archived)


async def test_connections_to_discord_are_kept(scenario: Scenario) -> None:
    calls = len(scenario.sim.calls)
    for index in range(12):
        await scenario.open_ticket(scenario.guild.add_member(f"membre{index}"))

    assert len(scenario.sim.calls) - calls >= 36
    assert len(scenario.sim.server.connections) <= 8
