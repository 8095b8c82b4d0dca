"""Check whether all messages fit Discord's limits, with the longest values in the owner's texts.

Each text was checked by itself when it was read; here all texts of one message are.
Limits: Discord's documentation, "Message Resource", section "Embed Limits".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot import text_length
from ticketbot.config import overrides, params_model, params_validators
from ticketbot.texts import panel, quotes, refusals, replies
from ticketbot.texts.message import embed_length
from ticketbot.texts.messages import MessageCatalog
from ticketbot.texts.settings import limits as pages
from ticketbot.texts.settings.tryout import Tryout
from ticketbot.tickets import (
    actions,
    blocks,
    canned_replies,
    errors,
    form_files,
    lifecycle,
    limits,
    naming,
    panels,
    permissions,
    topics,
)
from ticketbot.tickets.answers import Answer, Quote
from ticketbot.tickets.form_files import FileProblem, FormFile, SubmittedFile
from ticketbot.tickets.model import (
    CannedReply,
    Change,
    ChannelId,
    Event,
    GuildConfig,
    GuildId,
    InteractionId,
    Language,
    Member,
    MessageId,
    Millis,
    Note,
    Notice,
    PanelId,
    Participant,
    Request,
    RoleId,
    Ticket,
    TicketState,
    TopicId,
    UserId,
)
from ticketbot.tickets.panels import Panel
from ticketbot.tickets.preflight import Place, Preflight, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ticketbot.config.params_model import Params
    from ticketbot.texts.message import Message
    from ticketbot.texts.messages import Messages

_ID: Final = 2**63 - 1
_CONFIG: Final = GuildConfig(
    guild_id=GuildId(_ID),
    panel_channel_id=ChannelId(_ID),
    transcript_channel_id=ChannelId(_ID),
    category_id=ChannelId(_ID),
    staff_role_ids=(RoleId(_ID),) * 5,
    topics=(topics.Topic(id=TopicId(1), name="n" * topics.NAME_LIMIT),),
)
_TICKET: Final = Ticket(
    guild_id=GuildId(_ID),
    number=10**9,
    opener_id=UserId(_ID),
    opener_name="",
    state=TicketState.OPEN,
    created_at=Millis(10**14),
    changed_at=Millis(0),
    interaction_id=InteractionId(_ID),
    topic_id=TopicId(1),
    channel_id=ChannelId(_ID),
    claimer_id=UserId(_ID),
    closer_id=UserId(_ID),
    closed_at=Millis(10**14),
    participants=(Participant(id=_ID, is_role=True),) * limits.PARTICIPANTS,
    locked_at=Millis(10**14),
    name="n" * naming.RENAMED_LIMIT,
    history=(
        Event(
            what=Notice.ADDED,
            by_id=UserId(_ID),
            at=Millis(10**14),
            target=Participant(id=_ID, is_role=True),
        ),
    )
    * limits.HISTORY,
    close_reason="r" * lifecycle.REASON_LIMIT,
    change=Change(by_id=UserId(_ID), member_id=UserId(_ID - 1)),
)
_NOTE: Final = Note(interaction_id=InteractionId(_ID), by_id=UserId(_ID), text="*" * lifecycle.NOTE_LIMIT)
_MEMBER: Final = Member(id=UserId(_ID), display_name="n" * 32)
_QUOTE: Final = Quote(
    author_id=UserId(_ID),
    author_name="n" * 32,
    channel_id=ChannelId(_ID),
    message_id=MessageId(_ID),
    text="*" * quotes.TEXT_LIMIT,
)
_TOPIC: Final = topics.Topic(
    id=TopicId(1),
    name="n" * topics.NAME_LIMIT,
    emoji=params_validators.LONGEST["emoji"],
    description="*" * topics.DESCRIPTION_LIMIT,
    welcome_title="n" * topics.WELCOME_TITLE_LIMIT,
    welcome_text="n" * topics.WELCOME_TEXT_LIMIT,
    welcome_sections=(topics.Section(title="n" * topics.SECTION_TITLE_LIMIT, text="n" * topics.SECTION_TEXT_LIMIT),)
    * topics.SECTIONS_LIMIT,
)
_FILE_NAME: Final = 255
_LISTS: Final = attrs.evolve(
    _CONFIG,
    topics=(_TOPIC,) * topics.TOPICS_LIMIT,
    replies=(CannedReply(name="n" * canned_replies.NAME_LIMIT, text="*" * canned_replies.TEXT_LIMIT),),
)
_REFUSALS: Final[Sequence[errors.TicketError]] = (
    errors.AlreadyOpenError(ChannelId(_ID)),
    errors.AlreadyOpenError(None),
    errors.TooManyOpeningsError(Millis(10**14)),
    errors.BlockedError(Millis(10**14), "*" * blocks.REASON_LIMIT),
    errors.BlockedError(),
    errors.TopicRoleMissingError((RoleId(_ID),) * topics.ROLES_LIMIT),
    errors.AlreadyClaimedError(UserId(_ID)),
    errors.TargetNotStaffError(UserId(_ID)),
    errors.OpenerLimitError(UserId(_ID), ChannelId(_ID)),
    errors.OpenerLimitError(UserId(_ID)),
    errors.OpenerLimitError(UserId(_ID), possible_at=Millis(10**14)),
    errors.AlreadyParticipantError(Participant(id=_ID, is_role=True)),
    errors.NotAddedError(Participant(id=_ID, is_role=True)),
    errors.OutdatedQuestionError(),
    *(errors.WrongStateError(state) for state in TicketState),
    errors.MissingPermissionsError(ChannelId(_ID)),
    errors.MissingForNotesError(ChannelId(_ID)),
    errors.TemporaryFolderFullError(),
    errors.UnreadableRecordError("ticket 1-1", "state is missing"),
    errors.DiscordBusyError(100.0),
    errors.DiscordBusyError(10**6 - 1),
    errors.RenamedTooOftenError(10**6 - 1),
    errors.DiscordRefusedError(10**6 - 1),
    *(errors.DiscordRefusedError(code) for code in refusals.TEXT_KEY_BY_CODE),
)
_NEEDED: Final[Mapping[Place, permissions.Permission]] = {
    Place.PANEL: permissions.NEEDED_IN_PANEL_CHANNEL,
    Place.TRANSCRIPT: permissions.NEEDED_IN_TRANSCRIPT_CHANNEL,
    Place.CATEGORY: permissions.NEEDED_IN_CATEGORY | permissions.NEEDED_FOR_PINGS,
    Place.SERVER: permissions.NEEDED_FOR_NOTES,
}
_EVERYTHING: Final = Preflight(
    missing=tuple((place, ChannelId(_ID), tuple(_NEEDED[place])) for place in Place),
    problems=tuple(Problem),
)

_WITH_WORDS: Final = attrs.evolve(
    _CONFIG,
    panel_title="n" * panels.TITLE_LIMIT,
    panel_text="n" * panels.TEXT_LIMIT,
    welcome_title="n" * topics.WELCOME_TITLE_LIMIT,
    welcome_text="n" * topics.WELCOME_TEXT_LIMIT,
)


def load_params(path: Path | None) -> Params:
    """Read the owner's file, and check that all messages fit Discord's limits.

    The built-in texts are not checked: that takes half a second of every start, and a test does it.

    Raises
    ------
    ParamsError
        Something in the file is wrong, or texts are too long together.
    """
    params = overrides.load(path)
    if params != params_model.defaults() and (complaints := list(overlong(params))):
        raise overrides.ParamsError(path, complaints)
    return params


def overlong(params: Params) -> Iterator[str]:
    """Yield a complaint for each message that Discord would refuse, with the most characters that it can have."""
    catalog = MessageCatalog(params)
    most: dict[tuple[str, Language, int], int] = {}
    for language in Language:
        for name, message in longest(catalog[language]):
            found = [(sum(embed_length(embed) for embed in message.embeds), params_validators.TOGETHER)]
            found += [
                (text_length.in_utf16(embed.description or ""), params_validators.DESCRIPTION)
                for embed in message.embeds
            ]
            for length, limit in found:
                if length > limit:
                    most[name, language, limit] = max(length, most.get((name, language, limit), 0))
    for (name, language, limit), length in most.items():
        yield _complaint(name, language, length, limit)


def longest(messages: Messages) -> Iterator[tuple[str, Message]]:
    """Yield every message with the name of its texts, as long as it can become."""
    yield "panel", messages.panel(attrs.evolve(_CONFIG, topics=()))
    yield from _longest_with_words(messages)
    yield from _longest_with_topics(messages)
    yield from _longest_with_answers(messages)
    yield from _longest_without_category(messages)
    for notice in Notice:
        shown = attrs.evolve(_TICKET, notice=notice)
        yield str(notice), messages.notice(shown, _CONFIG, _CONFIG.staff_role_ids)
    by_themselves = Change(by_id=UserId(1), member_id=UserId(1))
    yield "unclaimed", messages.notice(attrs.evolve(_TICKET, notice=Notice.UNCLAIMED, change=by_themselves), _CONFIG)
    for claimer_id in (_TICKET.claimer_id, None):
        yield "transcript", messages.transcript(attrs.evolve(_TICKET, claimer_id=claimer_id))
    yield "closed_direct", messages.closed_by_direct_message(_TICKET, _CONFIG, "*" * 100)
    yield "opened", messages.opened(_TICKET)
    yield "opening", messages.opening()
    yield "done", messages.done()
    yield "menu", messages.menu(action for action in actions.ACTIONS if action.command is not None)
    yield from (("menu", messages.choice(action, _LISTS)) for action in actions.ACTIONS if action.asks_for_target)
    request = Request(
        id=InteractionId(1),
        guild_id=_CONFIG.guild_id,
        channel_id=ChannelId(_ID),
        member=_MEMBER,
        inputs={"reponse": "n" * canned_replies.NAME_LIMIT},
    )
    yield "reply", messages.canned_reply(_TICKET, _LISTS, request)
    yield "notes", messages.notes_opened()
    yield "note", messages.note(_TICKET, _NOTE)
    yield "deletion_question", messages.deletion_question()
    yield "deletion_cancelled", messages.deletion_cancelled()
    yield "deleting", messages.deleting()
    for name in replies.REPLIES:
        if (reply := messages.reply(name, attrs.evolve(_TICKET, closer_id=UserId(_ID - 1)))) is not None:
            yield name, reply
        if (reply := messages.reply(name, attrs.evolve(_TICKET, opened_by_id=UserId(_ID)))) is not None:
            yield name, reply
    yield "not_configured", messages.configured(_CONFIG, _EVERYTHING)
    warnings = tuple(problem for problem in Problem if not problem.blocks)
    readers = (RoleId(_ID),) * 6
    found = Preflight(problems=warnings, transcript_readers=readers)
    for language in Language:
        yield "configured", messages.configured(attrs.evolve(_CONFIG, language=language), found)
    yield from pages.longest(messages.settings, _CONFIG, _TOPIC, _EVERYTHING)
    yield from _longest_tried(messages)
    for error in every_refusal():
        yield "refused", messages.refusal(error)
    yield "failed", messages.failure()


def _longest_with_words(messages: Messages) -> Iterator[tuple[str, Message]]:
    yield "panel", messages.panel(attrs.evolve(_WITH_WORDS, topics=()))
    yield "panel", messages.panel(attrs.evolve(_WITH_WORDS, topics=(_TOPIC,) * panel.BUTTONS_LIMIT))
    for topic in (None, attrs.evolve(_TOPIC, welcome_title=None, welcome_text=None)):
        listed = attrs.evolve(_WITH_WORDS, topics=(topic,) if topic else ())
        for opened_by in (None, UserId(_ID)):
            shown = attrs.evolve(_TICKET, notice=Notice.WELCOME, opened_by_id=opened_by)
            yield "welcome", messages.notice(shown, listed, _CONFIG.staff_role_ids)


def _longest_with_topics(messages: Messages) -> Iterator[tuple[str, Message]]:
    for count in (1, panel.BUTTONS_LIMIT, topics.TOPICS_LIMIT):
        config = attrs.evolve(_CONFIG, topics=(_TOPIC,) * count)
        yield "panel", messages.panel(config)
        for title, text in ((None, None), ("t" * panels.TITLE_LIMIT, "t" * panels.TEXT_LIMIT)):
            further = Panel(id=PanelId(_ID), channel_id=ChannelId(_ID), title=title, text=text)
            yield "panel", messages.panel(config, further)
            yield "panel", messages.panel(attrs.evolve(config, topics=()), further)
    ticket = attrs.evolve(_TICKET, notice=Notice.WELCOME)
    for topic in (_TOPIC, attrs.evolve(_TOPIC, welcome_title=None, welcome_text=None)):
        for shown in (ticket, attrs.evolve(ticket, opened_by_id=UserId(_ID))):
            yield "welcome", messages.notice(shown, attrs.evolve(_CONFIG, topics=(topic,)), _CONFIG.staff_role_ids)
    yield "opening_for", messages.topic_for((_TOPIC,) * topics.TOPICS_LIMIT, _MEMBER)
    yield "opening_about", messages.topic_of_quote((_TOPIC,) * topics.TOPICS_LIMIT, _QUOTE, _CONFIG.guild_id)
    quoting = attrs.evolve(ticket, quote=_QUOTE)
    yield from (("quote", shown) for shown in messages.notices(quoting, _CONFIG, _CONFIG.staff_role_ids)[1:])


def _longest_tried(messages: Messages) -> Iterator[tuple[str, Message]]:
    """Yield what an administrator who tries a topic is shown."""
    ticket = attrs.evolve(_TICKET, notice=Notice.WELCOME)
    topic = attrs.evolve(_TOPIC, required_role_ids=(RoleId(_ID),) * topics.ROLES_LIMIT, is_enabled=False)
    lacking = attrs.evolve(_EVERYTHING, transcript_readers=(RoleId(_ID),) * 6)
    for count in (0, 1, panel.BUTTONS_LIMIT, topics.TOPICS_LIMIT):
        config = attrs.evolve(_CONFIG, topics=(_TOPIC,) * count)
        for tried in (
            Tryout(config=config, topic=topic, member=_MEMBER, lacking=(lacking,)),
            Tryout(config=config, topic=None, member=_MEMBER),
        ):
            yield "panel", messages.settings.tryout(tried, messages.panel(config))
            yield "settings", messages.settings.nothing_opened(tried)
        yield "welcome", messages.settings.as_tried(messages.notice(ticket, config, _CONFIG.staff_role_ids))
    nobody = Tryout(config=attrs.evolve(_CONFIG, staff_role_ids=()), topic=None, member=_MEMBER)
    yield "settings", messages.settings.nothing_opened(nobody)
    read = Preflight(transcript_readers=lacking.transcript_readers)
    yield "panel", messages.settings.tryout(attrs.evolve(nobody, lacking=(read,)), messages.panel(_CONFIG))


def _longest_without_category(messages: Messages) -> Iterator[tuple[str, Message]]:
    config = attrs.evolve(
        _CONFIG, overflow_category_ids=tuple(ChannelId(_ID - number) for number in range(topics.OVERFLOW_LIMIT))
    )
    for error in (errors.CategoryFullError(), errors.CategoryMissingError()):
        yield "no_category", messages.no_category(_TICKET, config, error)


def _longest_with_answers(messages: Messages) -> Iterator[tuple[str, Message]]:
    for character in "*\\":
        answer = Answer(question="q" * topics.LABEL_LIMIT, text=character * topics.ANSWER_LIMIT)
        ticket = attrs.evolve(_TICKET, notice=Notice.WELCOME, answers=(answer,) * topics.QUESTIONS_LIMIT)
        for shown in messages.notices(ticket, _CONFIG, _CONFIG.staff_role_ids)[1:]:
            yield "answers", shown
    yield "refused", messages.refusal(errors.TopicGoneError(), (Answer(question="q", text="t"),))
    for problem in FileProblem:
        uploaded = SubmittedFile(url="", name="*" * _FILE_NAME, size=1)
        files = [
            (FormFile(question="*" * topics.LABEL_LIMIT, file=uploaded, kinds=()), problem)
        ] * form_files.UPLOADS_LIMIT
        yield "answers_files", messages.form_files(files)


def every_refusal() -> Iterator[errors.TicketError]:
    """Yield an error of each class, and one for each text of a class."""
    yield from _REFUSALS
    given = {errors.RuleRefusedError, *(type(error) for error in _REFUSALS)}
    for kind in (*errors.RuleRefusedError.__subclasses__(), *errors.TicketError.__subclasses__()):
        if kind not in given:
            yield kind()


def _complaint(name: str, language: Language, found: int, limit: int) -> str:
    return (
        f"MESSAGES.{language}.{name}: with all that can stand in this message it has {found} characters, "
        f"Discord takes {limit}; shorten its texts or the footer"
    )
