"""Malformed interactions: valid ones with parts removed, added and replaced."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.harness.scenario import Scenario
    from tests.simulator.errors import Json

_T = TypeVar("_T")

_DEEP: Final[Any] = json.loads("[" * 300 + "]" * 300)

VALUES: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=50),
    st.sampled_from(
        [
            *("", "0", "-1", "\x00", "١٢٣", "1e9", "NaN", "../..", "%s%n{}"),
            *("ticket:open", "ticket:delete:confirm", "ticket-config"),
            *(2**63, 2**64, -(2**63), 10**400, str(2**64), str(10**400), "9" * 5000, "x" * 20_000),
            *([], {}, [None], [[]], {"id": None}, {"id": "1"}, ["1"] * 2000, _DEEP),
        ]
    ),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=20,
    ),
)  # fmt: skip


@st.composite
def malformed_payloads(draw: st.DrawFn, valid: list[Json]) -> Json:
    """Change a valid interaction in one to four places."""
    payload = copy.deepcopy(valid[draw(st.integers(0, len(valid) - 1))])
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(payload))
        parent, key = places[draw(st.integers(0, len(places) - 1))]
        match draw(st.sampled_from(["take out", "put in", "change", "change", "change"])):
            case "take out":
                del parent[key]
            case "put in" if isinstance(parent, dict):
                parent[draw(st.text(max_size=10))] = copy.deepcopy(draw(VALUES))
            case _:
                parent[key] = copy.deepcopy(draw(VALUES))
        if not payload:
            break
    return payload


def draw_examples(strategy: st.SearchStrategy[_T], count: int, rng: random.Random) -> list[_T]:
    """Draw examples in advance, so that many can be sent at once; the same ``rng`` draws the same ones."""
    found: list[_T] = []

    @seed(rng.getrandbits(64))
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(strategy)
    def take(example: _T) -> None:
        found.append(example)

    take()
    return found


def _places(node: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - whatever JSON holds
    items = cast("dict[str, Any]", node).items() if isinstance(node, dict) else enumerate(cast("list[Any]", node))
    for key, value in list(items):
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)


async def valid_payloads(scenario: Scenario) -> list[Json]:
    """Record one valid interaction of each kind; none is about an existing ticket."""
    panel = scenario.panels()[0]
    presses = [
        await scenario.forge(scenario.alice, panel, custom_id)
        for custom_id in ("ticket:claim", "ticket:close", "ticket:reopen", "ticket:delete", "ticket:delete:confirm")
    ]
    presses.append(await scenario.send_ticket_config())
    presses.append(await scenario.alice.forge(scenario.panel, {"id": "1", "name": "vieille", "type": 1}, kind=2))
    modal = {"custom_id": "x", "components": [{"type": 1, "components": [{"type": 4, "custom_id": "y", "value": "z"}]}]}
    presses.append(await scenario.alice.forge(scenario.panel, modal, kind=5, message=panel))
    option = {"name": "salon", "type": 3, "value": "a", "focused": True}
    command = {"id": "1", "name": "ticket-config", "type": 1, "options": [option]}
    presses.append(await scenario.alice.forge(scenario.panel, command, kind=4))
    for press in presses[:-1]:
        await press.settled()
    return [dict(press.payload) for press in presses]
