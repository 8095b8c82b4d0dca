"""The ways in which Discord's API is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    import hikari


@attrs.frozen(kw_only=True)
class Clients:
    """hikari's REST clients."""

    rest: hikari.api.RESTClient
    """For almost all calls."""
    once: hikari.api.RESTClient
    """Never repeats a request by itself."""
    patient: hikari.api.RESTClient
    """Waits long enough for large uploads."""
