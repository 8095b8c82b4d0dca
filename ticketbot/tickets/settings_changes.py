"""Changes of a server's settings: which fields differ, whether somebody else changed one meanwhile, and undoing.

A field has a path: its name in ``GuildConfig``, or ``topics.<id>.<name>``; ``order`` is the order of the topics. Values
are compared as JSON.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import attrs

from ticketbot.tickets.form_files import FileKind
from ticketbot.tickets.ids import Millis, TopicId
from ticketbot.tickets.model import Block, CannedReply, Participant, SettingChange
from ticketbot.tickets.panels import Panel
from ticketbot.tickets.settings_forms import SERVER_SETTINGS
from ticketbot.tickets.topics import ClaimMode, Question, QuestionKind, Section, Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.settings_forms import Form

_T = TypeVar("_T")

ORDER: Final = "order"
_TOPIC: Final = "topics."
_STAFF: Final = "staff_role_ids"
"""A server's own field that ``/ticket-config`` sets."""
_MAIN: Final = "name"
"""The field of a topic that says whether the topic exists: every topic has it."""


@attrs.frozen(kw_only=True)
class Submitted:
    """What was put into one field of a form."""

    value: object
    shown: str
    """The digest of what stood in it."""


@attrs.frozen(kw_only=True)
class Conflict:
    """A setting that somebody else changed while a form was open."""

    name: str
    theirs: object
    yours: object


class ConflictError(Exception):
    """Somebody else changed the same settings while a form was open."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(conflicts)
        self.conflicts = conflicts


def digest(value: object) -> str:
    """Return a short digest of a value, to find out whether it has changed."""
    return hashlib.blake2b(encode(value).encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def encode(value: object) -> str:
    """Return a value as JSON."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def fill_in(target: _T, form: Form, submitted: Mapping[str, Submitted]) -> _T:
    """Return a topic, a configuration or an entry of a list with what a form's sender changed in it.

    Raises
    ------
    ConflictError
        Somebody else gave one of these settings another value while the form was open.
    """
    wanted: dict[str, object] = {}
    conflicts: list[Conflict] = []
    for setting in form.settings:
        field = submitted.get(setting.name)
        if field is None or digest(field.value) == field.shown:
            continue
        found = getattr(target, setting.name)
        if digest(found) in (field.shown, digest(field.value)):
            wanted[setting.name] = field.value
        else:
            conflicts.append(Conflict(name=setting.name, theirs=found, yours=field.value))
    if conflicts:
        raise ConflictError(tuple(conflicts))
    return cast("_T", attrs.evolve(cast("Any", target), **wanted))


def difference(before: GuildConfig, after: GuildConfig) -> tuple[SettingChange, ...]:
    """Return each field that two configurations have otherwise."""
    old, new = _flat(before), _flat(after)
    return tuple(
        SettingChange(path=path, before=old.get(path), after=new.get(path))
        for path in dict.fromkeys((*old, *new))
        if old.get(path) != new.get(path)
    )


def undo(config: GuildConfig, entries: Sequence[SettingChange]) -> GuildConfig:
    """Return the configuration with the fields as they were before a change, except those that changed again since.

    A topic that was created goes, or comes back, as a whole.
    """
    now = _flat(config)
    moved = {entry.path for entry in entries if now.get(entry.path) != entry.after}
    whole = {topic_of(entry.path) for entry in entries if is_whole(entry)}
    kept = {owner for owner in whole if any(topic_of(path) == owner for path in moved)}
    return _with_fields(
        config,
        {entry.path: entry.before for entry in entries if entry.path not in moved and topic_of(entry.path) not in kept},
    )


def is_whole(change: SettingChange) -> bool:
    """Return whether a change says that a topic came or went, with all of its fields; it is about the topic's name."""
    is_main = topic_of(change.path) is not None and name_of(change.path) == _MAIN
    return is_main and (change.before is None) is not (change.after is None)


def topic_of(path: str) -> TopicId | None:
    """Return the topic that a path belongs to; None for a server's own."""
    return TopicId(int(path.split(".")[1])) if path.startswith(_TOPIC) else None


