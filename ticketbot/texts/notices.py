"""What a ticket's channel shows: its topic, and a notice for each move; both are recognised again here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.config import params_validators
from ticketbot.texts import buttons, message
from ticketbot.texts.buttons import ButtonId
from ticketbot.texts.message import Message
from ticketbot.tickets import creations, naming
from ticketbot.tickets.inheritance import settings_of
from ticketbot.tickets.model import Notice, TicketState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import hikari

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import Change, GuildConfig, RoleId, Ticket


def topic(texts: LocalizedTexts, ticket: Ticket) -> str:
    """Return the topic of a ticket's channel, with the moment of its last creation; ``creation_of`` recognises it."""
    opened_at = message.timestamp(creations.moments(ticket)[-1])
    return texts.text(
        "topic", number=naming.number_text(ticket.number), opener=message.mention(ticket.opener_id), opened_at=opened_at
    )


def notice(texts: LocalizedTexts, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> Message:
    """Return the notice of a ticket's last move; ``is_notice`` recognises it."""
    if ticket.notice is None or ticket.notice is Notice.WELCOME:
        return _welcome(texts, ticket, config, lost_roles)
    if ticket.notice is Notice.MOVED:
        return _moved(texts, ticket, config)
    return _LATER[ticket.notice](texts, ticket)


def no_category(texts: LocalizedTexts, ticket: Ticket, config: GuildConfig, *, is_full: bool) -> Message:
    """Return the message for the staff that no category took the channel of a ticket."""
    categories = ", ".join(f"<#{category_id}>" for category_id in settings_of(ticket, config).category_ids)
    key = "categories_full" if is_full else "categories_missing"
    return message.build(texts, key, opener=message.mention(ticket.opener_id), categories=categories)


def claimed(texts: LocalizedTexts, ticket: Ticket) -> Message:
    """Return the notice that names the claimer."""
    return _build(texts, ticket, "claimed", claimer=message.mention(ticket.claimer_id))


def _welcome(texts: LocalizedTexts, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId]) -> Message:
    opener = message.mention(ticket.opener_id)
    settings = settings_of(ticket, config)
    embeds = [_greeting(texts, ticket, config)]
    if lost_roles:
        embeds.append(texts.embed("lost_roles", roles=", ".join(f"`{role_id}`" for role_id in lost_roles)))
    roles = tuple(role_id for role_id in settings.staff_role_ids if role_id not in lost_roles)
    return Message(
        embeds=tuple(embeds),
        content=" ".join([*(f"<@&{role_id}>" for role_id in roles), opener]),
        rows=buttons.build_rows((ButtonId.CLAIM, ButtonId.CLOSE, ButtonId.MENU), texts),
        pinged_roles=roles,
        pinged_users=(ticket.opener_id,),
    )


def _greeting(texts: LocalizedTexts, ticket: Ticket, config: GuildConfig) -> hikari.Embed:
    """Return the welcome's embed: the topic's words, or else the server's, or else the built-in ones."""
    settings = settings_of(ticket, config)
    number, opener = naming.number_text(ticket.number), message.mention(ticket.opener_id)
    is_opened_for = ticket.opened_by_id is not None
    embed = texts.embed("welcome", number=number, opener=opener)
    if is_opened_for:
        embed.description = texts.text("welcome_for_text", opener=opener, member=message.mention(ticket.opened_by_id))
    embed.title = config.welcome_title or embed.title
    if settings.topic_name is not None:
        embed.title = f"{embed.title} · {settings.topic_name}"[: params_validators.TITLE]
    topic = settings.topic
    has_own = topic is not None and bool(topic.welcome_title or topic.welcome_text or topic.welcome_sections)
    if not has_own and not config.welcome_text:
        for key in () if is_opened_for else ("problem", "partnership", "application"):
            embed.add_field(name=texts.title(f"welcome_{key}"), value=texts.text(f"welcome_{key}_text"))
        return embed
    own_text = (topic.welcome_text if topic is not None else None) or config.welcome_text
    if is_opened_for:
        embed.description = "\n\n".join(filter(None, (embed.description, own_text)))
    else:
        embed.description = own_text or texts.text("welcome_topic_text", opener=opener)
    if topic is None:
        return embed
    embed.title = topic.welcome_title or embed.title
    for section in topic.welcome_sections:
        embed.add_field(name=section.title, value=section.text)
    return embed


