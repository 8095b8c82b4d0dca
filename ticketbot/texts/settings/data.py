"""The chapter of data: a file of all settings, what its import would change, and the way back to the defaults."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

import attrs
import hikari

from ticketbot import text_length
from ticketbot.texts import lacking
from ticketbot.texts.message import Message
from ticketbot.texts.settings import components, pages, values
from ticketbot.texts.settings.components import CHOOSE, DATA
from ticketbot.texts.settings.notes import Note, lacking_lines
from ticketbot.texts.settings.topics import Body
from ticketbot.tickets.server_names import NAMED_KINDS
from ticketbot.tickets.settings_forms import REPLACED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import GuildConfig, GuildId
    from ticketbot.tickets.preflight import Preflight
    from ticketbot.tickets.server_names import Unknown
    from ticketbot.tickets.settings_forms import Setting
    from ticketbot.tickets.topics import Topic

FILE_NAME: Final = "ticketbot-settings.json"
CHAPTER: Final = "data"
_MOST_EXPOSED: Final = 1
"""Whole warnings of channels that others can read: each says the same, so that the others are a line each."""
_EXPOSED_NAME: Final = 24
"""Characters of a topic's name in such a line."""
CHOICES_LIMIT: Final = 5
"""Things that one form asks for: Discord takes five fields."""
_LABEL: Final = 45
"""Characters of a field's label. Source: Discord's documentation, "Component Reference", "Label Structure"."""
_NAME: Final = 100
_UNKNOWN: Final = re.compile(r"`([^`]*)`(?: → (.+))?", re.DOTALL)
"""What is not found in a field of the question, and what stands for it."""
_DIFFERENCE: Final = 2000
_MISSING: Final = 280
_WARNINGS: Final = 1000
"""Characters of the parts of what an import would change."""


def exported(texts: LocalizedTexts, content: str) -> Message:
    """Return the message that carries all settings as a file."""
    return Message(
        embeds=(texts.titled(None, texts.text("settings_exported", emoji=texts.emoji("done"))),),
        file=(FILE_NAME, content.encode()),
    )


@attrs.frozen(kw_only=True)
class Preview:
    """What the import of a file would change."""

    guild_id: GuildId
    before: str
    """The settings as a file, as they are."""
    after: str
    """The same as they would be."""
    missing: Sequence[str] = ()
    """The names of what the server has not."""
    lacking: Sequence[tuple[Topic | None, Preflight]] = ()
    """What the bot would lack."""
    confirm: str
    """The argument of the button that imports."""
    was_asked: bool = False
    """Whether something was asked for, and can be chosen again."""


def preview(texts: LocalizedTexts, shown: Preview) -> Message:
    """Return what the import of a file would change, and the question whether to."""
    before, after, missing = shown.before, shown.after, shown.missing
    warnings = lacking_lines(texts, shown.lacking)
    is_blocked = any(preflight.blocks for _, preflight in shown.lacking)
    if is_blocked:
        said = [texts.text("settings_refused", emoji=texts.emoji("refused"))]
    elif before == after:
        said = [texts.text("settings_import_same")]
    else:
        said = [texts.text("settings_import_preview"), _difference(texts, before, after)]
    if missing:
        said.append(texts.text("settings_import_missing", names=shown_names(missing)))
    if warnings:
        said.append(values.fit(warnings, _WARNINGS))
    buttons = [components.button(texts, DATA, "cancel", "settings_import_cancel_button")]
    if not is_blocked and before != after:
        style = hikari.ButtonStyle.DANGER
        buttons.insert(0, components.button(texts, DATA, shown.confirm, "settings_import_confirm_button", style=style))
    if shown.was_asked:
        buttons.insert(
            -1, components.button(texts, DATA, components.ref("choices", 0), "settings_choices_again_button")
        )
    embeds = (texts.titled(_title(texts), "\n\n".join(said)), *_exposed(texts, shown))
    return Message(embeds=embeds, rows=components.rows(buttons))


