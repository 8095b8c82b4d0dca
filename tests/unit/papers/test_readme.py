from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING

from pydantic import AliasChoices

from ticketbot.config.settings import Settings
from ticketbot.tickets.permissions import NEEDED_IN_ALL

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

README = (pathlib.Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")


def test_invitation_asks_for_exactly_the_permissions_needed() -> None:
    assert re.findall(r"permissions=(\d+)", README) == [str(int(NEEDED_IN_ALL))]


def test_every_setting_is_documented() -> None:
    names = {str(choice) for field in Settings.model_fields.values() for choice in _names(field)}
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", README, flags=re.MULTILINE))

    assert rows == names


def _names(field: FieldInfo) -> list[str | int]:
    assert isinstance(field.validation_alias, AliasChoices)
    return [choice for choice in field.validation_alias.choices if isinstance(choice, str)]
