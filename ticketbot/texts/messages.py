"""MessageCatalog: every message that the bot sends, in each language."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import attrs

from ticketbot.texts import (
    answers,
    buttons,
    configuration,
    menu,
    message,
    notes,
    notices,
    panel,
    quotes,
    refusals,
    remaining,
    replies,
    transcript,
)
from ticketbot.texts.buttons import ButtonId
from ticketbot.texts.localized import LocalizedTexts
from ticketbot.texts.message import Message
from ticketbot.texts.settings.messages import SettingsMessages
from ticketbot.tickets import canned_replies, errors, naming
from ticketbot.tickets.access import Question
from ticketbot.tickets.model import Language, Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import hikari

    from ticketbot.config.params_model import Params
    from ticketbot.tickets.actions import Action, Input
    from ticketbot.tickets.answers import Answer, Quote
    from ticketbot.tickets.form_files import FileProblem, FormFile
    from ticketbot.tickets.model import GuildConfig, GuildId, Member, Note, Request, RoleId, Ticket
    from ticketbot.tickets.panels import Panel
    from ticketbot.tickets.preflight import Preflight
    from ticketbot.tickets.topics import Topic


class MessageCatalog:
    """The messages by language."""

    def __init__(self, params: Params) -> None:
        self._params = params
        self._texts = {language: LocalizedTexts(params, language) for language in Language}
        self._messages = {language: Messages(texts) for language, texts in self._texts.items()}
        self._colored = functools.lru_cache(maxsize=100)(self._new_colored)

    def to(self, locale: str) -> Messages:
        """Return the messages for one member, by the locale of their client."""
        return self[Language.of(locale)]

    def of(self, config: GuildConfig) -> Messages:
        """Return the messages for all members of a server."""
        language = config.language or Language.FRENCH
        return self[language] if config.color is None else self._colored(language, config.color)

    def _new_colored(self, language: Language, color: str) -> Messages:
        return Messages(LocalizedTexts(self._params, language, int(color.removeprefix("#"), 16)))

    def __getitem__(self, language: Language) -> Messages:
        return self._messages[language]

    def titles(self, *keys: str) -> frozenset[str]:
        """Return the titles of some messages, in every language."""
        return frozenset(texts.title(key) for texts in self._texts.values() for key in keys)

    def welcome_titles(self, number: int) -> frozenset[str]:
        """Return the titles of the welcome of a ticket without a topic, in every language."""
        text = naming.number_text(number)
        embeds = [texts.embed("welcome", number=text, opener="") for texts in self._texts.values()]
        return frozenset(embed.title or "" for embed in embeds)

    def translations(self, key: str) -> Mapping[Language, str]:
        """Return a text in each language."""
        return {language: texts.text(key) for language, texts in self._texts.items()}


class Messages:
    """The messages in one language."""

    def __init__(self, texts: LocalizedTexts) -> None:
        self._texts = texts
        # a member who is refused presses again, and is shown the same
        self._refused = functools.lru_cache(maxsize=1000)(self._new_refusal)

    @property
    def settings(self) -> SettingsMessages:
        """The messages of the settings page."""
        return SettingsMessages(self._texts)

    # For all members of a server.

    def panel(self, config: GuildConfig, of: Panel | None = None) -> Message:
        """Return a panel, which invites members to open a ticket; the main one for None."""
        return panel.panel(self._texts, config, of)

    def topic(self, ticket: Ticket) -> str:
        """Return the topic of a ticket's channel."""
        return notices.topic(self._texts, ticket)

    def notice(self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> Message:
        """Return the notice of a ticket's last move; ``lost_roles`` are staff roles that were deleted."""
        return notices.notice(self._texts, ticket, config, lost_roles)

    def notices(self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> Sequence[Message]:
        """Return the notice of a ticket's last move, and further messages where answers or a quote do not fit."""
        notice = self.notice(ticket, config, lost_roles)
        if ticket.notice is not Notice.WELCOME or not (ticket.answers or ticket.quote):
            return [notice]
        quoted = () if ticket.quote is None else (quotes.embed(self._texts, ticket.quote, ticket.guild_id),)
        return answers.under(self._texts, notice, ticket.answers, quoted)

    def remaining_rows(
        self, ticket: Ticket, shown: Iterable[hikari.PartialComponent]
    ) -> list[hikari.api.ComponentBuilder] | None:
        """Return what stays of the rows of buttons under an earlier notice; None where nothing is to be changed."""
        return remaining.remaining_rows(self._texts, ticket, shown)

    def form_files(self, found: Sequence[tuple[FormFile, FileProblem | None]]) -> Message:
        """Return the message that carries a form's files, and says of those that it does not carry why."""
        return answers.files(self._texts, found)

    def notes_thread(self) -> str:
        """Return the name of the thread of a ticket's notes."""
        return self._texts.text("notes_thread")

    def notes_opened(self) -> Message:
        """Return the first message of that thread."""
        return notes.opened(self._texts)

    def note(self, ticket: Ticket, note: Note) -> Message:
        """Return a note of the staff."""
        return notes.note(self._texts, ticket, note)

    def no_category(self, ticket: Ticket, config: GuildConfig, error: errors.TicketError) -> Message:
        """Return the message for the staff that no category took the channel of a ticket."""
        is_full = isinstance(error, errors.CategoryFullError)
        return notices.no_category(self._texts, ticket, config, is_full=is_full)

    def closed_by_direct_message(self, ticket: Ticket, config: GuildConfig, server: str) -> Message:
        """Return the direct message to an opener whose ticket was closed; ``server`` is the server's name."""
        return notices.closed_by_direct_message(self._texts, ticket, config, server)

    def transcript(self, ticket: Ticket) -> Message:
        """Return the message that carries a transcript."""
        return transcript.build(self._texts, ticket)

    # For the member who used the bot, and nobody else.

    def opened(self, ticket: Ticket) -> Message:
        """Return a link to a new ticket."""
        return message.build(self._texts, "opened", channel=f"<#{ticket.channel_id}>")

    def topic_of_quote(self, topics: Sequence[Topic], quote: Quote, guild_id: GuildId) -> Message:
        """Return the select of a topic for a ticket about a message, which is quoted."""
        return quotes.topic_of_quote(self._texts, topics, quote, guild_id)

    def topic_for(self, topics: Sequence[Topic], opener: Member) -> Message:
        """Return the select of a topic for a ticket that staff opens for a member, who is named."""
        return quotes.topic_for(self._texts, topics, opener)

    def opening(self) -> Message:
        """Return the answer that a ticket is being opened."""
        return message.build(self._texts, "opening")

    def deletion_question(self) -> Message:
        """Return the question whether a ticket is really to be deleted."""
        return message.build(self._texts, "deletion_question", ButtonId.CONFIRM, ButtonId.CANCEL)

    def deletion_cancelled(self) -> Message:
        """Return the answer that nothing was deleted."""
        return message.build(self._texts, "deletion_cancelled")

    def deleting(self) -> Message:
        """Return the answer that a deletion has begun."""
        return message.build(self._texts, "deleting")

    def menu(self, possible: Iterable[Action]) -> Message:
        """Return the select of what a member may do with a ticket."""
        return menu.build(self._texts, possible)

    def choice(self, action: Action, config: GuildConfig) -> Message:
        """Return the select of whom or what an action concerns."""
        return menu.choice(self._texts, action, config)

    def form_title(self, action: Action) -> str:
        """Return the title of the form that asks for an action's texts."""
        return menu.form_title(self._texts, action)

    def closing_question(self, question: Question) -> tuple[str, str]:
        """Return the title of the question before a ticket is closed, and what closing means for whom is asked."""
        key = "closing_question" if question is Question.OPENER else "closing_question_staff"
        return self._texts.text(f"{key}_title"), self._texts.text(f"{key}_text")

    def field_label(self, wanted: Input) -> str:
        """Return the label of what an action asks for."""
        return menu.field_label(self._texts, wanted)

    def field_description(self, action: Action, wanted: Input) -> str:
        """Return what is to be put into a field."""
        return menu.field_description(self._texts, action, wanted)

    def done(self) -> Message:
        """Return the answer to a command after which the ticket's channel says the rest."""
        return Message(embeds=(self._texts.titled(self._texts.title("done")),))

    def reply(self, action_name: str, ticket: Ticket) -> Message | None:
        """Return what the member is shown after an action; None if the channel's notice says it all."""
        build = replies.REPLIES.get(action_name)
        return None if build is None else build(self._texts, ticket)

    def canned_reply(self, ticket: Ticket, config: GuildConfig, request: Request) -> Message:
        """Return the canned reply that was chosen, as the input ``reponse``.

        Raises
        ------
        UnknownReplyError
            The server has none of that name.
        """
        reply = canned_replies.find(config.replies, str(request.inputs.get("reponse")))
        if reply is None:
            raise errors.UnknownReplyError
        return replies.canned(self._texts, reply, ticket, config, request.member)

    def configured(self, config: GuildConfig, preflight: Preflight) -> Message:
        """Return the answer to ``/ticket-config``."""
        return configuration.configured(self._texts, config, preflight)

    def refusal(self, error: errors.TicketError, own_words: Sequence[Answer] = ()) -> Message:
        """Return the answer that says why something was refused, with what the member put into a form for it."""
        refusal = self._refused(refusals.text_of(error, self._texts))
        if own_words:
            return answers.handed_back(self._texts, refusal, own_words)
        if isinstance(error, errors.MessageContentHiddenError):
            rows = buttons.build_rows((ButtonId.DELETE_ANYWAY, ButtonId.CANCEL), self._texts)
            return attrs.evolve(refusal, rows=rows)
        return refusal

    def failure(self, own_words: Sequence[Answer] = ()) -> Message:
        """Return the answer after an unexpected error, with what the member put into a form."""
        return answers.handed_back(self._texts, self._refused(self._texts.text("failed")), own_words)

    def _new_refusal(self, words: str) -> Message:
        return Message(embeds=(self._texts.titled(self._texts.title("refused"), words),))
