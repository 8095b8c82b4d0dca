from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import access, errors, inheritance, lifecycle, naming, topics
from ticketbot.tickets.form_files import FileKind
from ticketbot.tickets.model import ChannelId, Member, Millis, RoleId, TicketState, TopicId, UserId
from ticketbot.tickets.topics import Question, QuestionKind, Section, Topic, TopicRule

if TYPE_CHECKING:
    from ticketbot.tickets.rules import Rule

EVERYONE = RoleId(values.GUILD)
REPORT = Topic(
    id=TopicId(1),
    name="Signalement",
    staff_role_ids=(RoleId(310),),
    category_id=ChannelId(211),
    overflow_category_ids=(ChannelId(212), ChannelId(203)),
    transcript_channel_id=ChannelId(213),
)
PLAIN = Topic(id=TopicId(2), name="Idée")
CONFIG = attrs.evolve(values.CONFIG, topics=(REPORT, PLAIN), overflow_category_ids=(ChannelId(204),))
TICKET = attrs.evolve(values.ticket_in(TicketState.OPEN), topic_id=REPORT.id)
EXPERT = Member(id=UserId(5), display_name="Expert", role_ids=frozenset({RoleId(310)}))


def broken(**fields: Any) -> list[Rule]:  # noqa: ANN401 - any field of a topic
    topic = attrs.evolve(PLAIN, **fields)
    return [violation.rule for violation in topics.violations([topic], EVERYONE)]


def asked(**fields: Any) -> list[Rule]:  # noqa: ANN401 - any field of a question
    return broken(questions=(attrs.evolve(Question(label="Qui ?", kind=QuestionKind.SHORT), **fields),))


def test_topics_own_staff_are_the_only_staff_of_its_tickets() -> None:
    assert access.is_staff(TICKET, CONFIG, EXPERT)
    assert not access.is_staff(TICKET, CONFIG, values.STAFF)
    assert access.is_staff(TICKET, CONFIG, values.ADMINISTRATOR)
    assert [one.id for one in access.overwrites(TICKET, CONFIG, UserId(9))][3:] == [310]


def test_ticket_without_topic_has_the_servers_settings() -> None:
    settings = inheritance.settings_of(attrs.evolve(TICKET, topic_id=None), CONFIG)

    assert settings.staff_role_ids == values.CONFIG.staff_role_ids
    assert settings.category_ids == (203, 204)
    assert settings.transcript_channel_id == 202
    assert settings.topic is None
    assert settings.topic_name is None


def test_topic_inherits_what_it_does_not_set() -> None:
    settings = inheritance.settings_of_topic(PLAIN, CONFIG)

    assert settings == inheritance.settings_of(attrs.evolve(TICKET, topic_id=PLAIN.id), CONFIG)
    assert settings.topic is PLAIN
    assert settings.staff_role_ids == values.CONFIG.staff_role_ids
    assert settings.category_ids == (203, 204)
    assert settings.transcript_channel_id == 202


def test_topics_own_places_come_before_the_servers() -> None:
    settings = inheritance.settings_of(TICKET, CONFIG)

    assert settings.category_ids == (211, 212, 203)
    assert settings.transcript_channel_id == 213


def test_tickets_of_a_deleted_topic_keep_its_staff_and_places() -> None:
    deleted = attrs.evolve(CONFIG, topics=(PLAIN,), former_topics=(topics.former(REPORT, at=Millis(1)),))
    settings = inheritance.settings_of(TICKET, deleted)

    assert settings == attrs.evolve(inheritance.settings_of(TICKET, CONFIG), topic=None)
    assert settings.topic_name == "Signalement"
    assert access.is_staff(TICKET, deleted, EXPERT)


def test_ticket_of_a_topic_that_is_not_known_has_the_servers_settings() -> None:
    unknown = attrs.evolve(TICKET, topic_id=TopicId(9))

    assert inheritance.settings_of(unknown, CONFIG) == inheritance.settings_of(
        attrs.evolve(TICKET, topic_id=None), CONFIG
    )


def test_topic_that_is_gone_or_off_is_refused() -> None:
    for topic in (None, attrs.evolve(PLAIN, is_enabled=False)):
        with pytest.raises(errors.TopicGoneError):
            access.require_may_use(topic, values.OPENER)


def test_one_of_the_required_roles_is_enough() -> None:
    topic = attrs.evolve(PLAIN, required_role_ids=(RoleId(7), RoleId(310)))

    assert access.require_may_use(topic, EXPERT) is topic
    with pytest.raises(errors.TopicRoleMissingError) as refused:
        access.require_may_use(topic, values.OPENER)
    assert refused.value.role_ids == (7, 310)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (None, "007-léa-martin"),
        ("{topic}-{number}", "signalement-grave-007"),
        ("Aide {number} {name}", "aide-007-léa-martin"),
    ],
)
def test_channels_are_called_by_the_topics_pattern(pattern: str | None, expected: str) -> None:
    assert naming.channel_name(7, "Léa Martin", pattern=pattern, topic="Signalement grave") == expected


def test_reserved_ticket_has_its_topic() -> None:
    ticket = lifecycle.reserve(values.press(), number=1, slot=0, at=values.NOW, topic_id=PLAIN.id)

    assert ticket.topic_id == PLAIN.id


