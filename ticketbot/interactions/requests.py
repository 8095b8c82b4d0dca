"""Read a request from an interaction: who asks, where, with which rights. Nothing comes from a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hikari

from ticketbot.tickets import errors, naming
from ticketbot.tickets.model import ChannelId, GuildId, InteractionId, Language, Member, Request, Role, RoleId, UserId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.interactions.initial_responses import Interaction
    from ticketbot.tickets.model import InputValue


def read_request(interaction: Interaction, inputs: Mapping[str, InputValue]) -> Request:
    """Return what a member asks for, with what was chosen or typed.

    Raises
    ------
    NoTicketError
        The interaction did not happen in a server.
    """
    if interaction.guild_id is None or interaction.member is None:
        raise errors.NoTicketError
    return Request(
        id=InteractionId(int(interaction.id)),
        guild_id=GuildId(int(interaction.guild_id)),
        channel_id=ChannelId(int(interaction.channel_id)),
        member=read_member(interaction.member, interaction.locale),
        attachment_limit=interaction.attachment_size_limit,
        inputs=inputs,
    )


def read_member(member: hikari.InteractionMember, locale: str) -> Member:
    """Return the member, with the permissions that Discord computed for the interaction's channel."""
    return Member(
        id=UserId(int(member.id)),
        display_name=naming.visible_name(member.display_name, member.username),
        role_ids=frozenset(RoleId(int(role_id)) for role_id in member.role_ids),
        is_administrator=bool(member.permissions & hikari.Permissions.ADMINISTRATOR),
        language=Language.of(locale),
        is_bot=member.is_bot,
    )


def read_target(chosen: hikari.User | hikari.Role) -> Member | Role | int:
    """Return whom or what a member chose, with the permissions that Discord computed for the interaction's channel.

    A user who is no member of the server is returned as an id.
    """
    if isinstance(chosen, hikari.Role):
        return Role(id=RoleId(int(chosen.id)), is_of_bot=chosen.bot_id is not None)
    return read_member(chosen, "") if isinstance(chosen, hikari.InteractionMember) else int(chosen.id)


def read_targets(interaction: hikari.ComponentInteraction) -> Sequence[Member | Role | int]:
    """Return whom or what a member chose in a select of members or roles."""
    resolved = interaction.resolved
    if resolved is None:
        return ()
    known = {**resolved.users, **resolved.members, **resolved.roles}
    return [read_target(known[hikari.Snowflake(value)]) for value in interaction.values]
