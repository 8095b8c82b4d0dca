"""InteractionHandler: handles every interaction in the same way, from its arrival to its answer."""

from __future__ import annotations

import contextlib
import logging
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ticketbot.discord import api_errors, request_queue
from ticketbot.interactions import requests
from ticketbot.interactions.replay_guard import ReplayGuard
from ticketbot.interactions.responder import Responder, try_answer
from ticketbot.interactions.routes import Acknowledgement
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import hikari

    from ticketbot.discord.name_cache import NameCache
    from ticketbot.discord.own_member import OwnMember
    from ticketbot.interactions.in_flight import InFlight
    from ticketbot.interactions.initial_responses import InitialResponse, Interaction
    from ticketbot.interactions.routes import Route
    from ticketbot.services.ports import Metrics
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.model import InputValue, Request

_LOGGER = logging.getLogger(__name__)

_NO_INPUTS: Final[Mapping[str, InputValue]] = MappingProxyType({})


class InteractionHandler:
    """Takes buttons, selects, modals and commands alike.

    Each is counted in, so that a shutdown waits for it; refused if it came before; acknowledged in time; carried out;
    answered or refused; measured; logged.
    """

    def __init__(  # noqa: PLR0913 - each is what another part does
        self,
        catalog: MessageCatalog,
        name_cache: NameCache,
        own_member: OwnMember,
        in_flight: InFlight,
        metrics: Metrics,
        *,
        no_retry: hikari.api.RESTClient,
    ) -> None:
        self._no_retry = no_retry
        self._catalog = catalog
        self._name_cache = name_cache
        self._own_member = own_member
        self._in_flight = in_flight
        self._metrics = metrics
        self._replay_guard = ReplayGuard()

    async def handle(
        self,
        route: Route | None,
        interaction: Interaction,
        initial_response: InitialResponse,
        inputs: Mapping[str, InputValue] = _NO_INPUTS,
    ) -> None:
        """Handle an interaction; whatever goes wrong, the member gets an answer if Discord still takes one.

        Parameters
        ----------
        route
            None for what this version does not know: a component of another version, or a forged one.
        inputs
            What was chosen or typed: a command's options, a form's fields, a custom id's argument.
        """
        name = "unknown" if route is None else route.name
        defers_with_message = route is not None and route.acknowledgement is Acknowledgement.THINKING
        messages = self._catalog.to(interaction.locale)
        responder = Responder(
            interaction, initial_response, messages, self._no_retry, defers_with_message=defers_with_message
        )
        with self._in_flight.track():
            _LOGGER.debug("interaction %s (%s) in channel %s", interaction.id, name, interaction.channel_id)
            is_acknowledged = (
                route is not None and not route.may_open_form and route.acknowledgement is not Acknowledgement.NONE
            )
            try:
                with responder.acknowledging() if is_acknowledged else contextlib.nullcontext():
                    if route is None:
                        raise errors.UnknownInteractionError  # noqa: TRY301 - refused like all else
                    request = requests.read_request(interaction, inputs)
                    self._name_cache.remember(request.guild_id, request.member)
                    self._replay_guard.require_new(request.id)
                    with request_queue.for_server(request.guild_id):
                        await self._measure(route, request, responder)
            except errors.RepeatedInteractionError:
                _LOGGER.info("interaction %s (%s) is a duplicate", interaction.id, name)
                # Whoever took it first answers it; editing that answer here would replace it.
                await try_answer(responder.acknowledge())
            except errors.TicketError as error:
                self._replay_guard.note(interaction.id, error)
                self._log_refusal(name, interaction, error)
                await try_answer(responder.respond(messages.refusal(error, responder.own_words)))
            except api_errors.CALL_ERRORS as error:
                # Services translate the errors of their calls, so it was the answer that failed. A traceback would
                # hold the interaction's token.
                described = api_errors.describe(error)
                _LOGGER.warning("interaction %s (%s) could not be answered: %s", interaction.id, name, described)
            except Exception:
                _LOGGER.exception("interaction %s (%s) failed", interaction.id, name)
                await try_answer(responder.respond(messages.failure(responder.own_words)))
            finally:
                _LOGGER.debug("interaction %s is done", interaction.id)

    async def _measure(self, route: Route, request: Request, responder: Responder) -> None:
        """Call the route's handler, and count what becomes of it."""
        start = time.perf_counter()
        try:
            await self._call(route, request, responder)
        except errors.TicketError as error:
            reason = type(error).__name__.removesuffix("Error")
            self._metrics.refused(route.name, reason, time.perf_counter() - start)
            raise
        except Exception:
            self._metrics.failed(route.name, time.perf_counter() - start)
            raise
        self._metrics.done(route.name, time.perf_counter() - start)

    async def _call(self, route: Route, request: Request, responder: Responder) -> None:
        try:
            await route.handler(request, responder)
        except errors.MissingPermissionsError as error:
            raise await self._own_member.explain(request.guild_id, error) from error.__cause__

    @staticmethod
    def _log_refusal(name: str, interaction: Interaction, error: errors.TicketError) -> None:
        is_routine = isinstance(error, errors.RuleRefusedError) and error.is_routine
        level = logging.DEBUG if is_routine else logging.INFO
        if _LOGGER.isEnabledFor(level):
            words = "interaction %s (%s) in channel %s refused: %s"
            _LOGGER.log(level, words, interaction.id, name, interaction.channel_id, api_errors.describe(error))
