"""What members can do with a ticket: each action is declared once, as a value.

``services/tickets.py`` carries every action out in the same way; views, commands, refusals, metrics and log lines
follow from the declaration. What else a new one needs: docs/architecture.md, "Actions".
"""

from __future__ import annotations

import functools
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final, Protocol

import attrs

from ticketbot.tickets import access, errors, lifecycle, naming
from ticketbot.tickets.model import GuildConfig, Member, Notice, Request, Ticket, TicketState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ticketbot.tickets.model import Millis


class Effect(StrEnum):
    """What a move changes on Discord besides its notice; each effect may be carried out again."""

    NONE = auto()
    HIDE_FROM_OPENER = auto()
    SHOW_TO_OPENER = auto()
    RENAME_CHANNEL = auto()
    DELETE_CHANNEL = auto()
    """After the transcript is posted and verified."""


class InputKind(StrEnum):
    """What kind of value an action asks for."""

    MEMBER = auto()
    ROLE = auto()
    TEXT = auto()
    CHOICE = auto()
    """One of a list that the server has, by its value or its label."""


@attrs.frozen
class Option:
    """Something that can be chosen from a list."""

    value: str
    label: str


def _no_options(config: GuildConfig) -> Sequence[Option]:
    del config
    return ()


def _topic_options(config: GuildConfig) -> Sequence[Option]:
    return [Option(str(topic.id), topic.name) for topic in config.topics if topic.is_enabled]


def _reply_options(config: GuildConfig) -> Sequence[Option]:
    return [Option(reply.name, reply.name) for reply in config.replies]


@attrs.frozen(kw_only=True)
class Input:
    """A value that an action asks for: an option of its command."""

    name: str
    """The option's name; its texts are ``option_<name>_name`` and ``option_<action>_<name>_text``."""
    kind: InputKind
    is_required: bool = True
    max_length: int | None = None
    """Characters of a text, at most."""
    options: Callable[[GuildConfig], Sequence[Option]] = _no_options
    """What a choice is offered from; without any, the menu does not offer the action."""


class Move(Protocol):
    """Computes the ticket that replaces the present one; raises a refusal where that is not possible."""

    def __call__(self, ticket: Ticket, request: Request, /, *, at: Millis) -> Ticket:
        """Return the ticket's next revision."""
        ...


def _by_anyone(ticket: Ticket, request: Request) -> bool:
    del ticket, request
    return True


def _at_any_time(ticket: Ticket) -> bool:
    del ticket
    return True


def _while_unclaimed(ticket: Ticket) -> bool:
    return ticket.claimer_id is None


def _while_claimed(ticket: Ticket) -> bool:
    return ticket.claimer_id is not None


def _to_its_claimer(ticket: Ticket, request: Request) -> bool:
    target = request.inputs.get("membre")
    return isinstance(target, Member) and ticket.claimer_id == target.id


def _while_somebody_was_added(ticket: Ticket) -> bool:
    return bool(ticket.added)


def _while_unlocked(ticket: Ticket) -> bool:
    return ticket.locked_at is None


def _while_locked(ticket: Ticket) -> bool:
    return ticket.locked_at is not None


def _while_not_asked(ticket: Ticket) -> bool:
    return ticket.close_requested_by_id is None


def _never(ticket: Ticket, request: Request) -> bool:
    del ticket, request
    return False


def _no_check(ticket: Ticket, config: GuildConfig, request: Request) -> None:
    del ticket, config, request


def _as_asked(ticket: Ticket, config: GuildConfig, request: Request) -> Request:
    del ticket, config
    return request


def _by_its_claimer(ticket: Ticket, request: Request) -> bool:
    return ticket.claimer_id == request.member.id


