"""What a new ticket's channel shows besides the welcome: the answers to a topic's form, and a quoted message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.tickets.form_files import (
    TOGETHER_LIMIT,
    UPLOADS_LIMIT,
    FileKind,
    FormFile,
    SubmittedFile,
)
from ticketbot.tickets.ids import ChannelId, MessageId, UserId  # noqa: TC001 - read at run time, to store them

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@attrs.frozen(kw_only=True)
class Answer:
    """One question as it was asked, and what was answered."""

    question: str
    text: str
    """As it was typed, choices on a line each; a member, a role or a channel as a mention."""
    is_mention: bool = False
    files: tuple[SubmittedFile, ...] = ()
    """What was uploaded; ``text`` names them."""
    file_kinds: tuple[FileKind, ...] = ()
    """The kinds of files that the question accepts."""


@attrs.frozen(kw_only=True)
class Quote:
    """A message of the server, about which a ticket is opened."""

    author_id: UserId
    author_name: str
    channel_id: ChannelId
    message_id: MessageId
    """Its id tells when it was written."""
    text: str
    """Without its embeds and files; empty if it has no words."""


def file_batches(answers: Iterable[Answer]) -> Sequence[Sequence[FormFile]]:
    """Return the files of a form as they are shared among messages: as many in each as Discord takes."""
    found: list[list[FormFile]] = []
    size = 0
    for answer in answers:
        for file in answer.files:
            if not found or len(found[-1]) == UPLOADS_LIMIT or size + file.size > TOGETHER_LIMIT:
                found.append([])
                size = 0
            found[-1].append(FormFile(question=answer.question, file=file, kinds=answer.file_kinds))
            size += file.size
    return found
