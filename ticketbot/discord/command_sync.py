"""Register our commands where Discord's list differs from ours; commands that are not ours stay as they are.

lightbulb's own comparison misses changed permissions, sends localized commands again at every start, and deletes
commands that it does not know.
"""

from __future__ import annotations

import logging
import re
import string
from typing import TYPE_CHECKING, Any, Final, cast

from ticketbot.discord import api
from ticketbot.tickets.model import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import hikari

    from ticketbot.texts.messages import MessageCatalog

_LOGGER = logging.getLogger(__name__)

_CHAT_INPUT: Final = 1
_MENUS: Final[Mapping[int, str]] = {2: "user_command", 3: "message_command"}
"""How the keys of context menu commands begin, by type."""

_SUBCOMMANDS: Final = (1, 2)
"""Types of options that are subcommands and groups of them."""

_CLEARED: Final = frozenset(
    {
        *("autocomplete", "channel_types", "choices", "default_member_permissions", "description"),
        *("description_localizations", "max_length", "max_value", "min_length", "min_value", "name_localizations"),
        *("nsfw", "options", "required"),
    }
)
"""Fields that must be empty on Discord's side where we send none; other fields that Discord adds are its own."""

_LOCALES: Final[Mapping[Language, Sequence[str]]] = {
    Language.FRENCH: ("fr",),
    Language.ENGLISH: ("en-US", "en-GB"),
}
"""Discord's locales for each language."""


def localized(command: Mapping[str, Any], catalog: MessageCatalog) -> Mapping[str, Any]:
    """Return a command with its texts in each language; clients in other languages show the French ones.

    Descriptions come in as keys of texts. A key K has its description in the text ``K_text``; a command, a group or a
    subcommand has its shown name in ``K_name``, an option called N in ``option_N_name``, where digits at the end of N
    are kept (``role2`` is shown as the text ``option_role_name`` followed by 2). A context menu command has no
    description: its key is ``user_command_`` or ``message_command_`` and its name in lower case, with underscores. A
    choice is translated where its name is a key that begins with ``choice_``. What Discord calls a name stays.
    """
    kind = int(command.get("type", _CHAT_INPUT))
    # lightbulb sends nsfw for each group, and Discord's OpenAPI document has no such field
    body = {key: value for key, value in command.items() if key != "nsfw" or value}
    if kind in _MENUS:
        slug = re.sub(r"\W+", "_", str(command["name"]).lower()).strip("_")
        return _with_names(body, catalog.translations(f"{_MENUS[kind]}_{slug}_name"))
    return _localized_tree(body, catalog)


def _localized_tree(item: Mapping[str, Any], catalog: MessageCatalog) -> Mapping[str, Any]:
    """Localize a command, a group or a subcommand with all that is below it."""
    names = catalog.translations(f"{item['description']}_name")
    body = _with_names(_with_descriptions(item, catalog), names)
    if "options" in item:
        body["options"] = [_localized_option(option, catalog) for option in item["options"]]
    return body


def _localized_option(option: Mapping[str, Any], catalog: MessageCatalog) -> Mapping[str, Any]:
    if int(option["type"]) in _SUBCOMMANDS:
        return _localized_tree(option, catalog)
    name = str(option["name"])
    stem = name.rstrip(string.digits)
    names = catalog.translations(f"option_{stem.replace('-', '_')}_name")
    numbered = {language: shown + name.removeprefix(stem) for language, shown in names.items()}
    body = _with_names(_with_descriptions(option, catalog), numbered)
    if option.get("choices"):
        body["choices"] = [_localized_choice(choice, catalog) for choice in option["choices"]]
    return body


def _localized_choice(choice: Mapping[str, Any], catalog: MessageCatalog) -> Mapping[str, Any]:
    key = str(choice["name"])
    if not key.startswith("choice_"):
        return choice
    names = catalog.translations(key)
    return _with_names(choice, names) | {"name": names[Language.FRENCH]}


def _with_names(item: Mapping[str, Any], names: Mapping[Language, str]) -> dict[str, Any]:
    return {**item, "name_localizations": _by_locale(names)}


def _with_descriptions(item: Mapping[str, Any], catalog: MessageCatalog) -> Mapping[str, Any]:
    descriptions = catalog.translations(f"{item['description']}_text")
    return {
        **item,
        "description": descriptions[Language.FRENCH],
        "description_localizations": _by_locale(descriptions),
    }


def _by_locale(texts: Mapping[Language, str]) -> Mapping[str, str]:
    return {locale: text for language, text in texts.items() for locale in _LOCALES[language]}


def label(command: Mapping[str, Any]) -> str:
    """Return how a command is shown to people: ``/name``, or ``"name"`` for an entry of a context menu."""
    return f"/{command['name']}" if _key(command)[0] == _CHAT_INPUT else f'"{command["name"]}"'


async def differing(
    rest: hikari.api.RESTClient, application_id: int, ours: Iterable[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Return those of our commands that Discord does not have, or has otherwise."""
    theirs = {_key(command): command for command in await api.fetch_application_commands(rest, application_id)}
    return [command for command in ours if not is_same(command, theirs.get(_key(command)))]


async def sync(rest: hikari.api.RESTClient, application_id: int, ours: Iterable[Mapping[str, Any]]) -> int:
    """Register the commands that differ; return how many that were."""
    changed = await differing(rest, application_id, ours)
    for command in changed:
        await api.put_command(rest, application_id, command)
        _LOGGER.info("registered the command %s", label(command))
    return len(changed)


def _key(command: Mapping[str, Any]) -> tuple[int, str]:
    """Return what makes a command unique in an application: a slash command and a menu's may share a name."""
    return int(command.get("type", _CHAT_INPUT)), str(command["name"])


def is_same(ours: Mapping[str, Any], theirs: Mapping[str, Any] | None) -> bool:
    """Return whether Discord has a command as we send it; fields that Discord adds do not count."""
    if theirs is None:
        return False
    wanted, found = ({"type": "1", **cast("dict[str, Any]", _plain(command))} for command in (ours, theirs))
    return _covers(wanted, found)


def _covers(wanted: object, found: object) -> bool:
    """Return whether all that is wanted was found, and nothing that we would have cleared."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        mine, others = cast("dict[str, object]", wanted), cast("dict[str, object]", found)
        keys = mine.keys() | (others.keys() & _CLEARED)
        return all(_covers(mine.get(key), others.get(key)) for key in keys)
    if isinstance(wanted, list) and isinstance(found, list):
        pairs = cast("list[object]", wanted), cast("list[object]", found)
        return len(pairs[0]) == len(pairs[1]) and all(map(_covers, *pairs))
    return wanted == found


def _plain(value: object) -> object:
    """Reduce a value to what it means: without empty and false fields, numbers as text."""
    if isinstance(value, dict):
        plain = {key: _plain(item) for key, item in cast("dict[str, object]", value).items()}
        for key in ("name", "description"):
            plain[f"{key}_localizations"] = _different_from(plain.get(key), plain.get(f"{key}_localizations"))
        return {key: item for key, item in plain.items() if item not in (None, "", "False", {}, [])}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))  # hikari's enumerations would give their names
    return None if value is None else str(value)


def _different_from(text: object, localizations: object) -> object:
    """Return the localizations that differ from the text itself."""
    if not isinstance(localizations, dict):
        return None
    return {locale: shown for locale, shown in cast("dict[str, object]", localizations).items() if shown != text}
