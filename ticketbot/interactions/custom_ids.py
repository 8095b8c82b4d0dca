"""Custom ids: a fixed base, and for some bases one argument, as in ``ticket:open:77``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.interactions.routes import Route

LIMIT = 100
"""Characters of a custom id, at most. Source: Discord's documentation, "Component Reference", "Custom ID"."""


class BaseCustomId(str):
    """A custom id without its argument, which is in ``argument``: miru compares custom ids as a whole."""

    __slots__ = ("argument",)
    argument: str

    def __new__(cls, base: str, argument: str) -> Self:
        """Return the base, with its argument."""
        custom_id = super().__new__(cls, base)
        custom_id.argument = argument
        return custom_id


def find_route(custom_id: str, routes: Mapping[str, Route]) -> tuple[Route | None, str | None]:
    """Return the route of a custom id and its argument; (None, None) where this version knows none.

    An exact match comes first: ``ticket:delete:confirm`` is an id of its own, not ``ticket:delete`` with an argument.
    """
    base = without_argument(custom_id, routes)
    return routes.get(base), base.argument if isinstance(base, BaseCustomId) else None


def without_argument(custom_id: str, routes: Mapping[str, Route]) -> str:
    """Return the base of a custom id, as a ``BaseCustomId``, or the id as it is if it has no argument or no route."""
    base, _, argument = custom_id.rpartition(":")
    route = routes.get(base)
    if custom_id in routes or route is None or route.argument is None or not argument:
        return custom_id
    return BaseCustomId(base, argument)


def with_argument(base: str, argument: object) -> str:
    """Return the custom id of a base with an argument.

    Raises
    ------
    ValueError
        The argument is empty or holds a colon, or the id is longer than Discord allows.
    """
    text = str(argument)
    if not text or ":" in text:
        raise ValueError("an argument is not empty and holds no colon")
    custom_id = f"{base}:{text}"
    if len(custom_id) > LIMIT:
        raise ValueError(f"a custom id has at most {LIMIT} characters")
    return custom_id
