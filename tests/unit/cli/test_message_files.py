"""Files of messages are read one message at a time, and give what reading them at once would."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tests.unit.transcripts import samples
from ticketbot.cli import message_files
from ticketbot.cli.errors import UnusableError
from ticketbot.transcripts.parsing import parser

PLAIN = [samples.raw(id=str(number), content=f"mot {number}") for number in range(1, 6)]


def read(content: bytes) -> list[Any]:
    return list(message_files.read(io.BytesIO(content), "messages.json"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_message_of_the_corpus_is_read_as_by_the_standard_library(encoding: str) -> None:
    corpus: list[Any] = [*samples.MESSAGES, *(value for value in samples.ODD if isinstance(value, dict))]
    content = json.dumps(corpus, indent=1).encode(encoding)

    found = read(content)

    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, corpus))
    assert list(parser.parse_messages(found)) == list(parser.parse_messages(json.loads(json.dumps(found))))


@pytest.mark.parametrize(
    "odd",
    [
        '{"id": "3", "content": "\\ud83d alone"}',
        '{"id": "3", "content": NaN}',
        '{"id": "3", "content": 1e400}',
        '{"id": "3", "content": 123456789012345678901234567890}',
        '{"id": "3", "content": "x", "id": "4"}',
        '{"id": 3, "\\ud83d": []}',
        "{}",
        ' {"id":\t"3"} ',
    ],
)
def test_odd_message_is_read_as_by_the_standard_library(odd: str) -> None:
    content = f"[{json.dumps(PLAIN[0])}, {odd}, {json.dumps(PLAIN[4])}]"

    assert repr(list(parser.parse_messages(read(content.encode())))) == repr(
        list(parser.parse_messages(json.loads(content)))
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"[{\n01}]", "line 2, column 1"),
        (b'[{"id": "1"}, {"id": "2", "content": "\x01"}]', "line 1, column 39"),
        (b'[{"id": "1"},\n {"id": "2", "content": "\\x"}]', "line 2, column 26"),
        (b'[{"id": "1", "content": "\xff"}]', "line 1 is not UTF-8"),
        (b'[{"id": "1"}', "line 1, column 13"),
        (b'[{"id": "1", "content": ' + b"[" * 5000 + b"]" * 5000 + b"}]", "no JSON that holds messages"),
        (b"", "line 1, column 1"),
        (b'{"id": "1"}', "no array of messages, but an object"),
        (b"[1, 2]", "its array holds no message, but a number"),
        (b'[" "]', "its array holds no message, but a string"),
    ],
)
def test_file_that_cannot_be_read_is_refused_with_the_place(content: bytes, complaint: str) -> None:
    with pytest.raises(UnusableError) as refused:
        read(content)

    assert complaint in str(refused.value)


def test_other_entries_are_left_out_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    content = json.dumps([PLAIN[3], 7, [PLAIN[2]], None, "{", PLAIN[0]]).encode()

    assert [value["id"] for value in read(content)] == ["1", "4"]
    assert "4 of 6 entries are no messages" in capsys.readouterr().err
