"""Wiring: builds the bot of the settings, starts it in order, and shuts it down in reverse."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeVar, cast

import hikari

import ticketbot
from ticketbot import background, listeners, process
from ticketbot.archive import on_demand
from ticketbot.config.settings import Mode, Settings
from ticketbot.discord import api, api_errors, bots, clients, command_sync, request_queue, responses, unreachable
from ticketbot.discord.channels import HikariTicketChannels
from ticketbot.discord.clients import Clients
from ticketbot.discord.identity import fetch_identity
from ticketbot.discord.name_cache import NameCache
from ticketbot.discord.own_member import OwnMember
from ticketbot.discord.panels import HikariPanelChannels
from ticketbot.discord.request_queue import RequestQueue
from ticketbot.discord.responses import TokenState
from ticketbot.discord.shared_buckets import Share
from ticketbot.interactions.configuration import ConfigurationRoutes
from ticketbot.interactions.handling import InteractionHandler
from ticketbot.interactions.in_flight import InFlight
from ticketbot.interactions.settings.routes import SettingsRoutes
from ticketbot.interactions.tickets import TicketRoutes
from ticketbot.listeners import Listeners
from ticketbot.metrics import calls
from ticketbot.metrics.disabled import NoMetrics
from ticketbot.services.configuration import ConfigurationService
from ticketbot.services.effects import TicketEffects
from ticketbot.services.settings import SettingsService
from ticketbot.services.tickets import TicketService
from ticketbot.services.work import Work
from ticketbot.standby import Standby
from ticketbot.storage import factory
from ticketbot.storage.errors import UnusableStoreError
from ticketbot.texts.messages import MessageCatalog
from ticketbot.tickets import errors
from ticketbot.tickets.model import Millis, OwnerId
from ticketbot.web.server import InteractionServer

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Awaitable, Callable, Sequence

    from ticketbot.config.params_model import Params
    from ticketbot.interactions.raw_payloads import RawPayloads
    from ticketbot.metrics.prometheus import PrometheusMetrics
    from ticketbot.services.store_ports import Owners, TicketStore

_LOGGER = logging.getLogger(__name__)
_T = TypeVar("_T")

_LONGEST_PAUSE: Final = 30.0
"""Seconds between two tries to reach what does not answer at the start."""


class StartError(Exception):
    """The bot cannot start; the text says why, and what to do."""


class LostConnectionError(Exception):
    """Discord ended the connection for good; a service manager should start the bot again."""


def clock() -> Millis:
    """Return the time of day."""
    return Millis(time.time_ns() // 1_000_000)


async def run(settings: Settings, params: Params) -> None:
    """Run the bot until SIGTERM or SIGINT.

    Raises
    ------
    StartError
        Something that it cannot do without is missing or wrong.
    LostConnectionError
        Discord ended the connection for good.
    """
    process.log_unhandled_errors()
    stop = process.stop_on_signals()
    async with process.bounded_exit_stack() as stack:
        starting = asyncio.create_task(_start(settings, params, stack))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            stopping.cancel()
            return
        bot = await starting
        # What exists now stays; the garbage collector need not scan it between a press and its answer.
        gc.collect()
        gc.freeze()
        kept = "the embedded store" if settings.mongodb_uri is None else "MongoDB"
        _LOGGER.info("version %s, %s mode, on %s", ticketbot.__version__, settings.mode, kept)
        _LOGGER.info("ready")
        ended = asyncio.create_task(bot.ended())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        _LOGGER.info("stopping")
        lost = ended.done()
        ended.cancel()
        await bot.shut_down()
        if lost:
            cause = ended.exception()
            raise cause if isinstance(cause, LostConnectionError) else LostConnectionError(api_errors.describe(cause))


async def _start(settings: Settings, params: Params, stack: contextlib.AsyncExitStack) -> Bot:
    try:
        store = await factory.open_store(settings, retry_until_reachable)
    except UnusableStoreError as error:
        raise StartError(str(error)) from error
    stack.push_async_callback(store.close)
    owners = await retry_until_reachable("the store", lambda: store.join(hang_seconds=settings.recovery_patience))
    stack.push_async_callback(owners.close)
    bot = Bot(settings, params, store, owners)
    await bot.start(stack)
    return bot


class Bot:
    """The running bot: started in order, shut down in reverse."""

    def __init__(self, settings: Settings, params: Params, store: TicketStore, owners: Owners) -> None:
        self._settings = settings
        self._params = params
        self._catalog = MessageCatalog(params)
        self._store = store
        self._owners = owners
        self._work = Work()
        self._in_flight = InFlight()
        self._queue = RequestQueue(settings.requests_per_second or request_queue.DEFAULT_RATE)
        self._app = _hikari_bot(settings, self._queue)
        self._server: InteractionServer | None = None
        self._background_tasks: list[asyncio.Task[None]] = []
        self._prometheus = _prometheus(settings)
        self._token_state = TokenState(self._prometheus or NoMetrics())
        self._standby = Standby(owners, self._prometheus or NoMetrics())

    async def start(self, stack: contextlib.AsyncExitStack) -> None:
        """Connect to Discord, listen to interactions, and start what runs in the background."""
        watching = asyncio.create_task(background.watch_owners(self._owners, self._work, self._share_requests))
        stack.callback(watching.cancel)
        await self._serve_metrics(stack)
        if isinstance(self._app, hikari.RESTBot):
            cast("hikari.impl.RESTClientImpl", self._app.rest).start()
            stack.push_async_callback(self._app.rest.close)
            self._check_responses()
        token, api_url = self._settings.token.get_secret_value(), self._settings.api_url
        no_retry = await stack.enter_async_context(
            clients.open_client(
                token,
                api_url,
                seconds=self._settings.call_seconds,
                token_state=self._token_state,
                queue=self._queue,
            )
        )
        uploads = await stack.enter_async_context(
            clients.open_client(
                token,
                api_url,
                retries=bots.RETRIES,
                seconds=clients.UPLOAD_SECONDS,
                token_state=self._token_state,
                queue=self._queue,
            )
        )
        self._count_calls(no_retry)
        self._count_calls(uploads)
        me = await retry_until_reachable("Discord", lambda: fetch_identity(no_retry))
        name_cache = NameCache(self._app.rest)
        rest_clients = Clients(rest=self._app.rest, no_retry=no_retry, uploads=uploads, queue=self._queue)
        media_url = None if self._settings.media_url is None else str(self._settings.media_url)
        loader = on_demand.Loader()
        form_files = on_demand.LateFormFiles(loader=loader, media_url=media_url)
        metrics = self._prometheus or NoMetrics()
        effects = TicketEffects(
            store=self._store,
            channels=HikariTicketChannels(rest_clients, me.bot_id, name_cache, self._catalog, form_files),
            transcripts=on_demand.LateTranscriptArchive(
                loader=loader,
                clients=rest_clients,
                bot_id=me.bot_id,
                name_cache=name_cache,
                catalog=self._catalog,
                media_url=media_url,
                time_zone=self._settings.time_zone,
            ),
            metrics=metrics,
            clock=clock,
            owners=self._owners,
            work=self._work,
            takeover_after_ms=round(self._settings.recovery_patience * 1000),
        )
        configuration = ConfigurationService(
            store=self._store,
            channels=HikariPanelChannels(self._app.rest, me.bot_id, name_cache, self._catalog),
            clock=clock,
            work=self._work,
        )
        service = TicketService(
            effects=effects,
            max_open_tickets=self._params.max_open_tickets,
            max_openings=self._params.max_openings,
        )
        tickets = TicketRoutes(service=service, panels=configuration, catalog=self._catalog)
        settings_service = SettingsService(store=self._store, panels=configuration, clock=clock)
        settings = SettingsRoutes(
            service=settings_service,
            catalog=self._catalog,
            time_zone=self._settings.time_zone,
            fetch=form_files.content_of,
            load=loader.load,
        )
        attached = Listeners(
            handler=InteractionHandler(
                self._catalog,
                name_cache,
                OwnMember(rest=self._app.rest, bot_id=me.bot_id),
                self._in_flight,
                metrics,
                no_retry=no_retry,
            ),
            tickets=tickets,
            configuration=ConfigurationRoutes(service=configuration, settings=settings_service),
            settings=settings,
            modals={**tickets.modals(), **settings.modals()},
        )
        commands = await attached.attach(self._app)
        if isinstance(self._app, hikari.GatewayBot):
            await self._standby.wait_for_turn()
        if self._settings.sync_commands:
            ours = await listeners.registrations(self._app.entity_factory, self._catalog)
            await retry_until_reachable("Discord", lambda: command_sync.sync(no_retry, me.application_id, ours))
        if isinstance(self._app, hikari.GatewayBot):
            await retry_until_reachable("Discord", lambda: bots.require_session(no_retry))
        await self._listen(commands, attached.raw_payloads, me.public_key, stack)
        self._background_tasks = [
            asyncio.create_task(background.recover_forever(effects, self._settings.recovery_interval, metrics)),
            asyncio.create_task(background.renew_panels(configuration)),
            asyncio.create_task(background.warn_of_visible_transcripts(configuration)),
            asyncio.create_task(loader.load_soon()),
        ]

    def _share_requests(self, living: Sequence[OwnerId]) -> None:
        """Share what the token may send among all processes; over the gateway those that stand by send nothing."""
        if isinstance(self._app, hikari.RESTBot):
            self._queue.share_among(Share(living.index(self._owners.own_id), len(living)))

    async def _serve_metrics(self, stack: contextlib.AsyncExitStack) -> None:
        """Serve metrics and the state of health, if the settings ask for them."""
        address = self._settings.metrics_address
        if self._prometheus is None or address is None:
            return
        from ticketbot.web.metrics_server import MetricsServer  # noqa: PLC0415 - loaded only where it is used

        server = MetricsServer(self._prometheus.registry, self._why_not_ready, self._readiness)
        try:
            port = await server.start(*address)
        except (OSError, OverflowError) as error:
            raise StartError(f"TICKETBOT_METRICS: cannot listen there: {error}") from error
        stack.push_async_callback(server.close)
        _LOGGER.info("metrics on http://%s:%s/metrics", address[0], port)

    def _check_responses(self) -> None:
        """Check the responses to the bot's own client, which hikari starts, and count its calls."""
        responses.check(api.session(self._app.rest), self._token_state)
        self._count_calls(self._app.rest)

    def _count_calls(self, rest: hikari.api.RESTClient) -> None:
        """Count a started client's requests, if the settings ask for metrics."""
        if self._prometheus is not None:
            calls.watch(api.session(rest), self._prometheus)

    async def _probe(self) -> str | None:
        """Return why interactions cannot be carried out; None if they can.

        Raises
        ------
        StoreUnavailableError
            The store does not answer.
        """
        await self._store.ping()
        return "Discord refuses the token" if self._token_state.is_refused else None

    async def _why_not_ready(self) -> str | None:
        """Return why interactions do not reach the bot, or cannot be carried out; None if they do."""
        reason = await self._probe()
        if reason is not None:
            return reason
        if self._standby.is_waiting:
            return None
        if isinstance(self._app, hikari.GatewayBot):
            shards = self._app.shards.values()
            return None if shards and all(shard.is_connected for shard in shards) else "not ready"
        return None if self._server is not None and self._server.is_accepting else "not ready"

    def _readiness(self) -> str:
        return "standing by" if self._standby.is_waiting else "ready"

    async def ended(self) -> None:
        """Wait until the connection to Discord is lost for good; over REST that never happens.

        Raises
        ------
        LostConnectionError
            Another process has taken it over.
        """
        if not isinstance(self._app, hikari.GatewayBot):
            await asyncio.Event().wait()
            return
        joining = asyncio.create_task(self._app.join())
        losing = asyncio.create_task(self._standby.wait_until_lost())
        try:
            await asyncio.wait({joining, losing}, return_when=asyncio.FIRST_COMPLETED)
            if joining.done():
                await joining
            else:
                raise LostConnectionError("another process took it over while this one hung")
        finally:
            joining.cancel()
            losing.cancel()

    async def shut_down(self) -> None:
        """Accept nothing new, and let what is in flight finish, within bounds."""
        for task in self._background_tasks:
            task.cancel()
        start = time.monotonic()
        try:
            async with asyncio.timeout(process.DRAIN):
                await self._stop_listening()
        except TimeoutError:
            _LOGGER.warning("the connection to Discord does not close")
        if not await self._in_flight.wait_until_idle(process.DRAIN - (time.monotonic() - start)):
            _LOGGER.warning("some interactions take too long; recovery will finish them")

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.stop_accepting()
            await asyncio.sleep(self._settings.linger)
            await self._server.close()
        elif isinstance(self._app, hikari.GatewayBot):
            await self._standby.hand_over()
            closing = (shard.close() for shard in self._app.shards.values())
            await asyncio.gather(*closing, return_exceptions=True)  # one that was closed for good raises why

    async def _listen(
        self,
        commands: listeners.CommandClient,
        raw_payloads: RawPayloads,
        public_key: bytes | None,
        stack: contextlib.AsyncExitStack,
    ) -> None:
        if isinstance(self._app, hikari.GatewayBot):
            self._app.subscribe(hikari.ExceptionEvent, process.log_failed_event)
            self._app.subscribe(hikari.StartingEvent, commands.start)
            self._app.subscribe(hikari.StartingEvent, self._watch_gateway)
            await self._app.start(check_for_updates=False)
            stack.push_async_callback(self._app.close)
            await self._standby.note_connected()
            return
        await commands.start()
        stack.push_async_callback(commands.stop)
        key = bytes.fromhex(self._settings.public_key) if self._settings.public_key else public_key
        if key is None:
            raise StartError("Discord does not say the application's public key: set DISCORD_PUBLIC_KEY")
        self._server = InteractionServer(self._app, key, self._in_flight, raw_payloads, self._probe)
        host, port = self._settings.host, self._settings.port
        try:
            port = await self._server.start(host, port)
        except OSError as error:
            raise StartError(f"cannot listen on {host}:{port}: {error.strerror}") from error
        _LOGGER.info("listening on http://%s:%s", host, port)

    async def _watch_gateway(self, _: hikari.StartingEvent) -> None:
        self._check_responses()


