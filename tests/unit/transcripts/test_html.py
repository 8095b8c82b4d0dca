from __future__ import annotations

import base64
import hashlib
import re
import zoneinfo
from typing import Any

import attrs
import pytest

from tests.unit.transcripts import semantics
from tests.unit.transcripts.samples import BOB, LEA, MINUTE, MOMENT, body, page, read, said, shown
from ticketbot.transcripts.model.messages import Command, Reply, ReplyState, Thread
from ticketbot.transcripts.model.transcript import Locale, Names, Role
from ticketbot.transcripts.model.unreadable import Unreadable
from ticketbot.transcripts.model.users import Author

PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def heads(html: str) -> list[str]:
    return re.findall(r"<h3><bdi[^>]*>(.*?)</bdi>", html)


# The header.


def test_header_tells_the_ticket() -> None:
    html = page(
        said("a"),
        said("b", at=1, author=BOB),
        said("c", at=2),
        guild_name="Les Amis",
        channel_name="042-lea",
        number=42,
        opener="Léa Martin",
        claimer="Zoé",
        opened_at=MOMENT,
        closed_at=MOMENT + 60 * MINUTE,
        deleted_at=MOMENT + 61 * MINUTE,
        time_zone=PARIS,
    )
    header = semantics.text(html[html.index("<header>") : html.index("</header>")])

    assert header == (
        "Ticket 042 Les Amis ◐ Salon#042-lea Ouvert parLéa Martin Pris en charge parZoé Ouverture2 mars 2026 à 09:30 "
        "Fermeture2 mars 2026 à 10:30 Suppression2 mars 2026 à 10:31 Messages3 Fuseau horaireEurope/Paris "
        f"Participants Léa Martin 2 {LEA.id} Bob 1 {BOB.id}"
    )


def test_header_can_be_english() -> None:
    html = page(said(), number=7, locale=Locale.ENGLISH)

    assert '<html lang="en">' in html
    assert "<title>Transcript – Ticket 007</title>" in html
    assert "<dt>Claimed by</dt><dd><bdi>nobody</bdi></dd>" in html


def test_page_of_a_channel_that_is_no_ticket_goes_by_the_channel() -> None:
    html = page(said(), channel_name="général", guild_name="Les Amis")

    assert "<title>Transcription – #général – Les Amis</title>" in html
    assert "Pris en charge" not in html


def test_page_of_which_nothing_is_known_is_called_a_transcript() -> None:
    html = page(said())

    assert "<title>Transcription</title>" in html
    assert "<h1>Transcription</h1>" in html


def test_page_without_messages_says_so() -> None:
    assert "Ce salon ne contient aucun message." in page()


def test_header_names_a_hundred_participants_and_counts_the_others() -> None:
    people = [said(at=at, author=Author(id=at, name=f"P{at}")) for at in range(1, 104)]

    assert "<li>+ 3\u00a0autres</li>" in page(*people)


def test_participants_are_named_once_though_they_change_their_name() -> None:
    html = page(said(), said(at=1, author=attrs.evolve(LEA, name="Léa M.")))

    assert '<bdi class="nm">Léa M.</bdi> <small>2</small>' in html


def test_participants_have_the_colours_of_their_roles() -> None:
    html = page(said(), names=Names(user_colors={LEA.id: 0x3498DB}))

    assert '<bdi class="nm c3498db">Léa Martin</bdi> <small>1</small>' in html
    assert ".c3498db{" in html


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Léa Martin", "LM"), ("Zoé 🌸", "Z"), ("Annonces #nouvelles 2", "A2"), ("🌸 ✨", "🌸✨"), ("", "")],
)
def test_author_without_a_picture_has_initials(name: str, initials: str) -> None:
    assert f'aria-hidden="true">{initials}</span>' in body(said(author=Author(id=1, name=name)))


# Groups and days.


def test_author_is_named_again_after_seven_minutes_only() -> None:
    html = body(said(at=0), said(at=6), said(at=13), said(at=14, author=BOB), said(at=15))

    assert heads(html) == ["Léa Martin", "Léa Martin", "Bob", "Léa Martin"]


def test_reply_and_command_name_their_author_again() -> None:
    html = body(
        said(at=0),
        said(at=1, reply=Reply(message_id=1_000), type=19),
        said(at=2),
        said(at=3, command=Command(user=BOB, name="close"), type=20),
    )

    assert len(heads(html)) == 3