def _closed(texts: LocalizedTexts, ticket: Ticket) -> Message:
    closer, opener = message.mention(ticket.closer_id), message.mention(ticket.opener_id)
    built = _build(texts, ticket, "closed", ButtonId.REOPEN, ButtonId.DELETE, closer=closer, opener=opener)
    if ticket.close_reason is not None:
        built.embeds[0].add_field(name=texts.text("closed_reason_title"), value=ticket.close_reason)
    return built


def closed_by_direct_message(texts: LocalizedTexts, ticket: Ticket, config: GuildConfig, server: str) -> Message:
    """Return the direct message to the opener of a ticket that was closed."""
    embed = texts.embed(
        "closed_direct",
        number=naming.number_text(ticket.number),
        server=message.escape(server),
        closer=message.mention(ticket.closer_id),
        panel=f"<#{config.panel_channel_id}>",
    )
    if ticket.close_reason is not None:
        embed.add_field(name=texts.text("closed_reason_title"), value=ticket.close_reason)
    return Message(embeds=(embed,))


def _reopened(texts: LocalizedTexts, ticket: Ticket) -> Message:
    opener = message.mention(ticket.opener_id)
    shown = (ButtonId.CLAIM, ButtonId.CLOSE) if ticket.claimer_id is None else (ButtonId.CLOSE,)
    built = _build(texts, ticket, "reopened", *shown, opener=opener)
    return attrs.evolve(built, content=opener, pinged_users=(ticket.opener_id,))


def _close_undone(texts: LocalizedTexts, ticket: Ticket) -> Message:
    shown = (ButtonId.CLAIM, ButtonId.CLOSE) if ticket.claimer_id is None else (ButtonId.CLOSE,)
    member, opener = message.mention(_change(ticket).by_id), message.mention(ticket.opener_id)
    return _build(texts, ticket, "close_undone", *shown, member=member, opener=opener)


def _close_requested(texts: LocalizedTexts, ticket: Ticket) -> Message:
    member, opener = message.mention(_change(ticket).by_id), message.mention(ticket.opener_id)
    shown = (ButtonId.AGREE, ButtonId.DECLINE)
    built = _build(texts, ticket, "close_requested", *shown, member=member, opener=opener)
    return attrs.evolve(built, content=opener, pinged_users=(ticket.opener_id,))


def _close_declined(texts: LocalizedTexts, ticket: Ticket) -> Message:
    asker = _change(ticket).member_id
    built = _build(texts, ticket, "close_declined", opener=message.mention(ticket.opener_id))
    return built if asker is None else attrs.evolve(built, content=message.mention(asker), pinged_users=(asker,))


def _unclaimed(texts: LocalizedTexts, ticket: Ticket) -> Message:
    by, before = _change(ticket).by_id, _change(ticket).member_id
    key = "unclaimed" if by == before else "unclaimed_by_other"
    claimer, member = message.mention(before), message.mention(by)
    return _build(texts, ticket, key, ButtonId.CLAIM, claimer=claimer, member=member)


def _transferred(texts: LocalizedTexts, ticket: Ticket) -> Message:
    claimer, member = message.mention(ticket.claimer_id), message.mention(_change(ticket).by_id)
    built = _build(texts, ticket, "transferred", claimer=claimer, member=member)
    pinged = () if ticket.claimer_id is None else (ticket.claimer_id,)
    return attrs.evolve(built, content=claimer, pinged_users=pinged)


def _moved(texts: LocalizedTexts, ticket: Ticket, config: GuildConfig) -> Message:
    """Return the notice that names the new topic, and mentions its team."""
    settings, change = settings_of(ticket, config), _change(ticket)
    shown = (ButtonId.CLAIM, ButtonId.CLOSE) if ticket.claimer_id is None else (ButtonId.CLOSE,)
    shown = shown if ticket.state is TicketState.OPEN else ()
    topic = message.escape(settings.topic_name or "")
    built = _build(texts, ticket, "moved", *shown, member=message.mention(change.by_id), topic=topic)
    if change.member_id is not None:
        given_up = texts.text("moved_unclaimed", claimer=message.mention(change.member_id))
        built.embeds[0].description = f"{built.embeds[0].description} {given_up}"
    mentions = " ".join(f"<@&{role_id}>" for role_id in settings.staff_role_ids)
    return attrs.evolve(built, content=mentions, pinged_roles=settings.staff_role_ids)


def _added(texts: LocalizedTexts, ticket: Ticket) -> Message:
    built = _participants_changed(texts, ticket, "added")
    member_id = _change(ticket).member_id
    if member_id is None:
        return built
    return attrs.evolve(built, content=message.mention(member_id), pinged_users=(member_id,))


