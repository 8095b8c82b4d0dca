"""Params: how the bot looks and what it says, as one value that is built at the start and handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.config import english, params

if TYPE_CHECKING:
    from collections.abc import Mapping


@attrs.frozen(kw_only=True)
class Texts:
    """What is said in one language."""

    footer: str
    """Under every embed; empty for none."""
    messages: Mapping[str, str]
    permission_names: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Params:
    """What an owner may change of the bot: its looks, its words and its limit."""

    color: int
    """Of every embed's edge, as 0xRRGGBB."""
    footer_icon_url: str
    """An https address; empty for none."""
    emojis: Mapping[str, str]
    max_open_tickets: int
    texts: Mapping[str, Texts]
    """By language: ``fr`` and ``en``."""


def defaults() -> Params:
    """Put together what is used where the owner changes nothing."""
    return Params(
        color=params.EMBED_COLOR,
        footer_icon_url=params.EMBED_FOOTER_ICON_URL,
        emojis=params.EMOJIS,
        max_open_tickets=params.MAX_OPEN_TICKETS,
        texts={
            "fr": Texts(
                footer=params.EMBED_FOOTER_TEXT, messages=params.MESSAGES, permission_names=params.PERMISSION_NAMES
            ),
            "en": Texts(
                footer=english.EMBED_FOOTER_TEXT, messages=english.MESSAGES, permission_names=english.PERMISSION_NAMES
            ),
        },
    )
