"""No text from Discord becomes markup, whatever it is and wherever it stands."""

from __future__ import annotations

import copy
from typing import Any, Final, cast
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import hypothesis
import nh3
import pytest
from hypothesis import strategies

from tests.unit.transcripts import pictures, samples, semantics
from ticketbot.transcripts import escape
from ticketbot.transcripts.model.media import Inlined, Media, Separate
from ticketbot.transcripts.model.transcript import Names, Role
from ticketbot.transcripts.parsing import parser

HANDLERS: Final = ("onclick", "onerror", "onload", "onmouseover", "onfocus")
SCHEMES: Final = ("https://", "http://", "mailto:", "#", "./")
ATTACKS: Final = (
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '" onmouseover="window.hacked=1',
    "' onfocus='window.hacked=1' autofocus='",
    "</style><script>window.hacked=1</script>",
    "</title><svg onload=window.hacked=1>",
    "--><script>window.hacked=1</script>",
    "javascript:window.hacked=1",
    "JaVaScRiPt:window.hacked=1",
    " javascript:window.hacked=1",
    "java\tscript:window.hacked=1",
    "data:text/html,<script>window.hacked=1</script>",
    "//evil.example/x",
    "vbscript:x",
    'https://x/" onclick="window.hacked=1',
    "https://x/'onclick='window.hacked=1",
    "[a](javascript:window.hacked=1)",
    '[a](https://x"onclick="window.hacked=1)',
    "{{ 7 * 7 }}{% raw %}",
    "\0\x000\0<b>",
    "{0}{user}{}",
    "&lt;script&gt;",
    "\ud800<b>\udfff",
)


def check(page: str) -> None:
    """See that a page holds no markup but that of the writers."""
    root = semantics.parse(page)
    for element in root.iter():
        if element.tag is ET.Comment:
            continue
        for name, value in element.attrib.items():
            assert not name.startswith("on"), (element.tag, name)
            assert name not in {"srcdoc", "action", "formaction", "srcset"}
            if name == "href":
                assert value.startswith(SCHEMES), value
            if name == "src":
                assert value.startswith(("data:image/", "data:video/", "data:audio/")), value
    tags = [element.tag for element in root.iter()]
    assert tags.count("script") == 1
    assert tags.count("style") == 1
    assert not {"iframe", "object", "embed", "base", "math", "frame"} & set(tags)
    assert tags.count("meta") == 6


def poisoned(value: Any, text: str) -> Any:  # noqa: ANN401  # any JSON
    """Put a text everywhere where there is one, but where something else decides what is read."""
    if isinstance(value, dict):
        return {
            key: inner if key in {"id", "timestamp", "message_id", "channel_id"} else poisoned(inner, text)
            for key, inner in cast("dict[str, Any]", value).items()
        }
    if isinstance(value, list):
        return [poisoned(inner, text) for inner in cast("list[Any]", value)]
    return text if isinstance(value, str) else value


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_in_every_field_of_every_kind_of_message_stays_text(attack: str) -> None:
    raws = [poisoned(raw, attack) for raw in samples.MESSAGES]
    media: dict[str, Media] = {attack: Inlined(content=b"x", content_type="image/png")}
    shown = [parser.parse_message(raw) for raw in raws]
    names = Names(
        users={201234567890123456: attack},
        user_colors={201234567890123456: 0xFFFFFF},
        roles={400000000000000001: Role(name=attack)},
        channels={500000000000000001: attack},
    )
    page = samples.page(
        *shown, names=names, media=media, guild_name=attack, channel_name=attack, opener=attack, claimer=attack
    )

    check(page)


@pytest.mark.parametrize("attack", ATTACKS[:5])
def test_attack_among_sound_fields_stays_text(attack: str) -> None:
    for path in ("content", "embeds", "components", "attachments", "poll", "reactions", "interaction", "author"):
        raws = [raw | {path: poisoned(raw[path], attack)} for raw in samples.MESSAGES if path in raw]
        check(samples.page(*[parser.parse_message(raw) for raw in raws], media=pictures.media(copy.deepcopy(raws))))


def test_fixtures_hold_no_markup() -> None:
    shown = [parser.parse_message(raw) for raw in [*samples.MESSAGES, *samples.ODD]]

    check(samples.page(*shown, media=pictures.media(samples.MESSAGES)))


