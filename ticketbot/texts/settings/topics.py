"""The chapter of topics: the list, and one topic's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import hikari

from ticketbot.texts.settings import components, values
from ticketbot.texts.settings.components import ASK, DO, PAGE, TRY
from ticketbot.tickets import topic_items
from ticketbot.tickets import topics as rules
from ticketbot.tickets.ids import TopicId
from ticketbot.tickets.inheritance import find_topic
from ticketbot.tickets.settings_forms import CHAPTER_BY_NAME, TOPIC_FORMS
from ticketbot.tickets.topic_lists import NEW
from ticketbot.tickets.topics import Section, Topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import GuildConfig

_READY = ("problem", "partnership", "application")
"""The topics for a start: those that the welcome names where there are none."""
_PARTS: Final = (
    (ASK, "topic_texts", "settings_form_topic_texts"),
    (PAGE, "welcome", "settings_welcome_button"),
    (ASK, "topic_team", "settings_form_topic_team"),
    (PAGE, "questions", "settings_questions_button"),
    (ASK, "topic_rules", "settings_form_topic_rules"),
    (TRY, "try", "settings_try_button"),
)
"""The buttons of a topic's page: what each opens (a form, a page, or what is tried), which one, and its label."""


@attrs.frozen(kw_only=True)
class Body:
    """What a page shows, and its own controls."""

    text: str
    rows: list[hikari.api.ComponentBuilder] = attrs.field(factory=list[hikari.api.ComponentBuilder])


def summary(texts: LocalizedTexts, config: GuildConfig) -> str:
    """Return how many topics there are."""
    if not config.topics:
        return texts.text("settings_default")
    return texts.text("settings_topics_count", count=str(len(config.topics)))


def body(texts: LocalizedTexts, config: GuildConfig) -> Body:
    """Return the list of topics, a select of them, and what can be done with the list."""
    lines = [_line(texts, topic) for topic in config.topics] or [texts.text("settings_topics_none")]
    if config.former_topics:
        names = ", ".join(map(values.topic_name, config.former_topics))
        lines += ["", texts.text("settings_topics_former", names=values.clip(names, values.NAMES_LIMIT))]
    forms = CHAPTER_BY_NAME["topics"].forms
    rows: list[hikari.api.ComponentBuilder] = []
    if config.topics:
        options = [(topic.name, components.ref("topic", topic.id)) for topic in config.topics]
        rows.append(components.select("topic", options, texts.text("settings_topics_placeholder")))
    buttons = components.form_buttons(texts, forms)
    if len(config.topics) < rules.TOPICS_LIMIT:
        ask = components.ref("topic_texts", 0)
        buttons.insert(0, components.button(texts, ASK, ask, "settings_new_topic", style=hikari.ButtonStyle.PRIMARY))
    if not config.topics:
        buttons.append(components.button(texts, DO, "ready", "settings_ready_button"))
    buttons.append(components.button(texts, TRY, components.ref("try", NEW), "settings_try_button"))
    return Body(
        text="\n".join([*lines, "", *values.lines(texts, forms, config)]), rows=[*rows, *components.rows(buttons)]
    )


def topic(texts: LocalizedTexts, config: GuildConfig, topic_id: int) -> tuple[str, Body] | None:
    """Return the title and the page of a topic; None if it is gone."""
    found = find_topic(config, TopicId(topic_id))
    if found is None:
        return None
    lines = values.lines(texts, TOPIC_FORMS, found)
    for one in topic_items.LISTS.values():
        count = len(getattr(found, one.field))
        value = str(count) if count else texts.text("settings_default")
        lines.append(values.line(texts, texts.text(f"settings_label_{one.field}"), value))
    if not found.is_enabled:
        lines.insert(0, texts.text("settings_topic_off"))
    parts = [components.button(texts, base, components.ref(name, found.id), key) for base, name, key in _PARTS]
    index = [one.id for one in config.topics].index(found.id)
    operations = ["disable" if found.is_enabled else "enable"]
    operations += ["up"] * (index > 0) + ["down"] * (index < len(config.topics) - 1) + ["delete"]
    buttons = [
        components.button(
            texts,
            DO,
            components.ref(operation, found.id),
            f"settings_{operation}_button",
            style=hikari.ButtonStyle.DANGER if operation == "delete" else hikari.ButtonStyle.SECONDARY,
        )
        for operation in operations
    ]
    return found.name, Body(text="\n".join(lines), rows=[*components.rows(parts), *components.rows(buttons)])


def deletion(texts: LocalizedTexts, found: Topic, count: int) -> Body:
    """Return the question before a topic is deleted."""
    confirm = components.button(
        texts,
        DO,
        components.ref("really-delete", found.id),
        "settings_delete_confirm_button",
        style=hikari.ButtonStyle.DANGER,
    )
    words = texts.text("settings_delete_question", topic=values.quoted(found.name), count=str(count))
    return Body(text=words, rows=components.rows([confirm]))


def ready(texts: LocalizedTexts, existing: Sequence[Topic]) -> Sequence[Topic]:
    """Return the topics for a start, without those whose names are taken, in the language of the texts."""
    taken = {rules.name_key(topic.name) for topic in existing}
    found = [
        Topic(
            id=NEW,
            name=texts.text(f"settings_ready_{key}"),
            emoji=texts.emoji(key),
            welcome_sections=(Section(title=texts.title(f"welcome_{key}"), text=texts.text(f"welcome_{key}_text")),),
        )
        for key in _READY
    ]
    return [topic for topic in found if rules.name_key(topic.name) not in taken]


def _line(texts: LocalizedTexts, topic: Topic) -> str:
    off = "" if topic.is_enabled else f" {texts.text('settings_topic_off')}"
    return f"{topic.emoji or '•'} **{values.quoted(topic.name, 100)}**{off}"
