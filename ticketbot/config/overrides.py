"""The owner's file of parameters: read once at the start, checked as a whole, and laid over the defaults."""

from __future__ import annotations

import difflib
import functools
import tomllib
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import attrs

from ticketbot.config import params_model, params_validators, text_files
from ticketbot.config.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from ticketbot.config.params_model import LanguageTexts, Params

_T = TypeVar("_T")
_Table = dict[str, Any]

SETTINGS: Final = (
    "EMBED_COLOR",
    "EMBED_FOOTER_TEXT",
    "EMBED_FOOTER_ICON_URL",
    "MAX_OPEN_TICKETS",
    "MAX_OPENINGS",
    "EMOJIS",
    "MESSAGES",
)

RENAMED_KEYS: Final = {"refused_repeated_press": "refused_repeated_interaction"}
"""Old keys of texts and their new ones: files that were written for an earlier version keep working."""

_FEW: Final = 20
"""How many names are listed in a complaint."""


class ParamsError(SettingsError):
    """The owner's file cannot be used; the text names the file, and each key with what to do about it."""

    def __init__(self, path: Path | None, complaints: Sequence[str]) -> None:
        file = "ticketbot/config/params.py" if path is None else f"{path} (TICKETBOT_PARAMS)"
        count = "1 mistake" if len(complaints) == 1 else f"{len(complaints)} mistakes"
        super().__init__("\n  ".join((f"{file} has {count}:", *complaints)))


def load(path: Path | None) -> Params:
    """Return the defaults with a file's values laid over them, or the defaults alone without a file.

    Raises
    ------
    SettingsError
        The file cannot be read, or something in it is wrong; all mistakes are named at once.
    """
    if path is None:
        return params_model.defaults()
    try:
        table = tomllib.loads(text_files.read(path))
    except OSError as error:
        raise SettingsError(f"{path} (TICKETBOT_PARAMS) cannot be read: {error.strerror}") from error
    except text_files.EncodingError as error:
        raise SettingsError(f"TICKETBOT_PARAMS: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ParamsError(path, [f"it is no TOML file: {error}"]) from error
    except RecursionError as error:
        raise ParamsError(path, ["it is no TOML file: its values are nested too deeply"]) from error
    reader = _Reader()
    params = reader.params(table, params_model.defaults())
    if reader.complaints:
        raise ParamsError(path, reader.complaints)
    return params


class _Reader:
    """Reads a table and collects what is wrong with it; in place of a wrong value it returns the default."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def params(self, table: _Table, defaults: Params) -> Params:
        known = self._known("", table, SETTINGS, "setting")
        return params_model.Params(
            color=self._value("EMBED_COLOR", known, params_validators.color, defaults.color),
            footer_icon_url=self._value(
                "EMBED_FOOTER_ICON_URL", known, params_validators.icon_url, defaults.footer_icon_url
            ),
            max_open_tickets=self._value(
                "MAX_OPEN_TICKETS", known, params_validators.max_open_tickets, defaults.max_open_tickets
            ),
            max_openings=self._value("MAX_OPENINGS", known, params_validators.max_openings, defaults.max_openings),
            emojis=self._emojis(known.get("EMOJIS", {}), defaults.emojis),
            texts=self._texts(known.get("EMBED_FOOTER_TEXT", {}), known.get("MESSAGES", {}), defaults.texts),
        )

    def _emojis(self, value: object, defaults: Mapping[str, str]) -> Mapping[str, str]:
        table = self._known("EMOJIS", value, defaults, "emoji")
        return {
            key: self._value(f"EMOJIS.{key}", table, params_validators.emoji, emoji) for key, emoji in defaults.items()
        }

    def _texts(
        self, footers: object, messages: object, defaults: Mapping[str, LanguageTexts]
    ) -> Mapping[str, LanguageTexts]:
        by_language = dict.fromkeys(defaults, footers) if isinstance(footers, str) else footers
        footer_table = self._known("EMBED_FOOTER_TEXT", by_language, defaults, "language")
        message_table = self._known("MESSAGES", messages, defaults, "language")
        return {
            language: attrs.evolve(
                text,
                footer=self._value(
                    f"EMBED_FOOTER_TEXT.{language}", footer_table, params_validators.footer, text.footer
                ),
                messages=self._messages(f"MESSAGES.{language}", message_table.get(language, {}), text.messages),
            )
            for language, text in defaults.items()
        }

    def _messages(self, path: str, value: object, defaults: Mapping[str, str]) -> Mapping[str, str]:
        if isinstance(value, dict):
            value = self._renamed(path, cast("_Table", value))
        table = self._known(path, value, defaults, "text")
        return {
            key: self._value(
                f"{path}.{key}", table, functools.partial(params_validators.message, key, default=default), default
            )
            for key, default in defaults.items()
        }

    def _renamed(self, path: str, table: _Table) -> _Table:
        """Return a table with new keys in place of old ones."""
        for old, new in RENAMED_KEYS.items():
            if old in table and new in table:
                self.complaints.append(f"{path}.{old}: is now called {new}, which is there too; keep one of them")
        return {RENAMED_KEYS.get(key, key): item for key, item in table.items()}

    def _known(self, path: str, value: object, names: Collection[str], what: str) -> _Table:
        """Return the part of a table that has known keys."""
        if not isinstance(value, dict):
            self.complaints.append(f"{path}: must be a table, begun by a line [{path}]")
            return {}
        table = cast("_Table", value)
        for key in table.keys() - set(names):
            self.complaints.append(f"{path}.{key}: there is no such {what}; {_hint(key, names)}".lstrip("."))
        return {key: item for key, item in table.items() if key in names}

    def _value(self, path: str, table: _Table, read: Callable[[object], _T], default: _T) -> _T:
        """Return the value of the key that a path ends in."""
        key = path.rpartition(".")[2]
        if key not in table:
            return default
        try:
            return read(table[key])
        except ValueError as error:
            self.complaints.append(f"{path}: {error}")
            return default


def _hint(key: str, names: Collection[str]) -> str:
    near = [*difflib.get_close_matches(key, names, n=1), *difflib.get_close_matches(key.upper(), names, n=1)]
    if near:
        return f"did you mean {near[0]}?"
    return f"there are {', '.join(names)}" if len(names) <= _FEW else "`ticketbot texts` lists them"
