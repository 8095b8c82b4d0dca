"""The same signed interaction twice, too late, or with a wrong clock."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.chaos import records
from tests.chaos.environment import STORES_SQLITE_BY_DEFAULT, Mode
from tests.harness import simultaneous
from tests.harness.scenario import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, acknowledged, answered

if TYPE_CHECKING:
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.parametrize("mode", [Mode.REST]),
    pytest.mark.parametrize("store", STORES_SQLITE_BY_DEFAULT),
]


@pytest.fixture
async def two_processes(scenario: Scenario) -> Scenario:
    """A configured server that two processes answer."""
    await simultaneous.start_several(scenario, 2)
    await scenario.configure()
    return scenario


def snapshot(scenario: Scenario) -> tuple[object, ...]:
    """Return all that a replay could change: channels, messages, overwrites and records."""
    return (
        [
            (channel.id, channel.deleted, repr(channel.overwrites), [(one.id, one.text()) for one in channel.history])
            for channel in scenario.guild.channels
        ],
        records.read(scenario),
    )


async def assert_replay_changes_nothing(checker: InvariantChecker, press: Interaction) -> None:
    """Send the same request again to both processes, twice each and simultaneously, and check that nothing changes."""
    scenario = checker.scenario
    await checker.assert_consistent()
    before = snapshot(scenario)
    calls = len(scenario.sim.calls)

    replies = await asyncio.gather(*(scenario.sim.replay(press, via=scenario.via(index)) for index in range(4)))

    assert all(reply.status is not None and reply.status < 500 for reply in replies), replies
    await asyncio.sleep(0.3)
    assert snapshot(scenario) == before
    # A slow refusal, deferred before, may be repeated as an edit of the answer: that changes nothing.
    harmless = ("GET ", "POST /webhooks/")
    changes = [call for call in scenario.sim.calls[calls:] if call.applied and not call.route.startswith(harmless)]
    assert not changes, "a repetition changed something"


async def test_repeated_interactions_do_nothing_twice(
    two_processes: Scenario, checker: InvariantChecker, counts: Counts
) -> None:
    configure = await two_processes.send_ticket_config()
    opening = await two_processes.press_open(two_processes.alice)
    await answered(opening)
    (channel,) = two_processes.tickets()
    await two_processes.wait_until(lambda: channel.history)
    claim = await two_processes.press(two_processes.staff, channel, CLAIM)
    await acknowledged(claim)
    await two_processes.wait_until(lambda: len(channel.history) > 1)
    await two_processes.alice.write(channel, "Bonjour !")
    close = await two_processes.press(two_processes.staff, channel, CLOSE)
    await acknowledged(close)
    await two_processes.wait_until(lambda: not two_processes.alice.sees(channel) and len(channel.history) > 3)
    for press in (configure, opening, claim, close):
        await assert_replay_changes_nothing(checker, press)

    reopen = await two_processes.press(two_processes.staff, channel, REOPEN)
    await acknowledged(reopen)
    await two_processes.wait_until(lambda: two_processes.alice.sees(channel) and channel.history[-1].content)
    for press in (close, claim, reopen):
        await assert_replay_changes_nothing(checker, press)

    await two_processes.close_ticket(channel)
    question = await two_processes.press(two_processes.staff, channel, DELETE)
    confirm = await two_processes.staff.press(await answered(question), custom_id=CONFIRM)
    await two_processes.wait_until(lambda: channel.deleted)
    for press in (opening, close, reopen, question, confirm):
        await assert_replay_changes_nothing(checker, press)
    assert len(two_processes.transcripts.history) == 1
    await checker.assert_consistent()
    counts.add("replays", "every interaction", checker.label, 4 * 12)


async def test_stale_requests_are_refused_and_the_operator_is_told_once(
    two_processes: Scenario, checker: InvariantChecker, counts: Counts
) -> None:
    url, body = two_processes.sim.endpoints[0], b'{"type":1}'
    now = time.time()

    fresh = [
        await two_processes.sim.post_signed(url, body, timestamp=str(int(now + skew)))
        for skew in (-280, -60, 0, 60, 280)
    ]
    stale = [
        await two_processes.sim.post_signed(url, body, timestamp=timestamp)
        for timestamp in (*(str(int(now + skew)) for skew in (-9e8, -3600, -320, 320, 3600)), "inf", "nan", "", "0x1")
    ]

    assert {reply.status for reply in fresh} == {200}
    assert {reply.status for reply in stale} == {401}
    assert len([line for line in two_processes.bots[0].lines() if "is the clock right?" in line]) == 1
    counts.add("replays", "stale", checker.label, len(stale))


async def refused(press: Interaction) -> Interaction:
    """Check that a press was refused, in an answer that only the member sees."""
    answer = await answered(press)
    assert answer.shown_only_to == press.member.id
    return press


async def test_refused_presses_are_refused_again_when_they_have_become_possible(
    scenario: Scenario, checker: InvariantChecker, counts: Counts
) -> None:
    await scenario.start_bot()
    await scenario.configure()
    channel = await scenario.open_ticket()
    await scenario.alice.write(channel, "Bonjour !")
    welcome = scenario.message_with(channel, CLOSE)
    when_open = [
        await refused(await scenario.press_open(scenario.alice)),
        await refused(await scenario.forge(scenario.staff, welcome, REOPEN)),
        await refused(await scenario.forge(scenario.staff, welcome, CONFIRM)),
    ]
    await scenario.close_ticket(channel)
    when_closed = [
        await refused(await scenario.press(scenario.staff, channel, CLAIM)),
        await refused(await scenario.press(scenario.staff, channel, CLOSE)),
    ]
    for press in when_open:
        await assert_replay_changes_nothing(checker, press)

    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel) and channel.history[-1].content)
    for press in when_closed:
        await assert_replay_changes_nothing(checker, press)

    await scenario.close_ticket(channel)
    await scenario.delete_ticket(channel)
    for press in (*when_open, *when_closed):
        await assert_replay_changes_nothing(checker, press)
    await checker.assert_consistent()
    counts.add("replays", "refused presses", checker.label, 4 * 10)


@pytest.mark.chaos
async def test_refused_press_is_too_old_for_another_process_once_the_ticket_was_moved(
    scenario: Scenario, checker: InvariantChecker, counts: Counts
) -> None:
    await scenario.start_bot()
    await scenario.configure()
    channel = await scenario.open_ticket()
    welcome = scenario.message_with(channel, CLOSE)
    presses = [await refused(await scenario.forge(scenario.staff, welcome, button)) for button in (REOPEN, CONFIRM)]
    await scenario.restart_bot()
    await asyncio.sleep(6)  # more than presses at the same time can lie apart
    await scenario.close_ticket(channel)

    for press in presses:
        await assert_replay_changes_nothing(checker, press)
    counts.add("replays", "old presses", checker.label, 4 * 2)
