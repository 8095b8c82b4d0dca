"""One message: what it answers, what it says, and what hangs below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.model import ReplyState, Unreadable
from ticketbot.transcripts.writing import components, embeds, events, excerpts, files, frames, polls

if TYPE_CHECKING:
    from ticketbot.transcripts.model import Author, Command, Forward, Reply, Snapshot, TranscriptMessage
    from ticketbot.transcripts.writing.scribe import Scribe

_CROSSPOSTED: Final = 1 << 0
_EPHEMERAL: Final = 1 << 6
_LOADING: Final = 1 << 7
_SILENT: Final = 1 << 12

_EXCERPT: Final = 100
_EXCERPT_OUTSIDE: Final = 1000
"""Characters of a message that stands nowhere else in the transcript."""
_THREAD_STARTER: Final = 21
_CONTEXT_MENU_COMMAND: Final = 23
_COMPONENT: Final = 3
_MODAL: Final = 5

_JUMBO_LENGTH: Final = 1500
_JUMBO: Final = re.compile(
    r"(?:\s|<a?:\w{1,64}:\d{1,20}>"
    r"|[0-9#*]\ufe0f?\u20e3"
    r"|[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    r"\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\u200d\ufe0f\U000e0020-\U000e007f])+"
)
_JUMBO_START: Final = "<"
_JUMBO_FIRST: Final = "\u2022"
"""No emoji stands alone before this character, but a few that hardly anybody sends."""


def message(shown: TranscriptMessage, scribe: Scribe) -> str:
    """Write a message, without its author's name."""
    scribe.attend(shown.mentions, shown.timestamp)
    if shown.type not in events.ORDINARY:
        body = _system(shown, scribe)
    elif _is_plain(shown):
        body = _said(shown.content, scribe)
    else:
        body = _above(shown, scribe) + _contents(shown, scribe) + _below(shown, scribe)
    if not shown.timestamp:
        body = f"<small>{escape(scribe.words.dates.unknown)}</small>{body}"
    time = scribe.calendar.element(shown.timestamp) if shown.timestamp else ""
    if not shown.id or scribe.anchors.page(shown.id) is not None:
        return f'<div class="m"><span class="t">{time}</span>{body}</div>'
    anchor = f"m{shown.id}"
    return f'<div class="m" id="{anchor}"><a class="t" href="#{anchor}">{time}</a>{body}</div>'


def _is_plain(shown: TranscriptMessage) -> bool:
    """Tell whether a message has nothing but its text, as most have."""
    return not (
        shown.attachments
        or shown.reply
        or shown.embeds
        or shown.reactions
        or shown.edited_at
        or shown.flags
        or shown.components
        or shown.command
        or shown.stickers
        or shown.is_pinned
        or shown.forward
        or shown.poll
        or shown.thread
        or shown.activity
        or shown.is_tts
        or shown.unreadable
    )


def _system(shown: TranscriptMessage, scribe: Scribe) -> str:
    told = f'<div class="b">{events.sentence(shown, scribe)}{_edited(shown, scribe)}</div>'
    content = events.rest(shown)
    said = f'<div class="b">{scribe.text(content)}</div>' if content else ""
    return _above(shown, scribe) + told + said + _carried(shown, scribe) + _below(shown, scribe)


# What it says.


def _contents(shown: TranscriptMessage | Snapshot, scribe: Scribe) -> str:
    return _said(shown.content, scribe, _edited(shown, scribe)) + _carried(shown, scribe)


def _said(content: str, scribe: Scribe, edited: str = "") -> str:
    if not content and not edited:
        return ""
    jumbo = " j" if _is_jumbo(content) else ""
    return f'<div class="b{jumbo}">{scribe.text(content)}{edited}</div>'


def _edited(shown: TranscriptMessage | Snapshot, scribe: Scribe) -> str:
    if not shown.edited_at:
        return ""
    return f" {scribe.calendar.remark_element(shown.edited_at, scribe.words.message.edited)}"


def _is_jumbo(content: str) -> bool:
    first = content[:1]
    if first < _JUMBO_FIRST and first != _JUMBO_START:
        return False
    return len(content) <= _JUMBO_LENGTH and _JUMBO.fullmatch(content) is not None


def _carried(shown: TranscriptMessage | Snapshot, scribe: Scribe) -> str:
    written = ""
    if shown.attachments:
        written += files.attachments(shown.attachments, scribe)
    if shown.embeds:
        written += embeds.embeds(shown.embeds, scribe)
    if shown.components:
        written += components.components(shown.components, scribe)
    if shown.stickers:
        written += polls.stickers(shown.stickers, scribe)
    return written


