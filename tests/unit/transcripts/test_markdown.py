from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.transcripts import semantics
from ticketbot.transcripts import markdown
from ticketbot.transcripts.model import Names, Role, Transcript
from ticketbot.transcripts.writing.scribe import Scribe

EXAMPLES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "fixtures" / "markdown_examples.json").read_text(encoding="utf-8")
)


def scribe() -> Scribe:
    context = EXAMPLES["context"]
    names = Names(
        users={int(key): name for key, name in context["users"].items()},
        roles={int(key): Role(name=name, color=0x11806A) for key, name in context["roles"].items()},
        channels={int(key): name for key, name in context["channels"].items()},
    )
    return Scribe(Transcript(messages=(), names=names), "transcript")


def meaning(text: str) -> str:
    return semantics.canonical(markdown.to_html(text, scribe()))


@pytest.mark.parametrize("case", EXAMPLES["cases"], ids=[case["id"] for case in EXAMPLES["cases"]])
def test_examples_mean_what_they_say(case: dict[str, Any]) -> None:
    html = markdown.to_html(case["input"], scribe())

    assert semantics.canonical(html) in case["semantic"]
    if case["expect_text"] is not None:
        assert semantics.text(html) == " ".join(case["expect_text"].split())
