"""Application commands, global and of a guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import commands, errors, payloads
from tests.simulator.routing import Reply, route

if TYPE_CHECKING:
    from tests.simulator.routing import Request
    from tests.simulator.state import Command


def _scope(request: Request) -> int | None:
    if request.id("application_id") != request.discord.application.id:
        words = "You are not authorized to perform this action on this application"
        raise errors.DiscordError(403, 20012, words)
    if "guild_id" not in request.parameters:
        return None
    return request.guild()[0].id


def _found(request: Request) -> Command:
    guild_id = _scope(request)
    command = request.discord.application.commands.get(request.id("command_id"))
    if command is None or command.guild_id != guild_id:
        raise errors.unknown("application command")
    return command


@route("GET /applications/{application_id}/commands")
@route("GET /applications/{application_id}/guilds/{guild_id}/commands")
def registered(request: Request) -> Reply:
    guild_id = _scope(request)
    ours = [command for command in request.discord.application.commands.values() if command.guild_id == guild_id]
    localized = request.flag("with_localizations")
    return Reply(200, [payloads.command(request.discord, command, localizations=localized) for command in ours])


@route("PUT /applications/{application_id}/commands")
@route("PUT /applications/{application_id}/guilds/{guild_id}/commands")
def overwrite(request: Request) -> Reply:
    guild_id = _scope(request)
    # the one route whose body is a list
    raw: object = request.body
    assert isinstance(raw, list)
    made = commands.overwrite(request.discord, guild_id, raw)
    return Reply(200, [payloads.command(request.discord, command) for command in made])


@route("POST /applications/{application_id}/commands")
@route("POST /applications/{application_id}/guilds/{guild_id}/commands")
def create(request: Request) -> Reply:
    guild_id = _scope(request)
    before = commands.find(request.discord, guild_id, (request.body.get("type") or 1, request.body["name"]))
    made = commands.put(request.discord, guild_id, request.body)
    return Reply(201 if before is None else 200, payloads.command(request.discord, made))


@route("GET /applications/{application_id}/commands/{command_id}")
@route("GET /applications/{application_id}/guilds/{guild_id}/commands/{command_id}")
def one(request: Request) -> Reply:
    return Reply(200, payloads.command(request.discord, _found(request)))


@route("PATCH /applications/{application_id}/commands/{command_id}")
@route("PATCH /applications/{application_id}/guilds/{guild_id}/commands/{command_id}")
def edit(request: Request) -> Reply:
    command = _found(request)
    commands.edit(request.discord, command, request.body)
    return Reply(200, payloads.command(request.discord, command))


@route("DELETE /applications/{application_id}/commands/{command_id}")
@route("DELETE /applications/{application_id}/guilds/{guild_id}/commands/{command_id}")
def delete(request: Request) -> Reply:
    del request.discord.application.commands[_found(request).id]
    return Reply(204)
