from __future__ import annotations

from typing import Any

import hikari
import pytest

from ticketbot.discord import commands

OURS: dict[str, Any] = {
    "name": "ticket-config",
    "description": "Configurer",
    "type": hikari.CommandType.SLASH,
    "contexts": [0],
    "default_member_permissions": 8,
    "nsfw": False,
    "options": [
        {"type": 7, "name": "salon", "description": "Le salon", "required": True, "channel_types": [0], "choices": []}
    ],
}
THEIRS: dict[str, Any] = {
    "id": "1",
    "application_id": "2",
    "version": "3",
    "name": "ticket-config",
    "name_localizations": None,
    "description": "Configurer",
    "description_localizations": None,
    "type": 1,
    "contexts": [0],
    "integration_types": [0],
    "default_member_permissions": "8",
    "nsfw": False,
    "options": [{"type": 7, "name": "salon", "description": "Le salon", "required": True, "channel_types": [0]}],
}


def test_what_stands_as_registered_is_the_same() -> None:
    assert commands.same(OURS, THEIRS)


def test_what_does_not_stand_differs() -> None:
    assert not commands.same(OURS, None)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("description", "Autre"),
        ("default_member_permissions", None),
        ("default_member_permissions", "16"),
        ("contexts", None),
        ("nsfw", True),
        ("options", []),
        ("options", [{**THEIRS["options"][0], "channel_types": [0, 5]}]),
        ("options", [{**THEIRS["options"][0], "required": False}]),
        ("description_localizations", {"en-US": "Configure"}),
    ],
)
def test_each_change_is_seen(key: str, value: object) -> None:
    assert not commands.same(OURS, {**THEIRS, key: value})


def test_translations_that_say_the_same_are_none() -> None:
    assert commands.same(OURS, {**THEIRS, "name_localizations": {"fr": "ticket-config"}})
    assert commands.same({**OURS, "description_localizations": {"fr": "Configurer"}}, THEIRS)
    assert not commands.same({**OURS, "description_localizations": {"fr": "Régler"}}, THEIRS)
