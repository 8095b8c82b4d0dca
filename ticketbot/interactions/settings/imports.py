"""A file of settings that was read, and what it would find on a server.

Loaded when the first file is read or made: the checks of its format take long to load.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs

from ticketbot.config import text_files
from ticketbot.services import settings_file
from ticketbot.tickets import settings_changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.services.settings_file import SettingsFile
    from ticketbot.services.wanted_settings import WantedSettings
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.server_names import ServerNames, Unknown


@attrs.frozen(kw_only=True)
class ReadFile:
    """A file that can be read, and the server into which it is imported."""

    file: SettingsFile
    content: bytes
    names: ServerNames

    def wanted(self, config: GuildConfig) -> WantedSettings:
        """Return what the file wants; what is missing is left out."""
        return settings_file.resolve(self.file, config, self.names)

    def applied(self, config: GuildConfig) -> GuildConfig:
        """Return a configuration with the file's settings instead of its own."""
        return self.wanted(config).applied(config)

    def unknown(self, config: GuildConfig) -> Sequence[Unknown]:
        """Return what the server does not have, with what stands for it."""
        return settings_file.unknown(self.file, config, self.names)

    def missing(self, config: GuildConfig) -> Sequence[str]:
        """Return the names of what is left out."""
        return [one.label for one in self.unknown(config) if one.by is None]

    def replaced(self, chosen: Mapping[Unknown, str]) -> ReadFile:
        """Return the file with ids, names or emojis that stand for what is unknown; an empty text leaves it out."""
        by = {one: settings_file.read_reference(given) for one, given in chosen.items()}
        file = settings_file.replaced(self.file, by)
        return attrs.evolve(self, file=file, content=settings_file.text_of(file).encode())

    def digest(self, config: GuildConfig) -> str:
        """Return a digest of what decides over the import into a configuration."""
        return settings_changes.digest((self.dump(config), self.content.hex(), *self.missing(config)))

    def dump(self, config: GuildConfig) -> str:
        """Return a configuration as a file's text."""
        return settings_file.dump(config, self.names)


def dump(config: GuildConfig, names: ServerNames) -> str:
    """Return a server's settings as a file's text."""
    return settings_file.dump(config, names)


async def read(content: bytes, names: ServerNames) -> ReadFile:
    """Return a file that can be read; it is checked in a thread, since any file of its size may come.

    Raises
    ------
    ValueError
        It holds no settings that this version can read; the text says why.
    """
    try:
        file = await asyncio.to_thread(lambda: settings_file.load(text_files.decode(content, "the file")))
    except settings_file.UnreadableSettingsError as error:
        raise ValueError(str(error)) from None
    return ReadFile(file=file, content=content, names=names)
