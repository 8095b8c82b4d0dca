from __future__ import annotations

import resource
import tempfile
from typing import TYPE_CHECKING

import pytest

from ticketbot.archive.media_spool import MediaSpool, SpooledFile
from ticketbot.config import params_model
from ticketbot.texts.messages import MessageCatalog
from ticketbot.tickets import errors
from ticketbot.tickets.model import Language

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = bytes(64 * 1024)


async def test_temporary_folder_that_does_not_exist_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with MediaSpool() as spool, pytest.raises(errors.TemporaryFolderFullError):
        await SpooledFile(spool).add(BLOCK)


async def test_temporary_folder_without_room_is_told_as_such() -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(BLOCK), before[1]))
    try:
        with MediaSpool() as spool:
            file = SpooledFile(spool)
            await file.add(BLOCK)
            with pytest.raises(errors.TemporaryFolderFullError):
                await file.add(BLOCK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("language", Language)
def test_members_are_not_told_that_the_database_fails(language: Language) -> None:
    messages = MessageCatalog(params_model.defaults())[language]
    full, down = (
        messages.refusal(error).embeds[0].description
        for error in (errors.TemporaryFolderFullError(), errors.StoreUnavailableError())
    )

    assert full != down
