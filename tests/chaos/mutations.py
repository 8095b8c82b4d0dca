"""Defects that are planted on purpose, in a copy of the bot: the chaos tests must find each of them."""

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
    """A change to one place of the source."""

    file: str
    sound: str
    """What stands there, once."""
    broken: str

    def plant(self, folder: Path) -> Path:
        """Copy the bot's package into a folder, and break it there; give the folder, to be put on Python's path.

        Raises
        ------
        AssertionError
            The source no longer says what the mutation changes.
        """
        shutil.copytree(_PACKAGE, folder / _PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
        path = folder / _PACKAGE.name / self.file
        source = path.read_text(encoding="utf-8")
        assert source.count(self.sound) == 1, f"{self.file} says {source.count(self.sound)} times: {self.sound}"
        path.write_text(source.replace(self.sound, self.broken), encoding="utf-8")
        return folder


MUTATIONS: Final[Mapping[str, Mutation]] = {
    "the lease removed": Mutation(
        file="desk/recovery.py",
        sound=" or not await desk.store.lease(ticket, now=now, until=Millis(now + desk.at_work))",
        broken="",
    ),
    "the read-back removed": Mutation(
        file="desk/archiving.py",
        sound="await self._channels.verify_transcript(self._ticket, config, posted)",
        broken="pass",
    ),
    "the slot index removed": Mutation(
        file="storage/schema.py",
        sound="slot TEXT UNIQUE",
        broken="slot TEXT",
    ),
    "compare-and-swap turned into a plain write": Mutation(
        file="storage/sqlite.py",
        sound="""        revision = :revision, document = :document
    WHERE id = :id AND revision = :old_revision""",
        broken="""        revision = :revision, document = :document
    WHERE id = :id""",
    ),
}
