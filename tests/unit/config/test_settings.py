from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING

import pytest

from ticketbot.config import settings

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

NAMES = ("DISCORD_TOKEN", "TICKETBOT_MODE", "TICKETBOT_PORT", "DISCORD_PUBLIC_KEY", "DISCORD_API_URL", "MONGODB_URI")


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_a_token_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")

    read = settings.load()

    assert read.token.get_secret_value() == "secret"
    assert read.mode is settings.Mode.GATEWAY
    assert read.mongodb_uri is None
    assert "secret" not in repr(read)


def test_settings_may_stand_in_a_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=filed\nTICKETBOT_MODE=rest\nUNRELATED=1\n", encoding="utf-8")

    read = settings.load()

    assert read.token.get_secret_value() == "filed"
    assert read.mode is settings.Mode.REST


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TICKETBOT_MODE", "carrier-pigeon"),
        ("TICKETBOT_PORT", "eighty"),
        ("TICKETBOT_PORT", "70000"),
        ("DISCORD_PUBLIC_KEY", "abc"),
        ("DISCORD_API_URL", "not a url"),
        ("TICKETBOT_CALL_SECONDS", "inf"),
        ("TICKETBOT_REQUESTS_PER_SECOND", "inf"),
        ("TICKETBOT_LINGER_SECONDS", "nan"),
        ("TICKETBOT_RECOVERY_SECONDS", "Infinity"),
        ("TICKETBOT_RECOVERY_PATIENCE", "inf"),
    ],
)
def test_wrong_setting_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "hidden-token")
    monkeypatch.setenv(name, value)

    with pytest.raises(settings.SettingsError) as refused:
        settings.load()
    assert name in str(refused.value)
    assert "hidden-token" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_missing_token_is_named() -> None:
    with pytest.raises(settings.SettingsError, match="DISCORD_TOKEN is missing"):
        settings.load()


def test_empty_setting_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "")

    with pytest.raises(settings.SettingsError, match="DISCORD_TOKEN is missing"):
        settings.load()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_file_in_another_encoding_is_named_with_the_line_and_a_remedy(tmp_path: pathlib.Path, encoding: str) -> None:
    (tmp_path / ".env").write_bytes("DISCORD_TOKEN=hidden\n# réglé\n".encode(encoding))

    with pytest.raises(settings.SettingsError) as refused:
        settings.load()
    line = 1 if encoding.startswith("utf-16") else 2
    assert str(refused.value).startswith(f".env: line {line} is not UTF-8")
    assert "save the file as UTF-8" in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_byte_order_mark_is_no_part_of_the_first_name(tmp_path: pathlib.Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=filed\n", encoding="utf-8-sig")

    assert settings.load().token.get_secret_value() == "filed"


def test_line_that_is_no_setting_is_named(tmp_path: pathlib.Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=filed\nTICKETBOT_MODE rest\n", encoding="utf-8")

    with pytest.raises(settings.SettingsError, match=r"^\.env, line 2: this is not NAME=value$"):
        settings.load()


@pytest.mark.parametrize("load", [settings.load, settings.load_store, settings.load_setup_settings])
@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("TICKETBOT_MOD", "did you mean TICKETBOT_MODE?"),
        ("TICKETBOT_DAATA", "did you mean TICKETBOT_DATA?"),
        ("ticketbot_mod", "did you mean TICKETBOT_MODE?"),
        ("TICKETBOT_TOKEN", "the nearest one is "),
    ],
)
def test_misspelt_name_in_the_environment_is_named_with_the_nearest_one(
    monkeypatch: pytest.MonkeyPatch, load: Callable[[], object], name: str, nearest: str
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv(name, "hidden")

    with pytest.raises(
        settings.SettingsError, match=f"^{name.upper()}, in the environment, is not a setting"
    ) as refused:
        load()
    assert nearest in str(refused.value)
    assert "the environment" in str(refused.value)
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("name", ["TICKETBOT_MOD", "MONGODB_URL", "DISCORD_PUBLIK_KEY"])
def test_misspelt_name_in_the_file_is_named(tmp_path: pathlib.Path, name: str) -> None:
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN=filed\n{name}=x\n", encoding="utf-8")

    with pytest.raises(settings.SettingsError, match=rf"^{name}, in \.env, is not a setting; did you mean"):
        settings.load()


def test_names_of_other_programs_are_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    (tmp_path / ".env").write_text(
        "DISCORD_TOKEN=filed\nMONGODB_ROOT_PASSWORD=x\nDISCORD_WEBHOOK=y\n", encoding="utf-8"
    )
    for name in ("MONGODB_URL", "TICKETBOT_TEST_MONGODB_URI", "TICKETBOTS"):
        monkeypatch.setenv(name, "x")

    assert settings.load().token.get_secret_value() == "filed"


def test_no_complaint_speaks_in_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    wrong = {
        "DISCORD_PUBLIC_KEY": "the 64 hexadecimal digits",
        "TICKETBOT_METRICS": "a port or host:port",
        "TICKETBOT_PORT": "a whole number from 0 to 65535",
        "TICKETBOT_SYNC_COMMANDS": "true or false",
        "TICKETBOT_CALL_SECONDS": "greater than 0",
        "TICKETBOT_REQUESTS_PER_SECOND": "a number from 0 up",
        "TICKETBOT_LINGER_SECONDS": "from 0 to 10",
        "TICKETBOT_PUBLIC_URL": "https://",
        "TICKETBOT_TIME_ZONE": "a time zone as in Europe/Paris",
    }
    for name in wrong:
        monkeypatch.setenv(name, "-x:y")

    with pytest.raises(settings.SettingsError) as refused:
        settings.load()
    complaints = str(refused.value).split("; ")
    assert len(complaints) == len(wrong)
    assert all(
        any(c.startswith(f"{name} is wrong: it must be ") and words in c for c in complaints)
        for name, words in wrong.items()
    )
    assert not any(sign in str(refused.value) for sign in "^${}")


@pytest.mark.parametrize(
    ("value", "zone"), [("Europe/Paris", zoneinfo.ZoneInfo("Europe/Paris")), ("UTC", dt.UTC), ("", None)]
)
def test_time_zone_is_one_of_the_iana_database(
    monkeypatch: pytest.MonkeyPatch, value: str, zone: dt.tzinfo | None
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("TICKETBOT_TIME_ZONE", value)

    assert settings.load().time_zone == zone


@pytest.mark.parametrize("value", ["Europe", "../UTC", "Europe/Lutece", "/etc/localtime"])
def test_other_time_zones_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("TICKETBOT_TIME_ZONE", value)

    with pytest.raises(settings.SettingsError, match="TICKETBOT_TIME_ZONE is wrong"):
        settings.load()
