"""Simulator: a stand-in for Discord on loopback, stateful and strict. It knows nothing of what bots are for."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Callable
from typing import Any, Self

import aiohttp
import attrs
import nacl.signing
from aiohttp import web

from tests.standin import api, errors, limits, openapi, presses, state
from tests.standin.faults import Call, Fault, Faults, Hook
from tests.standin.gateway import Gateway
from tests.standin.presses import Press

MESSAGE_CONTENT = 1 << 18
UPLOAD_LIMIT = 10 * 1024 * 1024
UNVALIDATED = ("/interactions/",)
"""Paths whose bodies Discord's document describes more narrowly than its prose does."""


class NotAllowed(Exception):  # noqa: N818 - what a person's client would not even offer
    """A member tried what they cannot do."""


@attrs.define(kw_only=True, eq=False)
class Simulator:
    """Discord, as far as a bot can tell."""

    application_flags: int = MESSAGE_CONTENT
    latency: float = 0.0
    """Seconds that each call of the bot takes."""
    interactions_urls: list[str] = attrs.field(factory=list[str])
    """Where interactions are posted; over the gateway if empty."""
    snowflake: state.Snowflakes = attrs.field(factory=state.Snowflakes)
    guilds: dict[int, state.Guild] = attrs.field(factory=dict[int, state.Guild])
    commands: dict[int, dict[str, Any]] = attrs.field(factory=dict[int, dict[str, Any]])
    presses: dict[int, Press] = attrs.field(factory=dict[int, Press])
    calls: list[Call] = attrs.field(factory=list[Call])
    violations: list[str] = attrs.field(factory=list[str])
    faults: Faults = attrs.field(factory=Faults)
    before_apply: Hook | None = None
    after_apply: Hook | None = None
    key: nacl.signing.SigningKey = attrs.field(factory=nacl.signing.SigningKey.generate)
    bot: state.User = attrs.field(init=False)
    application_id: int = attrs.field(init=False)
    token: str = attrs.field(init=False)
    port: int = attrs.field(init=False, default=0)
    gateway: Gateway = attrs.field(init=False)
    lenient: bool = False
    """Whether the simulator's own answers may be of shapes that Discord's document does not know."""
    _ports: set[int] = attrs.field(init=False, factory=set[int])
    _runner: web.AppRunner | None = attrs.field(init=False, default=None)
    _session: aiohttp.ClientSession | None = attrs.field(init=False, default=None)
    _tasks: set[asyncio.Task[None]] = attrs.field(init=False, factory=set[asyncio.Task[None]])
    _turn: itertools.count[int] = attrs.field(init=False, factory=itertools.count)
    _changed: asyncio.Event = attrs.field(init=False, factory=asyncio.Event)

    def __attrs_post_init__(self) -> None:
        self.bot = state.User(id=self.snowflake(), name="TicketBot", bot=True)
        self.application_id = self.bot.id
        self.token = api.bot_token(self.bot.id)
        self.gateway = Gateway(self)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=UPLOAD_LIMIT * 3)
        app.router.add_get("/gw/", self.gateway.serve)
        app.router.add_get("/cdn/{channel}/{file}/{name}", self._cdn)
        app.router.add_route("*", "/api/v10/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await self.gateway.close()
        if self._session:
            await self._session.close()
        if self._runner:
            await self._runner.cleanup()

    # Where things are.

    @property
    def connections(self) -> int:
        """How many connections the bot's calls came by."""
        return len(self._ports)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.base_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gw/"

    @property
    def public_key(self) -> str:
        return bytes(self.key.verify_key).hex()

    def channel(self, channel_id: int) -> state.Channel | None:
        return next(
            (guild.channels[channel_id] for guild in self.guilds.values() if channel_id in guild.channels), None
        )

    def bot_in(self, guild: state.Guild) -> state.Member:
        member = guild.members.get(self.bot.id)
        if member is None:
            raise errors.MISSING_ACCESS
        return member

    def press_by_token(self, token: str) -> Press:
        press = next((press for press in self.presses.values() if press.token == token), None)
        if press is None or press.kind is None or press.is_expired:
            raise errors.UNKNOWN_WEBHOOK
        return press

    def application_payload(self) -> dict[str, Any]:
        return {
            "id": str(self.application_id),
            "name": self.bot.name,
            "icon": None,
            "description": "",
            "type": None,
            "bot": self.bot.payload(),
            "bot_public": True,
            "bot_require_code_grant": False,
            "integration_types_config": {"0": {}},
            "verify_key": self.public_key,
            "flags": self.application_flags,
            "flags_new": str(self.application_flags),
            "eligible_oauth2_scopes": [],
            "owner": {**self.bot.payload(), "bot": False},
            "team": None,
            "redirect_uris": [],
            "interactions_endpoint_url": self.interactions_urls[0] if self.interactions_urls else None,
            "role_connections_verification_url": None,
            "approximate_guild_count": len(self.guilds),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
        }

    # What there is.

    def add_guild(self, name: str = "Serveur", *, bot_permissions: int | None = None) -> state.Guild:
        guild_id = self.snowflake()
        owner = state.User(id=self.snowflake(), name="Propriétaire")
        guild = state.Guild(id=guild_id, name=name, owner_id=owner.id)
        guild.roles[guild_id] = state.Role(id=guild_id, name="@everyone", permissions=state.EVERYONE, position=0)
        guild.members[owner.id] = state.Member(user=owner, guild=guild)
        self.guilds[guild_id] = guild
        permissions = state.ADMINISTRATOR if bot_permissions is None else bot_permissions
        role = self.add_role(guild, self.bot.name, permissions=permissions)
        guild.members[self.bot.id] = state.Member(user=self.bot, guild=guild, roles=[role])
        return guild

    def add_role(self, guild: state.Guild, name: str, *, permissions: int = 0, mentionable: bool = False) -> state.Role:
        role = state.Role(id=self.snowflake(), name=name, permissions=permissions, mentionable=mentionable)
        guild.roles[role.id] = role
        return role

    def add_member(self, guild: state.Guild, name: str, *roles: state.Role) -> state.Member:
        user = state.User(id=self.snowflake(), name=name)
        guild.members[user.id] = state.Member(user=user, guild=guild, roles=list(roles))
        return guild.members[user.id]

    def add_channel(
        self, guild: state.Guild, name: str, kind: int = state.TEXT, parent: state.Channel | None = None
    ) -> state.Channel:
        channel = state.Channel(id=self.snowflake(), guild=guild, name=name, type=kind, parent=parent)
        guild.channels[channel.id] = channel
        return channel

    def remove_channel(self, channel: state.Channel) -> None:
        channel.guild.channels.pop(channel.id, None)
        for child in channel.guild.channels.values():
            if child.parent is channel:
                child.parent = None
        self.changed()

    def remove_role(self, role: state.Role, guild: state.Guild) -> None:
        del guild.roles[role.id]
        for member in guild.members.values():
            member.roles = [kept for kept in member.roles if kept is not role]

    def new_message(
        self,
        channel: state.Channel,
        author: state.User,
        body: dict[str, Any],
        files: list[tuple[str, bytes, str | None]] | None = None,
        *,
        seen_by: int | None = None,
    ) -> state.Message:
        limits.check_message(body, files=len(files or ()), partial=author.bot and seen_by is not None)
        if sum(len(content) for _, content, _ in files or ()) > UPLOAD_LIMIT:
            raise errors.TOO_LARGE
        message = state.Message(
            id=self.snowflake(),
            channel=channel,
            author=author,
            content=body.get("content") or "",
            embeds=[_shown_embed(embed) for embed in body.get("embeds") or ()],
            components=_numbered(body.get("components") or []),
            files=[
                state.File(id=self.snowflake(), name=name, content=content, content_type=kind)
                for name, content, kind in files or ()
            ],
            flags=body.get("flags", 0) or 0,
            seen_by=seen_by,
        )
        message.pinged = self._pinged(message, body.get("allowed_mentions"))
        channel.messages.append(message)
        self.changed()
        return message

    def edit(self, message: state.Message, body: dict[str, Any]) -> None:
        limits.check_message(body, files=0, partial=True)
        if "content" in body:
            message.content = body["content"] or ""
        if "embeds" in body:
            message.embeds = [_shown_embed(embed) for embed in body["embeds"] or ()]
        if "components" in body:
            message.components = _numbered(body["components"] or [])
        message.edited = state.iso()
        self.changed()

    def message_payload(self, message: state.Message, *, for_bot: bool = False) -> dict[str, Any]:
        blank = for_bot and not self.application_flags & (MESSAGE_CONTENT | 1 << 19) and message.author is not self.bot
        return message.payload(self.base_url, blank=blank)

    def _pinged(self, message: state.Message, allowed: dict[str, Any] | None) -> set[int]:
        payload = message.payload(self.base_url)
        users = {int(user["id"]) for user in payload["mentions"]}
        roles = {int(role) for role in payload["mention_roles"]}
        guild = message.channel.guild
        author = guild.members.get(message.author.id)
        if author is not None and not author.permissions(message.channel) & state.MENTION_ALL:
            roles = {role for role in roles if role in guild.roles and guild.roles[role].mentionable}
        if allowed is not None:
            parse = allowed.get("parse", [])
            if "users" not in parse:
                users &= {int(user) for user in allowed.get("users", [])}
            if "roles" not in parse:
                roles &= {int(role) for role in allowed.get("roles", [])}
        return users | roles

    # What members do.

    async def write(self, member: state.Member, channel: state.Channel, content: str, **more: Any) -> state.Message:  # noqa: ANN401
        held = member.permissions(channel)
        files: list[tuple[str, bytes, str | None]] = more.get("files") or []
        if not held & state.VIEW or not held & state.SEND or (files and not held & state.ATTACH):
            raise NotAllowed(f"{member.user.name} cannot write in #{channel.name}")
        return self.new_message(channel, member.user, {"content": content, "allowed_mentions": None}, files)

    def sees(self, member: state.Member, message: state.Message) -> bool:
        visible = bool(member.permissions(message.channel) & state.VIEW)
        return (
            visible
            and message in message.channel.messages
            and message.channel.id in message.channel.guild.channels
            and message.seen_by in (None, member.id)
        )

    async def press(
        self, member: state.Member, message: state.Message, custom_id: str, *, via: int | None = None
    ) -> Press:
        """Press a button that the member sees."""
        if not self.sees(member, message):
            raise NotAllowed(f"{member.user.name} does not see the message")
        button = next((button for button in message.buttons() if button.get("custom_id") == custom_id), None)
        if button is None or button.get("disabled"):
            raise NotAllowed(f"there is no button {custom_id}")
        return await self.forge(member, message, custom_id, via=via)

    async def forge(
        self, member: state.Member, message: state.Message, custom_id: str, *, via: int | None = None
    ) -> Press:
        """Press a button, whether it is there or not."""
        press = Press(
            sim=self,
            id=self.snowflake(),
            type=presses.COMPONENT,
            member=member,
            channel=message.channel,
            message=message,
            data={"custom_id": custom_id, "component_type": 2, "id": 1},
        )
        return await self._send(press, via)

    async def command(
        self,
        member: state.Member,
        channel: state.Channel,
        name: str,
        *,
        via: int | None = None,
        force: bool = False,
        **options: Any,  # noqa: ANN401
    ) -> Press:
        """Type a slash command with its options, as far as the member's client offers it."""
        command = next((known for known in self.commands.values() if known["name"] == name), None)
        if command is None:
            raise NotAllowed(f"there is no command /{name}")
        held = member.permissions(channel)
        wanted = command["default_member_permissions"]
        if not force and wanted is not None and int(wanted) & ~held:
            raise NotAllowed(f"{member.user.name} is not offered /{name}")
        data, resolved = [], {"channels": {}, "roles": {}}
        known = {option["name"]: option for option in command["options"]}
        if not force and (missing := {key for key, option in known.items() if option.get("required")} - options.keys()):
            raise NotAllowed(f"/{name} needs {missing}")
        for key, value in options.items():
            kinds = known[key].get("channel_types")
            if not force and kinds and value.type not in kinds:
                raise NotAllowed(f"{key} does not offer #{value.name}")
            data.append({"name": key, "type": known[key]["type"], "value": str(value.id)})
            if isinstance(value, state.Channel):
                shown = {**value.payload(), "permissions": str(held)}
                resolved["channels"][str(value.id)] = {
                    kept: shown[kept] for kept in ("id", "name", "type", "permissions", "parent_id", "flags")
                }
            else:
                resolved["roles"][str(value.id)] = value.payload()
        press = Press(
            sim=self,
            id=self.snowflake(),
            type=presses.COMMAND,
            member=member,
            channel=channel,
            data={"id": command["id"], "name": name, "type": 1, "options": data, "resolved": resolved},
        )
        return await self._send(press, via)

    async def _send(self, press: Press, via: int | None) -> Press:
        self.presses[press.id] = press
        press.sent = time.monotonic()
        if not self.interactions_urls:
            await self.gateway.dispatch("INTERACTION_CREATE", press.payload())
            return press
        turn = next(self._turn) if via is None else via
        url = self.interactions_urls[turn % len(self.interactions_urls)]
        press.body = json.dumps(press.payload()).encode()
        press.headers = self.signed(press.body)
        task = asyncio.create_task(self._post(press, url))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return press

    def signed(self, body: bytes, *, age: float = 0.0) -> dict[str, str]:
        timestamp = str(int(time.time() - age))
        signature = self.key.sign(timestamp.encode() + body).signature.hex()
        return {
            "Content-Type": "application/json",
            "X-Signature-Ed25519": signature,
            "X-Signature-Timestamp": timestamp,
        }

    async def _post(self, press: Press, url: str) -> None:
        try:
            status, kind, content = await self.post(url, press.body, press.headers)
        except (aiohttp.ClientError, OSError, TimeoutError):
            press.http_status = 599
            return
        press.http_status = status
        if status == 200 and kind == "application/json" and not press.is_expired:
            with contextlib.suppress(errors.Refused):
                press.acknowledge(json.loads(content), [])

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        """Post to the bot what it may or may not expect."""
        assert self._session is not None
        async with self._session.post(url, data=body, headers=headers) as response:
            return response.status, response.content_type, await response.read()

    async def replay(self, press: Press, *, via: int = 0) -> int:
        """Send a signed interaction once more, to the letter; tell the HTTP status."""
        return (await self.post(self.interactions_urls[via], press.body, press.headers))[0]

    def changed(self) -> None:
        self._changed.set()

    async def until(self, condition: Callable[[], Any], within: float = 10.0) -> Any:  # noqa: ANN401 - what the condition gives
        """Wait until something is so; give what the condition gave."""
        async with asyncio.timeout(within):
            while not (found := condition()):
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.05)
            return found

    # What the bot asks.

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        found = api.template_of(request.method, path)
        documented = openapi.route_of(request.method, path)
        body, files = await _read(request)
        call = Call(
            index=len(self.calls) + 1,
            method=request.method,
            route=found[0] if found else f"{request.method} {path}",
            path=path,
            body=body,
            started=time.monotonic(),
        )
        self.calls.append(call)
        if request.transport is not None:
            self._ports.add(request.transport.get_extra_info("peername")[1])
        if found is None or documented is None:
            self.violations.append(f"unknown route {request.method} {path}")
            return web.json_response({"message": "404: Not Found", "code": 0}, status=404)
        try:
            return await self._answer(
                request,
                call,
                api.Request(ids=found[1], query=dict(request.query), body=body, files=files),
                openapi.Contract(request.method, documented),
            )
        finally:
            call.ended = time.monotonic()

    async def _answer(
        self, request: web.Request, call: Call, asked: api.Request, contract: openapi.Contract
    ) -> web.StreamResponse:
        fault = self.faults.take(call)
        if self.latency:
            await asyncio.sleep(self.latency)
        if fault is not None and fault.hang:
            await asyncio.sleep(fault.hang)
        if fault is not None and not fault.apply and (fault.drop or fault.status):
            return self._fail(request, call, fault)
        if (
            not call.path.startswith("/interactions/")
            and request.headers.get("Authorization") != f"Bot {self.token}"
            and not call.path.startswith("/webhooks/")
        ):
            return self._respond(call, errors.UNAUTHORIZED.status, errors.UNAUTHORIZED.body)
        wrong = contract.request(asked.query, asked.body)
        if wrong:
            self.violations += [f"{call.route}: {complaint}" for complaint in wrong]
            refusal = errors.Refused(400, 50035, "Invalid Form Body", {})
            return self._respond(call, refusal.status, refusal.body)
        if self.before_apply:
            await self.before_apply(call)
        try:
            status, answer = await api.ROUTES[call.route](self, asked)
        except errors.Refused as refused:
            status, answer = refused.status, refused.body
        else:
            if not self.lenient:
                self.violations += [f"{call.route}: {complaint}" for complaint in contract.answer(status, answer)]
        if self.after_apply:
            await self.after_apply(call)
        if fault is not None and (fault.drop or fault.status):
            return self._fail(request, call, fault)
        return self._respond(call, status, answer)

    def _fail(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.drop:
            call.status = -1
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        return self._respond(call, fault.status, fault.body or {"message": "fault", "code": 0}, fault.headers)

    def _respond(
        self, call: Call, status: int, body: object, headers: dict[str, str] | None = None
    ) -> web.StreamResponse:
        call.status = status
        limited = {
            "X-RateLimit-Bucket": str(abs(hash(call.route)) % (1 << 32)),
            "X-RateLimit-Limit": "1000",
            "X-RateLimit-Remaining": "999",
            "X-RateLimit-Reset": str(time.time() + 1),
            "X-RateLimit-Reset-After": "1",
        }
        if call.path.startswith("/interactions/"):
            limited = {}
        if body is None:
            return web.Response(status=status, headers={**limited, **(headers or {})})
        return web.json_response(body, status=status, headers={**limited, **(headers or {})})

    async def _cdn(self, request: web.Request) -> web.Response:
        channel = self.channel(int(request.match_info["channel"]))
        for message in channel.messages if channel else ():
            for file in message.files:
                if file.id == int(request.match_info["file"]):
                    return web.Response(body=file.content, content_type=file.content_type or "application/octet-stream")
        return web.Response(status=404)


async def _read(request: web.Request) -> tuple[Any, list[tuple[str, bytes, str | None]]]:
    if not request.can_read_body:
        return None, []
    if not request.content_type.startswith("multipart/"):
        content = await request.read()
        return (json.loads(content) if content else None), []
    body: Any = None
    files: list[tuple[str, bytes, str | None]] = []
    form = await request.post()
    for name, field in form.items():
        if name == "payload_json":
            body = json.loads(field.file.read() if isinstance(field, web.FileField) else field)
        elif isinstance(field, web.FileField):
            files.append((field.filename, field.file.read(), field.content_type))
    return body, files


def _shown_embed(embed: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich", **embed}


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give components the ids that Discord gives them."""
    numbers = itertools.count(1)
    return [
        {**row, "id": next(numbers), "components": [{**item, "id": next(numbers)} for item in row["components"]]}
        for row in rows
    ]
