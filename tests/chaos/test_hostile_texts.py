"""Texts that are meant to take long: whatever a member writes, a transcript keeps nobody waiting."""

from __future__ import annotations

import itertools

import pytest

from tests.unit.transcripts import steps


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("first", steps.MARKERS, ids=repr)
def test_no_pair_or_triple_of_markers_takes_more_than_linear_time(first: str) -> None:
    rests = itertools.chain.from_iterable(itertools.product(steps.MARKERS, repeat=length) for length in (1, 2))
    assert steps.slow((first, *rest) for rest in rests) == []
