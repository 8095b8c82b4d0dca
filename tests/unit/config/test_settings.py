from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ticketbot.config import settings

if TYPE_CHECKING:
    import pathlib

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
