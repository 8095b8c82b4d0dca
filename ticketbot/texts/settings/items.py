"""The pages of what a topic has a list of: its welcome's sections, and its form's questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import hikari

from ticketbot.texts.settings import components, values
from ticketbot.texts.settings.components import ASK, DO, PAGE
from ticketbot.texts.settings.topics import Body
from ticketbot.tickets import settings_forms, topic_items
from ticketbot.tickets.ids import TopicId
from ticketbot.tickets.inheritance import find_topic
from ticketbot.tickets.settings_forms import FORM_BY_NAME
from ticketbot.tickets.topics import Question, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.topic_items import Item, ItemRef
    from ticketbot.tickets.topics import Topic

_LINE: Final = 200
"""Characters of one item in a list."""
_OPTION: Final = 100
"""Characters of a select's option. Source: Discord's documentation, "Component Reference", "Select Option"."""
PAGE_OF_LIST: Final = {"section": "welcome", "question": "questions"}
"""The page of a topic that has a list, by what one of its items is called."""


def page(texts: LocalizedTexts, config: GuildConfig, kind: str, numbers: Sequence[int]) -> tuple[str, Body, str] | None:
    """Return the title of a page, what it shows, and the page before it; None if its topic is gone.

    The page of an item that is gone is that of its list.
    """
    topic = find_topic(config, TopicId(numbers[0])) if numbers else None
    return None if topic is None else PAGES[kind](texts, topic, tuple(numbers[1:]))


def is_shown(config: GuildConfig, kind: str, numbers: Sequence[int]) -> bool:
    """Return whether what a page is about is still there."""
    topic = find_topic(config, TopicId(numbers[0])) if numbers else None
    place = tuple(numbers[1:])
    if topic is None or (kind not in topic_items.LISTS and not place):
        return topic is not None
    return _found(topic, kind if kind in topic_items.LISTS else "question", place) is not None


def title(texts: LocalizedTexts, ref: ItemRef, topic: str) -> str:
    """Return the title of an item's form (45 characters at most)."""
    key = f"settings_new_{ref.name}" if ref.position is None else f"settings_{ref.name}"
    return f"{texts.text(key)} · {topic}"[:45]


def _welcome(texts: LocalizedTexts, topic: Topic, _place: Sequence[int]) -> tuple[str, Body, str]:
    lines = values.lines(texts, [FORM_BY_NAME["topic_welcome"]], topic)
    buttons = [components.button(texts, ASK, components.ref("topic_welcome", topic.id), "settings_words_button")]
    if len(topic.welcome_sections) < topic_items.LISTS["section"].limit:
        buttons.append(components.button(texts, ASK, components.ref("section", topic.id), "settings_new_section"))
    body = Body(
        text="\n".join([*lines, "", *_list(texts, topic, "section")]),
        rows=[*_select(texts, topic, "section"), *components.rows(buttons)],
    )
    return _titled(texts, "welcome", topic), body, components.ref("topic", topic.id)


def _questions(texts: LocalizedTexts, topic: Topic, _place: Sequence[int]) -> tuple[str, Body, str]:
    buttons: list[components.Button] = []
    if len(topic.questions) < topic_items.LISTS["question"].limit:
        new = components.ref("kinds", topic.id)
        buttons.append(components.button(texts, PAGE, new, "settings_new_question", style=hikari.ButtonStyle.PRIMARY))
    body = Body(
        text="\n".join(_list(texts, topic, "question")),
        rows=[*_select(texts, topic, "question"), *components.rows(buttons)],
    )
    return _titled(texts, "questions", topic), body, components.ref("topic", topic.id)


def _section(texts: LocalizedTexts, topic: Topic, place: Sequence[int]) -> tuple[str, Body, str]:
    ref = _found(topic, "section", place)
    if ref is None:
        return _welcome(texts, topic, ())
    edit = components.button(texts, ASK, components.ref("section", *ref.parts), "settings_edit_button")
    return _item(texts, topic, ref, settings_forms.SECTION_FORM.settings, [edit])


def _question(texts: LocalizedTexts, topic: Topic, place: Sequence[int]) -> tuple[str, Body, str]:
    ref = _found(topic, "question", place)
    if ref is None or ref.kind is None:
        return _questions(texts, topic, ())
    edit = components.ref("question", *ref.parts, ref.kind)
    buttons = [
        components.button(texts, ASK, edit, "settings_edit_button"),
        components.button(texts, PAGE, components.ref("kinds", *ref.parts), "settings_kind_button"),
    ]
    return _item(texts, topic, ref, (settings_forms.QUESTION_KIND, *ref.form.settings), buttons)


