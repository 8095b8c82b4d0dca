"""A server's settings as one JSON file that people can read, keep under version control, and import elsewhere.

Channels and roles are written by id and name. What is read is checked strictly; ``docs/settings.schema.json`` is the
schema, made from the classes here. What another server does not have is asked for, one way for all: ``resolve``.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, TypeAlias, TypeVar

import attrs
import pydantic
from pydantic import Field

from ticketbot.services.wanted_settings import WantedPanel, WantedSettings
from ticketbot.tickets import blocks, canned_replies, limits, moments, panels, setting_values, topics
from ticketbot.tickets.form_files import FileKind
from ticketbot.tickets.ids import ChannelId, PanelId, RoleId, TopicId
from ticketbot.tickets.model import Block, CannedReply, ClaimMode, Language, Millis, Participant
from ticketbot.tickets.panels import Panel
from ticketbot.tickets.server_names import NamedKind, Unknown
from ticketbot.tickets.topic_lists import NEW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.server_names import ServerNames
    from ticketbot.tickets.topics import Topic

_T = TypeVar("_T", bound=int)
_MOST_PROBLEMS: Final = 10
_REPLACEMENTS_LIMIT: Final = 1000
"""More than all that a file of full lists can name."""

_ClaimMode = Annotated[ClaimMode, Field(strict=False)]
_ID: Final = r"^[0-9]{1,19}$"
_ID_LIMIT: Final = 10**19
_KEYS_LIMIT: Final = 100
"""Keys of one object: more than any has. Thousands of wrong ones would take a second to complain about."""


def _stored(text: str) -> str:
    if not 0 < int(text) < 1 << 63:
        raise ValueError("it is no id")
    return text


_Id = Annotated[str, Field(pattern=_ID), pydantic.AfterValidator(_stored)]


class UnreadableSettingsError(Exception):
    """A file does not hold settings that this version can read; the text says why."""


class _Strict(pydantic.BaseModel):
    """Texts have no spaces at their ends: Discord leaves them out of what is typed, too."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


class Reference(_Strict):
    """A channel, a role or an emoji: found by its id, or else by its name."""

    id: _Id | None = None
    name: str | None = None


class Replacement(_Strict):
    """What stands for something that the file names and the server does not have."""

    kind: NamedKind
    of: Reference
    """What is named: by its id, or its name where it has no id."""
    by: Reference
    """What the server has; the name of an emoji may be a Unicode emoji."""


_Roles = Annotated[list[Reference], Field(max_length=topics.ROLES_LIMIT)]
_Overflow = Annotated[list[Reference], Field(max_length=topics.OVERFLOW_LIMIT)]
_TopicNames = Annotated[list[str], Field(max_length=topics.TOPICS_LIMIT)]


class Section(_Strict):
    """A titled part of a welcome."""

    title: str
    text: str


class Welcome(_Strict):
    """What a new ticket's channel shows."""

    title: str | None = None
    text: str | None = None
    sections: Annotated[list[Section], Field(max_length=topics.SECTIONS_LIMIT)] = []


class Question(_Strict):
    """A question of a topic's form."""

    label: str
    kind: Annotated[topics.QuestionKind, Field(strict=False)]
    help: str | None = None
    required: bool = True
    min_length: int | None = None
    max_length: int | None = None
    choices: Annotated[list[str], Field(max_length=topics.CHOICES_LIMIT)] = []
    file_kinds: Annotated[list[Annotated[FileKind, Field(strict=False)]], Field(max_length=len(FileKind))] = []


class TopicEntry(_Strict):
    """One kind of tickets."""

    id: int | None = Field(default=None, ge=1, le=2**31)
    name: str
    emoji: str | None = None
    description: str | None = None
    enabled: bool = True
    staff_roles: _Roles = []
    category: Reference | None = None
    overflow_categories: _Overflow = []
    transcript_channel: Reference | None = None
    welcome: Welcome = Welcome()
    channel_name: str | None = None
    questions: Annotated[list[Question], Field(max_length=topics.QUESTIONS_LIMIT)] = []
    required_roles: _Roles = []
    max_open_tickets: int | None = None
    claim_mode: _ClaimMode | None = None
    """What the other staff see of a claimed ticket, where it is not as for the server."""


