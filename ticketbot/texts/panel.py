"""The panel: the message that invites members to open a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ticketbot.texts import buttons, message
from ticketbot.texts.buttons import ButtonId
from ticketbot.tickets import panel_lists, panels
from ticketbot.tickets.ids import PanelId, TopicId
from ticketbot.tickets.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.texts.message import Message
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.panels import Panel

BUTTONS_LIMIT: Final = 5
"""Topics that get a button each; more go into one select."""


def panel(texts: LocalizedTexts, config: GuildConfig, of: Panel | None = None) -> Message:
    """Return a panel: one button without topics, a button for each of a few topics, or a select of many.

    ``of`` is a further panel, or None for the main one. A further panel none of whose topics is there has a button
    that cannot be pressed.
    """
    panel_id = None if of is None else of.id
    topics = panel_lists.offered(config, of)
    embed = texts.embed("panel")
    title, words = config.panel_title or embed.title, config.panel_text
    if of is not None:
        title, words = of.title or title, of.text or words
    if not words:
        words = texts.text("panel_topics_text", emoji=texts.emoji("panel")) if topics else embed.description or ""
    embed.title = title
    if not topics:
        is_disabled = of is not None and any(topic.is_enabled for topic in config.topics)
        row = buttons.build_opening_row(texts, panel_id, is_disabled=is_disabled)
    elif len(topics) > BUTTONS_LIMIT:
        custom_id = ButtonId.TOPIC if panel_id is None else f"{ButtonId.TOPIC}:{panel_id}"
        row = buttons.build_topic_select(topics, texts.text("panel_topics_placeholder"), custom_id)
    else:
        row = buttons.build_topic_row(topics, panel_id)
        words = "\n".join([words, *_descriptions(topics)])
    embed.description = words
    return message.Message(embeds=(embed,), rows=[row])


def is_panel(posted: Mapping[str, Any], panel_id: PanelId | None = None) -> bool:
    """Return whether one of the bot's messages is the main panel, of this version or an earlier one, or a further one.

    ``panel_id`` is the further one's id.
    """
    return panel_of(posted) == (panel_id or panels.NEW)


def panel_of(posted: Mapping[str, Any]) -> PanelId | None:
    """Return the id of a further panel that a message is, 0 if it is a main panel, and None if it is none."""
    for custom_id in buttons.custom_ids_of(posted):
        if custom_id in (ButtonId.OPEN, ButtonId.TOPIC):
            return panels.NEW
        for base, separator in ((f"{ButtonId.OPEN}:", buttons.PANEL), (f"{ButtonId.TOPIC}:", "")):
            if custom_id.startswith(base):
                argument = custom_id.removeprefix(base)
                panel_id = argument.partition(separator)[2] if separator else argument
                return PanelId(int(panel_id)) if panel_id.isdecimal() else panels.NEW
    return None


def _descriptions(topics: Sequence[Topic]) -> Sequence[str]:
    lines = [
        f"{topic.emoji or ''} **{message.escape(topic.name)}** – {message.escape(topic.description)}".lstrip()
        for topic in topics
        if topic.description
    ]
    return ["", *lines] if lines else []


def read_words(posted: Mapping[str, Any], config: GuildConfig) -> tuple[str | None, str | None]:
    """Return the title and the text of a posted panel, without the descriptions of topics below it."""
    embeds: Sequence[Mapping[str, Any]] = posted.get("embeds") or ({},)
    embed = embeds[0]
    text = embed.get("description")
    return embed.get("title"), None if text is None else words_of(text, config)


def words_of(text: str, config: GuildConfig) -> str:
    """Return a panel's text without the descriptions of topics below it, which begin with one's name."""
    kept = text.split("\n")
    starts = tuple(f"{topic.emoji or ''} **{message.escape(topic.name)}** – ".lstrip() for topic in config.topics)
    while kept and starts and kept[-1].startswith(starts):
        kept.pop()
    return "\n".join(kept).rstrip()


def read_topics(posted: Mapping[str, Any]) -> Sequence[Topic]:
    """Return the topics of a posted panel, with what it shows of them: ids, names, emojis, and some descriptions."""
    found: dict[TopicId, Topic] = {}
    for row in posted.get("components") or ():
        for component in row.get("components") or ():
            custom_id = str(component.get("custom_id"))
            if custom_id == ButtonId.TOPIC or custom_id.startswith(f"{ButtonId.TOPIC}:"):
                for option in component.get("options") or ():
                    _add_topic(found, option["value"], option["label"], option)
            elif custom_id.startswith(f"{ButtonId.OPEN}:"):
                topic_id = custom_id.removeprefix(f"{ButtonId.OPEN}:").partition(buttons.PANEL)[0]
                _add_topic(found, topic_id, component.get("label") or "", component)
    return list(found.values())


def is_disabled(posted: Mapping[str, Any]) -> bool:
    """Return whether a posted panel has a button that cannot be pressed, because none of its topics is there."""
    return any(component.get("disabled") for row in posted.get("components") or () for component in row["components"])


def _add_topic(found: dict[TopicId, Topic], topic_id: str, name: str, shown: Mapping[str, Any]) -> None:
    if not topic_id.isdecimal() or not int(topic_id) or not name:
        return
    emoji: Mapping[str, Any] = shown.get("emoji") or {}
    animated = "a" if emoji.get("animated") else ""
    text = f"<{animated}:{emoji['name']}:{emoji['id']}>" if emoji.get("id") else emoji.get("name")
    key = TopicId(int(topic_id))
    found[key] = Topic(id=key, name=name, emoji=text or None, description=shown.get("description") or None)
