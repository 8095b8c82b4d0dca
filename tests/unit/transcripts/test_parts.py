"""Attachments, embeds, components, polls and stickers in the page."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.unit.transcripts import samples
from tests.unit.transcripts.samples import read, shown
from ticketbot.transcripts.model.media import Inlined, Media
from ticketbot.transcripts.parsing import parser
from ticketbot.transcripts.rendering import colors


def with_file(content_type: str, **facts: Any) -> str:  # noqa: ANN401  # whatever an attachment may hold
    url = "https://cdn.discordapp.com/a"
    attachment = {"filename": "a.bin", "url": url, "content_type": content_type, "size": 2048} | facts
    media: dict[str, Media] = {url: Inlined(content=b"abc", content_type=content_type)}
    return samples.body(parser.parse_message(samples.raw(attachments=[attachment])), media=media)


def test_image_is_described_and_named_with_its_size() -> None:
    html = with_file("image/png", description="Un <chat>", width=800, height=600)

    assert (
        '<img src="data:image/png;base64,YWJj" alt="Un &lt;chat&gt;" width="800" height="600" loading="lazy">' in html
    )
    assert "<figcaption><bdi>a.bin</bdi> <small>2\u00a0Ko</small></figcaption>" in html


def test_image_without_description_is_called_by_its_name() -> None:
    assert 'alt="Image : a.bin" loading' in with_file("image/png", width=99_999, height=1)


@pytest.mark.parametrize(("content_type", "tag"), [("video/mp4", "video"), ("audio/mpeg", "audio")])
def test_films_and_sounds_can_be_played(content_type: str, tag: str) -> None:
    html = with_file(content_type)

    assert f'<{tag} src="data:{content_type};base64,YWJj" controls preload="none" aria-label="' in html


def test_voice_message_tells_its_duration_and_draws_its_loudness() -> None:
    waveform = base64.b64encode(bytes(range(256))).decode()
    html = with_file("audio/ogg", waveform=waveform, duration_secs=83.4)

    assert "<p>Message vocal, 1:23</p>" in html
    assert 'role="img" aria-label="Forme d’onde"' in html
    assert html.count("M") - html.count("Message") >= 64


def test_voice_message_that_is_missing_still_tells_its_duration() -> None:
    assert "Message vocal, 0:05" in read(attachments=[{"filename": "v.ogg", "waveform": "AAAA", "duration_secs": 5}])


def test_spoiler_file_waits_behind_a_box_to_tick() -> None:
    html = shown(attachments=[{"filename": "SPOILER_a.png", "flags": 8}])

    assert '<div class="sb"><label><input type="checkbox">Spoiler : afficher ou masquer</label><div>' in html


def test_file_goes_by_the_name_that_it_was_given() -> None:
    assert "journal du serveur (journal.log)" in read(
        attachments=[{"filename": "journal.log", "title": "journal du serveur"}]
    )
    assert "(journal.log)" not in read(attachments=[{"filename": "journal.log", "title": "journal"}])


def test_missing_picture_is_named_by_what_it_is_and_where_it_came_from() -> None:
    embed = {"image": {"url": "https://example.com/a.png", "description": "Un chat"}}

    assert read(embeds=[embed]).endswith("Image non conservé · https://example.com/a.png Un chat")


def test_embed_is_shown_whole() -> None:
    embed = {
        "type": "rich",
        "color": 0xFF0000,
        "provider": {"name": "Fournisseur"},
        "author": {"name": "Autrice", "url": "https://example.com/autrice"},
        "title": "**Titre**",
        "url": "https://example.com/titre",
        "description": "Texte",
        "fields": [{"name": "A", "value": "1", "inline": True}, {"name": "B", "value": "2"}],
        "footer": {"text": "Pied"},
        "timestamp": "2026-03-02T08:30:00+00:00",
    }
    html = shown(embeds=[embed])

    assert 'class="m-e dff0000"' in html
    assert '<a href="https://example.com/autrice"><bdi>Autrice</bdi></a>' in html
    assert '<a href="https://example.com/titre"><strong>Titre</strong></a>' in html
    assert 'class="e-v in"' in html
    assert read(embeds=[embed]).endswith("Fournisseur Autrice Titre Texte A 1 B 2 Pied • 2 mars 2026 à 08:30")


def test_embed_of_a_moving_picture_says_where_it_moves() -> None:
    embed = {"type": "gifv", "url": "https://tenor.com/a", "video": {"url": "https://media.tenor.com/a.mp4"}}

    assert read(embeds=[embed]).endswith("GIF : https://media.tenor.com/a.mp4 https://tenor.com/a")


def test_embed_of_a_video_may_tell_only_its_own_address() -> None:
    embed = {"type": "video", "title": "T", "url": "https://example.com/v", "video": {"width": 1}}

    assert '<a href="https://example.com/v">https://example.com/v</a>' in shown(embeds=[embed])


@pytest.mark.parametrize(("kind", "is_corner"), [("rich", True), ("article", True), ("gifv", False), ("image", False)])
def test_thumbnail_stands_in_the_corner_unless_it_is_the_picture(kind: str, is_corner: bool) -> None:  # noqa: FBT001  # a parameter of the table
    assert ('class="e-th"' in shown(embeds=[{"type": kind, "thumbnail": {"url": "https://a/b"}}])) is is_corner


def test_result_of_a_poll_is_told() -> None:
    fields = {
        "poll_question_text": "Quand ?",
        "victor_answer_text": "Demain",
        "victor_answer_votes": "3",
        "victor_answer_emoji_id": "9",
        "victor_answer_emoji_name": "ok",
        "total_votes": "5",
    }
    embed = {"type": "poll_result", "fields": [{"name": name, "value": value} for name, value in fields.items()]}

    assert read(embeds=[embed]).endswith(
        "Le sondage « Quand ? » est terminé. Réponse gagnante : :ok: Demain (3\u00a0votes) 5\u00a0votes".replace(
            "\u00a0", " "
        )
    )


def test_poll_without_a_winner_is_a_draw() -> None:
    assert "Égalité 0 vote" in read(embeds=[{"type": "poll_result", "fields": [3]}])


def test_poll_shows_its_votes() -> None:
    poll = {
        "question": {"text": "Quand ?"},
        "answers": [
            {"answer_id": 1, "poll_media": {"text": "Demain", "emoji": {"name": "🌅"}}},
            {"answer_id": 2, "poll_media": {"text": "Jamais"}},
            3,
        ],
        "expiry": "2026-03-03T08:30:00+00:00",
        "allow_multiselect": True,
        "results": {"is_finalized": True, "answer_counts": [{"id": 1, "count": 3}, {"id": 2, "count": 1}, 4]},
    }

    assert read(poll=poll).endswith(
        "Sondage Quand ? 🌅 Demain 3 votes · 75 % Jamais 1 vote · 25 % Sondage d’un type inconnu "
        "4 votes · plusieurs réponses possibles · fin : 3 mars 2026 à 08:30 · résultat définitif"
    )
    assert 'class="top" style="--w:75%"' in shown(poll=poll)


def test_poll_that_nobody_voted_in_has_no_winner() -> None:
    html = shown(poll={"question": {"text": "?"}, "answers": [{"poll_media": {"text": "a"}}]})

    assert 'style="--w:0%"' in html
    assert 'class="top"' not in html


def test_reactions_tell_how_many_were_super() -> None:
    reactions = [
        {"emoji": {"name": "👍"}, "count": 1200},
        {"emoji": {"id": "9", "name": "ok"}, "count": 5, "count_details": {"burst": 2}},
        3,
    ]

    assert read(reactions=reactions).endswith("👍 1 200 :ok: 5 (dont 2 super) Réaction d’un type inconnu")


def test_sticker_that_cannot_be_drawn_is_named() -> None:
    assert "Autocollant : Vague lottie" in read(sticker_items=[{"id": "1", "name": "Vague", "format_type": 3}, 2])


def test_buttons_show_what_they_were() -> None:
    row = {
        "type": 1,
        "components": [
            {"type": 2, "style": 3, "label": "Oui", "emoji": {"name": "✅"}},
            {"type": 2, "style": 2, "label": "Non", "disabled": True},
            {"type": 2, "style": 5, "label": "Lien", "url": "https://example.com"},
            {"type": 2, "style": 5, "label": "Mauvais", "url": "ftp://example.com"},
            {"type": 2, "style": 6, "sku_id": "1"},
        ],
    }
    html = shown(components=[row])

    assert '<span class="k-b k-success">✅ Oui</span>' in html
    assert "Non <small>(désactivé)</small>" in html
    assert '<a class="k-b" href="https://example.com">Lien</a>' in html
    assert "Mauvais <small>ftp://example.com</small>" in html
    assert '<span class="k-b k-premium">Achat</span>' in html


def test_menus_show_their_choices() -> None:
    rows = [
        {"type": 3, "placeholder": "Motif", "options": [{"label": "A", "description": "a", "default": True}, 3]},
        {"type": 5, "default_values": [{"type": "user", "id": "7"}]},
        {"type": 6, "default_values": [{"type": "role", "id": "8"}]},
        {"type": 8, "default_values": [{"type": "channel", "id": "9"}, 3]},
        {"type": 7, "disabled": True},
        {"type": 4, "label": "Texte", "placeholder": "Écrivez"},
    ]

    assert read(components=[{"type": 1, "components": [row]} for row in rows]).endswith(
        "Motif A (choisi) a Composant d’un type inconnu Menu @utilisateur inconnu (7) Menu @rôle inconnu (8) "
        "Menu #salon inconnu (9) Composant d’un type inconnu Menu (désactivé) Texte Écrivez"
    )


def test_separators_are_lines_or_space() -> None:
    html = shown(components=[{"type": 14}, {"type": 14, "divider": False, "spacing": 2}, {"type": 10, "content": "x"}])

    assert '<hr class="k-h"><div class="k-h large"></div>' in html


def test_container_has_its_accent_and_may_be_hidden() -> None:
    black = {"type": 17, "accent_color": 0, "components": [{"type": 10, "content": "x"}]}

    assert 'class="k-c d000000"' in shown(components=[black])
    assert 'class="k-c"' in shown(components=[black | {"accent_color": None}])
    assert 'class="sb"' in shown(components=[black | {"spoiler": True}])


def test_file_component_goes_by_its_name_or_its_address() -> None:
    file = {"type": 13, "file": {"url": "https://cdn.discordapp.com/x/rapport.pdf?ex=1"}, "size": 1024}

    assert "rapport.pdf 1 Ko · non conservé" in read(components=[file])
    assert "R.pdf" in read(components=[file | {"name": "R.pdf", "spoiler": True}])


def test_gallery_shows_pictures_and_films() -> None:
    items = [
        {"media": {"url": "https://a/1", "content_type": "video/mp4"}, "description": "Film"},
        {"media": {"url": "https://a/2"}, "spoiler": True},
    ]
    text = read(components=[{"type": 12, "items": items}])

    assert "Vidéo non conservé · https://a/1 Film" in text
    assert "Image non conservé · https://a/2" in text


@pytest.mark.parametrize("color", [0x000001, 0xFFFFFF, 0xFFFF00, 0x5865F2, 0x2ECC71, 0x808080, 0x0000FF])
def test_coloured_names_can_be_read_on_both_backgrounds(color: int) -> None:
    light, dark = (int(shade.removeprefix("#"), 16) for shade in colors.readable(color))

    assert colors.contrast(light, 0xEFF0F3) >= 4.5
    assert colors.contrast(dark, 0x2B2D33) >= 4.5
