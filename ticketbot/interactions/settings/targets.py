"""What a form of the settings page is about: the server, a topic, or an item of one of a topic's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import attrs

from ticketbot.interactions.settings import operations
from ticketbot.texts.settings import components, items
from ticketbot.tickets import settings_changes, settings_lists, topic_items
from ticketbot.tickets.ids import TopicId
from ticketbot.tickets.inheritance import find_topic
from ticketbot.tickets.settings_forms import FORM_BY_NAME, TOPIC_FORMS
from ticketbot.tickets.topic_lists import NEW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ticketbot.texts.settings.messages import SettingsMessages
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.settings_changes import Submitted
    from ticketbot.tickets.settings_forms import Form
    from ticketbot.tickets.settings_lists import Moment, SettingsList
    from ticketbot.tickets.topic_items import Item, ItemRef
    from ticketbot.tickets.topics import Topic

_PAGES: Final = {"topic_welcome": "welcome"}
"""The page of a topic's form, where it is not the topic's own."""


class Target(Protocol):
    """What a form is about."""

    @property
    def form(self) -> Form:
        """The form."""
        ...

    @property
    def argument(self) -> str:
        """What custom ids hold of it."""
        ...

    @property
    def page(self) -> str:
        """The page that is shown after the form."""
        ...

    def find(self, config: GuildConfig) -> object:
        """Return what holds the values that the form shows; None for a new topic.

        Raises
        ------
        TopicGoneError, ItemGoneError, EntryGoneError
            It is gone.
        """
        ...

    def title(self, messages: SettingsMessages, config: GuildConfig) -> str:
        """Return the form's title."""
        ...

    def fill_in(self, config: GuildConfig, submitted: Mapping[str, Submitted]) -> GuildConfig:
        """Return the configuration with what the form's sender changed.

        Raises
        ------
        ConflictError
            Somebody else changed the same meanwhile.
        TopicGoneError, ItemGoneError, EntryGoneError
            What the form is about is gone.
        """
        ...


@attrs.frozen(kw_only=True)
class ServerForm:
    """A form of one of the chapters."""

    form: Form

    @property
    def argument(self) -> str:
        """What custom ids hold of it."""
        return components.ref(self.form.name, NEW)

    @property
    def page(self) -> str:
        """The page that is shown after the form."""
        return operations.chapter_of(self.form)

    def find(self, config: GuildConfig) -> GuildConfig:
        """Return the configuration."""
        return config

    def title(self, messages: SettingsMessages, config: GuildConfig) -> str:
        """Return the form's title."""
        return messages.form_title(self.form, config, NEW)

    def fill_in(self, config: GuildConfig, submitted: Mapping[str, Submitted]) -> GuildConfig:
        """Return the configuration with what was changed; see ``Target``."""
        return settings_changes.fill_in(config, self.form, submitted)


@attrs.frozen(kw_only=True)
class TopicForm:
    """A form of a topic, or of a new one."""

    form: Form
    topic_id: TopicId

    @property
    def argument(self) -> str:
        """What custom ids hold of it."""
        return components.ref(self.form.name, self.topic_id)

    @property
    def page(self) -> str:
        """The page that is shown after the form."""
        if self.topic_id == NEW:
            return "topics"
        return components.ref(_PAGES.get(self.form.name, "topic"), self.topic_id)

    def find(self, config: GuildConfig) -> Topic | None:
        """Return the topic; None for a new one."""
        return None if self.topic_id == NEW else operations.require_topic(config, self.topic_id)

    def title(self, messages: SettingsMessages, config: GuildConfig) -> str:
        """Return the form's title."""
        return messages.form_title(self.form, config, self.topic_id)

    def fill_in(self, config: GuildConfig, submitted: Mapping[str, Submitted]) -> GuildConfig:
        """Return the configuration with what was changed; see ``Target``."""
        if self.topic_id == NEW:
            new = operations.new_topic({name: one.value for name, one in submitted.items()})
            return attrs.evolve(config, topics=(*config.topics, new))
        return operations.with_topic(
            config, self.topic_id, lambda topic: settings_changes.fill_in(topic, self.form, submitted)
        )


