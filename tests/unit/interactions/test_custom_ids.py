from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ticketbot.interactions import custom_ids
from ticketbot.interactions.routes import Route

if TYPE_CHECKING:
    from ticketbot.interactions.responder import Responder
    from ticketbot.tickets.model import Request


async def do_nothing(_request: Request, _responder: Responder) -> None: ...


OPEN = Route(name="open", handler=do_nothing, argument="topic")
DELETE = Route(name="delete", handler=do_nothing)
CONFIRM = Route(name="delete:confirm", handler=do_nothing)
ROUTES = {"ticket:open": OPEN, "ticket:delete": DELETE, "ticket:delete:confirm": CONFIRM}


@pytest.mark.parametrize(
    ("custom_id", "expected"),
    [
        ("ticket:open", (OPEN, None)),
        ("ticket:open:77", (OPEN, "77")),
        ("ticket:delete", (DELETE, None)),
        ("ticket:delete:confirm", (CONFIRM, None)),
        ("ticket:delete:77", (None, None)),
        ("ticket:open:", (None, None)),
        ("ticket:open:7:8", (None, None)),
        ("ticket", (None, None)),
        ("", (None, None)),
    ],
)
def test_custom_id_leads_to_its_route(custom_id: str, expected: tuple[Route | None, str | None]) -> None:
    assert custom_ids.find_route(custom_id, ROUTES) == expected


def test_custom_id_with_an_argument_is_found_again() -> None:
    assert custom_ids.find_route(custom_ids.with_argument("ticket:open", 12), ROUTES) == (OPEN, "12")


@pytest.mark.parametrize("argument", ["", "a:b", "x" * 100])
def test_argument_that_would_not_be_found_again_is_refused(argument: str) -> None:
    with pytest.raises(ValueError, match=r"argument|characters"):
        custom_ids.with_argument("ticket:open", argument)