def _kinds(texts: LocalizedTexts, topic: Topic, place: Sequence[int]) -> tuple[str, Body, str]:
    """Return the page that asks for the kind of a question, new or not."""
    ref = _found(topic, "question", place)
    parts: Sequence[object] = (topic.id,) if ref is None else ref.parts
    lines = [texts.text("settings_kinds_intro"), ""]
    lines += [values.line(texts, _kind(texts, kind), texts.text(f"settings_help_kind_{kind}")) for kind in QuestionKind]
    buttons = [
        components.button(texts, ASK, components.ref("question", *parts, kind), f"settings_choice_kind_{kind}")
        for kind in QuestionKind
    ]
    before = components.ref("questions", topic.id) if ref is None else components.ref("question", *ref.parts)
    name = texts.text("settings_new_question" if ref is None else "settings_kind_button")
    return f"{name} · {topic.name}", Body(text="\n".join(lines), rows=components.rows(buttons)), before


PAGES: Final[Mapping[str, Callable[[LocalizedTexts, Topic, Sequence[int]], tuple[str, Body, str]]]] = {
    "welcome": _welcome,
    "section": _section,
    "questions": _questions,
    "question": _question,
    "kinds": _kinds,
}
"""The pages, by their names in custom ids, where the topic's id and an item's place follow."""


def _item(
    texts: LocalizedTexts,
    topic: Topic,
    ref: ItemRef,
    settings: Sequence[settings_forms.Setting],
    buttons: list[components.Button],
) -> tuple[str, Body, str]:
    assert ref.position is not None, "it was found"
    items = topic_items.items_of(topic, ref.name)
    item = items[ref.position]
    lines = [
        values.line(texts, texts.text(f"settings_label_{setting.key}"), values.shown(texts, setting, value))
        for setting in settings
        if (value := getattr(item, setting.name)) not in (None, ()) or setting.kind is settings_forms.Kind.SEVERAL
    ]
    operations = ["up"] * (ref.position > 0) + ["down"] * (ref.position < len(items) - 1) + ["delete"]
    for operation in operations:
        style = hikari.ButtonStyle.DANGER if operation == "delete" else hikari.ButtonStyle.SECONDARY
        argument = components.ref(f"{ref.name}-{operation}", *ref.parts)
        buttons.append(components.button(texts, DO, argument, f"settings_{operation}_button", style=style))
    title = f"{texts.text(f'settings_{ref.name}')} {ref.position + 1} · {topic.name}"
    body = Body(text="\n".join(lines), rows=components.rows(buttons))
    return title, body, components.ref(PAGE_OF_LIST[ref.name], topic.id)


def _found(topic: Topic, name: str, place: Sequence[int]) -> ItemRef | None:
    """Return a reference to an item that was shown in a place, where it is now; None if it is gone."""
    if len(place) != 2:  # noqa: PLR2004 - its position and its digest
        return None
    shown = topic_items.ItemRef(name=name, topic_id=topic.id, position=place[0], digest=place[1])
    index = topic_items.find(topic, shown)
    return None if index is None else topic_items.ref_to(name, topic, index)


def _list(texts: LocalizedTexts, topic: Topic, name: str) -> Sequence[str]:
    items = topic_items.items_of(topic, name)
    count = f"**{texts.text(f'settings_label_{topic_items.LISTS[name].field}')}** ({len(items)}/{_limit(name)})"
    return [count, *(_line(texts, number, item) for number, item in enumerate(items, 1))]


def _line(texts: LocalizedTexts, number: int, item: Item) -> str:
    if not isinstance(item, Question):
        return f"{number}. **{values.quoted(item.title, _LINE // 2)}** – {values.quoted(item.text, _LINE // 2)}"
    kind = _kind(texts, item.kind)
    extra = kind if item.is_required else f"{kind}, {texts.text('settings_optional')}"
    return f"{number}. **{values.quoted(item.label, _LINE // 2)}** – {extra}"


def _select(texts: LocalizedTexts, topic: Topic, name: str) -> list[hikari.api.ComponentBuilder]:
    options = [
        (
            f"{index + 1}. {getattr(item, topic_items.LISTS[name].key)}"[:_OPTION],
            components.ref(name, *topic_items.ref_to(name, topic, index).parts),
        )
        for index, item in enumerate(topic_items.items_of(topic, name))
    ]
    return [components.select(name, options, texts.text(f"settings_{name}_placeholder"))] if options else []


def _limit(name: str) -> int:
    return topic_items.LISTS[name].limit


def _kind(texts: LocalizedTexts, kind: QuestionKind) -> str:
    return texts.text(f"settings_choice_kind_{kind}")


def _titled(texts: LocalizedTexts, key: str, topic: Topic) -> str:
    return f"{texts.text(f'settings_{key}_button')} · {topic.name}"
