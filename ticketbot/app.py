"""Wiring: the only module that sees every room. Gateway or REST, MongoDB or SQLite is decided here."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from typing import TYPE_CHECKING, Final, TypeVar, cast

import hikari

import ticketbot
from ticketbot import doors, process, rounds
from ticketbot.config.settings import Mode, Settings
from ticketbot.desk.configuration import ConfigurationDesk
from ticketbot.desk.tickets import TicketDesk
from ticketbot.discord import bots, clients, commands, failures, raw
from ticketbot.discord.channels import HikariTicketChannels
from ticketbot.discord.clients import Clients
from ticketbot.discord.counted import CountedTicketChannels
from ticketbot.discord.directory import Directory
from ticketbot.discord.media import MediaFetcher
from ticketbot.discord.messages import Phrasebook
from ticketbot.discord.panels import HikariPanelChannels
from ticketbot.discord.server import InteractionServer
from ticketbot.discord.work import WorkInHand
from ticketbot.metrics import calls
from ticketbot.storage import opening
from ticketbot.storage.unusable import UnusableStoreError
from ticketbot.tickets import errors
from ticketbot.tickets.model import Millis, UserId
from ticketbot.views.base import Door

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Awaitable, Callable

    import lightbulb

    from ticketbot.config.texts import Params
    from ticketbot.metrics.tally import PrometheusTally
    from ticketbot.ports import TicketStore

_LOGGER = logging.getLogger(__name__)
_T = TypeVar("_T")

_LONGEST_PAUSE: Final = 30.0
"""Seconds between two tries to reach what does not answer at the start."""


class StartError(Exception):
    """The bot cannot start; the text says why, and what to do."""


class LostConnectionError(Exception):
    """Discord ended the connection for good; a service manager should start the bot again."""


def clock() -> Millis:
    """Tell the time of day."""
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
    process.tell_of_failures()
    stop = process.stop_on_signals()
    async with process.closing_in_time() as stack:
        starting = asyncio.create_task(_start(settings, params, stack))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            stopping.cancel()
            return
        bot = await starting
        # What is there now stays: the collector need not look at it again and again, between a press and its answer.
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
        await bot.finish()
        if lost:
            raise LostConnectionError(failures.told(ended.exception()))


async def _start(settings: Settings, params: Params, stack: contextlib.AsyncExitStack) -> Bot:
    try:
        store = await opening.open_store(settings, first_contact)
    except UnusableStoreError as error:
        raise StartError(str(error)) from error
    stack.push_async_callback(store.close)
    bot = Bot(settings, params, store)
    await bot.start(stack)
    return bot


class Bot:
    """The running bot: started in order, ended in reverse, and nothing lost that was begun."""

    def __init__(self, settings: Settings, params: Params, store: TicketStore) -> None:
        self._settings = settings
        self._params = params
        self._phrasebook = Phrasebook(params)
        self._store = store
        self._work = WorkInHand()
        self._app = _bot(settings)
        self._server: InteractionServer | None = None
        self._unasked: list[asyncio.Task[None]] = []
        self._tally = _tally(settings)

    async def start(self, stack: contextlib.AsyncExitStack) -> None:
        """Reach Discord, open the ways in, and finish what an earlier process left."""
        await self._show_figures(stack)
        if isinstance(self._app, hikari.RESTBot):
            cast("hikari.impl.RESTClientImpl", self._app.rest).start()
            stack.push_async_callback(self._app.rest.close)
            self._watch(self._app.rest)
        token, api_url = self._settings.token.get_secret_value(), self._settings.api_url
        once = await stack.enter_async_context(clients.opened(token, api_url, seconds=self._settings.call_seconds))
        patient = await stack.enter_async_context(
            clients.opened(token, api_url, retries=bots.RETRIES, seconds=clients.UPLOAD_SECONDS)
        )
        self._watch(once)
        self._watch(patient)
        application = await first_contact("Discord", once.fetch_application)
        bot_id = UserId(int((await first_contact("Discord", once.fetch_my_user)).id))
        directory = Directory(self._app.rest)
        desk = TicketDesk(
            store=self._store,
            channels=self._channels(Clients(rest=self._app.rest, once=once, patient=patient), bot_id, directory),
            clock=clock,
            max_open_tickets=self._params.max_open_tickets,
            at_work=round(self._settings.recovery_patience * 1000),
        )
        configuration = ConfigurationDesk(
            store=self._store,
            channels=HikariPanelChannels(self._app.rest, bot_id, directory, self._phrasebook),
            clock=clock,
        )
        door = Door(desk=desk, phrasebook=self._phrasebook, directory=directory, work=self._work, tally=self._tally)
        slash = await doors.opened(self._app, door, configuration)
        if self._settings.sync_commands:
            ours = await doors.registrations(self._app.entity_factory, self._phrasebook)
            await first_contact("Discord", lambda: commands.sync(once, application.id, ours))
        if isinstance(self._app, hikari.GatewayBot):
            await first_contact("Discord", lambda: bots.require_session(once))
        await self._listen(slash, application.public_key, stack)
        self._unasked = [
            asyncio.create_task(rounds.go_on(desk, self._settings.recovery_interval, self._tally)),
            asyncio.create_task(rounds.renew_panels(configuration)),
        ]

    def _channels(self, ways: Clients, bot_id: UserId, directory: Directory) -> HikariTicketChannels:
        media = MediaFetcher(None if self._settings.media_url is None else str(self._settings.media_url))
        if self._tally is None:
            return HikariTicketChannels(ways, bot_id, directory, self._phrasebook, media)
        return CountedTicketChannels(ways, bot_id, directory, self._phrasebook, media, tally=self._tally)

    async def _show_figures(self, stack: contextlib.AsyncExitStack) -> None:
        """Show figures and the state of health, if anybody wants to see them."""
        address = self._settings.metrics_address
        if self._tally is None or address is None:
            return
        from ticketbot.metrics.server import MetricsServer  # noqa: PLC0415 - as above

        server = MetricsServer(self._tally.registry, self._is_ready)
        try:
            port = await server.start(*address)
        except (OSError, OverflowError) as error:
            raise StartError(f"TICKETBOT_METRICS: cannot listen there: {error}") from error
        stack.push_async_callback(server.close)
        _LOGGER.info("metrics on http://%s:%s/metrics", address[0], port)

    def _watch(self, rest: hikari.api.RESTClient) -> None:
        """Count a started client's requests, if anybody wants to know."""
        if self._tally is not None:
            calls.watch(raw.session(rest), self._tally)

    async def _is_ready(self) -> bool:
        """Tell whether presses reach the bot, and the store takes what they change."""
        await self._store.ping()
        if isinstance(self._app, hikari.GatewayBot):
            return bool(self._app.shards) and all(shard.is_connected for shard in self._app.shards.values())
        return self._server is not None and self._server.wants_requests

    async def ended(self) -> None:
        """Wait until the connection to Discord is lost for good; over REST that never happens."""
        if isinstance(self._app, hikari.GatewayBot):
            await self._app.join()
        else:
            await asyncio.Event().wait()

    async def finish(self) -> None:
        """Take nothing new, and let what was begun come to its end, within a bound."""
        for task in self._unasked:
            task.cancel()
        begun = time.monotonic()
        try:
            async with asyncio.timeout(process.DRAIN):
                await self._close_ways_in()
        except TimeoutError:
            _LOGGER.warning("a way in does not close")
        if not await self._work.drained(process.DRAIN - (time.monotonic() - begun)):
            _LOGGER.warning("some work takes too long to wait for; recovery will finish it")

    async def _close_ways_in(self) -> None:
        if self._server is not None:
            self._server.retire()
            await asyncio.sleep(self._settings.linger)
            await self._server.close()
        elif isinstance(self._app, hikari.GatewayBot):
            closing = (shard.close() for shard in self._app.shards.values())
            await asyncio.gather(*closing, return_exceptions=True)  # one that was closed for good raises why

    async def _listen(
        self,
        slash: lightbulb.GatewayEnabledClient | lightbulb.RestEnabledClient,
        public_key: bytes,
        stack: contextlib.AsyncExitStack,
    ) -> None:
        if isinstance(self._app, hikari.GatewayBot):
            self._app.subscribe(hikari.ExceptionEvent, process.tell_of_event)
            self._app.subscribe(hikari.StartingEvent, slash.start)
            self._app.subscribe(hikari.StartingEvent, self._watch_gateway)
            await self._app.start(check_for_updates=False)
            stack.push_async_callback(self._app.close)
            return
        await slash.start()
        stack.push_async_callback(slash.stop)
        key = bytes.fromhex(self._settings.public_key) if self._settings.public_key else public_key
        self._server = InteractionServer(self._app, key, self._work, self._store.ping)
        host, port = self._settings.host, self._settings.port
        try:
            port = await self._server.start(host, port)
        except OSError as error:
            raise StartError(f"cannot listen on {host}:{port}: {error.strerror}") from error
        _LOGGER.info("listening on http://%s:%s", host, port)

    async def _watch_gateway(self, _: hikari.StartingEvent) -> None:
        self._watch(self._app.rest)


