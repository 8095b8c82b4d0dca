"""Whether the bot still has in each configured server what it was configured with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import hikari

from ticketbot.discord import failures, panels
from ticketbot.discord.directory import Directory
from ticketbot.tickets import errors
from ticketbot.tickets.model import GuildId, Place, Problem, UserId
from ticketbot.upkeep.findings import advice, blocks, good

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from ticketbot.discord.messages import Phrasebook
    from ticketbot.ports import TicketStore
    from ticketbot.tickets.model import GuildConfig, Preflight
    from ticketbot.upkeep.findings import Finding

_CHECK: Final = "server"
_PAGE: Final = 100
_AGAIN: Final = "type /ticket-config there again"

_PLACES: Final = {
    Place.PANEL: "the panel's channel",
    Place.TRANSCRIPT: "the transcripts' channel",
    Place.CATEGORY: "the tickets' category",
}


async def inspect(
    rest: hikari.api.RESTClient, store: TicketStore, bot_id: int, phrasebook: Phrasebook
) -> AsyncGenerator[Finding]:
    """Look at each configured server, one after the other."""
    directory = Directory(rest)
    channels = panels.HikariPanelChannels(rest, UserId(bot_id), directory, phrasebook)
    after = GuildId(0)
    while configs := await store.configs(after=after, limit=_PAGE):
        for config in configs:
            for finding in await _inspect_one(config, channels, directory):
                yield attrs.evolve(finding, guild_id=config.guild_id)
        after = configs[-1].guild_id
    if not after:
        yield advice(_CHECK, "none is configured yet: invite the bot (`ticketbot invite`), type /ticket-config")


async def _inspect_one(
    config: GuildConfig, channels: panels.HikariPanelChannels, directory: Directory
) -> Sequence[Finding]:
    try:
        preflight = await channels.preflight(config)
        inside, overall = await _room(config, directory)
        names = await directory.names(config.guild_id)
    except (errors.MissingPermissionsError, errors.DiscordRefusedError):
        return [advice(_CHECK, f"{config.guild_id}: the bot is no longer there; invite it again if it should be")]
    except errors.TicketError as error:
        return [blocks(_CHECK, f"{config.guild_id}: Discord does not answer ({failures.told(error)}); try again")]
    whose = f"{names.guild} ({config.guild_id})"
    lost = [role_id for role_id in config.staff_role_ids if role_id not in names.roles]
    found = [
        *_lacking(preflight, names.channels),
        *_problems(preflight),
        *_lost_roles(lost, len(config.staff_role_ids)),
        *_fullness("category", inside, panels.CATEGORY_LIMIT),
        *_fullness("server", overall, panels.GUILD_LIMIT),
    ]
    if not found:
        room = f"{inside} of {panels.CATEGORY_LIMIT} channels in the category, {overall} of {panels.GUILD_LIMIT} in all"
        found = [good(_CHECK, f"permissions, channels and roles are as needed; {room}")]
    return [attrs.evolve(finding, text=f"{whose}: {finding.text}") for finding in found]


def _lacking(preflight: Preflight, channels: Mapping[int, str]) -> Sequence[Finding]:
    return [
        blocks(
            _CHECK,
            f"in {_PLACES[place]}, {channels.get(channel_id, channel_id)}, the bot lacks "
            + ", ".join((permission.name or "").replace("_", " ").title() for permission in missing),
        )
        for place, channel_id, missing in preflight.missing
    ]


def _problems(preflight: Preflight) -> Sequence[Finding]:
    texts = {
        Problem.EVERYONE_ROLE: f"@everyone is a staff role; {_AGAIN}",
        Problem.CHANNEL_MISSING: f"a configured channel or the category was deleted; {_AGAIN}",
        Problem.CHANNEL_TYPE: f"a configured channel is of another kind now; {_AGAIN}",
    }
    return [blocks(_CHECK, texts[problem]) for problem in preflight.problems if problem in texts]


def _lost_roles(lost: Sequence[int], configured: int) -> Sequence[Finding]:
    if not lost:
        return []
    ids = ", ".join(map(str, lost))
    if len(lost) == configured:
        return [blocks(_CHECK, f"no staff role exists any more ({ids}): nobody can answer; {_AGAIN}")]
    return [advice(_CHECK, f"staff roles that were deleted: {ids}; {_AGAIN}")]


def _fullness(what: str, taken: int, limit: int) -> Sequence[Finding]:
    text = f"the {what} holds {taken} of {limit} channels; delete closed tickets"
    if taken >= limit:
        return [blocks(_CHECK, text)]
    return [advice(_CHECK, text)] if taken >= limit - panels.NEARLY else []


async def _room(config: GuildConfig, directory: Directory) -> tuple[int, int]:
    """Count the channels in the category and in the whole server."""
    channels = await directory.channels(config.guild_id)
    inside = sum(
        isinstance(channel, hikari.PermissibleGuildChannel) and channel.parent_id == config.category_id
        for channel in channels
    )
    return inside, len(channels)
