"""Guilds, their channels, roles and members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import channels, errors, payloads
from tests.simulator.routing import Reply, route

if TYPE_CHECKING:
    from tests.simulator.routing import Request


@route("GET /guilds/{guild_id}")
def guild(request: Request) -> Reply:
    found, _ = request.guild()
    return Reply(200, payloads.guild(found, counts=request.flag("with_counts")))


@route("GET /guilds/{guild_id}/channels")
def guild_channels(request: Request) -> Reply:
    found, _ = request.guild()
    return Reply(200, [payloads.channel(channel) for channel in found.channels.values()])


@route("GET /guilds/{guild_id}/threads/active")
def active_threads(request: Request) -> Reply:
    found, bot = request.guild()
    listed = channels.threads_of(request.discord, found, bot)
    return Reply(
        200, payloads.threads([one for one in listed if one.thread is not None and not one.thread.archived], bot)
    )


@route("POST /guilds/{guild_id}/channels")
def create_channel(request: Request) -> Reply:
    found, bot = request.guild()
    request.require_two_factor(found)
    return Reply(201, payloads.channel(channels.create(request.discord, found, bot, request.body)))


@route("GET /guilds/{guild_id}/roles")
def roles(request: Request) -> Reply:
    found, _ = request.guild()
    return Reply(200, [payloads.role(role) for role in found.roles.values()])


@route("GET /guilds/{guild_id}/roles/{role_id}")
def role(request: Request) -> Reply:
    found, _ = request.guild()
    wanted = found.roles.get(request.id("role_id"))
    if wanted is None:
        raise errors.unknown("Role")
    return Reply(200, payloads.role(wanted))


@route("GET /guilds/{guild_id}/members")
def members(request: Request) -> Reply:
    found, _ = request.guild()
    after, limit = int(request.query.get("after", "0")), int(request.query.get("limit", "1"))
    later = sorted(member_id for member_id in found.members if member_id > after)
    return Reply(200, [payloads.member(found.members[member_id]) for member_id in later[:limit]])


@route("GET /guilds/{guild_id}/members/{user_id}")
def member(request: Request) -> Reply:
    found, _ = request.guild()
    wanted = found.members.get(request.id("user_id"))
    if wanted is None:
        raise errors.unknown("Member" if request.id("user_id") in request.discord.users else "User")
    return Reply(200, payloads.member(wanted))
