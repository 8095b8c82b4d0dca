"""Small pictures for tests, made of nothing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence  # noqa: TC003

from tests.unit.transcripts import samples
from ticketbot.transcripts.model.media import Inlined, Media, MediaKind, Missing, MissingReason, Separate
from ticketbot.transcripts.parsing import parser


def png(width: int, height: int, seed: int) -> bytes:
    """Draw a picture of one colour with a lighter edge."""
    color = bytes((60 + seed * 53 % 170, 70 + seed * 97 % 170, 90 + seed * 151 % 160))
    light = bytes(min(255, value + 60) for value in color)
    rows = [b"\0" + (light if y < 2 else color) * width for y in range(height)]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b"")]
    written = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


_TEXT = "".join(f"{number}: <b>ligne</b> de la configuration – été\r\n" for number in range(1, 251))
_SIZES = {MediaKind.AVATAR: (64, 64), MediaKind.EMOJI: (48, 48), MediaKind.ICON: (24, 24)}


def media(raws: Sequence[object]) -> dict[str, Media]:
    """Pretend to have fetched what messages want: most files, but not all."""
    found: dict[str, Media] = {}
    for want in samples.media_references(*parser.parse_messages(raws)):
        if want.url.startswith("https://"):
            found[want.url] = _fetched(want.content_type, want.kind, want.name, len(found))
    return found


def _fetched(content_type: str, kind: MediaKind, name: str, seed: int) -> Media:
    if name.endswith((".7z", ".pdf")):
        return Missing(reason=MissingReason.TOO_LARGE)
    if name.endswith(".log"):
        return Separate(name="transcript-042-journal du serveur.log", size=12_345)
    if content_type.startswith("text/"):
        return Inlined(content=_TEXT.encode("utf-16"), content_type=content_type)
    if not content_type or content_type.startswith("image/png") or content_type == "image/jpeg":
        width, height = _SIZES.get(kind, (320, 180))
        return Inlined(content=png(width, height, seed), content_type="image/png")
    return Inlined(content=b"\0" * 2000, content_type=content_type)
