"""Discord on this machine: start it, fill it, let a bot talk to it, look at what happened."""

from __future__ import annotations

import base64
import itertools
import secrets
from typing import TYPE_CHECKING, Self

from aiohttp import web

from tests.simulator import media, openapi
from tests.simulator.delivery import Deliverer, HttpReply
from tests.simulator.gateway import Gateway
from tests.simulator.guilds import GuildHandle
from tests.simulator.interactions import Interactions, wait_until
from tests.simulator.permissions import BOT, Permissions
from tests.simulator.routing import Services
from tests.simulator.server import PREFIX, Server
from tests.simulator.snowflakes import Snowflakes
from tests.simulator.state import Application, DiscordState, Guild, Limits, Member, Role, User

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import TracebackType

    from tests.simulator.faults import Call, CallFaults
    from tests.simulator.interactions import Interaction
    from tests.simulator.rate_limits import RateLimits
    from tests.simulator.server import Hook


class Simulator:
    """A strict stand-in for Discord, on 127.0.0.1."""

    def __init__(
        self,
        *,
        validate: bool = True,
        port: int = 0,
        limits: Limits | None = None,
        deadline: float = 3.0,
        token_lifetime: float = 900.0,
    ) -> None:
        ids = Snowflakes()
        bot = User(ids.next(), "simulated-bot", bot=True)
        owner = User(ids.next(), "developer")
        self.application = Application(bot.id, "simulated-bot", bot, owner, verify_key="")
        self.discord = DiscordState(self.application, ids, limits or Limits(), users={bot.id: bot, owner.id: owner})
        self.token = f"{base64.b64encode(str(bot.id).encode()).decode().rstrip('=')}.simulated.{secrets.token_hex(14)}"
        self.interactions = Interactions(self.discord, deadline=deadline, lifetime=token_lifetime)
        violations: list[str] = []
        self._deliverer = Deliverer(self.interactions, openapi.discord(), violations)
        self.application.verify_key = self._deliverer.public_key
        services = Services(self.discord, self.interactions, self._deliverer.accepts)
        self.server = Server(services, self.token, validate=validate)
        self.server.violations = violations
        self.gateway = Gateway(self.discord, self.token)
        self.media = media.MediaHosts(self.discord)
        self.endpoints: list[str] = []
        """The endpoints of several replicas, used in turn; empty: the one of the application."""
        self._turn = itertools.count()
        self._port = port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway/", self.gateway.connect)
        app.router.add_get(media.PREFIX + "/{host}/{path:.*}", self.media.handle)
        app.router.add_route("*", PREFIX + "/{path:.*}", self.server.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.discord.base_url = f"http://127.0.0.1:{self._port}"
        self._deliverer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        assert self._runner is not None
        await self.gateway.close()
        await self._deliverer.close()
        await self._runner.cleanup()

    # Addresses and keys

    @property
    def url(self) -> str:
        """Where everything is."""
        return self.discord.base_url

    @property
    def api_url(self) -> str:
        """The base of the REST API, for hikari's ``rest_url``."""
        return self.discord.base_url + PREFIX

    @property
    def media_url(self) -> str:
        """Where Discord's hosts for files are found, each under its name."""
        return self.discord.base_url + media.PREFIX

    @property
    def public_key(self) -> str:
        """The key that signatures are checked with, in hex."""
        return self._deliverer.public_key

    def trust(self, context: ssl.SSLContext) -> None:
        """Accept endpoints with certificates that a context trusts."""
        self._deliverer.trust = context

    # Observation and faults

    @property
    def calls(self) -> list[Call]:
        """All REST calls so far."""
        return self.server.calls

    def calls_to(self, route: str) -> list[Call]:
        """The calls to one route template."""
        return [call for call in self.calls if call.route == route]

    @property
    def violations(self) -> list[str]:
        """Where the bot or the simulator did not keep to Discord's document."""
        return self.server.violations

    @property
    def faults(self) -> CallFaults:
        """The faults to come."""
        return self.server.faults

    @property
    def rate_limits(self) -> RateLimits:
        """The limits of the bot's token; they are not enforced unless a test says so."""
        return self.server.rate_limits

    @property
    def latency(self) -> float:
        """Seconds that each call takes at least."""
        return self.server.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self.server.latency = seconds

    @property
    def before_apply(self) -> Hook | None:
        """Awaited when a call is about to take effect."""
        return self.server.before_apply

    @before_apply.setter
    def before_apply(self, hook: Hook | None) -> None:
        self.server.before_apply = hook

    @property
    def after_apply(self) -> Hook | None:
        """Awaited when a call took effect, before it is answered."""
        return self.server.after_apply

    @after_apply.setter
    def after_apply(self, hook: Hook | None) -> None:
        self.server.after_apply = hook

    async def wait_until(self, predicate: Callable[[], object], timeout: float = 30.0) -> None:  # noqa: ASYNC109
        """Wait until something holds."""
        await wait_until(predicate, timeout)

    # Guilds

    def add_guild(
        self, name: str, *, locale: str = "en-US", bot_permissions: Permissions = BOT, bot: bool = True
    ) -> GuildHandle:
        """Create a guild with an owner and, unless told otherwise, the bot."""
        owner = User(self.discord.ids.next(), "owner", locale=locale)
        self.discord.users[owner.id] = owner
        guild = Guild(self.discord.ids.next(), name, owner.id, locale)
        self.discord.guilds[guild.id] = guild
        handle = GuildHandle(guild, self.interactions, self._dispatch)
        handle.join(owner)
        if bot:
            self.add_bot(handle, bot_permissions)
        return handle

    def add_bot(self, handle: GuildHandle, permissions: Permissions = BOT) -> Member:
        """Invite the bot, with a role of its own."""
        user, guild = self.application.bot, handle.guild
        role = Role(self.discord.ids.next(), user.username, permissions, len(guild.roles), managed_by=user.id)
        guild.roles[role.id] = role
        member = guild.members[user.id] = Member(user, guild, [role.id])
        self.gateway.joined(guild)
        return member

    # Interactions

    def _dispatch(self, interaction: Interaction, via: str | None) -> None:
        if via is not None:
            self._deliverer.deliver(interaction, via)
        elif self.endpoints:
            self._deliverer.deliver(interaction, self.endpoints[next(self._turn) % len(self.endpoints)])
        elif self.application.interactions_endpoint_url is not None:
            self._deliverer.deliver(interaction, self.application.interactions_endpoint_url)
        else:
            self.gateway.send_interaction(interaction)

    async def replay(self, press: Interaction, *, via: str | None = None) -> HttpReply:
        """Send the same signed body with the same headers again; its answer changes nothing."""
        url = via or (press.replies[0].url if press.replies else self.application.interactions_endpoint_url)
        assert url is not None, "the press did not go over HTTP"
        assert press.body, "the press did not go over HTTP"
        return await self._deliverer.post(url, press.body, press.headers)

    def signed(self, body: bytes) -> dict[str, str]:
        """Return the headers with which Discord sends a body now."""
        return self._deliverer.signed(body)

    async def post_signed(
        self, url: str, body: bytes, *, timestamp: str | None = None, signature: str | None = None
    ) -> HttpReply:
        """Post any bytes with a good signature, or with the one given."""
        headers = self._deliverer.signed(body, timestamp)
        if signature is not None:
            headers["X-Signature-Ed25519"] = signature
        return await self._deliverer.post(url, body, headers)

    async def post_unsigned(self, url: str, body: bytes) -> HttpReply:
        """Post any bytes without a signature."""
        return await self._deliverer.post(url, body, {"Content-Type": "application/json"})

    async def verify_endpoint(self, url: str) -> bool:
        """Ask an endpoint as Discord does before it accepts the URL."""
        return await self._deliverer.accepts(url)
