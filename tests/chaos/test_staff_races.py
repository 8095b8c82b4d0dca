"""Two of the staff do different things with a ticket at the same moment, on two processes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.chaos.environment import STORES_SQLITE_BY_DEFAULT, Mode
from tests.chaos.fault_cases import is_idle
from tests.harness import simultaneous
from tests.harness.scenario import CLAIM, REOPEN
from tests.scenarios.test_topics import with_topics

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Channel

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.parametrize("mode", [Mode.REST]),
    pytest.mark.parametrize("store", STORES_SQLITE_BY_DEFAULT),
]

TICKETS = 6


@pytest.fixture(params=["show", "hidden"])
async def several(request: pytest.FixtureRequest, scenario: Scenario) -> Scenario:
    """A server that two processes answer; in one of two the other staff do not see a claimed ticket."""
    scenario.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await simultaneous.start_several(scenario, 2)
    await scenario.configure()
    await with_topics(scenario, claim_mode=str(request.param))
    return scenario


async def opened(scenario: Scenario) -> Sequence[Channel]:
    return [await scenario.open_ticket(scenario.guild.add_member(f"membre{index}")) for index in range(TICKETS)]


async def race(
    scenario: Scenario,
    channels: Sequence[Channel],
    *presses: Callable[[Channel], Awaitable[Interaction]],
    pause: float = 0.004,
) -> None:
    """Press twice in each ticket, and wait until nothing more is done.

    In the first ones the first press is ahead, in the last ones the second is.
    """

    async def both(channel: Channel, index: int) -> Sequence[Interaction]:
        delay = (index - len(channels) // 2) * pause

        async def later(press: Callable[[Channel], Awaitable[Interaction]], seconds: float) -> Interaction:
            await asyncio.sleep(max(0.0, seconds))
            return await press(channel)

        first, second = presses
        return await asyncio.gather(later(first, delay), later(second, -delay))

    rounds = await asyncio.gather(*(both(channel, index) for index, channel in enumerate(channels)))
    await asyncio.gather(*(press.acknowledged() for pair in rounds for press in pair))
    await scenario.wait_until(lambda: is_idle(scenario))


async def test_claim_against_transfer(several: Scenario, checker: InvariantChecker, counts: Counts) -> None:
    staff, other, admin = several.staff, several.other_staff, several.admin

    await race(
        several,
        await opened(several),
        lambda channel: several.press(staff, channel, CLAIM),
        lambda channel: admin.command("ticket transferer", channel, membre=other),
    )

    await checker.assert_consistent()
    counts.add("races", "claim and transfer", checker.label, 2 * TICKETS)


async def test_unclaim_against_transfer(several: Scenario, checker: InvariantChecker, counts: Counts) -> None:
    staff, other, admin = several.staff, several.other_staff, several.admin
    channels = await opened(several)
    for channel in channels:
        await several.claim_ticket(channel)

    await race(
        several,
        channels,
        lambda channel: staff.command("ticket liberer", channel),
        lambda channel: admin.command("ticket transferer", channel, membre=other),
    )

    await checker.assert_consistent()
    counts.add("races", "unclaim and transfer", checker.label, 2 * TICKETS)


async def test_add_against_close(several: Scenario, checker: InvariantChecker, counts: Counts) -> None:
    staff, admin = several.staff, several.admin

    await race(
        several,
        await opened(several),
        lambda channel: staff.command("ticket ajouter", channel, membre=several.bob),
        lambda channel: admin.command("ticket fermer", channel),
    )

    await checker.assert_consistent()
    counts.add("races", "add and close", checker.label, 2 * TICKETS)


async def test_lock_against_reopen(several: Scenario, checker: InvariantChecker, counts: Counts) -> None:
    staff, admin = several.staff, several.admin
    channels = await opened(several)
    for channel in channels:
        await several.close_ticket(channel)

    await race(
        several,
        channels,
        lambda channel: staff.command("ticket verrouiller", channel),
        lambda channel: several.press(admin, channel, REOPEN),
    )

    await checker.assert_consistent()
    counts.add("races", "lock and reopen", checker.label, 2 * TICKETS)
