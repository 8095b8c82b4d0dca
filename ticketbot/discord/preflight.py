"""Whether the bot has in a server what a configuration needs, and whether members' words stay private there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import hikari

from ticketbot.discord import api, api_errors, guild_state
from ticketbot.discord.own_member import OwnMember, is_timed_out
from ticketbot.tickets import permissions
from ticketbot.tickets.inheritance import settings_of_topic
from ticketbot.tickets.model import ChannelId, Language, RoleId
from ticketbot.tickets.permissions import Permission
from ticketbot.tickets.preflight import Place, Preflight, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ticketbot.tickets.model import GuildConfig, UserId

NEARLY_FULL: Final = 5
"""How many free places in a category or a server count as nearly full."""


async def inspect(
    rest: hikari.api.RESTClient,
    config: GuildConfig,
    bot_id: UserId,
    server: tuple[guild_state.Guild, Sequence[guild_state.Channel]],
) -> Preflight:
    """Compute the bot's permissions in each place, as Discord does, and look for other problems."""
    guild, channels = server
    member = await OwnMember(rest=rest, bot_id=bot_id).fetch(config.guild_id)
    by_id = {channel.id: channel for channel in channels}
    role_ids = [RoleId(int(role_id)) for role_id in member.get("roles") or ()]
    missing: list[tuple[Place, ChannelId, tuple[Permission, ...]]] = []
    for place, channel_id, needed in _needs(config, guild):
        if channel_id in by_id:
            held = guild.permissions_in(by_id[channel_id], role_ids, bot_id)
            if lacking := permissions.missing(held, needed):
                missing.append((place, channel_id, lacking))
    if lacking := _lacking_for_notes(config, guild.permissions_of(role_ids)):
        missing.append((Place.SERVER, config.category_id, lacking))
    problems = [*_problems(config, guild, channels)]
    if is_timed_out(member):
        problems.append(Problem.TIMED_OUT)
    problems += await _application_problems(rest, guild)
    return Preflight(
        missing=tuple(missing),
        problems=tuple(problems),
        transcript_readers=transcript_readers(config, guild, channels),
        language=_language(guild),
    )


def transcript_readers(
    config: GuildConfig, guild: guild_state.Guild, channels: Sequence[guild_state.Channel]
) -> tuple[RoleId, ...]:
    """Return the roles that are no staff and see the transcripts' channel; @everyone alone if it does.

    Administrators and bots see every channel that they are let into; their roles are left out.
    """
    channel = next((one for one in channels if one.id == config.transcript_channel_id), None)
    if channel is None:
        return ()
    staff = {*config.staff_role_ids}
    for topic in config.topics:  # those whose transcripts go there too
        settings = settings_of_topic(topic, config)
        if settings.transcript_channel_id == channel.id:
            staff.update(settings.staff_role_ids)
    if guild.permissions_in(channel, []) & Permission.VIEW_CHANNEL:
        return (RoleId(guild.id),)
    return tuple(
        RoleId(role.id)
        for role in guild.roles.values()
        if role.id not in (guild.id, *staff)
        and role.bot_id is None
        and not role.permissions & Permission.ADMINISTRATOR
        and guild.permissions_in(channel, [RoleId(role.id)]) & Permission.VIEW_CHANNEL
    )


async def _application_problems(rest: hikari.api.RESTClient, guild: guild_state.Guild) -> Sequence[Problem]:
    problems: list[Problem] = []
    async with api_errors.translate_errors():
        flags = int((await api.fetch_application(rest)).get("flags") or 0)
        if not flags & api.MESSAGE_CONTENT:
            problems.append(Problem.MESSAGE_CONTENT)
        if guild.requires_two_factor and (await api.fetch_my_user(rest)).get("mfa_enabled") is False:
            problems.append(Problem.TWO_FACTOR)
    return problems


