"""A form's answers: under the welcome of a ticket, and handed back to a member whose ticket cannot be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot import text_length
from ticketbot.texts import message
from ticketbot.texts.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import hikari

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.answers import Answer
    from ticketbot.tickets.form_files import FileProblem, FormFile

_PART: Final = 3500
"""Characters of answers in one embed, at most; Discord takes 4,096, and counts some characters twice."""
_NAME: Final = 80
"""Characters of a file's name that are shown."""
_TOGETHER: Final = 5500
"""Characters in all embeds of one message, at most; Discord takes 6,000."""


def under(
    texts: LocalizedTexts, welcome: Message, answers: Sequence[Answer], before: Sequence[hikari.Embed] = ()
) -> list[Message]:
    """Return the welcome with the answers in it, or the welcome and messages with answers where they do not fit.

    The embeds ``before`` come before the answers.
    """
    embeds = [*before, *_embeds(texts, answers)]
    if sum(message.embed_length(embed) for embed in (*welcome.embeds, *embeds)) <= _TOGETHER:
        return [attrs.evolve(welcome, embeds=(*welcome.embeds, *embeds))]
    return [welcome, *(Message(embeds=(embed,)) for embed in embeds)]


def handed_back(texts: LocalizedTexts, refusal: Message, answers: Sequence[Answer]) -> Message:
    """Return a refusal with the member's own words, beside it as a file where they are longer than one embed."""
    if not answers:
        return refusal
    embeds = _embeds(texts, answers)
    if len(embeds) == 1:
        embeds[0].title = texts.title("answers_back")
        return attrs.evolve(refusal, embeds=(*refusal.embeds, *embeds))
    words = "\n\n".join(f"{answer.question}\n{answer.text}" for answer in answers)
    return attrs.evolve(refusal, file=(texts.text("answers_file"), words.encode()))


def files(texts: LocalizedTexts, found: Sequence[tuple[FormFile, FileProblem | None]]) -> Message:
    """Return the message that carries a form's files, and says of those that it does not carry why."""
    blocks: dict[str, list[str]] = {}
    for asked, problem in found:
        name = message.escape(asked.file.name[:_NAME])
        line = name if problem is None else f"{name} : {texts.text(f'answers_file_{problem}')}"
        blocks.setdefault(asked.question, []).append(f"- {line}")
    words = "\n".join("\n".join((f"**{message.escape(question)}**", *lines)) for question, lines in blocks.items())
    return Message(embeds=(texts.titled(texts.title("answers_files"), words),))


def _embeds(texts: LocalizedTexts, answers: Sequence[Answer]) -> list[hikari.Embed]:
    return [texts.titled(texts.title("answers"), part) for part in _parts(answers)]


def _parts(answers: Sequence[Answer]) -> Iterator[str]:
    """Yield texts with all answers, each short enough for one embed; no answer is cut off."""
    part = ""
    for answer in answers:
        block = f"**{message.escape(answer.question)}**\n"
        block += answer.text if answer.is_mention else message.escape(answer.text)
        while block:
            if part and text_length.in_utf16(part) + text_length.in_utf16(block) > _PART:
                yield part
                part = ""
            piece = _beginning(block)
            part = f"{part}\n\n{piece}" if part else piece
            block = block[len(piece) :]
    if part:
        yield part


def _beginning(block: str) -> str:
    """Return as much of a text as one embed takes, without parting a backslash from what it escapes."""
    if text_length.in_utf16(block) <= _PART:
        return block
    beginning = block[: _PART // 2]
    backslashes = len(beginning) - len(beginning.rstrip("\\"))
    return beginning[:-1] if backslashes % 2 else beginning
