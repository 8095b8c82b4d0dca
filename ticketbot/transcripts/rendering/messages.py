"""Render one message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.markdown import emojis
from ticketbot.transcripts.model.messages import ReplyState
from ticketbot.transcripts.model.unreadable import Unreadable
from ticketbot.transcripts.rendering import (
    components,
    embeds,
    excerpts,
    files,
    fragments,
    message_extras,
    system_messages,
)

if TYPE_CHECKING:
    from ticketbot.transcripts.model.messages import Command, Forward, Reply, Snapshot, TranscriptMessage
    from ticketbot.transcripts.model.users import Author
    from ticketbot.transcripts.rendering.context import RenderContext

_CROSSPOSTED: Final = 1 << 0
_EPHEMERAL: Final = 1 << 6
_LOADING: Final = 1 << 7
_SILENT: Final = 1 << 12

_EXCERPT: Final = 100
_EXCERPT_OUTSIDE: Final = 1000
"""Characters of a message that is not in the transcript itself."""
_THREAD_STARTER: Final = 21
_CONTEXT_MENU_COMMAND: Final = 23
_COMPONENT: Final = 3
_MODAL: Final = 5

_JUMBO_LENGTH: Final = 1500
_JUMBO: Final = re.compile(rf"(?:\s|{emojis.PATTERN})+")
_JUMBO_START: Final = "<"
_JUMBO_FIRST: Final = "\u2022"
"""Few emojis have a smaller first character, and they are rarely sent."""


def render(message: TranscriptMessage, context: RenderContext) -> str:
    """Render a message, without its author's name."""
    context.begin_message(message.mentions, message.timestamp)
    context.mention_channels = message.mention_channels
    if message.type not in system_messages.ORDINARY:
        body = _system(message, context)
    elif _is_plain(message):
        body = _said(message.content, context)
    else:
        body = _above(message, context) + _contents(message, context) + _below(message, context)
    if not message.timestamp:
        body = f"<small>{escape(context.strings.dates.unknown)}</small>{body}"
    time = context.dates.element(message.timestamp) if message.timestamp else ""
    if not message.id or context.message_index.page(message.id) is not None:
        return f'<div class="m"><span class="t">{time}</span>{body}</div>'
    anchor = f"m{message.id}"
    return f'<div class="m" id="{anchor}"><a class="t" href="#{anchor}">{time}</a>{body}</div>'


def _is_plain(message: TranscriptMessage) -> bool:
    """Return whether a message has nothing but text, as most do."""
    return not (
        message.attachments
        or message.reply
        or message.embeds
        or message.reactions
        or message.edited_at
        or message.flags
        or message.components
        or message.command
        or message.stickers
        or message.is_pinned
        or message.forward
        or message.poll
        or message.thread
        or message.activity
        or message.theme_colors
        or message.is_tts
        or message.unreadable
    )


def _system(message: TranscriptMessage, context: RenderContext) -> str:
    told = f'<div class="b">{system_messages.sentence(message, context)}{_edited(message, context)}</div>'
    content = system_messages.rest(message)
    said = f'<div class="b">{context.text(content)}</div>' if content else ""
    return _above(message, context) + told + said + _carried(message, context) + _below(message, context)


# What it says.


def _contents(message: TranscriptMessage | Snapshot, context: RenderContext) -> str:
    content = "" if embeds.is_picture_of(message.content, message.embeds) else message.content
    return _said(content, context, _edited(message, context)) + _carried(message, context)


def _said(content: str, context: RenderContext, edited: str = "") -> str:
    if not content and not edited:
        return ""
    jumbo = " j" if _is_jumbo(content) else ""
    return f'<div class="b{jumbo}">{context.text(content)}{edited}</div>'


def _edited(message: TranscriptMessage | Snapshot, context: RenderContext) -> str:
    if not message.edited_at:
        return ""
    return f" {context.dates.remark_element(message.edited_at, context.strings.message.edited)}"


def _is_jumbo(content: str) -> bool:
    first = content[:1]
    if first < _JUMBO_FIRST and first != _JUMBO_START:
        return False
    return len(content) <= _JUMBO_LENGTH and _JUMBO.fullmatch(content) is not None


def _carried(message: TranscriptMessage | Snapshot, context: RenderContext) -> str:
    written = ""
    if message.attachments:
        written += files.render_attachments(message.attachments, context)
    if message.embeds:
        written += embeds.render(message.embeds, context)
    if message.components:
        written += components.render(message.components, context)
    if message.stickers:
        written += message_extras.render_stickers(message.stickers, context)
    return written


