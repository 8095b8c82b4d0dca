from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import pytest
from aiohttp import web
from nacl.signing import VerifyKey

from tests.simulator.errors import RefusedError
from tests.simulator.guilds import overwrite
from tests.simulator.interactions import wait_until
from tests.simulator.permissions import Permissions
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.simulator.guilds import GuildHandle
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Message
    from tests.simulator.tests.conftest import Api

_ROW = {
    "type": 1,
    "components": [
        {"type": 2, "style": 1, "custom_id": "a", "label": "Go"},
        {"type": 2, "style": 1, "custom_id": "b", "label": "No", "disabled": True},
    ],
}
_MENU = {
    "type": 1,
    "components": [{"type": 3, "custom_id": "m", "options": [{"label": "x", "value": "x"}], "max_values": 1}],
}
_MODAL = {
    "type": 9,
    "data": {
        "custom_id": "why",
        "title": "Why",
        "components": [
            {
                "type": 1,
                "components": [{"type": 4, "custom_id": "t", "style": 1, "label": "l", "min_length": 2}],
            }
        ],
    },
}


class Endpoint:
    """Answers interactions with what the test says."""

    def __init__(self, public_key: str) -> None:
        self.key = VerifyKey(bytes.fromhex(public_key))
        self.answers: list[Any] = []
        self.got: list[Any] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        stamp, signature = request.headers["X-Signature-Timestamp"], request.headers["X-Signature-Ed25519"]
        try:
            self.key.verify(stamp.encode() + body, bytes.fromhex(signature))
        except ValueError:
            return web.Response(status=401)
        except Exception:  # noqa: BLE001  # nacl's own error
            return web.Response(status=401)
        got = json.loads(body)
        if got["type"] == 1:
            return web.json_response({"type": 1})
        self.got.append(got)
        answer = self.answers.pop(0) if self.answers else 204
        return web.Response(status=answer) if isinstance(answer, int) else web.json_response(answer)