def choices(texts: LocalizedTexts, unknown: Sequence[Unknown], at: int, digest: str) -> Message:
    """Return the question what stands for what the server does not have, from the ``at``-th on, as far as a form goes.

    The button carries the ``digest`` of all, and of which of ``NAMED_KINDS`` each of the embed's fields is.
    """
    asked = unknown[at : at + CHOICES_LIMIT]
    places = f"{at + 1}–{at + len(asked)}" if len(asked) > 1 else str(at + 1)
    embed = texts.titled(_title(texts), texts.text("settings_choices", value=places, count=str(len(unknown))))
    for one in asked:
        setting = REPLACED[one.kind]
        name = values.clip(one.label.replace("`", "\u02cb"), _NAME) or "?"  # what is typed cannot end the code
        by = "" if one.by is None else f" → {values.MENTIONS.get(setting.kind, '{}').format(one.by)}"
        embed.add_field(name=texts.text(f"settings_label_{setting.key}"), value=f"`{name}`{by}")
    kinds = "".join(str(NAMED_KINDS.index(one.kind)) for one in asked)
    choose = components.ref(str(at), digest, kinds)
    style = hikari.ButtonStyle.PRIMARY
    buttons = [
        components.button(texts, CHOOSE, choose, "settings_choices_button", style=style),
        components.button(texts, DATA, components.ref("leave", at), "settings_choices_leave_button"),
        components.button(texts, DATA, "cancel", "settings_import_cancel_button"),
    ]
    return Message(embeds=(embed,), rows=components.rows(buttons))


def read_choices(kinds: str, embeds: Sequence[hikari.Embed]) -> Sequence[tuple[Setting, str, object]]:
    """Return what such a question asks for: how, by which label, and what stands for it.

    ``kinds`` are from the button under it.
    """
    fields = next((one.fields for one in embeds if one.fields), ())
    found: list[tuple[Setting, str, object]] = []
    for kind, field in zip(kinds, fields, strict=False):
        match = _UNKNOWN.fullmatch(field.value)
        if match is not None and kind.isascii() and kind.isdecimal() and int(kind) < len(NAMED_KINDS):
            setting, name, by = REPLACED[NAMED_KINDS[int(kind)]], match[1], match[2] or ""
            is_mention = setting.kind in values.MENTIONS
            value = values.mentioned_ids(by) if is_mention else by
            room = _LABEL if text_length.in_utf16(name) == len(name) else _LABEL // 2
            found.append((setting, values.clip(name, room), value))
    return found


def reset_question(texts: LocalizedTexts, config: GuildConfig) -> Message:
    """Return the question before all settings go back to their defaults."""
    words = texts.text("settings_reset_question", count=str(len(config.topics)))
    style = hikari.ButtonStyle.DANGER
    confirm = components.button(texts, DATA, "really-reset", "settings_reset_confirm_button", style=style)
    body = Body(text=words, rows=components.rows([confirm]))
    return pages.build(texts, texts.text("settings_chapter_data"), body, CHAPTER, Note())


def shown_names(names: Iterable[str]) -> str:
    """Return the names of what a server does not have, as far as there is room."""
    return values.clip(", ".join(values.quoted(name) for name in names), _MISSING)


def _title(texts: LocalizedTexts) -> str:
    return f"{texts.emoji('settings')} {texts.text('settings_chapter_data')}"


def _exposed(texts: LocalizedTexts, shown: Preview) -> Iterator[hikari.Embed]:
    """Yield a warning that names each topic whose transcripts others than its staff can read, and their channel."""
    found = [
        (topic, f"<#{topic.transcript_channel_id}>", preflight.transcript_readers)
        for topic, preflight in shown.lacking
        if topic is not None and topic.transcript_channel_id is not None and preflight.transcript_readers
    ]
    for _, channel, readers in found[:_MOST_EXPOSED]:
        yield texts.embed("settings_exposed", roles=lacking.readers(shown.guild_id, readers), channel=channel)
    lines = [
        f"{texts.text('settings_topic_warning', topic=values.quoted(topic.name, _EXPOSED_NAME))} {channel}"
        for topic, channel, _ in found
    ]
    if len(found) > _MOST_EXPOSED:
        yield texts.titled(None, "\n".join(lines))


def _difference(texts: LocalizedTexts, before: str, after: str) -> str:
    """Return the lines of a file that would change, as a block of code."""
    lines = [*difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)][2:]
    shown: list[str] = []
    room = _DIFFERENCE
    for line in lines:
        clipped = values.clip_end(line.replace("`", "\u02cb"), 200)  # what is typed cannot end the block
        room -= len(clipped) + 1
        if room < 0:
            break
        shown.append(clipped)
    block = "\n".join(["```diff", *shown, "```"])
    left = len(lines) - len(shown)
    return block if not left else f"{block}\n{texts.text('settings_import_more', count=str(left))}"
