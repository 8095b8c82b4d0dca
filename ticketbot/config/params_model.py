"""How the bot looks and what it says, as one value that is built at the start and passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.config import english, params

if TYPE_CHECKING:
    from collections.abc import Mapping


@attrs.frozen(kw_only=True)
class LanguageTexts:
    """The texts of one language."""

    footer: str
    """Under every embed; empty for none."""
    messages: Mapping[str, str]
    permission_names: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Params:
    """What an owner may change: looks, texts, and how many tickets a member may have open."""

    color: int
    """Of the edge of every embed, as 0xRRGGBB."""
    footer_icon_url: str
    """An https address; empty for none."""
    emojis: Mapping[str, str]
    max_open_tickets: int
    max_openings: int
    texts: Mapping[str, LanguageTexts]
    """By language: ``fr`` and ``en``."""


def defaults() -> Params:
    """Return the parameters that hold where the owner changes nothing."""
    return Params(
        color=params.EMBED_COLOR,
        footer_icon_url=params.EMBED_FOOTER_ICON_URL,
        emojis=params.EMOJIS,
        max_open_tickets=params.MAX_OPEN_TICKETS,
        max_openings=params.MAX_OPENINGS,
        texts={
            "fr": LanguageTexts(
                footer=params.EMBED_FOOTER_TEXT, messages=params.MESSAGES, permission_names=params.PERMISSION_NAMES
            ),
            "en": LanguageTexts(
                footer=english.EMBED_FOOTER_TEXT, messages=english.MESSAGES, permission_names=english.PERMISSION_NAMES
            ),
        },
    )
