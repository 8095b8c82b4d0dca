"""Every message that the bot sends, with its embed and its buttons; the only reader of ``config.params``."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import singledispatch
from typing import TYPE_CHECKING, Final

import attrs
import hikari

from ticketbot.config import params
from ticketbot.tickets import errors, naming
from ticketbot.tickets.model import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.tickets.model import ChannelId, GuildConfig, Preflight, RoleId, Ticket


class ButtonId(StrEnum):
    """What a button is known by, for ever: messages posted years ago still carry these."""

    OPEN = "ticket:open"
    CLAIM = "ticket:claim"
    CLOSE = "ticket:close"
    REOPEN = "ticket:reopen"
    DELETE = "ticket:delete"
    CONFIRM = "ticket:delete:confirm"
    CANCEL = "ticket:delete:cancel"


@attrs.frozen(kw_only=True)
class Message:
    """A message to be sent: embeds always, buttons and pinged mentions sometimes."""

    embeds: tuple[hikari.Embed, ...]
    content: str | None = None
    buttons: tuple[ButtonId, ...] = ()
    pinged_roles: tuple[RoleId, ...] = ()
    pinged_users: tuple[int, ...] = ()

    @property
    def rows(self) -> list[hikari.api.ComponentBuilder]:
        """The buttons as Discord's action rows."""
        if not self.buttons:
            return []
        row = hikari.impl.MessageActionRowBuilder()
        for button in self.buttons:
            key, style = _BUTTONS[button]
            row.add_interactive_button(
                style,
                button,
                label=params.MESSAGES[f"{key}_button"],
                emoji=hikari.Emoji.parse(params.EMOJIS["open" if button is ButtonId.OPEN else key]),
            )
        return [row]


_BUTTONS: Final[Mapping[ButtonId, tuple[str, hikari.InteractiveButtonTypesT]]] = {
    ButtonId.OPEN: ("panel", hikari.ButtonStyle.PRIMARY),
    ButtonId.CLAIM: ("claim", hikari.ButtonStyle.SUCCESS),
    ButtonId.CLOSE: ("close", hikari.ButtonStyle.SECONDARY),
    ButtonId.REOPEN: ("reopen", hikari.ButtonStyle.SECONDARY),
    ButtonId.DELETE: ("delete", hikari.ButtonStyle.DANGER),
    ButtonId.CONFIRM: ("confirm", hikari.ButtonStyle.DANGER),
    ButtonId.CANCEL: ("cancel", hikari.ButtonStyle.SECONDARY),
}


def panel() -> Message:
    """Invite members to open a ticket."""
    return Message(embeds=(_embed("panel", emoji=params.EMOJIS["open"]),), buttons=(ButtonId.OPEN,))


def topic(ticket: Ticket) -> str:
    """Write the topic of a ticket's channel: no two tickets have the same, so a lost channel is found again by it."""
    return _text(
        "topic",
        number=naming.number_text(ticket.number),
        opener=f"<@{ticket.opener_id}>",
        opened_at=f"<t:{ticket.created_at // 1000}:f>",
    )


def notice(ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> Message:
    """Tell a ticket's channel of the ticket's last move; the same move is always told in the same words."""
    if ticket.notice is Notice.CLAIMED:
        return claimed(ticket)
    if ticket.notice is Notice.CLOSED:
        return _closed(ticket)
    if ticket.notice is Notice.REOPENED:
        return _reopened(ticket)
    return _welcome(ticket, config, lost_roles)


def _welcome(ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId]) -> Message:
    embed = _embed("welcome", number=naming.number_text(ticket.number), opener=f"<@{ticket.opener_id}>")
    for topic_key in ("problem", "partnership", "application"):
        embed.add_field(
            name=_text(f"welcome_{topic_key}_title", emoji=params.EMOJIS[topic_key]),
            value=_text(f"welcome_{topic_key}_text"),
        )
    embeds = [embed]
    if lost_roles:
        roles = ", ".join(f"`{role_id}`" for role_id in lost_roles)
        embeds.append(_embed("lost_roles", emoji=params.EMOJIS["warning"], roles=roles))
    roles = tuple(role_id for role_id in config.staff_role_ids if role_id not in lost_roles)
    mentions = [*(f"<@&{role_id}>" for role_id in roles), f"<@{ticket.opener_id}>"]
    return Message(
        embeds=tuple(embeds),
        content=" ".join(mentions),
        buttons=(ButtonId.CLAIM, ButtonId.CLOSE),
        pinged_roles=roles,
        pinged_users=(ticket.opener_id,),
    )


def claimed(ticket: Ticket) -> Message:
    """Tell who has claimed a ticket."""
    return Message(embeds=(_embed("claimed", claimer=f"<@{ticket.claimer_id}>"),))


def _closed(ticket: Ticket) -> Message:
    embed = _embed("closed", closer=f"<@{ticket.closer_id}>", opener=f"<@{ticket.opener_id}>")
    return Message(embeds=(embed,), buttons=(ButtonId.REOPEN, ButtonId.DELETE))


