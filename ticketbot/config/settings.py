"""What whoever runs the bot sets: read once, from the environment and ``.env``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeVar

import platformdirs
from pydantic import AliasChoices, Field, HttpUrl, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ticketbot.config.logs import LogFormat, LogLevel

_T = TypeVar("_T", bound=BaseSettings)
_PublicKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]


_NO_TOKEN: Final = "DISCORD_TOKEN is missing"  # noqa: S105 - that is none
_DISCORD: Final = HttpUrl("https://discord.com/api/v10")


class Mode(StrEnum):
    """How interactions reach the bot."""

    GATEWAY = "gateway"
    """Over a websocket that the bot opens: needs no public address."""
    REST = "rest"
    """By signed HTTP requests from Discord: needs a public https address."""


class SettingsError(Exception):
    """A setting is missing or wrong; the text says which, and what it should be."""


class NoTokenError(SettingsError):
    """There is no token: this is the first start, or one in another folder."""


def _named(name: str) -> AliasChoices:
    return AliasChoices(name)


class StoreSettings(BaseSettings):
    """Where the store is: all that moving its contents needs."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, env_ignore_empty=True
    )

    mongodb_uri: SecretStr | None = Field(default=None, validation_alias=_named("MONGODB_URI"))
    mongodb_database: str = Field(default="ticketbot", validation_alias=_named("MONGODB_DATABASE"), min_length=1)
    data: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("ticketbot")), validation_alias=_named("TICKETBOT_DATA")
    )


class Settings(StoreSettings):
    """All settings; the README lists them."""

    token: SecretStr = Field(validation_alias=_named("DISCORD_TOKEN"), min_length=1)
    public_key: _PublicKey | None = Field(default=None, validation_alias=_named("DISCORD_PUBLIC_KEY"))
    api_url: HttpUrl = Field(default=_DISCORD, validation_alias=_named("DISCORD_API_URL"))
    media_url: HttpUrl | None = Field(default=None, validation_alias=_named("DISCORD_MEDIA_URL"))
    mode: Mode = Field(default=Mode.GATEWAY, validation_alias=_named("TICKETBOT_MODE"))
    host: str = Field(default="127.0.0.1", validation_alias=_named("TICKETBOT_HOST"), min_length=1)
    port: int = Field(default=8080, validation_alias=_named("TICKETBOT_PORT"), ge=0, le=65535)
    params: Path | None = Field(default=None, validation_alias=_named("TICKETBOT_PARAMS"))
    public_url: HttpUrl | None = Field(default=None, validation_alias=_named("TICKETBOT_PUBLIC_URL"))
    log_format: LogFormat = Field(default=LogFormat.TEXT, validation_alias=_named("TICKETBOT_LOG_FORMAT"))
    log_level: LogLevel = Field(default=LogLevel.INFO, validation_alias=_named("TICKETBOT_LOG_LEVEL"))
    metrics: str | None = Field(
        default=None,
        validation_alias=_named("TICKETBOT_METRICS"),
        pattern=r"^((\[[0-9a-fA-F:.]+\]|[^\s:\[\]]+):)?[0-9]{1,5}$",
    )
    sync_commands: bool = Field(default=True, validation_alias=_named("TICKETBOT_SYNC_COMMANDS"))
    call_seconds: float = Field(default=10.0, validation_alias=_named("TICKETBOT_CALL_SECONDS"), gt=0)
    linger: float = Field(default=0.0, validation_alias=_named("TICKETBOT_LINGER_SECONDS"), ge=0, le=10)
    recovery_patience: float = Field(default=60.0, validation_alias=_named("TICKETBOT_RECOVERY_PATIENCE"), gt=0)
    recovery_interval: float = Field(default=60.0, validation_alias=_named("TICKETBOT_RECOVERY_SECONDS"), gt=0)

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Host and port for figures; None when they are off. Without a host it is the loopback."""
        if self.metrics is None:
            return None
        host, _, port = self.metrics.rpartition(":")
        return host.strip("[]") or "127.0.0.1", int(port)


class Surroundings(BaseSettings):
    """What setting up may find in the environment; files are not looked at."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    token: SecretStr | None = Field(default=None, validation_alias=_named("DISCORD_TOKEN"))
    mongodb_uri: SecretStr | None = Field(default=None, validation_alias=_named("MONGODB_URI"))
    api_url: HttpUrl = Field(default=_DISCORD, validation_alias=_named("DISCORD_API_URL"))


def load(file: Path = Path(".env")) -> Settings:
    """Read the settings from the environment, and what is not there from a file.

    Raises
    ------
    NoTokenError
        All that is missing is the token.
    SettingsError
        One is missing or wrong. The text never holds a value: it could be a secret.
    """
    return _read(Settings, file)


def load_store() -> StoreSettings:
    """Read where the store is, and nothing else.

    Raises
    ------
    SettingsError
        One is wrong.
    """
    return _read(StoreSettings)


def load_surroundings() -> Surroundings:
    """Read what setting up needs to know.

    Raises
    ------
    SettingsError
        One is wrong.
    """
    return _read(Surroundings, None)


def _read(kind: type[_T], file: Path | None = Path(".env")) -> _T:
    try:
        return kind(_env_file=file)  # the fields come from the environment
    except ValidationError as error:
        complaints = [
            _complaint(detail["loc"], detail["type"], detail["msg"]) for detail in error.errors(include_input=False)
        ]
        complain = NoTokenError if complaints == [_NO_TOKEN] else SettingsError
        raise complain("; ".join(complaints)) from None


def _complaint(location: tuple[int | str, ...], kind: str, message: str) -> str:
    name = str(location[0])
    return f"{name} is missing" if kind == "missing" else f"{name} is wrong: {message}"