def _below(message: TranscriptMessage, context: RenderContext) -> str:
    written = ""
    if message.poll is not None:
        written += message_extras.render_poll(message.poll, context)
    if message.unreadable:
        written += "".join(fragments.unreadable(part, context) for part in message.unreadable)
    if message.is_pinned or message.is_tts or message.flags:
        written += _marks(message, context)
    if message.thread is not None:
        written += message_extras.render_thread(message.thread, context)
    if message.activity is not None:
        written += message_extras.render_activity(message.activity, context)
    if message.theme_colors:
        written += message_extras.render_theme(message.theme_colors, context)
    if message.reactions:
        written += message_extras.render_reactions(message.reactions, context)
    return written


def _marks(message: TranscriptMessage, context: RenderContext) -> str:
    strings = context.strings.message
    marks = [
        (message.is_tts, "🔈", strings.tts),
        (message.flags & _SILENT, "🔕", strings.silent),
        (message.flags & _EPHEMERAL, "👁", strings.ephemeral),
        (message.flags & _CROSSPOSTED, "📢", strings.crossposted),
        (message.flags & _LOADING, "⏳", strings.loading),
    ]
    pinned = f'<small class="k-m pin">📌 {escape(strings.pinned)}</small>' if message.is_pinned else ""
    return pinned + "".join(
        f'<small class="k-m">{sign} {escape(word)}</small>' for is_set, sign, word in marks if is_set
    )


# What it answers.


def _above(message: TranscriptMessage, context: RenderContext) -> str:
    written = ""
    if message.command is not None:
        written += _command(message.command, context, "" if message.type == _CONTEXT_MENU_COMMAND else "/")
    if message.reply is not None:
        written += _reply(message.reply, message, context)
    if message.forward is not None:
        written += _forward(message.forward, message, context)
    return written


def _person(author: Author | None, context: RenderContext) -> str:
    if author is None:
        return escape(context.strings.message.unknown_user)
    color = context.stylesheet.text_color(context.color(author))
    title = escape(context.identity(author))
    return f'<b><bdi class="nm{color}" title="{title}">{escape(context.name(author))}</bdi></b>'


def _command(command: Command, context: RenderContext, sigil: str) -> str:
    strings = context.strings.message
    template = {_COMPONENT: strings.answers_component, _MODAL: strings.answers_modal}.get(command.type, strings.used)
    if template == strings.used and not command.name:
        template = strings.used_unnamed
    named = f'<span class="n">{sigil}{escape(command.name)}</span>'
    written = escape(template).format(user=_person(command.user, context), command=named)
    return f'<div class="q">↳ {written}</div>'


def _reply(reply: Reply, message: TranscriptMessage, context: RenderContext) -> str:
    strings = context.strings.message
    target = context.href(reply.message_id)
    if reply.state is ReplyState.DELETED and target is None:
        return f'<div class="q">↱ <i>{escape(strings.reply_deleted)}</i></div>'
    if reply.state is not ReplyState.LOADED:
        seen = (
            f'<a href="{target}">{escape(strings.reply_to)}</a>'
            if target
            else f"<i>{escape(strings.reply_unknown)}</i>"
        )
        return f'<div class="q">↱ {seen}</div>'
    context.begin_message(reply.mentions, message.timestamp)
    is_elsewhere = target is None or message.type == _THREAD_STARTER
    excerpt = excerpts.render(reply.content, _EXCERPT_OUTSIDE if is_elsewhere else _EXCERPT, context)
    context.begin_message(message.mentions, message.timestamp)
    if reply.has_attachments:
        excerpt = f"{excerpt} 📎 <i>{escape(strings.reply_attachment)}</i>".strip()
    person = _person(reply.author, context)
    if target is None:
        return f'<div class="q">↱ {person} {excerpt} <i>({escape(strings.reply_outside)})</i></div>'
    hidden = f'<span class="sr">{escape(strings.reply_to)} </span>'
    return f'<div class="q">↱ {hidden}<a href="{target}">{person} {excerpt}</a></div>'


def _forward(forward: Forward, message: TranscriptMessage, context: RenderContext) -> str:
    strings = context.strings.message
    label = escape(strings.forwarded)
    if forward.channel_id is not None:
        label = escape(strings.forwarded_from).format(context.channel(forward.channel_id))
    written = "".join(_snapshot(snapshot, context) for snapshot in forward.snapshots)
    context.begin_message(message.mentions, message.timestamp)
    return f'<div class="f"><div class="q">↱ <i>{label}</i></div>{written}</div>'


def _snapshot(snapshot: Snapshot | Unreadable, context: RenderContext) -> str:
    if isinstance(snapshot, Unreadable):
        return fragments.unreadable(snapshot, context)
    context.begin_message(snapshot.mentions, snapshot.timestamp)
    moment = context.dates.full_element(snapshot.timestamp)
    return f"{_contents(snapshot, context)}<small>{moment}</small>"