def _reopened(ticket: Ticket) -> Message:
    opener = f"<@{ticket.opener_id}>"
    return Message(embeds=(_embed("reopened", opener=opener),), content=opener, pinged_users=(ticket.opener_id,))


def transcript(ticket: Ticket) -> Message:
    """Name a transcript's opener, with their id beside, and the member who claimed; nothing else."""
    embed = hikari.Embed(
        title=_text("transcript_title", number=naming.number_text(ticket.number)), color=params.EMBED_COLOR
    )
    embed.add_field(name=_text("transcript_opener"), value=f"<@{ticket.opener_id}> (`{ticket.opener_id}`)", inline=True)
    claimer = _text("transcript_nobody") if ticket.claimer_id is None else f"<@{ticket.claimer_id}>"
    embed.add_field(name=_text("transcript_claimer"), value=claimer, inline=True)
    return Message(embeds=(_with_footer(embed),))


def opened(ticket: Ticket) -> Message:
    """Show the opener the way to their ticket."""
    return Message(embeds=(_embed("opened", channel=f"<#{ticket.channel_id}>"),))


def deletion_question() -> Message:
    """Ask whether a ticket is really to be deleted."""
    return Message(embeds=(_embed("deletion_question"),), buttons=(ButtonId.CONFIRM, ButtonId.CANCEL))


def deletion_cancelled() -> Message:
    """Say that nothing was deleted."""
    return Message(embeds=(_embed("deletion_cancelled"),))


def deleting() -> Message:
    """Say that a deletion was begun."""
    return Message(embeds=(_embed("deleting"),))


def configured(config: GuildConfig, preflight: Preflight) -> Message:
    """Say whether a configuration was saved, and name each thing that the bot lacks with it."""
    complaints = [
        _text(
            "missing_permission",
            permission=params.PERMISSION_NAMES[str(permission.name)],
            place=_text(f"place_{place}", channel=f"<#{channel_id}>"),
        )
        for place, channel_id, permissions in preflight.missing
        for permission in permissions
    ]
    complaints += [_text(f"problem_{problem}") for problem in preflight.problems]
    listed = "\n".join(f"{params.EMOJIS['warning']} {complaint}" for complaint in complaints)
    if preflight.blocks:
        embed = _embed("not_configured")
        embed.description = f"{embed.description}\n\n{listed}"
    else:
        embed = _embed(
            "configured", panel=f"<#{config.panel_channel_id}>", transcript=f"<#{config.transcript_channel_id}>"
        )
        if listed:
            embed.description = f"{embed.description}\n\n**{_text('configured_warnings')}**\n{listed}"
    return Message(embeds=(embed,))


def refusal(error: errors.TicketError) -> Message:
    """Turn a refusal into words: what is wrong and, where somebody can mend it, who."""
    return _refused(_words(error))


def unknown() -> Message:
    """Answer the use of a button or a command that nobody knows any more."""
    return _refused(_text("unknown"))


def failure() -> Message:
    """Answer after a fault of the bot's own."""
    return _refused(_text("failed"))


@singledispatch
def _words(error: errors.TicketError) -> str:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    return _text(f"refused_{name}")


@_words.register
def _(error: errors.AlreadyOpenError) -> str:
    if error.channel_id is None:
        return _text("refused_already_opening")
    return _text("refused_already_open", channel=f"<#{error.channel_id}>")


@_words.register
def _(error: errors.AlreadyClaimedError) -> str:
    return _text("refused_already_claimed", claimer=f"<@{error.claimer_id}>")


@_words.register
def _(error: errors.WrongStateError) -> str:
    return _text(f"refused_wrong_state_{error.state}")


@_words.register
def _(error: errors.MissingPermissionsError) -> str:
    return _text("refused_missing_permissions", place=_place(error.channel_id))


@_words.register
def _(error: errors.DiscordBusyError) -> str:
    return _text("refused_discord_busy", seconds=str(max(1, round(error.retry_after))))


@_words.register
def _(error: errors.DiscordRefusedError) -> str:
    return _text("refused_discord_refused", code=str(error.code))


def _place(channel_id: ChannelId | None) -> str:
    return "" if channel_id is None else _text("at_place", channel=f"<#{channel_id}>")


def _refused(words: str) -> Message:
    embed = hikari.Embed(title=_text("refused_title"), description=words, color=params.EMBED_COLOR)
    return Message(embeds=(_with_footer(embed),))


def _embed(key: str, **values: str) -> hikari.Embed:
    embed = hikari.Embed(
        title=_text(f"{key}_title", **values), description=_text(f"{key}_text", **values), color=params.EMBED_COLOR
    )
    return _with_footer(embed)


def _with_footer(embed: hikari.Embed) -> hikari.Embed:
    if params.EMBED_FOOTER_TEXT:
        embed.set_footer(params.EMBED_FOOTER_TEXT, icon=params.EMBED_FOOTER_ICON_URL or None)
    return embed


def _text(key: str, **values: str) -> str:
    return params.MESSAGES[key].format(**values)
