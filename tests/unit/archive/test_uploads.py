from __future__ import annotations

import pytest

from ticketbot.archive import scan, uploads
from ticketbot.archive.uploads import OutgoingFile
from ticketbot.tickets.model import UploadedFile

MIB = 1024 * 1024


def file(size: int, name: str = "a") -> OutgoingFile:
    return OutgoingFile(name=name, size=size, chunks=lambda: iter([b"ab", b"c"]))


def test_files_are_shared_out_by_count_and_by_size_in_order() -> None:
    bound = next(uploads.upload_limits(10 * MIB))

    many = uploads.split_into_messages([file(1, str(at)) for at in range(23)], bound)
    assert [len(message) for message in many] == [10, 10, 3]
    assert [one.name for message in many for one in message] == [str(at) for at in range(23)]
    large = uploads.split_into_messages([file(10 * MIB)] * 5, bound)
    assert [len(message) for message in large] == [2, 2, 1]


@pytest.mark.parametrize(
    ("limit", "files"), [(10 * MIB, [10, 4]), (100 * MIB, [100, 10, 4]), (25 * MIB, [25, 10, 4]), (2 * MIB, [2, 2])]
)
def test_less_and_less_is_tried(limit: int, files: list[int]) -> None:
    tried = list(uploads.upload_limits(limit))

    assert [bound.file // MIB for bound in tried] == files
    assert all(bound.message >= bound.file for bound in tried)
    assert all((bound.page_limits.page or 0) <= min(bound.file, 24 * MIB) for bound in tried)


async def test_a_file_is_read_anew_for_each_try() -> None:
    streamed = uploads.StreamedFile(file(3))

    for _ in range(2):
        async with streamed.stream() as reader:
            assert await reader.read() == b"abc"
    assert streamed.url == "attachment://a"


async def test_the_same_history_with_other_signatures_is_the_same() -> None:
    def history(signature: str, text: str = "a") -> list[bytes]:
        url = f"https://cdn.discordapp.com/a.png?ex={signature}&is={signature}&hm={signature}&".encode()
        return [b'{"url": "%s", "content": "%s"}' % (url, text.encode())] * 120

    digest = await scan.digest(history("1a"))

    assert digest == await scan.digest(history("2b"))
    assert digest != await scan.digest(history("1a", "b"))
    assert digest != await scan.digest(history("1a")[1:])


def test_the_mark_tells_files_and_messages_apart() -> None:
    one, other = UploadedFile(name="a", size=1), UploadedFile(name="b", size=1)
    marks = {scan.mark(digest, files) for digest in "xy" for files in ([[one, other]], [[one], [other]], [[one]])}

    assert len(marks) == 6