@attrs.frozen(kw_only=True)
class Action:
    """Something that members do with a ticket."""

    name: str
    """The name in the keys of its texts."""
    check_allowed: Callable[[Ticket, GuildConfig, Member], None]
    """Raises a refusal if the member may not do it."""
    states: frozenset[TicketState]
    """In which it is possible."""
    inputs: tuple[Input, ...] = ()
    check_inputs: Callable[[Ticket, GuildConfig, Request], None] = _no_check
    """Raises a refusal if it cannot be done with what was chosen."""
    resolve_inputs: Callable[[Ticket, GuildConfig, Request], Request] = _as_asked
    """Returns the request with what its inputs mean on the server, or raises a refusal."""
    depends_on_claimer: bool = False
    """Whether the request has to have the claimer as Discord has them, where the ticket has another one."""
    move: Move | None = None
    """None: nothing changes, the ticket is only looked at."""
    effect: Effect = Effect.NONE
    notice: Notice | None = None
    """What the ticket's channel is shown afterwards: as the answer to the interaction, where that is still possible.

    Discord does not count answers to interactions towards a bot's limit of 50 requests a second.
    Source: Discord's documentation, "Rate Limits", section "Global Rate Limit".
    """
    takes_slot: bool = False
    """Whether the ticket counts as one of its opener's live tickets again."""
    resumable: Callable[[Ticket, Request], bool] = _by_anyone
    """Whether this request may finish the same action of a process that died."""
    command: str | None = None
    """The French name of its subcommand of ``/ticket``, as Discord registers it.

    None: it has none, and is not in the menu, but has a button.
    """
    asks_first: bool = False
    """Whether the member is asked for confirmation before it is carried out."""
    question: Callable[[Ticket, GuildConfig, Member], access.Question | None] | None = None
    """Which question, if any, a member is asked before it by a form that asks for its texts, too."""
    is_useful: Callable[[Ticket], bool] = _at_any_time
    """Whether it would change a ticket that is in one of its states; the menu leaves it out otherwise."""

    is_answer_private: bool = False
    """Whether the notice is a message in any case: Discord's clients show whoever sees the answer to a command what was
    typed into it."""
    is_reply_public: bool = False
    """Whether the whole channel is shown the reply to the member, as the answer to the interaction."""

    @property
    def choice(self) -> Input | None:
        """Return the input that is chosen from a list, if there is one."""
        return next((one for one in self.inputs if one.kind is InputKind.CHOICE), None)

    @property
    def asks_for_target(self) -> bool:
        """Return whether it concerns a member or a role, who is chosen."""
        return any(one.kind is not InputKind.TEXT for one in self.inputs)

    @property
    def needs_text(self) -> bool:
        """Return whether it cannot be carried out without a text that is typed."""
        return any(one.kind is InputKind.TEXT and one.is_required for one in self.inputs)

    def is_possible(self, ticket: Ticket, config: GuildConfig, member: Member) -> bool:
        """Return whether the menu offers it to a member now."""
        if self.command is None or ticket.state not in self.states or not self.is_useful(ticket):
            return False
        if self.choice is not None and not self.choice.options(config):
            return False
        try:
            self.check_allowed(ticket, config, member)
        except errors.TicketError:
            return False
        return True


