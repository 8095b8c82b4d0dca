"""Which stores a story is told on."""

from __future__ import annotations

import pytest

ON_BOTH_STORES = pytest.mark.parametrize("store", ["sqlite", "mongodb"], indirect=True)
"""For a story that depends on how the store saves; the others are told on SQLite alone."""
