"""Forms: a topic's questions as a modal, and a submission as answers.

A field's custom id holds its question. So a form that comes back after its questions were changed, after a restart or
to another process is read as it was asked, and nothing is kept meanwhile.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import hikari

from ticketbot.interactions import custom_ids
from ticketbot.interactions.modals import (
    TITLE_LIMIT,
    Choice,
    ChoiceField,
    EntityField,
    FileField,
    LabelledField,
    ModalBuilder,
    TextField,
)
from ticketbot.tickets.answers import Answer
from ticketbot.tickets.form_files import UPLOADS_LIMIT, FileKind, SubmittedFile
from ticketbot.tickets.topics import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ticketbot.interactions.modals import Field
    from ticketbot.tickets.model import InputValue
    from ticketbot.tickets.topics import Question, Topic

CUSTOM_ID: Final = "ticket:form"
_RADIO_LIMIT: Final = 10
"""Options of a radio group; more are a select."""

_ENTITIES: Final[Mapping[QuestionKind, tuple[hikari.ComponentType, str]]] = {
    QuestionKind.MEMBER: (hikari.ComponentType.USER_SELECT_MENU, "<@{}>"),
    QuestionKind.ROLE: (hikari.ComponentType.ROLE_SELECT_MENU, "<@&{}>"),
    QuestionKind.CHANNEL: (hikari.ComponentType.CHANNEL_SELECT_MENU, "<#{}>"),
}
"""The component of a kind of question, and how an answer is mentioned."""
_MENTIONS: Final[Mapping[str, str]] = {str(kind): mention for kind, (_, mention) in _ENTITIES.items()}
_FIELD: Final = re.compile(r"([a-z]+)(?:-([a-z]*))?:(\d):(.+)", re.DOTALL)
_KIND_LETTERS: Final[Mapping[str, FileKind]] = {str(kind)[0]: kind for kind in FileKind}
"""How a field's id names the kinds of files that its question accepts."""


def build(topic: Topic, base: str = CUSTOM_ID) -> ModalBuilder:
    """Return the modal with a topic's questions; the topic's id follows the ``base`` of its custom id."""
    fields = [
        LabelledField(
            custom_id=f"{_kind_of(question)}:{index}:{question.label}",
            label=question.label,
            description=question.help,
            field=_field(question),
        )
        for index, question in enumerate(topic.questions)
    ]
    custom_id = custom_ids.with_argument(base, topic.id)
    return ModalBuilder(title=topic.name.strip()[:TITLE_LIMIT], custom_id=custom_id, fields=fields)


def read(inputs: Mapping[str, InputValue]) -> tuple[Answer, ...]:
    """Return the answers of a submission, in the order of the questions; questions without an answer are left out."""
    found = sorted(_answers(inputs), key=lambda answer: answer[0])
    return tuple(answer for _, answer in found)


def _kind_of(question: Question) -> str:
    kinds = "".join(str(kind)[0] for kind in question.file_kinds)
    return f"{question.kind}-{kinds}" if kinds else str(question.kind)


def _answers(inputs: Mapping[str, InputValue]) -> Iterator[tuple[int, Answer]]:
    for custom_id, value in inputs.items():
        match = _FIELD.fullmatch(custom_id)
        values: Sequence[object] = [value] if isinstance(value, str) else value if isinstance(value, tuple) else ()
        files = tuple(one for one in values if isinstance(one, SubmittedFile))
        texts = [one for one in values if isinstance(one, str) and one.strip()] or [file.name for file in files]
        if match is None or not texts:
            continue
        kind, letters, index, label = match.groups()
        mention = _MENTIONS.get(kind, "{}")
        yield (
            int(index),
            Answer(
                question=label,
                text="\n".join(mention.format(one) for one in texts),
                is_mention=mention != "{}",
                files=files,
                file_kinds=tuple(_KIND_LETTERS[one] for one in letters or "" if one in _KIND_LETTERS),
            ),
        )


def _field(question: Question) -> Field:
    required = question.is_required
    if question.kind in _ENTITIES:
        return EntityField(component=_ENTITIES[question.kind][0], is_required=required)
    if question.kind is QuestionKind.FILES:
        return FileField(is_required=required, max_values=UPLOADS_LIMIT)
    if question.choices:
        several = question.kind is QuestionKind.SEVERAL
        return ChoiceField(
            choices=[Choice(choice, choice) for choice in question.choices],
            is_required=required,
            max_values=len(question.choices) if several else 1,
            is_select=not several and len(question.choices) > _RADIO_LIMIT,
        )
    return TextField(
        is_long=question.kind is QuestionKind.LONG,
        is_required=required,
        min_length=question.min_length,
        max_length=question.max_length,
    )
