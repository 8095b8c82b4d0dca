"""What runs in the background: renewal of panels, recovery, signs of life, a daily warning of visible transcripts."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final, NoReturn

from ticketbot.discord import api_errors
from ticketbot.services import recovery
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ticketbot.services.configuration import ConfigurationService
    from ticketbot.services.effects import TicketEffects
    from ticketbot.services.ports import Metrics
    from ticketbot.services.recovery import RecoveryResult
    from ticketbot.services.store_ports import Owners
    from ticketbot.services.work import Work
    from ticketbot.tickets.model import OwnerId

_LOGGER = logging.getLogger(__name__)

_DAY: Final = 86_400.0
"""Seconds between two warnings about the same visible transcripts."""

_PAUSE: Final = 1.0
"""Seconds between two servers whose transcripts' channel is looked at: ten thousand take three hours."""


async def renew_panels(configuration: ConfigurationService) -> None:
    """Edit panels whose texts changed; nothing waits for it, and the next start tries again what fails."""
    try:
        renewed = await configuration.renew_panels()
    except errors.TicketError as error:
        _LOGGER.warning("panels may show outdated texts: %s", api_errors.describe(error))
        return
    except Exception:
        _LOGGER.exception("panels may show outdated texts")
        return
    if renewed.panels:
        _LOGGER.info("panels renewed: %d", renewed.panels)
    for failure in renewed.failures:
        _LOGGER.warning("a panel cannot be renewed: %s", api_errors.describe(failure))


async def warn_of_visible_transcripts(configuration: ConfigurationService) -> NoReturn:
    """Log once a day in which servers others than the staff see the transcripts' channel."""
    while True:
        try:
            async for config, role_ids in configuration.visible_transcripts(pause=_PAUSE):
                _LOGGER.warning(
                    "server %s: transcripts in channel %s are seen by roles that are no staff (%s); take View Channel "
                    "from them there",
                    config.guild_id,
                    config.transcript_channel_id,
                    ", ".join("@everyone" if role_id == config.guild_id else str(role_id) for role_id in role_ids),
                )
        except errors.TicketError as error:
            _LOGGER.info("who sees transcripts is not known: %s", api_errors.describe(error))
        except Exception:
            _LOGGER.exception("who sees transcripts is not known")
        await asyncio.sleep(_DAY)


async def watch_owners(owners: Owners, work: Work, note_living: Callable[[Sequence[OwnerId]], None]) -> NoReturn:
    """Show the other processes that this one lives, wake recovery when one of them is gone, and note which live."""
    is_failing = False
    while True:
        try:
            if await owners.watch():
                work.wake()
            note_living(owners.living)
        except errors.TicketError as error:
            if not is_failing:
                _LOGGER.warning("the other processes are not seen: %s", api_errors.describe(error))
            is_failing = True
        except Exception:
            _LOGGER.exception("the other processes are not seen")
        else:
            is_failing = False
        await asyncio.sleep(owners.watch_interval)


async def recover_forever(effects: TicketEffects, interval: float, metrics: Metrics) -> NoReturn:
    """Run recovery every ``interval`` seconds; a failure ends the round, never the loop.

    In between, tickets are finished whose next attempt is due, or whose process is gone.
    """
    after, every, absent = recovery.BEFORE_ALL_GUILDS, None, recovery.AbsentGuilds()
    next_round, pause = time.monotonic(), 0.0
    while True:
        is_round = time.monotonic() >= next_round
        try:
            if is_round:
                recovered = await recovery.recover(effects, after=after, every=every, absent=absent)
                after, every = recovered.swept, max(1, round(interval * 1000))
            else:
                recovered = await recovery.finish_all(effects, absent=absent)
        except errors.TicketError as error:
            _LOGGER.warning("recovery was interrupted: %s", api_errors.describe(error))
            pause = min(max(2 * pause, 1.0), interval)
        except Exception:
            _LOGGER.exception("recovery failed")
            pause = interval
        else:
            _report(recovered, metrics)
            pause = 0.0
        if is_round:
            next_round = time.monotonic() + (pause or interval)
        await asyncio.sleep(min(pause, interval))
        await effects.work.wait(max(0.0, next_round - time.monotonic()), now=effects.clock())


def _report(recovered: RecoveryResult, metrics: Metrics) -> None:
    metrics.recovered(finished=recovered.finished, dropped=recovered.dropped, failed=len(recovered.failures))
    if recovered.finished or recovered.dropped:
        _LOGGER.info("recovery finished %d tickets, dropped %d", recovered.finished, recovered.dropped)
    for guild_id in recovered.absent:
        _LOGGER.warning(
            "the bot was removed from server %s: its records stay until `ticketbot store forget %s`; asking again once "
            "an hour whether the bot was invited back",
            guild_id,
            guild_id,
        )
    for ticket in recovered.ahead:
        _LOGGER.warning("%s was last changed in the future, by this clock; that counts as past", ticket)
    for ticket in recovered.set_aside:
        _LOGGER.warning(
            "%s cannot be finished for a day, and is tried daily; `ticketbot check` says what to do", ticket
        )
    for failure in recovered.failures:
        if isinstance(failure, errors.TokenRefusedError):
            continue  # logged once, when Discord refused the token
        unexpected = None if isinstance(failure, errors.TicketError) else failure
        where = failure.__notes__[-1]
        _LOGGER.warning("recovery could not finish %s: %s", where, api_errors.describe(failure), exc_info=unexpected)