def test_valid_topic_breaks_no_rule() -> None:
    full = attrs.evolve(
        REPORT,
        emoji="🧑‍🚒",
        description="d" * 100,
        welcome_title="t" * 200,
        welcome_text="x\n" * 1000,
        welcome_sections=(Section(title="t" * 100, text="x" * 500),) * 5,
        channel_name="{topic}-{number}-{name}",
        questions=(
            Question(label="l" * 45, kind=QuestionKind.LONG, help="h" * 100, min_length=1, max_length=4000),
            Question(label="Choix", kind=QuestionKind.CHOICE, choices=tuple(map(str, range(25)))),
            Question(label="Cases", kind=QuestionKind.SEVERAL, choices=tuple(map(str, range(10)))),
            Question(label="Preuves", kind=QuestionKind.FILES, file_kinds=tuple(FileKind)),
        ),
        required_role_ids=tuple(map(RoleId, range(1, 11))),
        max_open_tickets=25,
    )

    assert not list(topics.violations([full, PLAIN], EVERYONE))


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"name": ""}, TopicRule.NAME),
        ({"name": "n" * 81}, TopicRule.NAME),
        ({"name": "deux\nlignes"}, TopicRule.NAME),
        ({"name": "\u202egro"}, TopicRule.NAME),
        ({"emoji": "abc"}, TopicRule.EMOJI),
        ({"emoji": "💌💌"}, TopicRule.EMOJI),
        ({"description": "d" * 101}, TopicRule.DESCRIPTION),
        ({"description": "😀" * 51}, TopicRule.DESCRIPTION),
        ({"staff_role_ids": (EVERYONE,)}, TopicRule.EVERYONE),
        ({"required_role_ids": (EVERYONE,)}, TopicRule.EVERYONE),
        ({"staff_role_ids": tuple(map(RoleId, range(1, 12)))}, TopicRule.ROLES),
        ({"overflow_category_ids": tuple(map(ChannelId, range(1, 7)))}, TopicRule.OVERFLOW),
        ({"welcome_title": "t" * 201}, TopicRule.WELCOME),
        ({"welcome_text": "t" * 2001}, TopicRule.WELCOME),
        ({"welcome_sections": (Section(title="t", text=""),)}, TopicRule.WELCOME),
        ({"welcome_sections": (Section(title="t", text="x"),) * 6}, TopicRule.WELCOME),
        ({"channel_name": "{name}"}, TopicRule.CHANNEL_NAME),
        ({"channel_name": "{number} {nom}"}, TopicRule.CHANNEL_NAME),
        ({"channel_name": "{number!r}"}, TopicRule.CHANNEL_NAME),
        ({"channel_name": "{number"}, TopicRule.CHANNEL_NAME),
        ({"channel_name": "{number}" + "n" * 60}, TopicRule.CHANNEL_NAME),
        ({"questions": (Question(label="Qui ?", kind=QuestionKind.SHORT),) * 6}, TopicRule.QUESTIONS),
        ({"max_open_tickets": 0}, TopicRule.OPEN_TICKETS),
        ({"max_open_tickets": 26}, TopicRule.OPEN_TICKETS),
    ],
)
def test_each_limit_of_a_topic_is_checked(fields: dict[str, Any], rule: TopicRule) -> None:
    assert broken(**fields) == [rule]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"label": " "}, TopicRule.LABEL),
        ({"label": "l" * 46}, TopicRule.LABEL),
        ({"help": "h" * 101}, TopicRule.HELP),
        ({"min_length": 5, "max_length": 4}, TopicRule.LENGTHS),
        ({"max_length": 4001}, TopicRule.LENGTHS),
        ({"min_length": 4001}, TopicRule.LENGTHS),
        ({"max_length": 0}, TopicRule.LENGTHS),
        ({"file_kinds": (FileKind.FILMS,)}, TopicRule.FILE_KINDS),
        ({"kind": QuestionKind.FILES, "file_kinds": (FileKind.FILMS, FileKind.FILMS)}, TopicRule.FILE_KINDS),
        ({"choices": ("a", "b")}, TopicRule.CHOICES),
        ({"kind": QuestionKind.CHOICE, "choices": ("a",)}, TopicRule.CHOICES),
        ({"kind": QuestionKind.CHOICE, "choices": ("a", "a")}, TopicRule.CHOICES),
        ({"kind": QuestionKind.CHOICE, "choices": ("a", "b" * 101)}, TopicRule.CHOICES),
        ({"kind": QuestionKind.CHOICE, "choices": tuple(map(str, range(26)))}, TopicRule.CHOICES),
        ({"kind": QuestionKind.SEVERAL, "choices": tuple(map(str, range(11)))}, TopicRule.CHOICES),
    ],
)
def test_each_limit_of_a_question_is_checked(fields: dict[str, Any], rule: TopicRule) -> None:
    assert asked(**fields) == [rule]


def test_names_are_unique_case_and_spaces_aside() -> None:
    twice = [PLAIN, attrs.evolve(PLAIN, id=TopicId(3), name=" IDÉE ")]

    assert {one.rule for one in topics.violations(twice, EVERYONE)} >= {TopicRule.NAME_TAKEN}


def test_server_has_at_most_25_topics() -> None:
    many = [attrs.evolve(PLAIN, id=TopicId(number), name=f"Sujet {number}") for number in range(1, 27)]

    assert [one.rule for one in topics.violations(many, EVERYONE)] == [TopicRule.TOO_MANY]
    assert not list(topics.violations(many[:25], EVERYONE))


def test_staff_open_tickets_of_the_topics_that_are_theirs_and_enabled() -> None:
    off = attrs.evolve(REPORT, id=TopicId(3), is_enabled=False)
    config = attrs.evolve(CONFIG, topics=(REPORT, PLAIN, off))

    assert access.topics_of_staff(config, EXPERT) == (REPORT,)
    assert access.topics_of_staff(config, values.STAFF) == (PLAIN,)
    assert access.topics_of_staff(config, values.STRANGER) == ()


def test_settings_of_a_server_are_those_of_tickets_without_a_topic() -> None:
    assert inheritance.settings_of_server(CONFIG) == inheritance.settings_of(values.ticket_in(TicketState.OPEN), CONFIG)
