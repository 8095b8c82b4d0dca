"""Render what is attached to a message: polls, reactions, stickers, threads and activity invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.model.attachments import AttachmentKind
from ticketbot.transcripts.model.media import MediaKind
from ticketbot.transcripts.model.unreadable import Unreadable
from ticketbot.transcripts.rendering import colors, files, fragments
from ticketbot.transcripts.rendering.placeholders import DisplayedFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ticketbot.transcripts.model.emojis import Reaction, Sticker
    from ticketbot.transcripts.model.messages import Activity, Poll, PollAnswer, Thread
    from ticketbot.transcripts.rendering.context import RenderContext


def render_poll(poll: Poll, context: RenderContext) -> str:
    """Render a poll with its votes."""
    strings = context.strings.message
    votes = [answer.votes for answer in poll.answers if not isinstance(answer, Unreadable)]
    answers = "".join(_answer(answer, sum(votes), max(votes, default=0), context) for answer in poll.answers)
    about = [context.strings.count(sum(votes), strings.votes)]
    if poll.is_multiselect:
        about.append(escape(strings.poll_multiple))
    if poll.expires_at:
        about.append(escape(strings.poll_ends).format(context.dates.full_element(poll.expires_at)))
    if poll.is_finalized:
        about.append(escape(strings.poll_final))
    return (
        f'<div class="p"><p><small>{escape(strings.poll)}</small> <strong>{escape(poll.question)}</strong></p>'
        f"<ul>{answers}</ul><small>{' · '.join(about)}</small></div>"
    )


def _answer(answer: PollAnswer | Unreadable, total: int, most: int, context: RenderContext) -> str:
    if isinstance(answer, Unreadable):
        return f"<li>{fragments.unreadable(answer, context)}</li>"
    share = round(100 * answer.votes / total) if total else 0
    text = f"{context.any_emoji(answer.emoji)} {escape(answer.text)}".strip()
    votes = context.strings.count(answer.votes, context.strings.message.votes)
    leads = ' class="top"' if answer.votes and answer.votes == most else ""
    return f'<li{leads} style="--w:{share}%"><span>{text}</span> <small>{votes} · {share}\u00a0%</small></li>'


def render_reactions(parts: Iterable[Reaction | Unreadable], context: RenderContext) -> str:
    """Render the reactions to a message."""
    return f'<ul class="r">{"".join([_reaction(part, context) for part in parts])}</ul>'


def _reaction(reaction: Reaction | Unreadable, context: RenderContext) -> str:
    if isinstance(reaction, Unreadable):
        return f"<li>{fragments.unreadable(reaction, context)}</li>"
    count = context.strings.number(reaction.count)
    if not reaction.burst_count:
        return f"<li>{context.any_emoji(reaction.emoji)} {count}</li>"
    of_them = escape(context.strings.message.super_reaction.format(context.strings.number(reaction.burst_count)))
    return f'<li class="su">{context.any_emoji(reaction.emoji)} {count} <small>({of_them})</small></li>'


def render_stickers(parts: Iterable[Sticker | Unreadable], context: RenderContext) -> str:
    """Render the stickers of a message."""
    return "".join(
        fragments.unreadable(part, context) if isinstance(part, Unreadable) else _sticker(part, context)
        for part in parts
    )


def _sticker(sticker: Sticker, context: RenderContext) -> str:
    label = context.strings.message.sticker.format(sticker.name)
    if sticker.url is None:
        return f'<figure class="x"><bdi>{escape(label)}</bdi> <small>{escape(sticker.format)}</small></figure>'
    poll = DisplayedFile(
        url=sticker.url,
        kind=AttachmentKind.IMAGE,
        name=label,
        file_name=sticker.name,
        description=sticker.description,
        width=160,
        height=160,
        media_kind=MediaKind.STICKER,
    )
    return f'<div class="st">{files.render_file(poll, context)}</div>'


def render_thread(started: Thread, context: RenderContext) -> str:
    """Render the thread that was started from a message."""
    strings = context.strings.message
    name = f"<bdi>{escape(started.name)}</bdi>"
    count = context.strings.count(started.message_count, strings.message_count)
    return f'<div class="th">🧵 {escape(strings.thread).format(name)} <small>{count}</small></div>'


def render_activity(poll: Activity, context: RenderContext) -> str:
    """Render an activity invitation."""
    strings = context.strings.message
    name = f"<bdi>{escape(poll.application_name or context.strings.event_variants['application'])}</bdi>"
    return f'<div class="th">🎮 {escape(strings.activity).format(name)}</div>'


def render_theme(theme_colors: Iterable[int], context: RenderContext) -> str:
    """Render a shared client theme by its colours."""
    written = ", ".join(
        f'<i class="sw" style="background:{colors.css(color)}"></i> {colors.css(color)}' for color in theme_colors
    )
    return f'<div class="th">🎨 {escape(context.strings.message.theme).format(written)}</div>'
