"""Message: what is sent to Discord, in one value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs
import hikari

from ticketbot import text_length
from ticketbot.texts import buttons

if TYPE_CHECKING:
    from ticketbot.texts.buttons import ButtonId
    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import Participant, RoleId


@attrs.frozen(kw_only=True)
class Message:
    """A message to be sent: embeds always, buttons and mentions that notify sometimes."""

    embeds: tuple[hikari.Embed, ...]
    content: str | None = None
    rows: list[hikari.api.ComponentBuilder] = attrs.field(factory=list[hikari.api.ComponentBuilder])
    """The buttons, in Discord's action rows."""
    pinged_roles: tuple[RoleId, ...] = ()
    pinged_users: tuple[int, ...] = ()
    file: tuple[str, bytes] | None = None
    """The name and content of a file beside it."""
    clears_files: bool = False
    """Whether the message that it replaces, after an acknowledgement, loses its files."""


def build(texts: LocalizedTexts, key: str, *button_ids: ButtonId, **values: str) -> Message:
    """Return the message of a key: one embed, and buttons."""
    return Message(embeds=(texts.embed(key, **values),), rows=buttons.build_rows(button_ids, texts))


def mention(user_id: int | None) -> str:
    """Return a user's mention."""
    return f"<@{user_id}>"


_ESCAPED: Final = {ord(character): f"\\{character}" for character in r"\*_~`|>#[]()<:@-"}


_URL: Final = re.compile(r"(https?://[^\s<>]+)")
"""Discord shows an address as it is, backslashes too."""
_URL_BEGINNINGS: Final = ("http://", "https://")


def escape(text: str) -> str:
    """Return text of members' or administrators' as markdown that shows it as it was typed, and notifies nobody."""
    parts = _URL.split(text)
    return "".join(part if part.startswith(_URL_BEGINNINGS) else part.translate(_ESCAPED) for part in parts)


def target_mention(target: Participant) -> str:
    """Return the mention of a member or a role."""
    return f"<@&{target.id}>" if target.is_role else mention(target.id)


def timestamp(millis: int) -> str:
    """Return a moment as each client shows it in its own time zone."""
    return f"<t:{millis // 1000}:f>"


def embed_length(embed: hikari.Embed) -> int:
    """Return how many characters an embed has for Discord, which limits those of all embeds of a message together."""
    footer = embed.footer.text if embed.footer is not None else None
    fields = [text for field in embed.fields for text in (field.name, field.value)]
    return sum(text_length.in_utf16(text or "") for text in (embed.title, embed.description, footer, *fields))
