"""What posted messages and topics say of a ticket, for ``ticketbot store rebuild``.

Everything is read from what no language and no owner's text can change: mentions, timestamps, numbers of at least three
digits, custom ids, names of files, and the interactions that messages answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.texts import buttons
from ticketbot.texts.buttons import ButtonId
from ticketbot.tickets import naming, signs
from ticketbot.tickets.model import InteractionId, Millis, RoleId, UserId

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

_MENTION: Final = re.compile(r"<@!?(\d{1,20})>")
_ROLE: Final = re.compile(r"<@&(\d{1,20})>")
_TIMESTAMP: Final = re.compile(r"<t:(\d{1,12})(?::[a-zA-Z])?>")
_NUMBER: Final = re.compile(r"(?<!\d)\d{3,9}(?!\d)")
_FILE: Final = re.compile(r"transcript-(\d{3,9})[-.]")
_DISCORD_EPOCH: Final = 1_420_070_400_000


@attrs.frozen(kw_only=True)
class TicketTopic:
    """What the topic of a ticket's channel says."""

    numbers: tuple[int, ...]
    """The ticket's number; several where the owner's text holds numbers of its own."""
    opener_id: UserId
    created_at: Millis
    """Of whole seconds."""


@attrs.frozen(kw_only=True)
class TicketHistory:
    """What the bot's messages in a ticket's channel say."""

    is_ticket: bool = False
    """Whether there is a notice at all."""
    is_closed: bool = False
    claimer_id: UserId | None = None
    closer_id: UserId | None = None
    closed_at: Millis | None = None
    close_reason: str | None = None
    role_ids: frozenset[RoleId] = frozenset()
    """Roles that notices after the welcome mention: they were added or removed."""
    welcome_role_ids: frozenset[RoleId] = frozenset()
    """Roles that the first notice pings, or the last one that moved the ticket: the staff at that time."""
    welcome_title: str = ""
    """The title of the first notice, which ends with the name of the ticket's topic, unless the topic has its own."""
    moved_text: str | None = None
    """What the last notice says that moved the ticket to another topic, which it names."""
    locked_at: Millis | None = None
    """When the last notice was posted that it was locked; None after one that it was unlocked."""
    changed_at: Millis | None = None
    """When the last notice was posted."""
    interaction_id: InteractionId | None = None
    """The one that the last notice answers, or one of its time."""
    names: Mapping[UserId, str] = attrs.field(factory=dict[UserId, str])
    """The names of those whom the notices mention or answer."""


def read_topic(topic: str) -> TicketTopic | None:
    """Return what a channel's topic says of its ticket; None if it is no ticket's."""
    openers, moments = set(_MENTION.findall(topic)), set(_TIMESTAMP.findall(topic))
    rest = _TIMESTAMP.sub(" ", _MENTION.sub(" ", topic))
    numbers = tuple(dict.fromkeys(int(number) for number in _NUMBER.findall(rest) if int(number)))
    if len(openers) != 1 or len(moments) != 1 or not numbers:
        return None
    opener_id, seconds = int(openers.pop()), int(moments.pop())
    return TicketTopic(numbers=numbers, opener_id=UserId(opener_id), created_at=Millis(seconds * 1000))


def read_history(
    messages: Sequence[Mapping[str, Any]],
    opener_id: UserId,
    other_titles: Collection[str] = (),
    locks: Mapping[str, bool] | None = None,
) -> TicketHistory:
    """Return what the bot's messages in a ticket's channel, oldest first, say of the ticket.

    ``other_titles`` are those of notices that look like a claim's but for their words, if they have no button to close;
    ``locks`` are the titles of notices that a ticket was locked, or with False unlocked.
    """
    history = TicketHistory()
    names: dict[UserId, str] = {}
    for message in messages:
        names.update(_names(message))
        is_other = any(embed.get("title") in other_titles for embed in _embeds(message))
        if history.is_ticket and _is_move(message):
            history = _moved(history, message)
        elif is_other and ButtonId.CLOSE not in buttons.custom_ids_of(message):
            history = _with_lock(_dated(history, message), message, locks or {}) if history.is_ticket else history
        else:
            history = _after(history, message, opener_id)
    return attrs.evolve(history, names=names)


