"""Registering application commands, and checking what a member fills in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tests.simulator import content, errors, permissions
from tests.simulator.permissions import Permissions
from tests.simulator.state import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.simulator.errors import Json
    from tests.simulator.state import Channel, DiscordState, Member

_CHAT_INPUT: Final = 1
_NESTED: Final = frozenset({1, 2})
_NAME: Final = re.compile(r"[-_'’\w]{1,32}")  # Discord allows both apostrophes


def _checked(body: Json) -> None:
    if (body.get("type") or _CHAT_INPUT) != _CHAT_INPUT:
        return
    problems: list[tuple[str, str, str]] = []
    if not body.get("description"):
        problems.append(("description", "BASE_TYPE_REQUIRED", "This field is required"))
    named = _names(body, "")
    problems += [
        (path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        for path, name in named
        if not _NAME.fullmatch(name) or name != name.lower()
    ]
    problems += _option_problems(body.get("options") or [], "options")
    if problems:
        raise errors.invalid_forms(problems)


def _names(item: Json, path: str) -> list[tuple[str, str]]:
    """List the names of a command or an option and of the options below, in every locale, each with its path."""
    names = [(f"{path}name", item["name"])]
    localized: dict[str, str] = item.get("name_localizations") or {}
    names += [(f"{path}name_localizations.{locale}", name) for locale, name in localized.items()]
    for index, option in enumerate(item.get("options") or []):
        names += _names(option, f"{path}options.{index}.")
    return names


def _option_problems(options: Sequence[Json], path: str) -> list[tuple[str, str, str]]:
    problems: list[tuple[str, str, str]] = []
    optional_seen = False
    seen: set[str] = set()
    for index, option in enumerate(options):
        if option["name"] in seen:
            words = "Option name already used"
            problems.append((f"{path}.{index}", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", words))
        seen.add(option["name"])
        if option.get("required") and optional_seen:
            words = "Required options must be placed before non-required options"
            problems.append((f"{path}.{index}", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words))
        optional_seen = optional_seen or not option.get("required")
        problems += _option_problems(option.get("options") or [], f"{path}.{index}.options")
    return problems


def _normal(body: Json) -> Json:
    bits = body.get("default_member_permissions")
    kind = body.get("type") or _CHAT_INPUT
    normal: Json = {
        "type": kind,
        "name": body["name"],
        "name_localizations": body.get("name_localizations") or None,
        "description": body.get("description") or "",
        "description_localizations": body.get("description_localizations") or None,
        "default_member_permissions": None if bits is None else str(bits),
        "dm_permission": body.get("dm_permission") is not False,
        "contexts": body.get("contexts"),
        "integration_types": body.get("integration_types") or [0],
        "nsfw": bool(body.get("nsfw")),
    }
    if body.get("options"):
        normal["options"] = [_normal_option(option) for option in body["options"]]
    return normal


def _normal_option(option: Json) -> Json:
    normal: Json = content.without_nulls(option)
    for key in ("required", "autocomplete"):
        if not normal.get(key):
            normal.pop(key, None)
    for key in ("name_localizations", "description_localizations"):
        normal[key] = option.get(key) or None
    if normal.get("options"):
        normal["options"] = [_normal_option(inner) for inner in option["options"]]
    elif option["type"] not in _NESTED:
        normal.pop("options", None)
    return normal


def find(discord: DiscordState, guild_id: int | None, key: tuple[int, str]) -> Command | None:
    """Find the command of one type and name."""
    for command in discord.application.commands.values():
        if command.guild_id == guild_id and command.key == key:
            return command
    return None


def put(discord: DiscordState, guild_id: int | None, body: Json) -> Command:
    """Register a command, in place of one with the same type and name."""
    _checked(body)
    normal = _normal(body)
    command = find(discord, guild_id, (normal["type"], normal["name"]))
    if command is None:
        made = discord.ids.next()
        command = Command(made, guild_id, made, normal)
        discord.application.commands[command.id] = command
    elif command.body != normal:
        command.body, command.version = normal, discord.ids.next()
    return command


def edit(discord: DiscordState, command: Command, body: Json) -> None:
    """Change a command; what the body does not name stays."""
    merged = command.body | body
    _checked(merged)
    command.body, command.version = _normal(merged), discord.ids.next()


def overwrite(discord: DiscordState, guild_id: int | None, bodies: Sequence[Json]) -> list[Command]:
    """Register these commands and no others."""
    keys = [(body.get("type") or _CHAT_INPUT, body["name"]) for body in bodies]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            words = "Application command names must be unique"
            raise errors.invalid_form(str(index), "APPLICATION_COMMANDS_DUPLICATE_NAME", words)
    for body in bodies:
        _checked(body)
    ours = discord.application.commands
    for command in list(ours.values()):
        if command.guild_id == guild_id and command.key not in keys:
            del ours[command.id]
    return [put(discord, guild_id, body) for body in bodies]


def offered(discord: DiscordState, who: Member, channel: Channel) -> list[Command]:
    """List the commands that the client shows to a member in a channel."""
    may = permissions.within(who, channel)
    if not may & Permissions.VIEW_CHANNEL or not may & Permissions.USE_APPLICATION_COMMANDS:
        return []
    return [
        command
        for command in discord.application.commands.values()
        if command.guild_id in (None, who.guild.id) and _open_to(command, may)
    ]


def _open_to(command: Command, may: Permissions) -> bool:
    contexts = command.body.get("contexts")
    if contexts is not None and 0 not in contexts:
        return False
    bits: Any = command.body["default_member_permissions"]
    if bits is None or may & Permissions.ADMINISTRATOR:
        return True
    return int(bits) != 0 and not Permissions(int(bits)) & ~may
