"""What Discord means by fields that its client shows in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.transcripts import samples, semantics
from ticketbot.transcripts.model.transcript import Locale
from ticketbot.transcripts.parsing import parser


def read(locale: Locale = Locale.ENGLISH, **fields: Any) -> str:  # noqa: ANN401  # whatever a message may hold
    return semantics.text(samples.body(parser.parse_message(samples.raw(**fields)), locale=locale))


def moderated(**fields: str) -> list[dict[str, Any]]:
    named = [{"name": name, "value": value} for name, value in fields.items()]
    return [{"type": "auto_moderation_message", "description": "flag_me", "fields": named}]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (Locale.ENGLISH, ("because of", "display name", "Noticed at", "change of name", "profile change blocked")),
        (Locale.FRENCH, ("à cause de", "nom d’affichage", "lors de", "changement de nom", "profil bloquée")),
    ],
)
def test_quarantine_is_told_in_words(locale: Locale, words: tuple[str, ...]) -> None:
    embeds = moderated(
        quarantine_user="display_name",
        quarantine_event="username_update",
        quarantine_user_action="block_profile_update",
    )
    shown = read(locale, type=24, embeds=embeds)

    assert all(word in shown for word in words)
    assert "_" not in shown.replace("flag_me", "")


@pytest.mark.parametrize(("locale", "words"), [(Locale.ENGLISH, "Channel status"), (Locale.FRENCH, "Statut du salon")])
def test_blocked_channel_status_is_told_in_words(locale: Locale, words: str) -> None:
    shown = read(locale, type=24, embeds=moderated(voice_channel_status_outcome="blocked"))

    assert words in shown


def test_flagged_message_is_linked_where_the_page_has_it() -> None:
    flagged = parser.parse_message(samples.raw(id="1136391893580791838", content="bad"))
    alert = parser.parse_message(
        samples.raw(id="1345679069006727890", type=24, embeds=moderated(flagged_message_id="1136391893580791838"))
    )

    assert '<div><a href="#m1136391893580791838">' in samples.body(flagged, alert)
    assert "<div>1136391893580791838</div>" in samples.body(alert)


def test_mentioned_channel_of_another_server_has_its_name() -> None:
    channels = [{"id": "278", "guild_id": "1", "name": "big-news", "type": 5}, 3, {"id": "x"}]

    assert "In this #big-news channel" in read(content="In this <#278> channel", mention_channels=channels)


@pytest.mark.parametrize(("locale", "words"), [(Locale.ENGLISH, "Shared theme: "), (Locale.FRENCH, "Thème partagé : ")])
def test_shared_theme_is_named_by_its_colours(locale: Locale, words: str) -> None:
    shown = read(locale, shared_client_theme={"colors": ["5865F2", "7258F2", '"><script>', 4], "base_theme": 1})

    assert "#5865f2" in shown
    assert "#7258f2" in shown
    assert words.split(maxsplit=1)[0] in shown
    assert "script" not in shown


def test_empty_embed_leaves_no_box() -> None:
    assert 'class="m-e' not in samples.shown(content="x", embeds=[{}])


FORM_PARTS = {
    18: {"label": "Your name", "description": "As on the card", "component": {"type": 4, "value": "Zoe"}},
    19: {"custom_id": "files"},
    21: {"options": [{"label": "Yes", "value": "y", "default": True}, {"label": "No", "value": "n"}]},
    22: {"options": [{"label": "Red", "value": "r"}]},
    23: {"custom_id": "agreed", "default": True},
}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (18, ("Your name", "As on the card", "Zoe")),
        (19, ("File upload",)),
        (21, ("Yes (chosen)", "No")),
        (22, ("Red",)),
        (23, ("☑ checked",)),
    ],
)
def test_component_of_a_form_is_known(kind: int, words: tuple[str, ...]) -> None:
    shown = read(components=[{"type": kind, **FORM_PARTS[kind]}])

    assert all(word in shown for word in words), shown
    assert "unknown" not in shown


def test_alert_of_a_raid_is_told_in_words() -> None:
    fields = [
        {"name": "notification_type", "value": "raid"},
        {"name": "raid_type", "value": "JOIN_RAID"},
        {"name": "raid_datetime", "value": "2026-03-02T08:15:00+00:00"},
        {"name": "join_attempts", "value": "40"},
        {"name": "resolved_reason", "value": "LEGITIMATE_ACTIVITY"},
    ]
    shown = read(type=24, embeds=[{"type": "auto_moderation_notification", "fields": fields}])

    assert all(
        word in shown for word in ("join raid", "2 March 2026 at 08:15", "Attempts to join", "expected activity")
    )
    assert "_" not in shown


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"])
def test_moment_that_no_calendar_reaches_is_shown_as_it_is(moment: str) -> None:
    fields = [{"name": "raid_datetime", "value": moment}]

    assert moment in read(type=24, embeds=[{"type": "auto_moderation_notification", "fields": fields}])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            '{"v": 0, "actions": {"1": {"actor": "201", "ts": "2026-03-02T08:15:00+00:00"}}}',
            "Completed by: @Mia 2 March",
        ),
        ('{"actions": {"9": {"actor": "<b>"}, "1": 3}}', "9: <b>"),
        ('{"actions": {"1": {"ts": "soon"}}}', "Completed by: soon"),
        ("[[[", "[[["),
    ],
)
def test_follow_up_to_an_alert_is_told_in_words(value: str, words: str) -> None:
    mentions = [{"id": "201", "username": "mia", "global_name": "Mia"}]
    shown = read(type=24, mentions=mentions, embeds=moderated(alert_actions_execution=value))

    assert words in shown
