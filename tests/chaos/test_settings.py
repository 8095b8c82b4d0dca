"""Kills, faults and races around what administrators set: no panel doubled, no answer lost, no topic that never was."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest

from tests.chaos import records
from tests.chaos.environment import Mode, Store
from tests.chaos.fault_cases import CALL_SECONDS, FAULT_CASES, is_idle
from tests.chaos.kill_points import KillPoint, Operation, ProcessKiller, make_killable
from tests.harness import simultaneous
from tests.harness.scenario import answered
from tests.harness.settings_page import SettingsPage, field_name
from tests.scenarios.test_topics import panel, topic, with_topics
from tests.simulator.errors import RefusedError
from tests.simulator.interactions import wait_until
from ticketbot.config import params
from ticketbot.texts.panel import panel_of
from ticketbot.tickets.model import TicketState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Message
    from ticketbot.tickets.model import GuildConfig

TEXTS: Final = params.MESSAGES
QUESTION: Final = "short:0:Qui ?"
YES: Final = TEXTS["settings_open_tickets_button"]
LEAST: Final = 2
"""Calls that a step makes at least."""


@attrs.define(eq=False, kw_only=True)
class World:
    """A server with two topics, one with a form, two further panels, and two open tickets."""

    checker: InvariantChecker
    tickets: list[Channel] = attrs.field(factory=list["Channel"])
    round: int = 0
    wanted: Any = None
    """What the step that is tried is to lead to."""

    @property
    def scenario(self) -> Scenario:
        """The scenario that it runs in."""
        return self.checker.scenario

    @property
    def config(self) -> GuildConfig:
        """The settings, as the store has them."""
        (found,) = records.configs(self.scenario)
        return found

    def panels(self) -> Iterator[tuple[int, Channel, Message]]:
        """Yield what is posted: the panel's id (0: the main one), and where."""
        for channel in self.scenario.guild.channels:
            for message in channel.history:
                if message.author is self.scenario.sim.application.bot:
                    posted = {"components": [{"components": list(message.all_components())}]}
                    panel_id = panel_of(posted)
                    if panel_id is not None:
                        yield panel_id, channel, message

    def violations(self) -> list[str]:
        """List what is wrong with the panels, the topics of tickets, and who sees these."""
        config, found = self.config, list(self.panels())
        wanted = Counter([(0, config.panel_channel_id), *((one.id, one.channel_id) for one in config.panels)])
        posted = Counter((panel_id, int(channel.id)) for panel_id, channel, _ in found)
        broken = [] if wanted == posted else [f"panels: {posted} are posted, {wanted} are wanted"]
        names = [one.name for one in config.topics if one.is_enabled]
        broken += [
            f"panel {panel_id} shows {shown}, not {names}"
            for panel_id, _, message in found
            if (shown := [one["label"] for one in message.buttons]) != names
        ]
        known = {None, *(one.id for one in config.topics), *(one.id for one in config.former_topics)}
        tickets = records.read(self.scenario).tickets
        broken += [f"ticket {one.number} has topic {one.topic_id}" for one in tickets if one.topic_id not in known]
        broken += [f"roles are still to be applied: {config.unapplied_role_ids}"] if config.unapplied_role_ids else []
        return broken

    async def assert_consistent(self) -> None:
        """Wait until the panels, the tickets and who sees them are as the settings say.

        Raises
        ------
        TimeoutError
            They do not become so.
        """
        try:
            await wait_until(lambda: not self.violations(), 30)
        except TimeoutError:
            raise AssertionError("\n".join(self.violations())) from None
        await self.checker.assert_consistent()

    async def page(self) -> SettingsPage:
        """Open the settings page."""
        return await SettingsPage.open(self.scenario)


async def save(world: World) -> Callable[[], Awaitable[Interaction]]:
    """Rename a topic: three panels are edited."""
    world.wanted = f"Sujet {world.round}"
    page = await (await (await world.page()).go("topics")).go("topic.1")
    form = await page.ask("Texte")
    return lambda: page.member.submit(form, {field_name(form, "name"): world.wanted})


