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
    from ticketbot.services.settings_file import SettingsFile
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.server_names import ServerNames


@attrs.frozen(kw_only=True)
class ReadFile:
    """A file that can be read, and the server into which it is imported."""

    file: SettingsFile
    content: bytes
    names: ServerNames
    missing: list[str] = attrs.field(factory=list[str])
    """What the server has not, once the file was applied."""

    def applied(self, config: GuildConfig) -> GuildConfig:
        """Return a configuration with the file's settings instead of its own; what is missing is left out."""
        self.missing.clear()
        return settings_file.resolve(self.file, config, self.names, self._miss).applied(config)

    def digest(self, config: GuildConfig) -> str:
        """Return a digest of what decides over the import into a configuration that the file was applied to."""
        return settings_changes.digest((self.dump(config), self.content.hex(), *self.missing))

    def dump(self, config: GuildConfig) -> str:
        """Return a configuration as a file's text."""
        return settings_file.dump(config, self.names)

    def _miss(self, _kind: str, name: str) -> None:
        self.missing.append(name)


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
