"""Checks of each configured server: permissions, channels, roles, tickets, and who reads the transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.admin import ticket_checks
from ticketbot.admin.findings import advice, blocks, good
from ticketbot.discord import api_errors, guild_state, panels
from ticketbot.discord.name_cache import NameCache
from ticketbot.discord.preflight import NEARLY_FULL
from ticketbot.services import preflight
from ticketbot.tickets import errors
from ticketbot.tickets.inheritance import as_server, settings_of_server, settings_of_topic
from ticketbot.tickets.model import GuildId, UserId
from ticketbot.tickets.permissions import Permission
from ticketbot.tickets.preflight import Place, Problem

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    import hikari

    from ticketbot.admin.findings import Finding
    from ticketbot.discord.name_cache import GuildNames
    from ticketbot.services.store_ports import TicketStore
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.panels import Panel
    from ticketbot.tickets.preflight import Preflight
    from ticketbot.tickets.topics import Topic

_CHECK: Final = "server"
_PAGE: Final = 100
_RERUN: Final = "run /ticket-config there again"

_CLOSED_CATEGORY_GONE: Final = "the category of closed tickets was deleted; choose another one in /ticket-settings"

_PLACES: Final = {
    Place.PANEL: "the panel's channel",
    Place.TRANSCRIPT: "the transcripts' channel",
    Place.CATEGORY: "the tickets' category",
}
_FOR_NOTES: Final = (
    ", which the staff's notes need, and each ticket that has some, also once notes are off: give them to its role"
)


async def inspect(
    rest: hikari.api.RESTClient, store: TicketStore, bot_id: int, catalog: MessageCatalog
) -> AsyncGenerator[Finding]:
    """Yield findings for each configured server."""
    name_cache = NameCache(rest)
    channels = panels.HikariPanelChannels(rest, UserId(bot_id), name_cache, catalog)
    after = GuildId(0)
    while configs := await store.configs(after=after, limit=_PAGE):
        for config in configs:
            tickets = ticket_checks.TicketChecks(rest, store, UserId(bot_id))
            for finding in await _inspect_one(config, channels, name_cache, tickets):
                yield attrs.evolve(finding, guild_id=config.guild_id)
        after = configs[-1].guild_id
    if not after:
        yield advice(_CHECK, "none is configured yet: invite the bot (`ticketbot invite`), run /ticket-config")


async def _inspect_one(
    config: GuildConfig,
    channels: panels.HikariPanelChannels,
    name_cache: NameCache,
    tickets: ticket_checks.TicketChecks,
) -> Sequence[Finding]:
    try:
        found = await name_cache.channels(config.guild_id)
        closed = config.closed_category_id
        if is_closed_category_gone := closed is not None and all(channel.id != closed for channel in found):
            config = attrs.evolve(config, closed_category_id=None)  # it has a remedy of its own
        of_server, *of_topics = await preflight.of_each(
            channels, config, (None, *(topic for topic in config.topics if topic.is_enabled))
        )
        of_panels = [(panel, await preflight.of_panel(channels, config, panel)) for panel in config.panels]
        names = await name_cache.names(config.guild_id)
        unbound = await _unbound_by_claims(config, name_cache)
        out_of_reach = await tickets.inspect(config.guild_id, found)
    except (errors.MissingPermissionsError, errors.DiscordRefusedError):
        return [
            advice(
                _CHECK,
                f"{config.guild_id}: the bot is not in this server any more; invite it again, or delete the server's "
                f"records: ticketbot store forget {config.guild_id}",
            )
        ]
    except errors.TicketError as error:
        return [blocks(_CHECK, f"{config.guild_id}: Discord does not answer ({api_errors.describe(error)}); try again")]
    inside, overall = guild_state.count_in_category(found, config.category_id), len(found)
    lost = [role_id for role_id in config.staff_role_ids if role_id not in names.roles]
    findings = [
        *_lacking(of_server[1], names.channels),
        *_problems(of_server[1]),
        *([blocks(_CHECK, _CLOSED_CATEGORY_GONE)] if is_closed_category_gone else ()),
        *out_of_reach,
        *_visible_transcripts(config, of_server[1], names),
        *_lost_roles(lost, len(config.staff_role_ids)),
        *(finding for panel, found in of_panels for finding in _of_panel(panel, found, names)),
        *(
            finding
            for topic, found in of_topics
            if topic is not None
            for finding in _of_topic(topic, config, (of_server[1], found), names)
        ),
        *unbound,
        *_fullness("category", inside, guild_state.CATEGORY_LIMIT),
        *_fullness_of_closed_category(config, found),
        *_fullness("server", overall, guild_state.GUILD_LIMIT),
    ]
    if not findings:
        room = f"{inside} of {guild_state.CATEGORY_LIMIT} channels in the category, "
        room += f"{overall} of {guild_state.GUILD_LIMIT} in all"
        findings = [good(_CHECK, f"permissions, channels and roles are as needed; {room}")]
    server = f"{names.guild} ({config.guild_id})"
    return [attrs.evolve(finding, text=f"{server}: {finding.text}") for finding in findings]


def _lacking(found: Preflight, channels: Mapping[int, str]) -> Sequence[Finding]:
    return [
        blocks(
            _CHECK,
            f"{_where(place, channels.get(channel_id, channel_id))} the bot lacks "
            + ", ".join(permission.label for permission in missing)
            + (_FOR_NOTES if place is Place.SERVER else ""),
        )
        for place, channel_id, missing in found.missing
    ]


def _where(place: Place, channel: str | int) -> str:
    return "on the whole server" if place is Place.SERVER else f"in {_PLACES[place]}, {channel},"


def _of_panel(panel: Panel, found: Preflight, names: GuildNames) -> Sequence[Finding]:
    """Return what is wrong with the channel of a further panel."""
    if panel.channel_id not in names.channels:
        text = f"the channel {panel.channel_id} of a further panel was deleted; choose another one in /ticket-settings"
        return [advice(_CHECK, text)]
    return _lacking(found, names.channels)


def _of_topic(
    topic: Topic, config: GuildConfig, preflights: tuple[Preflight, Preflight], names: GuildNames
) -> Sequence[Finding]:
    """Return the findings about a topic that are not those about its server."""
    of_server, found = preflights
    found = attrs.evolve(
        found,
        missing=tuple(one for one in found.missing if one not in of_server.missing),
        problems=tuple(one for one in found.problems if one not in of_server.problems),
    )
    lost = [role_id for role_id in topic.staff_role_ids if role_id not in names.roles]
    remedy = "change the topic's settings"
    findings = [
        *_lacking(found, names.channels),
        *_problems(found, remedy),
        *_visible_transcripts(as_server(topic, config), found, names),
        *_lost_roles(lost, len(topic.staff_role_ids), remedy),
    ]
    return [attrs.evolve(finding, text=f"topic {topic.name}: {finding.text}") for finding in findings]


async def _unbound_by_claims(config: GuildConfig, name_cache: NameCache) -> Sequence[Finding]:
    """Return which staff roles see claimed tickets whatever the claim mode is, where there is one."""
    of_all = (settings_of_server(config), *(settings_of_topic(one, config) for one in config.topics if one.is_enabled))
    bound = {role_id for settings in of_all if settings.claim_mode is not None for role_id in settings.staff_role_ids}
    if not bound:
        return []
    roles = (await name_cache.guild(config.guild_id)).roles.values()
    found = [role.name for role in roles if role.id in bound and role.permissions & Permission.ADMINISTRATOR]
    if not found:
        return []
    text = "claimed tickets are neither hidden from nor read-only for these staff roles, since they have Administrator"
    return [advice(_CHECK, f"{text}: {', '.join(found)}")]


def _problems(found: Preflight, remedy: str = _RERUN) -> Sequence[Finding]:
    texts = {
        Problem.EVERYONE_ROLE: f"@everyone is a staff role; {remedy}",
        Problem.CHANNEL_MISSING: f"a configured channel or the category was deleted; {remedy}",
        Problem.CHANNEL_TYPE: f"a configured channel is of another kind now; {remedy}",
        Problem.MANAGED_ROLE: f"a staff role belongs to a bot or an integration; {remedy}",
        Problem.PUBLIC_TRANSCRIPT_CHANNEL: f"transcripts go into a panel's channel, which everybody reads; {remedy}",
        Problem.PANEL_CHANNEL_TAKEN: "two panels are in one channel; delete one in /ticket-settings",
        Problem.TIMED_OUT: "the bot is timed out; a moderator has to end the timeout",
        Problem.TWO_FACTOR: "the server requires two-factor authentication, which the account that owns the bot lacks: "
        "Discord refuses to manage channels; turn it on in that account's settings",
    }
    return [blocks(_CHECK, texts[problem]) for problem in found.problems if problem in texts]


def _visible_transcripts(config: GuildConfig, found: Preflight, names: GuildNames) -> Sequence[Finding]:
    if not found.transcript_readers:
        return []
    readers = ", ".join(
        "@everyone" if role_id == config.guild_id else names.roles[role_id][0] for role_id in found.transcript_readers
    )
    channel = names.channels.get(config.transcript_channel_id, config.transcript_channel_id)
    text = f"members who are no staff see the transcripts in {channel} ({readers}): take View Channel from them there"
    return [blocks(_CHECK, text)]


def _lost_roles(lost: Sequence[int], configured: int, remedy: str = _RERUN) -> Sequence[Finding]:
    if not lost:
        return []
    ids = ", ".join(map(str, lost))
    if len(lost) == configured:
        return [blocks(_CHECK, f"no staff role exists any more ({ids}): nobody can answer; {remedy}")]
    return [advice(_CHECK, f"staff roles that were deleted: {ids}; {remedy}")]


def _fullness_of_closed_category(config: GuildConfig, found: Sequence[guild_state.Channel]) -> Sequence[Finding]:
    """Return advice where it is nearly full: what does not fit any more stays where it is."""
    closed = config.closed_category_id
    if closed is None or closed == config.category_id:
        return ()
    findings = _fullness(
        "category of closed tickets", guild_state.count_in_category(found, closed), guild_state.CATEGORY_LIMIT
    )
    return [advice(_CHECK, finding.text) for finding in findings]


def _fullness(what: str, taken: int, limit: int) -> Sequence[Finding]:
    text = f"the {what} holds {taken} of {limit} channels; delete closed tickets"
    if taken >= limit:
        return [blocks(_CHECK, text)]
    return [advice(_CHECK, text)] if taken >= limit - NEARLY_FULL else []
