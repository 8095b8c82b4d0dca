"""French typography: no-break spaces before high punctuation and inside of quotation marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_APART: Final = re.compile(r" (?=[!?;»]|:(?:\s|$))|(?<=«) ")
"""The spaces before high signs, and those inside of quotation marks; no emoji's name begins like that."""


def typeset(texts: Mapping[str, str]) -> dict[str, str]:
    """Return texts with no-break spaces where French punctuation wants them, for texts typed with plain ones."""
    return {key: _APART.sub("\N{NO-BREAK SPACE}", text) for key, text in texts.items()}
