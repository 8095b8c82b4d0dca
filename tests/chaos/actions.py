"""The actions as chaos tests use them: what to prepare, the press, and how to see that it succeeded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from tests.chaos import records
from tests.harness.scenario import CLAIM, CLOSE, CONFIRM, DELETE, OPEN, REOPEN, answered
from tests.harness.settings_page import SettingsPage
from tests.scenarios.test_topics import with_topics
from tests.simulator.permissions import Permissions
from ticketbot.tickets.model import Notice, TicketState
from ticketbot.tickets.permissions import NEEDED_FOR_NOTES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from tests.chaos.invariants import InvariantChecker
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Message
    from ticketbot.tickets.model import Ticket


NOTES: Final = Permissions(int(NEEDED_FOR_NOTES))
_FILM: Final = b"\0\0\0\x20ftypisom" + b"v" * 330 * 1024


@attrs.define(kw_only=True)
class ActionRun:
    """An action on one member's ticket."""

    checker: InvariantChecker
    member: Person
    question: Message | None = None
    """The message that asks whether to delete the ticket."""
    _channel: Channel | None = None

    @classmethod
    def with_new_member(cls, checker: InvariantChecker) -> ActionRun:
        """Add a member who has no ticket yet."""
        name = f"membre{len(checker.scenario.guild.people)}"
        return cls(checker=checker, member=checker.scenario.guild.add_member(name, locale="fr"))

    @property
    def scenario(self) -> Scenario:
        """The scenario that it runs in."""
        return self.checker.scenario

    @property
    def channel(self) -> Channel:
        """The channel of the member's ticket."""
        assert self._channel is not None, "the ticket was opened"
        return self._channel

    def ticket(self) -> Ticket | None:
        """Read the member's ticket from the store."""
        found = records.read(self.scenario).tickets
        return next((ticket for ticket in found if ticket.opener_id == self.member.id), None)

    async def open_ticket(self) -> None:
        """Open the member's ticket, and write a message in it."""
        self._channel = await self.scenario.open_ticket(self.member)
        await self.member.write(self._channel, "Bonjour !")

    async def claim_ticket(self) -> None:
        """Open and claim the member's ticket."""
        await self.open_ticket()
        await self.scenario.claim_ticket(self.channel)

    async def hide_claimed_tickets(self) -> None:
        """Open the member's ticket, in a server where the other staff do not see claimed ones."""
        (config,) = records.configs(self.scenario)
        if config.claim_mode is None:
            await with_topics(self.scenario, claim_mode="hidden")
        await self.open_ticket()

    async def claim_hidden_ticket(self) -> None:
        """Open and claim the member's ticket, so that the other staff do not see it."""
        await self.hide_claimed_tickets()
        await self.scenario.claim_ticket(self.channel)

    async def add_member(self) -> None:
        """Open the member's ticket, and add another member."""
        await self.open_ticket()
        await answered(await self.scenario.staff.command("ticket ajouter", self.channel, membre=self.scenario.bob))

    async def switch_notes_on(self) -> bool:
        """Let the server have notes, and return whether it had none before."""
        scenario = self.scenario
        if records.configs(scenario)[0].has_notes:
            return False
        scenario.guild.bot_role.permissions |= NOTES
        page = await (await SettingsPage.open(scenario)).go("claiming")
        await page.set("Prise en charge", has_notes="yes")
        assert records.configs(scenario)[0].has_notes
        return True

    async def add_member_where_notes_are_on(self) -> None:
        """Open the member's ticket, and add another; both may manage threads wherever that is not denied to them."""
        scenario = self.scenario
        if await self.switch_notes_on():
            scenario.bob.member.role_ids.append(scenario.guild.add_role("Gardiens", Permissions.MANAGE_THREADS).id)
        self.member.member.role_ids.append(scenario.bob.member.role_ids[-1])
        await self.add_member()

    async def write_note_that_another_reads(self) -> None:
        """Open the member's ticket with a note, and let another member into its thread, who does not see the ticket."""
        await self.switch_notes_on()
        await self.open_ticket()
        await answered(await self.scenario.staff.command("ticket note", self.channel, texte="Déjà averti."))
        channels = self.scenario.sim.discord.channels.values()
        (thread,) = [one for one in channels if one.is_private and one.parent_id == self.channel.id]
        assert thread.thread is not None
        thread.thread.members.add(self.scenario.bob.id)

    async def close_ticket(self) -> None:
        """Open and close the member's ticket."""
        await self.open_ticket()
        await self.scenario.close_ticket(self.channel)

    async def close_with_files(self) -> None:
        """Open and close the member's ticket, with files that need a transcript of several messages."""
        self.scenario.sim.discord.limits.upload = 400 * 1024
        await self.open_ticket()
        for index in range(14):
            await self.member.write(self.channel, files=[(f"film-{index}.mp4", _FILM)])
        await self.scenario.close_ticket(self.channel)

    async def ask_to_delete(self) -> None:
        """Press Delete, which only asks for confirmation."""
        self.question = await answered(await self.press(DELETE))

    async def do_nothing(self) -> None:
        """Do nothing."""

    async def press(self, custom_id: str) -> Interaction:
        """Press a button in the ticket's channel as staff."""
        return await self.scenario.press(self.scenario.staff, self.channel, custom_id)


