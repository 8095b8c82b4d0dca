"""The pages: the chapters of a server's settings, one chapter, and the question before a topic is deleted."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import hikari

from ticketbot.texts.message import Message
from ticketbot.texts.settings import components, lists, panels, topics, values
from ticketbot.texts.settings.components import ASK_FILE, DATA, HOME, PAGE
from ticketbot.texts.settings.notes import Note
from ticketbot.tickets.settings_forms import CHAPTER_BY_NAME, CHAPTERS, Kind
from ticketbot.tickets.settings_lists import BLOCKS, LIST_BY_NAME, PANELS, REPLIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.texts.settings.topics import Body
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.settings_forms import Chapter, Setting

_SUMMARY: Final = 200
"""Characters of a chapter's line on the first page."""
_BODY: Final = 2800
"""Characters of a page, beside the note above it."""
_TOGETHER: Final = 5500
"""Characters of a page and the note above it."""
_PLAIN: Final = Note()


def home(texts: LocalizedTexts, config: GuildConfig, note: Note = _PLAIN) -> Message:
    """Return the first page: a line for each chapter, and the select that opens one."""
    lines = [values.line(texts, _label(texts, chapter), _summary(texts, chapter, config)) for chapter in CHAPTERS]
    embed = texts.titled(texts.title("settings"), "\n".join([texts.text("settings_intro"), "", *lines]))
    options = [(_label(texts, chapter), chapter.name) for chapter in CHAPTERS]
    rows = [components.select("chapter", options, texts.text("settings_placeholder"))]
    return Message(embeds=(*note.embeds, embed), rows=[*rows, *components.rows(note.buttons)])


def chapter_page(texts: LocalizedTexts, config: GuildConfig, chapter: Chapter, note: Note = _PLAIN) -> Message:
    """Return the page of a chapter."""
    return build(texts, _label(texts, chapter), _body(texts, chapter, config), HOME, note)


def topic_page(texts: LocalizedTexts, config: GuildConfig, topic_id: int, note: Note = _PLAIN) -> Message | None:
    """Return the page of a topic; None if it is gone."""
    found = topics.topic(texts, config, topic_id)
    return None if found is None else build(texts, *found, "topics", note)


def entry_page(texts: LocalizedTexts, config: GuildConfig, name: str, key: str, note: Note = _PLAIN) -> Message | None:
    """Return the page of an entry of a list; None if it is gone."""
    listed = LIST_BY_NAME.get(name)
    found = None if listed is None else lists.page(texts, config, listed, key)
    return None if listed is None or found is None else build(texts, *found, listed.chapter, note)


def build(texts: LocalizedTexts, title: str, body: Body, back: str, note: Note) -> Message:
    """Return a page: its title behind the settings' emoji, what stands, its own controls, and the way back."""
    noted = sum(embed.total_length() for embed in note.embeds)
    text = values.fit(body.text.split("\n"), min(_BODY, _TOGETHER - noted))
    embed = texts.titled(f"{texts.emoji('settings')} {title}"[:256], text)
    last = [components.button(texts, PAGE, back, "settings_back_button"), *note.buttons]
    return Message(embeds=(*note.embeds, embed), rows=[*body.rows, *components.rows(last)])


def opening_row(texts: LocalizedTexts) -> hikari.api.ComponentBuilder:
    """Return the button that opens the page, for the answer to ``/ticket-config``."""
    button = components.Button(
        style=hikari.ButtonStyle.SECONDARY,
        custom_id=components.OPEN,
        label=texts.text("settings_button"),
        emoji=hikari.Emoji.parse(texts.emoji("settings")),
    )
    return components.rows([button])[0]


def _label(texts: LocalizedTexts, chapter: Chapter) -> str:
    return texts.text(f"settings_chapter_{chapter.name}")


def _summary(texts: LocalizedTexts, chapter: Chapter, config: GuildConfig) -> str:
    if chapter.name in _SUMMARIES:
        return _SUMMARIES[chapter.name](texts, config)
    return _of_forms(texts, chapter, config)


def _access(texts: LocalizedTexts, config: GuildConfig) -> str:
    """Return the limits and how many may not open tickets."""
    limits = _of_forms(texts, CHAPTER_BY_NAME["access"], config)
    if not config.blocks:
        return limits
    blocked = texts.text("settings_blocks_count", count=str(len(config.blocks)))
    return blocked if limits == texts.text("settings_default") else f"{limits}, {blocked}"


def _data_summary(texts: LocalizedTexts, _config: GuildConfig) -> str:
    return texts.text("settings_data_summary")


def _data_body(texts: LocalizedTexts, _config: GuildConfig) -> Body:
    """Return what the chapter of data is for, and its buttons."""
    buttons = [
        components.button(texts, DATA, "export", "settings_export_button"),
        components.button(texts, ASK_FILE, "0", "settings_import_button"),
        components.button(texts, DATA, "reset", "settings_reset_button", style=hikari.ButtonStyle.DANGER),
    ]
    return topics.Body(text=texts.text("settings_data_text"), rows=components.rows(buttons))


def _of_forms(texts: LocalizedTexts, chapter: Chapter, config: GuildConfig) -> str:
    shown = [
        _short(texts, setting, value)
        for form in chapter.forms
        for setting in form.settings
        if (value := getattr(config, setting.name)) not in (None, ())
    ]
    return values.clip(", ".join(shown), _SUMMARY) if shown else texts.text("settings_default")


def _short(texts: LocalizedTexts, setting: Setting, value: object) -> str:
    """Return a value for the first page; "yes" or "3" alone would not say of what."""
    shown = values.shown(texts, setting, value)
    is_bare = setting.kind in (Kind.SWITCH, Kind.NUMBER)
    return f"{texts.text(f'settings_label_{setting.key}')} ({shown})" if is_bare else shown


def _body(texts: LocalizedTexts, chapter: Chapter, config: GuildConfig) -> Body:
    if chapter.name in _BODIES:
        return _BODIES[chapter.name](texts, config)
    return forms_body(texts, chapter, config)


def forms_body(texts: LocalizedTexts, chapter: Chapter, config: GuildConfig) -> Body:
    """Return what a chapter's forms set, and a button for each form."""
    buttons = components.form_buttons(texts, chapter.forms)
    return topics.Body(text="\n".join(values.lines(texts, chapter.forms, config)), rows=components.rows(buttons))


def _panels(texts: LocalizedTexts, config: GuildConfig) -> Body:
    found = lists.body(texts, config, PANELS)
    return topics.Body(text=f"{panels.main_line(texts, config)}\n{found.text}", rows=found.rows)


_SUMMARIES: Final[Mapping[str, Callable[[LocalizedTexts, GuildConfig], str]]] = {
    "topics": topics.summary,
    "access": _access,
    "panels": functools.partial(lists.summary, found=PANELS),
    "replies": functools.partial(lists.summary, found=REPLIES),
    "data": _data_summary,
}
_BODIES: Final[Mapping[str, Callable[[LocalizedTexts, GuildConfig], Body]]] = {
    "topics": topics.body,
    "access": functools.partial(lists.body, found=BLOCKS),
    "panels": _panels,
    "replies": functools.partial(lists.body, found=REPLIES),
    "data": _data_body,
}
"""Chapters that hold more than settings."""
