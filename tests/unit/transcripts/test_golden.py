"""That the page's markup changes on purpose only; what it must hold is proved elsewhere, token by token."""

from __future__ import annotations

import difflib

from tests.unit.transcripts import golden


def test_markup_is_as_it_was_looked_at() -> None:
    before, now = golden.PATH.read_text(encoding="utf-8").splitlines(), golden.page().splitlines()

    changed = "\n".join(
        line[:300] for line in difflib.unified_diff(before, now, "golden.html", "now", n=0, lineterm="")
    )
    assert not changed, f"if that is meant, `nox -s golden` renews it:\n{changed[:6000]}"
