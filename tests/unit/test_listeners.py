"""Commands, components and modals on a real bot of each mode: what no feature of today uses yet, end to end."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, cast

import hikari
import pytest
from typing_extensions import override

from tests.simulator.faults import Drop
from tests.simulator.simulator import Simulator
from ticketbot.config import english, params_model
from ticketbot.discord import clients
from ticketbot.discord.name_cache import NameCache
from ticketbot.discord.own_member import OwnMember
from ticketbot.interactions.configuration import ConfigurationRoutes
from ticketbot.interactions.handling import InteractionHandler
from ticketbot.interactions.in_flight import InFlight
from ticketbot.interactions.modals import (
    Choice,
    ChoiceField,
    EntityField,
    FileField,
    LabelledField,
    ModalBuilder,
    TextField,
)
from ticketbot.interactions.routes import Acknowledgement, Route
from ticketbot.interactions.settings.routes import SettingsRoutes
from ticketbot.interactions.tickets import TicketRoutes
from ticketbot.listeners import Listeners
from ticketbot.metrics.disabled import NoMetrics
from ticketbot.texts.buttons import ButtonId
from ticketbot.texts.messages import MessageCatalog
from ticketbot.tickets import errors
from ticketbot.tickets.model import Language, UserId
from ticketbot.web.server import InteractionServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

    from tests.simulator.guilds import GuildHandle
    from tests.simulator.state import Message
    from ticketbot.interactions.responder import Responder
    from ticketbot.tickets.model import InputValue, Request, SubmittedFile

CATALOG = MessageCatalog(params_model.defaults())

FORM = ModalBuilder(
    title="Form",
    custom_id="form:7",
    fields=[
        LabelledField(custom_id="why", label="Why", field=TextField(is_long=True)),
        LabelledField(custom_id="kind", label="Kind", field=ChoiceField(choices=[Choice("a", "A"), Choice("b", "B")])),
        LabelledField(
            custom_id="which",
            label="Which",
            field=ChoiceField(choices=[Choice("a", "A"), Choice("b", "B")], max_values=2),
        ),
        LabelledField(custom_id="who", label="Who", field=EntityField(component=hikari.ComponentType.USER_SELECT_MENU)),
        LabelledField(custom_id="proof", label="Proof", field=FileField(max_values=2)),
    ],
)


class FormRoutes(TicketRoutes):
    """The panel's button opens a form."""

    @override
    def components(self) -> Mapping[str, Route]:
        async def open_form(request: Request, responder: Responder) -> None:
            assert request.inputs == {"topic": "7"}
            await responder.open_modal(FORM)

        route = Route(name="open", handler=open_form, argument="topic", acknowledgement=Acknowledgement.NONE)

        async def announce_late(_request: Request, responder: Responder) -> None:
            await responder.defer()
            messages = CATALOG[Language.ENGLISH]
            await responder.announce_late(messages.deletion_cancelled(), messages.done())

        late = Route(name="claim", handler=announce_late)
        return {**super().components(), ButtonId.OPEN: route, ButtonId.CLAIM: late}


class Received:
    """What the form's handler was given."""

    def __init__(self) -> None:
        self.inputs: Mapping[str, InputValue] = {}
        self.in_flight = InFlight()

    async def receive(self, request: Request, _responder: Responder) -> None:
        self.inputs = request.inputs
        raise errors.NotStaffError  # an answer that is easily recognised


@contextlib.asynccontextmanager
async def running(
    mode: str, sim: Simulator, received: Received, no_retry: hikari.api.RESTClient
) -> AsyncGenerator[None]:
    bot: Any = (
        hikari.GatewayBot(sim.token, rest_url=sim.api_url, banner=None, logs=None, intents=hikari.Intents.NONE)
        if mode == "gateway"
        else hikari.RESTBot(sim.token, "Bot", rest_url=sim.api_url, banner=None, logs=None)
    )
    listeners = Listeners(
        handler=InteractionHandler(
            CATALOG,
            NameCache(bot.rest),
            OwnMember(rest=bot.rest, bot_id=UserId(1)),
            received.in_flight,
            NoMetrics(),
            no_retry=no_retry,
        ),
        tickets=FormRoutes(service=cast("Any", None), panels=cast("Any", None), catalog=CATALOG),
        configuration=ConfigurationRoutes(service=cast("Any", None), settings=cast("Any", None)),
        settings=SettingsRoutes(service=cast("Any", None), catalog=CATALOG),
        modals={"form": Route(name="form", handler=received.receive, argument="topic")},
    )
    commands = await listeners.attach(bot)
    if mode == "gateway":
        bot.subscribe(hikari.StartingEvent, commands.start)
        await bot.start(check_for_updates=False)
        yield
        await bot.close()
        return
    bot.rest.start()
    await commands.start()
    server = InteractionServer(bot, bytes.fromhex(sim.public_key), received.in_flight, listeners.raw_payloads, _answer)
    sim.endpoints.append(f"http://127.0.0.1:{await server.start('127.0.0.1', 0)}/")
    yield
    await server.close()
    await commands.stop()
    await bot.rest.close()


async def _answer() -> None: ...


@pytest.fixture
def received() -> Received:
    return Received()


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as running_simulator:
        yield running_simulator
        assert not running_simulator.violations, "\n".join(running_simulator.violations)


