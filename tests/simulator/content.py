"""What a message may hold: text, embeds, components; checked, then written as Discord would."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, cast

from tests.simulator import errors, inputs, snowflakes, state
from tests.simulator.schemas import under

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.simulator.errors import Json
    from tests.simulator.state import Attachment, Limits

_LINK: Final = 5
_PREMIUM: Final = 6
_ROWS: Final = 5
_COMPONENTS_V2: Final = 40
_DISPLAYED: Final = 4000
_SIZED: Final = ("title", "description")


def without_nulls(value: Any) -> Any:  # noqa: ANN401  # any JSON
    """Drop the fields that are null, at every depth."""
    if isinstance(value, dict):
        fields = cast("Json", value)
        return {key: without_nulls(inner) for key, inner in fields.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in cast("list[Any]", value)]
    return value


def check(body: Json, flags: int, limits: Limits) -> None:
    """Refuse what Discord refuses beyond its schema."""
    problems: list[tuple[str, str, str]] = []
    if len(body.get("content") or "") > limits.content:
        problems.append(("content", "BASE_TYPE_MAX_LENGTH", f"Must be {limits.content} or fewer in length."))
    problems += _embed_problems(body.get("embeds") or [], limits)
    problems += _component_problems(body.get("components") or [], flags)
    if flags & state.COMPONENTS_V2:
        problems += [
            (
                field,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )
            for field in ("content", "embeds", "poll", "sticker_ids")
            if body.get(field)
        ]
    if problems:
        raise errors.invalid_forms(problems)


def _embed_size(embed: Json) -> int:
    size = sum(len(embed.get(key) or "") for key in _SIZED)
    for key, inner in (("footer", "text"), ("author", "name")):
        part: Json = embed.get(key) or {}
        size += len(part.get(inner) or "")
    fields: list[Json] = embed.get("fields") or []
    return size + sum(len(field["name"]) + len(field["value"]) for field in fields)


def _embed_problems(embeds: Sequence[Json], limits: Limits) -> list[tuple[str, str, str]]:
    problems: list[tuple[str, str, str]] = []
    if sum(_embed_size(embed) for embed in embeds) > limits.embeds:
        words = f"Embed size exceeds maximum size of {limits.embeds}"
        problems.append(("embeds", "MAX_EMBED_SIZE_EXCEEDED", words))
    for number, embed in enumerate(embeds):
        for index, field in enumerate(embed.get("fields") or []):
            problems += [
                (f"embeds.{number}.fields.{index}.{key}", "BASE_TYPE_REQUIRED", "This field is required")
                for key in ("name", "value")
                if not field[key].strip()
            ]
    return problems


def _component_problems(components: list[Json], flags: int) -> list[tuple[str, str, str]]:
    problems: list[tuple[str, str, str]] = []
    if flags & state.COMPONENTS_V2:
        problems += _v2_problems(list(state.walk(components)))
    else:
        problems += _legacy_problems(components)
    for number, row in enumerate(components):
        inner: list[Json] = row.get("components") or []
        if row["type"] == 1 and len(inner) > 1 and any(one["type"] in inputs.SELECTS for one in inner):
            words = "Component layout width exceeded"
            problems.append((f"components.{number}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", words))
    seen: set[str] = set()
    for component in state.walk(components):
        if component["type"] == 2:  # a button
            problems += _button_problems(component)
        problems += under("components", list(inputs.problems(component)))
        custom_id = component.get("custom_id")
        if custom_id is None:
            continue
        if custom_id in seen:
            words = "Component custom id cannot be duplicated"
            problems.append(("components", "COMPONENT_CUSTOM_ID_DUPLICATED", words))
        seen.add(custom_id)
    return problems


def _v2_problems(components: list[Json]) -> list[tuple[str, str, str]]:
    problems: list[tuple[str, str, str]] = []
    if len(components) > _COMPONENTS_V2:
        words = f"Maximum number of total components ({_COMPONENTS_V2}) exceeded"
        problems.append(("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", words))
    if sum(len(component.get("content") or "") for component in components) > _DISPLAYED:
        words = f"The total displayable text size exceeds {_DISPLAYED}"
        problems.append(("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", words))
    return problems


def _legacy_problems(components: list[Json]) -> list[tuple[str, str, str]]:
    problems: list[tuple[str, str, str]] = []
    if len(components) > _ROWS:
        words = f"Must be between 1 and {_ROWS} in length."
        problems.append(("components", "BASE_TYPE_BAD_LENGTH", words))
    problems += [
        (f"components.{number}.type", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
        for number, component in enumerate(components)
        if component["type"] != 1
    ]
    return problems


def _button_problems(button: Json) -> list[tuple[str, str, str]]:
    style = button["style"]
    wanted = {_LINK: "url", _PREMIUM: "sku_id"}.get(style, "custom_id")
    problems: list[tuple[str, str, str]] = []
    if not button.get(wanted):
        problems.append((f"components.{wanted}", "BASE_TYPE_REQUIRED", f"A button of style {style} needs it"))
    if wanted != "custom_id" and button.get("custom_id"):
        words = "A custom id and url cannot both be specified"
        problems.append(("components.custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", words))
    if style != _PREMIUM and not button.get("label") and not button.get("emoji"):
        problems.append(("components.label", "BASE_TYPE_REQUIRED", "A button needs a label or an emoji"))
    return problems


def is_empty(body: Json, files: int) -> bool:
    """Tell whether nothing would be shown."""
    shown = ("embeds", "components", "sticker_ids", "poll", "shared_client_theme")
    return not ((body.get("content") or "").strip() or any(body.get(key) for key in shown) or files)


def embeds(raw: list[Json], attachments: Sequence[Attachment]) -> tuple[list[Json], set[str]]:
    """Write embeds as Discord does; tell the names of the files that they show."""
    used: set[str] = set()
    urls = {attachment.filename: attachment.url for attachment in attachments}
    written: list[Json] = []
    for given in raw:
        embed: Json = {"type": "rich"} | without_nulls(given)
        embed["type"] = "rich"
        if "timestamp" in embed:
            embed["timestamp"] = snowflakes.iso(dt.datetime.fromisoformat(embed["timestamp"]))
        for field in embed.get("fields", []):
            field.setdefault("inline", False)
        for key in ("image", "thumbnail"):
            if key in embed:
                embed[key] |= {"proxy_url": _shown(embed[key], "url", urls, used), "width": 0, "height": 0}
        for key in ("footer", "author"):
            if "icon_url" in embed.get(key, {}):
                embed[key]["proxy_icon_url"] = _shown(embed[key], "icon_url", urls, used)
        written.append({key: inner for key, inner in embed.items() if inner not in ("", [])})
    return written, used


def _shown(place: Json, key: str, urls: Mapping[str, str], used: set[str]) -> str:
    scheme, _, name = place[key].partition("://")
    if scheme == "attachment":
        if name not in urls:
            raise errors.invalid_form("embeds", "URL_TYPE_INVALID_URL", f"There is no attached file {name!r}")
        used.add(name)
        place[key] = urls[name]
    return place[key]


def components(raw: list[Json], *, first_id: int = 1) -> list[Json]:
    """Write components as Discord does, each with an id."""
    written: list[Json] = without_nulls(raw)
    taken = {component["id"] for component in state.walk(written) if component.get("id")}
    following = first_id
    for component in state.walk(written):
        if not component.get("id"):
            while following in taken:
                following += 1
            component["id"] = following
            taken.add(following)
        if component["type"] in inputs.SELECTS:
            component.setdefault("min_values", 1)
            component.setdefault("max_values", 1)
    return written
