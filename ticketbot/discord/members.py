"""What an interaction tells: who pressed, where, with which rights. Never from a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hikari

from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, GuildId, Language, Member, Press, PressId, RoleId, UserId

if TYPE_CHECKING:
    from collections.abc import Sequence


def press_of(interaction: hikari.ComponentInteraction) -> Press:
    """Read a press of a button.

    Raises
    ------
    NoTicketError
        It was not made in a server.
    """
    if interaction.guild_id is None or interaction.member is None:
        raise errors.NoTicketError
    return Press(
        id=PressId(int(interaction.id)),
        guild_id=GuildId(int(interaction.guild_id)),
        channel_id=ChannelId(int(interaction.channel_id)),
        member=member_of(interaction.member, interaction.locale),
        attachment_limit=interaction.attachment_size_limit,
    )


def member_of(member: hikari.InteractionMember, locale: str) -> Member:
    """Read a member; their permissions are those that Discord worked out for the interaction."""
    return Member(
        id=UserId(int(member.id)),
        display_name=member.display_name,
        role_ids=role_ids(member.role_ids),
        is_administrator=bool(member.permissions & hikari.Permissions.ADMINISTRATOR),
        language=Language.of(locale),
    )


def role_ids(ids: Sequence[hikari.Snowflake]) -> frozenset[RoleId]:
    """Read role ids."""
    return frozenset(RoleId(int(role_id)) for role_id in ids)
