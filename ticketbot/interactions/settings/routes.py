"""SettingsRoutes: the settings page, its forms, and what its buttons do.

Nothing is kept between two presses: a custom id holds the page, the form or the operation, and the store the settings.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot import time_zones
from ticketbot.interactions.responder import FORM_WITHIN
from ticketbot.interactions.routes import Acknowledgement, Route
from ticketbot.interactions.settings import fields, operations, targets
from ticketbot.interactions.settings.data import DataRoutes
from ticketbot.interactions.settings.tryout import TryoutRoutes
from ticketbot.texts.settings import components
from ticketbot.tickets import errors, panel_lists
from ticketbot.tickets.ids import InteractionId, PanelId, TopicId
from ticketbot.tickets.inheritance import find_topic
from ticketbot.tickets.model import Language
from ticketbot.tickets.rules import BrokenRulesError
from ticketbot.tickets.settings_changes import ConflictError
from ticketbot.tickets.settings_forms import InvalidSettingError
from ticketbot.tickets.settings_lists import LIST_BY_NAME, PANELS, EntryGoneError, Moment
from ticketbot.tickets.topic_items import ItemGoneError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import tzinfo

    from ticketbot.interactions.responder import Responder
    from ticketbot.interactions.settings.data import Fetch, Load
    from ticketbot.interactions.settings.targets import Target
    from ticketbot.services.settings import Edited, SettingsService
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.texts.settings.messages import SettingsMessages
    from ticketbot.texts.settings.notes import Note
    from ticketbot.tickets.model import GuildConfig, Request, SubmittedFile


async def _nothing(_file: SubmittedFile, _largest: int) -> None:
    return None


async def _loaded() -> None:
    return None


@attrs.frozen(kw_only=True)
class SettingsRoutes:
    """The routes of the settings page."""

    service: SettingsService
    catalog: MessageCatalog
    time_zone: tzinfo | None = None
    """In which dates are meant where the server has none of its own; None: its language's."""
    fetch: Fetch = _nothing
    """Downloads the files of settings that administrators upload."""
    load: Load = _loaded
    """Loads the code that reads and makes such files; by default it is loaded where it is first needed."""

    def command(self) -> Route:
        """Return the route of ``/ticket-settings``."""
        return Route(name="ticket-settings", handler=self._open, acknowledgement=Acknowledgement.THINKING)

    def components(self) -> Mapping[str, Route]:
        """Return the routes of the page's buttons and selects, by custom id."""
        none = Acknowledgement.NONE
        return {
            components.OPEN: Route(name="settings", handler=self._open),
            components.PAGE: Route(name="settings:page", handler=self._show, argument="page"),
            components.GO: Route(name="settings:go", handler=self._show, argument="of", chosen="page"),
            components.ASK: Route(name="settings:ask", handler=self._ask, argument="form", acknowledgement=none),
            components.AGAIN: Route(
                name="settings:again", handler=self._ask_again, argument="form", acknowledgement=none
            ),
            components.DO: Route(name="settings:do", handler=self._do, argument="operation"),
            **self._tryout.components(),
            **self._data.components(),
        }

    def modals(self) -> Mapping[str, Route]:
        """Return the routes of the forms, by custom id."""
        saved = Route(name="settings:save", handler=self._save, argument="form")
        return {components.SAVE: saved, **self._tryout.modals(), **self._data.modals()}

    @property
    def _tryout(self) -> TryoutRoutes:
        return TryoutRoutes(service=self.service, catalog=self.catalog)

    @property
    def _data(self) -> DataRoutes:
        return DataRoutes(service=self.service, fetch=self.fetch, load=self.load)

    async def _open(self, request: Request, responder: Responder) -> None:
        config = await self.service.read(request)
        await responder.respond(responder.messages.settings.page(components.HOME, config))

    async def _show(self, request: Request, responder: Responder) -> None:
        await self._show_page(_text(request, "page"), await self.service.read(request), responder)

    async def _ask(self, request: Request, responder: Responder) -> None:
        """Open a form, filled in with what is set."""
        await self._open_form(self._target(_text(request, "form")), request, responder)

    async def _ask_again(self, request: Request, responder: Responder) -> None:
        """Open a form whose values were refused, filled in with what was put into it."""
        argument, _, mask = _text(request, "form").rpartition(".")
        await self._open_form(self._target(argument), request, responder, mask)

    async def _open_form(self, target: Target, request: Request, responder: Responder, mask: str | None = None) -> None:
        """Open a form; what was typed into one of an item that is gone meanwhile makes a new one.

        ``mask`` says which of what was typed the message shows, where the form is opened again.

        Raises
        ------
        StoreUnavailableError
            The store took so long that no form could be opened.
        """
        with responder.acknowledging(FORM_WITHIN):
            config = await self.service.read(request)
        messages = responder.messages.settings
        typed: Mapping[str, object] | None = None
        if mask is not None:
            shown = () if responder.message is None else responder.message.embeds
            # empty fields would be saved as such, so a message that shows nothing of them opens the form as it is set
            typed = messages.read_typed(target.form, mask, shown, config.topics) or None
        try:
            try:
                found = target.find(config)
            except tuple(_GONE):
                if typed is None:
                    raise
                target = targets.as_new(target)
                found = target.find(config)
        except tuple(_GONE) as error:
            await self._show_page(target.page, config, responder, messages.gone(_GONE[type(error)]))
        except operations.TopicGoneError:
            await self._show_page("topics", config, responder, messages.gone())
        else:
            title = target.title(messages, config)
            await responder.open_form(fields.build(messages, (target, title), found, typed, config.topics))

    def _target(self, argument: str) -> Target:
        target = targets.read(argument, self._moment)
        if target is None:
            raise errors.UnknownInteractionError
        return target

    def _moment(self, config: GuildConfig) -> Moment:
        zone = time_zones.of_server(config.time_zone, self.time_zone, config.language or Language.FRENCH)
        return Moment(now=self.service.clock(), zone=zone)

    async def _save(self, request: Request, responder: Responder) -> None:
        """Save a form: the fields that its sender changed, unless somebody else changed one of them meanwhile."""
        target = self._target(_text(request, "form"))

        async def saving() -> Edited:
            submitted = fields.read(target.form, request.inputs)
            return await self.service.edit(request, functools.partial(target.fill_in, submitted=submitted))

        await self._apply(request, responder, saving, target)

    async def _do(self, request: Request, responder: Responder) -> None:
        operation, *arguments = _text(request, "operation").split(".")
        numbers = [int(one) for one in arguments if one.isascii() and one.isdecimal()]
        if operation == "undo" and numbers:
            await self._undo(request, responder, InteractionId(numbers[0]), components.ref(*arguments[1:] or ["home"]))
        elif operation == "show" and numbers:
            page = components.ref(*arguments[1:] or ["home"])
            is_done = await self.service.show_open_tickets(request, InteractionId(numbers[0]))
            note = responder.messages.settings.shown(is_done=is_done)
            await self._show_page(page, await self.service.read(request), responder, note)
        elif operation == "repost" and numbers:
            await self._post_again(request, responder, PanelId(numbers[0]))
        elif operation == "ready":
            await self._edit(request, responder, functools.partial(self._with_ready_topics, request), "topics")
        elif operation == "delete" and numbers:
            await self._ask_before_deletion(request, responder, TopicId(numbers[0]))
        elif operation == "remove" and len(arguments) > 1 and arguments[0] in LIST_BY_NAME:
            listed = LIST_BY_NAME[arguments[0]]
            await self._edit(request, responder, functools.partial(listed.remove, key=arguments[1]), listed.chapter)
        elif operation in operations.OPERATIONS:
            numbers = operations.arguments_of(operation, arguments)
            page = operations.page_after(operation, numbers)
            edit = functools.partial(operations.OPERATIONS[operation][0], arguments=numbers)
            await self._edit(request, responder, edit, page, accepts_readers=operation == "expose")
        else:
            raise errors.UnknownInteractionError

    async def _post_again(self, request: Request, responder: Responder, panel_id: PanelId) -> None:
        messages = responder.messages.settings
        config = await self.service.read(request)
        panel = panel_lists.find_panel(config, panel_id)
        if panel is None:
            await self._show_page(PANELS.chapter, config, responder, messages.gone("entry"))
            return
        try:
            await self.service.panels.post_again(request.guild_id, panel_id)
        except errors.TicketError:
            note = messages.posted_again(is_done=False)
        else:
            note = messages.posted_again(is_done=True)
        page = components.ref("entry", PANELS.name, PANELS.key(panel))
        await self._show_page(page, await self.service.read(request), responder, note)

    async def _undo(self, request: Request, responder: Responder, interaction_id: InteractionId, page: str) -> None:
        await self._apply(request, responder, lambda: self.service.undo(request, interaction_id), page, is_undone=True)

    async def _ask_before_deletion(self, request: Request, responder: Responder, topic_id: TopicId) -> None:
        config = await self.service.read(request)
        topic = find_topic(config, topic_id)
        if topic is None:
            await self._show_page("topics", config, responder, responder.messages.settings.gone())
            return
        count = await self.service.count_open(request.guild_id, topic_id)
        await responder.edit_message(responder.messages.settings.deletion_question(topic, count))

    def _with_ready_topics(self, _request: Request, config: GuildConfig) -> GuildConfig:
        ready = self.catalog.of(config).settings.ready_topics(config.topics)
        return attrs.evolve(config, topics=(*config.topics, *ready))

    async def _edit(
        self,
        request: Request,
        responder: Responder,
        change: Callable[[GuildConfig], GuildConfig],
        page: str,
        *,
        accepts_readers: bool = False,
    ) -> None:
        saving = functools.partial(self.service.edit, request, change, accepts_readers=accepts_readers)
        await self._apply(request, responder, saving, page)

    async def _apply(
        self,
        request: Request,
        responder: Responder,
        saving: Callable[[], Awaitable[Edited]],
        source: str | Target,
        *,
        is_undone: bool = False,
    ) -> None:
        """Save, and show the page with what became of it; a form that is refused can be opened again from there."""
        messages = responder.messages.settings
        page = source if isinstance(source, str) else source.page

        def again(note: Note, config: GuildConfig, error: Exception | None = None) -> Note:
            if isinstance(source, str):
                return note
            given = fields.typed(source.form, request.inputs)
            form = source.form, targets.after(source, error).argument
            return messages.with_typed(note, form, given, config.topics)

        try:
            outcome = await saving()
        except operations.TopicGoneError:
            await self._show_page("topics", await self.service.read(request), responder, messages.gone())
        except _REFUSALS as error:
            config = await self.service.read(request)
            note = again(_refusal(messages, error, source, config), config, error)
            await self._show_page(page, config, responder, note)
        else:
            note = messages.edited(outcome, request.id, page, is_undone=is_undone)
            note = again(note, outcome.config) if outcome.is_blocked else note
            await self._show_page(page, outcome.config, responder, note)

    @staticmethod
    async def _show_page(page: str, config: GuildConfig, responder: Responder, note: Note | None = None) -> None:
        await responder.edit_message(responder.messages.settings.page(page, config, note))


def _text(request: Request, name: str) -> str:
    text = request.first(name)
    if not isinstance(text, str):
        raise errors.UnknownInteractionError
    return text


def _refusal(messages: SettingsMessages, error: Exception, source: str | Target, config: GuildConfig) -> Note:
    """Return why nothing was saved."""
    if isinstance(error, BrokenRulesError):
        return messages.broken(one.rule for one in error.violations)
    if isinstance(error, InvalidSettingError) and not isinstance(source, str):
        setting = next(one for one in source.form.settings if one.name == error.name)
        return messages.invalid(setting, error.typed)
    if isinstance(error, ConflictError) and not isinstance(source, str):
        return messages.conflict(error.conflicts, source.form, config.topics)
    return messages.gone(_GONE.get(type(error), "topic"))


_GONE: Final[Mapping[type[Exception], str]] = {ItemGoneError: "item", EntryGoneError: "entry"}
"""What a form, or a change, is about that is gone, by how the texts call it."""
_REFUSALS: Final = (BrokenRulesError, InvalidSettingError, ConflictError, *_GONE)
"""Why a change is not saved, besides that its topic is gone."""
