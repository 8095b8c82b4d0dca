"""SettingsMessages: the messages of the settings page in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.texts.message import Message
from ticketbot.texts.settings import components, data, items, notes, pages, topics, tryout, typed, values
from ticketbot.texts.settings.notes import Note
from ticketbot.tickets.ids import TopicId
from ticketbot.tickets.inheritance import find_topic
from ticketbot.tickets.settings_forms import CHAPTER_BY_NAME
from ticketbot.tickets.settings_lists import LIST_BY_NAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import hikari

    from ticketbot.services.settings import Edited
    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.texts.settings.data import Preview
    from ticketbot.texts.settings.tryout import Tryout
    from ticketbot.tickets.model import GuildConfig, InteractionId, RoleId
    from ticketbot.tickets.preflight import Problem
    from ticketbot.tickets.rules import Rule
    from ticketbot.tickets.server_names import Unknown
    from ticketbot.tickets.settings_changes import Conflict
    from ticketbot.tickets.settings_forms import Form, Setting
    from ticketbot.tickets.topic_items import ItemRef
    from ticketbot.tickets.topics import Topic


class SettingsMessages:
    """Builds every page, and what stands above it."""

    def __init__(self, texts: LocalizedTexts) -> None:
        self._texts = texts

    def page(self, name: str, config: GuildConfig, note: Note | None = None) -> Message:
        """Return a page by its name; the first page where there is none of that name, or its topic is gone."""
        note = note or Note()
        kind, _, argument = name.partition(".")
        if kind == "topic":
            found = pages.topic_page(self._texts, config, int(argument), note) if argument.isdecimal() else None
            if found is not None:
                return found
            gone = notes.gone(self._texts)
            note = Note(embeds=(*note.embeds, *(gone.embeds if not note.embeds else ())), buttons=note.buttons)
            kind = "topics"
        if kind in items.PAGES:
            return self._item_page(kind, argument, config, note)
        if kind == "entry":
            of, _, key = argument.partition(".")
            found = pages.entry_page(self._texts, config, of, key, note)
            if found is not None:
                return found
            kind = LIST_BY_NAME[of].chapter if of in LIST_BY_NAME else components.HOME
        chapter = CHAPTER_BY_NAME.get(kind)
        if chapter is None:
            return pages.home(self._texts, config, note)
        return pages.chapter_page(self._texts, config, chapter, note)

    def _item_page(self, kind: str, argument: str, config: GuildConfig, note: Note) -> Message:
        numbers = [int(one) for one in argument.split(".") if one.isascii() and one.isdecimal()]
        found = items.page(self._texts, config, kind, numbers)
        if not note.embeds and not items.is_shown(config, kind, numbers):
            note = self.gone() if found is None else self.gone("item")
        return self.page("topics", config, note) if found is None else pages.build(self._texts, *found, note)

    def deletion_question(self, topic: Topic, count: int) -> Message:
        """Return the question before a topic is deleted; ``count`` is how many open tickets it has."""
        back = components.ref("topic", topic.id)
        return pages.build(self._texts, topic.name, topics.deletion(self._texts, topic, count), back, Note())

    def edited(self, outcome: Edited, interaction_id: InteractionId, page: str, *, is_undone: bool = False) -> Note:
        """Return what became of a change."""
        return notes.edited(self._texts, outcome, interaction_id, page, is_undone=is_undone)

    def open_tickets(self, role_ids: Collection[RoleId], count: int, interaction_id: InteractionId) -> Message:
        """Return the question whether roles that became staff by ``/ticket-config`` are to see open tickets, too."""
        note = notes.open_tickets(self._texts, role_ids, count, interaction_id, components.HOME)
        return Message(embeds=note.embeds, rows=components.rows(note.buttons))

    def shown(self, *, is_done: bool) -> Note:
        """Return whether roles that became staff are shown the tickets that are open."""
        return notes.shown(self._texts, is_done=is_done)

    def posted_again(self, *, is_done: bool) -> Note:
        """Return whether a panel could be posted again."""
        return notes.posted_again(self._texts, is_done=is_done)

    def conflict(self, conflicts: Sequence[Conflict], form: Form, topics: Sequence[Topic]) -> Note:
        """Return that somebody else changed the same settings; ``topics`` are the server's."""
        return notes.conflict(self._texts, conflicts, form, topics)

    def invalid(self, setting: Setting, typed: str) -> Note:
        """Return that what was typed cannot be used."""
        return notes.invalid(self._texts, setting, typed)

    def broken(self, rules: Iterable[Rule]) -> Note:
        """Return which rules are broken."""
        return notes.broken(self._texts, rules)

    def rule(self, rule: Rule) -> str:
        """Return what a rule says."""
        return notes.rule_text(self._texts, rule)

    def problem(self, problem: Problem) -> str:
        """Return what a problem is."""
        return self._texts.text(f"problem_{problem}")

    def gone(self, what: str = "topic") -> Note:
        """Return that a topic, an ``entry`` of a list, or an ``item`` of a topic, was deleted or changed meanwhile."""
        return notes.gone(self._texts, what)

    def with_typed(
        self, note: Note, again: tuple[Form, str], given: Mapping[str, object], topics: Sequence[Topic]
    ) -> Note:
        """Return a refusal with what was put into its form, and the button that opens the form again with it.

        ``again`` is the form with what custom ids hold of it; ``topics`` are the server's.
        """
        return notes.with_typed(self._texts, note, again, given, topics)

    def read_typed(
        self, form: Form, mask: str, embeds: Sequence[hikari.Embed], topics: Sequence[Topic]
    ) -> Mapping[str, object]:
        """Return what a message shows of what was put into a form; ``mask`` is from the button under it."""
        return typed.read(self._texts, form, mask, embeds, topics)

    def tryout(self, tried: Tryout, panel: Message) -> Message:
        """Return the page on which a topic is tried, with the panel as members see it."""
        return tryout.page(self._texts, tried, panel)

    def nothing_opened(self, tried: Tryout) -> Message:
        """Return the answer that nothing was opened."""
        return tryout.nothing_opened(self._texts, tried)

    def as_tried(self, ticket_message: Message) -> Message:
        """Return a message of a ticket as who tries it is shown it."""
        return tryout.as_shown(self._texts, ticket_message)

    def exported(self, content: str) -> Message:
        """Return the message that carries all settings as a file."""
        return data.exported(self._texts, content)

    def preview(self, shown: Preview) -> Message:
        """Return what the import of a file would change, and the question whether to."""
        return data.preview(self._texts, shown)

    def choices(self, unknown: Sequence[Unknown], at: int, digest: str) -> Message:
        """Return the question what stands for what the server does not have, from the ``at``-th on.

        ``digest`` is of all of it.
        """
        return data.choices(self._texts, unknown, at, digest)

    def read_choices(self, kinds: str, embeds: Sequence[hikari.Embed]) -> Sequence[tuple[Setting, str, object]]:
        """Return what such a question asks for: how, by which label, and what stands for it."""
        return data.read_choices(kinds, embeds)

    def choices_title(self) -> str:
        """Return the title of the form of such a question."""
        return self._texts.text("settings_form_choices")

    def unusable(self, names: Iterable[str]) -> Note:
        """Return that what was chosen for something is not there."""
        return notes.plain(self._texts, "settings_choices_unusable", names=data.shown_names(names))

    def reset_question(self, config: GuildConfig) -> Message:
        """Return the question before all settings go back to their defaults."""
        return data.reset_question(self._texts, config)

    def file_form(self) -> tuple[str, str, str]:
        """Return the title of the form for a file of settings, and the label and the help of its field."""
        keys = ("settings_form_import", "settings_label_file", "settings_help_file")
        title, label, description = map(self._texts.text, keys)
        return title, label, description

    def file_lost(self) -> Note:
        """Return that a file could not be had."""
        return notes.plain(self._texts, "settings_import_lost")

    def file_unreadable(self, why: str) -> Note:
        """Return that a file holds no settings."""
        return notes.plain(self._texts, "settings_import_unreadable", value=values.quoted(why, 300))

    def changed_meanwhile(self) -> Note:
        """Return that the settings were changed since an import was shown."""
        return notes.plain(self._texts, "settings_import_changed")

    def ready_topics(self, existing: Sequence[Topic]) -> Sequence[Topic]:
        """Return the topics for a start."""
        return topics.ready(self._texts, existing)

    def form_title(self, form: Form, config: GuildConfig, topic_id: int) -> str:
        """Return the title of a form (45 characters at most): what it sets, and of which topic."""
        topic = find_topic(config, TopicId(topic_id))
        if topic is None:
            key = "settings_new_topic" if form.name == "topic_texts" else f"settings_form_{form.name}"
            return self._texts.text(key)
        return f"{self._texts.text(f'settings_form_{form.name}')} · {topic.name}"[:45]

    def item_title(self, ref: ItemRef, topic: str) -> str:
        """Return the title of the form of a section or a question (45 characters at most)."""
        return items.title(self._texts, ref, topic)

    def label(self, setting: Setting) -> str:
        """Return the label of a setting."""
        return self._texts.text(f"settings_label_{setting.key}")

    def help(self, setting: Setting) -> str:
        """Return what is to be put into a setting's field."""
        return self._texts.text(f"settings_help_{setting.key}")

    def choice(self, setting: Setting, choice: str) -> str:
        """Return the name of one of a setting's choices."""
        return values.choice(self._texts, setting, choice)

    def default(self) -> str:
        """Return the name of the choice of what holds where nothing is set."""
        return self._texts.text("settings_default")