CLAIM: Final = Action(
    name="claim",
    check_allowed=access.require_may_claim,
    states=lifecycle.states_before("claim"),
    resolve_inputs=access.with_claiming,
    move=lifecycle.claim,
    notice=Notice.CLAIMED,
    resumable=_by_its_claimer,
    command="prendre",
    is_useful=_while_unclaimed,
)
UNCLAIM: Final = Action(
    name="unclaim",
    check_allowed=access.require_staff,
    states=lifecycle.states_before("unclaim"),
    resolve_inputs=access.with_claiming,
    move=lifecycle.unclaim,
    notice=Notice.UNCLAIMED,
    command="liberer",
    is_useful=_while_claimed,
)
TRANSFER: Final = Action(
    name="transfer",
    check_allowed=access.require_staff,
    states=lifecycle.states_before("transfer"),
    inputs=(Input(name="membre", kind=InputKind.MEMBER),),
    check_inputs=access.require_may_receive,
    resolve_inputs=access.with_claiming,
    move=lifecycle.transfer,
    notice=Notice.TRANSFERRED,
    resumable=_to_its_claimer,
    command="transferer",
)
_TARGETS: Final = (
    Input(name="membre", kind=InputKind.MEMBER, is_required=False),
    Input(name="role", kind=InputKind.ROLE, is_required=False),
)
ADD: Final = Action(
    name="add",
    check_allowed=access.require_may_add,
    states=lifecycle.states_before("add"),
    inputs=_TARGETS,
    check_inputs=access.require_may_join,
    resolve_inputs=access.with_colleague,
    move=lifecycle.add,
    notice=Notice.ADDED,
    resumable=_never,
    command="ajouter",
)
REMOVE: Final = Action(
    name="remove",
    check_allowed=access.require_staff,
    states=lifecycle.states_before("remove"),
    inputs=_TARGETS,
    check_inputs=access.require_target,
    move=lifecycle.remove,
    notice=Notice.REMOVED,
    resumable=_never,
    command="retirer",
    is_useful=_while_somebody_was_added,
)
MOVE: Final = Action(
    name="move",
    check_allowed=access.require_staff,
    states=lifecycle.states_before("move"),
    inputs=(Input(name="sujet", kind=InputKind.CHOICE, options=_topic_options),),
    resolve_inputs=access.with_destination,
    depends_on_claimer=True,
    move=lifecycle.move,
    notice=Notice.MOVED,
    resumable=_never,
    command="deplacer",
)
LOCK: Final = Action(
    name="lock",
    check_allowed=access.require_staff,
    states=lifecycle.states_before("lock"),
    move=lifecycle.lock,
    notice=Notice.LOCKED,
    command="verrouiller",
    is_useful=_while_unlocked,
)
UNLOCK: Final = Action(
    name="unlock",
    check_allowed=access.require_staff,
    states=lifecycle.states_before("unlock"),
    move=lifecycle.unlock,
    notice=Notice.UNLOCKED,
    command="deverrouiller",
    is_useful=_while_locked,
)
RENAME: Final = Action(
    name="rename",
    check_allowed=access.require_staff,
    states=lifecycle.states_before("rename"),
    inputs=(Input(name="nom", kind=InputKind.TEXT, max_length=naming.RENAMED_LIMIT),),
    move=lifecycle.rename,
    effect=Effect.RENAME_CHANNEL,
    notice=Notice.RENAMED,
    resumable=_never,
    command="renommer",
)
NOTE: Final = Action(
    name="note",
    check_allowed=access.require_may_note,
    states=lifecycle.states_before("add_note"),
    inputs=(Input(name="texte", kind=InputKind.TEXT, max_length=lifecycle.NOTE_LIMIT),),
    move=lifecycle.add_note,
    notice=Notice.NOTE_ADDED,
    resumable=_never,
    command="note",
    is_answer_private=True,
)
REPLY: Final = Action(
    name="reply",
    check_allowed=access.require_staff,
    states=frozenset({TicketState.OPEN}),
    inputs=(Input(name="reponse", kind=InputKind.CHOICE, options=_reply_options),),
    check_inputs=access.require_reply,
    command="reponse",
    is_reply_public=True,
)
CLOSE: Final = Action(
    name="close",
    check_allowed=access.require_may_close,
    states=lifecycle.states_before("close"),
    inputs=(Input(name="raison", kind=InputKind.TEXT, is_required=False, max_length=lifecycle.REASON_LIMIT),),
    move=lifecycle.close,
    effect=Effect.HIDE_FROM_OPENER,
    notice=Notice.CLOSED,
    command="fermer",
    question=access.question_before_closing,
)
AGREE: Final = attrs.evolve(CLOSE, question=access.question_before_agreeing)
"""The same, by the button under the staff's question."""
REQUEST_CLOSE: Final = Action(
    name="request_close",
    check_allowed=access.require_staff,
    states=lifecycle.states_before("request_close"),
    move=lifecycle.request_close,
    notice=Notice.CLOSE_REQUESTED,
    command="demander-fermeture",
    is_useful=_while_not_asked,
)
DECLINE_CLOSE: Final = Action(
    name="decline_close",
    check_allowed=access.require_opener,
    states=lifecycle.states_before("decline_close"),
    move=lifecycle.decline_close,
    notice=Notice.CLOSE_DECLINED,
)
UNDO_CLOSE: Final = Action(
    name="undo_close",
    check_allowed=access.require_closer,
    states=lifecycle.states_before("undo_close"),
    move=functools.partial(lifecycle.undo_close, slot=0),
    effect=Effect.SHOW_TO_OPENER,
    notice=Notice.CLOSE_UNDONE,
    takes_slot=True,
    resumable=_never,
)
REOPEN: Final = Action(
    name="reopen",
    check_allowed=access.require_staff,
    states=lifecycle.states_before("reopen"),
    move=functools.partial(lifecycle.reopen, slot=0),
    effect=Effect.SHOW_TO_OPENER,
    notice=Notice.REOPENED,
    takes_slot=True,
    command="rouvrir",
)
DELETE: Final = Action(
    name="delete",
    check_allowed=access.require_staff,
    states=lifecycle.states_before("begin_deletion"),
    move=lifecycle.begin_deletion,
    effect=Effect.DELETE_CHANNEL,
    command="supprimer",
    asks_first=True,
)
INFO: Final = Action(
    name="infos",
    check_allowed=access.require_staff,
    states=frozenset(TicketState),
    command="infos",
)

ACTIONS: Final = (
    CLAIM,
    UNCLAIM,
    TRANSFER,
    ADD,
    REMOVE,
    MOVE,
    LOCK,
    UNLOCK,
    RENAME,
    NOTE,
    REPLY,
    REQUEST_CLOSE,
    DECLINE_CLOSE,
    CLOSE,
    UNDO_CLOSE,
    REOPEN,
    DELETE,
    INFO,
)
"""All actions on an existing ticket. Opening one is a service of its own: there is no ticket to act on yet."""

BY_NAME: Final[Mapping[str, Action]] = {action.name: action for action in ACTIONS}

ACCESS_EFFECTS: Final = frozenset({Effect.HIDE_FROM_OPENER, Effect.SHOW_TO_OPENER})
"""The effects that change the opener's overwrite."""

EFFECTS: Final[Mapping[Notice, Effect]] = {action.notice: action.effect for action in ACTIONS if action.notice}
"""What must have happened on Discord before a notice is posted; recovery knows an unfinished action by its notice."""
