"""The settings of whoever runs the bot, read once at the start from the environment and from ``.env``.

Each is described where it is declared; the commented ``.env`` that ``ticketbot setup`` writes and the table in the
README are made from these descriptions.
"""

from __future__ import annotations

import difflib
import io
import os
from datetime import tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, cast

import attrs
import platformdirs
from dotenv import parser as dotenv_parser
from pydantic import AliasChoices, Field, HttpUrl, PlainValidator, SecretStr, StringConstraints, ValidationError
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict

from ticketbot import time_zones
from ticketbot.config import text_files
from ticketbot.config.logs import LogFormat, LogLevel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic.fields import FieldInfo

_T = TypeVar("_T", bound=BaseSettings)
_PublicKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]
_TimeZone = Annotated[tzinfo, PlainValidator(time_zones.find)]

_TOKEN_IS_MISSING: Final = "DISCORD_TOKEN is missing"  # noqa: S105 - that is none
_DISCORD: Final = HttpUrl("https://discord.com/api/v10")
_FILE: Final = Path(".env")

_OURS: Final = ("TICKETBOT_",)
_SHARED: Final = ("DISCORD_", "MONGODB_")
"""What names of other programs may begin with too: there, only one that is nearly ours counts as misspelt."""
_OF_TESTS: Final = "TICKETBOT_TEST_"
_NEARLY: Final = 0.85
"""How similar a name is to one of ours that is taken for it; 1 is the same."""

_SECONDS: Final = "a number of seconds greater than 0"


class Mode(StrEnum):
    """How interactions reach the bot."""

    GATEWAY = "gateway"
    """Over a websocket that the bot opens: needs no public address."""
    REST = "rest"
    """By signed HTTP requests from Discord: needs a public https address."""


class SettingsError(Exception):
    """A setting is missing or wrong; the text says which, and what it must be."""


class NoTokenError(SettingsError):
    """There is no token: this is the first start, or one in another folder."""


def _setting(name: str, description: str, *, expects: str, unset: str = "none", **bounds: Any) -> Any:  # noqa: ANN401 - pydantic's own type
    """Declare a setting: its name in the environment, what it means, and what a value must be.

    ``unset`` stands in the README where there is no default that could be typed.
    """
    return Field(
        validation_alias=AliasChoices(name),
        description=description,
        json_schema_extra={"expects": expects, "unset": unset},
        **bounds,
    )


