"""Requests and answers held against Discord's own description of its API, strictly: an unknown field is a fault."""

from __future__ import annotations

import functools
import gzip
import json
import pathlib
import re
from typing import Any

DOCUMENT = pathlib.Path(__file__).with_name("discord-openapi.json.gz")

# Where Discord's document and Discord itself, or every client, are known to differ.
KNOWN: dict[str, str] = {
    "dm_permission": "sent by hikari; deprecated, still taken by Discord",
}

PERMISSION_TEXTS = ("allow", "deny")
"""Bit sets that the document calls integers in requests; Discord's prose has them as text, as every client sends them."""


@functools.cache
def document() -> dict[str, Any]:
    with gzip.open(DOCUMENT) as file:
        return json.load(file)


@functools.cache
def routes() -> list[tuple[str, re.Pattern[str]]]:
    """List the document's paths, those with fewer names first."""
    paths = sorted(document()["paths"], key=lambda path: (path.count("{"), path))
    return [(path, re.compile(re.sub(r"\{\w+\}", r"[^/]+", path) + "$")) for path in paths]


@functools.cache
def route_of(method: str, path: str) -> str | None:
    for template, pattern in routes():
        if pattern.match(path) and method.lower() in document()["paths"][template]:
            return template
    return None


class Contract:
    """What one operation may be asked and may answer."""

    def __init__(self, method: str, template: str) -> None:
        self._operation: dict[str, Any] = document()["paths"][template][method.lower()]
        self._shared: list[dict[str, Any]] = document()["paths"][template].get("parameters", [])

    def request(self, query: dict[str, str], body: object) -> list[str]:
        """List what is wrong with a request."""
        known = {
            parameter["name"]
            for parameter in map(resolve, [*self._shared, *self._operation.get("parameters", [])])
            if parameter["in"] == "query"
        }
        wrong = [f"unknown query parameter {name}" for name in query if name not in known]
        contents: dict[str, Any] = resolve(self._operation.get("requestBody", {})).get("content", {})
        if body is not None:
            schema = contents.get("application/json", {}).get("schema")
            wrong += ["a body where none is expected"] if schema is None else check(schema, body, "body")
        return wrong

    def answer(self, status: int, body: object) -> list[str]:
        """List what is wrong with an answer."""
        responses: dict[str, Any] = self._operation["responses"]
        found = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        if found is None:
            return [f"status {status} is not in the document"]
        schema = resolve(found).get("content", {}).get("application/json", {}).get("schema")
        return [] if schema is None or body is None else check(schema, body, "answer")


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        found: Any = document()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def check(schema: dict[str, Any], value: object, where: str) -> list[str]:
    """List what is wrong with a value; of several schemas, the one that it fits best counts."""
    schema = resolve(schema)
    for key in ("oneOf", "anyOf"):
        if key in schema:
            tried = [check(option, value, where) for option in schema[key]]
            return min(tried, key=len)
    if "allOf" in schema:
        return [fault for option in schema["allOf"] for fault in check(option, value, where)]
    if "const" in schema and value != schema["const"]:
        return [f"{where}: {value!r} is not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']!r}"]
    kinds = schema.get("type")
    kinds = [kinds] if isinstance(kinds, str) else kinds or []
    if kinds and not any(_is(kind, value) for kind in kinds):
        return [f"{where}: {type(value).__name__} is no {'/'.join(kinds)}"]
    if isinstance(value, dict):
        return _check_object(schema, value, where)
    if isinstance(value, list):
        items = schema.get("items")
        faults = (
            [fault for index, item in enumerate(value) for fault in check(items, item, f"{where}[{index}]")]
            if items
            else []
        )
        if len(value) > schema.get("maxItems", len(value)) or len(value) < schema.get("minItems", 0):
            faults.append(f"{where}: {len(value)} items")
        return faults
    if isinstance(value, str):
        return _check_text(schema, value, where)
    return []


def _check_object(schema: dict[str, Any], value: dict[str, Any], where: str) -> list[str]:
    properties: dict[str, Any] | None = schema.get("properties")
    extra = schema.get("additionalProperties")
    faults = [f"{where}: {name} is missing" for name in schema.get("required", ()) if name not in value]
    for name, item in value.items():
        if name in PERMISSION_TEXTS and isinstance(item, str) and item.isdigit():
            continue
        if name == "id" and where.startswith("body.attachments") and isinstance(item, int):
            continue  # hikari numbers new attachments; Discord's documentation shows numbers too
        if properties is not None and name in properties:
            faults += check(properties[name], item, f"{where}.{name}")
        elif isinstance(extra, dict):
            faults += check(extra, item, f"{where}.{name}")
        elif extra is not True and properties is not None and name not in KNOWN:
            faults.append(f"{where}: unknown field {name}")
    return faults


def _check_text(schema: dict[str, Any], value: str, where: str) -> list[str]:
    if len(value) > schema.get("maxLength", len(value)) or len(value) < schema.get("minLength", 0):
        return [f"{where}: {len(value)} characters"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{where}: {value!r} does not match {schema['pattern']}"]
    return []


def _is(kind: str, value: object) -> bool:
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    expected = {"string": str, "object": dict, "array": list, "boolean": bool, "null": type(None)}[kind]
    return isinstance(value, expected)