def test_each_webhook_identity_is_named() -> None:
    hook = Author(id=5, name="Météo", is_webhook=True, is_app=True)
    html = body(said(author=hook), said(at=1, author=attrs.evolve(hook, name="GitHub")))

    assert heads(html) == ["Météo", "GitHub"]
    assert html.count("WEBHOOK") == 2


@pytest.mark.parametrize(
    ("marks", "tag"),
    [({"is_app": True}, "APP"), ({"is_official": True}, "OFFICIEL"), ({"is_webhook": True}, "WEBHOOK")],
)
def test_apps_and_discord_itself_carry_a_tag(marks: dict[str, bool], tag: str) -> None:
    assert f'<b class="app">{tag}</b>' in body(said(author=attrs.evolve(LEA, **marks)))


def test_days_are_parted_in_the_page_s_time_zone() -> None:
    late, later = said(at=14 * 60 + 20), said(at=14 * 60 + 40)

    assert body(late, later, time_zone=PARIS).count('<h2 class="day"') == 2
    assert body(late, later).count('<h2 class="day"') == 1
    assert '<time datetime="2026-03-03">mardi 3 mars 2026</time>' in body(late, later, time_zone=PARIS)


def test_first_of_a_month_is_written_as_the_french_do() -> None:
    assert "dimanche 1er mars 2026" in body(said(at=-24 * 60))


def test_every_message_has_its_time_and_an_anchor() -> None:
    html = body(said(), time_zone=PARIS)

    assert (
        '<div class="m" id="m1000"><a class="t" href="#m1000"><time datetime="2026-03-02T08:30:00Z" '
        'title="lundi 2 mars 2026 à 09:30:00 UTC+1">09:30</time></a>'
    ) in html


def test_message_of_an_unknown_moment_joins_the_day_at_hand() -> None:
    html = body(said(), attrs.evolve(said(at=1), timestamp=0))

    assert html.count('<h2 class="day"') == 1
    assert "date inconnue" in html


def test_page_of_unknown_moments_has_no_days() -> None:
    assert '<h2 class="day">' not in body(attrs.evolve(said(), timestamp=0))


def test_message_that_comes_twice_has_one_anchor() -> None:
    assert body(said(), said()).count('id="m1000"') == 1


def test_member_goes_by_the_guild_s_name_and_the_role_s_colour() -> None:
    names = Names(users={LEA.id: "Léa du support"}, user_colors={LEA.id: 0x00FF00})
    html = page(said(f"<@{LEA.id}>"), names=names)

    assert '<h3><bdi class="nm c00ff00">Léa du support</bdi></h3>' in html
    assert ".c00ff00{color:light-dark(#" in html
    assert "@Léa du support" in html


def test_webhook_takes_no_member_s_name() -> None:
    hook = attrs.evolve(LEA, name="Crochet", is_webhook=True)

    assert heads(body(said(author=hook), names=Names(users={LEA.id: "Léa"}, user_colors={LEA.id: 1}))) == ["Crochet"]


def test_author_without_a_name_is_unknown() -> None:
    assert heads(body(said(author=Author(id=3, name="")))) == ["utilisateur inconnu"]


# What is said.


def test_message_of_emojis_alone_is_large() -> None:
    assert '<div class="b j">' in shown(content="🎉 <:ok:600000000000000001> 👍🏽 🇫🇷")
    assert '<div class="b j">' not in shown(content="🎉 a")
    assert '<div class="b j">' not in shown(content="🎉" * 1501)
    assert '<div class="b j">' not in shown(content="<b>")


def test_edited_message_says_when() -> None:
    html = body(said(edited_at=MOMENT + MINUTE))

    assert '<time class="ed" datetime="2026-03-02T08:31:00Z" title="lundi 2 mars 2026 à 08:31:00 UTC">(modifié)' in html


@pytest.mark.parametrize(
    ("facts", "mark"),
    [
        ({"is_pinned": True}, "📌 Épinglé"),
        ({"is_tts": True}, "🔈 Synthèse vocale"),
        ({"flags": 1 << 12}, "🔕 Message silencieux"),
        ({"flags": 1 << 6}, "👁 Message éphémère"),
        ({"flags": 1}, "📢 Publié"),
        ({"flags": 1 << 7}, "⏳ réfléchit…"),
    ],
)
def test_marks_of_a_message_are_told(facts: dict[str, Any], mark: str) -> None:
    assert mark in body(said(**facts))


def test_message_with_other_flags_has_no_mark() -> None:
    assert "k-m" not in body(said(flags=1 << 13))


