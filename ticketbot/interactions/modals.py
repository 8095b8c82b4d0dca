"""Modals with labelled components, which hikari 2.6 neither builds nor reads.

``ModalBuilder`` and its fields build Discord's JSON; ``read_fields`` reads a submission's. When hikari has labels, its
own builders and models replace this module.
Source: Discord's documentation, "Component Reference", sections "Label" to "Checkbox".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import attrs
import hikari
from typing_extensions import override

from ticketbot.tickets.model import InputValue, SubmittedFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping, Sequence

_LABEL: Final = 18
_TEXT_INPUT: Final = 4
_STRING_SELECT: Final = 3
_FILE_UPLOAD: Final = 19
_RADIO_GROUP: Final = 21
_CHECKBOX_GROUP: Final = 22

_DEFAULT_KINDS: Final[Mapping[hikari.ComponentType, str]] = {
    hikari.ComponentType.USER_SELECT_MENU: "user",
    hikari.ComponentType.ROLE_SELECT_MENU: "role",
    hikari.ComponentType.CHANNEL_SELECT_MENU: "channel",
}
"""What the default values of a select are called."""

TITLE_LIMIT: Final = 45
LABEL_LIMIT: Final = 45
DESCRIPTION_LIMIT: Final = 100
TEXT_LIMIT: Final = 4000
FIELDS_LIMIT: Final = 5
"""Labelled fields of one modal."""


@attrs.frozen
class Choice:
    """One of the options that a member chooses from."""

    value: str
    label: str
    description: str | None = None


@attrs.frozen(kw_only=True)
class TextField:
    """A text, on one line or on several."""

    is_long: bool = False
    is_required: bool = True
    min_length: int | None = None
    max_length: int | None = None
    """Characters; 4,000 at most."""
    value: str | None = None
    """What stands in it at first."""

    def build(self, custom_id: str) -> dict[str, Any]:
        """Return Discord's JSON."""
        return _without_none(
            type=_TEXT_INPUT,
            custom_id=custom_id,
            style=2 if self.is_long else 1,
            required=self.is_required,
            min_length=self.min_length,
            max_length=self.max_length,
            value=self.value,
        )


@attrs.frozen(kw_only=True)
class ChoiceField:
    """One choice, or several where ``max_values`` is larger than 1."""

    choices: Sequence[Choice]
    """2 to 10 as radio buttons, 1 to 10 as checkboxes, 1 to 25 as a select."""
    is_required: bool = True
    max_values: int = 1
    is_select: bool = False
    chosen: Sequence[str] = ()
    """The values of what is chosen at first."""

    def build(self, custom_id: str) -> dict[str, Any]:
        """Return Discord's JSON."""
        options = [
            _without_none(
                value=one.value,
                label=one.label,
                description=one.description,
                default=True if one.value in self.chosen else None,
            )
            for one in self.choices
        ]
        component: dict[str, Any] = {"custom_id": custom_id, "options": options, "required": self.is_required}
        if self.is_select:
            return {"type": _STRING_SELECT, "max_values": self.max_values, **component}
        if self.max_values > 1:
            return {"type": _CHECKBOX_GROUP, "max_values": self.max_values, **component}
        return {"type": _RADIO_GROUP, **component}


@attrs.frozen(kw_only=True)
class EntityField:
    """One or several members, roles or channels."""

    component: hikari.ComponentType
    """The kind of select: of users, roles or channels."""
    is_required: bool = True
    max_values: int = 1
    chosen: Sequence[int] = ()
    """Who or what is chosen at first, by id."""
    channel_types: Sequence[int] = ()
    """Of a select of channels, which ones it shows; by default all."""

    def build(self, custom_id: str) -> dict[str, Any]:
        """Return Discord's JSON."""
        kind = _DEFAULT_KINDS[self.component]
        return _without_none(
            type=int(self.component),
            custom_id=custom_id,
            required=self.is_required,
            max_values=self.max_values,
            default_values=[{"id": str(one), "type": kind} for one in self.chosen] or None,
            channel_types=[int(one) for one in self.channel_types] or None,
        )