@attrs.frozen(kw_only=True)
class ItemForm:
    """The form of a section of a topic's welcome, or of one of its questions."""

    ref: ItemRef

    @property
    def form(self) -> Form:
        """The form."""
        return self.ref.form

    @property
    def argument(self) -> str:
        """What custom ids hold of it."""
        kind = () if self.ref.kind is None else (self.ref.kind,)
        return components.ref(self.ref.name, *self.ref.parts, *kind)

    @property
    def page(self) -> str:
        """The page that is shown after the form: the list's."""
        return components.ref(items.PAGE_OF_LIST[self.ref.name], self.ref.topic_id)

    def find(self, config: GuildConfig) -> Item:
        """Return the section or the question; a plain one for a new one."""
        topic = operations.require_topic(config, self.ref.topic_id)
        if self.ref.position is None:
            return self.ref.list.new
        index = topic_items.find(topic, self.ref)
        if index is None:
            raise topic_items.ItemGoneError
        return topic_items.items_of(topic, self.ref.name)[index]

    def title(self, messages: SettingsMessages, config: GuildConfig) -> str:
        """Return the form's title."""
        topic = find_topic(config, self.ref.topic_id)
        return messages.item_title(self.ref, "" if topic is None else topic.name)

    def fill_in(self, config: GuildConfig, submitted: Mapping[str, Submitted]) -> GuildConfig:
        """Return the configuration with what was changed; see ``Target``."""
        return operations.with_topic(
            config, self.ref.topic_id, lambda topic: topic_items.save(topic, self.ref, submitted)
        )


@attrs.frozen(kw_only=True)
class EntryForm:
    """The form of an entry of a list, or of a new one."""

    listed: SettingsList
    key: str
    moment: Callable[[GuildConfig], Moment]

    @property
    def form(self) -> Form:
        """The form."""
        return self.listed.new if self.key == settings_lists.NEW else self.listed.edit

    @property
    def argument(self) -> str:
        """What custom ids hold of it."""
        return components.ref(self.form.name, self.key)

    @property
    def page(self) -> str:
        """The page that is shown after the form."""
        return self.listed.chapter

    def find(self, config: GuildConfig) -> object:
        """Return the entry as its form shows it; a plain one for a new one."""
        entry = None if self.key == settings_lists.NEW else self.listed.find(config, self.key)
        if entry is None and self.key != settings_lists.NEW:
            raise settings_lists.EntryGoneError
        return self.listed.visible(self.listed.draft(entry, self.moment(config)), config)

    def title(self, messages: SettingsMessages, config: GuildConfig) -> str:
        """Return the form's title."""
        return messages.form_title(self.form, config, NEW)

    def fill_in(self, config: GuildConfig, submitted: Mapping[str, Submitted]) -> GuildConfig:
        """Return the configuration with what was changed; see ``Target``."""
        return self.listed.save(config, self.key, submitted, self.moment(config))


def read(argument: str, moment: Callable[[GuildConfig], Moment]) -> Target | None:
    """Return what a custom id says that its form is about; None for what this version does not know."""
    ref = topic_items.read_ref(argument)
    if ref is not None:
        return ItemForm(ref=ref) if ref.kind is not None or ref.name != "question" else None
    name, _, topic_id = argument.partition(".")
    form = FORM_BY_NAME.get(name)
    listed = None if form is None else settings_lists.list_of(form)
    if listed is not None:
        return EntryForm(listed=listed, key=topic_id, moment=moment)
    if form is None or not (topic_id.isascii() and topic_id.isdecimal()):
        return None
    return TopicForm(form=form, topic_id=TopicId(int(topic_id))) if form in TOPIC_FORMS else ServerForm(form=form)


def after(target: Target, error: Exception | None) -> Target:
    """Return what a form is about that is opened again after it was refused."""
    if isinstance(error, topic_items.ItemConflictError):
        return ItemForm(ref=error.ref)
    return as_new(target) if isinstance(error, (topic_items.ItemGoneError, settings_lists.EntryGoneError)) else target


def as_new(target: Target) -> Target:
    """Return a form of something that is gone as the form of a new one; any other form as it is."""
    if isinstance(target, ItemForm):
        return ItemForm(ref=attrs.evolve(target.ref, position=None, digest=0))
    if isinstance(target, EntryForm) and target.listed.new is target.listed.edit:
        return attrs.evolve(target, key=settings_lists.NEW)
    return target
