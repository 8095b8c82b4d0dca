"""MongoDB's wire protocol: OP_MSG, and the OP_QUERY of a driver's first ``hello``."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import attrs
import bson
import bson.errors

if TYPE_CHECKING:
    import asyncio

OP_REPLY: Final = 1
OP_QUERY: Final = 2004
OP_MSG: Final = 2013

_HEADER: Final = struct.Struct("<iiii")
_CHECKSUM_PRESENT: Final = 1
_MORE_TO_COME: Final = 2
_LARGEST: Final = 48_000_000

Document = dict[str, Any]


class MalformedMessageError(Exception):
    """A message is not in the part of the protocol that is implemented here."""


@attrs.frozen
class Message:
    """One command, as received."""

    request_id: int
    op_code: int
    command: Document

    @property
    def name(self) -> str:
        """The command's name: its first key."""
        return next(iter(self.command))


async def read(reader: asyncio.StreamReader) -> Message:
    """Read one command.

    Raises
    ------
    MalformedMessageError
        It is not in this part of the protocol.
    asyncio.IncompleteReadError
        The connection ended.
    """
    length, request_id, _, op_code = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    if not _HEADER.size < length <= _LARGEST:
        raise MalformedMessageError(f"a message of {length} bytes")
    body = await reader.readexactly(length - _HEADER.size)
    parse = {OP_MSG: _parse_msg, OP_QUERY: _parse_query}.get(op_code)
    if parse is None:
        raise MalformedMessageError(f"op code {op_code}")
    try:
        return Message(request_id, op_code, parse(body))
    except (bson.errors.BSONError, struct.error, IndexError, ValueError) as error:
        raise MalformedMessageError("the body is broken") from error


def reply_to(message: Message, reply: Document) -> bytes:
    """Return the bytes that answer a command, in the form of its message."""
    document = bson.encode(reply)
    if message.op_code == OP_QUERY:
        return _pack(message.request_id, OP_REPLY, struct.pack("<iqii", 8, 0, 0, 1) + document)
    return _pack(message.request_id, OP_MSG, struct.pack("<iB", 0, 0) + document)


def request(command: Document) -> bytes:
    """Return the bytes of a command."""
    return _pack(0, OP_MSG, struct.pack("<iB", 0, 0) + bson.encode(command))


def parse_reply(header: bytes, body: bytes) -> Document:
    """Return the answer to ``request``."""
    if _HEADER.unpack(header)[3] != OP_MSG:
        raise MalformedMessageError("the answer is not an OP_MSG")
    return _parse_msg(body)


def body_length(header: bytes) -> int:
    """Return how many bytes follow a header."""
    return int(_HEADER.unpack(header)[0]) - _HEADER.size


HEADER_LENGTH: Final = _HEADER.size


def _pack(response_to: int, op_code: int, body: bytes) -> bytes:
    return _HEADER.pack(_HEADER.size + len(body), 0, response_to, op_code) + body


def _parse_msg(body: bytes) -> Document:
    (flags,) = struct.unpack_from("<I", body)
    if flags & _CHECKSUM_PRESENT or flags & _MORE_TO_COME:
        raise MalformedMessageError("checksums and unanswered messages are not implemented")
    command: Document = {}
    sequences: Document = {}
    position = 4
    while position < len(body):
        kind = body[position]
        (size,) = struct.unpack_from("<i", body, position + 1)
        section = body[position + 1 : position + 1 + size]
        position += 1 + size
        if kind == 0:
            command = _decode(section)
        elif kind == 1:
            name, _, documents = section[4:].partition(b"\0")
            sequences[name.decode()] = _decode_all(documents)
        else:
            raise MalformedMessageError(f"section kind {kind}")
    if not command:
        raise MalformedMessageError("no command")
    return command | sequences


def _parse_query(body: bytes) -> Document:
    name, _, rest = body[4:].partition(b"\0")
    if name != b"admin.$cmd":
        raise MalformedMessageError("OP_QUERY is for hello only")
    return _decode(rest[8:])


def _decode(document: bytes) -> Document:
    return bson.decode(document)  # pyright: ignore[reportUnknownMemberType] - bson's types leave a parameter open


def _decode_all(documents: bytes) -> list[Document]:
    return bson.decode_all(documents)  # pyright: ignore[reportUnknownMemberType] - bson's types leave a parameter open