@pytest.fixture
async def endpoint(sim: Simulator) -> AsyncIterator[Endpoint]:
    made = Endpoint(sim.public_key)
    app = web.Application()
    app.router.add_post("/", made.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    sim.application.interactions_endpoint_url = made.url
    yield made
    await runner.cleanup()


@pytest.fixture
async def message(guild: GuildHandle, api: Api) -> Message:
    channel = guild.add_text_channel("a")
    made = await api("POST", f"/channels/{channel.id}/messages", {"content": "x", "components": [_ROW, _MENU]})
    return channel.messages[int(made["id"])]


def _callback(press: Interaction) -> str:
    return f"/interactions/{press.id}/{press.token}/callback"


def _webhook(sim: Simulator, press: Interaction) -> str:
    return f"/webhooks/{sim.application.id}/{press.token}"


async def test_body_answers_an_ephemeral_message(
    sim: Simulator, guild: GuildHandle, message: Message, endpoint: Endpoint
) -> None:
    alice, bob = guild.add_member("Alice", locale="fr"), guild.add_member("Bob")
    endpoint.answers = [{"type": 4, "data": {"content": "psst", "flags": 64}}]
    press = await (await alice.press(message, label="Go")).settled()

    assert press.answer is not None
    assert press.answer.ephemeral
    assert alice.messages(message.channel)[-1] is press.answer
    assert press.answer not in bob.messages(message.channel)
    assert endpoint.got[0]["locale"] == "fr"
    assert not sim.violations


async def test_deferred_answer_is_filled_by_edit_or_by_the_first_follow_up(
    sim: Simulator, guild: GuildHandle, message: Message, endpoint: Endpoint, api: Api
) -> None:
    alice = guild.add_member("Alice")
    endpoint.answers = [{"type": 5, "data": {"flags": 64}}] * 2
    edited, followed = await alice.press(message, label="Go"), await alice.press(message, label="Go")
    for press in (edited, followed):
        await press.acknowledged()
        assert not press.is_settled
        assert press.answer is None
    await api("PATCH", f"{_webhook(sim, edited)}/messages/@original", {"content": "edited"})
    first = await api("POST", _webhook(sim, followed), {"content": "first"})
    second = await api("POST", _webhook(sim, followed), {"content": "second", "flags": 64})

    assert edited.answer is not None
    assert edited.answer.content == "edited"
    assert followed.original is not None
    assert first["id"] == str(followed.original.id) != second["id"]
    assert first["flags"] == 64
    assert [one.content for one in followed.followups] == ["second"]
    assert await api("DELETE", f"{_webhook(sim, followed)}/messages/{second['id']}") is None
    assert not sim.violations


async def test_second_callback_and_late_callback_are_refused(
    sim: Simulator, guild: GuildHandle, message: Message, endpoint: Endpoint, api: Api
) -> None:
    alice = guild.add_member("Alice")
    endpoint.answers = [204, 204]
    press = await alice.press(message, label="Go")
    await sim.wait_until(lambda: press.replies)
    sim.interactions.deadline = 0.3
    late = await alice.press(message, label="Go")
    answer = await api("POST", _callback(press) + "?with_response=true", {"type": 4, "data": {"content": "x"}})
    again = await api("POST", _callback(press), {"type": 6})
    early = await api("POST", _webhook(sim, late), {"content": "x"})
    await late.settled()
    too_late = await api("POST", _callback(late), {"type": 6})

    assert answer["resource"]["message"]["content"] == "x"
    assert (again[1]["code"], early[1]["code"], too_late[1]["code"]) == (40060, 10015, 10062)
    assert late.failed
    assert not sim.violations


async def test_update_edits_the_message_of_the_button(
    sim: Simulator, guild: GuildHandle, message: Message, endpoint: Endpoint
) -> None:
    endpoint.answers = [{"type": 7, "data": {"content": "new", "components": []}}]
    press = await (await guild.owner.press(message, label="Go")).settled()

    assert press.answer is message
    assert (message.content, message.components) == ("new", [])
    assert not sim.violations


@pytest.mark.parametrize("answer", [500, 404, {"type": 4, "data": {"colour": 1}}, {"type": 4, "data": {}}, {"type": 8}])
async def test_bad_answers_fail_the_interaction(
    guild: GuildHandle, message: Message, endpoint: Endpoint, answer: object
) -> None:
    endpoint.answers = [answer]
    press = await (await guild.owner.press(message, label="Go")).settled()

    assert press.failed
    assert press.answer is None


async def test_malformed_answer_is_a_violation(
    sim: Simulator, guild: GuildHandle, message: Message, endpoint: Endpoint
) -> None:
    data = cast("dict[str, Any]", _MODAL["data"])
    endpoint.answers = [
        {**_MODAL, "data": {**data, "components": [[{}, []]]}},
        {**_MODAL, "data": {**data, "components": data["components"] * 2}},
    ]
    for _ in endpoint.answers.copy():
        assert (await (await guild.owner.press(message, label="Go")).settled()).failed

    first, second = sim.violations
    assert "data.components.0" in first
    assert "data.components: COMPONENT_CUSTOM_ID_DUPLICATED" in second


async def test_modal_is_filled_in(sim: Simulator, guild: GuildHandle, message: Message, endpoint: Endpoint) -> None:
    endpoint.answers = [_MODAL, {"type": 4, "data": {"content": "thanks"}}]
    opened = await (await guild.owner.press(message, label="Go")).settled()
    with pytest.raises(RefusedError, match="required"):
        await guild.owner.submit(opened, {})
    with pytest.raises(RefusedError, match="characters"):
        await guild.owner.submit(opened, {"t": "x"})
    with pytest.raises(RefusedError, match="not"):
        await guild.owner.submit(opened, {"u": "xx"})
    sent = await (await guild.owner.submit(opened, {"t": "xx"})).settled()

    assert sent.answer is not None
    assert sent.answer.interaction_metadata is not None
    assert sent.answer.interaction_metadata["triggering_interaction_metadata"]["id"] == str(opened.id)
    assert endpoint.got[1]["data"]["components"][0]["components"][0]["value"] == "xx"
    assert not sim.violations


async def test_the_client_refuses_what_is_not_shown(guild: GuildHandle, message: Message, endpoint: Endpoint) -> None:
    alice, bob = guild.add_member("Alice"), guild.add_member("Bob")
    endpoint.answers = [{"type": 4, "data": {"content": "psst", "flags": 64, "components": [_ROW]}}]
    answer = (await (await alice.press(message, label="Go")).settled()).answer
    assert answer is not None
    guild.set_overwrite(message.channel, bob, deny=Permissions.VIEW_CHANNEL)

    for attempt in (
        alice.press(message, label="No"),
        alice.press(message, custom_id="nothing"),
        alice.select(message, "m", ["y"]),
        alice.select(message, "m", []),
        bob.press(message, label="Go"),
        bob.press(answer, label="Go"),
    ):
        with pytest.raises(RefusedError):
            await attempt
    await alice.press(answer, label="Go")
    guild.delete_message(message)
    with pytest.raises(RefusedError):
        await alice.press(message, label="Go")


async def test_replay_and_raw_posts(sim: Simulator, guild: GuildHandle, message: Message, endpoint: Endpoint) -> None:
    press = await guild.owner.press(message, label="Go")
    await sim.wait_until(lambda: press.replies)
    reply = await sim.replay(press)

    assert reply.status == 204
    assert endpoint.got[0] == endpoint.got[1]
    assert (await sim.post_signed(endpoint.url, b'{"type": 1}')).body == {"type": 1}
    assert (await sim.post_signed(endpoint.url, b'{"type": 1}', signature="00" * 64)).status == 401
    assert await sim.verify_endpoint(endpoint.url)


async def test_forged_component_on_a_deleted_channel(
    sim: Simulator, guild: GuildHandle, message: Message, endpoint: Endpoint, api: Api
) -> None:
    guild.delete_channel(message.channel)
    data = {"custom_id": "unheard-of", "component_type": 2, "id": 1}
    press = await guild.owner.forge(message.channel, data, message=message, locale="de")
    await sim.wait_until(lambda: press.replies)
    refused = await api("POST", _callback(press), {"type": 4, "data": {"content": "x"}})

    assert refused[1]["code"] == 10003
    assert endpoint.got[0]["locale"] == "de"
    assert await api("POST", _callback(press), {"type": 6}) is None
    assert (await api("POST", _webhook(sim, press), {"content": "x"}))[1]["code"] == 10003
    assert (await api("PATCH", f"{_webhook(sim, press)}/messages/@original", {"content": "x"}))[1]["code"] == 10008


async def test_replicas_take_turns(sim: Simulator, guild: GuildHandle, message: Message, endpoint: Endpoint) -> None:
    dead = "http://127.0.0.1:9/"
    sim.endpoints = [endpoint.url, dead]
    endpoint.answers = [{"type": 6}] * 3
    presses = [await guild.owner.press(message, label="Go") for _ in range(4)]
    presses.append(await guild.owner.press(message, label="Go", via=endpoint.url))
    for press in presses:
        await press.acknowledged()

    assert [press.failed for press in presses] == [False, True, False, True, False]


async def test_tokens_expire(message: Message, guild: GuildHandle) -> None:
    del message, guild
    async with Simulator(token_lifetime=-1.0) as sim, aiohttp.ClientSession() as session:
        place = sim.add_guild("x")
        press = await place.owner.forge(place.add_text_channel("a"), {"custom_id": "a", "component_type": 2})
        async with session.post(sim.api_url + _callback(press), json={"type": 5}) as response:
            assert response.status == 204
        async with session.post(sim.api_url + _webhook(sim, press), json={"content": "x"}) as response:
            assert (await response.json())["code"] == 50027


async def test_menus_carry_what_was_chosen(sim: Simulator, guild: GuildHandle, api: Api, endpoint: Endpoint) -> None:
    alice, channel, role = guild.add_member("Alice"), guild.add_text_channel("a"), guild.add_role("Role")
    kinds = {3: "string", 5: "user", 6: "role", 8: "channel"}
    rows = [{"type": 1, "components": [{"type": kind, "custom_id": name}]} for kind, name in kinds.items()]
    rows[0]["components"][0]["options"] = [{"label": "x", "value": "x"}]  # type: ignore[index]
    made = await api("POST", f"/channels/{channel.id}/messages", {"content": "x", "components": rows})
    message = channel.messages[int(made["id"])]
    endpoint.answers = [{"type": 6}] * 4
    for name, value in (("string", "x"), ("user", alice), ("role", role), ("channel", channel)):
        await (await alice.select(message, name, [value])).acknowledged()
    data = [got["data"] for got in endpoint.got]

    assert [one["values"] for one in data] == [["x"], [str(alice.id)], [str(role.id)], [str(channel.id)]]
    assert data[1]["resolved"]["users"][str(alice.id)]["username"] == "Alice"
    assert data[2]["resolved"]["roles"][str(role.id)]["name"] == "Role"
    assert not sim.violations


async def test_bot_may_answer_where_it_may_not_write(
    sim: Simulator, guild: GuildHandle, message: Message, endpoint: Endpoint
) -> None:
    guild.set_overwrite(message.channel, guild.bot, deny=Permissions.SEND_MESSAGES)
    endpoint.answers = [{"type": 4, "data": {"content": "x"}}]
    press = await (await guild.owner.press(message, label="Go")).settled()

    assert press.answer is not None
    assert overwrite(guild.bot).id == sim.application.bot.id
    assert not sim.violations


async def test_waiting_leaves_the_loop_as_much_time_as_looking_takes() -> None:
    begun: list[float] = []
    looked: list[float] = []

    def look() -> bool:
        begun.append(time.monotonic())
        time.sleep(0.03)
        looked.append(time.monotonic())
        return len(looked) == 4

    await wait_until(look, 5)

    assert all(again - before > 0.029 for again, before in zip(begun[1:], looked, strict=False))
