"""Places that cannot be written, and arguments that make no sense: one line each, before anything else is done."""

from __future__ import annotations

import json
import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.process import ticketbot

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = {"DISCORD_TOKEN": "MTIz.a.b", "DISCORD_API_URL": "http://127.0.0.1:9/"}
COMMANDS = [
    ["setup", "--no-input", "--file"],
    ["export", "123456789012345678", "--output"],
    ["render", "messages.json", "--output"],
    ["store", "export"],
    ["settings", "export", "123456789012345678"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("place", ["nosuch/x", "file/x", "/proc/x"])
def test_unwritable_place_ends_in_one_line_before_anything_is_done(
    tmp_path: Path, words: list[str], place: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "messages.json").write_text("[]", encoding="utf-8")
    ended = ticketbot(*words, place, folder=tmp_path, environment={**NOBODY, "TICKETBOT_DATA": str(tmp_path / "data")})
    lines = ended.stderr.decode().splitlines()

    assert (ended.returncode, len(lines)) == (2, 1), lines
    assert lines[0].startswith(f"ticketbot cannot write {place}: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "messages.json"]


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are POSIX's")
@pytest.mark.parametrize("output_format", ["html", "txt"])
def test_what_a_link_leads_to_is_written_and_the_link_stays(tmp_path: Path, output_format: str) -> None:
    (tmp_path / "messages.json").write_text("[]", encoding="utf-8")
    (tmp_path / "pages").mkdir()
    there, link, new = tmp_path / "pages" / "page", tmp_path / "link", tmp_path / "new"
    (tmp_path / "circle").symlink_to("circle")
    there.write_text("old", encoding="utf-8")
    link.symlink_to("pages/page")
    new.symlink_to("pages/new")

    for target in (link, new, "circle"):
        ended = ticketbot("render", "messages.json", "--format", output_format, "-o", target, folder=tmp_path)
        assert ended.returncode == 0, ended.stderr

    assert (link.is_symlink(), new.is_symlink()) == (True, True)
    assert there.read_bytes() == (tmp_path / "pages" / "new").read_bytes() != b"old"
    assert stat.S_IMODE(there.stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == ["new", "page"]


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are POSIX's")
@pytest.mark.parametrize("output_format", ["html", "txt"])
def test_pipe_gets_what_is_written_and_stays(tmp_path: Path, output_format: str) -> None:
    (tmp_path / "messages.json").write_text("[]", encoding="utf-8")
    render, pipe = ("render", "messages.json", "--format", output_format, "-o"), tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    through_pipe = ticketbot(*render, pipe, folder=tmp_path)
    got = os.read(reader, 1 << 20)
    os.close(reader)
    to_output = ticketbot(*render, "/dev/fd/1", folder=tmp_path)
    parted = ticketbot("render", "messages.json", "--part-size", "1", "-o", pipe, folder=tmp_path)

    expected = ticketbot(*render, "-", folder=tmp_path).stdout
    assert (got, to_output.stdout) == (expected, expected)
    assert f"{len(expected):,} bytes" in through_pipe.stderr.decode()
    assert (pipe.is_fifo(), parted.returncode, b"Parts need files" in parted.stderr) == (True, 2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["messages.json", "pipe"]


def test_unwritable_place_is_told_before_the_messages_are_read(tmp_path: Path) -> None:
    (tmp_path / "messages.json").write_text("no JSON", encoding="utf-8")
    ended = ticketbot("render", "messages.json", "--output", "nosuch/x", folder=tmp_path, environment=NOBODY)
    (complaint,) = ended.stderr.decode().splitlines()

    assert ended.returncode == 2
    assert complaint.startswith("ticketbot cannot write nosuch/x: ")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a name may have to be UTF-8")
def test_folder_whose_name_is_not_utf_8_is_shown_to_people_and_machines_alike(tmp_path: Path) -> None:
    environment = NOBODY | {"TICKETBOT_DATA": os.fsdecode(b"d\xe9p\xf4t")}
    read = ticketbot("check", folder=tmp_path, environment=environment)
    ended = ticketbot("check", "--json", folder=tmp_path, environment=environment)
    store = next(one for one in json.loads(ended.stdout)["findings"] if one["check"] == "store")

    assert (read.returncode, ended.returncode, ended.stderr) == (1, 1, b""), "Discord cannot be reached"
    assert "d\\udce9p\\udcf4t yet" in store["text"]
    assert store["text"] in read.stdout.decode()


@pytest.mark.parametrize(("encoding", "line"), [("utf-16", 1), ("cp1252", 2)])
def test_export_in_another_encoding_is_named_with_the_line_and_a_remedy(
    tmp_path: Path, encoding: str, line: int
) -> None:
    (tmp_path / "backup.jsonl").write_bytes('{"ticketbot-export":1}\n{"é":1}\n'.encode(encoding))
    ended = ticketbot("store", "import", "backup.jsonl", folder=tmp_path, environment={"TICKETBOT_DATA": "data"})
    (complaint,) = ended.stderr.decode().splitlines()

    assert ended.returncode == 2
    assert complaint.startswith(f"ticketbot cannot read backup.jsonl: line {line} is not UTF-8")
    assert "save the file as UTF-8" in complaint


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_settings_from_a_pipe_are_utf_8_whatever_the_terminal_is(tmp_path: Path, encoding: str) -> None:
    environment = NOBODY | {"PYTHONIOENCODING": encoding, "TICKETBOT_DATA": "data"}
    command = ("settings", "import", "123456789012345678", "-")
    read = ticketbot(*command, folder=tmp_path, environment=environment, given='{"ticketbot-settings": "é"}'.encode())
    unread = ticketbot(*command, folder=tmp_path, environment=environment, given="{\n'é'}".encode("latin-1"))

    assert (read.returncode, unread.returncode) == (2, 2)
    assert b"UTF-8" not in read.stderr
    assert b"cannot import -: -: line 2 is not UTF-8; save the file as UTF-8" in unread.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["export", "abc"], "'abc' is not an id"),
        (["export", "-1"], "-1"),
        (["store", "forget", "abc"], "'abc' is not an id"),
        (["invite", "--server", "1e9"], "'1e9' is not an id"),
        (["invite", "--application", str(1 << 64)], "is not an id"),
        (["export", "1", "--part-size", "nan"], "'nan' is not a size in MiB, 1 or more"),
        (["export", "1", "--part-size", "inf"], "'inf' is not a size in MiB"),
        (["export", "1", "--largest-file", "-1"], "'-1' is not a size in MiB, 0 or more"),
        (["export", "1", "--ticket", "\N{ARABIC-INDIC DIGIT ONE}"], "is not a whole number"),
    ],
)
def test_complaints_say_what_to_type(tmp_path: Path, words: list[str], complaint: str) -> None:
    ended = ticketbot(*words, folder=tmp_path, environment=NOBODY)

    assert ended.returncode == 2
    assert complaint in ended.stderr.decode()
    assert b"range" not in ended.stderr
    assert b"Traceback" not in ended.stderr
