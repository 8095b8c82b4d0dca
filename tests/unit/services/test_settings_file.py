from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services import settings_file
from ticketbot.services.settings_file import Reference, UnreadableSettingsError
from ticketbot.tickets import panels
from ticketbot.tickets.form_files import FileKind
from ticketbot.tickets.model import (
    Block,
    CannedReply,
    ChannelId,
    ClaimMode,
    Language,
    Millis,
    PanelId,
    Participant,
    RoleId,
    TopicId,
)
from ticketbot.tickets.panels import Panel
from ticketbot.tickets.server_names import ServerNames, Unknown
from ticketbot.tickets.topics import Question, QuestionKind, Section, Topic

SERVER = ServerNames(
    id=values.GUILD,
    name="Serveur",
    categories={203: "Tickets", 204: "Deux", 205: "Deux"},
    roles={300: "Staff"},
)
FILE: dict[str, Any] = {"ticketbot-settings": 1, "server": {"id": str(values.GUILD)}}
CONFIG = attrs.evolve(values.CONFIG, topics=(Topic(id=TopicId(4), name="Idée"), Topic(id=TopicId(5), name="Autre")))


def load(**fields: Any) -> settings_file.SettingsFile:  # noqa: ANN401 - JSON
    return settings_file.load(json.dumps(FILE | fields))


def ids(file: settings_file.SettingsFile) -> list[int]:
    wanted = settings_file.resolve(file, CONFIG, SERVER)
    return [topic.id for topic in wanted.topics]


def test_published_schema_is_that_of_the_code() -> None:
    published = Path(__file__).parents[3] / "docs" / "settings.schema.json"

    assert published.read_text(encoding="utf-8") == settings_file.schema()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"ticketbot-settings": 2, "server": {}}',
        '{"ticketbot-settings": 1}',
        '{"ticketbot-settings": 1, "server": {}, "server": {}}',
        '{"ticketbot-settings": 1, "server": {"id": 1}}',
        '{"ticketbot-settings": 1, "server": {}, "language": "de"}',
        '{"ticketbot-settings": 1, "server": {}, "topics": [{"name": "x", "enabled": "yes"}]}',
        '{"ticketbot-settings": 1, "server": {}, "topics": [{"name": "", "questions": [{"kind": 7}]}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_file_of_settings_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSettingsError):
        settings_file.load(text)


def test_topic_keeps_its_id_or_is_known_by_its_name() -> None:
    assert ids(load(topics=[{"id": 4, "name": "Renommé"}, {"name": "AUTRE"}, {"name": "Neuf"}])) == [4, 5, 0]
    assert ids(load(topics=[{"name": "Idée"}, {"id": 4, "name": "Renommé"}])) == [0, 4]
    assert ids(load(topics=[{"id": 4, "name": "a"}, {"id": 4, "name": "b"}])) == [4, 0]


def test_ids_of_another_servers_topics_mean_nothing() -> None:
    file = load(server={"id": "1"}, topics=[{"id": 5, "name": "Idée"}, {"id": 4, "name": "Neuf"}])

    assert ids(file) == [4, 0]


def test_places_are_found_by_id_then_by_name_then_asked_for_once() -> None:
    asked: list[tuple[str, str]] = []

    def ask(unknown: Unknown) -> Reference:
        asked.append((unknown.kind, unknown.label))
        return Reference(id="205")

    references = [{"id": "203"}, {"id": "9", "name": "Tickets"}, {"name": "Deux"}]
    topic = {"name": "x", "category": {"name": "Deux"}, "staff_roles": [{"name": "Staff"}]}
    wanted = settings_file.resolve(load(overflow_categories=references, topics=[topic]), CONFIG, SERVER, ask)

    assert wanted.overflow_category_ids == (ChannelId(203), ChannelId(205))
    assert wanted.topics[0].category_id == 205
    assert wanted.topics[0].staff_role_ids == (RoleId(300),)
    assert asked == [("category", "Deux")]


WITH_EMOJIS = attrs.evolve(
    SERVER, emojis={7: "<:alerte:7>", 8: "<a:danse:8>", 9: "<:deux:9>", 10: "<:deux:10>"}, roles={300: "Staff", 301: ""}
)