def is_saved(world: World) -> bool:
    return world.config.topics[0].name == world.wanted


async def move(world: World) -> Callable[[], Awaitable[Interaction]]:
    """Move a further panel: it is posted in another channel, and deleted in the one before."""
    world.wanted = world.scenario.guild.add_text_channel(f"aide-{world.round}")
    page = await (await world.page()).go("panels")
    key = next(
        option["value"]
        for component in page.message.all_components()
        if component.get("custom_id", "").endswith("panels1")
        for option in component["options"]
    )
    await page.go(key, of="panels1")
    form = await page.ask("Modifier")
    return lambda: page.member.submit(form, {field_name(form, "channel_id"): [world.wanted]})


def is_moved(world: World) -> bool:
    return world.config.panels[0].channel_id == world.wanted.id


async def show(world: World) -> Callable[[], Awaitable[Interaction]]:
    """Show open tickets to a role that became staff of their topic."""
    scenario = world.scenario
    page = await (await (await world.page()).go("topics")).go("topic.1")
    await page.set("Équipe", staff_role_ids=[scenario.staff_role])
    await wait_until(lambda: not any(scenario.second_role.id in one.overwrites for one in world.tickets), 20)
    await world.assert_consistent()
    await page.set("Équipe", staff_role_ids=[scenario.staff_role, scenario.second_role])
    assert YES in page.labels, page.text
    return lambda: page.member.press(page.message, label=YES)


def is_shown(world: World) -> bool:
    return all(world.scenario.second_role.id in channel.overwrites for channel in world.tickets)


async def fill_in(world: World) -> Callable[[], Awaitable[Interaction]]:
    """Open a ticket with a form."""
    world.wanted = member = world.scenario.guild.add_member(f"membre{world.round}", locale="fr")
    press = await asked(world, member)
    return lambda: member.submit(press, {QUESTION: f"Réponse de {member.id}"})


async def asked(world: World, member: Person) -> Interaction:
    press = await member.press(panel(world.scenario), label="Formulaire")
    await press.acknowledged()
    assert press.modal is not None, press.failure
    return press


def is_answered(world: World) -> bool:
    tickets = [one for one in records.read(world.scenario).tickets if one.opener_id == world.wanted.id]
    channels = [one for one in world.scenario.guild.channels if one.id in {ticket.channel_id for ticket in tickets}]
    return bool(tickets) and any(
        f"Réponse de {world.wanted.id}" in message.text() for channel in channels for message in channel.history
    )


@attrs.frozen(kw_only=True)
class Step:
    """Something that an administrator or a member sends."""

    arrange: Callable[[World], Awaitable[Callable[[], Awaitable[Interaction]]]]
    is_done: Callable[[World], bool]
    is_repeatable: bool = True
    """Whether it can be sent again when its process was killed."""


STEPS: Final = {
    "save": Step(arrange=save, is_done=is_saved),
    "move a panel": Step(arrange=move, is_done=is_moved),
    "show open tickets": Step(arrange=show, is_done=is_shown),
    "form": Step(arrange=fill_in, is_done=is_answered, is_repeatable=False),
}


async def arranged(checker: InvariantChecker, *, processes: int = 1, **environment: str) -> World:
    scenario = checker.scenario
    make_killable(scenario)
    scenario.environment |= {"TICKETBOT_CALL_SECONDS": str(CALL_SECONDS), **environment}
    await simultaneous.start_several(scenario, processes)
    await scenario.configure()
    staff = [{"id": str(scenario.staff_role.id)}]
    channels = [scenario.guild.add_text_channel(name) for name in ("aide", "questions")]
    await with_topics(
        scenario,
        topic("Sujet", staff_roles=staff),
        topic("Formulaire", questions=[{"label": "Qui ?", "kind": "short"}]),
        panels=[{"channel": {"id": str(channel.id)}} for channel in channels],
    )
    world = World(checker=checker)
    for member in (scenario.alice, scenario.bob):
        answer = await answered(await member.press(panel(scenario), label="Sujet"))
        world.tickets += [one for one in scenario.tickets() if f"<#{one.id}>" in answer.text()]
    await world.assert_consistent()
    return world