def _hikari_bot(settings: Settings, queue: RequestQueue) -> hikari.GatewayBot | hikari.RESTBot:
    if settings.mode is Mode.REST:
        return bots.rest_bot(settings, queue)
    try:
        return bots.gateway_bot(settings, queue)
    except ValueError as error:
        raise StartError("DISCORD_TOKEN is not a bot's token; copy it again from the Developer Portal") from error


async def retry_until_reachable(name: str, call: Callable[[], Awaitable[_T]]) -> _T:
    """Call what the start depends on until it answers, with increasing pauses; return its answer."""
    pause = 1.0
    while True:
        try:
            return await call()
        except hikari.UnauthorizedError as error:
            raise StartError("Discord refuses DISCORD_TOKEN; copy it again from the Developer Portal") from error
        except hikari.ClientHTTPResponseError as error:
            if error.status != HTTPStatus.TOO_MANY_REQUESTS:
                raise StartError(
                    f"Discord refuses a request that the start needs ({api_errors.quote(error)})"
                ) from error
            why = unreachable.why(error)
        except (*api_errors.CALL_ERRORS, errors.StoreUnavailableError, errors.DiscordBusyError, OSError) as error:
            why = error if isinstance(error, errors.StoreUnavailableError) and error.args else unreachable.why(error)
        except (KeyError, TypeError, ValueError) as error:
            raise StartError(f"Discord's answer cannot be read ({type(error).__name__})") from error
        _LOGGER.warning("%s cannot be reached (%s); trying again in %.0f s", name, why, pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _prometheus(settings: Settings) -> PrometheusMetrics | None:
    if settings.metrics is None:
        return None
    # Loaded only where it is used.
    from ticketbot.metrics.prometheus import PrometheusMetrics  # noqa: PLC0415

    return PrometheusMetrics()
