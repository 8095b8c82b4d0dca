"""How the values of settings are shown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, cast

from ticketbot.texts import message
from ticketbot.tickets import settings_changes
from ticketbot.tickets.settings_forms import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import SettingChange
    from ticketbot.tickets.settings_forms import Form, Setting
    from ticketbot.tickets.topics import FormerTopic, Topic

SHOWN: Final = 150
"""Characters of a text that are shown on the page."""
NAMES_LIMIT: Final = 300
_NAME_LIMIT: Final = 80
_TOPIC: Final = 40
"""Characters of each topic's name where several are named."""
MENTIONS: Final[Mapping[Kind, str]] = {
    Kind.MEMBERS: "<@{}>",
    Kind.ROLES: "<@&{}>",
    Kind.CATEGORY: "<#{}>",
    Kind.CATEGORIES: "<#{}>",
    Kind.TEXT_CHANNEL: "<#{}>",
}
"""How a value of a kind is mentioned, by id."""
_NUMBER: Final = re.compile(r"\d{1,20}", re.ASCII)


def clip(text: str, limit: int = SHOWN) -> str:
    """Return a text on one line, cut where it is longer than the page has room for."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def clip_end(text: str, limit: int) -> str:
    """Return a text with its spaces, cut where it is long."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def quoted(text: str, limit: int = SHOWN) -> str:
    """Return what an administrator typed as markdown that shows it, cut where it is long."""
    shown = message.escape(clip(text, limit))
    while len(shown) > limit:
        text = text[: max(1, len(text) * 2 // 3)]
        shown = message.escape(clip(f"{text}…", limit))
    return shown


def mentioned_ids(text: str) -> tuple[int, ...]:
    """Return the ids in a text of mentions, in their order."""
    return tuple(int(one) for one in _NUMBER.findall(text))


def topic_name(topic: Topic | FormerTopic) -> str:
    """Return a topic's name where several are named."""
    return quoted(topic.name, _TOPIC)


def topic_names(texts: LocalizedTexts, topics: Sequence[Topic], ids: Sequence[int]) -> str:
    """Return the names of those topics that a panel offers, of all that the server has."""
    if not ids:
        return texts.text("settings_all_topics")
    found = [topic for one in ids for topic in topics if topic.id == one]
    return ", ".join(map(topic_name, found)) or texts.text("settings_no_topics")


def shown(texts: LocalizedTexts, setting: Setting, value: object, topics: Sequence[Topic] = ()) -> str:
    """Return a value as the page shows it; ``topics`` are the server's."""
    if setting.kind is Kind.TOPICS:
        return topic_names(texts, topics, cast("Sequence[int]", value or ()))
    if value in (None, ()):
        return texts.text("settings_default")
    if setting.kind in MENTIONS:
        several = cast("Sequence[int]", value if isinstance(value, tuple) else (value,))
        return " ".join(MENTIONS[setting.kind].format(one) for one in several)
    if setting.kind is Kind.SWITCH:
        return choice(texts, setting, "yes" if value else "no")
    if setting.kind in (Kind.CHOICE, Kind.SEVERAL):
        chosen = cast("Sequence[str]", value if isinstance(value, tuple) else (str(value),))
        return ", ".join(choice(texts, setting, one) for one in chosen)
    return quoted(", ".join(cast("Sequence[str]", value)) if isinstance(value, tuple) else str(value))


def choice(texts: LocalizedTexts, setting: Setting, value: str) -> str:
    """Return the name of one of a setting's choices."""
    if setting.kind is Kind.SWITCH:
        return texts.text(f"settings_{value}")
    return texts.text(f"settings_choice_{setting.key}_{value}")


def lines(texts: LocalizedTexts, forms: Iterable[Form], target: object) -> list[str]:
    """Return a line for each setting of some forms."""
    return [
        line(texts, texts.text(f"settings_label_{setting.key}"), shown(texts, setting, getattr(target, setting.name)))
        for form in forms
        for setting in form.settings
    ]


def line(texts: LocalizedTexts, name: str, value: str) -> str:
    """Return the line of a name and a value."""
    return texts.text("settings_line", name=name, value=value)


def fit(lines: Iterable[str], limit: int) -> str:
    """Return lines as one text; those for which there is no room are left out, with an ellipsis in their place."""
    kept: list[str] = []
    room = limit - 2
    for one in lines:
        room -= len(one) + 1
        if room < 0:
            return "\n".join([*kept, "…"])
        kept.append(one)
    return "\n".join(kept)


def names(texts: LocalizedTexts, changes: Sequence[SettingChange], *, is_undone: bool = False) -> str:
    """Return the names of the settings that were changed; a topic that came or went stands for all of its own."""
    whole = {settings_changes.topic_of(change.path): change for change in changes if settings_changes.is_whole(change)}
    found = dict.fromkeys(
        settings_changes.name_of(change.path)
        for change in changes
        if settings_changes.topic_of(change.path) not in whole and not (whole and change.path == settings_changes.ORDER)
    )
    topics: list[str] = []
    for change in whole.values():
        key = "settings_topic_removed" if change.after is None else "settings_topic_added"
        name = json.loads(change.before or change.after or '""')
        topics.append(texts.text("settings_topic_changed" if is_undone else key, topic=quoted(name, _NAME_LIMIT)))
    return clip(", ".join([*topics, *(texts.text(f"settings_label_{name}") for name in found)]), NAMES_LIMIT)
