"""What was put into a form that was refused: shown beside the reason, and read from there to open the form again.

So nothing is typed twice, and nothing is stored meanwhile. The button that opens the form again carries which setting
each of the embed's fields belongs to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from ticketbot import text_length
from ticketbot.texts import buttons
from ticketbot.texts.settings import components, values
from ticketbot.tickets import settings_forms
from ticketbot.tickets.settings_forms import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import hikari

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.settings_forms import Form, Setting
    from ticketbot.tickets.topics import Topic

_PART: Final = 1000
"""Characters of one field; Discord takes 1,024. Source: Discord's documentation, "Message Resource", "Embed Limits"."""
_FURTHER: Final = "…"
"""The name of a field that continues the one before it."""
_ONE: Final = frozenset({Kind.CATEGORY, Kind.TEXT_CHANNEL})
_CHOSEN: Final = frozenset({Kind.CHOICE, Kind.SWITCH, Kind.SEVERAL})
_SPACES: Final = re.compile(r"(\s)\s{99,}")


def embed(
    texts: LocalizedTexts, form: Form, given: Mapping[str, object], topics: Sequence[Topic]
) -> tuple[hikari.Embed | None, str]:
    """Return the embed with what was put into a form (None if that is nothing), and which settings its fields are of.

    The settings are a digit for each field: their places in the form. ``topics`` are the server's.
    """
    built = texts.titled(texts.text("settings_typed_title"))
    mask = ""
    for index, setting in enumerate(form.settings):
        for number, part in enumerate(_parts(_text(texts, setting, given.get(setting.name), topics))):
            built.add_field(name=_FURTHER if number else texts.text(f"settings_label_{setting.key}"), value=part)
            mask += str(index)
    return (built if mask else None), mask


def read(
    texts: LocalizedTexts, form: Form, mask: str, embeds: Sequence[hikari.Embed], topics: Sequence[Topic]
) -> Mapping[str, object]:
    """Return what was put into a form, from the embeds of the message that shows it, by the settings' names.

    ``topics`` are the server's; one that was renamed or deleted meanwhile is left out.
    """
    shown = next((one.fields for one in embeds if one.fields), ())
    found: dict[str, str] = {}
    for index, field in zip(mask, shown, strict=False):
        if index.isdecimal() and int(index) < len(form.settings):
            name = form.settings[int(index)].name
            found[name] = found.get(name, "") + field.value
    by_name = {setting.name: setting for setting in form.settings}
    return {name: _value(texts, by_name[name], text, topics) for name, text in found.items()}


def is_refusal(posted: Mapping[str, Any]) -> bool:
    """Return whether a message from Discord's API shows what was put into a form, and opens it again."""
    return any(custom_id.startswith(f"{components.AGAIN}:") for custom_id in buttons.custom_ids_of(posted))


def _text(texts: LocalizedTexts, setting: Setting, given: object, topics: Sequence[Topic]) -> str:
    is_choice = isinstance(given, tuple)
    chosen = [str(one) for one in cast("tuple[object, ...]", given)] if is_choice else []
    text = str(given or "").strip() if not is_choice else ""
    if setting.kind in values.MENTIONS:
        return " ".join(values.MENTIONS[setting.kind].format(one) for one in chosen)
    if setting.kind is Kind.TOPICS:
        return "\n".join(values.topic_name(topic) for topic in topics if str(topic.id) in chosen)
    if setting.kind in _CHOSEN:
        wanted = [one for one in chosen or [text] if one and one != settings_forms.DEFAULT]
        return ", ".join(values.choice(texts, setting, one) for one in wanted)
    return text


def _value(texts: LocalizedTexts, setting: Setting, text: str, topics: Sequence[Topic]) -> object:
    if setting.kind in values.MENTIONS:
        ids = values.mentioned_ids(text)
        return (next(iter(ids), None)) if setting.kind in _ONE else ids
    if setting.kind is Kind.TOPICS:
        return tuple(topic.id for topic in topics if values.topic_name(topic) in text.split("\n"))
    if setting.kind in _CHOSEN:
        names = setting.choices or tuple(settings_forms.SWITCH_VALUES)
        chosen = tuple(one for one in names if values.choice(texts, setting, one) in text.split(", "))
        return chosen if setting.kind is Kind.SEVERAL else next(iter(chosen), None)
    return text


def _parts(text: str) -> Iterator[str]:
    """Yield a text in parts that Discord takes; none begins or ends with a space, which it would leave out.

    Of a hundred spaces or more in a row one is kept.
    """
    text = _SPACES.sub(r"\1", text)
    limit = _PART if text_length.in_utf16(text) == len(text) else _PART // 2
    while text:
        end = min(limit, len(text))
        while end < len(text) and end > 1 and (text[end - 1].isspace() or text[end].isspace()):
            end -= 1
        yield text[:end]
        text = text[end:]
