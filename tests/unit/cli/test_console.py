from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.process import ticketbot
from ticketbot.config import params

if TYPE_CHECKING:
    from pathlib import Path

NARROW = pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])


@NARROW
def test_texts_that_are_redirected_are_utf_8_whatever_the_terminal_is(tmp_path: Path, encoding: str) -> None:
    ended = ticketbot("texts", folder=tmp_path, environment={"PYTHONIOENCODING": encoding})
    printed = ended.stdout.decode("utf-8")

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert params.EMOJIS["open"] in printed
    tomllib.loads(printed)


@NARROW
def test_signs_that_the_terminal_lacks_have_substitutes(tmp_path: Path, encoding: str) -> None:
    environment = {
        "PYTHONIOENCODING": encoding,
        "DISCORD_TOKEN": "MTIz.a.b",
        "DISCORD_API_URL": "http://127.0.0.1:9/",
        "TICKETBOT_DATA": str(tmp_path / "data"),
    }
    ended = ticketbot("check", folder=tmp_path, environment=environment)
    lines = ended.stdout.decode(encoding).splitlines()

    assert ended.returncode == 1, ended.stderr
    assert [line[:2] for line in lines] == ["+ ", "! ", "x "]
    assert b"Traceback" not in ended.stderr


@NARROW
@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["render", "💌.json"], ["store", "import", "💌"]])
def test_help_and_complaints_can_be_printed(tmp_path: Path, encoding: str, words: list[str]) -> None:
    ended = ticketbot(*words, folder=tmp_path, environment={"PYTHONIOENCODING": encoding})

    assert ended.returncode in {0, 2}
    assert b"Traceback" not in ended.stderr + ended.stdout


def test_full_disk_behind_standard_output_ends_in_one_line(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - no file
        ended = subprocess.run(
            [sys.executable, "-m", "ticketbot", "texts"],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip

    assert ended.returncode == 2
    assert ended.stderr.decode().splitlines()[0] == "ticketbot cannot go on: No space left on device."
    assert b"Traceback" not in ended.stderr