@attrs.frozen(kw_only=True)
class Action:
    """One action of the bot."""

    name: str
    arrange: Callable[[ActionRun], Awaitable[None]]
    """Prepares what the action needs."""
    press: Callable[[ActionRun], Awaitable[Interaction]]
    """Presses the button that starts the action."""
    before_press: Callable[[ActionRun], Awaitable[None]] = ActionRun.do_nothing
    """What is done right before each press, without being part of the action."""
    is_recorded: Callable[[Ticket | None], bool]
    """Whether the member's record shows that the action was carried out."""

    def is_done(self, run: ActionRun) -> bool:
        """Return whether the action was carried out completely."""
        ticket = run.ticket()
        return self.is_recorded(ticket) and (ticket is None or not ticket.is_unfinished)

    def is_over(self, run: ActionRun, press: Interaction) -> bool:
        """Return whether the action was carried out and its press answered."""
        answered = press.is_settled if self.name == "open" else press.callback is not None
        return answered and self.is_done(run)

    async def retry(self, run: ActionRun) -> None:
        """Press again unless the action was carried out, and wait until it is.

        Raises
        ------
        TimeoutError
            The action does not complete.
        """
        if not self.is_done(run):
            await self.before_press(run)
            await self.press(run)
            await run.scenario.wait_until(lambda: self.is_done(run))
        elif self.name == "open":
            answer = await answered(await self.press(run))
            ticket = run.ticket()
            assert ticket is not None
            assert f"<#{ticket.channel_id}>" in answer.text(), answer.text()


async def _open(run: ActionRun) -> Interaction:
    return await run.member.press(run.scenario.panels()[0], custom_id=OPEN)


async def _transfer(run: ActionRun) -> Interaction:
    staff, target = run.scenario.staff, run.scenario.other_staff
    return await staff.command("ticket transferer", run.channel, membre=target)


async def _confirm(run: ActionRun) -> Interaction:
    assert run.question is not None
    return await run.scenario.staff.press(run.question, custom_id=CONFIRM)


def _is_open(ticket: Ticket | None) -> bool:
    return ticket is not None and ticket.state is TicketState.OPEN


DELETE_WITH_FILES: Final = Action(
    name="delete with files",
    arrange=ActionRun.close_with_files,
    before_press=ActionRun.ask_to_delete,
    press=_confirm,
    is_recorded=lambda ticket: ticket is None,
)

