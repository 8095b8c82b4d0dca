"""TryoutRoutes: what an administrator tries on the settings page; nothing is opened, and nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.interactions import forms
from ticketbot.interactions.responder import FORM_WITHIN
from ticketbot.interactions.routes import Acknowledgement, Route
from ticketbot.texts.settings import components
from ticketbot.texts.settings.tryout import Tryout
from ticketbot.tickets import answers as form_answers
from ticketbot.tickets import errors
from ticketbot.tickets.form_files import FileProblem
from ticketbot.tickets.ids import TopicId
from ticketbot.tickets.inheritance import find_topic
from ticketbot.tickets.model import UNNUMBERED, Notice, Ticket, TicketState
from ticketbot.tickets.settings_lists import PANELS
from ticketbot.tickets.topic_lists import NEW, change_topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.interactions.responder import Responder
    from ticketbot.services.settings import SettingsService
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.answers import Answer
    from ticketbot.tickets.model import GuildConfig, Request
    from ticketbot.tickets.topics import Topic

_ID_DIGITS = 9
"""Digits of a topic's or a panel's id, at most."""
_PANEL = "panel"
"""What a custom id calls a further panel."""


@attrs.frozen(kw_only=True)
class TryoutRoutes:
    """The routes of the page on which topics are tried, of its panel, and of the forms that this opens."""

    service: SettingsService
    catalog: MessageCatalog

    def components(self) -> Mapping[str, Route]:
        """Return the routes of the page's buttons and select, by custom id."""
        none = Acknowledgement.NONE
        return {
            components.TRY: Route(name="settings:try", handler=self._show, argument="topic"),
            components.TRY_OPEN: Route(
                name="settings:try-open", handler=self._press, argument="topic", acknowledgement=none
            ),
            components.TRY_CHOICE: Route(
                name="settings:try-open", handler=self._press, chosen="topic", acknowledgement=none
            ),
        }

    def modals(self) -> Mapping[str, Route]:
        """Return the route of a topic's form, by custom id."""
        return {components.TRIED: Route(name="settings:tried", handler=self._submit, argument="topic")}

    async def _show(self, request: Request, responder: Responder) -> None:
        """Show who would see a ticket and what the bot would lack, and the panel."""
        config = await self.service.read(request)
        name, number = _what(request)
        panel = next((one for one in config.panels if name == _PANEL and one.id == number), None)
        topic_id = NEW if name == _PANEL else TopicId(number)
        topic = find_topic(config, topic_id)
        if name == _PANEL and panel is None:
            await responder.edit_message(responder.messages.settings.page(PANELS.chapter, config))
            return
        if topic is None and topic_id != NEW:
            await self._say_gone(config, responder)
            return
        lacking = await self.service.lacking(config, {None if topic is None else topic.id})
        found = [one for _, one in lacking]
        tried = Tryout(config=config, topic=topic, member=request.member, panel=panel, lacking=found)
        # a topic that is switched off is tried as it will be
        shown = change_topic(config, topic_id, lambda found: attrs.evolve(found, is_enabled=True))
        posted = self.catalog.of(config).panel(shown, panel)
        await responder.edit_message(responder.messages.settings.tryout(tried, posted))

    async def _press(self, request: Request, responder: Responder) -> None:
        """Open a topic's form as a press on the panel would, or show the welcome where it has none.

        Raises
        ------
        StoreUnavailableError
            The store took so long that no form could be opened.
        """
        with responder.acknowledging(FORM_WITHIN):
            config = await self.service.read(request)
        topic_id = _topic_id(request)
        topic = find_topic(config, topic_id)
        if topic is None and topic_id != NEW:
            await self._say_gone(config, responder)
        elif topic is not None and topic.questions:
            await responder.open_form(forms.build(topic, components.TRIED))
        else:
            with responder.acknowledging():
                await self._show_ticket(request, responder, (config, topic), ())

    async def _submit(self, request: Request, responder: Responder) -> None:
        """Show a form's answers as a ticket would, and say that nothing was opened."""
        answers = forms.read(request.inputs)
        responder.own_words = answers
        config = await self.service.read(request)
        topic = find_topic(config, _topic_id(request))
        if topic is None:
            await self._say_gone(config, responder)
            return
        await self._show_ticket(request, responder, (config, topic), answers)

    async def _show_ticket(
        self, request: Request, responder: Responder, of: tuple[GuildConfig, Topic | None], answers: Sequence[Answer]
    ) -> None:
        config, topic = of
        ticket = Ticket(
            guild_id=config.guild_id,
            number=UNNUMBERED,
            opener_id=request.member.id,
            opener_name=request.member.display_name,
            state=TicketState.OPEN,
            created_at=self.service.clock(),
            changed_at=self.service.clock(),
            interaction_id=request.id,
            topic_id=None if topic is None else topic.id,
            answers=tuple(answers),
            notice=Notice.WELCOME,
        )
        messages, own = self.catalog.of(config), responder.messages.settings
        shown = list(messages.notices(ticket, config))
        for batch in form_answers.file_batches(answers):
            files = [(file, None if file.is_allowed else FileProblem.NOT_ALLOWED) for file in batch]
            shown.append(messages.form_files(files))
        tried = Tryout(config=config, topic=topic, member=request.member)
        await responder.reset_message(own.nothing_opened(tried))
        for one in shown:
            await responder.respond(own.as_tried(one))

    @staticmethod
    async def _say_gone(config: GuildConfig, responder: Responder) -> None:
        messages = responder.messages.settings
        await responder.edit_message(messages.page("topics", config, messages.gone()))


def _topic_id(request: Request) -> TopicId:
    """Return the topic that is tried; ``NEW`` is none.

    Raises
    ------
    UnknownInteractionError
        It is no topic's id.
    """
    name, number = _what(request)
    if name == _PANEL:
        raise errors.UnknownInteractionError
    return TopicId(number)


def _what(request: Request) -> tuple[str, int]:
    """Return whether a topic or a further panel is tried, and which one by its id."""
    text = request.first("topic")
    name, _, digits = text.rpartition(".") if isinstance(text, str) else ("", "", "")
    if name not in ("", "try", _PANEL) or not (digits.isascii() and digits.isdecimal() and len(digits) <= _ID_DIGITS):
        raise errors.UnknownInteractionError
    return name, int(digits)
