from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator.media import Served
from tests.simulator.simulator import Simulator
from tests.unit.transcripts import pictures
from ticketbot.archive import filetypes
from ticketbot.archive.media import MediaFetcher
from ticketbot.archive.media_spool import MediaSpool, SpooledFile
from ticketbot.transcripts.model.media import Inlined, Media, MediaKind, MediaReference, Missing, MissingReason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HOST = "https://cdn.discordapp.com"
KIB = 1024
PICTURE = pictures.png(8, 8, 1)


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as running:
        yield running


async def fetched(sim: Simulator, *wanted: MediaReference, size: int = 1 << 30, seconds: float = 20) -> list[Media]:
    fetcher = MediaFetcher(sim.media_url, size=size, seconds=seconds)
    with MediaSpool() as spool:
        found = await fetcher.fetch(wanted, spool, largest=10 * KIB * KIB)
    return [found[one.url] for one in wanted]


def want(path: str, kind: MediaKind = MediaKind.ATTACHMENT, **facts: object) -> MediaReference:
    return MediaReference(url=f"{HOST}/{path}", kind=kind, **facts)  # pyright: ignore[reportArgumentType] - checked there


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/a",
        "https://cdn.discordapp.com.evil.test/a",
        "https://evil.test/cdn.discordapp.com/a",
        "https://cdn.discordapp.com@evil.test/a",
        "https://user:secret@cdn.discordapp.com/a",
        "https://cdn.discordapp.com:8443/a",
        "https://cdn.discordapp.com:port/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://cdn.discordapp.com./a",
        "//cdn.discordapp.com/a",
        "file:///etc/passwd",
        "attachment://a.png",
        "",
    ],
)
def test_nothing_is_fetched_from_elsewhere(url: str) -> None:
    assert MediaFetcher().address(url) is None


def test_addresses_stay_as_discord_signed_them() -> None:
    signed = f"{HOST}/attachments/1/2/a%2Fb%41.png?ex=1&is=2&hm=3&"

    assert str(MediaFetcher().address(signed)) == signed
    assert str(MediaFetcher("http://127.0.0.1:1/m/").address(f"{HOST}/é b")) == (
        "http://127.0.0.1:1/m/cdn.discordapp.com/%C3%A9%20b"
    )
    assert "\n" not in str(MediaFetcher().address(f"{HOST}/a\r\nHost: evil.test"))


async def test_each_kind_has_its_own_bound(sim: Simulator) -> None:
    for path in ("avatar", "sticker", "file"):
        sim.media.put(f"{HOST}/{path}", Served(content=b"\xff\xd8\xff" + b"x" * 300 * KIB))

    avatar, sticker, small, large = await fetched(
        sim,
        want("avatar", MediaKind.AVATAR),
        want("sticker", MediaKind.STICKER),
        want("file"),
        want("f", size=11 << 20),
    )

    assert avatar == Missing(reason=MissingReason.TOO_LARGE, size=300 * KIB + 3)
    assert isinstance(sticker, Inlined)
    assert isinstance(small, Inlined)
    assert large == Missing(reason=MissingReason.TOO_LARGE, size=11 << 20)


async def test_no_more_is_kept_than_there_is_room_for(sim: Simulator) -> None:
    for path in "abc":
        sim.media.put(f"{HOST}/{path}", Served(content=b"x" * 100 * KIB))

    told = await fetched(sim, *(want(path, size=100 * KIB) for path in "abc"), size=250 * KIB)
    untold = await fetched(sim, *(want(path) for path in "abc"), size=250 * KIB)

    no_room = Missing(reason=MissingReason.NO_ROOM, size=100 * KIB)
    assert [isinstance(one, Inlined) for one in told] == [True, True, False]
    assert told[2] == no_room
    assert no_room in untold


async def test_what_takes_too_long_is_left_out(sim: Simulator) -> None:
    sim.media.put(f"{HOST}/slow", Served(content=PICTURE, seconds=30))
    sim.media.put(f"{HOST}/quick", Served(content=PICTURE))

    quick, slow = await fetched(sim, want("quick"), want("slow"), seconds=2)

    assert isinstance(quick, Inlined)
    assert slow == Missing(reason=MissingReason.FAILED)


async def test_nobody_is_sent_elsewhere(sim: Simulator) -> None:
    location = f"{sim.media_url}/cdn.discordapp.com/there"
    sim.media.put(f"{HOST}/here", Served(status=302, headers={"Location": location}))
    sim.media.put(f"{HOST}/there", Served(content=PICTURE))

    assert await fetched(sim, want("here")) == [Missing(reason=MissingReason.FAILED)]


async def test_passing_trouble_is_tried_again(sim: Simulator) -> None:
    sim.media.put(f"{HOST}/broken", Served(status=503))

    assert await fetched(sim, want("broken", size=3)) == [Missing(reason=MissingReason.FAILED, size=3)]
    assert len(sim.media.asked) == 2


async def test_nothing_wanted_is_nothing_asked(sim: Simulator) -> None:
    assert not await fetched(sim)


@pytest.mark.parametrize(
    ("beginning", "family", "found"),
    [
        (PICTURE, "image", "image/png"),
        (PICTURE, "video", filetypes.UNKNOWN),
        (b"<html><img>", "image", filetypes.UNKNOWN),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>", "image", filetypes.UNKNOWN),
        (b"RIFF\1\0\0\0WEBPVP8 ", "image", "image/webp"),
        (b"RIFF\n\0\0\0WAVEfmt ", "audio", "audio/wav"),
        (b"OggS\0", "audio", "audio/ogg"),
        (b"\0\0\0\x18ftypmp42", "video", "video/mp4"),
        (b"\0\0\0\x18ftypavif", "image", "image/avif"),
        (b"\xff\xd8\xff\xe0", "image", "image/jpeg"),
        (b"%PDF-1.7", "application", filetypes.UNKNOWN),
        (b"", "image", filetypes.UNKNOWN),
    ],
)
def test_types_are_told_by_the_first_bytes(beginning: bytes, family: str, found: str) -> None:
    assert filetypes.content_type(beginning, family=family) == found


@pytest.mark.parametrize("size", [0, 1, 16 * KIB, 16 * KIB + 1, 64 * KIB, 64 * KIB + 1, 1_000_003])
async def test_shelved_files_come_back_piece_by_piece(size: int) -> None:
    content = bytes(at % 251 for at in range(size))
    with MediaSpool() as spool:
        one, other = SpooledFile(spool), SpooledFile(spool)
        for start in range(0, size, 50_000):
            await one.add(content[start : start + 50_000])
            await other.add(content[start : start + 50_000][::-1])
        kept, reversed_ = await one.end(), await other.end()

        assert len(kept) == len(reversed_) == size
        for step in (7_777, 393_216, 10_000_000):
            pieces = [kept[start : start + step] for start in range(0, size, step)]
            assert b"".join(pieces) == content
