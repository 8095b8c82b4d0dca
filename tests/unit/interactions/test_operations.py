"""What forged buttons hold is refused, before anything is looked up."""

from __future__ import annotations

import pytest

from ticketbot.interactions.settings import operations
from ticketbot.tickets.errors import UnknownInteractionError


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("expose", ["1"]),
        ("expose", ["1", "2", "3"]),
        ("expose", ["1", "x"]),
        ("up", []),
        ("really-delete", ["1", "2"]),
        ("section-up", ["1", "0"]),
        ("enable", ["9" * 20]),
        ("enable", ["²"]),
        ("other", ["1"]),
    ],
)
def test_wrong_arguments_of_an_operation_are_refused(operation: str, arguments: list[str]) -> None:
    with pytest.raises(UnknownInteractionError):
        operations.arguments_of(operation, arguments)


def test_arguments_of_an_operation_are_its_numbers() -> None:
    assert operations.arguments_of("expose", ["1", "2"]) == [1, 2]
    assert operations.arguments_of("question-delete", ["1", "0", "77"]) == [1, 0, 77]