@pytest.fixture(params=["gateway", "rest"])
async def guild(request: pytest.FixtureRequest, sim: Simulator, received: Received) -> AsyncIterator[GuildHandle]:
    async with (
        clients.open_client(sim.token, cast("Any", sim.api_url)) as no_retry,
        running(request.param, sim, received, no_retry),
    ):
        yield sim.add_guild("Serveur", locale="fr")


async def posted_button(sim: Simulator, guild: GuildHandle, custom_id: str) -> Message:
    """Post a message of the bot's with one button."""
    channel = guild.add_text_channel("salon")
    row = hikari.impl.MessageActionRowBuilder()
    row.add_component(
        hikari.impl.InteractiveButtonBuilder(style=hikari.ButtonStyle.PRIMARY, custom_id=custom_id, label="x")
    )
    app = hikari.RESTApp()
    await app.start()
    async with app.acquire(sim.token, "Bot") as rest:
        cast("Any", rest)._rest_url = sim.api_url
        await rest.create_message(channel.id, "x", component=row)
    await app.close()
    return channel.history[-1]


async def test_form_is_opened_by_a_button_with_an_argument_and_read_whole(
    sim: Simulator, guild: GuildHandle, received: Received
) -> None:
    alice, bob = guild.add_member("alice"), guild.add_member("bob")
    message = await posted_button(sim, guild, "ticket:open:7")

    opened = await alice.press(message, custom_id="ticket:open:7")
    await opened.settled()
    values: Any = {"why": "Because", "kind": "b", "which": ["a", "b"], "who": [bob], "proof": [("a.txt", b"abc")]}
    sent = await alice.submit(opened, values)
    await sent.settled()

    assert sent.answer is not None
    assert english.MESSAGES["refused_not_staff"] in sent.answer.text()
    assert sent.answer.shown_only_to == alice.id
    proof = cast("tuple[SubmittedFile, ...]", received.inputs["proof"])
    assert [(file.name, file.size) for file in proof] == [("a.txt", 3)]
    assert {name: value for name, value in received.inputs.items() if name != "proof"} == {
        "topic": "7",
        "why": "Because",
        "kind": "b",
        "which": ("a", "b"),
        "who": (str(bob.id),),
    }
    assert await received.in_flight.wait_until_idle(1.0)


async def test_late_announcement_is_shown_to_all_after_the_members_own_answer(
    sim: Simulator, guild: GuildHandle
) -> None:
    alice = guild.add_member("alice")
    message = await posted_button(sim, guild, ButtonId.CLAIM)

    press = await alice.press(message, custom_id=ButtonId.CLAIM)
    await sim.wait_until(lambda: len(message.channel.history) == 2)
    await press.settled()

    assert press.answer is not None
    assert press.answer.shown_only_to == alice.id
    assert "Done" in press.answer.text()
    assert english.MESSAGES["deletion_cancelled_text"] in message.channel.history[-1].text()


@pytest.mark.parametrize("is_posted", [False, True])
async def test_late_announcement_whose_answer_was_lost_is_shown_once(
    sim: Simulator, guild: GuildHandle, received: Received, *, is_posted: bool
) -> None:
    alice = guild.add_member("alice", locale="fr")
    message = await posted_button(sim, guild, ButtonId.CLAIM)
    sim.faults.add("POST /webhooks/{webhook_id}/{webhook_token}", Drop(after=is_posted))

    press = await alice.press(message, custom_id=ButtonId.CLAIM)
    await sim.wait_until(lambda: len(message.channel.history) > 1)
    assert await received.in_flight.wait_until_idle(30.0)

    assert len(message.channel.history) == 2
    assert press.answer is not None


@pytest.mark.parametrize("custom_id", ["ticket:claim:7", "poll:1", "ticket:open:"])
async def test_component_of_another_version_is_answered(sim: Simulator, guild: GuildHandle, custom_id: str) -> None:
    alice = guild.add_member("alice", locale="fr")
    message = await posted_button(sim, guild, custom_id)

    press = await alice.press(message, custom_id=custom_id)
    await press.settled()

    assert press.answer is not None
    assert "ne sert plus" in press.answer.text()
    assert press.answer.shown_only_to == alice.id


FORGED: list[dict[str, Any]] = [
    {"type": 1, "name": "ticket", "options": [{"type": 1, "name": "other", "options": []}]},
    {"type": 1, "name": "ticket", "options": []},
    {"type": 2, "name": "ticket-config", "target_id": "1", "resolved": {}},
]


@pytest.mark.parametrize(
    "data",
    FORGED,
    ids=["a subcommand", "a group alone", "a user command of the same name"],
)
async def test_command_of_another_version_is_answered(guild: GuildHandle, data: dict[str, Any]) -> None:
    alice = guild.add_member("alice", locale="fr")
    channel = guild.add_text_channel("salon")
    if "target_id" in data:
        data = {**data, "target_id": str(alice.id), "resolved": resolved(alice)}

    sent = await alice.forge(channel, {"id": "1", **data}, kind=2)
    await sent.settled()

    assert sent.answer is not None
    assert "ne sert plus" in sent.answer.text()


def resolved(alice: Any) -> dict[str, Any]:  # noqa: ANN401 - a Person of the simulator
    user: dict[str, Any] = {"id": str(alice.id), "username": "alice", "discriminator": "0", "avatar": None}
    member: dict[str, Any] = {
        "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "permissions": "0", "flags": 0,
        "deaf": False, "mute": False, "nick": None, "avatar": None, "premium_since": None, "pending": False,
    }  # fmt: skip
    return {"users": {str(alice.id): user}, "members": {str(alice.id): member}}
