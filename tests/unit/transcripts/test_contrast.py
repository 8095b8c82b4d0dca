"""Contrast of the colours that axe cannot decide on: text over pictures' places, highlights, overlaps and emojis."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from ticketbot.transcripts.rendering import colors

CSS = resources.files("ticketbot.transcripts.rendering").joinpath("templates", "page.css").read_text(encoding="utf-8")
PAIRS = {
    name: (light, dark) for name, light, dark in re.findall(r"--(\w+):light-dark\((#[0-9a-f]+),(#[0-9a-f]+)\)", CSS)
}
HIGHLIGHT = re.search(
    r"::highlight\(hit\)\{background:light-dark\((#\w+),(#\w+)\);color:light-dark\((#\w+),(#\w+)\)", CSS
)
AVATARS = ["#4752c4", *re.findall(r"\.a[1-5]\{background-color:(#\w+)\}", CSS)]
ENOUGH = 4.5
"""WCAG 2.2, 1.4.3: text of ordinary size."""


def contrast(first: str, second: str) -> float:
    return colors.contrast(_number(first), _number(second))


def _number(color: str) -> int:
    digits = color[1:]
    return int(digits if len(digits) == 6 else "".join(digit * 2 for digit in digits), 16)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [(text, ground) for text in ("text", "soft", "link") for ground in ("bg", "card", "hit")]
    + [("marktext", "mark"), ("text", "mark")],
)
def test_text_can_be_read_on_each_ground(text: str, ground: str, scheme: int) -> None:
    assert contrast(PAIRS[text][scheme], PAIRS[ground][scheme]) >= ENOUGH


@pytest.mark.parametrize("ground", AVATARS)
def test_initials_can_be_read(ground: str) -> None:
    assert len(AVATARS) == 6
    assert contrast("#fff", ground) >= ENOUGH


def test_highlighted_words_can_be_read() -> None:
    assert HIGHLIGHT is not None
    light_ground, dark_ground, light, dark = HIGHLIGHT.groups()

    assert contrast(light_ground, light) >= ENOUGH
    assert contrast(dark_ground, dark) >= ENOUGH


@pytest.mark.parametrize("color", [0x000000, 0xFFFFFF, 0x2ECC71, 0xF4A6C1, 0xFFFF00, 0x0000FF, 0x808080])
def test_names_can_be_read_in_any_colour_of_a_role(color: int) -> None:
    for scheme, shown in enumerate(colors.readable(color)):
        for ground in ("bg", "card"):
            assert contrast(shown, PAIRS[ground][scheme]) >= ENOUGH
