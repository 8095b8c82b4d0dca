"""What the bot does unasked: it renews panels at the start, and recovers again and again for as long as it runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, NoReturn

from ticketbot.desk import recovery
from ticketbot.discord import failures
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from ticketbot.desk.configuration import ConfigurationDesk
    from ticketbot.desk.recovery import Recovered
    from ticketbot.desk.tickets import TicketDesk
    from ticketbot.ports import Tally

_LOGGER = logging.getLogger(__name__)


async def renew_panels(configuration: ConfigurationDesk) -> None:
    """Let the panels show the words of now; nothing else waits for it, and what fails is for the next start."""
    try:
        renewed = await configuration.renew_panels()
    except errors.TicketError as error:
        _LOGGER.warning("panels may show old words: %s", failures.told(error))
        return
    except Exception:
        _LOGGER.exception("panels may show old words")
        return
    if renewed.panels:
        _LOGGER.info("panels that show new words: %d", renewed.panels)
    for failure in renewed.failures:
        _LOGGER.warning("a panel cannot be given new words: %s", failures.told(failure))


async def go_on(desk: TicketDesk, interval: float, tally: Tally | None) -> NoReturn:
    """Finish what was interrupted, every ``interval`` seconds; nothing that goes wrong in a round ends them."""
    after, every = recovery.START, None
    while True:
        try:
            recovered = await recovery.recover(desk, after=after, every=every)
            after = recovered.swept
        except errors.TicketError as error:
            _LOGGER.warning("recovery was interrupted: %s", failures.told(error))
        except Exception:
            _LOGGER.exception("recovery failed")
        else:
            _tell(recovered, tally)
        every = max(1, round(interval * 1000))
        await asyncio.sleep(interval)


def _tell(recovered: Recovered, tally: Tally | None) -> None:
    if tally is not None:
        failed = len(recovered.failures)
        tally.recovered(finished=recovered.finished, dropped=recovered.dropped, failed=failed)
    if recovered.finished or recovered.dropped:
        _LOGGER.info("recovery finished %d tickets, dropped %d", recovered.finished, recovered.dropped)
    for failure in recovered.failures:
        unexpected = None if isinstance(failure, errors.TicketError) else failure
        where = failure.__notes__[-1]
        _LOGGER.warning("recovery could not finish %s: %s", where, failures.told(failure), exc_info=unexpected)