def transcript_numbers(message: Mapping[str, Any]) -> frozenset[int]:
    """Return the numbers of the tickets whose transcript one of the bot's messages carries, by its files and titles."""
    attachments: Sequence[Mapping[str, Any]] = message.get("attachments") or ()
    files = (str(file.get("filename") or "") for file in attachments)
    found = [match[1] for name in files if (match := _FILE.match(name)) is not None]
    if found:
        for embed in _embeds(message):
            found.extend(_NUMBER.findall(str(embed.get("title") or "")))
    return frozenset(int(number) for number in found if int(number))


def channel_number(name: str) -> int | None:
    """Return the number with which a channel's name begins, after a sign or not, unless Discord refused it."""
    match = re.match(r"(\d{3,9})(?!\d)", signs.without_sign(name))
    return int(match[1]) or None if match is not None else None


def _after(history: TicketHistory, message: Mapping[str, Any], opener_id: UserId) -> TicketHistory:
    """Return what is known after one more message."""
    found = buttons.custom_ids_of(message)
    content = str(message.get("content") or "")
    actor = _actor(message)
    if ButtonId.REOPEN in found:
        closer = actor or _first(_mentions(message), other_than=opener_id)
        changed = attrs.evolve(
            history, is_closed=True, closer_id=closer, closed_at=_moment(message), close_reason=_reason(message)
        )
    elif ButtonId.CLOSE in found:  # the welcome, or that it was reopened
        claimer_id = None if ButtonId.CLAIM in found else history.claimer_id
        changed = attrs.evolve(_opened(history), claimer_id=claimer_id)
    elif ButtonId.CLAIM in found:  # nobody takes care of it any more
        changed = attrs.evolve(history, claimer_id=None)
    elif _is_claim(message, found):
        mentioned = _MENTION.fullmatch(content)  # the member to whom it was given
        claimer = UserId(int(mentioned[1])) if mentioned is not None else actor
        changed = attrs.evolve(history, claimer_id=claimer or _first(_mentions(message), other_than=opener_id))
    elif _MENTION.fullmatch(content) and int(_MENTION.findall(content)[0]) == opener_id:
        changed = _opened(history)  # reopened, by a version without buttons there
    else:
        return history
    if not history.is_ticket:
        title = str(next((one.get("title") for one in _embeds(message)), ""))
        pinged = frozenset(RoleId(int(found)) for found in _ROLE.findall(content))
        changed = attrs.evolve(changed, welcome_title=title, welcome_role_ids=pinged)
    return attrs.evolve(_dated(changed, message), is_ticket=True)


def _is_move(message: Mapping[str, Any]) -> bool:
    """Return whether a notice mentions nobody but roles: the staff of another topic."""
    content = str(message.get("content") or "")
    has_buttons = bool(buttons.custom_ids_of(message))
    return bool(content and has_buttons and _embeds(message) and not _ROLE.sub("", content).strip())


def _moved(history: TicketHistory, message: Mapping[str, Any]) -> TicketHistory:
    """Return what is known after a notice that a ticket was moved: of a closed one it has no buttons but the menu."""
    found = buttons.custom_ids_of(message)
    mentioned = list(_mentions(message))  # who moved it, and who gave it up by that
    is_given_up = ButtonId.CLAIM in found or (ButtonId.CLOSE not in found and len(mentioned) > 1)
    pinged = _ROLE.findall(str(message.get("content") or ""))
    return attrs.evolve(
        _dated(history, message),
        claimer_id=None if is_given_up else history.claimer_id,
        moved_text=str(_embeds(message)[0].get("description") or ""),
        welcome_role_ids=frozenset(RoleId(int(role_id)) for role_id in pinged),
    )


