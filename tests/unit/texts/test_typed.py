"""What was put into a form that was refused is read back from the message that shows it."""

from __future__ import annotations

import pytest

from ticketbot.config import params_model
from ticketbot.texts.localized import LocalizedTexts
from ticketbot.texts.settings import typed
from ticketbot.tickets.model import Language, TopicId
from ticketbot.tickets.settings_forms import FORM_BY_NAME, PANEL_FORM, QUESTION_FORMS
from ticketbot.tickets.topics import QuestionKind, Topic

PARAMS = params_model.defaults()
CHOICE, FILES = QUESTION_FORMS[QuestionKind.CHOICE], QUESTION_FORMS[QuestionKind.FILES]


@pytest.mark.parametrize("language", Language)
def test_texts_choices_roles_and_channels_come_back(language: Language) -> None:
    texts = LocalizedTexts(PARAMS, language)
    given = {"label": "**Qui** <@1> ?", "help": "", "is_required": "no", "file_kinds": ("films", "sound")}

    shown, mask = typed.embed(texts, FILES, given, ())

    assert shown is not None
    assert mask == "023"
    assert typed.read(texts, FILES, mask, [texts.titled("Autre", "x"), shown], ()) == {
        "label": "**Qui** <@1> ?",
        "is_required": "no",
        "file_kinds": ("films", "sound"),
    }
    team = FORM_BY_NAME["topic_team"]
    shown, mask = typed.embed(
        texts, team, {"staff_role_ids": ("1", "2"), "category_id": ("3",), "overflow_category_ids": ("4",)}, ()
    )
    assert shown is not None
    assert typed.read(texts, team, mask, [shown], ()) == {
        "staff_role_ids": (1, 2),
        "category_id": 3,
        "overflow_category_ids": (4,),
    }


@pytest.mark.parametrize("letter", ["x", "é", "🚨", "ab \n"])
def test_long_texts_come_back_whole(letter: str) -> None:
    texts = LocalizedTexts(PARAMS, Language.FRENCH)
    text = (letter * 2500)[:2500].strip()

    shown, mask = typed.embed(texts, CHOICE, {"choices": text}, ())

    assert shown is not None
    assert typed.read(texts, CHOICE, mask, [shown], ()) == {"choices": text}
    for field in shown.fields:
        assert 0 < len(field.value.encode("utf-16-le")) // 2 <= 1024
        assert field.value == field.value.strip(), "Discord leaves out spaces at the ends"


@pytest.mark.parametrize("space", [" ", "\n", "\u3000"])
def test_hundreds_of_spaces_take_few_fields(space: str) -> None:
    texts = LocalizedTexts(PARAMS, Language.FRENCH)

    shown, mask = typed.embed(texts, CHOICE, {"choices": f"a{space * 1990}b"}, ())

    assert shown is not None
    assert len(mask) == len(shown.fields) <= 4
    assert all(field.value.strip() for field in shown.fields)
    assert typed.read(texts, CHOICE, mask, [shown], ()) == {"choices": f"a{space}b"}


def test_nothing_typed_is_no_embed_and_nothing_is_read_from_other_messages() -> None:
    texts = LocalizedTexts(PARAMS, Language.FRENCH)

    assert typed.embed(texts, CHOICE, {"label": None, "choices": ""}, ()) == (None, "")
    assert typed.read(texts, CHOICE, "0129x", [texts.titled("Autre", "x")], ()) == {}


def test_topics_are_named_and_found_again_by_their_names() -> None:
    texts = LocalizedTexts(PARAMS, Language.FRENCH)
    topics = [Topic(id=TopicId(number), name=f"**{number}** " + "é" * 76) for number in range(1, 26)]
    given = {"topic_ids": tuple(str(topic.id) for topic in topics if topic.id != 7), "title": "Aide"}

    shown, mask = typed.embed(texts, PANEL_FORM, given, topics)

    assert shown is not None
    assert r"\*\*1\*\*" in shown.fields[1].value
    read = typed.read(texts, PANEL_FORM, mask, [shown], topics[1:])
    assert read == {"topic_ids": tuple(topic.id for topic in topics[1:] if topic.id != 7), "title": "Aide"}