@attrs.frozen(kw_only=True)
class FileField:
    """Uploaded files."""

    is_required: bool = True
    max_values: int = 1
    """10 at most."""

    def build(self, custom_id: str) -> dict[str, Any]:
        """Return Discord's JSON."""
        return {
            "type": _FILE_UPLOAD,
            "custom_id": custom_id,
            "required": self.is_required,
            "max_values": self.max_values,
        }


Field: TypeAlias = TextField | ChoiceField | EntityField | FileField


@attrs.frozen(kw_only=True)
class LabelledField:
    """A field with its label; the submission holds its value under ``custom_id``."""

    custom_id: str
    label: str
    """45 characters at most."""
    field: Field
    description: str | None = None
    """100 characters at most."""

    def build(self) -> dict[str, Any]:
        """Return Discord's JSON."""
        component = self.field.build(self.custom_id)
        return _without_none(type=_LABEL, label=self.label, description=self.description, component=component)


class ModalBuilder(hikari.impl.InteractionModalBuilder):
    """A modal of 1 to 5 labelled fields, as an answer to an interaction.

    Raises
    ------
    ValueError
        The title, a label or a description is too long, or there are too many fields or none.
    """

    def __init__(self, *, title: str, custom_id: str, fields: Sequence[LabelledField]) -> None:
        super().__init__(title, custom_id, [_RawComponent(field.build()) for field in fields])
        if not 1 <= len(fields) <= FIELDS_LIMIT:
            raise ValueError(f"a modal has 1 to {FIELDS_LIMIT} fields")
        limits = [(title, TITLE_LIMIT)]
        limits += [(field.label, LABEL_LIMIT) for field in fields]
        limits += [(field.description or "", DESCRIPTION_LIMIT) for field in fields]
        if any(len(text) > limit for text, limit in limits):
            raise ValueError("a text of the modal is longer than Discord allows")

    @override
    def build(
        self, _entity_factory: hikari.api.EntityFactory, /
    ) -> tuple[MutableMapping[str, Any], Sequence[hikari.files.Resource[Any]]]:
        # hikari 2.6.0 and 2.7.0 put each component's attachments into the JSON, too.
        components = [component.build()[0] for component in self.components]
        data = {"title": self.title, "custom_id": self.custom_id, "components": components}
        return {"type": int(self.type), "data": data}, ()


class _RawComponent(hikari.api.ComponentBuilder):
    """A component as Discord's JSON."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self._payload = payload

    @property
    @override
    def type(self) -> int:
        return int(self._payload["type"])

    @property
    @override
    def id(self) -> hikari.UndefinedType:
        return hikari.UNDEFINED

    @override
    def build(self) -> tuple[MutableMapping[str, Any], Sequence[hikari.files.Resource[Any]]]:
        return self._payload, ()


def read_fields(data: Mapping[str, Any]) -> Mapping[str, InputValue]:
    """Return the values of a submitted modal by the fields' custom ids.

    ``data`` is the interaction's ``data`` as Discord sent it. What is no field, or of an unknown kind, is left out.
    """
    resolved = cast("Mapping[str, Any]", data.get("resolved") or {})
    files = cast("Mapping[str, Any]", resolved.get("attachments") or {})
    return {
        str(component["custom_id"]): _read_value(component, files)
        for component in _components(data.get("components"))
        if "custom_id" in component
    }


def _components(rows: object) -> Iterator[Mapping[str, Any]]:
    """Yield the components in labels, and in action rows as older modals have them."""
    for row in cast("Sequence[Mapping[str, Any]]", rows or ()):
        if "component" in row:
            yield row["component"]
        yield from row.get("components") or ()


def _read_value(component: Mapping[str, Any], files: Mapping[str, Any]) -> InputValue:
    if component["type"] == _FILE_UPLOAD:
        return tuple(_read_file(files[file_id]) for file_id in component.get("values") or () if file_id in files)
    if "values" in component:
        return tuple(str(value) for value in component["values"] or ())
    value = component.get("value")
    return value if value is None or isinstance(value, bool) else str(value)


def _read_file(attachment: Mapping[str, Any]) -> SubmittedFile:
    return SubmittedFile(
        url=str(attachment["url"]),
        name=str(attachment["filename"]),
        size=int(attachment["size"]),
        content_type=attachment.get("content_type"),
    )


def _without_none(**values: object) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