@pytest.mark.parametrize(
    ("emoji", "by", "shown"),
    [
        ("🚨", None, "🚨"),
        ("no emoji", None, "no emoji"),  # a rule says so
        (f"<:renamed:{7:017}>", None, f"<:renamed:{7:017}>"),
        (f"<:danse:{42:017}>", None, "<a:danse:8>"),
        (f"<:deux:{42:017}>", None, None),
        (f"<:deux:{42:017}>", "10", "<:deux:10>"),
        (f"<:gone:{42:017}>", ":alerte:", "<:alerte:7>"),
        (f"<:gone:{42:017}>", f"<:alerte:{10**19}>", "<:alerte:7>"),
        (f"<:alerte:{10**19}>", None, "<:alerte:7>"),
        (f"<:gone:{42:017}>", f"<:renamed:{8:017}>", "<a:danse:8>"),
        (f"<:gone:{42:017}>", "🎫", "🎫"),
        (f"<:gone:{42:017}>", "no emoji", None),
        (f"<:gone:{42:017}>", f"<:gone:{42:017}>", None),
    ],
)
def test_emoji_is_the_servers_own_by_id_or_name_or_what_stands_for_it(
    emoji: str, by: str | None, shown: str | None
) -> None:
    file = load(topics=[{"name": "x", "emoji": emoji}])
    file = settings_file.replaced(
        file, {one: settings_file.read_reference(by or "") for one in settings_file.unknown(file, CONFIG, WITH_EMOJIS)}
    )

    (topic,) = settings_file.resolve(file, CONFIG, WITH_EMOJIS).topics

    assert topic.emoji == shown


def test_what_is_unknown_is_listed_once_in_the_order_of_the_file_with_what_stands_for_it() -> None:
    lost = {"id": "42", "name": "Experts"}
    file = load(
        topics=[{"name": "x", "staff_roles": [lost], "category": {"name": "Ailleurs"}}],
        overflow_categories=[{"name": "Deux"}, {"name": "Tickets"}],
        panels=[{"channel": {"id": "43"}}],
        access={"blocks": [{"role": lost}]},
        replacements=[
            {"kind": "role", "of": {"id": "42"}, "by": {"id": "999", "name": "Staff"}},
            {"kind": "category", "of": {"name": "Deux"}, "by": {"id": "999"}},
            {"kind": "channel", "of": {"id": "42"}, "by": {"id": "203"}},
        ],
    )

    found = settings_file.unknown(file, CONFIG, WITH_EMOJIS)

    listed = [(one.kind, one.label, one.by) for one in found]
    assert listed == [
        ("role", "Experts", "300"),
        ("category", "Ailleurs", None),
        ("category", "Deux", None),
        ("channel", "43", None),
    ]
    wanted = settings_file.resolve(file, CONFIG, WITH_EMOJIS)
    assert wanted.topics[0].staff_role_ids == (RoleId(300),)
    assert [block.target.id for block in wanted.blocks] == [300]


def test_what_was_chosen_is_in_the_file_until_something_else_is_chosen() -> None:
    file = load(overflow_categories=[{"name": "Deux"}, {"id": "9"}])
    deux, nine = settings_file.unknown(file, CONFIG, SERVER)

    def written(chosen: dict[Unknown, str]) -> tuple[settings_file.SettingsFile, list[Any]]:
        by = {one: settings_file.read_reference(given) for one, given in chosen.items()}
        made = settings_file.load(settings_file.text_of(settings_file.replaced(file, by)))
        return made, json.loads(settings_file.text_of(made)).get("replacements", [])

    file, first = written({deux: "204", nine: "205"})
    assert settings_file.resolve(file, CONFIG, SERVER).overflow_category_ids == (204, 205)
    file, second = written({deux: ""})

    assert first == [
        {"kind": "category", "of": {"name": "Deux"}, "by": {"id": "204"}},
        {"kind": "category", "of": {"id": "9"}, "by": {"id": "205"}},
    ]
    assert second == first[1:]


def test_who_chooses_what_the_server_does_not_have_is_asked_again() -> None:
    answers = iter(["999", "Personne", "Tickets"])

    wanted = settings_file.resolve(
        load(overflow_categories=[{"name": "Deux"}]),
        CONFIG,
        SERVER,
        lambda _unknown: settings_file.read_reference(next(answers)),
    )

    assert wanted.overflow_category_ids == (203,)


