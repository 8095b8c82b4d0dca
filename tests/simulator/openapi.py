"""Discord's OpenAPI document: which routes, parameters, bodies and answers exist."""

from __future__ import annotations

import functools
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from tests.simulator.schemas import Compiler

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.errors import Json
    from tests.simulator.schemas import Check, Problem

_DOCUMENT: Final = Path(__file__).with_name("discord-openapi.json.gz")

_BITS: Final = {"type": ["integer", "string", "null"]}

AMENDMENTS: Final[tuple[tuple[str, object, str], ...]] = (
    (
        "components/schemas/ChannelPermissionOverwriteRequest/properties/allow",
        _BITS,
        "permission bits are sent as strings, as Discord's prose asks; the document says integer",
    ),
    ("components/schemas/ChannelPermissionOverwriteRequest/properties/deny", _BITS, "as above"),
    (
        (
            "paths/~channels~{channel_id}~permissions~{overwrite_id}/put/requestBody/content/application~json/schema"
            "/properties/allow"
        ),
        _BITS,
        "as above",
    ),
    (
        (
            "paths/~channels~{channel_id}~permissions~{overwrite_id}/put/requestBody/content/application~json/schema"
            "/properties/deny"
        ),
        _BITS,
        "as above",
    ),
    (
        "components/schemas/MessageAttachmentRequest/properties/id",
        {"type": ["string", "integer"]},
        "the index of a new file is a small number, which libraries send as one",
    ),
    (
        "components/schemas/InnerErrors/properties/_errors/items",
        {
            "type": "object",
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
            "required": ["code", "message"],
        },
        "the codes of single fields are words (BASE_TYPE_REQUIRED); the document says integer",
    ),
    ("components/schemas/ApplicationCommandUpdateRequest/properties/default_member_permissions", _BITS, "as above"),
    ("components/schemas/ApplicationCommandCreateRequest/properties/default_member_permissions", _BITS, "as above"),
    (
        "components/schemas/ApplicationCommandPatchRequestPartial/properties/default_member_permissions",
        _BITS,
        "as above",
    ),
)
"""Where Discord's document and its prose or the libraries differ harmlessly: place, what to read instead, why."""


@functools.cache
def document() -> Json:
    """Read the document, once for the process."""
    content: Json = json.loads(gzip.decompress(_DOCUMENT.read_bytes()))
    for place, value, _ in AMENDMENTS:
        *above, last = [key.replace("~", "/") for key in place.split("/")]
        node = content
        for key in above:
            node = node[key]
        node[last] = value
    return content


@attrs.frozen
class Operation:
    """One method of one path."""

    route: str
    parameters: Mapping[str, str]
    """Path parameters of this call."""
    query: Mapping[str, Check]
    body: Check | None
    responses: Mapping[str, Check | None]

    def check_query(self, query: Mapping[str, str]) -> list[Problem]:
        """Look for unknown and for wrong query parameters."""
        problems: list[Problem] = []
        for name, text in query.items():
            check = self.query.get(name)
            if check is None:
                problems.append((name, "UNKNOWN_FIELD", "This query parameter is not in Discord's document"))
            else:
                problems += [(name, code, words) for _, code, words in check(text)]
        return problems

    def check_body(self, body: object) -> list[Problem]:
        """Look for what is wrong in the body of a request."""
        if self.body is None:
            return [] if body is None else [("", "UNKNOWN_FIELD", "This request has no body in Discord's document")]
        return self.body(body)

    def check_answer(self, status: int, body: object) -> list[Problem]:
        """Look for what is wrong in an answer."""
        key = str(status)
        if key not in self.responses:
            key = f"{status // 100}XX"
        if key not in self.responses:
            return [("", "UNKNOWN_STATUS", f"Status {status} is not in Discord's document")]
        check = self.responses[key]
        if check is None:
            return [] if body is None else [("", "UNKNOWN_FIELD", f"Status {status} has no body")]
        return check(body)


@attrs.frozen
class _Template:
    route: str
    segments: tuple[str, ...]
    query: Mapping[str, Check]
    body: Check | None
    responses: Mapping[str, Check | None]

    def match(self, segments: list[str]) -> dict[str, str] | None:
        found: dict[str, str] = {}
        for wanted, given in zip(self.segments, segments, strict=True):
            if wanted.startswith("{"):
                found[wanted[1:-1]] = given
            elif wanted != given:
                return None
        return found


class Document:
    """The document, ready to check with."""

    def __init__(self, content: Json) -> None:
        self._content = content
        self._compiler = Compiler(content["components"]["schemas"])
        self._templates: dict[tuple[str, int], list[_Template]] = {}
        for path, methods in content["paths"].items():
            shared = methods.get("parameters", [])
            for method, operation in methods.items():
                if method != "parameters":
                    self._add(path, method.upper(), operation, shared)
        for templates in self._templates.values():
            templates.sort(key=lambda template: sum(part.startswith("{") for part in template.segments))

    def _add(self, path: str, method: str, operation: Json, shared: list[Json]) -> None:
        segments = tuple(path.strip("/").split("/"))
        parameters = [*shared, *operation.get("parameters", [])]
        content = operation.get("requestBody", {}).get("content", {})
        template = _Template(
            route=f"{method} {path}",
            segments=segments,
            query={one["name"]: self._text(one["schema"]) for one in parameters if one["in"] == "query"},
            body=self._compiler.compile(content["application/json"]["schema"])
            if "application/json" in content
            else None,
            responses={status: self._response(answer) for status, answer in operation["responses"].items()},
        )
        self._templates.setdefault((method, len(segments)), []).append(template)

    def _response(self, answer: Json) -> Check | None:
        if "$ref" in answer:
            answer = self._content["components"]["responses"][answer["$ref"].rpartition("/")[2]]
        content = answer.get("content", {})
        return self._compiler.compile(content["application/json"]["schema"]) if "application/json" in content else None

    def _text(self, schema: Json) -> Check:
        """Check a parameter, which comes as text."""
        kind = self._compiler.resolve(schema).get("type")
        check = self._compiler.compile(schema)

        def parsed(value: object) -> list[Problem]:
            text = str(value)
            if kind == "boolean":
                return check({"true": True, "false": False}.get(text.lower(), text))
            if kind == "integer":
                return check(int(text) if text.lstrip("-").isdigit() else text)
            return check(text)

        return parsed

    def find(self, method: str, path: str) -> Operation | None:
        """Find the operation that a request is for."""
        segments = path.strip("/").split("/")
        for template in self._templates.get((method, len(segments)), []):
            parameters = template.match(segments)
            if parameters is not None:
                return Operation(template.route, parameters, template.query, template.body, template.responses)
        return None

    def has(self, route: str) -> bool:
        """Tell whether a route (``GET /users/@me``) exists."""
        method, _, path = route.partition(" ")
        return path in self._content["paths"] and method.lower() in self._content["paths"][path]


@functools.cache
def discord() -> Document:
    """Compile Discord's document, once for the process."""
    return Document(document())
