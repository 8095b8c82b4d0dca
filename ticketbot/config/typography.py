"""French typography: no line begins with a sign that a space stands before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_APART: Final = re.compile(r" (?=[!?;»]|:(?:\s|$))|(?<=«) ")
"""The spaces before high signs, and those inside of quotation marks; no emoji's name begins like that."""


def typeset(texts: Mapping[str, str]) -> dict[str, str]:
    """Let texts that were typed with plain spaces keep their signs with the words that they belong to."""
    return {key: _APART.sub("\N{NO-BREAK SPACE}", text) for key, text in texts.items()}