class StoreSettings(BaseSettings):
    """Where the store is: all that moving its contents needs."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8-sig", extra="ignore", frozen=True, env_ignore_empty=True
    )

    mongodb_uri: SecretStr | None = _setting(
        "MONGODB_URI",
        "a MongoDB server, for several processes or hosts; without it an embedded store is used",
        expects="an address as in mongodb://host/?replicaSet=rs0",
        default=None,
    )
    mongodb_database: str | None = _setting(
        "MONGODB_DATABASE",
        "the database on that server",
        expects="the name of a database",
        unset="the one in MONGODB_URI, or else `ticketbot`",
        default=None,
        min_length=1,
    )
    data: Path = _setting(
        "TICKETBOT_DATA",
        "the folder of the embedded store",
        expects="a folder",
        unset="your user data folder, `ticketbot` in it",
        default_factory=lambda: Path(platformdirs.user_data_dir("ticketbot")),
    )


class Settings(StoreSettings):
    """All settings of the bot."""

    token: SecretStr = _setting(
        "DISCORD_TOKEN",
        "the bot's token: its password, whoever has it is the bot",
        expects="a bot's token",
        unset="required",
        min_length=1,
    )
    mode: Mode = _setting(
        "TICKETBOT_MODE",
        "`gateway`: the bot connects to Discord, no public address is needed. "
        "`rest`: Discord sends signed HTTP requests",
        expects="gateway or rest",
        default=Mode.GATEWAY,
    )
    public_key: _PublicKey | None = _setting(
        "DISCORD_PUBLIC_KEY",
        "`rest` only: the application's public key, 64 hexadecimal digits",
        expects="the 64 hexadecimal digits of the application's public key",
        unset="asked of Discord",
        default=None,
    )
    host: str = _setting(
        "TICKETBOT_HOST",
        "`rest` only: the address to listen on",
        expects="an address of this host",
        default="127.0.0.1",
        min_length=1,
    )
    port: int = _setting(
        "TICKETBOT_PORT",
        "`rest` only: the port to listen on",
        expects="a whole number from 0 to 65535",
        default=8080,
        ge=0,
        le=65535,
    )
    public_url: HttpUrl | None = _setting(
        "TICKETBOT_PUBLIC_URL",
        "`rest` only: the https address at which Discord reaches the bot; `ticketbot check` compares it with Discord's "
        "setting",
        expects="an address that begins with https://",
        default=None,
    )
    params: Path | None = _setting(
        "TICKETBOT_PARAMS",
        "a TOML file with texts, colours and emojis of your own",
        expects="a file",
        default=None,
    )
    time_zone: _TimeZone | None = _setting(
        "TICKETBOT_TIME_ZONE",
        "the time zone of transcripts, as in `Europe/Paris`",
        expects="a time zone as in Europe/Paris",
        unset="Europe/Paris for servers in French, else UTC",
        default=None,
    )
    log_format: LogFormat = _setting(
        "TICKETBOT_LOG_FORMAT",
        "`text`: a line for each event, in colour on a terminal. `json`: an object on each line",
        expects="text or json",
        default=LogFormat.TEXT,
    )
    log_level: LogLevel = _setting(
        "TICKETBOT_LOG_LEVEL",
        "`DEBUG`, `INFO`, `WARNING` or `ERROR`; no level shows tokens, members' names or their words",
        expects="DEBUG, INFO, WARNING or ERROR",
        default=LogLevel.INFO,
    )
    metrics: str | None = _setting(
        "TICKETBOT_METRICS",
        "a port, or `host:port`, for `/metrics` in Prometheus' format, `/healthz` and `/readyz`, in both modes; a port "
        "alone is one of the loopback",
        expects="a port or host:port, as in 9464 or 0.0.0.0:9464",
        unset="off",
        default=None,
        pattern=r"^((\[[0-9a-fA-F:.]+\]|[^\s:\[\]]+):)?[0-9]{1,5}$",
    )
    sync_commands: bool = _setting(
        "TICKETBOT_SYNC_COMMANDS",
        "register the slash commands at the start; `false` for replicas",
        expects="true or false",
        default=True,
    )
    call_seconds: float = _setting(
        "TICKETBOT_CALL_SECONDS",
        "how long one call to Discord may take before it counts as failed",
        expects=_SECONDS,
        default=10.0,
        gt=0,
        allow_inf_nan=False,
    )
    requests_per_second: float = _setting(
        "TICKETBOT_REQUESTS_PER_SECOND",
        "how many requests a second all processes on one store together send to Discord, which accepts 50 with one "
        "token; each has an equal share; `0`: the default",
        expects="a number from 0 up",
        default=45.0,
        ge=0,
        allow_inf_nan=False,
    )
    linger: float = _setting(
        "TICKETBOT_LINGER_SECONDS",
        "`rest` only: seconds, at most 10, to go on serving after SIGTERM while `/readyz` says 503, for load balancers "
        "that ask it; nginx needs none",
        expects="a number of seconds from 0 to 10",
        default=0.0,
        ge=0,
        le=10,
        allow_inf_nan=False,
    )
    recovery_interval: float = _setting(
        "TICKETBOT_RECOVERY_SECONDS",
        "how often the bot looks for channels that were deleted by hand, and for all else that it missed",
        expects=_SECONDS,
        default=60.0,
        gt=0,
        allow_inf_nan=False,
    )
    recovery_patience: float = _setting(
        "TICKETBOT_RECOVERY_PATIENCE",
        "seconds for which the bot waits for a channel whose creation Discord did not answer, and for a process on the "
        "embedded store that hangs but has not ended",
        expects=_SECONDS,
        default=60.0,
        gt=0,
        allow_inf_nan=False,
    )
    api_url: HttpUrl = _setting(
        "DISCORD_API_URL", "for tests and proxies", expects="an address that begins with https://", default=_DISCORD
    )
    media_url: HttpUrl | None = _setting(
        "DISCORD_MEDIA_URL",
        "for tests: where Discord's hosts for files are found instead, as `…/cdn.discordapp.com/…`",
        expects="an address that begins with https://",
        default=None,
    )

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Host and port for figures; None when they are off. Without a host it is the loopback."""
        if self.metrics is None:
            return None
        host, _, port = self.metrics.rpartition(":")
        return host.strip("[]") or "127.0.0.1", int(port)