def _bot(settings: Settings) -> hikari.GatewayBot | hikari.RESTBot:
    if settings.mode is Mode.REST:
        return bots.rest_bot(settings)
    try:
        return bots.gateway_bot(settings)
    except ValueError as error:
        raise StartError("DISCORD_TOKEN is not a bot's token; copy it again from the Developer Portal") from error


async def first_contact(name: str, call: Callable[[], Awaitable[_T]]) -> _T:
    """Call what the start depends on until it answers, with longer and longer pauses."""
    pause = 1.0
    while True:
        try:
            return await call()
        except hikari.UnauthorizedError as error:
            raise StartError("Discord refuses DISCORD_TOKEN; copy it again from the Developer Portal") from error
        except (*failures.OF_CALLS, errors.StoreUnavailableError, errors.DiscordBusyError, OSError) as error:
            why = error if isinstance(error, errors.StoreUnavailableError) and error.args else failures.told(error)
            _LOGGER.warning("%s cannot be reached (%s); trying again in %.0f s", name, why, pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _tally(settings: Settings) -> PrometheusTally | None:
    if settings.metrics is None:
        return None
    # Prometheus' library is loaded by those who use it alone
    from ticketbot.metrics.tally import PrometheusTally  # noqa: PLC0415

    return PrometheusTally()