def _below(shown: TranscriptMessage, scribe: Scribe) -> str:
    written = ""
    if shown.poll is not None:
        written += polls.poll(shown.poll, scribe)
    if shown.unreadable:
        written += "".join(frames.unreadable(part, scribe) for part in shown.unreadable)
    if shown.is_pinned or shown.is_tts or shown.flags:
        written += _marks(shown, scribe)
    if shown.thread is not None:
        written += polls.thread(shown.thread, scribe)
    if shown.activity is not None:
        written += polls.activity(shown.activity, scribe)
    if shown.reactions:
        written += polls.reactions(shown.reactions, scribe)
    return written


def _marks(shown: TranscriptMessage, scribe: Scribe) -> str:
    words = scribe.words.message
    marks = [
        (shown.is_pinned, "📌", words.pinned),
        (shown.is_tts, "🔈", words.tts),
        (shown.flags & _SILENT, "🔕", words.silent),
        (shown.flags & _EPHEMERAL, "👁", words.ephemeral),
        (shown.flags & _CROSSPOSTED, "📢", words.crossposted),
        (shown.flags & _LOADING, "⏳", words.loading),
    ]
    return "".join(f'<small class="k-m">{sign} {escape(word)}</small>' for is_set, sign, word in marks if is_set)


# What it answers.


def _above(shown: TranscriptMessage, scribe: Scribe) -> str:
    written = ""
    if shown.command is not None:
        written += _command(shown.command, scribe, "" if shown.type == _CONTEXT_MENU_COMMAND else "/")
    if shown.reply is not None:
        written += _reply(shown.reply, shown, scribe)
    if shown.forward is not None:
        written += _forward(shown.forward, shown, scribe)
    return written


def _person(author: Author | None, scribe: Scribe) -> str:
    if author is None:
        return escape(scribe.words.message.unknown_user)
    color = scribe.styles.text_color(scribe.color(author))
    return f'<b><bdi class="nm{color}">{escape(scribe.name(author))}</bdi></b>'


def _command(command: Command, scribe: Scribe, sigil: str) -> str:
    words = scribe.words.message
    template = {_COMPONENT: words.answers_component, _MODAL: words.answers_modal}.get(command.type, words.used)
    if template == words.used and not command.name:
        template = words.used_unnamed
    named = f'<span class="n">{sigil}{escape(command.name)}</span>'
    written = escape(template).format(user=_person(command.user, scribe), command=named)
    return f'<div class="q">↳ {written}</div>'


def _reply(reply: Reply, shown: TranscriptMessage, scribe: Scribe) -> str:
    words = scribe.words.message
    target = scribe.href(reply.message_id)
    if reply.state is ReplyState.DELETED and target is None:
        return f'<div class="q">↱ <i>{escape(words.reply_deleted)}</i></div>'
    if reply.state is not ReplyState.LOADED:
        seen = f'<a href="{target}">{escape(words.reply_to)}</a>' if target else f"<i>{escape(words.reply_unknown)}</i>"
        return f'<div class="q">↱ {seen}</div>'
    scribe.attend(reply.mentions, shown.timestamp)
    is_elsewhere = target is None or shown.type == _THREAD_STARTER
    excerpt = excerpts.write(reply.content, _EXCERPT_OUTSIDE if is_elsewhere else _EXCERPT, scribe)
    scribe.attend(shown.mentions, shown.timestamp)
    if reply.has_attachments:
        excerpt = f"{excerpt} 📎 <i>{escape(words.reply_attachment)}</i>".strip()
    person = _person(reply.author, scribe)
    if target is None:
        return f'<div class="q">↱ {person} {excerpt} <i>({escape(words.reply_outside)})</i></div>'
    hidden = f'<span class="sr">{escape(words.reply_to)} </span>'
    return f'<div class="q">↱ {hidden}<a href="{target}">{person} {excerpt}</a></div>'


def _forward(forward: Forward, shown: TranscriptMessage, scribe: Scribe) -> str:
    words = scribe.words.message
    label = escape(words.forwarded)
    if forward.channel_id is not None:
        label = escape(words.forwarded_from).format(scribe.channel(forward.channel_id))
    written = "".join(_snapshot(snapshot, scribe) for snapshot in forward.snapshots)
    scribe.attend(shown.mentions, shown.timestamp)
    return f'<div class="f"><div class="q">↱ <i>{label}</i></div>{written}</div>'


def _snapshot(snapshot: Snapshot | Unreadable, scribe: Scribe) -> str:
    if isinstance(snapshot, Unreadable):
        return frames.unreadable(snapshot, scribe)
    scribe.attend(snapshot.mentions, snapshot.timestamp)
    moment = scribe.calendar.full_element(snapshot.timestamp)
    return f"{_contents(snapshot, scribe)}<small>{moment}</small>"
