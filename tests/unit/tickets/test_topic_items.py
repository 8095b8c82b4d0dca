"""A topic's sections and questions have no ids, and are found, merged and moved all the same."""

from __future__ import annotations

import attrs
import pytest

from ticketbot.tickets import topic_items
from ticketbot.tickets.form_files import FileKind
from ticketbot.tickets.ids import TopicId
from ticketbot.tickets.settings_changes import Submitted, digest
from ticketbot.tickets.settings_forms import QUESTION_FORMS, SECTION_FORM, InvalidSettingError, parse
from ticketbot.tickets.topic_items import ItemConflictError, ItemGoneError, ItemRef, ref_to
from ticketbot.tickets.topics import Question, QuestionKind, Section, Topic

WHO = Question(label="Qui ?", kind=QuestionKind.SHORT, help="Un pseudo", max_length=40)
WHAT = Question(label="Quoi ?", kind=QuestionKind.LONG)
TOPIC = Topic(id=TopicId(7), name="n", questions=(WHO, WHAT), welcome_sections=(Section(title="Un", text="a"),))
REF = ref_to("question", TOPIC, 0)


def sent(shown: Question, **typed: object) -> dict[str, Submitted]:
    values = {setting.name: getattr(shown, setting.name) for setting in QUESTION_FORMS[shown.kind].settings} | typed
    return {name: Submitted(value=value, shown=digest(getattr(shown, name))) for name, value in values.items()}


def with_questions(*questions: Question) -> Topic:
    return attrs.evolve(TOPIC, questions=questions)


@pytest.mark.parametrize(
    "text",
    ["question.7.0.123.short", "question.7.files", "question.7.0.123", "section.7", "section.7.4.1099511627775"],
)
def test_what_a_custom_id_holds_is_read_back(text: str) -> None:
    ref = topic_items.read_ref(text)

    assert ref is not None
    kind = () if ref.kind is None else (ref.kind,)
    assert ".".join(map(str, (ref.name, *ref.parts, *kind))) == text


@pytest.mark.parametrize(
    "text",
    ["topic_texts.7", "question.7.0", "question.x", "section.7.short", "question.7.0.1.nothing", "section.", "section"],
)
def test_other_custom_ids_are_no_references(text: str) -> None:
    assert topic_items.read_ref(text) is None


def test_an_item_is_found_where_somebody_moved_it() -> None:
    assert topic_items.find(TOPIC, REF) == 0
    assert topic_items.find(with_questions(WHAT, WHO), REF) == 1
    assert topic_items.find(with_questions(WHAT), REF) is None
    twins = with_questions(WHAT, WHO, WHO)
    assert topic_items.find(twins, ref_to("question", twins, 2)) == 2


def test_a_form_changes_what_was_changed_in_it_and_merges_the_rest() -> None:
    theirs = attrs.evolve(WHO, help="Un prénom")

    saved = topic_items.save(with_questions(WHAT, theirs), REF, sent(WHO, label="Avec qui ?"))

    assert saved.questions == (WHAT, attrs.evolve(theirs, label="Avec qui ?"))


def test_a_field_that_somebody_else_changed_is_refused_with_both_values() -> None:
    now = with_questions(attrs.evolve(WHO, help="Un prénom"))

    with pytest.raises(ItemConflictError) as refused:
        topic_items.save(now, REF, sent(WHO, help="Un surnom"))

    assert [(one.name, one.theirs, one.yours) for one in refused.value.conflicts] == [
        ("help", "Un prénom", "Un surnom")
    ]
    assert topic_items.find(now, refused.value.ref) == 0, "the form can be opened again on it as it is now"


def test_nothing_is_merged_into_a_question_that_may_be_another() -> None:
    with pytest.raises(ItemConflictError) as refused:
        topic_items.save(with_questions(WHAT), REF, sent(WHO, max_length=50))

    assert [(one.name, one.theirs, one.yours) for one in refused.value.conflicts] == [("max_length", None, 50)]
    with pytest.raises(ItemGoneError):
        topic_items.save(with_questions(), REF, sent(WHO, max_length=50))
    with pytest.raises(ItemGoneError):
        topic_items.save(with_questions(WHAT), REF, sent(WHO))


def test_a_kind_that_somebody_else_changed_is_a_conflict() -> None:
    now = with_questions(attrs.evolve(WHO, kind=QuestionKind.LONG))

    with pytest.raises(ItemConflictError) as refused:
        topic_items.save(now, REF, sent(WHO, label="Avec qui ?"))

    assert [(one.name, one.theirs, one.yours) for one in refused.value.conflicts] == [
        ("kind", QuestionKind.LONG, QuestionKind.SHORT)
    ]


def test_a_new_kind_keeps_what_both_kinds_have() -> None:
    form = {**sent(WHO), "choices": Submitted(value=("A", "B"), shown=digest(()))}
    wanted = attrs.evolve(REF, kind=QuestionKind.CHOICE)

    (saved, _) = topic_items.save(TOPIC, wanted, form).questions

    assert saved == Question(label="Qui ?", kind=QuestionKind.CHOICE, help="Un pseudo", choices=("A", "B"))


def test_items_are_added_moved_and_deleted() -> None:
    new = ItemRef(name="section", topic_id=TOPIC.id)
    form = {"title": Submitted(value="Deux", shown=""), "text": Submitted(value="b", shown="")}
    added = topic_items.save(TOPIC, new, form)
    assert added.welcome_sections == (Section(title="Un", text="a"), Section(title="Deux", text="b"))

    assert topic_items.move(TOPIC, REF, 1).questions == (WHAT, WHO)
    assert topic_items.move(TOPIC, REF, -1).questions == (WHO, WHAT)
    assert topic_items.delete(TOPIC, REF).questions == (WHAT,)
    with pytest.raises(ItemGoneError):
        topic_items.delete(with_questions(WHAT), REF)
    with pytest.raises(ItemGoneError):
        topic_items.move(with_questions(WHAT), REF, 1)


def test_forms_hold_at_most_five_fields() -> None:
    assert all(1 <= len(form.settings) <= 5 for form in (SECTION_FORM, *QUESTION_FORMS.values()))


def test_choices_are_lines_and_kinds_of_files_are_known() -> None:
    (choices,) = (one for one in QUESTION_FORMS[QuestionKind.CHOICE].settings if one.name == "choices")
    (kinds,) = (one for one in QUESTION_FORMS[QuestionKind.FILES].settings if one.name == "file_kinds")

    assert parse(choices, " Un \r\n\nDeux") == ("Un", "Deux")
    assert parse(choices, "") == ()
    assert parse(kinds, ("sound", "pictures", "other")) == (FileKind.PICTURES, FileKind.SOUND)
    with pytest.raises(InvalidSettingError):
        parse(SECTION_FORM.settings[0], "  ")