def test_name_of_a_mentioned_user_comes_from_the_message_or_from_other_authors() -> None:
    html = body(said(author=BOB), said(f"<@{BOB.id}> <@7> <@8>", at=1, mentions={7: "Zoé"}))

    assert semantics.text(html).endswith("@Bob @Zoé @utilisateur inconnu (8)")


# What is answered.


def test_reply_previews_and_jumps_to_what_it_answers() -> None:
    reply = Reply(message_id=1_000, state=ReplyState.LOADED, author=BOB, content="**Avant**\n||secret|| <@7> <:ok:9>")
    html = body(said(author=BOB), said(at=1, type=19, reply=attrs.evolve(reply, mentions={7: "Zoé"})))

    assert (
        '<a href="#m1000"><b><bdi class="nm" title="202234567890123456">Bob</bdi></b> Avant ▒▒▒▒ @Zoé :ok:</a></div>'
        in html
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("**gras *et* plus** ~~barré~~ `code` __souligné__", "gras et plus barré code souligné"),
        ("# Titre\n- un\n- deux\n> cité", "Titre un deux cité"),
        ("```py\nx = 1\n```fin", "x = 1 fin"),
        ("[masqué](https://example.com/) et ||un **secret**|| || ouvert", "masqué et ▒▒▒▒ || ouvert"),
        ("<b>&amp;\0</b> <@8> <@&9> <#10> <:a:1>", "&lt;b&gt;&amp;amp;\ufffd&lt;/b&gt; @8 @9 #10 :a:"),
        ("2 * 3 * 4, snake_case_name", "2 * 3 * 4, snake_case_name"),
    ],
)
def test_preview_is_what_is_read_of_a_text(content: str, expected: str) -> None:
    reply = Reply(message_id=5, state=ReplyState.LOADED, author=BOB, content=content)

    assert f"Bob</bdi></b> {expected} <i>" in body(said(type=19, reply=reply))


def test_preview_of_an_embed_is_its_title() -> None:
    referenced = {
        "id": "5",
        "author": {"id": "7", "username": "bot"},
        "content": "",
        "embeds": [{"title": "**Titre**"}],
    }
    reply = {"type": 19, "message_reference": {"message_id": "5"}}

    assert "Titre</a>" not in shown(**reply, referenced_message=referenced)
    assert "Titre <i>(hors" in shown(**reply, referenced_message=referenced)
    assert "📎" in shown(**reply, referenced_message={**referenced, "embeds": [{"image": {}}]})


def test_long_preview_is_shortened() -> None:
    reply = Reply(message_id=1_000, state=ReplyState.LOADED, author=BOB, content="mot " * 100)

    assert f"{'mot ' * 24}mot…" in body(said(author=BOB), said(at=1, type=19, reply=reply))


def test_reply_to_a_message_outside_the_page_keeps_more_and_says_so() -> None:
    reply = Reply(message_id=5, state=ReplyState.LOADED, author=None, content="mot " * 100, has_attachments=True)
    html = body(said(type=19, reply=reply))

    assert "mot " * 99 in html
    assert "📎 <i>pièce jointe</i> <i>(hors de cette transcription)</i>" in html
    assert "utilisateur inconnu" in html


def test_reply_to_a_deleted_message_says_so() -> None:
    html = body(said(type=19, reply=Reply(message_id=5, state=ReplyState.DELETED)))

    assert "Le message d’origine a été supprimé." in html


def test_reply_that_discord_did_not_load_jumps_if_the_page_has_it() -> None:
    reply = Reply(message_id=1_000)

    assert '<a href="#m1000">En réponse à</a>' in body(said(), said(at=1, type=19, reply=reply))
    assert "Le message d’origine n’a pas été chargé." in body(said(at=1, type=19, reply=reply))


def test_thread_starter_shows_what_started_it() -> None:
    reply = Reply(message_id=1_000, state=ReplyState.LOADED, author=LEA, content="mot " * 100)

    assert "mot " * 99 in body(said(), said("", at=1, type=21, reply=reply))