@hypothesis.given(strategies.sampled_from(samples.MESSAGES), strategies.text(min_size=1, max_size=40))
@hypothesis.settings(max_examples=60, deadline=None)
def test_any_text_in_any_field_stays_text(message: dict[str, Any], text: str) -> None:
    check(samples.page(parser.parse_message(poisoned(message, text))))


_INJECTED = strategies.text(alphabet="<>\"'&=/ \\`abc:;(){}[]\0\t\n", max_size=40)


@hypothesis.given(_INJECTED)
def test_sanitizer_finds_nothing_in_a_message_that_says_something(text: str) -> None:
    html = samples.shown(content="x", embeds=[{"title": text, "description": text, "footer": {"text": text}}])
    allowed = {"article", "b", "bdi", "div", "h2", "h3", "h4", "label", "small", "span", "time", *nh3.ALLOWED_TAGS}
    kept = nh3.clean(html, tags=allowed | {"input"}, attributes={key: {"*"} for key in allowed | {"input"}})

    assert semantics.text(kept) == semantics.text(html)
    assert nh3.clean(html, tags=set()).count("<") == 0


@hypothesis.given(strategies.text())
def test_escaped_text_reads_as_it_was(text: str) -> None:
    escaped = escape.escape(text)

    assert not set("<>\"'\0") & set(escaped)
    assert semantics.parse(f"<p title='{escaped}'></p>").find("p") is not None


@hypothesis.given(strategies.text() | strategies.sampled_from(ATTACKS))
def test_only_http_and_mail_are_links(text: str) -> None:
    target = escape.link(text)

    assert target is None or text.lower().startswith(("http://", "https://", "mailto:"))


@pytest.mark.parametrize("url", ["https://a", "HTTP://A", "mailto:a@b.c"])
def test_sound_addresses_are_links(url: str) -> None:
    assert escape.link(url) == url


@pytest.mark.parametrize(
    "url", ["", "https://", "a", "https://a b", "https://a\nb", "ftp://a", "https://" + "a" * 5000]
)
def test_unsound_addresses_are_not(url: str) -> None:
    assert escape.link(url) is None


@hypothesis.given(strategies.text(min_size=1))
def test_name_of_a_file_never_leads_elsewhere(name: str) -> None:
    link = escape.file_link(name)

    assert link.startswith("./")
    assert "/" not in link[2:]
    assert ":" not in link[2:]
    assert unquote(link[2:]) == name.encode("utf-8", "replace").decode()


def test_control_characters_leave_the_page() -> None:
    html = samples.shown(content="a\0b\x07c\x1b[1md\u202e")

    assert "a\ufffdb c [1md" in html


def test_file_name_cannot_turn_the_direction_of_writing() -> None:
    assert "photo_\ufffdgpj.exe" in samples.read(attachments=[{"filename": "photo_\u202egpj.exe"}])


def test_page_can_always_be_encoded() -> None:
    assert "a?b" in samples.shown(content="a\ud83db")


def test_file_of_a_type_that_browsers_run_never_stands_in_the_page() -> None:
    media: dict[str, Media] = {
        "https://cdn.discordapp.com/a.svg": Inlined(content=b"<svg/>", content_type="image/svg+xml"),
        "https://cdn.discordapp.com/b.html": Inlined(content=b"<script>", content_type='text/html"><script>'),
    }
    attachments = [
        {"filename": "a.svg", "url": "https://cdn.discordapp.com/a.svg", "content_type": "image/svg+xml"},
        {"filename": "b.html", "url": "https://cdn.discordapp.com/b.html", "content_type": "image/png"},
    ]
    page = samples.page(parser.parse_message(samples.raw(attachments=attachments)), media=media)

    assert "data:" not in page[page.index("<main") : page.index("</main>")]


def test_file_beside_the_page_is_linked_by_its_name_only() -> None:
    url = "https://cdn.discordapp.com/a.txt"
    attachment = {"filename": "a.txt", "url": url, "content_type": "text/plain"}
    page = samples.page(
        parser.parse_message(samples.raw(attachments=[attachment])), media={url: Separate(name="../javascript:a b.txt")}
    )

    assert '<a href="./..%2Fjavascript%3Aa%20b.txt">a.txt</a>' in page