def _needs(config: GuildConfig, guild: guild_state.Guild) -> Sequence[tuple[Place, ChannelId, Permission]]:
    staff = [guild.roles[role_id] for role_id in config.staff_role_ids if role_id in guild.roles]
    pings = Permission.NONE if all(role.is_mentionable for role in staff) else permissions.NEEDED_FOR_PINGS
    return (
        (Place.PANEL, config.panel_channel_id, permissions.NEEDED_IN_PANEL_CHANNEL),
        (Place.TRANSCRIPT, config.transcript_channel_id, permissions.NEEDED_IN_TRANSCRIPT_CHANNEL),
        *(
            (Place.CATEGORY, category_id, permissions.NEEDED_IN_CATEGORY | pings)
            for category_id in (config.category_id, *config.overflow_category_ids)
        ),
        *((Place.CATEGORY, one, permissions.NEEDED_IN_CLOSED_CATEGORY) for one in _closed_categories(config)),
    )


def _lacking_for_notes(config: GuildConfig, held: int) -> tuple[Permission, ...]:
    """Return what the bot's roles lack for the staff's notes.

    What a category allows does not count: a ticket's channel has overwrites of its own, and Discord lets a bot put into
    them what its roles allow.
    """
    if not config.has_notes or held & Permission.ADMINISTRATOR:
        return ()
    return permissions.missing(held, permissions.NEEDED_FOR_NOTES)


def _problems(
    config: GuildConfig, guild: guild_state.Guild, channels: Sequence[guild_state.Channel]
) -> Iterator[Problem]:
    yield from _role_problems(config, guild)
    yield from _channel_problems(config, {channel.id: channel for channel in channels})
    categories = (config.category_id, *_closed_categories(config))
    inside = max(guild_state.count_in_category(channels, one) for one in categories)
    if inside >= guild_state.CATEGORY_LIMIT - NEARLY_FULL:
        yield Problem.CATEGORY_NEARLY_FULL
    if len(channels) >= guild_state.GUILD_LIMIT - NEARLY_FULL:
        yield Problem.GUILD_NEARLY_FULL


def _role_problems(config: GuildConfig, guild: guild_state.Guild) -> Iterator[Problem]:
    staff = [guild.roles.get(role_id) for role_id in config.staff_role_ids]
    if config.guild_id in config.staff_role_ids:
        yield Problem.EVERYONE_ROLE
    if any(role is not None and (role.is_managed or role.bot_id is not None) for role in staff):
        yield Problem.MANAGED_ROLE
    if None in staff:
        yield Problem.ROLE_MISSING


def _channel_problems(config: GuildConfig, channels: Mapping[int, guild_state.Channel]) -> Iterator[Problem]:
    wanted = (
        (config.panel_channel_id, guild_state.TEXT_CHANNEL),
        (config.transcript_channel_id, guild_state.TEXT_CHANNEL),
        *((one, guild_state.CATEGORY) for one in (config.category_id, *config.overflow_category_ids)),
        *((one, guild_state.CATEGORY) for one in _closed_categories(config)),
    )
    found = [(channels.get(channel_id), kind) for channel_id, kind in wanted]
    if any(channel is None for channel, _ in found):
        yield Problem.CHANNEL_MISSING
    if any(channel is not None and channel.type != kind for channel, kind in found):
        yield Problem.CHANNEL_TYPE
    further = {panel.channel_id for panel in config.panels}
    of_topics = {topic.transcript_channel_id for topic in config.topics}
    if config.transcript_channel_id in {config.panel_channel_id, *further} or config.panel_channel_id in of_topics:
        yield Problem.PUBLIC_TRANSCRIPT_CHANNEL
    if config.panel_channel_id in further:
        yield Problem.PANEL_CHANNEL_TAKEN


def _closed_categories(config: GuildConfig) -> Sequence[ChannelId]:
    """Return where closed tickets are moved, unless tickets are opened there, which needs more."""
    closed = config.closed_category_id
    return () if closed in (None, config.category_id, *config.overflow_category_ids) else (closed,)


def _language(guild: guild_state.Guild) -> Language | None:
    """Return the language that a server chose: only a Community can, Discord calls the others American English."""
    if not guild.locale or (guild.locale == hikari.Locale.EN_US and "COMMUNITY" not in guild.features):
        return None
    return Language.of(guild.locale)
