from __future__ import annotations

import time
from typing import Final

import hypothesis
import pytest
from hypothesis import strategies

from tests.unit.transcripts import semantics
from ticketbot.transcripts.markdown import highlight, lexers


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("def f(): pass", "py", '<i class="zk">def</i> <i class="zf">f</i>(): <i class="zk">pass</i>'),
        ("# oui", "python", '<i class="zc"># oui</i>'),
        ('x = """a\nb"""', "py", 'x = <i class="zs">&quot;&quot;&quot;a\nb&quot;&quot;&quot;</i>'),
        ("@a.b\n1_000 + 0xFF", "py", '<i class="za">@a.b</i>\n<i class="zn">1_000</i> + <i class="zn">0xFF</i>'),
        ("let a = `b`; // c", "js", '<i class="zk">let</i> a = <i class="zs">`b`</i>; <i class="zc">// c</i>'),
        ("/* a\nb", "c", '<i class="zc">/* a\nb</i>'),
        (
            "#include <a>\nint x = 'a';",
            "c",
            '<i class="za">#include</i> &lt;a&gt;\n<i class="zk">int</i> x = <i class="zs">&#39;a&#39;</i>;',
        ),
        ("return null", "java", '<i class="zk">return</i> <i class="zb">null</i>'),
        (
            '{"a": [1, true]}',
            "json",
            '{<i class="za">&quot;a&quot;</i>: [<i class="zn">1</i>, <i class="zb">true</i>]}',
        ),
        ("a: b # c", "yaml", '<i class="za">a</i>: b <i class="zc"># c</i>'),
        ("[a]\nb = 1", "ini", '<i class="zf">[a]</i>\n<i class="za">b</i> = <i class="zn">1</i>'),
        ("SELECT a FROM b -- c", "sql", '<i class="zk">SELECT</i> a <i class="zk">FROM</i> b <i class="zc">-- c</i>'),
        ("echo $A # b", "bash", '<i class="zk">echo</i> <i class="za">$A</i> <i class="zc"># b</i>'),
        ("a { color: #fff }", "css", 'a { <i class="za">color</i>: <i class="zn">#fff</i> }'),
        (
            '<a b="c">d\'e</a>',
            "html",
            '<i class="zk">&lt;a</i> b<i class="zs">=&quot;c&quot;</i><i class="zk">&gt;</i>d&#39;e<i class="zk">&lt;/a&gt;</i>',  # noqa: E501
        ),
        ("+ a\n- b\n  c", "diff", '<i class="zi">+ a</i>\n<i class="zd">- b</i>\n  c'),
        ("a < b", "inconnu", "a &lt; b"),
        ("a < b", "", "a &lt; b"),
        ("\x1b[1;31ma\x1b[0mb", "ansi", '<i class="q1 q31">a</i>b'),
        ("\x1b[31ma\x1b[32mb\x1b[42mc", "ansi", '<i class="q31">a</i><i class="q32">b</i><i class="q32 q42">c</i>'),
        ("\x1b[4ma\x1b[99mb\x1b[mc\x1b[2J", "ansi", '<i class="q4">a</i><i class="q4">b</i>c\x1b[2J'),
    ],
)
def test_code_is_coloured_by_its_language(text: str, language: str, expected: str) -> None:
    assert highlight.block(text, language) == f'<div class="k"><pre><code>{expected}</code></pre>'


@pytest.mark.parametrize("language", lexers.NAMES)
@hypothesis.given(text=strategies.text(alphabet="<>\"'&#/*{}()[];:=-+ \n\tabcdef0123\\$@!é`", max_size=60))
@hypothesis.settings(max_examples=15, deadline=None)
def test_no_character_of_code_is_lost_or_added(language: str, text: str) -> None:
    parsed = semantics.parse(f"{highlight.block(f'x{text}', language)}</div>")

    assert "".join(parsed.itertext()) == f"x{text}"


HOSTILE: Final = {
    "parentheses": "(",
    "quotes": "'",
    "double quotes": '"',
    "escapes": "\\",
    "escaped quotes": "\\'",
    "comments": "/*",
    "half comments": "/* *",
    "markup comments": "<!--",
    "angles": "<",
    "tags": "<a ",
    "letters": "a",
    "digits": "1",
    "points": "1.",
    "spaces": " ",
    "space and letter": "                                        x",
    "lines": "\n",
    "colons": "a:",
    "dollars": "${",
    "braces": "{",
    "brackets": "[",
    "sections": "[\n",
    "words": "a b ",
    "keys": "a = ",
    "at": "@a",
    "hashes": "#",
    "dashes": "-",
    "lua": "--[[",
    "templates": "`${",
    "texts": '"""',
    "functions": "a(b)",
    "equals": "= ",
}


@pytest.mark.parametrize("language", lexers.NAMES)
def test_hostile_code_takes_linear_time(language: str) -> None:
    def took(text: str) -> float:
        start = time.process_time()
        highlight.block(text, language)
        return time.process_time() - start

    slow: list[str] = []
    for name, text in HOSTILE.items():
        single = max(0.002, min(took(text * (1500 // len(text))) for _ in range(2)))
        if all(took(text * (12_000 // len(text))) > 8 * 4 * single for _ in range(6)):
            slow.append(name)

    assert slow == []


def test_block_of_more_than_twenty_lines_is_folded() -> None:
    short, long = "x\n" * 19 + "x", "x\n" * 20 + "x"

    assert highlight.block(short, "", fold="<fold>") == f'<div class="k"><pre><code>{short}</code></pre>'
    assert highlight.block(long, "", fold="<fold>") == (
        f'<div class="k"><fold><pre tabindex="0"><code>{long}</code></pre>'
    )
