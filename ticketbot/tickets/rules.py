"""Rules that a server's settings may break."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence


class Rule(StrEnum):
    """What settings may break, in an enumeration for each kind of them; texts name each ``settings_rule_<value>``."""


@attrs.frozen(kw_only=True)
class Violation:
    """A rule that is broken, and what breaks it, unless that is all of its kind together."""

    rule: Rule
    topic: str = ""
    """A topic's name."""
    question: str = ""
    """The label of one of its questions."""
    reply: str = ""
    """A canned reply's name."""


class BrokenRulesError(Exception):
    """Settings that are to be saved break rules; ``violations`` are what is wrong."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(violations)
        self.violations = violations
