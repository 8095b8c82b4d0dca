from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.simulator.errors import RefusedError
from tests.simulator.permissions import Permissions

if TYPE_CHECKING:
    from tests.simulator.guilds import GuildHandle
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Answer, Person
    from tests.simulator.simulator import Simulator
    from tests.simulator.tests.conftest import Api

_OPTIONS = [{"label": "X", "value": "x"}, {"label": "Y", "value": "y"}]


def _label(component: dict[str, Any]) -> dict[str, Any]:
    return {"type": 18, "label": "Label", "component": component}


def _modal(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 9, "data": {"custom_id": "form", "title": "Form", "components": list(components)}}


async def _opened(guild: GuildHandle, api: Api, who: Person, modal: dict[str, Any]) -> Interaction:
    channel = guild.add_text_channel("a")
    made = await api(
        "POST",
        f"/channels/{channel.id}/messages",
        {
            "content": "x",
            "components": [
                {"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "a", "label": "Go"}]},
            ],
        },
    )
    press = await who.press(channel.messages[int(made["id"])])
    answer = await api("POST", f"/interactions/{press.id}/{press.token}/callback", modal)
    assert answer is None, answer
    return press


async def test_each_input_is_submitted_in_its_own_shape(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    alice, role, channel = guild.add_member("Alice"), guild.add_role("Role"), guild.add_text_channel("c")
    first = _modal(
        {"type": 10, "content": "Read this."},
        _label({"type": 4, "custom_id": "text", "style": 1}),
        _label({"type": 21, "custom_id": "radio", "options": _OPTIONS}),
        _label({"type": 22, "custom_id": "boxes", "options": _OPTIONS, "required": False}),
        _label({"type": 23, "custom_id": "box"}),
    )
    second = _modal(
        _label({"type": 3, "custom_id": "string", "options": _OPTIONS}),
        _label({"type": 5, "custom_id": "user"}),
        _label({"type": 6, "custom_id": "role"}),
        _label({"type": 8, "custom_id": "channel"}),
        _label({"type": 19, "custom_id": "files", "max_values": 2}),
    )
    sent = await alice.submit(
        await _opened(guild, api, alice, first), {"text": "t", "radio": "y", "boxes": ["x", "y"], "box": True}
    )
    chosen = await alice.submit(
        await _opened(guild, api, alice, second),
        {"string": "x", "user": alice, "role": role, "channel": channel, "files": [("a.txt", b"data"), ("b", b"")]},
    )

    display, *labels = sent.payload["data"]["components"]
    inputs = [label["component"] for label in labels]
    assert sorted(display) == ["id", "type"]
    assert [one.get("value", one.get("values")) for one in inputs] == ["t", "y", ["x", "y"], True]
    assert ["values" in one for one in inputs] == [False, False, True, False]
    inputs = [label["component"] for label in chosen.payload["data"]["components"]]
    assert [one["values"] for one in inputs[:4]] == [["x"], [str(alice.id)], [str(role.id)], [str(channel.id)]]
    resolved = chosen.payload["data"]["resolved"]
    files = [resolved["attachments"][key] for key in inputs[4]["values"]]
    assert [(file["filename"], file["size"]) for file in files] == [("a.txt", 4), ("b", 0)]
    assert files[0]["url"].startswith("https://cdn.discordapp.com/ephemeral-attachments/")
    assert resolved["users"]
    assert resolved["roles"]
    assert resolved["channels"]
    assert not sim.violations


async def test_what_is_not_filled_in_is_none_or_its_default(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    alice = guild.add_member("Alice")
    default = [_OPTIONS[0], {**_OPTIONS[1], "default": True}]
    opened = await _opened(
        guild,
        api,
        alice,
        _modal(
            _label({"type": 21, "custom_id": "radio", "options": _OPTIONS, "required": False}),
            _label({"type": 22, "custom_id": "boxes", "options": default}),
            _label({"type": 23, "custom_id": "box"}),
            _label({"type": 5, "custom_id": "user", "required": False}),
            _label({"type": 19, "custom_id": "files", "required": False}),
        ),
    )
    sent = await alice.submit(opened, {})

    inputs = [label["component"] for label in sent.payload["data"]["components"]]
    assert [one.get("value", one.get("values")) for one in inputs] == [None, ["y"], False, [], []]
    assert "resolved" not in sent.payload["data"]
    assert not sim.violations


_FEW = [{"label": "X", "value": "x"}]
_TEXT = {"type": 4, "style": 1, "min_length": 2, "max_length": 4}


@pytest.mark.parametrize(
    ("component", "value"),
    [
        ({"type": 21, "options": _OPTIONS}, None),
        ({"type": 21, "options": _OPTIONS}, "z"),
        ({"type": 21, "options": _OPTIONS}, ["x", "y"]),
        ({"type": 22, "options": _OPTIONS, "max_values": 1}, ["x", "y"]),
        ({"type": 22, "options": _OPTIONS, "min_values": 2}, ["x"]),
        ({"type": 22, "options": _OPTIONS}, ["x", "x"]),
        ({"type": 23}, "x"),
        ({"type": 3, "options": _OPTIONS}, "z"),
        ({"type": 5}, "x"),
        ({"type": 19}, None),
        ({"type": 19}, "a.txt"),
        ({"type": 19}, [("a", b""), ("b", b"")]),
        ({"type": 19, "min_values": 2, "max_values": 3}, [("a", b"")]),
        ({"type": 19}, [("a", b"x" * (10 * 1024 * 1024 + 1))]),
        ({"type": 4, "style": 1}, True),
        (_TEXT, ""),
        (_TEXT, "a"),
        (_TEXT, "abcde"),
        (_TEXT, "\N{TICKET}\N{TICKET}\N{TICKET}"),
        (_TEXT, "a\nb"),
    ],
)
async def test_client_does_not_send_what_does_not_fit(
    guild: GuildHandle, api: Api, component: dict[str, Any], value: object
) -> None:
    alice = guild.add_member("Alice")
    opened = await _opened(guild, api, alice, _modal(_label({**component, "custom_id": "i"})))
    with pytest.raises(RefusedError):
        await alice.submit(opened, {} if value is None else {"i": cast("Any", value)})


async def test_client_offers_what_a_select_is_for(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    alice, elsewhere = guild.add_member("Alice"), sim.add_guild("Ailleurs")
    hidden, category = guild.add_text_channel("caché"), guild.add_category("Catégorie")
    guild.set_overwrite(hidden, guild.everyone, deny=Permissions.VIEW_CHANNEL)
    left = guild.add_member("Bob")
    guild.leave(left)
    offers: list[tuple[dict[str, Any], list[Answer]]] = [
        ({"type": 5}, [guild.add_role("Role"), elsewhere.add_member("Carl"), left]),
        ({"type": 6}, [alice, elsewhere.add_role("Role")]),
        ({"type": 8, "channel_types": [0]}, [hidden, category, elsewhere.add_text_channel("b"), alice]),
    ]
    for component, others in offers:
        opened = await _opened(guild, api, alice, _modal(_label({**component, "custom_id": "i"})))
        for other in others:
            with pytest.raises(RefusedError):
                await alice.submit(opened, {"i": other})


async def test_defaults_are_sent_as_if_they_were_chosen(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    alice, role = guild.add_member("Alice"), guild.add_role("Role")
    defaults = [{"id": str(role.id), "type": "role"}, {"id": "1", "type": "role"}]
    select = {"type": 6, "custom_id": "i", "max_values": 2, "default_values": defaults}
    sent = await alice.submit(await _opened(guild, api, alice, _modal(_label(select))), {})

    data = sent.payload["data"]
    assert data["components"][0]["component"]["values"] == [str(role.id)]
    assert list(data["resolved"]["roles"]) == [str(role.id)]
    assert not sim.violations


async def test_modal_is_sent_once(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    sim.interactions.deadline = 0.3
    alice = guild.add_member("Alice")
    opened = await _opened(guild, api, alice, _modal(_label({"type": 23, "custom_id": "i"})))
    await (await alice.submit(opened, {})).settled()
    sim.interactions.deadline = 60.0
    again = await alice.submit(opened, {})
    with pytest.raises(RefusedError, match="closed"):
        await alice.submit(opened, {})

    assert opened.submission is again


def _many(count: int) -> list[dict[str, Any]]:
    return [{"label": f"Choix {at}", "value": f"choix {at}"} for at in range(count)]


def _with(field: str, value: object, **component: object) -> dict[str, Any]:
    """Return a modal with one input, by default a text; a field of the modal, the label or the input is replaced."""
    label = _label({"custom_id": "i", **(component or {"type": 4, "style": 1})})
    modal = _modal(label)
    place, _, name = field.rpartition(".")
    {"modal": modal["data"], "label": label, "": label["component"]}[place][name] = value
    return modal


_LONG = "x" * 46
_RADIO: dict[str, Any] = {"type": 21, "options": _OPTIONS}
_BOXES: dict[str, Any] = {"type": 22, "options": _OPTIONS}
_SELECT: dict[str, Any] = {"type": 3, "options": _OPTIONS}
_ON = [{**option, "default": True} for option in _OPTIONS]
_WRONG = [
    # what the modal has
    (_with("modal.title", _LONG), "title"),
    (_with("modal.title", ""), "title"),
    (_with("modal.title", "  "), "title"),
    (_with("modal.custom_id", "x" * 101), "custom_id"),
    (_with("modal.custom_id", ""), "custom_id"),
    (_with("modal.color", 1), "color"),
    (_with("modal.components", []), "components"),
    (_with("modal.components", [{"type": 10, "content": "x"}] * 6), "components"),
    (_with("modal.components", [_label({"type": 23, "custom_id": "i"})] * 2), "components"),
    (_with("modal.components", [{"type": 10, "content": "x", "id": 7}] * 2), "components"),
    # what stands on its own, and in rows
    (_with("modal.components", [{"type": 4, "custom_id": "i", "style": 1}]), "components.0"),
    (_with("modal.components", [{"type": 19, "custom_id": "i"}]), "components.0"),
    (_with("modal.components", [{"type": 1, "components": [{"type": 5, "custom_id": "i", "style": 1}]}]),
     "components.0.components.0.type"),
    (_with("modal.components", [{"type": 1, "components": [{"type": 4, "custom_id": "i", "style": 1}]}]),
     "components.0.components.0.label"),
    (_with("modal.components", [{"type": 1, "components": [
        {"type": 4, "custom_id": name, "style": 1, "label": "x"} for name in "ab"]}]), "components.0.components"),
    (_with("modal.components", [{"type": 10, "content": ""}]), "components.0.content"),
    (_with("modal.components", [{"type": 10, "content": "x" * 4001}]), "components.0.content"),
    (_with("modal.components", [{"type": 18, "label": "x"}]), "components.0.component"),
    # labels
    (_with("label.label", _LONG), "components.0.label"),
    (_with("label.label", ""), "components.0.label"),
    (_with("label.label", " "), "components.0.label"),
    (_with("label.label", None), "components.0.label"),
    (_with("label.description", "x" * 101), "components.0.description"),
    (_with("label.description", ""), "components.0.description"),
    (_with("label.required", value=False), "components.0.required"),
    (_with("label.component", {"type": 2, "style": 1, "custom_id": "i", "label": "x"}), "components.0.component"),
    (_with("label.component", {"type": 10, "content": "x"}), "components.0.component"),
    # texts
    (_with("custom_id", "x" * 101), "components.0.component.custom_id"),
    (_with("custom_id", ""), "components.0.component.custom_id"),
    (_with("style", 3), "components.0.component.style"),
    (_with("placeholder", "x" * 101), "components.0.component.placeholder"),
    (_with("max_length", 4001), "components.0.component.max_length"),
    (_with("max_length", 0), "components.0.component.max_length"),
    (_with("min_length", -1), "components.0.component.min_length"),
    (_with("min_length", 3, type=4, style=1, max_length=2), "components.0.component.min_length"),
    (_with("value", "x" * 4001), "components.0.component.value"),
    (_with("value", "xxx", type=4, style=1, max_length=2), "components.0.component.value"),
    (_with("value", ""), "components.0.component.value"),
    (_with("required", "yes"), "components.0.component.required"),
    (_with("options", _OPTIONS), "components.0.component.options"),
    # lists of options
    (_with("options", _many(26), **_SELECT), "components.0.component.options"),
    (_with("options", [], **_SELECT), "components.0.component.options"),
    (_with("options", _FEW, **_RADIO), "components.0.component.options"),
    (_with("options", _many(11), **_RADIO), "components.0.component.options"),
    (_with("options", _many(11), **_BOXES), "components.0.component.options"),
    (_with("options", _FEW * 2, **_RADIO), "components.0.component.options.1"),
    (_with("options", _FEW * 2, **_BOXES), "components.0.component.options.1"),
    (_with("options", _FEW * 2, **_SELECT), "components.0.component.options.1"),
    (_with("options", [{"label": "x" * 101, "value": "x"}], **_SELECT), "components.0.component.options.0.label"),
    (_with("options", [{"label": "x", "value": "x" * 101}], **_BOXES), "components.0.component.options.0.value"),
    (_with("options", [{"label": "x"}], **_BOXES), "components.0.component.options.0.value"),
    (_with("options", [{"label": "x", "value": "x", "emoji": {"name": "🎫"}}], **_BOXES),
     "components.0.component.options.0.emoji"),
    (_with("options", _ON, **_RADIO), "components.0.component.options"),
    (_with("options", _ON, **_SELECT), "components.0.component.options"),
    (_with("options", _ON, max_values=1, **_BOXES), "components.0.component.options"),
    (_with("max_values", 2, **_RADIO), "components.0.component.max_values"),
    (_with("max_values", 3, **_SELECT), "components.0.component.options"),
    (_with("max_values", 3, **_BOXES), "components.0.component.options"),
    (_with("min_values", 2, **_SELECT), "components.0.component.min_values"),
    (_with("placeholder", "x" * 151, **_SELECT), "components.0.component.placeholder"),
    # selects of members, roles and channels
    (_with("disabled", value=True, type=5), "components.0.component.disabled"),
    (_with("min_values", 0, type=5), "components.0.component.min_values"),
    (_with("min_values", 2, type=6), "components.0.component.min_values"),
    (_with("max_values", 26, type=6), "components.0.component.max_values"),
    (_with("max_values", 0, type=6), "components.0.component.max_values"),
    (_with("default_values", [{"id": "1", "type": "role"}] * 2, type=6), "components.0.component.default_values"),
    (_with("default_values", [{"id": "1", "type": "user"}], type=6), "components.0.component.default_values.0.type"),
    (_with("channel_types", [0, 0], type=8), "components.0.component.channel_types"),
    (_with("channel_types", [0], type=5), "components.0.component.channel_types"),
    # uploads and boxes
    (_with("max_values", 11, type=19), "components.0.component.max_values"),
    (_with("min_values", 0, type=19), "components.0.component.min_values"),
    (_with("min_values", 2, type=19), "components.0.component.min_values"),
    (_with("placeholder", "x", type=19), "components.0.component.placeholder"),
    (_with("required", value=True, type=23), "components.0.component.required"),
]  # fmt: skip


def _named(errors: dict[str, Any], path: str = "") -> list[str]:
    """Return the paths of the fields that an answer finds fault with."""
    below = [found for key, inner in errors.items() if key != "_errors" for found in _named(inner, f"{path}.{key}")]
    return [path.removeprefix(".")] * ("_errors" in errors) + below


@pytest.mark.parametrize(("modal", "path"), _WRONG, ids=[str(at) for at in range(len(_WRONG))])
async def test_modal_beyond_discords_rules_is_refused(
    sim: Simulator, guild: GuildHandle, api: Api, modal: dict[str, Any], path: str
) -> None:
    press = await guild.owner.forge(guild.add_text_channel("a"), {"custom_id": "a", "component_type": 2})
    status, answer = await api("POST", f"/interactions/{press.id}/{press.token}/callback", modal)

    assert (status, answer["code"]) == (400, 50035)
    assert _named(answer["errors"]) == [f"data.{path}"]
    assert len(sim.violations) == 1
    assert press.modal is None


@pytest.mark.parametrize(
    "component",
    [
        {"type": 4, "style": 2, "min_length": 4000, "max_length": 4000, "value": "x" * 4000, "placeholder": "x" * 100},
        {"type": 4, "style": 1, "min_length": 0, "max_length": 1, "required": False},
        {"type": 3, "options": _many(25), "min_values": 25, "max_values": 25, "placeholder": "x" * 150},
        {"type": 21, "options": [*_ON[:1], *_OPTIONS[1:]]},
        {"type": 21, "options": _many(10), "required": False},
        {"type": 22, "options": _FEW},
        {"type": 22, "options": [*_ON, *_many(8)], "min_values": 2, "max_values": 10},
        {"type": 22, "options": _OPTIONS, "min_values": 0, "required": False},
        {"type": 8, "channel_types": [0, 4], "max_values": 25, "default_values": [{"id": "1", "type": "channel"}]},
        {"type": 7, "default_values": [{"id": "1", "type": "user"}]},
        {"type": 19, "min_values": 10, "max_values": 10},
        {"type": 19, "min_values": 0, "max_values": 10, "required": False},
    ],
)
async def test_modal_at_discords_limits_is_shown(
    sim: Simulator, guild: GuildHandle, api: Api, component: dict[str, Any]
) -> None:
    label = {**_label({"custom_id": "x" * 100, **component}), "label": "x" * 45, "description": "x" * 100}
    modal = _modal(label, *[{"type": 10, "content": "x" * 4000}] * 4)
    modal["data"] |= {"custom_id": "x" * 100, "title": "x" * 45}

    assert (await _opened(guild, api, guild.add_member("Alice"), modal)).modal is not None
    assert not sim.violations


async def test_select_of_a_message_is_checked_like_that_of_a_modal(guild: GuildHandle, api: Api) -> None:
    channel = guild.add_text_channel("a")
    selects: list[tuple[dict[str, Any], str]] = [
        ({**_SELECT, "options": _FEW * 2}, "options.1"),
        ({**_SELECT, "max_values": 3}, "options"),
        ({**_SELECT, "min_values": 2}, "min_values"),
        ({"type": 6, "default_values": [{"id": "1", "type": "role"}] * 2}, "default_values"),
    ]
    for select, path in selects:
        row = {"type": 1, "components": [{**select, "custom_id": "i"}]}
        status, answer = await api("POST", f"/channels/{channel.id}/messages", {"components": [row]})

        assert status == 400
        assert _named(answer["errors"]) == [f"components.{path}"]


async def test_answer_without_a_message_has_no_files(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    press = await guild.owner.forge(guild.add_text_channel("a"), {"custom_id": "a", "component_type": 2})
    modal = _modal(_label({"type": 23, "custom_id": "i"}))
    path = f"/interactions/{press.id}/{press.token}/callback"

    assert (await api.upload(path, modal, ("a.txt", b"")))[0] == 400
    assert "attachments" in sim.violations[0]


async def test_modal_is_a_first_answer_to_a_command(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    alice, channel = guild.add_member("Alice"), guild.add_text_channel("a")
    await api("POST", f"/applications/{sim.application.id}/commands", {"name": "ask", "description": "d", "type": 1})
    run = await alice.command("ask", channel)
    path = f"/interactions/{run.id}/{run.token}/callback"
    malformed = await api("POST", path, _modal({"type": 18, "label": "Label"}))
    await api("POST", path, _modal(_label({"type": 23, "custom_id": "box"})))
    sent = await alice.submit(run, {"box": True})
    again = await api("POST", f"/interactions/{sent.id}/{sent.token}/callback", _modal({"type": 10, "content": "x"}))

    assert malformed[0] == 400
    assert sent.payload["type"] == 5
    assert "message" not in sent.payload
    assert again[1]["code"] == 50035