def _removed(texts: LocalizedTexts, ticket: Ticket) -> Message:
    return _participants_changed(texts, ticket, "removed")


def _locked(texts: LocalizedTexts, ticket: Ticket) -> Message:
    return _lock_changed(texts, ticket, "locked")


def _unlocked(texts: LocalizedTexts, ticket: Ticket) -> Message:
    return _lock_changed(texts, ticket, "unlocked")


def _renamed(texts: LocalizedTexts, ticket: Ticket) -> Message:
    return _build(
        texts, ticket, "renamed", member=message.mention(_change(ticket).by_id), name=message.escape(ticket.name or "")
    )


def _note_added(texts: LocalizedTexts, ticket: Ticket) -> Message:
    return _build(texts, ticket, "note_added", member=message.mention(_change(ticket).by_id))


def _lock_changed(texts: LocalizedTexts, ticket: Ticket, key: str) -> Message:
    return _build(texts, ticket, key, member=message.mention(_change(ticket).by_id))


def _participants_changed(texts: LocalizedTexts, ticket: Ticket, key: str) -> Message:
    change = _change(ticket)
    target = message.mention(change.member_id) if change.role_id is None else f"<@&{change.role_id}>"
    return _build(texts, ticket, key, member=message.mention(change.by_id), target=target)


def _change(ticket: Ticket) -> Change:
    assert ticket.change is not None, "a notice that needs it was recorded with it"
    return ticket.change


_LATER: Final[Mapping[Notice, Callable[[LocalizedTexts, Ticket], Message]]] = {
    Notice.CLAIMED: claimed,
    Notice.CLOSED: _closed,
    Notice.REOPENED: _reopened,
    Notice.UNCLAIMED: _unclaimed,
    Notice.TRANSFERRED: _transferred,
    Notice.ADDED: _added,
    Notice.REMOVED: _removed,
    Notice.LOCKED: _locked,
    Notice.UNLOCKED: _unlocked,
    Notice.RENAMED: _renamed,
    Notice.NOTE_ADDED: _note_added,
    Notice.CLOSE_UNDONE: _close_undone,
    Notice.CLOSE_REQUESTED: _close_requested,
    Notice.CLOSE_DECLINED: _close_declined,
}
"""The notices of moves; a welcome comes before them."""


def _build(texts: LocalizedTexts, ticket: Ticket, key: str, *shown: ButtonId, **values: str) -> Message:
    """Return a later notice than the welcome: one embed, and buttons with the menu's as the last."""
    rows = buttons.build_rows((*shown, ButtonId.MENU), texts, notice_of=ticket.interaction_id)
    return Message(embeds=(texts.embed(key, **values),), rows=rows)


# Posted messages are recognised by what no owner and no language can change.


def creation_of(channel_topic: str, ticket: Ticket) -> int | None:
    """Return by which creation a channel with this topic was made, from 0; None if it is not the ticket's.

    No two tickets, and no two creations of a ticket's channel, have the same topic.
    """
    opener = message.mention(ticket.opener_id)
    if opener not in channel_topic:
        return None
    number = re.compile(rf"(?<!\d){naming.number_text(ticket.number)}(?!\d)")
    for index, moment in enumerate(creations.moments(ticket)):
        opened_at = message.timestamp(moment)
        rest = channel_topic.replace(opener, " ").replace(opened_at, " ")
        if opened_at in channel_topic and number.search(rest) is not None:
            return index
    return None


def has_answers(posted: Mapping[str, Any]) -> bool:
    """Return whether one of the bot's messages under a welcome holds answers that did not fit into it."""
    return bool(posted.get("embeds")) and not posted.get("content") and not buttons.custom_ids_of(posted)


def is_notice(posted: Mapping[str, Any], ticket: Ticket) -> bool:
    """Return whether one of the bot's messages in a ticket's channel is of the kind of the ticket's notice."""
    found = buttons.custom_ids_of(posted)
    if ticket.notice is Notice.WELCOME:
        return ButtonId.CLAIM in found
    if buttons.menu_of(ticket.interaction_id) in found:
        return True
    # versions before 0.2 posted notices without the menu
    if ticket.notice is Notice.CLAIMED:
        return bool(posted.get("embeds")) and not found and not posted.get("content")
    if ticket.notice is Notice.REOPENED:
        return not found and posted.get("content") == message.mention(ticket.opener_id)
    has_menu = any(custom_id.startswith(ButtonId.MENU) for custom_id in found)
    return ticket.notice is Notice.CLOSED and ButtonId.REOPEN in found and not has_menu
