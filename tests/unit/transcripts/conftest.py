from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.transcripts.browser import Browser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with Browser() as running:
        yield running