class ReplyEntry(_Strict):
    """A canned reply of the staff."""

    name: str
    text: str


class PanelEntry(_Strict):
    """A panel in another channel than the main one."""

    id: int | None = Field(default=None, ge=1, le=2**31)
    channel: Reference
    title: str | None = None
    text: str | None = None
    topics: _TopicNames | None = None
    """By their names; absent: all; an empty list: none."""


class Closing(_Strict):
    """How tickets are closed."""

    by: Literal["opener", "staff"] = "opener"
    """``opener``: the opener and the staff."""
    question_for_staff: bool = False
    tells_opener: bool = False
    """By a direct message."""
    category: Reference | None = None
    """Where channels of closed tickets are moved."""
    sign: bool = False
    """Whether the names of tickets' channels begin with a sign of the state."""


def _bounded(until: dt.datetime) -> dt.datetime:
    if until.timestamp() * 1000 > moments.LATEST:
        raise ValueError("it is after the year 2999")
    return until


class BlockEntry(_Strict):
    """A member or a role's members, who may not open tickets."""

    member: _Id | None = None
    role: Reference | None = None
    until: Annotated[pydantic.AwareDatetime, pydantic.AfterValidator(_bounded)] | None = None
    """When it ends; absent: never."""
    reason: Annotated[str, Field(max_length=blocks.REASON_LIMIT)] | None = None

    @pydantic.model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.member is None) == (self.role is None):
            raise ValueError("it names either a member or a role")
        return self


_Topics = Annotated[list[TopicEntry], Field(max_length=topics.TOPICS_LIMIT)]
_Panels = Annotated[list[PanelEntry], Field(max_length=panels.LIMIT)]
_Replies = Annotated[list[ReplyEntry], Field(max_length=canned_replies.LIMIT)]
_Blocks = Annotated[list[BlockEntry], Field(max_length=blocks.LIMIT)]


class Access(_Strict):
    """Who may open how many tickets."""

    max_open_tickets: int | None = Field(default=None, ge=1, le=topics.OPEN_TICKETS_LIMIT)
    """Of one member at the same time."""
    max_openings: int | None = Field(default=None, ge=1, le=limits.OPENINGS)
    """Of one member within ten minutes."""
    blocks: _Blocks = []


class PanelWords(_Strict):
    """What the panel says."""

    title: Annotated[str, Field(min_length=1, max_length=panels.TITLE_LIMIT)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=panels.TEXT_LIMIT)] | None = None


class WelcomeWords(_Strict):
    """What the welcome says where a topic has no words of its own."""

    title: Annotated[str, Field(min_length=1, max_length=topics.WELCOME_TITLE_LIMIT)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=topics.WELCOME_TEXT_LIMIT)] | None = None


class Texts(_Strict):
    """Words and looks of the server."""

    panel: PanelWords = PanelWords()
    welcome: WelcomeWords = WelcomeWords()
    color: Annotated[str, pydantic.AfterValidator(setting_values.color)] | None = None
    """Of embeds, as ``#F4A6C1``."""
    time_zone: Annotated[str, pydantic.AfterValidator(setting_values.time_zone)] | None = None
    """In the IANA database, as ``Europe/Paris``."""


class SettingsFile(_Strict):
    """The settings of a server, besides those of ``/ticket-config``."""

    version: Literal[1] = Field(alias="ticketbot-settings")
    server: Reference
    language: Literal["fr", "en"] | None = None
    texts: Texts = Texts()
    overflow_categories: _Overflow = []
    access: Access = Access()
    closing: Closing = Closing()
    openers_may_add: bool = False
    claim_mode: _ClaimMode = ClaimMode.SHOW
    """What the other staff see of a claimed ticket: the same as before, ``read_only``, or nothing."""
    notes: bool = False
    """Whether the staff may write notes beside tickets."""
    topics: _Topics = []
    panels: _Panels = []
    replies: _Replies = []
    replacements: Annotated[list[Replacement], Field(max_length=_REPLACEMENTS_LIMIT)] = []