def _with_lock(history: TicketHistory, message: Mapping[str, Any], locks: Mapping[str, bool]) -> TicketHistory:
    said = [locks[title] for embed in _embeds(message) if (title := str(embed.get("title"))) in locks]
    return attrs.evolve(history, locked_at=_moment(message) if said[-1] else None) if said else history


def _opened(history: TicketHistory) -> TicketHistory:
    return attrs.evolve(history, is_closed=False, closer_id=None, closed_at=None, close_reason=None)


def _dated(history: TicketHistory, message: Mapping[str, Any]) -> TicketHistory:
    """Return what is known with the moment, the interaction and the roles of one more notice.

    Without the menu it is a quote or an answer of a form: the roles there are a member's words.
    """
    found = buttons.custom_ids_of(message)
    names_roles = any(map(buttons.is_menu, found)) and ButtonId.CLOSE not in found
    roles = _roles(message) if names_roles else ()
    return attrs.evolve(
        history,
        changed_at=_moment(message),
        interaction_id=_interaction(message, found) or InteractionId(int(message["id"])),
        role_ids=history.role_ids.union(roles),
    )


def _moment(message: Mapping[str, Any]) -> Millis:
    return Millis((int(message["id"]) >> 22) + _DISCORD_EPOCH)


def _reason(message: Mapping[str, Any]) -> str | None:
    """Return why a ticket was closed: the notice has a field for it alone."""
    fields = [field for embed in _embeds(message) for field in embed.get("fields") or ()]
    return str(fields[0].get("value") or "") or None if len(fields) == 1 else None


def _roles(message: Mapping[str, Any]) -> Iterator[RoleId]:
    for embed in _embeds(message):
        yield from (RoleId(int(found)) for found in _ROLE.findall(str(embed.get("description") or "")))


def _is_claim(message: Mapping[str, Any], found: frozenset[str]) -> bool:
    """Return whether a message without other buttons names who takes care of the ticket."""
    embeds = _embeds(message)
    if not embeds:
        return False
    if any(custom_id.startswith(f"{ButtonId.MENU}:") for custom_id in found):
        return True
    # posted by versions without the menu; a canned reply has no title
    return not found and not message.get("content") and bool(embeds[0].get("title"))


def _actor(message: Mapping[str, Any]) -> UserId | None:
    """Return who made the interaction that a message answers."""
    user = _metadata(message).get("user")
    return UserId(int(user["id"])) if user else None


def _interaction(message: Mapping[str, Any], found: frozenset[str]) -> InteractionId | None:
    prefix = f"{ButtonId.MENU}:"
    for custom_id in found:
        if custom_id.startswith(prefix) and custom_id.removeprefix(prefix).isdecimal():
            return InteractionId(int(custom_id.removeprefix(prefix)))
    answered = _metadata(message).get("id")
    return None if answered is None else InteractionId(int(answered))


def _metadata(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what Discord says of the interaction that a message answers; nothing of any other message."""
    found: Mapping[str, Any] = message.get("interaction_metadata") or {}
    return found


def _embeds(message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = message.get("embeds") or ()
    return found


def _mentions(message: Mapping[str, Any]) -> Iterator[UserId]:
    """Yield whom the embeds of a message mention, in order."""
    for embed in _embeds(message):
        yield from (UserId(int(found)) for found in _MENTION.findall(str(embed.get("description") or "")))


def _first(user_ids: Iterator[UserId], *, other_than: UserId) -> UserId | None:
    """Return the first member that is not the opener, or else the opener, if there is anybody."""
    found = list(user_ids)
    return next((one for one in found if one != other_than), found[0] if found else None)


def _names(message: Mapping[str, Any]) -> Iterator[tuple[UserId, str]]:
    users: list[Mapping[str, Any]] = [*(message.get("mentions") or ()), _metadata(message).get("user") or {}]
    for user in users:
        username = str(user.get("username") or "")
        if username:
            yield UserId(int(user["id"])), naming.visible_name(str(user.get("global_name") or ""), username)
