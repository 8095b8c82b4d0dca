"""Chapters with lists: what stands in a list, a select of its entries, and an entry's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import hikari

from ticketbot.texts import message
from ticketbot.texts.settings import components, panels, values
from ticketbot.texts.settings.components import ASK, DO, TRY
from ticketbot.texts.settings.topics import Body
from ticketbot.tickets.panels import Panel
from ticketbot.tickets.settings_forms import CHAPTER_BY_NAME
from ticketbot.tickets.settings_lists import BLOCKS, NEW, PANELS, REPLIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import Block, CannedReply, GuildConfig
    from ticketbot.tickets.settings_lists import SettingsList

_OPTIONS: Final = 25
"""What one select lists; Discord's limit."""
_NAME: Final = 80


def summary(texts: LocalizedTexts, config: GuildConfig, found: SettingsList) -> str:
    """Return how many entries a list has."""
    entries = found.of(config)
    if not entries:
        return texts.text("settings_default")
    return texts.text("settings_list_count", count=str(len(entries)), most=str(found.most))


def body(texts: LocalizedTexts, config: GuildConfig, found: SettingsList) -> Body:
    """Return what the chapter's forms set, a list, selects of its entries, and the buttons for forms and a new one."""
    forms = CHAPTER_BY_NAME[found.chapter].forms
    above = [*values.lines(texts, forms, config), ""] if forms else []
    buttons = components.form_buttons(texts, forms)
    entries = found.of(config)
    lines = [_LINES[found.name](texts, number, entry) for number, entry in enumerate(entries, 1)]
    rows = list(_selects(texts, found, entries))
    if len(entries) < found.most:
        ask = components.ref(found.new.name, NEW)
        label = f"settings_new_{found.name}_button"
        buttons.append(components.button(texts, ASK, ask, label, style=hikari.ButtonStyle.PRIMARY))
    if found is PANELS:
        buttons.append(components.button(texts, TRY, components.ref("try", 0), "settings_try_button"))
    text = "\n".join([*above, *(lines or [texts.text(f"settings_{found.name}_none")])])
    return Body(text=text, rows=[*rows, *components.rows(buttons)])


def page(texts: LocalizedTexts, config: GuildConfig, found: SettingsList, key: str) -> tuple[str, Body] | None:
    """Return the title and the page of an entry; None if it is gone."""
    entry = found.find(config, key)
    if entry is None:
        return None
    if isinstance(entry, Panel):
        return panels.page(texts, config, entry, key)
    remove = components.ref("remove", found.name, key)
    buttons = [
        components.button(texts, ASK, components.ref(found.edit.name, key), "settings_edit_button"),
        components.button(texts, DO, remove, f"settings_remove_{found.name}_button", style=hikari.ButtonStyle.DANGER),
    ]
    return texts.text(f"settings_chapter_{found.chapter}"), Body(
        text=_WHOLE[found.name](texts, entry), rows=components.rows(buttons)
    )


def _selects(
    texts: LocalizedTexts, found: SettingsList, entries: Sequence[object]
) -> Iterator[hikari.api.ComponentBuilder]:
    options = [
        (_LABELS[found.name](texts, number, entry), components.ref("entry", found.name, found.key(entry)))
        for number, entry in enumerate(entries, 1)
    ]
    placeholder = texts.text(f"settings_{found.name}_placeholder")
    for number, start in enumerate(range(0, len(options), _OPTIONS), 1):
        yield components.select(f"{found.name}{number}", options[start : start + _OPTIONS], placeholder)


def _reply_line(_texts: LocalizedTexts, _number: int, reply: CannedReply) -> str:
    return f"• **{values.quoted(reply.name, _NAME)}**"


def _panel_line(_texts: LocalizedTexts, _number: int, panel: Panel) -> str:
    return f"• <#{panel.channel_id}>" + (f" **{values.quoted(panel.title, _NAME)}**" if panel.title else "")


def _panel_label(texts: LocalizedTexts, number: int, panel: Panel) -> str:
    return values.clip(f"{number}. {panel.title or texts.title('panel')}", _NAME)


def _reply_label(_texts: LocalizedTexts, _number: int, reply: CannedReply) -> str:
    return reply.name


def _whole_reply(_texts: LocalizedTexts, reply: CannedReply) -> str:
    return f"**{values.quoted(reply.name, _NAME)}**\n{reply.text}"


def _block_line(texts: LocalizedTexts, number: int, block: Block) -> str:
    return f"{number}. {_whole_block(texts, block)}"


def _block_label(texts: LocalizedTexts, number: int, block: Block) -> str:
    key = "settings_block_role" if block.target.is_role else "settings_block_member"
    return f"{number}. {texts.text(key, code=str(block.target.id))}"


def _whole_block(texts: LocalizedTexts, block: Block) -> str:
    target = message.target_mention(block.target)
    if block.until is None:
        said = texts.text("settings_block_endless", target=target)
    else:
        said = texts.text("settings_block_until", target=target, moment=message.timestamp(block.until))
    return said if block.reason is None else f"{said} ({values.quoted(block.reason)})"


_LINES: Final[Mapping[str, Callable[[LocalizedTexts, int, Any], str]]] = {
    PANELS.name: _panel_line,
    REPLIES.name: _reply_line,
    BLOCKS.name: _block_line,
}
"""What stands of an entry in its list."""
_LABELS: Final[Mapping[str, Callable[[LocalizedTexts, int, Any], str]]] = {
    PANELS.name: _panel_label,
    REPLIES.name: _reply_label,
    BLOCKS.name: _block_label,
}
"""What stands of an entry in a select."""
_WHOLE: Final[Mapping[str, Callable[[LocalizedTexts, Any], str]]] = {
    REPLIES.name: _whole_reply,
    BLOCKS.name: _whole_block,
}
"""What stands on an entry's own page."""
