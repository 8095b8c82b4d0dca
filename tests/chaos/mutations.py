"""Defects planted in a copy of the bot, each of which the chaos tests must find."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE: Final = Path(__file__).parents[2] / "ticketbot"


@attrs.frozen(kw_only=True)
class Mutation:
    """A change to one place in the source."""

    file: str
    sound: str
    """The correct source, which must occur once."""
    broken: str

    def plant(self, folder: Path) -> Path:
        """Copy the bot's package into a folder, plant the defect, and return the folder for Python's path.

        Raises
        ------
        AssertionError
            The source no longer contains what the mutation replaces.
        """
        shutil.copytree(_PACKAGE, folder / _PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
        path = folder / _PACKAGE.name / self.file
        source = path.read_text(encoding="utf-8")
        assert source.count(self.sound) == 1, f"{self.file} says {source.count(self.sound)} times: {self.sound}"
        path.write_text(source.replace(self.sound, self.broken), encoding="utf-8")
        return folder


MUTATIONS: Final[Mapping[str, Mutation]] = {
    "the owners ignored": Mutation(
        file="services/effects.py",
        sound="return ticket.owner == self.owners.own_id or self.owners.is_gone(ticket.owner)",
        broken="return True",
    ),
    "the read-back removed": Mutation(
        file="services/archiving.py",
        sound="await self._transcripts.verify_transcript(self._ticket, config, posted)",
        broken="pass",
    ),
    "notes not hidden from who is no staff": Mutation(
        file="tickets/access.py",
        sound="hidden = Permission.MANAGE_THREADS if ticket.has_notes else Permission.NONE",
        broken="hidden = Permission.NONE",
    ),
    "the slot index removed": Mutation(
        file="storage/sqlite_migrations.py",
        sound=""",
        UNIQUE (guild, slot)""",
        broken="",
    ),
    "compare-and-swap turned into a plain write": Mutation(
        file="storage/sqlite_statements.py",
        sound="""        revision = :revision, document = :document
    WHERE id = :id AND revision = :old_revision""",
        broken="""        revision = :revision, document = :document
    WHERE id = :id""",
    ),
}