Ask: TypeAlias = "Callable[[Unknown], Reference | None]"
"""Returns what stands for something that a server does not have; None leaves it out."""


def _leave_out(_unknown: Unknown) -> None:
    return None


def schema() -> str:
    """Return the JSON schema of the file."""
    described: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **SettingsFile.model_json_schema(),
        "title": "Settings of ticketbot for one server",
    }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def dump(config: GuildConfig, server: ServerNames) -> str:
    """Return a server's settings as a file's text."""
    names = {**server.categories, **server.channels}

    def channel(channel_id: int | None) -> Reference | None:
        return None if channel_id is None else Reference(id=str(channel_id), name=names.get(channel_id))

    def channels(ids: Iterable[int]) -> list[Reference]:
        return [Reference(id=str(one), name=names.get(one)) for one in ids]

    def roles(ids: Iterable[int]) -> list[Reference]:
        return [Reference(id=str(one), name=server.roles.get(one)) for one in ids]

    def block(one: Block) -> BlockEntry:
        target = one.target
        return BlockEntry(
            member=None if target.is_role else str(target.id),
            role=Reference(id=str(target.id), name=server.roles.get(target.id)) if target.is_role else None,
            until=None if one.until is None else _moment(one.until),
            reason=one.reason,
        )

    def entry(topic: Topic) -> TopicEntry:
        sections = [Section(title=section.title, text=section.text) for section in topic.welcome_sections]
        return TopicEntry(
            id=topic.id,
            name=topic.name,
            emoji=topic.emoji,
            description=topic.description,
            enabled=topic.is_enabled,
            staff_roles=roles(topic.staff_role_ids),
            category=channel(topic.category_id),
            overflow_categories=channels(topic.overflow_category_ids),
            transcript_channel=channel(topic.transcript_channel_id),
            welcome=Welcome(title=topic.welcome_title, text=topic.welcome_text, sections=sections),
            channel_name=topic.channel_name,
            questions=[_question_entry(question) for question in topic.questions],
            required_roles=roles(topic.required_role_ids),
            max_open_tickets=topic.max_open_tickets,
            claim_mode=topic.claim_mode,
        )

    def panel_entry(panel: Panel) -> PanelEntry:
        where = Reference(id=str(panel.channel_id), name=names.get(panel.channel_id))
        offered = [topic.name for topic in config.topics if topic.id in panel.topic_ids] if panel.topic_ids else None
        return PanelEntry(id=panel.id, channel=where, title=panel.title, text=panel.text, topics=offered)

    file = SettingsFile.model_validate(
        {
            "ticketbot-settings": 1,
            "server": Reference(id=str(server.id), name=server.name),
            "language": None if config.language is None else config.language.value,
            # checked when it was set: a host whose time zones are others exports it all the same
            "texts": Texts.model_construct(
                panel=PanelWords(title=config.panel_title, text=config.panel_text),
                welcome=WelcomeWords(title=config.welcome_title, text=config.welcome_text),
                color=config.color,
                time_zone=config.time_zone,
            ),
            "overflow_categories": channels(config.overflow_category_ids),
            "access": Access(
                max_open_tickets=config.max_open_tickets,
                max_openings=config.max_openings,
                blocks=[block(one) for one in config.blocks],
            ),
            "closing": Closing(
                by="staff" if config.only_staff_closes else "opener",
                question_for_staff=bool(config.asks_before_closing),
                tells_opener=bool(config.tells_opener),
                category=channel(config.closed_category_id),
                sign=bool(config.signs_state),
            ),
            "openers_may_add": bool(config.openers_may_add),
            "claim_mode": config.claim_mode or ClaimMode.SHOW,
            "notes": bool(config.has_notes),
            "topics": [entry(topic) for topic in config.topics],
            "panels": [panel_entry(panel) for panel in config.panels],
            "replies": [ReplyEntry(name=reply.name, text=reply.text) for reply in config.replies],
        }
    )
    return text_of(file)


