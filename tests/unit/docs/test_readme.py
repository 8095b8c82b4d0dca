from __future__ import annotations

import re

from tests.unit.docs import settings_table
from ticketbot.config import settings
from ticketbot.tickets.permissions import NEEDED_IN_ALL

README = settings_table.README.read_text(encoding="utf-8")


def test_invitation_asks_for_exactly_the_permissions_needed() -> None:
    assert re.findall(r"permissions=(\d+)", README) == [str(int(NEEDED_IN_ALL))]


def test_every_setting_is_documented() -> None:
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", README, flags=re.MULTILINE))

    assert rows == set(settings.documentation())


def test_table_of_settings_is_made_from_their_descriptions() -> None:
    assert settings_table.renewed(README) == README, "nox -s settings renews it"
