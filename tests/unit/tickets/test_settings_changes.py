"""Fields that somebody else changed are never overwritten, and undoing takes back what still stands."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import settings_changes, settings_forms, topics
from ticketbot.tickets.form_files import FileKind
from ticketbot.tickets.model import (
    Block,
    CannedReply,
    ChannelId,
    GuildConfig,
    Language,
    Millis,
    PanelId,
    Participant,
    RoleId,
    TopicId,
)
from ticketbot.tickets.panels import Panel
from ticketbot.tickets.settings_changes import ConflictError, Submitted, digest
from ticketbot.tickets.settings_forms import FORM_BY_NAME, InvalidSettingError, Setting

FILES = topics.Question(label="Preuve", kind=topics.QuestionKind.FILES, file_kinds=(FileKind.PICTURES,))
TOPIC = topics.Topic(
    id=TopicId(1),
    name="Signalement",
    emoji="🚨",
    staff_role_ids=(RoleId(310),),
    welcome_sections=(topics.Section(title="Un", text="Deux"),),
    questions=(
        topics.Question(label="Qui ?", kind=topics.QuestionKind.CHOICE, choices=("A", "B")),
        topics.Question(label="Preuves", kind=topics.QuestionKind.FILES, file_kinds=(FileKind.FILMS,)),
    ),
)
OTHER = topics.Topic(id=TopicId(2), name="Idée")
BEFORE = attrs.evolve(values.CONFIG, topics=(TOPIC, OTHER), last_topic_id=TopicId(2))
TEXTS = FORM_BY_NAME["topic_texts"]


def setting(name: str) -> Setting:
    return next(one for form in FORM_BY_NAME.values() for one in form.settings if one.name == name)


def submitted(shown: topics.Topic, **typed: object) -> dict[str, Submitted]:
    return {name: Submitted(value=value, shown=digest(getattr(shown, name))) for name, value in typed.items()}


def undone(changed: GuildConfig, now: GuildConfig | None = None) -> GuildConfig:
    return settings_changes.undo(now or changed, settings_changes.difference(BEFORE, changed))


def test_a_form_changes_what_was_changed_in_it_and_merges_the_rest() -> None:
    now = attrs.evolve(TOPIC, description="Par quelqu’un d’autre")

    merged = settings_changes.fill_in(now, TEXTS, submitted(TOPIC, name="Plainte", emoji="🚨", description=None))

    assert merged == attrs.evolve(now, name="Plainte")


def test_a_field_that_somebody_else_changed_is_refused_with_both_values() -> None:
    now = attrs.evolve(TOPIC, name="Rapport", emoji="📝")

    with pytest.raises(ConflictError) as refused:
        settings_changes.fill_in(now, TEXTS, submitted(TOPIC, name="Plainte", emoji=None))

    assert [(one.name, one.theirs, one.yours) for one in refused.value.conflicts] == [
        ("name", "Rapport", "Plainte"),
        ("emoji", "📝", None),
    ]


def test_two_who_set_the_same_agree() -> None:
    now = attrs.evolve(TOPIC, name="Plainte")

    assert settings_changes.fill_in(now, TEXTS, submitted(TOPIC, name="Plainte")) == now


@pytest.mark.parametrize(
    "changed",
    [
        attrs.evolve(BEFORE, language=Language.ENGLISH, overflow_category_ids=(ChannelId(9),)),
        attrs.evolve(BEFORE, topics=(attrs.evolve(TOPIC, name="Plainte", staff_role_ids=()), OTHER)),
        attrs.evolve(BEFORE, topics=(attrs.evolve(TOPIC, welcome_sections=(), questions=()), OTHER)),
        attrs.evolve(BEFORE, topics=(OTHER, TOPIC)),
        attrs.evolve(BEFORE, topics=(OTHER,)),
        attrs.evolve(BEFORE, topics=()),
        attrs.evolve(BEFORE, topics=(TOPIC, OTHER, attrs.evolve(OTHER, id=TopicId(3), name="Neuf"))),
        attrs.evolve(BEFORE, replies=(CannedReply(name="Preuves", text="Joignez-les."),)),
    ],
)
def test_undoing_brings_back_what_was(changed: GuildConfig) -> None:
    assert undone(changed) == BEFORE


def test_undoing_leaves_what_was_changed_again() -> None:
    changed = attrs.evolve(BEFORE, topics=(attrs.evolve(TOPIC, name="Plainte", emoji=None), OTHER))
    now = attrs.evolve(changed, topics=(attrs.evolve(TOPIC, name="Rapport", emoji=None), OTHER))

    assert undone(changed, now).topics == (attrs.evolve(TOPIC, name="Rapport"), OTHER)


def test_undoing_keeps_a_new_topic_that_somebody_else_went_on_with() -> None:
    new = attrs.evolve(OTHER, id=TopicId(3), name="Neuf")
    changed = attrs.evolve(BEFORE, topics=(*BEFORE.topics, new))
    now = attrs.evolve(changed, topics=(*BEFORE.topics, attrs.evolve(new, emoji="📝")))

    assert undone(changed, now) == now


def test_undoing_changes_of_a_topic_that_is_gone_changes_nothing() -> None:
    changed = attrs.evolve(BEFORE, topics=(attrs.evolve(TOPIC, name="Plainte"), OTHER))
    now = attrs.evolve(changed, topics=(OTHER,))

    assert undone(changed, now) == now


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("name", "  Plainte ", "Plainte"),
        ("emoji", "", None),
        ("emoji", None, None),
        ("max_open_tickets", "25", 25),
        ("language", "en", Language.ENGLISH),
        ("staff_role_ids", ("1", "2"), (1, 2)),
        ("staff_role_ids", (), ()),
        ("category_id", ("7",), 7),
        ("category_id", (), None),
        ("openers_may_add", "default", None),
        ("only_staff_closes", "yes", True),
        ("only_staff_closes", "no", False),
    ],
)
def test_what_was_put_into_a_field_is_read(name: str, given: object, value: object) -> None:
    assert settings_forms.parse(setting(name), given) == value


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("name", " "),
        ("max_open_tickets", "26"),
        ("max_open_tickets", "x"),
        ("max_open_tickets", "0"),
        ("language", "de"),
        ("tells_opener", "x"),
    ],
)
def test_what_is_not_valid_is_named(name: str, given: object) -> None:
    with pytest.raises(InvalidSettingError) as refused:
        settings_forms.parse(setting(name), given)

    assert (refused.value.name, refused.value.typed) == (name, str(given).strip())


def test_forms_fit_into_a_modal() -> None:
    assert all(1 <= len(form.settings) <= 5 for form in FORM_BY_NAME.values())


@pytest.mark.parametrize(
    "lists",
    [
        {"panels": (Panel(id=PanelId(1), channel_id=ChannelId(501), topic_ids=(TopicId(1),)),)},
        {"blocks": (Block(target=Participant(id=310, is_role=True), until=Millis(10**12), reason="spam"),)},
        {"blocks": (Block(target=Participant(id=9)),)},
        {"replies": (CannedReply(name="Preuves", text="Joignez-les."),)},
    ],
)
def test_entries_of_lists_that_were_taken_away_come_back_as_they_were(lists: dict[str, Any]) -> None:
    before = attrs.evolve(BEFORE, **lists)

    assert settings_changes.undo(BEFORE, settings_changes.difference(before, BEFORE)) == before
