"""TicketView: the way every press takes: count it in, acknowledge, work, answer."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import attrs
import miru

from ticketbot.discord import failures, members
from ticketbot.tickets import errors
from ticketbot.views import counted
from ticketbot.views.answer import Answer, tried
from ticketbot.views.refused import RefusedPresses

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.desk.tickets import TicketDesk
    from ticketbot.discord.buttons import ButtonId
    from ticketbot.discord.directory import Directory
    from ticketbot.discord.messages import Phrasebook
    from ticketbot.discord.work import WorkInHand
    from ticketbot.ports import Tally
    from ticketbot.tickets.model import Press

_LOGGER = logging.getLogger(__name__)

PATIENCE: Final = 0.5
"""Seconds after which a press without an answer is acknowledged; Discord waits 3, and the way there takes time."""


@attrs.frozen(kw_only=True)
class Door:
    """What every button needs: the desk, the words, whom the bot met, and the work that a shutdown waits for."""

    desk: TicketDesk
    phrasebook: Phrasebook
    directory: Directory
    work: WorkInHand
    tally: Tally | None = None
    """Counts the presses; None: nobody wants to know."""
    refused: RefusedPresses = attrs.field(factory=RefusedPresses, init=False)


class TicketButton(miru.Button):
    """A button that is known by its id alone: what it looks like stands in the messages that carry it."""

    def __init__(self, door: Door, button_id: ButtonId, work: Callable[[Press, Answer], Awaitable[None]]) -> None:
        super().__init__(button_id, custom_id=button_id)
        self._door = door
        self._work = work if door.tally is None else counted.counted(door.tally, button_id, work)

    async def callback(self, context: miru.ViewContext) -> None:
        """Take a press from its arrival to its answer; nothing that goes wrong leaves the member without one."""
        answer = Answer(context, self._door.phrasebook.to(context.interaction.locale))
        with self._door.work.begun():
            _LOGGER.debug("press %s of %s in channel %s", context.interaction.id, self.custom_id, context.channel_id)
            late = asyncio.get_running_loop().call_later(PATIENCE, answer.acknowledge_late)
            try:
                press = members.press_of(context.interaction)
                self._door.directory.meet(press.guild_id, press.member)
                self._door.refused.require_new(press.id)
                await self._work(press, answer)
            except errors.RepeatedPressError:
                _LOGGER.info("press %s of %s came twice", context.interaction.id, self.custom_id)
                # Its answer is given by whoever took it first, and must stay: editing it would reach the same message.
                await tried(answer.acknowledge())
            except errors.TicketError as error:
                self._door.refused.note(context.interaction.id, error)
                level = logging.DEBUG if isinstance(error, errors.EVERYDAY) else logging.INFO
                if _LOGGER.isEnabledFor(level):
                    _LOGGER.log(
                        level,
                        "press %s of %s in channel %s refused: %s",
                        context.interaction.id,
                        self.custom_id,
                        context.channel_id,
                        failures.told(error),
                    )
                await tried(answer.tell(answer.messages.refusal(error)))
            except failures.OF_CALLS as error:
                # The desk's errors are its own: it was the answer that failed. Their traces would tell tokens.
                _LOGGER.warning(
                    "press %s of %s could not be answered: %s",
                    context.interaction.id,
                    self.custom_id,
                    failures.told(error),
                )
            except Exception:
                _LOGGER.exception("press %s of %s failed", context.interaction.id, self.custom_id)
                await tried(answer.tell(answer.messages.failure()))
            finally:
                late.cancel()
                _LOGGER.debug("press %s is done", context.interaction.id)


class TicketView(miru.View):
    """Buttons that work for ever, in every process, whatever was restarted in between."""

    def __init__(self, *buttons: TicketButton) -> None:
        super().__init__(timeout=None, autodefer=False)
        for button in buttons:
            self.add_item(button)

    def __bool__(self) -> bool:
        """Be true: miru asks at each press, and would build all rows to count them."""
        return True