class SetupSettings(BaseSettings):
    """What ``ticketbot setup`` takes from the environment; it reads no file."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    token: SecretStr | None = Field(default=None, validation_alias=AliasChoices("DISCORD_TOKEN"))
    mongodb_uri: SecretStr | None = Field(default=None, validation_alias=AliasChoices("MONGODB_URI"))
    api_url: HttpUrl = Field(default=_DISCORD, validation_alias=AliasChoices("DISCORD_API_URL"))


@attrs.frozen(kw_only=True)
class Documentation:
    """What the README and ``.env`` say of one setting."""

    name: str
    description: str
    """In Markdown, without a capital at its beginning and a full stop at its end."""
    expects: str
    """What a value must be, as it goes on after "must be"."""
    default: str | None
    """As it is typed; None where there is none."""
    unset: str
    """What holds without it, for people, where there is no default."""


def documentation() -> Mapping[str, Documentation]:
    """Return what is to be known of each setting, by its name: the bot's own first, then the store's."""
    fields = Settings.model_fields
    of_store = StoreSettings.model_fields
    names = [name for name in fields if name not in of_store] + list(of_store)
    found = [_documentation(fields[name]) for name in names]
    return {one.name: one for one in found}


def load(file: Path = _FILE) -> Settings:
    """Return the settings from the environment, and from a file those that are not there.

    Raises
    ------
    NoTokenError
        All that is missing is the token.
    SettingsError
        One is missing or wrong. The text never repeats a value: it could be a secret.
    """
    return _read(Settings, file)


def load_store() -> StoreSettings:
    """Return where the store is; nothing else needs to be set.

    Raises
    ------
    SettingsError
        One is wrong.
    """
    return _read(StoreSettings)


def load_setup_settings() -> SetupSettings:
    """Return what ``ticketbot setup`` finds in the environment.

    Raises
    ------
    SettingsError
        One is wrong.
    """
    return _read(SetupSettings, None)


def load_others(file: Path) -> Mapping[str, str]:
    """Return the lines of a file that set something for other programs, by name; nothing where there is no file.

    Raises
    ------
    SettingsError
        The file cannot be read.
    """
    if not file.is_file():
        return {}
    bindings = dotenv_parser.parse_stream(io.StringIO(_text(file)))
    lines = {binding.key: binding.original.string.strip() for binding in bindings if binding.key is not None}
    return {name: line for name, line in lines.items() if not _is_ours(name.upper())}


def _read(kind: type[_T], file: Path | None = _FILE) -> _T:
    _require_known_names(os.environ, "the environment", _OURS)
    _require_readable(file)
    try:
        return kind(_env_file=file)  # the fields come from the environment
    except ValidationError as error:
        complaints = [_complaint(str(detail["loc"][0]), detail["type"]) for detail in error.errors(include_input=False)]
        complain = NoTokenError if complaints == [_TOKEN_IS_MISSING] else SettingsError
        raise complain("; ".join(complaints)) from None


def _require_readable(file: Path | None) -> None:
    """Make sure that a file is read as it was meant; the library skips a line that it cannot read.

    Raises
    ------
    SettingsError
        It cannot be read, or a line in it is no setting; the text names the line.
    """
    if file is None or not file.is_file():
        return
    names: list[str] = []
    for binding in dotenv_parser.parse_stream(io.StringIO(_text(file))):
        if binding.error:
            raise SettingsError(f"{file}, line {binding.original.line}: this is not NAME=value")
        names += [] if binding.key is None else [binding.key]
    _require_known_names(names, str(file), _OURS + _SHARED)


def _text(file: Path) -> str:
    try:
        return text_files.read(file)
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from error
    except text_files.EncodingError as error:
        raise SettingsError(str(error)) from error


def _is_ours(name: str) -> bool:
    """Return whether a name is that of a setting, or of one that is misspelt."""
    return name.startswith(_OURS) or bool(name.startswith(_SHARED) and _similar(name, cutoff=_NEARLY))


def _similar(name: str, *, cutoff: float) -> Sequence[str]:
    return difflib.get_close_matches(name, list(documentation()), n=1, cutoff=cutoff)


def _require_known_names(names: Iterable[str], place: str, prefixes: tuple[str, ...]) -> None:
    """Make sure that no name is misspelt; those of other programs are passed over.

    Raises
    ------
    SettingsError
        A name begins as ours do, and is none; the text has the nearest one.
    """
    known = documentation()
    for name in map(str.upper, names):
        if name in known or not name.startswith(prefixes) or name.startswith(_OF_TESTS):
            continue
        if near := _similar(name, cutoff=_NEARLY):
            raise SettingsError(f"{name}, in {place}, is not a setting; did you mean {near[0]}?")
        if name.startswith(_OURS):
            (likely,) = _similar(name, cutoff=0)
            raise SettingsError(
                f"{name}, in {place}, is not a setting; the nearest one is {likely}, the README lists them all"
            )


def _complaint(name: str, kind: str) -> str:
    if kind == "missing":
        return f"{name} is missing"
    return f"{name} is wrong: it must be {documentation()[name].expects}"


def _documentation(field: FieldInfo) -> Documentation:
    alias, more = field.validation_alias, cast("dict[str, str]", field.json_schema_extra)
    assert isinstance(alias, AliasChoices), "each setting is declared with its name"
    return Documentation(
        name=str(alias.choices[0]),
        description=field.description or "",
        expects=more["expects"],
        default=_typed(field.default),
        unset=more["unset"],
    )


def _typed(default: object) -> str | None:
    """Return a default as it is typed in ``.env``, or None."""
    if default is None or default is PydanticUndefined:
        return None
    if isinstance(default, float):
        return f"{default:g}"
    return str(default).lower() if isinstance(default, bool) else str(default)
