"""The markup of the page of every kind of message: it changes on purpose only.

``nox -s golden`` writes ``golden.html`` anew, when the page is meant to look or to read otherwise: look at its
difference, and at what ``nox -s gallery`` draws, before both are committed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import attrs

from tests.unit.transcripts import gallery, pictures, samples
from ticketbot.transcripts.model.media import Inlined

PATH: Final = Path(__file__).with_name("golden.html")

_SCRIPT: Final = re.compile(r"(?<=<script>).*?(?=</script>)|(?<='sha256-)[\w+/=]+", re.DOTALL)
_STYLE: Final = re.compile(r"(?<=<style>).*?\n@media print[^\n]*", re.DOTALL)
_MESSAGE: Final = re.compile(r'(?=<(?:article|div class="m["\s]))')


def page() -> str:
    """Render every kind of message, each on lines of its own; style, script and files stand elsewhere in full."""
    media = {
        url: attrs.evolve(found, content=b"\0")
        if isinstance(found, Inlined) and not found.content_type.startswith("text/")
        else found
        for url, found in pictures.media(samples.MESSAGES).items()
    }
    whole = _STYLE.sub("…", _SCRIPT.sub("…", gallery.page(media=media)))
    return _MESSAGE.sub("\n", whole)


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
