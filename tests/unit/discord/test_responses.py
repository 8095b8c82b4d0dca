from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import HttpUrl

from tests.simulator.faults import Headers, Respond
from tests.simulator.simulator import Simulator
from ticketbot.discord import api, clients, responses
from ticketbot.metrics.disabled import NoMetrics

if TYPE_CHECKING:
    from collections.abc import Mapping

GOOD = {
    "X-RateLimit-Bucket": "a",
    "X-RateLimit-Limit": "5",
    "X-RateLimit-Remaining": "4",
    "X-RateLimit-Reset": "1596033974.096",
    "X-RateLimit-Reset-After": "1.000",
}
ODD = [
    {"X-RateLimit-Reset-After": "0.000"},
    {"X-RateLimit-Reset-After": "-1"},
    {"X-RateLimit-Reset-After": "nan"},
    {"X-RateLimit-Reset-After": "inf"},
    {"X-RateLimit-Reset-After": "1e9"},
    {"X-RateLimit-Reset-After": "soon"},
    {"X-RateLimit-Reset-After": ""},
    {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "5"},
    {"X-RateLimit-Limit": "0", "X-RateLimit-Remaining": "0"},
    {"X-RateLimit-Limit": "2.5"},
    {"X-RateLimit-Remaining": "many"},
    {"X-RateLimit-Reset": "inf"},
    {"X-RateLimit-Reset": "tomorrow"},
]


@pytest.mark.parametrize("headers", ODD, ids=str)
async def test_rate_limit_that_hikari_cannot_compute_with_costs_no_call(headers: Mapping[str, str]) -> None:
    async with Simulator() as sim, clients.open_client(sim.token, HttpUrl(sim.api_url)) as rest:
        sim.faults.add("GET /users/@me", Headers(headers), times=3)
        found = [await api.fetch_my_user(rest) for _ in range(4)]

        assert [one["id"] for one in found] == [str(sim.application.bot.id)] * 4


def test_rate_limits_that_hikari_can_compute_with_are_kept() -> None:
    assert responses.has_usable_rate_limit(GOOD)
    assert responses.has_usable_rate_limit({})
    assert responses.has_usable_rate_limit({**GOOD, "X-RateLimit-Remaining": "-1"})
    assert not responses.has_usable_rate_limit({**GOOD, "X-RateLimit-Reset-After": "0.000"})


class _Figures(NoMetrics):
    def __init__(self) -> None:
        self.accepted: list[bool] = []

    def token_accepted(self, *, accepted: bool) -> None:
        self.accepted.append(accepted)


async def test_refused_token_is_noticed_once_until_it_is_accepted_again(caplog: pytest.LogCaptureFixture) -> None:
    figures = _Figures()
    state = responses.TokenState(figures)
    async with (
        Simulator() as sim,
        clients.open_client(sim.token, HttpUrl(sim.api_url), token_state=state) as rest,
    ):
        await api.fetch_my_user(rest)
        sim.faults.add("GET /users/@me", Respond(401, {"message": "401: Unauthorized", "code": 0}), times=2)
        for _ in range(2):
            with pytest.raises(Exception, match="401"):
                await api.fetch_my_user(rest)
        refused = state.is_refused
        await api.fetch_my_user(rest)

        assert refused
        assert not state.is_refused
        assert figures.accepted == [False, True]
        assert sum("DISCORD_TOKEN" in record.message for record in caplog.records if record.levelname == "WARNING") == 1


def test_token_that_was_never_accepted_is_left_to_the_start_to_report(caplog: pytest.LogCaptureFixture) -> None:
    state = responses.TokenState(_Figures())

    state.note("/api/v10/applications/@me", 401)

    assert state.is_refused
    assert not caplog.records


@pytest.mark.parametrize("path", ["/api/v10/webhooks/1/token/messages/@original", "/api/v10/interactions/1/t/callback"])
def test_expired_token_of_an_interaction_is_not_the_bots(path: str) -> None:
    figures: Any = _Figures()
    state = responses.TokenState(figures)
    state.note(path, 401)

    assert not state.is_refused
    assert figures.accepted == []