async def _send_again(world: World, step: Step, send: Callable[[], Awaitable[Interaction]]) -> Interaction:
    """Do a step once more: a form that the bot acknowledged before it died is closed, and opened again."""
    if step.is_repeatable:
        with contextlib.suppress(RefusedError):
            return await send()
    return await (await step.arrange(world))()


async def kill_and_recover(world: World, step: Step, kill_point: KillPoint) -> bool:
    """Kill the process at a step; return whether the kill point was reached."""
    scenario, checker = world.scenario, world.checker
    world.round += 1
    send = await step.arrange(world)
    killer = ProcessKiller(scenario=scenario, kill_point=kill_point)
    killer.arm()
    press = await send()
    await wait_until(lambda: killer.has_killed() or (press.is_settled and step.is_done(world)), 40)
    killed = killer.has_killed()
    killer.disarm()
    if killed:
        checker.ignore_answer_to(press)
        await scenario.started[-1].process.wait()
        scenario.forget_bots()
        await scenario.start_bot()
    await world.assert_consistent()
    if not step.is_done(world):
        assert killed
        await answered(await _send_again(world, step, send))
        await wait_until(lambda: step.is_done(world), 20)
    await world.assert_consistent()
    return killed


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("operation", list(Operation))
@pytest.mark.parametrize(
    ("mode", "store", "name"),
    [
        (Mode.GATEWAY, Store.SQLITE, "save"),
        (Mode.REST, Store.MONGODB, "move a panel"),
        (Mode.REST, Store.SQLITE, "show open tickets"),
        (Mode.GATEWAY, Store.MONGODB, "form"),
    ],
)
async def test_kill_at_every_step_of_what_is_set(
    checker: InvariantChecker, operation: Operation, name: str, counts: Counts
) -> None:
    seconds = "1" if name == "show open tickets" else "3600"  # these are shown by recovery
    world = await arranged(checker, TICKETBOT_RECOVERY_SECONDS=seconds, TICKETBOT_RECOVERY_PATIENCE="1")
    at, killed = 0, [True]
    while any(killed):
        at += 1
        points = (KillPoint(operation=operation, at=at, after=after) for after in (False, True))
        killed = [await kill_and_recover(world, STEPS[name], point) for point in points]
        counts.add(f"kills at {operation}", name, checker.label, sum(killed))
    assert at > (LEAST if operation is Operation.CALLS else 1)


@pytest.mark.scenario
@pytest.mark.parametrize(("mode", "store"), [(Mode.REST, Store.SQLITE)])
async def test_panel_that_was_posted_by_a_process_that_died_is_not_doubled(checker: InvariantChecker) -> None:
    world = await arranged(checker, TICKETBOT_RECOVERY_SECONDS="3600")

    killed = [
        await kill_and_recover(world, STEPS["move a panel"], KillPoint(operation=Operation.CALLS, at=at, after=True))
        for at in range(5, 10)  # before come the calls that look for what the bot lacks
    ]

    assert killed.count(True) > LEAST


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("mode", "store", "case"),
    [
        (Mode.GATEWAY, Store.SQLITE, "403"),
        (Mode.REST, Store.SQLITE, "500 always"),
        (Mode.GATEWAY, Store.SQLITE, "502 applied"),
        (Mode.REST, Store.SQLITE, "hangs after"),
    ],
)
async def test_fault_at_every_call_of_what_is_set(checker: InvariantChecker, case: str, counts: Counts) -> None:
    world = await arranged(checker, TICKETBOT_RECOVERY_SECONDS="3600")
    for name in ("save", "move a panel"):
        at = 1
        while await injected(world, name, case, at=at):
            at += 1
            counts.add("faults", name, checker.label)
        assert at > LEAST


