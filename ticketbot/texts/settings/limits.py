"""The pages at their longest, to find out whether Discord accepts them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import attrs

from ticketbot.services.settings import Edited
from ticketbot.texts.settings import components
from ticketbot.texts.settings.data import Preview
from ticketbot.tickets import blocks, canned_replies, panels, topic_items, topics
from ticketbot.tickets.ids import ChannelId, InteractionId, Millis, PanelId, RoleId, TopicId
from ticketbot.tickets.model import Block, CannedReply, Participant, SettingChange
from ticketbot.tickets.panels import Panel, PanelMessage
from ticketbot.tickets.server_names import NAMED_KINDS, Unknown
from ticketbot.tickets.settings_changes import Conflict
from ticketbot.tickets.settings_forms import (
    CHAPTERS,
    FORM_BY_NAME,
    PANEL_FORM,
    QUESTION_FORMS,
    SECTION_FORM,
    SERVER_SETTINGS,
    TOPIC_FORMS,
    Kind,
)
from ticketbot.tickets.settings_lists import LIST_BY_NAME, LISTS, PANELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ticketbot.texts.message import Message
    from ticketbot.texts.settings.messages import SettingsMessages
    from ticketbot.texts.settings.notes import Note
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.preflight import Preflight
    from ticketbot.tickets.settings_forms import Form, Setting
    from ticketbot.tickets.topics import Topic

_ID = 2**63 - 1


def longest(
    messages: SettingsMessages, config: GuildConfig, topic: Topic, lacking: Preflight
) -> Iterator[tuple[str, Message]]:
    """Yield every page with the name of its texts, as long as it can become, with each note above it."""
    topic = attrs.evolve(topic, **_values(TOPIC_FORMS), is_enabled=False)
    topic = attrs.evolve(topic, questions=tuple(_question(kind) for kind in topics.QuestionKind))
    many = tuple(attrs.evolve(topic, id=TopicId(number)) for number in range(1, topics.TOPICS_LIMIT + 1))
    server: Any = {setting.name: _value(setting) for setting in SERVER_SETTINGS.values()}
    replies = [
        CannedReply(name=f"{number:02d}" + "*" * (canned_replies.NAME_LIMIT - 2), text="*" * canned_replies.TEXT_LIMIT)
        for number in range(canned_replies.LIMIT)
    ]
    targets = [Participant(id=_ID - number, is_role=True) for number in range(blocks.LIMIT)]
    blocked = [Block(target=one, until=Millis(10**14), reason="*" * blocks.REASON_LIMIT) for one in targets]
    wide: dict[str, Any] = _values((PANEL_FORM,)) | {"topic_ids": tuple(topic.id for topic in many)}
    further = [Panel(id=PanelId(number), **wide) for number in range(1, panels.LIMIT + 1)]
    full = attrs.evolve(config, **server, topics=many, replies=tuple(replies), panels=tuple(further))
    full = attrs.evolve(full, former_topics=tuple(topics.former(one, at=Millis(0)) for one in many))
    full = attrs.evolve(full, blocks=(Block(target=targets[0]), *blocked[1:]))
    gone = PanelMessage(panel_id=PanelId(1), channel_id=ChannelId(_ID), nonce="1", is_gone=True)
    yield (
        "settings",
        messages.page(
            components.ref("entry", PANELS.name, PANELS.key(further[0])), attrs.evolve(full, panel_messages=(gone,))
        ),
    )
    for is_done in (False, True):
        yield "settings", messages.page("panels", full, messages.posted_again(is_done=is_done))
    entries = [components.ref("entry", one.name, one.key(one.of(full)[0])) for one in LISTS]
    pages = [components.HOME, *(chapter.name for chapter in CHAPTERS), *entries, components.ref("topic", 2)]
    yield from (("settings", messages.page(page, filled)) for page in pages for filled in (config, full))
    yield from (("settings", messages.page(pages[-1], full, note)) for note in _notes(messages, full, lacking))
    yield "settings", messages.page("topic.99", full)
    for page in _item_pages(many[1]):
        yield "settings", messages.page(page, full)
        yield "settings", messages.page(page, attrs.evolve(full, topics=(attrs.evolve(many[0], id=TopicId(2)),)))
    yield "settings", messages.page("questions.2", attrs.evolve(full, topics=(topics.Topic(id=TopicId(2), name="n"),)))
    yield "settings", messages.page("topics", attrs.evolve(full, topics=()))
    ready = [attrs.evolve(one, id=TopicId(number)) for number, one in enumerate(messages.ready_topics(()), 1)]
    yield "settings", messages.page("topics", attrs.evolve(full, topics=tuple(ready)))
    yield "settings", messages.deletion_question(topic, 10**5)
    yield "settings", messages.reset_question(full)
    yield "settings", messages.exported("{}")
    unknown = [Unknown(kind=kind, id=str(_ID), name="`" * 200, by=str(_ID)) for kind in NAMED_KINDS] * 250
    yield "settings", messages.choices(unknown, 995, "f" * 10)
    long = "\n".join("*" * 200 for _ in range(10**3))
    confirm = components.ref("import", "f" * 10)
    for after, found in ((long, ()), ("", ()), (long, [(topic, lacking)])):
        preview = Preview(
            guild_id=config.guild_id,
            before="",
            after=after,
            missing=["*" * 100] * 30,
            lacking=found,
            confirm=confirm,
            was_asked=True,
        )
        yield "settings", messages.preview(preview)


def _notes(messages: SettingsMessages, config: GuildConfig, lacking: Preflight) -> Iterator[Note]:
    fields = (f"topics.1.{field.name}" for field in attrs.fields(topics.Topic))
    paths = (path for path in ("order", *SERVER_SETTINGS, *LIST_BY_NAME, *fields) if path != "topics.1.id")
    changes = tuple(SettingChange(path=path) for path in paths)
    exposed = config.topics[0], ChannelId(_ID), (RoleId(_ID),) * 6
    saved = Edited(config=config, changes=changes, is_panel_renewed=False, exposed=exposed)
    warned = attrs.evolve(lacking, missing=(), problems=tuple(one for one in lacking.problems if not one.blocks))
    yield messages.edited(saved, InteractionId(_ID), "topic.25")
    yield messages.edited(saved, InteractionId(_ID), "topic.25", is_undone=True)
    roles = frozenset(RoleId(_ID - index) for index in range(topics.ROLES_LIMIT))
    for count in (1, 10**5):
        asking = attrs.evolve(saved, added_role_ids=roles, open_tickets=count)
        yield messages.edited(asking, InteractionId(_ID), "topic.25")
    for is_done in (False, True):
        yield messages.shown(is_done=is_done)
    yield messages.edited(attrs.evolve(saved, lacking=[(config.topics[0], warned)]), InteractionId(_ID), "topics")
    yield messages.edited(Edited(config=config, lacking=[(config.topics[0], lacking)]), InteractionId(_ID), "topics")
    for one in changes:
        yield messages.edited(Edited(config=config, changes=(one,)), InteractionId(_ID), "topics")
    long = json.dumps("*" * topics.NAME_LIMIT)
    for came in (SettingChange(path="topics.1.name", after=long), SettingChange(path="topics.1.name", before=long)):
        yield messages.edited(Edited(config=config, changes=(came,)), InteractionId(_ID), "topics")
        yield messages.edited(Edited(config=config, changes=(came,)), InteractionId(_ID), "topics", is_undone=True)
    for is_undone in (False, True):
        yield messages.edited(Edited(config=config), InteractionId(_ID), "topics", is_undone=is_undone)
    for form in FORM_BY_NAME.values():
        conflicts = [Conflict(name=one.name, theirs=_value(one), yours=_value(one)) for one in form.settings]
        yield messages.conflict(conflicts, form, config.topics)
        yield from (messages.invalid(one, "*" * one.most) for one in form.settings)
    for form in (*FORM_BY_NAME.values(), SECTION_FORM, *QUESTION_FORMS.values()):
        given = {one.name: _given(one) for one in form.settings}
        conflicts = [Conflict(name=one.name, theirs=_value(one), yours=_value(one)) for one in form.settings]
        refused = messages.conflict(conflicts, form, config.topics)
        again = form, "question.1.4.1099511627775.several"
        yield messages.with_typed(refused, again, given, config.topics)
        yield messages.with_typed(messages.gone("item"), (form, components.ref(form.name, 1)), {}, config.topics)
    yield messages.conflict([Conflict(name="kind", theirs="several", yours="short")], SECTION_FORM, config.topics)
    yield from map(messages.broken, (topics.TopicRule, panels.PanelRule, canned_replies.ReplyRule, blocks.BlockRule))
    yield messages.gone("entry")
    yield messages.file_lost()
    yield messages.file_unreadable("*" * 1000)
    yield messages.changed_meanwhile()
    yield messages.unusable(["*" * 100] * 5)


def _item_pages(topic: Topic) -> Iterator[str]:
    for name in topic_items.LISTS:
        for index, _ in enumerate(topic_items.items_of(topic, name)):
            yield components.ref(name, *topic_items.ref_to(name, topic, index).parts)
    yield from (components.ref(name, topic.id) for name in ("welcome", "questions", "kinds"))
    yield components.ref("kinds", *topic_items.ref_to("question", topic, 0).parts)
    yield components.ref("question", topic.id, 0, 1)


def _question(kind: topics.QuestionKind) -> topics.Question:
    values: dict[str, Any] = {one.name: _value(one) for one in QUESTION_FORMS[kind].settings}
    values["is_required"] = False
    return topics.Question(kind=kind, **values)


def _given(setting: Setting) -> object:
    """Return what a form holds of a setting, as it is sent."""
    value = _value(setting)
    if setting.kind in (Kind.CATEGORY, Kind.TEXT_CHANNEL):
        return (str(value),)
    if setting.kind is Kind.SWITCH:
        return "yes"
    if setting.kind is Kind.LINES:
        return "*" * setting.most
    return tuple(map(str, cast("tuple[object, ...]", value))) if isinstance(value, tuple) else str(value)


def _values(forms: tuple[Form, ...]) -> dict[str, Any]:
    return {setting.name: _value(setting) for form in forms for setting in form.settings}


def _value(setting: Setting) -> object:
    made: dict[Kind, object] = {
        Kind.MEMBERS: (_ID,) * setting.most,
        Kind.ROLES: (_ID,) * setting.most,
        Kind.TOPICS: tuple(range(1, setting.most + 1)),
        Kind.CATEGORIES: (_ID,) * setting.most,
        Kind.CATEGORY: _ID,
        Kind.TEXT_CHANNEL: _ID,
        Kind.NUMBER: setting.most,
        Kind.SWITCH: True,
        Kind.LINES: ("*" * topics.CHOICE_LIMIT,) * topics.CHOICES_LIMIT,
        Kind.SEVERAL: tuple(map(setting.read, setting.choices)),
    }
    if setting.kind is Kind.CHOICE:
        return setting.read(max(setting.choices, key=len))
    typed = {"emoji": "🚨", "color": "#F4A6C1", "time_zone": "America/Argentina/ComodRivadavia"}
    return made.get(setting.kind, typed.get(setting.name, "*" * setting.most))
