from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import zoneinfo
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.cli.process import ticketbot
from tests.unit.transcripts import samples, semantics

if TYPE_CHECKING:
    from pathlib import Path


def raw(number: int, content: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  # whatever a message may hold
    return samples.raw(id=str(1_477_950_566_400_000_000 + number), content=content, **fields)


def saved(folder: Path, value: object) -> Path:
    path = folder / "messages.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_page_lies_beside_the_messages_and_begins_with_the_oldest(tmp_path: Path) -> None:
    path = saved(tmp_path, [raw(3, "drei"), raw(2, "zwei"), raw(1, "eins")])
    ended = ticketbot("render", path, folder=tmp_path)
    page = (tmp_path / "messages.html").read_text(encoding="utf-8")

    assert ended.returncode == 0
    assert ended.stdout == b""
    assert b"messages.html: 3 messages" in ended.stderr
    assert re.findall("eins|zwei|drei", page) == ["eins", "zwei", "drei"]
    assert list(tmp_path.glob(".*")) == []


def test_what_is_no_message_is_left_out_and_told(tmp_path: Path) -> None:
    ended = ticketbot("render", saved(tmp_path, [1, "a", raw(1, "eins")]), folder=tmp_path)

    assert ended.returncode == 0
    assert ended.stderr.decode().splitlines()[0] == "! 2 of 3 entries are no messages, and are left out"
    assert b"messages.html: 1 message, " in ended.stderr


def test_messages_may_be_utf_16_and_have_a_byte_order_mark(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-8-sig"):
        given = json.dumps([raw(1, "Écoute")], ensure_ascii=False).encode(encoding)
        ended = ticketbot("render", "-", folder=tmp_path, given=given)

        assert (ended.returncode, "Écoute" in ended.stdout.decode()) == (0, True), ended.stderr


def test_page_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = saved(tmp_path, [raw(1, "eins")])
    umask = os.umask(0o000)
    try:
        ended = ticketbot("render", path, folder=tmp_path)
    finally:
        os.umask(umask)

    assert ended.returncode == 0
    assert stat.S_IMODE((tmp_path / "messages.html").stat().st_mode) == 0o600


def test_pages_of_messages_that_were_joined_in_any_order_come_right(tmp_path: Path) -> None:
    given = [raw(4, "d"), raw(3, "c"), raw(6, "f"), raw(5, "e"), raw(2, "b"), {"content": "odd"}, raw(1, "a")]
    ended = ticketbot("render", "-", folder=tmp_path, given=json.dumps(given).encode())
    shown = re.findall(r'<div class="b">(\w)</div>|(odd)', ended.stdout.decode())

    assert ["".join(one) for one in shown] == ["a", "odd", "b", "c", "d", "e", "f"]


def test_standard_input_becomes_standard_output(tmp_path: Path) -> None:
    ended = ticketbot("render", "-", folder=tmp_path, given=json.dumps(samples.MESSAGES).encode())

    assert ended.returncode == 0
    zone = zoneinfo.ZoneInfo("Europe/Paris")
    assert ended.stdout.decode() == samples.page(*samples.decoded(samples.MESSAGES), time_zone=zone)
    assert list(tmp_path.iterdir()) == []


def test_options_tell_what_the_messages_do_not(tmp_path: Path) -> None:
    path = saved(tmp_path, [raw(1, "Hello")])
    names = ["--guild", "Atelier", "--channel", "042-lea", "--ticket", "42", "--opener", "Léa", "--claimer", "Bob"]
    moments = ["--opened", "2026-03-02T08:00", "--closed", "2026-03-02T10:00+01:00", "--time-zone", "Europe/Paris"]
    ended = ticketbot("render", path, "-o", "page.html", "--language", "en", *names, *moments, folder=tmp_path)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    read = semantics.text(page)

    assert ended.returncode == 0
    assert '<html lang="en">' in page
    assert all(word in read for word in ("Ticket 042", "Atelier", "#042-lea", "Léa", "Bob", "Europe/Paris"))
    assert page.count('datetime="2026-03-02T08:00:00Z"') == 1
    assert page.count('datetime="2026-03-02T09:00:00Z"') == 1


@pytest.mark.parametrize(
    ("words", "zone", "time"),
    [
        ([], "Europe/Paris", "09:30"),
        (["--language", "en"], "UTC", "08:30"),
        (["--language", "en", "--time-zone", "Asia/Tokyo"], "Asia/Tokyo", "17:30"),
    ],
)
def test_times_are_in_the_zone_of_the_language_or_of_choice(
    tmp_path: Path, words: list[str], zone: str, time: str
) -> None:
    messages = json.dumps([samples.raw(content="Hello")]).encode()
    page = ticketbot("render", "-", *words, folder=tmp_path, given=messages).stdout.decode()

    assert f"<dd>{zone}</dd>" in page
    assert f">{time}</time></a>" in page


def test_page_that_becomes_too_large_is_parted(tmp_path: Path) -> None:
    path = saved(tmp_path, [raw(number, "mot " * 900) for number in range(700)])
    ended = ticketbot("render", path, "--part-size", "1", folder=tmp_path)
    parts = sorted(tmp_path.glob("*.html"))

    assert ended.returncode == 0
    assert [part.name for part in parts] == ["messages-2.html", "messages-3.html", "messages.html"]
    assert all(part.stat().st_size <= 1 << 20 for part in parts)
    assert 'href="./messages-2.html"' in (tmp_path / "messages.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (b"", "no JSON (line 1, column 1"),
        (b'[{"id": "1"},\n  oops]', "no JSON (line 2, column 3"),
        (b"\xff\x00\xfe", "line 1 is not UTF-8"),
        ('[{"id": "1",\n "content": "é"}]'.encode("cp1252"), "line 2 is not UTF-8"),
        (b"[" * 100_000, "no JSON that holds messages"),
        (b"[" + b"9" * 5_000 + b"]", "no JSON that holds messages"),
        (b'{"message": "Unknown Channel", "code": 10003}', "no array of messages, but an object"),
        (b"null", "no array of messages, but null"),
        (b'["a"]', "no message, but a string"),
    ],
)
def test_bad_file_ends_in_one_line_and_exit_code_2(tmp_path: Path, given: bytes, complaint: str) -> None:
    ended = ticketbot("render", "-", "-o", "page.html", folder=tmp_path, given=given)
    lines = ended.stderr.decode().splitlines()

    assert ended.returncode == 2
    assert len(lines) == 1
    assert lines[0].startswith("ticketbot cannot read standard input: ")
    assert complaint in lines[0]
    assert ended.stdout == b""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nosuch.json"], "nosuch.json"),
        (["messages.json", "-o", "nosuch/page.html"], "cannot write nosuch/page.html"),
        (["messages.json", "-o", "messages.json"], "replace the messages"),
        (["messages.json", "-o", "-", "--part-size", "1"], "Parts need files"),
        (["messages.json", "--time-zone", "../UTC"], "no time zone"),
        (["messages.json", "--time-zone", "Europe"], "no time zone"),
        (["messages.json", "--opened", "yesterday"], "no date"),
        (["messages.json", "--opened", "9999-12-31T23:59-12:00"], "no date from 1970 to 9998"),
        (["messages.json", "--closed", "0001-01-01T00:00+14:00"], "no date from 1970 to 9998"),
        (["messages.json", "--language", "de"], "de"),
        ([], "MESSAGES"),
    ],
)
def test_wrong_call_says_what_is_wrong_and_exits_with_2(tmp_path: Path, words: list[str], complaint: str) -> None:
    path = saved(tmp_path, [raw(1, "a")])
    before = path.read_bytes()
    ended = ticketbot("render", *words, folder=tmp_path)

    assert ended.returncode == 2
    assert complaint in ended.stderr.decode()
    assert b"Traceback" not in ended.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["messages.json"]
    assert path.read_bytes() == before