def text_of(file: SettingsFile) -> str:
    """Return the text of a file."""
    written = file.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    ordered = {"ticketbot-settings": 1} | {key: value for key, value in written.items() if value != []}
    return json.dumps(ordered, indent=2, ensure_ascii=False) + "\n"


def load(text: str) -> SettingsFile:
    """Return the settings of a file's text, checked by their types alone.

    Raises
    ------
    UnreadableSettingsError
        They are not settings, or of a later version.
    """
    try:
        raw: object = json.loads(text, object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        raise UnreadableSettingsError(f"it is not JSON ({error})") from None
    if not isinstance(raw, dict) or "ticketbot-settings" not in raw:
        raise UnreadableSettingsError('it holds no settings of ticketbot: "ticketbot-settings" is missing')
    try:
        return SettingsFile.model_validate_json(json.dumps(raw))
    except pydantic.ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        words = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found[:_MOST_PROBLEMS]]
        raise UnreadableSettingsError("; ".join(words)) from None


def resolve(file: SettingsFile, config: GuildConfig, server: ServerNames, ask: Ask = _leave_out) -> WantedSettings:
    """Return what the file wants of a server: its channels, roles and emojis are found by id, or else by name.

    A topic is the server's own where the file is the server's and has its id, or where the names agree; otherwise it is
    new. For what is not found the file may have a replacement; otherwise ``ask`` is called, and again if it returned
    what the server does not have either.
    """
    return _Resolver(server, file.replacements, ask).settings(file, config)


def unknown(file: SettingsFile, config: GuildConfig, server: ServerNames) -> Sequence[Unknown]:
    """Return what the server does not have, in the order of the file, with what stands for it."""
    resolver = _Resolver(server, file.replacements)
    resolver.settings(file, config)
    return resolver.unknown


def replaced(file: SettingsFile, chosen: Mapping[Unknown, Reference | None]) -> SettingsFile:
    """Return the file with what stands for some of what the server does not have; None leaves it out."""
    kept = {_unknown(one.kind, one.of).key: one for one in file.replacements}
    for one, by in chosen.items():
        kept.pop(one.key, None)
        if by is not None:
            kept[one.key] = Replacement(kind=one.kind, of=Reference(id=one.id, name=one.name), by=by)
    return file.model_copy(update={"replacements": [*kept.values()]})


def read_reference(given: str) -> Reference | None:
    """Return what an id, a name or an emoji refers to; None for an empty text."""
    text = given.strip()
    own = topics.read_emoji(text)
    if own is not None:
        return _emoji_reference(*own)
    if re.fullmatch(_ID, text):
        return Reference(id=text)
    return Reference(name=text) if text else None


