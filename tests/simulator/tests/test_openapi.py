from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import referencing
import referencing.jsonschema

from tests.simulator import openapi
from tests.simulator.routing import ROUTES
from tests.simulator.schemas import Compiler

if TYPE_CHECKING:
    from tests.simulator.guilds import GuildHandle
    from tests.simulator.simulator import Simulator
    from tests.simulator.tests.conftest import Api


async def test_unknown_route_is_a_violation(sim: Simulator, api: Api) -> None:
    status, _ = await api("GET", "/users/@me/secrets")

    assert status == 404
    assert sim.violations == ["GET /users/@me/secrets: unknown route"]


async def test_known_route_that_is_not_simulated_is_a_violation(sim: Simulator, api: Api, guild: GuildHandle) -> None:
    status, _ = await api("GET", f"/guilds/{guild.id}/audit-logs")

    assert status == 404
    assert "not simulated" in sim.violations[0]


async def test_unknown_field_is_a_violation_at_any_depth(sim: Simulator, api: Api, guild: GuildHandle) -> None:
    channel = guild.add_text_channel("a")
    button = {"type": 2, "style": 1, "custom_id": "a", "label": "a", "colour": 3}
    body = {"content": "x", "components": [{"type": 1, "components": [button]}]}

    status, answer = await api("POST", f"/channels/{channel.id}/messages", body)

    assert status == 400
    assert answer["code"] == 50035
    assert answer["errors"]["components"]["0"]["components"]["0"]["colour"]
    assert len(sim.violations) == 1
    assert not channel.messages


async def test_unknown_query_parameter_is_a_violation(sim: Simulator, api: Api, guild: GuildHandle) -> None:
    status, _ = await api("GET", f"/guilds/{guild.id}?with_everything=true")

    assert status == 400
    assert "with_everything" in sim.violations[0]


async def test_wrong_value_is_a_violation(sim: Simulator, api: Api, guild: GuildHandle) -> None:
    status, answer = await api("POST", f"/guilds/{guild.id}/channels", {"name": "x" * 101})

    assert status == 400
    assert answer["errors"]["name"]["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"
    assert len(sim.violations) == 1


async def test_wrong_token_is_refused_without_being_a_violation(sim: Simulator, api: Api) -> None:
    wrong = "wrong"
    assert await api("GET", "/users/@me", token=wrong) == (401, {"message": "401: Unauthorized", "code": 0})
    assert not sim.violations


def test_every_simulated_route_is_in_the_document() -> None:
    document = openapi.discord()

    assert [route for route in ROUTES if not document.has(route)] == []


def test_wrong_answer_is_found() -> None:
    operation = openapi.discord().find("GET", "/users/@me")

    assert operation is not None
    assert operation.check_answer(200, {"id": "1"})
    assert operation.check_answer(204, None)
    assert not operation.check_answer(404, {"message": "x", "code": 1})


_SAMPLES: list[tuple[str, Any]] = [
    ("MessageCreateRequest", {"content": "x", "nonce": 3, "embeds": [{"title": "t", "color": 3}]}),
    ("MessageCreateRequest", {"content": 3}),
    ("MessageCreateRequest", {"nonce": "x" * 26}),
    ("MessageCreateRequest", {"embeds": [{"color": -1}]}),
    ("MessageCreateRequest", {"components": [{"type": 1, "components": []}]}),
    ("MessageCreateRequest", {"components": [{"type": 1, "components": [{"type": 2, "style": 9}]}]}),
    ("MessageCreateRequest", {"allowed_mentions": {"parse": ["users", "users"]}}),
    ("MessageCreateRequest", {"allowed_mentions": {"parse": ["nobody"]}}),
    ("CreateGuildChannelRequest", {"name": "a", "type": 0, "parent_id": None}),
    ("CreateGuildChannelRequest", {"name": ""}),
    ("CreateGuildChannelRequest", {"type": 0}),
    ("CreateGuildChannelRequest", {"name": "a", "parent_id": "x1"}),
    ("ApplicationCommandUpdateRequest", {"name": "a", "contexts": []}),
    ("ApplicationCommandUpdateRequest", {"name": "a", "name_localizations": {"fr": "b"}}),
    ("GatewayBotResponse", {"url": "ws://x", "shards": 1}),
    ("ErrorResponse", {"message": "m", "code": "c"}),
]


@pytest.mark.parametrize(("name", "sample"), _SAMPLES)
def test_compiled_schemas_agree_with_jsonschema(name: str, sample: object) -> None:
    content = openapi.document()
    new_registry: Any = referencing.Registry
    registry = new_registry().with_resource(
        "urn:discord", referencing.Resource(content, referencing.jsonschema.DRAFT202012)
    )
    reference = {"$ref": f"urn:discord#/components/schemas/{name}"}
    validator: Any = jsonschema.Draft202012Validator(reference, registry=registry)
    known = validator.is_valid(sample)
    compiled = Compiler(content["components"]["schemas"]).compile({"$ref": f"#/components/schemas/{name}"})

    assert (not compiled(sample)) == known


def test_amendments_name_existing_places() -> None:
    for place, _, reason in openapi.AMENDMENTS:
        node: Any = openapi.document()
        for key in place.split("/"):
            node = node[key.replace("~", "/")]
        assert reason


def test_checking_is_quick() -> None:
    operation = openapi.discord().find("POST", "/channels/1/messages")
    assert operation is not None
    button = {"type": 2, "style": 1, "custom_id": "a", "label": "a"}
    body = {"content": "x", "components": [{"type": 1, "components": [button] * 5}] * 5}
    operation.check_body(body)
    started = time.thread_time()
    for _ in range(20):
        operation.check_body(body)

    assert (time.thread_time() - started) / 20 < 0.005
