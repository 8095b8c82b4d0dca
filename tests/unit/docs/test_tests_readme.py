"""The guide to the tests names only what exists."""

from __future__ import annotations

import pathlib
import re

import pytest

from tests.harness import scenario, server, simultaneous

ROOT = pathlib.Path(__file__).parents[3]
PAGES = [ROOT / "tests" / "README.md", ROOT / "playground" / "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=["tests", "playground"])
def test_only_files_that_exist_are_named(page: pathlib.Path) -> None:
    named = re.findall(r"`((?:[\w./]+/)?[\w.]+\.(?:py|js|css)|[\w/]+/)`", page.read_text(encoding="utf-8"))
    places = [page.parent, page.parent / "page", page.parent / "chaos", ROOT]

    assert len(named) > 10
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_only_steps_that_exist_are_shown() -> None:
    text = PAGES[0].read_text(encoding="utf-8")
    called = set(re.findall(r"(?:scenario|without_bot|simultaneous)\.(\w+)\(", text))
    known = {*dir(scenario.Scenario), *dir(simultaneous), *dir(server.TicketServer)}

    assert called
    assert called <= known
