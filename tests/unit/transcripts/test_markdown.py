from __future__ import annotations

import json
import string
import time
import zoneinfo
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies

from tests.unit.transcripts import samples, semantics
from tests.unit.transcripts.hostile import HOSTILE
from ticketbot.transcripts.markdown import renderer
from ticketbot.transcripts.model.transcript import Names, Role, Transcript
from ticketbot.transcripts.rendering.context import RenderContext

EXAMPLES: dict[str, Any] = json.loads((samples.FIXTURES / "markdown_examples.json").read_text(encoding="utf-8"))
MORE: list[tuple[str, str]] = [
    tuple(pair) for pair in json.loads((samples.FIXTURES / "markdown_more.json").read_text(encoding="utf-8"))
]


def context() -> RenderContext:
    context = EXAMPLES["context"]
    names = Names(
        users={int(key): name for key, name in context["users"].items()},
        roles={int(key): Role(name=name, color=0x11806A) for key, name in context["roles"].items()},
        channels={int(key): name for key, name in context["channels"].items()},
    )
    return RenderContext(Transcript(messages=(), names=names), "transcript")


def meaning(text: str) -> str:
    return semantics.canonical(renderer.to_html(text, context()))


@pytest.mark.parametrize("case", EXAMPLES["cases"], ids=[case["id"] for case in EXAMPLES["cases"]])
def test_examples_mean_what_they_say(case: dict[str, Any]) -> None:
    html = renderer.to_html(case["input"], context())

    assert semantics.canonical(html) in case["semantic"]
    if case["expect_text"] is not None:
        assert semantics.text(html) == " ".join(case["expect_text"].split())


@pytest.mark.parametrize(("text", "expected"), MORE, ids=[text for text, _ in MORE])
def test_more_markdown_means_what_discord_makes_of_it(text: str, expected: str) -> None:
    assert meaning(text) == expected


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("", "2 mars 2026 à 09:30"),
        (":t", "09:30"),
        (":T", "09:30:00"),
        (":d", "02/03/2026"),
        (":D", "2 mars 2026"),
        (":f", "2 mars 2026 à 09:30"),
        (":F", "lundi 2 mars 2026 à 09:30"),
        (":s", "02/03/2026 09:30"),
        (":S", "02/03/2026 09:30:00"),
        (":R", "il y a 15\u00a0minutes"),
    ],
)
def test_every_style_of_moment_is_written_out_with_the_whole_date_on_hover(style: str, expected: str) -> None:
    paris = zoneinfo.ZoneInfo("Europe/Paris")
    page = samples.body(samples.said(f"<t:1772440200{style}>", at=15), time_zone=paris)

    assert f'title="lundi 2 mars 2026 à 09:30:00 UTC+1">{expected}</time>' in page


def test_role_mention_is_written_in_the_role_s_colour() -> None:
    assert '<span class="n c11806a"' in renderer.to_html("<@&400000000000000001>", context())


def test_masked_link_keeps_its_title() -> None:
    html = renderer.to_html('[a](https://example.com "Un <titre>")', context())

    assert html == '<a class="l" href="https://example.com" title="Un &lt;titre&gt;">a</a>'


def test_ordered_list_starts_where_it_starts() -> None:
    assert '<ol start="5">' in renderer.to_html("5. a\n6. b", context())


def test_spoiler_is_a_box_to_tick_so_that_keyboards_open_it() -> None:
    html = renderer.to_html("||a||", context())

    assert html.startswith('<label class="s"><input type="checkbox" aria-label="Spoiler')


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_linear_time(name: str) -> None:
    text = HOSTILE[name]

    def took(times: int) -> float:
        start = time.process_time()
        renderer.to_html(text * times, context())
        return time.process_time() - start

    single = max(0.002, min(took(1) for _ in range(3)))

    assert any(took(8) < 8 * 4 * single for _ in range(6)), (
        "eight times as much takes far more than eight times as long"
    )


_MARKS = strategies.text(alphabet="*_~|`[]()<>@#:-.\n\\ >1atxh/é😀\"'&", max_size=60)


@hypothesis.given(_MARKS)
def test_no_text_becomes_markup_of_its_own(text: str) -> None:
    html = renderer.to_html(text, context())
    tags = {element.tag for element in semantics.parse(html).iter()} - {"DOCUMENT_FRAGMENT"}

    assert tags <= {
        *("a", "blockquote", "code", "div", "em", "h4", "input", "label", "li", "ol", "pre", "s", "small", "span"),
        *("strong", "time", "u", "ul"),
    }


@hypothesis.given(strategies.text(alphabet="*_~|`[]()<>@#:\n\\ é&\"'" + string.ascii_letters, max_size=80))
def test_no_word_of_a_text_is_lost(text: str) -> None:
    read = semantics.text(renderer.to_html(text, context()))
    letters = [character for character in read if character.isalpha()]

    assert letters == [character for character in text if character.isalpha()]


@hypothesis.given(_MARKS)
def test_tags_are_properly_nested(text: str) -> None:
    html = renderer.to_html(text, context())
    open_tags: list[str] = []
    for tag in (piece.partition(">")[0] for piece in html.split("<")[1:]):
        name = tag.split(" ")[0].removeprefix("/")
        if tag.startswith("/"):
            assert open_tags.pop() == name
        elif name != "input":
            open_tags.append(name)

    assert not open_tags
