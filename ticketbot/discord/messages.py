"""Every message that the bot sends, with its embed and its buttons, in each language."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

import attrs
import hikari

from ticketbot.discord import buttons, refusals
from ticketbot.discord.buttons import ButtonId
from ticketbot.discord.wording import Wording
from ticketbot.tickets import naming
from ticketbot.tickets.model import Language, Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ticketbot.config.texts import Params
    from ticketbot.tickets import errors
    from ticketbot.tickets.model import GuildConfig, Preflight, RoleId, Ticket


@attrs.frozen(kw_only=True)
class Message:
    """A message to be sent: embeds always, buttons and pinged mentions sometimes."""

    embeds: tuple[hikari.Embed, ...]
    content: str | None = None
    rows: list[hikari.api.ComponentBuilder] = attrs.field(factory=list[hikari.api.ComponentBuilder])
    """The buttons as Discord's action rows."""
    pinged_roles: tuple[RoleId, ...] = ()
    pinged_users: tuple[int, ...] = ()


@attrs.frozen(kw_only=True)
class Part:
    """One of the messages that carry a transcript."""

    number: int = 1
    """From 1."""
    of: int = 1
    message_count: int = 0
    """How many messages the whole transcript holds."""


class Phrasebook:
    """The messages in each language."""

    def __init__(self, params: Params) -> None:
        self._wordings = {language: Wording(params, language) for language in Language}
        self._messages = {language: Messages(wording) for language, wording in self._wordings.items()}

    def to(self, locale: str) -> Messages:
        """Speak to one member, whose client has that locale."""
        return self[Language.of(locale)]

    def of(self, config: GuildConfig) -> Messages:
        """Speak to all members of a server."""
        return self[config.language or Language.FRENCH]

    def __getitem__(self, language: Language) -> Messages:
        return self._messages[language]

    def translations(self, key: str) -> Mapping[Language, str]:
        """Give a text in each language."""
        return {language: wording.text(key) for language, wording in self._wordings.items()}


