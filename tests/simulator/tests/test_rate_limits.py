from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulator.guilds import GuildHandle
    from tests.simulator.simulator import Simulator
    from tests.simulator.tests.conftest import Api


async def test_fifty_requests_pass_in_a_second_and_the_next_is_told_how_long_to_wait(
    sim: Simulator, guild: GuildHandle, api: Api
) -> None:
    now = 100.0
    sim.rate_limits.are_enforced, sim.rate_limits.clock = True, lambda: now

    answers = await asyncio.gather(*(api("GET", f"/guilds/{guild.id}") for _ in range(52)))

    refused = [call for call in sim.calls if call.status == 429]
    assert [isinstance(answer, tuple) for answer in answers].count(True) == len(refused) == 2
    assert (refused[0].answer["global"], refused[0].answer["retry_after"]) == (True, 1.0)
    now = 101.0
    assert (await api("GET", f"/guilds/{guild.id}"))["id"] == str(guild.id)


async def test_each_channel_has_its_own_bucket(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    sim.rate_limits.are_enforced, sim.rate_limits.clock = True, lambda: 100.0
    rooms = [guild.add_text_channel(f"room-{index}") for index in range(2)]

    answers = [
        [await api("POST", f"/channels/{room.id}/messages", {"content": "a"}) for _ in range(6)] for room in rooms
    ]

    for answer in answers:
        assert [isinstance(one, tuple) for one in answer] == [False] * 5 + [True]
        assert (answer[-1][1]["global"], answer[-1][1]["retry_after"]) == (False, 5.0)


async def test_who_makes_too_many_invalid_requests_is_shut_out(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    sim.rate_limits.are_enforced, sim.rate_limits.invalid_limit = True, 3
    for _ in range(3):
        assert (await api("GET", f"/guilds/{guild.id}", token="no"))[0] == 401  # noqa: S106 - no token

    assert await api("GET", f"/guilds/{guild.id}") == (429, None)


async def test_nothing_is_refused_unless_the_limits_are_enforced(guild: GuildHandle, api: Api) -> None:
    answers = await asyncio.gather(*(api("GET", f"/guilds/{guild.id}") for _ in range(150)))

    assert not any(isinstance(answer, tuple) for answer in answers)
