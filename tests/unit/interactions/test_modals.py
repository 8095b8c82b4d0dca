from __future__ import annotations

from typing import Any

import hikari
import pytest

from ticketbot.interactions import modals
from ticketbot.interactions.modals import Choice, ChoiceField, LabelledField, ModalBuilder, TextField
from ticketbot.tickets.model import SubmittedFile

NAME = LabelledField(custom_id="name", label="Name", field=TextField(max_length=10), description="Yours")


def built(*fields: LabelledField) -> dict[str, Any]:
    factory = hikari.impl.RESTBot("t", "Bot", banner=None, suppress_optimization_warning=True).entity_factory
    payload, files = ModalBuilder(title="Form", custom_id="form:7", fields=fields).build(factory)
    assert not files
    return dict(payload)


def test_modal_is_discords_json() -> None:
    assert built(NAME) == {
        "type": 9,
        "data": {
            "title": "Form",
            "custom_id": "form:7",
            "components": [
                {
                    "type": 18,
                    "label": "Name",
                    "description": "Yours",
                    "component": {"type": 4, "custom_id": "name", "style": 1, "required": True, "max_length": 10},
                }
            ],
        },
    }


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (ChoiceField(choices=[Choice("a", "A"), Choice("b", "B")]), 21),
        (ChoiceField(choices=[Choice("a", "A"), Choice("b", "B")], max_values=2), 22),
        (ChoiceField(choices=[Choice("a", "A"), Choice("b", "B")], is_select=True), 3),
    ],
)
def test_choices_are_radio_buttons_checkboxes_or_a_select(field: ChoiceField, kind: int) -> None:
    (label,) = built(LabelledField(custom_id="choice", label="Choice", field=field))["data"]["components"]

    assert label["component"]["type"] == kind
    assert label["component"]["options"] == [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]


@pytest.mark.parametrize("fields", [(), (NAME,) * 6])
def test_modal_has_one_to_five_fields(fields: tuple[LabelledField, ...]) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        built(*fields)


@pytest.mark.parametrize(
    "field",
    [
        LabelledField(custom_id="a", label="x" * 46, field=TextField()),
        LabelledField(custom_id="a", label="x", description="x" * 101, field=TextField()),
    ],
)
def test_texts_that_discord_refuses_are_refused_first(field: LabelledField) -> None:
    with pytest.raises(ValueError, match="longer"):
        built(field)


def test_submission_is_read_whole() -> None:
    file = {"id": "5", "url": "https://cdn.discordapp.com/a.png", "filename": "a.png", "size": 3}
    data = {
        "custom_id": "form",
        "components": [
            {"type": 18, "component": {"type": 4, "custom_id": "name", "value": "Léa"}},
            {"type": 18, "component": {"type": 21, "custom_id": "one", "value": None}},
            {"type": 18, "component": {"type": 23, "custom_id": "yes", "value": True}},
            {"type": 18, "component": {"type": 5, "custom_id": "who", "values": ["1", "2"]}},
            {"type": 18, "component": {"type": 19, "custom_id": "proof", "values": ["5", "6"]}},
            {"type": 10, "id": 3},
            {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": "x"}]},
        ],
        "resolved": {"attachments": {"5": file}},
    }

    assert modals.read_fields(data) == {
        "name": "Léa",
        "one": None,
        "yes": True,
        "who": ("1", "2"),
        "proof": (SubmittedFile(url="https://cdn.discordapp.com/a.png", name="a.png", size=3),),
        "old": "x",
    }