class Messages:
    """The messages in one language."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        # who is refused presses again, and reads the same
        self._refused = functools.lru_cache(maxsize=1000)(self._new_refusal)

    # What all members of a server see.

    def panel(self) -> Message:
        """Invite members to open a ticket."""
        return self._message("panel", ButtonId.OPEN)

    def topic(self, ticket: Ticket) -> str:
        """Write the topic of a ticket's channel; ``is_topic_of`` knows it again."""
        number, opener, opened_at = _topic_values(ticket)
        return self._wording.text("topic", number=number, opener=opener, opened_at=opened_at)

    def notice(self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> Message:
        """Tell a ticket's channel of the ticket's last move; ``is_notice`` knows it again."""
        if ticket.notice is Notice.CLAIMED:
            return self.claimed(ticket)
        if ticket.notice is Notice.CLOSED:
            return self._closed(ticket)
        if ticket.notice is Notice.REOPENED:
            return self._reopened(ticket)
        return self._welcome(ticket, config, lost_roles)

    def _welcome(self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId]) -> Message:
        wording = self._wording
        embed = wording.embed("welcome", number=naming.number_text(ticket.number), opener=_mention(ticket.opener_id))
        for key in ("problem", "partnership", "application"):
            embed.add_field(
                name=wording.title(f"welcome_{key}"),
                value=wording.text(f"welcome_{key}_text"),
            )
        embeds = [embed]
        if lost_roles:
            listed = ", ".join(f"`{role_id}`" for role_id in lost_roles)
            embeds.append(wording.embed("lost_roles", roles=listed))
        roles = tuple(role_id for role_id in config.staff_role_ids if role_id not in lost_roles)
        mentions = [*(f"<@&{role_id}>" for role_id in roles), _mention(ticket.opener_id)]
        return Message(
            embeds=tuple(embeds),
            content=" ".join(mentions),
            rows=buttons.rows((ButtonId.CLAIM, ButtonId.CLOSE), wording),
            pinged_roles=roles,
            pinged_users=(ticket.opener_id,),
        )

    def claimed(self, ticket: Ticket) -> Message:
        """Tell who has claimed a ticket."""
        return self._message("claimed", claimer=_mention(ticket.claimer_id))

    def _closed(self, ticket: Ticket) -> Message:
        closer, opener = _mention(ticket.closer_id), _mention(ticket.opener_id)
        return self._message("closed", ButtonId.REOPEN, ButtonId.DELETE, closer=closer, opener=opener)

    def _reopened(self, ticket: Ticket) -> Message:
        opener = _mention(ticket.opener_id)
        message = self._message("reopened", opener=opener)
        return attrs.evolve(message, content=opener, pinged_users=(ticket.opener_id,))

    def transcript(self, ticket: Ticket, part: Part) -> Message:
        """Name a transcript's opener, with their id beside, and the member who claimed; below, tell what it holds."""
        text = self._wording.text
        embed = self._wording.titled(self._wording.title("transcript", number=naming.number_text(ticket.number)))
        opener = f"{_mention(ticket.opener_id)} (`{ticket.opener_id}`)"
        embed.add_field(name=text("transcript_opener"), value=opener, inline=True)
        claimer = text("transcript_nobody") if ticket.claimer_id is None else _mention(ticket.claimer_id)
        embed.add_field(name=text("transcript_claimer"), value=claimer, inline=True)
        return Message(embeds=(embed, self._wording.titled(None, " · ".join(self._contents(ticket, part)))))

    def _contents(self, ticket: Ticket, part: Part) -> Iterator[str]:
        text = self._wording.text
        if part.of > 1:
            yield text("transcript_part", part=str(part.number), parts=str(part.of))
        if part.number > 1:
            return
        yield text("transcript_one" if part.message_count == 1 else "transcript_count", count=str(part.message_count))
        yield text("transcript_opened", moment=_moment(ticket.created_at))
        if ticket.closed_at is not None:
            yield text("transcript_closed", moment=_moment(ticket.closed_at))

    # What the member who pressed sees, and nobody else.

    def opened(self, ticket: Ticket) -> Message:
        """Show the opener the way to their ticket."""
        return self._message("opened", channel=f"<#{ticket.channel_id}>")

    def deletion_question(self) -> Message:
        """Ask whether a ticket is really to be deleted."""
        return self._message("deletion_question", ButtonId.CONFIRM, ButtonId.CANCEL)

    def deletion_cancelled(self) -> Message:
        """Say that nothing was deleted."""
        return self._message("deletion_cancelled")

    def deleting(self) -> Message:
        """Say that a deletion was begun."""
        return self._message("deleting")

    def configured(self, config: GuildConfig, preflight: Preflight) -> Message:
        """Say whether a configuration was saved, and name each thing that the bot lacks with it."""
        wording = self._wording
        complaints = [
            wording.text(
                "missing_permission",
                permission=wording.permission(str(permission.name)),
                place=wording.text(f"place_{place}", channel=f"<#{channel_id}>"),
            )
            for place, channel_id, permissions in preflight.missing
            for permission in permissions
        ]
        complaints += [wording.text(f"problem_{problem}") for problem in preflight.problems]
        listed = "\n".join(f"{wording.emoji('warning')} {complaint}" for complaint in complaints)
        if preflight.blocks:
            embed = wording.embed("not_configured")
            embed.description = f"{embed.description}\n\n{listed}"
        else:
            embed = wording.embed(
                "configured", panel=f"<#{config.panel_channel_id}>", transcript=f"<#{config.transcript_channel_id}>"
            )
            if listed:
                embed.description = f"{embed.description}\n\n**{wording.text('configured_warnings')}**\n{listed}"
        return Message(embeds=(embed,))

    def refusal(self, error: errors.TicketError) -> Message:
        """Turn a refusal into words."""
        return self._refused(refusals.words(error, self._wording))

    def unknown(self) -> Message:
        """Answer the use of a button or a command that nobody knows any more."""
        return self._refused(self._wording.text("unknown"))

    def failure(self) -> Message:
        """Answer after a fault of the bot's own."""
        return self._refused(self._wording.text("failed"))

    def _new_refusal(self, words: str) -> Message:
        return Message(embeds=(self._wording.titled(self._wording.title("refused"), words),))

    def _message(self, key: str, *button_ids: ButtonId, **values: str) -> Message:
        return Message(embeds=(self._wording.embed(key, **values),), rows=buttons.rows(button_ids, self._wording))


# What was posted is known again by what no owner and no language can change.


def is_topic_of(topic: str, ticket: Ticket) -> bool:
    """Tell whether a topic is that of a ticket's channel; no two tickets have the same."""
    number, opener, opened_at = _topic_values(ticket)
    rest = topic.replace(opener, " ").replace(opened_at, " ")
    return opener in topic and opened_at in topic and re.search(rf"(?<!\d){number}(?!\d)", rest) is not None


def is_notice(message: Mapping[str, Any], ticket: Ticket) -> bool:
    """Tell whether one of the bot's messages in a ticket's channel is of the kind of the ticket's notice."""
    found = buttons.under(message)
    if ticket.notice is Notice.CLAIMED:
        return bool(message["embeds"]) and not found and not message["content"]
    if ticket.notice is Notice.CLOSED:
        return ButtonId.REOPEN in found
    if ticket.notice is Notice.REOPENED:
        return not found and message["content"] == _mention(ticket.opener_id)
    return ButtonId.CLAIM in found


def _topic_values(ticket: Ticket) -> tuple[str, str, str]:
    return naming.number_text(ticket.number), _mention(ticket.opener_id), _moment(ticket.created_at)


def _moment(millis: int) -> str:
    return f"<t:{millis // 1000}:f>"


def _mention(user_id: int | None) -> str:
    return f"<@{user_id}>"
