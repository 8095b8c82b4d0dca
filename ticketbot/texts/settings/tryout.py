"""What an administrator tries: the panel, the form and the welcome as a member would see them, while nothing is opened.

Buttons carry custom ids of their own, and those of a welcome cannot be pressed, so that nothing here is ever taken for
a panel or a ticket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import hikari

from ticketbot.config import params_validators
from ticketbot.texts import buttons, lacking
from ticketbot.texts.buttons import ButtonId
from ticketbot.texts.message import Message
from ticketbot.texts.settings import components, pages, values
from ticketbot.texts.settings.components import PAGE, TRY, TRY_CHOICE, TRY_OPEN
from ticketbot.texts.settings.notes import Note
from ticketbot.texts.settings.topics import Body
from ticketbot.tickets import naming
from ticketbot.tickets.inheritance import as_server
from ticketbot.tickets.settings_lists import PANELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import GuildConfig, Member
    from ticketbot.tickets.panels import Panel
    from ticketbot.tickets.preflight import Preflight
    from ticketbot.tickets.topics import Topic


@attrs.frozen(kw_only=True)
class Tryout:
    """What is tried, and by whom."""

    config: GuildConfig
    topic: Topic | None
    """None: tickets without a topic."""
    member: Member
    panel: Panel | None = None
    """A further panel; None: the main one."""
    lacking: Sequence[Preflight] = ()
    """What the bot would lack."""

    @property
    def back(self) -> str:
        """The page before this one."""
        if self.panel is not None:
            return components.ref("entry", PANELS.name, PANELS.key(self.panel))
        return "topics" if self.topic is None else components.ref("topic", self.topic.id)

    @property
    def argument(self) -> str:
        """What custom ids hold of it."""
        return components.ref("try", 0 if self.topic is None else self.topic.id)


def page(texts: LocalizedTexts, tried: Tryout, panel: Message) -> Message:
    """Return the page: who would see what, what the bot would lack, and the panel, whose buttons try a topic."""
    name = f"{texts.text('settings_try_button')}{'' if tried.topic is None else f' · {tried.topic.name}'}"
    shown = Note(embeds=panel.embeds)  # counts against the page's room
    body = Body(text="\n".join(_facts(texts, tried)), rows=[_as_tried(row) for row in panel.rows])
    built = pages.build(texts, name, body, tried.back, shown)
    return attrs.evolve(built, embeds=(built.embeds[-1], *panel.embeds))


def nothing_opened(texts: LocalizedTexts, tried: Tryout) -> Message:
    """Return the answer that nothing was opened; what the ticket would show comes after it."""
    roles = _staff(tried)
    words = texts.text("settings_tried_text", roles=" ".join(roles) or texts.text("settings_none"))
    embed = texts.titled(f"{texts.emoji('settings')} {texts.text('settings_tried_title')}", words)
    controls = [
        components.button(texts, TRY, tried.argument, "settings_try_again_button"),
        components.button(texts, PAGE, tried.back, "settings_back_button"),
    ]
    return Message(embeds=(embed,), rows=components.rows(controls))


def as_shown(texts: LocalizedTexts, ticket_message: Message) -> Message:
    """Return a message of a ticket as an administrator is shown it: it notifies nobody, and says that it is none."""
    mark = texts.titled(None, texts.text("settings_try_mark"))
    embeds = (mark, *ticket_message.embeds)
    if sum(embed.total_length() for embed in embeds) > params_validators.TOGETHER:
        embeds = ticket_message.embeds
    return Message(embeds=embeds, rows=[_disabled(row) for row in ticket_message.rows])


def _facts(texts: LocalizedTexts, tried: Tryout) -> list[str]:
    config, topic = tried.config, tried.topic
    held = config if topic is None else as_server(topic, config)
    pattern, topic_name = (None, None) if topic is None else (topic.channel_name, topic.name)
    channel = naming.channel_name(1, tried.member.display_name, pattern=pattern, topic=topic_name)
    required = () if topic is None else topic.required_role_ids
    everybody = texts.text("settings_try_everybody")
    sees = [texts.text("settings_try_opener"), *_staff(tried), texts.text("settings_try_administrators")]
    told = {
        "may_open": " ".join(f"<@&{role_id}>" for role_id in required) or everybody,
        "channel": f"`#{channel}`",
        "category": " ".join(f"<#{one}>" for one in (held.category_id, *held.overflow_category_ids)),
        "sees": ", ".join(sees),
        "transcripts": f"<#{held.transcript_channel_id}>",
    }
    lines = [texts.text("settings_try_intro"), ""]
    if topic is not None and not topic.is_enabled:
        lines.insert(0, texts.text("settings_try_off"))
    lines += [values.line(texts, texts.text(f"settings_try_{key}"), value) for key, value in told.items()]
    return [*lines, "", *_lacks(texts, tried)]


def _lacks(texts: LocalizedTexts, tried: Tryout) -> list[str]:
    lines: list[str] = []
    for preflight in tried.lacking:
        lines += [f"{texts.emoji('warning')} {one}" for one in lacking.complaints(texts, preflight)]
        if preflight.transcript_readers:
            roles = lacking.readers(tried.config.guild_id, preflight.transcript_readers)
            lines.append(f"{texts.emoji('warning')} {texts.text('settings_try_readers', roles=roles)}")
    return lines or [texts.text("settings_try_complete")]


def _staff(tried: Tryout) -> list[str]:
    held = tried.config if tried.topic is None else as_server(tried.topic, tried.config)
    return [f"<@&{role_id}>" for role_id in held.staff_role_ids]


def _as_tried(row: hikari.api.ComponentBuilder) -> hikari.api.ComponentBuilder:
    """Return a panel's row whose buttons, or whose select, try a topic instead of opening a ticket."""
    assert isinstance(row, hikari.impl.MessageActionRowBuilder)
    for component in row.components:
        if isinstance(component, hikari.impl.InteractiveButtonBuilder):
            argument = component.custom_id.removeprefix(ButtonId.OPEN).removeprefix(":")
            topic_id = argument.partition(buttons.PANEL)[0] or "0"
            component.set_custom_id(f"{TRY_OPEN}:{components.ref('try', topic_id)}")
        elif isinstance(component, hikari.impl.TextSelectMenuBuilder):
            component.set_custom_id(TRY_CHOICE)
    return row


def _disabled(row: hikari.api.ComponentBuilder) -> hikari.api.ComponentBuilder:
    assert isinstance(row, hikari.impl.MessageActionRowBuilder)
    for number, component in enumerate(row.components):
        if isinstance(component, hikari.impl.InteractiveButtonBuilder):
            component.set_is_disabled(True).set_custom_id(f"{TRY}:{components.ref('shown', number)}")
    return row
