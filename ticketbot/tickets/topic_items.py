"""What a topic has a list of: the sections of its welcome, and the questions of its form.

They have no ids: one is found again by a digest of all that it holds, first where it stood and then elsewhere, since
somebody may have moved it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import attrs

from ticketbot.tickets import settings_changes, settings_forms, topics
from ticketbot.tickets.ids import TopicId
from ticketbot.tickets.settings_changes import Conflict, ConflictError
from ticketbot.tickets.topics import Question, QuestionKind, Section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.tickets.settings_changes import Submitted
    from ticketbot.tickets.settings_forms import Form
    from ticketbot.tickets.topics import Topic

Item: TypeAlias = Section | Question


class ItemGoneError(Exception):
    """A section or a question was deleted or changed before it could be changed."""


class ItemConflictError(ConflictError):
    """Somebody else changed the same of an item while its form was open; ``ref`` is the item as it is now."""

    def __init__(self, conflicts: tuple[Conflict, ...], ref: ItemRef) -> None:
        super().__init__(conflicts)
        self.ref = ref


@attrs.frozen(kw_only=True)
class ItemList:
    """One of a topic's lists."""

    field: str
    """Of ``Topic``."""
    limit: int
    key: str
    """The field that a reader knows one by."""
    new: Item
    """What a new one is until its form is filled in."""


LISTS: Final[Mapping[str, ItemList]] = {
    "section": ItemList(
        field="welcome_sections", limit=topics.SECTIONS_LIMIT, key="title", new=Section(title="", text="")
    ),
    "question": ItemList(
        field="questions", limit=topics.QUESTIONS_LIMIT, key="label", new=Question(label="", kind=QuestionKind.SHORT)
    ),
}
"""The lists, by what one of their items is called in custom ids."""


@attrs.frozen(kw_only=True)
class ItemRef:
    """An item as it was shown, or a new one."""

    name: str
    """The key of its list in ``LISTS``."""
    topic_id: TopicId
    position: int | None = None
    """From 0; None for a new one."""
    digest: int = 0
    kind: QuestionKind | None = None
    """Of a question: what its form makes it; None where no form is meant."""

    @property
    def list(self) -> ItemList:
        """The list that it belongs to."""
        return LISTS[self.name]

    @property
    def parts(self) -> tuple[object, ...]:
        """What a custom id holds of it, besides the name of its list and its kind."""
        return (self.topic_id,) if self.position is None else (self.topic_id, self.position, self.digest)

    @property
    def form(self) -> Form:
        """The form that it is edited with."""
        return settings_forms.SECTION_FORM if self.kind is None else settings_forms.QUESTION_FORMS[self.kind]


def ref_to(name: str, topic: Topic, position: int) -> ItemRef:
    """Return a reference to an item that is there."""
    item = items_of(topic, name)[position]
    kind = item.kind if isinstance(item, Question) else None
    return ItemRef(name=name, topic_id=topic.id, position=position, digest=digest(item), kind=kind)


def read_ref(text: str) -> ItemRef | None:
    """Return the reference that a custom id holds, as ``<list>.<parts>`` and a question's kind; None if it is none."""
    name, *parts = text.split(".")
    kind = parts.pop() if parts and parts[-1] in tuple(QuestionKind) else None
    if name not in LISTS or len(parts) not in (1, _PARTS) or not all(map(_is_number, parts)):
        return None
    if kind is not None and name != "question":
        return None
    topic_id, *place = map(int, parts)
    return ItemRef(
        name=name,
        topic_id=TopicId(topic_id),
        position=place[0] if place else None,
        digest=place[1] if place else 0,
        kind=None if kind is None else QuestionKind(kind),
    )


def items_of(topic: Topic, name: str) -> Sequence[Item]:
    """Return a topic's items of one list."""
    return cast("Sequence[Item]", getattr(topic, LISTS[name].field))


def digest(item: Item) -> int:
    """Return a short digest of an item, as a number."""
    return int(settings_changes.digest(item), 16)


def find(topic: Topic, ref: ItemRef) -> int | None:
    """Return where an item stands now; None if it is gone, or is not as it was shown."""
    digests = [digest(item) for item in items_of(topic, ref.name)]
    if ref.position is not None and digests[ref.position : ref.position + 1] == [ref.digest]:
        return ref.position
    return digests.index(ref.digest) if ref.position is not None and ref.digest in digests else None