@pytest.mark.parametrize(
    ("command", "message_type", "expected"),
    [
        (Command(user=BOB, name="close"), 20, "Bob a utilisé /close"),
        (Command(user=BOB, name="Signaler"), 23, "Bob a utilisé Signaler"),
        (Command(user=BOB), 20, "Bob a utilisé une commande"),
        (Command(), 20, "utilisateur inconnu a utilisé une commande"),
        (Command(user=BOB, type=3), 0, "Réponse à un bouton ou un menu utilisé par Bob"),
        (Command(user=BOB, type=5), 0, "Réponse à un formulaire envoyé par Bob"),
    ],
)
def test_answer_tells_its_command(command: Command, message_type: int, expected: str) -> None:
    assert expected in semantics.text(body(said(command=command, type=message_type)))


def test_link_to_a_message_leads_into_the_page_if_that_holds_it() -> None:
    html = body(
        said(),
        said("https://discord.com/channels/1/2/1000 https://discord.com/channels/1/2/3", at=1),
        said("https://discord.com/channels/1/2", at=2),
        names=Names(channels={2: "aide"}),
    )

    assert 'href="#m1000" title="https://discord.com/channels/1/2/1000">#aide \u203a 💬</a>' in html
    assert 'href="https://discord.com/channels/1/2/3"' in html
    assert 'href="https://discord.com/channels/1/2" title="https://discord.com/channels/1/2">#aide</a>' in html


def test_thread_is_told_under_its_message() -> None:
    html = body(said(thread=Thread(id=1, name="Suite", message_count=2)))

    assert "🧵 Fil : Suite 2 messages" in semantics.text(html)


def test_what_could_not_be_read_is_told() -> None:
    html = body(said("", unreadable=(Unreadable(part="poll", type="9", texts=("Question ?",)),)))

    assert "Sondage d’un type inconnu (9) Question ?" in semantics.text(html)


def test_message_in_which_nothing_can_be_read_is_told() -> None:
    assert "Aucun contenu lisible" in read(content="")


def test_role_may_have_no_colour() -> None:
    assert '<span class="n" title="4">@Support</span>' in body(
        said("<@&4>"), names=Names(roles={4: Role(name="Support")})
    )


# Around the messages.


def test_page_forbids_all_but_itself() -> None:
    html = page(said())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)

    assert policy is not None
    assert policy[1].startswith(
        "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; script-src"
    )
    assert "unsafe-eval" not in policy[1]


def test_script_is_the_one_that_the_policy_allows() -> None:
    html = page(said())
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)

    assert len(scripts) == 1
    assert base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode() in html


def test_page_has_landmarks_headings_and_labels() -> None:
    root = semantics.parse(page(*[said(at=at) for at in (0, 10)], number=1))
    found = [element.tag for element in root.iter()]

    assert [found.count(tag) for tag in ("header", "main", "h1", "h2", "h3", "form")] == [1, 1, 1, 2, 2, 1]
    assert all(button.get("aria-label") for button in root.iter("button"))
    labelled = {label.get("for") for label in root.iter("label")}
    assert {field.get("id") for field in root.iter("input")} <= labelled


def test_every_moment_is_machine_readable() -> None:
    root = semantics.parse(page(said(edited_at=MOMENT), opened_at=MOMENT))

    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", time.get("datetime", "")) for time in root.iter("time")
    )


def test_french_marks_and_english_marks_differ_in_words_only() -> None:
    shape = re.compile(r">[^<]*<|title=\"[^\"]*\"|aria-label=\"[^\"]*\"")
    french, english = (body(said(is_pinned=True, edited_at=MOMENT), locale=locale) for locale in Locale)

    assert shape.sub("", french) == shape.sub("", english)


def test_header_has_the_topic_and_why_the_ticket_was_closed_without_live_elements() -> None:
    html = page(said(), channel_topic="**Aide** <img src=x>", closer="<b>Sam", close_reason="résolu", deleter="Mia")
    head = html[: html.index("<main")]

    assert "<strong>Aide</strong> &lt;img src=x&gt;" in head
    assert "<bdi>&lt;b&gt;Sam</bdi>" in head
    assert "<bdi>résolu</bdi>" in head
    assert "<bdi>Mia</bdi>" in head


def test_page_without_topic_icon_and_closer_says_nothing_of_them() -> None:
    html = page(said())

    assert not [word for word in ("Sujet du salon", "Fermé par", "Supprimé par", 'class="gi') if word in html]


def test_long_code_can_be_unfolded_by_a_box_whose_words_the_search_does_not_see() -> None:
    html = page(said("```py\n" + "x = 1\n" * 30 + "```"))

    assert 'data-l="Afficher tout le code"><input type="checkbox" aria-label="Afficher tout le code"></label>' in html
    assert '</label><pre tabindex="0"><code>' in html
