from __future__ import annotations

import pytest

from ticketbot.tickets import setting_values


@pytest.mark.parametrize("typed", ["#f4a6c1", "F4A6C1", " 0xF4A6C1 "])
def test_colour_is_read_in_each_way_of_writing_it(typed: str) -> None:
    assert setting_values.color(typed) == "#F4A6C1"


@pytest.mark.parametrize("typed", ["", "#fff", "rose", "#F4A6C1F", "#F4A6CG"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="colour"):
        setting_values.color(typed)


@pytest.mark.parametrize("typed", ["Europe/Paris", "UTC", "America/Argentina/Buenos_Aires"])
def test_time_zone_is_known_by_its_name(typed: str) -> None:
    assert setting_values.time_zone(typed) == typed


@pytest.mark.parametrize("typed", ["", "Europe", "Paris", "/etc/passwd", "../UTC", "x\0"])
def test_what_is_no_time_zone_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        setting_values.time_zone(typed)
