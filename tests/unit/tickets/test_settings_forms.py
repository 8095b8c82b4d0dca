"""What is put into the fields of a form becomes a value, or is refused."""

from __future__ import annotations

import pytest

from ticketbot.tickets.settings_forms import (
    BLOCK_FORM,
    DEFAULT,
    FORM_BY_NAME,
    PANEL_FORM,
    REPLY_FORM,
    Form,
    InvalidSettingError,
    Kind,
    Setting,
    parse,
)

LINES = Setting(name="choices", kind=Kind.LINES)
SEVERAL = Setting(name="several", kind=Kind.SEVERAL, choices=("a", "b", "c"))
CHOICE = Setting(name="choice", kind=Kind.CHOICE, choices=("a", "b"))
NUMBER = Setting(name="number", kind=Kind.NUMBER, most=10)
SWITCH = Setting(name="switch", kind=Kind.SWITCH)


def of(form: Form, name: str) -> Setting:
    return next(one for one in form.settings if one.name == name)


@pytest.mark.parametrize(
    ("setting", "given", "value"),
    [
        (of(REPLY_FORM, "name"), "  Preuves ", "Preuves"),
        (of(REPLY_FORM, "name"), "default", "default"),
        (of(BLOCK_FORM, "reason"), "  ", None),
        (of(BLOCK_FORM, "reason"), "default", "default"),
        (of(BLOCK_FORM, "members"), ("7", "x", "8", "²"), (7, 8)),
        (of(BLOCK_FORM, "roles"), (), ()),
        (of(PANEL_FORM, "channel_id"), ("501",), 501),
        (of(PANEL_FORM, "topic_ids"), ("1", "2"), (1, 2)),
        (LINES, " a \n\n b", ("a", "b")),
        (SEVERAL, ("c", "a", "x"), ("a", "c")),
        (SEVERAL, (), ()),
        (CHOICE, ("b",), "b"),
        (CHOICE, (DEFAULT,), None),
        (NUMBER, "10", 10),
        (NUMBER, None, None),
        (SWITCH, ("yes",), True),
    ],
)
def test_fields_hold_values(setting: Setting, given: object, value: object) -> None:
    assert parse(setting, given) == value


@pytest.mark.parametrize(
    ("setting", "given"),
    [
        (of(REPLY_FORM, "name"), "  "),
        (of(PANEL_FORM, "channel_id"), ()),
        (of(PANEL_FORM, "channel_id"), ("x",)),
        (CHOICE, ("c",)),
        (NUMBER, "0"),
        (NUMBER, "11"),
        (NUMBER, "٣"),
        (NUMBER, "1" * 5000),
        (SWITCH, ("perhaps",)),
    ],
)
def test_what_is_no_value_is_refused_under_its_name(setting: Setting, given: object) -> None:
    with pytest.raises(InvalidSettingError) as refused:
        parse(setting, given)

    assert refused.value.name == setting.name


def test_no_form_has_more_fields_than_discord_takes() -> None:
    assert all(1 <= len(form.settings) <= 5 for form in FORM_BY_NAME.values())
