"""No text takes more than linear time: counted in lines of Python that run, not in seconds."""

from __future__ import annotations

import itertools

import pytest

from tests.unit.transcripts import steps


@pytest.mark.parametrize(
    "marker", ["___a", "*a", "[a", "__a _b", "||a", "a_", "`a``b", "**- a\n", "*- a\n", "- a\n1. b\n", "<t:1:", "~~a||"]
)
def test_steps_of_known_hostile_texts_are_linear(marker: str) -> None:
    assert steps.slow([[marker]]) == []


def test_no_combination_of_a_sample_takes_more_than_linear_time() -> None:
    # all of them take a quarter of an hour: tests/chaos/test_hostile_texts.py
    pairs = itertools.islice(itertools.product(steps.MARKERS, repeat=2), 0, None, 3)
    triples = itertools.islice(itertools.product(steps.MARKERS, repeat=3), 0, None, 197)
    assert steps.slow([*pairs, *triples]) == []
