"""The chapter of panels: one further panel's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hikari

from ticketbot.texts.settings import components, values
from ticketbot.texts.settings.components import ASK, DO, TRY
from ticketbot.texts.settings.topics import Body
from ticketbot.tickets import panel_lists
from ticketbot.tickets.settings_forms import PANEL_FORM

if TYPE_CHECKING:
    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.panels import Panel


def main_line(texts: LocalizedTexts, config: GuildConfig) -> str:
    """Return where the main panel stands."""
    return texts.text("settings_main_panel", channel=f"<#{config.panel_channel_id}>")


def page(texts: LocalizedTexts, config: GuildConfig, panel: Panel, key: str) -> tuple[str, Body]:
    """Return the title and the page of a further panel."""
    settings = {setting.name: setting for setting in PANEL_FORM.settings}
    lines = [f"<#{panel.channel_id}>"]
    for name in ("title", "text", "topic_ids"):
        label = texts.text(f"settings_label_{settings[name].key}")
        value = values.shown(texts, settings[name], getattr(panel, name), config.topics)
        lines.append(values.line(texts, label, value))
    message = panel_lists.message_of(config, panel)
    if message is not None and message.is_gone:
        lines.append(texts.text("settings_panel_gone"))
    elif message is None or message.message_id is None or message.is_due:
        lines.append(texts.text("settings_panel_unposted"))
    buttons = [
        components.button(texts, ASK, components.ref(PANEL_FORM.name, key), "settings_edit_button"),
        components.button(texts, DO, components.ref("repost", panel.id), "settings_repost_button"),
        components.button(texts, TRY, components.ref("panel", panel.id), "settings_try_button"),
        components.button(
            texts,
            DO,
            components.ref("remove", "panels", key),
            "settings_remove_panels_button",
            style=hikari.ButtonStyle.DANGER,
        ),
    ]
    return texts.text("settings_panel_page"), Body(text="\n".join(lines), rows=components.rows(buttons))