def save(topic: Topic, ref: ItemRef, submitted: Mapping[str, Submitted]) -> Topic:
    """Return a topic with what a form's sender put into it, or changed in it.

    Raises
    ------
    ItemConflictError
        Somebody else changed the same meanwhile.
    ItemGoneError
        The item is gone.
    """
    items = list(items_of(topic, ref.name))
    if ref.position is None:
        values: dict[str, Any] = {name: field.value for name, field in submitted.items()}
        return _with_items(topic, ref, [*items, _of_kind(attrs.evolve(ref.list.new, **values), ref)])
    index = find(topic, ref)
    if index is None:
        index = _changed(topic, ref, submitted)
    try:
        items[index] = _of_kind(_filled(items[index], ref.form, submitted), ref)
    except ConflictError as error:
        raise ItemConflictError(error.conflicts, _now(topic, ref, index)) from None
    return _with_items(topic, ref, items)


def move(topic: Topic, ref: ItemRef, by: int) -> Topic:
    """Return a topic with an item in another place.

    Raises
    ------
    ItemGoneError
        The item is gone.
    """
    items, index = list(items_of(topic, ref.name)), _require(topic, ref)
    items.insert(max(0, index + by), items.pop(index))
    return _with_items(topic, ref, items)


def delete(topic: Topic, ref: ItemRef) -> Topic:
    """Return a topic without an item.

    Raises
    ------
    ItemGoneError
        The item is gone.
    """
    items, index = list(items_of(topic, ref.name)), _require(topic, ref)
    return _with_items(topic, ref, [*items[:index], *items[index + 1 :]])


def _require(topic: Topic, ref: ItemRef) -> int:
    index = find(topic, ref)
    if index is None:
        raise ItemGoneError
    return index


def _changed(topic: Topic, ref: ItemRef, submitted: Mapping[str, Submitted]) -> int:
    """Return where an item stands that somebody else changed while its form was open.

    It is the one with the title that the form showed. If there is none, the one in its place may be another: then
    nothing is merged, and both values of each field that was changed are shown.
    """
    items = items_of(topic, ref.name)
    shown = submitted[ref.list.key].shown if ref.list.key in submitted else ""
    for index, item in enumerate(items):
        if settings_changes.digest(getattr(item, ref.list.key)) == shown:
            if isinstance(item, Question) and ref.kind is not None and item.kind is not ref.kind:
                conflict = Conflict(name="kind", theirs=item.kind, yours=ref.kind)
                raise ItemConflictError((conflict,), _now(topic, ref, index))
            return index
    if ref.position is None or ref.position >= len(items):
        raise ItemGoneError
    found = items[ref.position]
    conflicts = [
        Conflict(name=name, theirs=getattr(found, name), yours=field.value)
        for name, field in submitted.items()
        if settings_changes.digest(field.value) != field.shown
    ]
    if not conflicts:
        raise ItemGoneError
    raise ItemConflictError(tuple(conflicts), _now(topic, ref, ref.position))


def _now(topic: Topic, ref: ItemRef, index: int) -> ItemRef:
    """Return a reference to an item as it is now, with the kind of the form that was sent."""
    return attrs.evolve(ref_to(ref.name, topic, index), kind=ref.kind)


def _filled(item: Item, form: Form, submitted: Mapping[str, Submitted]) -> Item:
    if isinstance(item, Section):
        return settings_changes.fill_in(item, form, submitted)
    return settings_changes.fill_in(item, form, submitted)


def _of_kind(item: Item, ref: ItemRef) -> Item:
    """Return a question as one of its form's kind, without what such questions do not have."""
    if not isinstance(item, Question) or ref.kind is None:
        return item
    asked = {setting.name for setting in ref.form.settings}
    dropped: dict[str, Any] = {name: getattr(_PLAIN, name) for name in _OF_KINDS if name not in asked}
    return attrs.evolve(item, kind=ref.kind, **dropped)


def _with_items(topic: Topic, ref: ItemRef, items: Sequence[Item]) -> Topic:
    changed: dict[str, Any] = {ref.list.field: tuple(items)}
    return attrs.evolve(topic, **changed)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS


_PARTS: Final = 3
_DIGITS: Final = 19
_PLAIN: Final = Question(label="", kind=QuestionKind.SHORT)
_OF_KINDS: Final = ("min_length", "max_length", "choices", "file_kinds")
"""The fields that questions of some kinds alone have."""
