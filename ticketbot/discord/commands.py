"""Register our slash commands where Discord's list differs from ours, and touch nobody else's.

lightbulb's own comparison misses changed permissions, sends localized commands again at every start, and deletes
commands that it does not know.
"""

from __future__ import annotations

import logging
import string
from typing import TYPE_CHECKING, Any, Final, cast

from ticketbot.discord import raw
from ticketbot.tickets.model import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import hikari

    from ticketbot.discord.messages import Phrasebook

_LOGGER = logging.getLogger(__name__)

_CHAT_INPUT: Final = 1
_DEFAULTS: Final = {"type": "1", "integration_types": ["0"]}
"""What Discord fills in where we say nothing."""


_LOCALES: Final[Mapping[Language, Sequence[str]]] = {
    Language.FRENCH: ("fr",),
    Language.ENGLISH: ("en-US", "en-GB"),
}
"""What Discord calls each language."""

_LOCALIZED: Final = ("name", "description")


def localized(command: Mapping[str, Any], phrasebook: Phrasebook) -> Mapping[str, Any]:
    """Put the texts of a command and its options in place, in each language; whoever has neither sees French.

    A description comes in as the key of its text. A name stays what the command is known by, whatever is shown for it.
    """
    names = phrasebook.translations("command_name")
    options = [_localized_option(option, phrasebook) for option in command["options"]]
    return {**_localized(command, phrasebook, names), "options": options}


def _localized_option(option: Mapping[str, Any], phrasebook: Phrasebook) -> Mapping[str, Any]:
    name = str(option["name"])
    known = name.rstrip(string.digits)
    names = phrasebook.translations(f"option_{known}_name")
    return _localized(
        option, phrasebook, {language: shown + name.removeprefix(known) for language, shown in names.items()}
    )


def _localized(item: Mapping[str, Any], phrasebook: Phrasebook, names: Mapping[Language, str]) -> Mapping[str, Any]:
    descriptions = phrasebook.translations(f"{item['description']}_text")
    return {
        **item,
        "name_localizations": _by_locale(names),
        "description": descriptions[Language.FRENCH],
        "description_localizations": _by_locale(descriptions),
    }


def _by_locale(texts: Mapping[Language, str]) -> Mapping[str, str]:
    return {locale: text for language, text in texts.items() for locale in _LOCALES[language]}


async def differing(
    rest: hikari.api.RESTClient, application_id: int, ours: Iterable[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """List those of our commands that Discord does not have, or has otherwise."""
    theirs = {
        command["name"]: command
        for command in await raw.application_commands(rest, application_id)
        if command.get("type", _CHAT_INPUT) == _CHAT_INPUT
    }
    return [command for command in ours if not same(command, theirs.get(command["name"]))]


async def sync(rest: hikari.api.RESTClient, application_id: int, ours: Iterable[Mapping[str, Any]]) -> int:
    """Register what differs; tell how many commands that were."""
    changed = await differing(rest, application_id, ours)
    for command in changed:
        await raw.put_command(rest, application_id, command)
        _LOGGER.info("registered the command /%s", command["name"])
    return len(changed)


def same(ours: Mapping[str, Any], theirs: Mapping[str, Any] | None) -> bool:
    """Tell whether all that we register stands as we register it, no more and no less."""
    if theirs is None:
        return False
    wanted, found = ({**_DEFAULTS, **cast("dict[str, Any]", _plain(command))} for command in (ours, theirs))
    keys = (wanted.keys() | found.keys()) - {"id", "application_id", "version", "guild_id", "dm_permission", "handler"}
    return all(wanted.get(key) == found.get(key) for key in keys)


def _plain(value: object) -> object:
    """Reduce a value to what it says: without what is empty or off, numbers as text."""
    if isinstance(value, dict):
        plain = {key: _plain(item) for key, item in cast("dict[str, object]", value).items()}
        for key in _LOCALIZED:
            plain[f"{key}_localizations"] = _told_apart(plain.get(f"{key}_localizations"), plain.get(key))
        return {key: item for key, item in plain.items() if item not in (None, "False", {}, [])}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))  # hikari's enumerations would give their names
    return None if value is None else str(value)


def _told_apart(localizations: object, text: object) -> object:
    """Leave out translations that are no other than the text itself."""
    if not isinstance(localizations, dict):
        return None
    return {locale: told for locale, told in cast("dict[str, object]", localizations).items() if told != text}
