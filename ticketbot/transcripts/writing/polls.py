"""Polls, reactions, stickers, threads and invitations: what hangs below a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.model import AttachmentKind, Unreadable
from ticketbot.transcripts.writing import files, frames

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ticketbot.transcripts.model import Activity, Poll, PollAnswer, Reaction, Sticker, Thread
    from ticketbot.transcripts.writing.scribe import Scribe


def poll(shown: Poll, scribe: Scribe) -> str:
    """Write a poll with its votes."""
    words = scribe.words.message
    votes = [answer.votes for answer in shown.answers if not isinstance(answer, Unreadable)]
    answers = "".join(_answer(answer, sum(votes), max(votes, default=0), scribe) for answer in shown.answers)
    about = [scribe.words.count(sum(votes), words.votes)]
    if shown.is_multiselect:
        about.append(escape(words.poll_multiple))
    if shown.expires_at:
        about.append(escape(words.poll_ends).format(scribe.calendar.full_element(shown.expires_at)))
    if shown.is_finalized:
        about.append(escape(words.poll_final))
    return (
        f'<div class="p"><p><small>{escape(words.poll)}</small> <strong>{escape(shown.question)}</strong></p>'
        f"<ul>{answers}</ul><small>{' · '.join(about)}</small></div>"
    )


def _answer(answer: PollAnswer | Unreadable, total: int, most: int, scribe: Scribe) -> str:
    if isinstance(answer, Unreadable):
        return f"<li>{frames.unreadable(answer, scribe)}</li>"
    share = round(100 * answer.votes / total) if total else 0
    text = f"{scribe.any_emoji(answer.emoji)} {escape(answer.text)}".strip()
    votes = scribe.words.count(answer.votes, scribe.words.message.votes)
    leads = ' class="top"' if answer.votes and answer.votes == most else ""
    return f'<li{leads} style="--w:{share}%"><span>{text}</span> <small>{votes} · {share}\u00a0%</small></li>'


def reactions(parts: Iterable[Reaction | Unreadable], scribe: Scribe) -> str:
    """Write the reactions under a message."""
    return f'<ul class="r">{"".join([_reaction(part, scribe) for part in parts])}</ul>'


def _reaction(reaction: Reaction | Unreadable, scribe: Scribe) -> str:
    if isinstance(reaction, Unreadable):
        return f"<li>{frames.unreadable(reaction, scribe)}</li>"
    count = scribe.words.number(reaction.count)
    if not reaction.burst_count:
        return f"<li>{scribe.any_emoji(reaction.emoji)} {count}</li>"
    of_them = escape(scribe.words.message.super_reaction.format(scribe.words.number(reaction.burst_count)))
    return f'<li class="su">{scribe.any_emoji(reaction.emoji)} {count} <small>({of_them})</small></li>'


def stickers(parts: Iterable[Sticker | Unreadable], scribe: Scribe) -> str:
    """Write the stickers of a message."""
    return "".join(
        frames.unreadable(part, scribe) if isinstance(part, Unreadable) else _sticker(part, scribe) for part in parts
    )


def _sticker(sticker: Sticker, scribe: Scribe) -> str:
    label = scribe.words.message.sticker.format(sticker.name)
    if sticker.url is None:
        return f'<figure class="x"><bdi>{escape(label)}</bdi> <small>{escape(sticker.format)}</small></figure>'
    shown = files.ShownFile(
        url=sticker.url, kind=AttachmentKind.IMAGE, name=label, description=sticker.description, width=160, height=160
    )
    return f'<div class="st">{files.file(shown, scribe)}</div>'


def thread(started: Thread, scribe: Scribe) -> str:
    """Write that a thread was started from a message."""
    words = scribe.words.message
    name = f"<bdi>{escape(started.name)}</bdi>"
    count = scribe.words.count(started.message_count, words.message_count)
    return f'<div class="th">🧵 {escape(words.thread).format(name)} <small>{count}</small></div>'


def activity(shown: Activity, scribe: Scribe) -> str:
    """Write an invitation to do something together."""
    words = scribe.words.message
    name = f"<bdi>{escape(shown.application_name or scribe.words.event_variants['application'])}</bdi>"
    return f'<div class="th">🎮 {escape(words.activity).format(name)}</div>'