class _Resolver:
    def __init__(self, server: ServerNames, replacements: Sequence[Replacement], ask: Ask = _leave_out) -> None:
        self._server = server
        self._ask = ask
        self._replaced = {_unknown(one.kind, one.of).key: one.by for one in replacements}
        self._asked: dict[tuple[str, str], Unknown] = {}
        self._names: Mapping[str, Mapping[int, str]] = {
            "category": server.categories,
            "channel": server.channels,
            "role": server.roles,
            "emoji": {one: text.split(":")[1] for one, text in server.emojis.items()},
        }
        self._by_name = {kind: _by_name(names) for kind, names in self._names.items()}

    @property
    def unknown(self) -> Sequence[Unknown]:
        """What was not found, once ``settings`` was called."""
        return tuple(self._asked.values())

    def settings(self, file: SettingsFile, config: GuildConfig) -> WantedSettings:
        is_own = file.server.id == str(self._server.id)
        own = {topic.id for topic in config.topics} if is_own else set[TopicId]()
        named = {topics.name_key(topic.name): topic.id for topic in config.topics}
        used: set[TopicId] = set()
        wanted: list[Topic] = []
        ids = [None if entry.id is None or entry.id not in own else TopicId(entry.id) for entry in file.topics]
        claimed = {topic_id for topic_id in ids if topic_id is not None}
        for entry, own_id in zip(file.topics, ids, strict=True):
            by_name = named.get(topics.name_key(entry.name), NEW)
            found = own_id or (NEW if by_name in claimed else by_name)
            topic_id = NEW if found in used else found
            used.add(topic_id)
            wanted.append(self._topic(entry, topic_id))
        return WantedSettings(
            language=None if file.language is None else Language(file.language),
            overflow_category_ids=self._all("category", file.overflow_categories, ChannelId),
            topics=tuple(wanted),
            panels=tuple(self._panels(file, config, is_own=is_own)),
            replies=tuple(CannedReply(name=entry.name, text=entry.text) for entry in file.replies),
            only_staff_closes=file.closing.by == "staff" or None,
            asks_before_closing=file.closing.question_for_staff or None,
            tells_opener=file.closing.tells_opener or None,
            closed_category_id=self._one("category", file.closing.category, ChannelId),
            openers_may_add=file.openers_may_add or None,
            has_notes=file.notes or None,
            signs_state=file.closing.sign or None,
            max_open_tickets=file.access.max_open_tickets,
            max_openings=file.access.max_openings,
            blocks=tuple(self._blocks(file.access.blocks)),
            claim_mode=None if file.claim_mode is ClaimMode.SHOW else file.claim_mode,
            panel_title=file.texts.panel.title,
            panel_text=file.texts.panel.text,
            welcome_title=file.texts.welcome.title,
            welcome_text=file.texts.welcome.text,
            color=file.texts.color,
            time_zone=file.texts.time_zone,
        )

    def _blocks(self, entries: Sequence[BlockEntry]) -> Iterator[Block]:
        """Yield the last of the entries about each member and role."""
        found: dict[Participant, Block] = {}
        for entry in entries:
            role_id = self._one("role", entry.role, RoleId)
            if entry.member is None and role_id is None:
                continue
            target = Participant(id=int(entry.member or role_id or 0), is_role=entry.member is None)
            until = None if entry.until is None else Millis(max(0, round(entry.until.timestamp() * 1000)))
            found[target] = Block(target=target, until=until, reason=entry.reason)
        yield from found.values()

    def _panels(self, file: SettingsFile, config: GuildConfig, *, is_own: bool) -> Iterator[WantedPanel]:
        """Yield the panels whose channels the server has; one is the server's own by its id, or else its channel."""
        existing = {topic.id for topic in config.topics}
        by_id = {panel.id: panel for panel in config.panels} if is_own else {}
        left = {panel.channel_id: panel for panel in config.panels}
        for entry in file.panels:
            channel_id = self._one("channel", entry.channel, ChannelId)
            if channel_id is None:
                continue
            own = by_id.pop(PanelId(entry.id or 0), None) or left.get(channel_id)
            if own is not None:
                left.pop(own.channel_id, None)
                by_id.pop(own.id, None)
            deleted = () if own is None else tuple(one for one in own.topic_ids if one not in existing)
            panel = Panel(
                id=panels.NEW if own is None else own.id,
                channel_id=channel_id,
                title=entry.title,
                text=entry.text,
                topic_ids=() if entry.topics is None else deleted or (() if entry.topics else panels.NO_TOPICS),
            )
            yield WantedPanel(panel=panel, topics=tuple(entry.topics or ()))

    def _topic(self, entry: TopicEntry, topic_id: TopicId) -> Topic:
        return topics.Topic(
            id=topic_id,
            name=entry.name,
            emoji=self._emoji(entry.emoji),
            description=entry.description,
            is_enabled=entry.enabled,
            staff_role_ids=self._all("role", entry.staff_roles, RoleId),
            category_id=self._one("category", entry.category, ChannelId),
            overflow_category_ids=self._all("category", entry.overflow_categories, ChannelId),
            transcript_channel_id=self._one("channel", entry.transcript_channel, ChannelId),
            welcome_title=entry.welcome.title,
            welcome_text=entry.welcome.text,
            welcome_sections=tuple(topics.Section(title=one.title, text=one.text) for one in entry.welcome.sections),
            channel_name=entry.channel_name,
            questions=tuple(_question(question) for question in entry.questions),
            required_role_ids=self._all("role", entry.required_roles, RoleId),
            max_open_tickets=entry.max_open_tickets,
            claim_mode=entry.claim_mode,
        )

    def _all(self, kind: NamedKind, references: Sequence[Reference], make: Callable[[int], _T]) -> tuple[_T, ...]:
        found = [self._one(kind, reference, make) for reference in references]
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def _one(self, kind: NamedKind, reference: Reference | None, make: Callable[[int], _T]) -> _T | None:
        found = None if reference is None else self._find(kind, reference) or self._asked_for(kind, reference)
        return None if found is None else make(int(found))

    def _emoji(self, emoji: str | None) -> str | None:
        """Return an emoji as the server has it; a Unicode emoji, and one of its own, as it is."""
        own = None if emoji is None else topics.read_emoji(emoji)
        if own is None or own[1] in self._server.emojis:
            return emoji
        reference = _emoji_reference(*own)
        return self._find("emoji", reference) or self._asked_for("emoji", reference)

    def _find(self, kind: NamedKind, reference: Reference) -> str | None:
        """Return the id of what the server has by that id or that one name; of an emoji, how it is written."""
        name = reference.name or ""
        found = self._by_name[kind].get(name.strip(":") if kind == "emoji" else name) if name else None
        if int(reference.id or 0) in self._names[kind]:
            found = int(reference.id or 0)
        if kind == "emoji" and found is None:
            return name if topics.read_emoji(name) is None and topics.is_emoji(name) else None
        return None if found is None else self._server.emojis[found] if kind == "emoji" else str(found)

    def _asked_for(self, kind: NamedKind, reference: Reference) -> str | None:
        new = _unknown(kind, reference)
        if new.key not in self._asked:
            by = self._replaced.get(new.key)
            found = None if by is None else self._find(kind, by)
            while found is None and (by := self._ask(new)) is not None:
                found = self._find(kind, by)
            self._asked[new.key] = attrs.evolve(new, by=found)
        return self._asked[new.key].by