def name_of(path: str) -> str:
    """Return the name of a path's setting."""
    return path.rpartition(".")[2]


def _flat(config: GuildConfig) -> Mapping[str, str]:
    flat = {name: encode(getattr(config, name)) for name in (*SERVER_SETTINGS, *_LIST_READERS, _STAFF)}
    flat[ORDER] = encode([topic.id for topic in config.topics])
    for topic in config.topics:
        flat |= {f"{_TOPIC}{topic.id}.{name}": encode(getattr(topic, name)) for name in _TOPIC_FIELDS}
    return flat


def _with_fields(config: GuildConfig, fields: Mapping[str, str | None]) -> GuildConfig:
    known = {*SERVER_SETTINGS, *_LIST_READERS, _STAFF}
    server = {path: _read_server(path, text) for path, text in fields.items() if path in known and text}
    topics = {topic.id: topic for topic in config.topics}
    for topic_id in dict.fromkeys(owner for path in fields if (owner := topic_of(path)) is not None):
        own = {name_of(path): text for path, text in fields.items() if topic_of(path) == topic_id}
        values = {name: _read_topic(name, text) for name, text in own.items() if text is not None}
        if own.get(_MAIN, "") is None:
            topics.pop(topic_id, None)
        elif topic_id in topics:
            topics[topic_id] = attrs.evolve(topics[topic_id], **values)
        elif _MAIN in values:
            topics[topic_id] = Topic(id=topic_id, **values)
    order: Iterable[TopicId] = [TopicId(one) for one in json.loads(fields.get(ORDER) or "[]")]
    placed = dict.fromkeys(topic_id for topic_id in (*order, *topics) if topic_id in topics)
    return attrs.evolve(config, **server, topics=tuple(topics[topic_id] for topic_id in placed))


def _read_server(name: str, text: str) -> Any:  # noqa: ANN401 - any field's
    value = json.loads(text)
    if name in _LIST_READERS:
        return tuple(_LIST_READERS[name](one) for one in value)
    if isinstance(value, list):
        return tuple(cast("list[object]", value))
    return SERVER_SETTINGS[name].read(value) if isinstance(value, str) else value


def _read_topic(name: str, text: str) -> Any:  # noqa: ANN401 - any field's
    value = json.loads(text)
    return _TOPIC_READERS[name](value) if name in _TOPIC_READERS else value


def _read_panel(topic_ids: Sequence[TopicId], **values: Any) -> Panel:  # noqa: ANN401 - any field's
    return Panel(topic_ids=tuple(topic_ids), **values)


def _read_question(values: Mapping[str, Any]) -> Question:
    read: dict[str, Any] = {"kind": QuestionKind, "choices": tuple, "file_kinds": _read_file_kinds}
    fields: dict[str, Any] = {name: read.get(name, _same)(value) for name, value in values.items()}
    return Question(**fields)


def _read_block(*, target: Mapping[str, Any], until: int | None, reason: str | None) -> Block:
    return Block(target=Participant(**target), until=None if until is None else Millis(until), reason=reason)


def _read_file_kinds(values: Sequence[str]) -> tuple[FileKind, ...]:
    return tuple(map(FileKind, values))


def _same(value: object) -> object:
    return value


def _plain(value: object) -> object:
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in cast("Sequence[object]", value)]
    if attrs.has(type(value)):
        fields = attrs.fields(cast("type[attrs.AttrsInstance]", type(value)))
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    return value


_TOPIC_FIELDS: Final = tuple(field.name for field in attrs.fields(Topic) if field.name != "id")
_LIST_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "panels": lambda values: _read_panel(**values),
    "replies": lambda values: CannedReply(**values),
    "blocks": lambda values: _read_block(**values),
}
"""Makes of JSON an entry of each list of a server, by the list's name."""
_TOPIC_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    **dict.fromkeys(("staff_role_ids", "overflow_category_ids", "required_role_ids"), tuple),
    "claim_mode": lambda value: None if value is None else ClaimMode(value),
    "welcome_sections": lambda values: tuple(Section(**one) for one in values),
    "questions": lambda values: tuple(_read_question(one) for one in values),
}
