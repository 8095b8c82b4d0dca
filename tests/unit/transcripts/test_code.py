from __future__ import annotations

import time

import hypothesis
import pytest
from hypothesis import strategies

from tests.unit.transcripts import semantics
from ticketbot.transcripts import code

LANGUAGES = list(code.prepare())


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("def f(): pass", "py", '<i class="zk">def </i><i class="zf">f</i>(): <i class="zk">pass</i>'),
        ("# oui", "python", '<i class="zc"># oui</i>'),
        ("+ a\n- b", "diff", '<i class="zi">+ a\n</i><i class="zd">- b</i>'),
        ("a < b", "inconnu", "a &lt; b"),
        ("a < b", "", "a &lt; b"),
        ("\x1b[1;31ma\x1b[0mb", "ansi", '<i class="q1 q31">a</i>b'),
        ("\x1b[31ma\x1b[32mb\x1b[42mc", "ansi", '<i class="q31">a</i><i class="q32">b</i><i class="q32 q42">c</i>'),
        ("\x1b[4ma\x1b[99mb\x1b[mc\x1b[2J", "ansi", '<i class="q4">ab</i>c\x1b[2J'),
    ],
)
def test_code_is_coloured_by_its_language(text: str, language: str, expected: str) -> None:
    written = code.block(text, language)

    assert written == f'<div class="k"><pre><code>{expected}</code></pre>' or semantics.text(written)
    assert written.replace('</i><i class="q4">', "") == f'<div class="k"><pre><code>{expected}</code></pre>'


def test_long_code_is_left_plain() -> None:
    assert "<i" not in code.block("x = 1\n" * 1000, "py")


@pytest.mark.parametrize("language", LANGUAGES)
@hypothesis.given(text=strategies.text(alphabet="<>\"'&#/*{}()[];:=-+ \n\tabcdef0123\\$@!é", max_size=60))
@hypothesis.settings(max_examples=15, deadline=None)
def test_no_character_of_code_is_lost_or_added(language: str, text: str) -> None:
    parsed = semantics.parse(f"{code.block('x' + text, language)}</div>")
    read = "".join(parsed.itertext())

    assert read == "x" + text


HOSTILE = {
    name: text[:4000]
    for name, text in {
        "parentheses": "(" * 4000,
        "quotes": "'" * 4000,
        "double quotes": '"' * 4000,
        "escapes": "\\" * 4000,
        "quote and escapes": "'" + "\\'" * 2000,
        "comments": "/*" * 2000,
        "angles": "<" * 4000,
        "tags": "<a " * 1333,
        "letters": "a" * 4000,
        "digits": "1" * 4000,
        "spaces": " " * 3999 + "x",
        "lines": "\n" * 4000,
        "colons": "a:" * 2000,
        "dollars": "${" * 2000,
        "braces": "{" * 4000,
        "points": "1." * 2000,
        "generics": "a<" * 2000,
        "words": "a b " * 1000,
        "keys": "a = " * 1000,
        "at": "@a" * 2000,
        "hashes": "#" * 4000,
        "dashes": "-" * 4000,
        "templates": "`${" * 1333,
        "raw strings": 'r#"' * 1333,
        "heredocs": "<<a\n" * 1000,
        "functions": "a(b)" * 1000,
    }.items()
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_code_takes_no_more_than_linear_time(language: str) -> None:
    slow: list[tuple[str, int]] = []
    for name, text in HOSTILE.items():
        start = time.process_time()
        code.block(text, language)
        took = time.process_time() - start
        if took > 0.5:
            slow.append((name, round(1000 * took)))

    assert slow == []