def _emoji_reference(name: str, emoji_id: int) -> Reference:
    return Reference(id=str(emoji_id) if emoji_id < _ID_LIMIT else None, name=name)


def _unknown(kind: NamedKind, reference: Reference) -> Unknown:
    return Unknown(kind=kind, id=reference.id, name=reference.name)


def _moment(until: Millis) -> dt.datetime:
    return dt.datetime.fromtimestamp(min(until, moments.LATEST) / 1000, tz=dt.UTC)


def _by_name(names: Mapping[int, str]) -> Mapping[str, int | None]:
    """Return the ids by their names; None where several have the same name."""
    found: dict[str, int | None] = {}
    for one, name in names.items():
        found[name] = None if name in found else one
    return found


def _question_entry(question: topics.Question) -> Question:
    return Question(
        label=question.label,
        kind=question.kind,
        help=question.help,
        required=question.is_required,
        min_length=question.min_length,
        max_length=question.max_length,
        choices=[*question.choices],
        file_kinds=[*question.file_kinds],
    )


def _question(entry: Question) -> topics.Question:
    return topics.Question(
        label=entry.label,
        kind=entry.kind,
        help=entry.help,
        is_required=entry.required,
        min_length=entry.min_length,
        max_length=entry.max_length,
        choices=tuple(entry.choices),
        file_kinds=tuple(entry.file_kinds),
    )


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(pairs) > _KEYS_LIMIT:
        raise ValueError(f"an object has more than {_KEYS_LIMIT} keys")
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found
