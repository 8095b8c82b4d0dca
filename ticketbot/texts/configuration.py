"""The answer to ``/ticket-config``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.texts import lacking
from ticketbot.texts.message import Message
from ticketbot.texts.settings import pages
from ticketbot.tickets.model import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

    import hikari

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.preflight import Preflight


def configured(texts: LocalizedTexts, config: GuildConfig, preflight: Preflight) -> Message:
    """Return a message that says whether a configuration was saved, and names each thing that the bot lacks with it."""
    listed = "\n".join(f"{texts.emoji('warning')} {complaint}" for complaint in lacking.complaints(texts, preflight))
    if preflight.blocks:
        embed = texts.embed("not_configured")
        embed.description = f"{embed.description}\n\n{listed}"
        return Message(embeds=(embed,))
    embed = texts.embed(
        "configured", panel=f"<#{config.panel_channel_id}>", transcript=f"<#{config.transcript_channel_id}>"
    )
    details = texts.text(
        "configured_details",
        category=f"<#{config.category_id}>",
        roles=", ".join(f"<@&{role_id}>" for role_id in config.staff_role_ids),
        language=texts.text(f"language_{config.language or preflight.language or Language.FRENCH}"),
    )
    embed.description = f"{embed.description}\n\n{details}"
    if listed:
        embed.description = f"{embed.description}\n\n**{texts.text('configured_warnings')}**\n{listed}"
    return Message(embeds=(*_visible_transcripts(texts, config, preflight), embed), rows=[pages.opening_row(texts)])


def _visible_transcripts(texts: LocalizedTexts, config: GuildConfig, preflight: Preflight) -> Iterable[hikari.Embed]:
    """Return a warning of its own, above everything else, where others than the team see the transcripts' channel."""
    if not preflight.transcript_readers:
        return
    roles = lacking.readers(config.guild_id, preflight.transcript_readers)
    yield texts.embed("transcripts_visible", roles=roles, channel=f"<#{config.transcript_channel_id}>")
