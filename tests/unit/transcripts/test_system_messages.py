from __future__ import annotations

import string
from typing import Any

import pytest

from tests.unit.transcripts import samples, semantics
from tests.unit.transcripts.samples import said
from ticketbot.transcripts.locales.english import ENGLISH
from ticketbot.transcripts.locales.french import FRENCH
from ticketbot.transcripts.model.messages import Event
from ticketbot.transcripts.model.transcript import Locale

TYPES = sorted({message["type"] for message in samples.MESSAGES} - {0, 19, 20, 23})


def told(message_type: int, content: str = "", **facts: Any) -> str:  # noqa: ANN401  # whatever a message may hold
    html = samples.body(said(), said(content, at=1, type=message_type, **facts))
    return semantics.text(html).partition("08:31")[2].strip()


@pytest.mark.parametrize("message_type", TYPES)
@pytest.mark.parametrize("locale", Locale)
def test_every_documented_type_has_a_sentence_of_its_own(message_type: int, locale: Locale) -> None:
    html = samples.body(said("", type=message_type), locale=locale)
    sentences = {Locale.FRENCH: FRENCH, Locale.ENGLISH: ENGLISH}[locale].events

    assert message_type in sentences
    assert "inconnu" not in html
    assert "unknown" not in html


@pytest.mark.parametrize(
    ("message_type", "content", "facts", "expected"),
    [
        (1, "", {"mentions": {5: "Zoé"}}, "Léa Martin a ajouté Zoé au groupe."),
        (1, "", {"mentions": {}}, "Léa Martin a rejoint le fil."),
        (2, "", {"mentions": {samples.LEA.id: "Léa Martin"}}, "Léa Martin a quitté le fil."),
        (2, "", {"mentions": {5: ""}}, "Léa Martin a retiré @utilisateur inconnu (5) du groupe."),
        (3, "", {}, "Léa Martin a lancé un appel."),
        (4, "042-léa", {}, "Léa Martin a renommé le salon : 042-léa"),
        (6, "", {"event": Event(reference_id=1_000)}, "Léa Martin a épinglé un message dans ce salon."),
        (7, "", {}, "Léa Martin a rejoint le serveur."),
        (8, "", {}, "Léa Martin a boosté le serveur."),
        (8, "3", {}, "Léa Martin a boosté le serveur 3 fois."),
        (11, "2", {}, "Léa Martin a boosté le serveur 2 fois. Le serveur a atteint le niveau 3."),
        (18, "Suite", {}, "Léa Martin a démarré un fil : Suite"),
        (26, "", {"event": Event(application_name="Appli")}, "Léa Martin a vu une offre d’abonnement de Appli."),
        (32, "", {}, "Léa Martin a abonné le serveur à une application."),
        (
            36,
            "2026-03-05T08:30:00+00:00",
            {},
            "Léa Martin a activé les mesures de sécurité jusqu’au 5 mars 2026 à 08:30.",
        ),
        (36, "2026-03-05T08:30:00", {}, "Léa Martin a activé les mesures de sécurité jusqu’au 5 mars 2026 à 08:30."),
        (36, "0001-01-01T00:00:00", {}, "Léa Martin a activé les mesures de sécurité jusqu’au 0001-01-01T00:00:00."),
        (36, "demain", {}, "Léa Martin a activé les mesures de sécurité demain."),
        (36, "", {}, "Léa Martin a activé les mesures de sécurité."),
        (44, "", {"event": Event(product_name="Badge")}, "Léa Martin a acheté Badge."),
        (99, "contenu", {}, "Léa Martin : message système d’un type inconnu (99). contenu"),
    ],
)
def test_sentence_tells_what_happened(message_type: int, content: str, facts: dict[str, Any], expected: str) -> None:
    assert told(message_type, content, **facts) == expected


def test_call_tells_how_long_it_lasted_and_who_took_part() -> None:
    ended = samples.MOMENT + 11 * samples.MINUTE
    event = Event(call_ended_at=ended, call_participants=(samples.LEA.id, 9))

    assert told(3, event=event) == (
        "Léa Martin a lancé un appel. Il a duré 10:00. Participants : @Léa Martin, @utilisateur inconnu (9)."
    )


@pytest.mark.parametrize(
    ("is_renewal", "expected"),
    [
        (False, "Léa Martin s’est abonné à Or (3 mois)."),
        (True, "Léa Martin a renouvelé son abonnement à Or (3 mois)."),
    ],
)
def test_subscription_tells_its_tier_and_months(is_renewal: bool, expected: str) -> None:  # noqa: FBT001  # a parameter of the table
    assert told(25, event=Event(tier_name="Or", months=3, is_renewal=is_renewal)) == expected


def test_pinned_message_is_linked() -> None:
    html = samples.body(said(), said("", at=1, type=6, event=Event(reference_id=1_000)))

    assert '<a href="#m1000">un message</a>' in html


def test_edited_system_message_says_so() -> None:
    assert "(modifié)" in told(7, edited_at=samples.MOMENT)


@pytest.mark.parametrize("name", ["events", "event_variants"])
def test_both_languages_know_the_same_events_and_name_the_same_facts(name: str) -> None:
    def shape(sentences: dict[Any, str]) -> dict[Any, set[str]]:
        return {
            key: {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
            for key, text in sentences.items()
        }

    assert shape(dict(getattr(FRENCH, name))) == shape(dict(getattr(ENGLISH, name)))


def test_invitation_names_what_to_do_together() -> None:
    invited = samples.read(content="On joue ?", activity={"type": 1}, application={"name": "Jeu de Plateau"})

    assert invited.endswith("On joue ? 🎮 Invitation à une activité : Jeu de Plateau")


def test_what_auto_moderation_tells_is_named_for_readers() -> None:
    fields = [{"name": "rule_name", "value": "Insultes"}, {"name": "channel_id", "value": "7"}]
    told = samples.read(type=24, embeds=[{"type": "auto_moderation_message", "fields": fields}])

    assert told.endswith("Règle Insultes Salon #salon inconnu (7)")