ACTIONS: Final[Mapping[str, Action]] = {
    action.name: action
    for action in (
        Action(name="open", arrange=ActionRun.do_nothing, press=_open, is_recorded=_is_open),
        Action(
            name="claim",
            arrange=ActionRun.open_ticket,
            press=lambda run: run.press(CLAIM),
            is_recorded=lambda ticket: ticket is not None and ticket.claimer_id is not None,
        ),
        Action(
            name="unclaim",
            arrange=ActionRun.claim_ticket,
            press=lambda run: run.scenario.staff.command("ticket liberer", run.channel),
            is_recorded=lambda ticket: ticket is not None and ticket.claimer_id is None,
        ),
        Action(
            name="transfer",
            arrange=ActionRun.claim_ticket,
            press=_transfer,
            is_recorded=lambda ticket: ticket is not None and ticket.claimer_name == "Mia",
        ),
        Action(
            name="claim and hide",
            arrange=ActionRun.hide_claimed_tickets,
            press=lambda run: run.press(CLAIM),
            is_recorded=lambda ticket: ticket is not None and ticket.claimer_id is not None,
        ),
        Action(
            name="unclaim and show",
            arrange=ActionRun.claim_hidden_ticket,
            press=lambda run: run.scenario.staff.command("ticket liberer", run.channel),
            is_recorded=lambda ticket: ticket is not None and ticket.claimer_id is None,
        ),
        Action(
            name="add",
            arrange=ActionRun.open_ticket,
            press=lambda run: run.scenario.staff.command("ticket ajouter", run.channel, membre=run.scenario.bob),
            is_recorded=lambda ticket: ticket is not None and bool(ticket.participants),
        ),
        Action(
            name="add beside notes",
            arrange=ActionRun.write_note_that_another_reads,
            press=lambda run: run.scenario.staff.command("ticket ajouter", run.channel, membre=run.scenario.bob),
            is_recorded=lambda ticket: ticket is not None and bool(ticket.participants),
        ),
        Action(
            name="add colleague",
            arrange=ActionRun.claim_hidden_ticket,
            press=lambda run: run.scenario.staff.command(
                "ticket ajouter", run.channel, membre=run.scenario.other_staff
            ),
            is_recorded=lambda ticket: ticket is not None and bool(ticket.colleague_ids),
        ),
        Action(
            name="remove",
            arrange=ActionRun.add_member,
            press=lambda run: run.scenario.staff.command("ticket retirer", run.channel, membre=run.scenario.bob),
            is_recorded=lambda ticket: ticket is not None and not ticket.participants,
        ),
        Action(
            name="lock",
            arrange=ActionRun.add_member,
            press=lambda run: run.scenario.staff.command("ticket verrouiller", run.channel),
            is_recorded=lambda ticket: ticket is not None and ticket.locked_at is not None,
        ),
        Action(
            name="note",
            arrange=ActionRun.add_member_where_notes_are_on,
            press=lambda run: run.scenario.staff.command("ticket note", run.channel, texte="Déjà averti."),
            is_recorded=lambda ticket: (
                ticket is not None and any(one.what is Notice.NOTE_ADDED for one in ticket.history)
            ),
        ),
        Action(
            name="close",
            arrange=ActionRun.open_ticket,
            press=lambda run: run.press(CLOSE),
            is_recorded=lambda ticket: ticket is not None and ticket.state is TicketState.CLOSED,
        ),
        Action(
            name="reopen", arrange=ActionRun.close_ticket, press=lambda run: run.press(REOPEN), is_recorded=_is_open
        ),
        Action(
            name="delete",
            arrange=ActionRun.close_ticket,
            before_press=ActionRun.ask_to_delete,
            press=_confirm,
            is_recorded=lambda ticket: ticket is None,
        ),
    )
}

SIMILAR: Final = ("unclaim", "transfer", "claim and hide", "unclaim and show", "remove", "lock", "add colleague")
"""Actions that take the same way as claiming or adding, and differ by their rules: they are tried in fewer ways."""