def test_settings_of_closing_are_read_as_they_were_written() -> None:
    config = attrs.evolve(
        values.CONFIG,
        only_staff_closes=True,
        asks_before_closing=True,
        openers_may_add=True,
        tells_opener=True,
        closed_category_id=ChannelId(204),
    )

    file = settings_file.load(settings_file.dump(config, SERVER))
    wanted = settings_file.resolve(file, values.CONFIG, SERVER)

    assert (wanted.only_staff_closes, wanted.asks_before_closing, wanted.openers_may_add) == (True, True, True)
    assert (wanted.tells_opener, wanted.closed_category_id) == (True, 204)
    assert "closing" not in settings_file.dump(values.CONFIG, SERVER)


REFERENCE = {"name": "Staff"}
QUESTION = {"label": "Qui ?", "kind": "choice"}


@pytest.mark.parametrize(
    "fields",
    [
        {"topics": [{"name": str(number)} for number in range(26)]},
        {"replies": [{"name": str(number), "text": "x"} for number in range(51)]},
        {"panels": [{"channel": REFERENCE}] * 11},
        {"panels": [{"channel": REFERENCE, "topics": ["x"] * 26}]},
        {"overflow_categories": [REFERENCE] * 6},
        {"access": {"blocks": [{"member": "1"}] * 51}},
        {"topics": [{"name": "x", "staff_roles": [REFERENCE] * 11}]},
        {"topics": [{"name": "x", "required_roles": [REFERENCE] * 11}]},
        {"topics": [{"name": "x", "overflow_categories": [REFERENCE] * 6}]},
        {"topics": [{"name": "x", "welcome": {"sections": [{"title": "a", "text": "b"}] * 6}}]},
        {"topics": [{"name": "x", "questions": [QUESTION] * 6}]},
        {"topics": [{"name": "x", "questions": [QUESTION | {"choices": ["a"] * 26}]}]},
        {"topics": [{"name": "x", "questions": [QUESTION | {"file_kinds": ["films"] * 5}]}]},
    ],
)
def test_lists_longer_than_a_server_may_have_are_refused_as_they_are_read(fields: dict[str, Any]) -> None:
    with pytest.raises(UnreadableSettingsError, match="List should have at most"):
        load(**fields)


class _Counted(dict[int, str]):
    """Names of which it is known how often all were looked at."""

    looks = 0

    def items(self) -> Any:  # noqa: ANN401 - as of dict
        self.looks += 1
        return super().items()


def test_names_are_looked_through_once_however_many_references_there_are() -> None:
    roles = _Counted({number: f"Rôle {number}" for number in range(300, 400)})
    server = attrs.evolve(SERVER, roles=roles)
    references = [{"name": f"Rôle {number}"} for number in range(300, 310)]
    file = load(topics=[{"name": str(number), "staff_roles": references} for number in range(25)])

    wanted = settings_file.resolve(file, CONFIG, server)

    assert {topic.staff_role_ids for topic in wanted.topics} == {tuple(map(RoleId, range(300, 310)))}
    assert roles.looks == 1


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z", "3001-01-01T00:00:00Z"])
def test_block_that_ends_too_far_away_is_refused(until: str) -> None:
    with pytest.raises(UnreadableSettingsError, match="it is after the year 2999"):
        load(access={"blocks": [{"member": "1", "until": until}]})


@pytest.mark.parametrize("member", ["0", str(1 << 63), "9" * 19])
def test_block_of_what_is_no_id_is_refused(member: str) -> None:
    with pytest.raises(UnreadableSettingsError, match="it is no id"):
        load(access={"blocks": [{"member": member}]})


def test_spaces_at_the_ends_of_texts_are_left_out_as_discord_does() -> None:
    (topic,) = load(topics=[{"name": " " * 50 + "Idée ", "questions": [{"label": " Quoi ? ", "kind": "short"}]}]).topics

    assert (topic.name, topic.questions[0].label) == ("Idée", "Quoi ?")


def test_object_of_thousands_of_keys_is_refused_at_once() -> None:
    keys = ",".join(f'"{at}":1' for at in range(200_000))
    begun = time.process_time()

    with pytest.raises(UnreadableSettingsError, match="more than 100 keys"):
        settings_file.load(f'{{"ticketbot-settings": 1, "server": {{}}, "replies": [{{{keys}}}]}}')
    assert time.process_time() - begun < 0.5, "two seconds if each is complained about"


