"""Markdown as Discord's desktop client shows it, where that is easily got wrong."""

from __future__ import annotations

import pytest

from ticketbot.transcripts.markdown import renderer
from ticketbot.transcripts.model.transcript import Transcript
from ticketbot.transcripts.rendering.context import RenderContext


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("- a\n  \n  b", "<ul><li>a\n\nb</li></ul>"),
        ("- a\n  \n- b", "<ul><li>a\n</li><li>b</li></ul>"),
        ("- a\n\n- b", "<ul><li>a</li></ul>\n<ul><li>b</li></ul>"),
        ("- a\n  > b", "<ul><li>a\n<blockquote>b</blockquote></li></ul>"),
        ("- a\n1. b", '<ul><li>a</li><li class="li-o" style="counter-set:list-item 1">b</li></ul>'),
        ("2. a\n- b", '<ol start="2"><li>a</li><li class="li-u">b</li></ol>'),
        (
            "1. a\n- b\n2. c\n3. d",
            '<ol><li>a</li><li class="li-u">b</li><li style="counter-set:list-item 2">c</li><li>d</li></ol>',
        ),
        ("- a\n  1. b\n- c", "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>"),
        ("**- a\n- b** c", "<strong><ul><li>a</li><li>b</li></ul></strong> c"),
        ("**__1. a__**", "<strong><u><ol><li>a</li></ol></u></strong>"),
        ("*- a*", "<em><ul><li>a</li></ul></em>"),
        ("_- a_", "<em><ul><li>a</li></ul></em>"),
        ("~~- a~~", "<s><ul><li>a</li></ul></s>"),
        ("x **- a**", "x <strong>- a</strong>"),
        ("**- a", "**- a"),
        ("> - a\n> - b", "<blockquote><ul><li>a</li><li>b</li></ul></blockquote>"),
        ("# # a", '<h4 class="h1"># a</h4>'),
        ("-# -# a", "<small>-# a</small>"),
        ("# - a", '<h4 class="h1">- a</h4>'),
        ("0. a", "<ol><li>a</li></ol>"),
        ("3. a", '<ol start="3"><li>a</li></ol>'),
        ("[👍](https://a.b/c)", '[👍](<a href="https://a.b/c">https://a.b/c</a>)'),
        ("[👍 ok](https://a.b)", '<a class="l" href="https://a.b">👍 ok</a>'),
        ("```py\r\nx\r\n```", '<div class="k"><pre><code>x</code></pre></div>'),
        ("# a\r\nb", '<h4 class="h1">a</h4>b'),
        ("____", "____"),
    ],
)
def test_text_is_shown_as_the_desktop_client_does(text: str, html: str) -> None:
    assert renderer.to_html(text, RenderContext(Transcript(messages=()), "")).strip("\n") == html