async def injected(world: World, name: str, case: str, *, at: int) -> bool:
    """Inject a fault into the ``at``-th call of a step; return whether there was such a call."""
    step, found = STEPS[name], FAULT_CASES[case]
    world.round += 1
    send = await step.arrange(world)
    fault = found.inject(world.scenario, at=at, ignoring=())
    press = await send()
    await wait_until(lambda: press.is_settled or (found.blocks_answer(fault) and is_idle(world.scenario)), 60)
    world.scenario.sim.faults.clear()
    if found.blocks_answer(fault):
        world.checker.ignore_answer_to(press)
    world.round += 1
    again = await STEPS["save"].arrange(world)  # the next change brings what failed
    await answered(await again())
    await world.assert_consistent()
    return bool(fault.seen)


@pytest.mark.scenario
@pytest.mark.parametrize(("mode", "store"), [(Mode.REST, Store.SQLITE), (Mode.REST, Store.MONGODB)])
async def test_administrators_on_several_processes_at_once(checker: InvariantChecker, counts: Counts) -> None:
    world = await arranged(checker, processes=3)
    pages = [await (await (await world.page()).go("topics")).go(f"topic.{1 + index % 2}") for index in range(6)]
    forms = [await page.ask("Texte") for page in pages]
    values = [
        {"name": "Un"},
        {"emoji": "🚨"},
        {"name": "Deux"},
        {"description": "Ici"},
        {"emoji": "💡"},
        {"emoji": "🎫"},
    ]

    presses = await asyncio.gather(
        *(
            page.member.submit(form, {field_name(form, name): text for name, text in given.items()})
            for page, form, given in zip(pages, forms, values, strict=True)
        )
    )
    answers = [(await answered(press)).text() for press in presses]

    first, second = world.config.topics
    assert (second.description, len([one for one in answers if "quelqu’un a changé" in one])) == ("Ici", 2)
    assert first.name in {"Un", "Deux"}
    assert {first.emoji, second.emoji} <= {"🚨", "💡", "🎫"}
    await world.assert_consistent()
    counts.add("races", "save", checker.label, len(presses))


@pytest.mark.scenario
@pytest.mark.parametrize(("mode", "store"), [(Mode.REST, Store.SQLITE), (Mode.REST, Store.MONGODB)])
async def test_forms_race_each_other_and_their_topics_deletion(checker: InvariantChecker, counts: Counts) -> None:
    world = await arranged(checker, processes=3, TICKETBOT_RECOVERY_SECONDS="0.3", TICKETBOT_RECOVERY_PATIENCE="1")
    members = [world.scenario.guild.add_member(f"membre{index}", locale="fr") for index in range(4)]
    twice = [(member, await asked(world, member)) for member in members for _ in range(2)]
    page = await (await (await world.page()).go("topics")).go("topic.2")
    await page.press("Supprimer")

    sent = [member.submit(press, {QUESTION: f"Réponse de {member.id}"}) for member, press in twice]
    *forms, deletion = await asyncio.gather(*sent, page.member.press(page.message, label="Oui, supprimer"))
    answers = [await answered(press) for press in forms]
    await answered(deletion)

    await world.assert_consistent()
    for member in members:
        world.wanted = member
        own = [one for one in records.read(world.scenario).tickets if one.opener_id == member.id]
        assert len(own) <= 1
        told = [answer.text() for (who, _), answer in zip(twice, answers, strict=True) if who is member]
        if own:
            assert own[0].state is TicketState.OPEN
            assert is_answered(world)
        refused = [text for text in told if not any(f"<#{one.channel_id}>" in text for one in own)]
        assert all(f"Réponse de {member.id}" in text for text in refused), "their own words are handed back"
    counts.add("races", "form", checker.label, len(forms) + 1)