def test_what_was_set_once_is_exported_even_if_it_could_not_be_set_now() -> None:
    block = Block(target=Participant(id=1), until=Millis(10**15))
    config = attrs.evolve(values.CONFIG, time_zone="Mars/Olympus", blocks=(block,))

    written = json.loads(settings_file.dump(config, SERVER))

    assert written["texts"] == {"time_zone": "Mars/Olympus"}
    assert written["access"]["blocks"] == [{"member": "1", "until": "3000-01-02T00:00:00Z"}]


def test_what_a_server_exports_is_the_same_when_it_imports_it() -> None:
    server = attrs.evolve(SERVER, channels={77: "transcriptions", 501: "aide"}, roles={300: "Staff", 310: "Équipe"})
    topic = Topic(
        id=TopicId(4),
        name="Idée",
        emoji="💡",
        description="Une idée",
        is_enabled=False,
        staff_role_ids=(RoleId(310),),
        category_id=ChannelId(203),
        overflow_category_ids=(ChannelId(204),),
        transcript_channel_id=ChannelId(77),
        welcome_title="Bonjour",
        welcome_text="Dites tout.",
        welcome_sections=(Section(title="Règles", text="Aucune"),),
        channel_name="idée-{number}",
        questions=(
            Question(label="Qui ?", kind=QuestionKind.CHOICE, choices=("Moi", "Vous"), help="Un seul"),
            Question(label="Preuves", kind=QuestionKind.FILES, is_required=False, file_kinds=(FileKind.PICTURES,)),
        ),
        required_role_ids=(RoleId(300),),
        max_open_tickets=2,
        claim_mode=ClaimMode.READ_ONLY,
    )
    offering = Panel(id=PanelId(1), channel_id=ChannelId(501), title="Ici", topic_ids=(TopicId(4),))
    config = attrs.evolve(
        values.CONFIG,
        language=Language.FRENCH,
        overflow_category_ids=(ChannelId(204),),
        topics=(topic, Topic(id=TopicId(5), name="Autre")),
        panels=(offering, Panel(id=PanelId(2), channel_id=ChannelId(77))),
        replies=(CannedReply(name="Preuves", text="Joignez-les."),),
        blocks=(Block(target=Participant(id=310, is_role=True)), Block(target=Participant(id=9), until=Millis(10**12))),
        claim_mode=ClaimMode.HIDDEN,
        has_notes=True,
        signs_state=True,
        max_openings=3,
        color="#F4A6C1",
        time_zone="Europe/Paris",
    )

    file = settings_file.load(settings_file.dump(config, server))
    wanted = settings_file.resolve(file, config, server)

    assert wanted.applied(config) == config


def test_panel_without_a_channel_is_left_out_and_one_of_deleted_topics_keeps_these() -> None:
    server = attrs.evolve(SERVER, channels={501: "aide", 502: "jeux"})
    of_deleted = Panel(id=PanelId(1), channel_id=ChannelId(501), topic_ids=(TopicId(99),))
    config = attrs.evolve(CONFIG, panels=(of_deleted,))
    file = load(
        panels=[
            {"id": 1, "channel": {"id": "501"}, "topics": ["Idée"]},
            {"channel": {"id": "502"}, "topics": []},
            {"channel": {"name": "gone"}},
        ],
        topics=[{"id": 4, "name": "Idée"}],
    )

    wanted = settings_file.resolve(file, config, server)

    assert [panel.topic_ids for panel in wanted.applied(config).panels] == [(4, 99), panels.NO_TOPICS]


def test_block_of_a_role_that_the_server_does_not_have_is_left_out() -> None:
    blocks = [{"role": {"name": "Nobody"}}, {"member": "9", "reason": "a"}, {"member": "9", "reason": "b"}]

    wanted = settings_file.resolve(load(access={"blocks": blocks}), CONFIG, SERVER)

    assert [(block.target.id, block.reason) for block in wanted.blocks] == [(9, "b")]


def test_block_names_either_a_member_or_a_role() -> None:
    with pytest.raises(UnreadableSettingsError, match="either a member or a role"):
        load(access={"blocks": [{"member": "9", "role": {"name": "Staff"}}]})
