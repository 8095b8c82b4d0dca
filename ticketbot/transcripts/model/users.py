"""Users."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True, cache_hash=True)
class Author:
    """Who wrote a message, as they were called in it."""

    id: int
    name: str
    username: str = ""
    avatar_url: str | None = None
    is_app: bool = False
    is_webhook: bool = False
    is_official: bool = False
    """Whether it is Discord itself."""
