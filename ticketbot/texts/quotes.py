"""Quoted messages, and the questions before a ticket is opened about one, or for a member.

The questions keep what they are about: whom, or which message, in the custom id of their select, the rest in their
embed. So they work in every process, and nothing is stored meanwhile.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ticketbot.texts import buttons, message
from ticketbot.texts.message import Message
from ticketbot.tickets import topic_lists
from ticketbot.tickets.answers import Quote
from ticketbot.tickets.ids import ChannelId, MessageId, UserId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import hikari

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import GuildId, Member
    from ticketbot.tickets.topics import Topic

TEXT_LIMIT: Final = 1500
"""Characters of a message that are quoted, at most."""
_NAME_LIMIT: Final = 256
"""Characters of the author in an embed. Source: Discord's documentation, "Message Resource", "Embed Limits"."""
_DISCORD_EPOCH: Final = 1_420_070_400_000
_BEGINNINGS: Final = (f"{buttons.ABOUT}:", f"{buttons.FOR}:")
_SOURCE: Final = re.compile(r"(\d{1,19})-(\d{1,19})-(\d{1,19})", re.ASCII)


def embed(texts: LocalizedTexts, quote: Quote, guild_id: GuildId) -> hikari.Embed:
    """Return a quoted message with its author, its time and its link; mentions in it notify nobody."""
    built = texts.titled(texts.title("quote"), quote.text or None)
    built.set_author(name=quote.author_name[:_NAME_LIMIT])
    built.add_field(name=texts.text("quote_author"), value=message.mention(quote.author_id), inline=True)
    written_at = (quote.message_id >> 22) + _DISCORD_EPOCH
    built.add_field(name=texts.text("quote_time"), value=message.timestamp(written_at), inline=True)
    link = f"https://discord.com/channels/{guild_id}/{quote.channel_id}/{quote.message_id}"
    built.add_field(name=texts.text("quote_link"), value=link)
    return built


def shortened(text: str) -> str:
    """Return as much of a message as is quoted."""
    return text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"


def topic_of_quote(texts: LocalizedTexts, topics: Sequence[Topic], quote: Quote, guild_id: GuildId) -> Message:
    """Return the question which topic a ticket about a message has; ``read`` finds the message in it."""
    custom_id = f"{buttons.ABOUT}:{quote.channel_id}-{quote.message_id}-{quote.author_id}"
    row = _topic_select(texts, topics, custom_id)
    return Message(embeds=(texts.titled(texts.title("opening_about")), embed(texts, quote, guild_id)), rows=[row])


def topic_for(texts: LocalizedTexts, topics: Sequence[Topic], opener: Member) -> Message:
    """Return the question which topic a ticket for a member has; ``read_name`` finds the member's name in it."""
    custom_id = f"{buttons.FOR}:{opener.id}"
    row = _topic_select(texts, topics, custom_id)
    question = texts.titled(texts.title("opening_for"), message.mention(opener.id))
    question.set_author(name=opener.display_name[:_NAME_LIMIT])
    return Message(embeds=(question,), rows=[row])


def _topic_select(texts: LocalizedTexts, topics: Sequence[Topic], custom_id: str) -> hikari.api.ComponentBuilder:
    """Return the select without a server's own emojis: Discord refuses a message with one that was deleted."""
    shown = topic_lists.without_own_emojis(topics)
    return buttons.build_topic_select(shown, texts.text("panel_topics_placeholder"), custom_id)


def is_question(posted: Mapping[str, Any]) -> bool:
    """Return whether a message from Discord's API is one of the two questions."""
    return any(custom_id.startswith(_BEGINNINGS) for custom_id in buttons.custom_ids_of(posted))


def read(custom_id: str, embeds: Sequence[hikari.Embed]) -> Quote | None:
    """Return the message that a question quotes, from its select's custom id and its embeds; None if it is none."""
    found = _SOURCE.fullmatch(custom_id.removeprefix(f"{buttons.ABOUT}:"))
    if found is None or not embeds:
        return None
    channel_id, message_id, author_id = map(int, found.groups())
    shown = embeds[-1]
    return Quote(
        author_id=UserId(author_id),
        author_name=read_name(embeds),
        channel_id=ChannelId(channel_id),
        message_id=MessageId(message_id),
        text=shown.description or "",
    )


def read_name(embeds: Sequence[hikari.Embed]) -> str:
    """Return the name that a question shows of a message's author, or of a member."""
    author = embeds[-1].author if embeds else None
    return (author.name if author is not None else None) or ""
