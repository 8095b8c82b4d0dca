"""Reading JSON and multipart bodies, of requests to us and of answers to interactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import aiohttp
import attrs
import orjson

from tests.simulator import errors
from tests.simulator.messages import Upload

if TYPE_CHECKING:
    from aiohttp import web

_INVALID_JSON: Final = "The request body contains invalid JSON."


@attrs.define
class Body:
    """What a body held."""

    json: Any = None
    files: list[Upload] = attrs.field(factory=list[Upload])
    strange: list[str] = attrs.field(factory=list[str])
    """Names of parts that Discord does not know."""


def parse(raw: bytes) -> Any:  # noqa: ANN401  # any JSON
    """Read JSON; an empty body is none."""
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise errors.DiscordError(400, 50109, _INVALID_JSON) from error


async def read(request: web.Request) -> Body:
    """Read the body of a request."""
    if request.content_type == "multipart/form-data":
        return await read_multipart(await request.multipart())
    return Body(parse(await request.read()))


async def read_answer(response: aiohttp.ClientResponse) -> Body:
    """Read the body of an answer."""
    if response.content_type == "multipart/form-data":
        return await read_multipart(aiohttp.MultipartReader.from_response(response))
    return Body(parse(await response.read()))


async def read_multipart(reader: Any) -> Body:  # noqa: ANN401  # two unrelated readers of aiohttp
    """Read ``payload_json`` and the files."""
    body = Body()
    async for part in reader:
        if not isinstance(part, aiohttp.BodyPartReader):
            body.strange.append("(nested)")
            continue
        name = part.name or ""
        raw = bytes(await part.read(decode=True))
        if name == "payload_json":
            body.json = parse(raw)
        elif name.startswith("files[") and name.endswith("]"):
            kind = part.headers.get("Content-Type")
            body.files.append(Upload(name, part.filename or "unknown", raw, kind))
        else:
            body.strange.append(name)
    return body