def test_rendering_loads_nothing_of_discord() -> None:
    program = (
        "import sys; import ticketbot.cli.render; from ticketbot.cli.main import main\n"
        "main(['render', '--help'], standalone_mode=False)\n"
        "print({'hikari', 'lightbulb', 'miru', 'aiohttp', 'motor', 'pydantic'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)  # noqa: S603 - ourselves

    assert ended.stdout.endswith(b"\nset()\n"), ended.stdout


def test_other_formats_lie_beside_the_messages_unless_that_is_where_they_are(tmp_path: Path) -> None:
    path = saved(tmp_path, [raw(2, "zwei"), raw(1, "eins")])
    page = ticketbot("render", path, "--format", "json", folder=tmp_path)
    elsewhere = ticketbot("render", path, "--format", "json", "-o", "export.json", folder=tmp_path)
    text = ticketbot("render", path, "--format", "txt", folder=tmp_path)
    parts = ticketbot("render", path, "--format", "txt", "--part-size", "1", folder=tmp_path)

    assert (page.returncode, b"would replace the messages" in page.stderr) == (2, True)
    assert (elsewhere.returncode, text.returncode) == (0, 0), elsewhere.stderr + text.stderr
    found = json.loads((tmp_path / "export.json").read_text(encoding="utf-8"))
    assert [message["content"] for message in found["messages"]] == ["eins", "zwei"]
    assert (tmp_path / "messages.txt").read_text(encoding="utf-8").index("eins") > 0
    assert (parts.returncode, b"Only pages have parts" in parts.stderr) == (2, True)


def test_other_formats_go_to_standard_output(tmp_path: Path) -> None:
    given = json.dumps([raw(1, "eins")]).encode()
    ended = ticketbot("render", "-", "--format", "json", folder=tmp_path, given=given)

    assert json.loads(ended.stdout)["messageCount"] == 1
