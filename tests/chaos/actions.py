"""The five verbs as stories of trouble need them: what goes before, the press, and how its success is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from tests.chaos import records
from tests.scenarios.world import CLAIM, CLOSE, CONFIRM, DELETE, OPEN, REOPEN, answered
from ticketbot.tickets.model import TicketState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from tests.chaos.invariants import Witness
    from tests.scenarios.world import World
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Message
    from ticketbot.tickets.model import Ticket


_FILM: Final = b"\0\0\0\x20ftypisom" + b"v" * 330 * 1024


@attrs.define(kw_only=True)
class Scene:
    """One member with at most one ticket."""

    witness: Witness
    member: Person
    question: Message | None = None
    """Whether the ticket is really to be deleted."""
    _channel: Channel | None = None

    @classmethod
    def of_somebody_new(cls, witness: Witness) -> Scene:
        """Let somebody join who has no ticket yet."""
        name = f"membre{len(witness.world.guild.people)}"
        return cls(witness=witness, member=witness.world.guild.add_member(name, locale="fr"))

    @property
    def world(self) -> World:
        """Where it takes place."""
        return self.witness.world

    @property
    def channel(self) -> Channel:
        """The channel of the member's ticket."""
        assert self._channel is not None, "the ticket was opened"
        return self._channel

    def ticket(self) -> Ticket | None:
        """Read the member's ticket from the store."""
        found = records.read(self.world).tickets
        return next((ticket for ticket in found if ticket.opener_id == self.member.id), None)

    async def opened(self) -> None:
        """Open the member's ticket; something is said there."""
        self._channel = await self.world.opened(self.member)
        await self.member.write(self._channel, "Bonjour !")

    async def closed(self) -> None:
        """Open and close the member's ticket."""
        await self.opened()
        await self.world.closed(self.channel)

    async def closed_with_files(self) -> None:
        """Open and close the member's ticket; what is sent there takes a transcript of several messages."""
        self.world.sim.world.limits.upload = 400 * 1024
        await self.opened()
        for index in range(14):
            await self.member.write(self.channel, files=[(f"film-{index}.mp4", _FILM)])
        await self.world.closed(self.channel)

    async def asked(self) -> None:
        """Press on Delete: the question whether that is meant is no part of the verb."""
        self.question = await answered(await self.press(DELETE))

    async def nothing(self) -> None:
        """Need nothing."""

    async def press(self, custom_id: str) -> Interaction:
        """Let the staff press a button in the ticket's channel."""
        return await self.world.press(self.world.staff, self.channel, custom_id)


@attrs.frozen(kw_only=True)
class Action:
    """One verb."""

    name: str
    needs: Callable[[Scene], Awaitable[None]]
    """Brings about what the verb needs."""
    begin: Callable[[Scene], Awaitable[Interaction]]
    """Presses the button that starts the verb."""
    leads_in: Callable[[Scene], Awaitable[None]] = Scene.nothing
    """What comes right before each such press, and does not belong to the verb."""
    stands: Callable[[Ticket | None], bool]
    """Whether a member's record says that the verb was carried out."""

    def is_done(self, scene: Scene) -> bool:
        """Tell whether the verb was carried out to its end."""
        ticket = scene.ticket()
        return self.stands(ticket) and (ticket is None or not ticket.is_unfinished)

    def is_over(self, scene: Scene, press: Interaction) -> bool:
        """Tell whether the verb was carried out, and its press answered."""
        answered = press.is_settled if self.name == "open" else press.callback is not None
        return answered and self.is_done(scene)

    async def try_again(self, scene: Scene) -> None:
        """Press again, unless the verb was carried out: then it must be.

        Raises
        ------
        TimeoutError
            It does not come about.
        """
        if not self.is_done(scene):
            await self.leads_in(scene)
            await self.begin(scene)
            await scene.world.until(lambda: self.is_done(scene))
        elif self.name == "open":
            answer = await answered(await self.begin(scene))
            ticket = scene.ticket()
            assert ticket is not None
            assert f"<#{ticket.channel_id}>" in answer.text(), answer.text()


async def _open(scene: Scene) -> Interaction:
    return await scene.member.press(scene.world.panels()[0], custom_id=OPEN)


async def _confirm(scene: Scene) -> Interaction:
    assert scene.question is not None
    return await scene.world.staff.press(scene.question, custom_id=CONFIRM)


def _is_open(ticket: Ticket | None) -> bool:
    return ticket is not None and ticket.state is TicketState.OPEN


DELETE_WITH_FILES: Final = Action(
    name="delete with files",
    needs=Scene.closed_with_files,
    leads_in=Scene.asked,
    begin=_confirm,
    stands=lambda ticket: ticket is None,
)

ACTIONS: Final[Mapping[str, Action]] = {
    action.name: action
    for action in (
        Action(name="open", needs=Scene.nothing, begin=_open, stands=_is_open),
        Action(
            name="claim",
            needs=Scene.opened,
            begin=lambda scene: scene.press(CLAIM),
            stands=lambda ticket: ticket is not None and ticket.claimer_id is not None,
        ),
        Action(
            name="close",
            needs=Scene.opened,
            begin=lambda scene: scene.press(CLOSE),
            stands=lambda ticket: ticket is not None and ticket.state is TicketState.CLOSED,
        ),
        Action(name="reopen", needs=Scene.closed, begin=lambda scene: scene.press(REOPEN), stands=_is_open),
        Action(
            name="delete",
            needs=Scene.closed,
            leads_in=Scene.asked,
            begin=_confirm,
            stands=lambda ticket: ticket is None,
        ),
    )
}
