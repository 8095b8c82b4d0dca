"""The menu: what one member may do with a ticket now, and what an action asks for before it is carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import hikari

from ticketbot.texts import buttons
from ticketbot.texts.message import Message
from ticketbot.tickets.actions import InputKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.actions import Action, Input
    from ticketbot.tickets.model import GuildConfig


_OPTIONS: Final = 25
"""Options of one select. Source: Discord's documentation, "Component Reference", "String Select"."""


def build(texts: LocalizedTexts, possible: Iterable[Action]) -> Message:
    """Return the select of actions."""
    row = hikari.impl.MessageActionRowBuilder()
    select = row.add_text_menu(buttons.CHOOSE, placeholder=texts.text("menu_placeholder"))
    for action in possible:
        select.add_option(texts.text(f"command_ticket_{action.name}_text"), action.name)
    return Message(embeds=(texts.titled(texts.text("menu_title")),), rows=[row])


def choice(texts: LocalizedTexts, action: Action, config: GuildConfig) -> Message:
    """Return the select of the member or role that an action asks for, or selects of what the server has."""
    question = (texts.titled(texts.text(f"command_ticket_{action.name}_text")),)
    if action.choice is not None:
        return Message(embeds=question, rows=list(_lists(texts, action, action.choice, config)))
    wanted = [one for one in action.inputs if one.kind is not InputKind.TEXT]
    takes_roles = any(one.kind is InputKind.ROLE for one in wanted)
    kinds = hikari.ComponentType
    row = hikari.impl.MessageActionRowBuilder()
    row.add_select_menu(
        kinds.MENTIONABLE_SELECT_MENU if takes_roles else kinds.USER_SELECT_MENU,
        f"{buttons.TARGET}:{action.name}",
        placeholder=field_description(texts, action, wanted[0]),
    )
    return Message(embeds=question, rows=[row])


def _lists(
    texts: LocalizedTexts, action: Action, wanted: Input, config: GuildConfig
) -> Iterator[hikari.api.ComponentBuilder]:
    """Yield selects of all options: Discord takes 25 in one, and no custom id twice in a message."""
    options = wanted.options(config)
    for start in range(0, len(options), _OPTIONS):
        row = hikari.impl.MessageActionRowBuilder()
        argument = action.name if not start else f"{action.name}{buttons.FURTHER}{start}"
        placeholder = field_description(texts, action, wanted)
        select = row.add_text_menu(f"{buttons.TARGET}:{argument}", placeholder=placeholder)
        for option in options[start : start + _OPTIONS]:
            select.add_option(option.label, option.value)
        yield row


def form_title(texts: LocalizedTexts, action: Action) -> str:
    """Return the title of an action's form: the name of its subcommand (32 characters at most)."""
    return texts.text(f"command_ticket_{action.name}_name").capitalize()


def field_label(texts: LocalizedTexts, wanted: Input) -> str:
    """Return the label of an input: the name of its option (32 characters at most)."""
    return texts.text(f"option_{wanted.name}_name").capitalize()


def field_description(texts: LocalizedTexts, action: Action, wanted: Input) -> str:
    """Return what is to be put into an input (100 characters at most)."""
    return texts.text(f"option_{action.name}_{wanted.name}_text")
