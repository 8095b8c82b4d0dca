from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import hikari
import pytest

from tests.simulator.simulator import Simulator
from tests.simulator.tests import small_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.simulator.guilds import GuildHandle
    from tests.simulator.state import Message


@pytest.fixture
async def running() -> AsyncIterator[Simulator]:
    """With Discord's real deadline."""
    async with Simulator() as sim:
        yield sim


@pytest.fixture
def guild(running: Simulator) -> GuildHandle:
    guild = running.add_guild("Serveur", locale="fr")
    guild.add_text_channel("general")
    return guild


@pytest.fixture
async def rest(running: Simulator) -> AsyncIterator[hikari.impl.RESTClientImpl]:
    app = hikari.RESTApp(url=running.api_url)
    await app.start()
    async with app.acquire(running.token, hikari.TokenType.BOT) as client:
        yield client
    await app.close()


@pytest.fixture(params=["gateway", "rest"])
async def bot(request: pytest.FixtureRequest, running: Simulator, guild: GuildHandle) -> AsyncIterator[None]:
    del guild
    async with contextlib.AsyncExitStack() as stack:
        if request.param == "gateway":
            await stack.enter_async_context(small_bot.gateway_bot(running))
        else:
            url = await stack.enter_async_context(small_bot.rest_bot(running))
            running.application.interactions_endpoint_url = url
        yield


@pytest.fixture
async def panel(guild: GuildHandle, rest: hikari.impl.RESTClientImpl) -> Message:
    row = rest.build_message_action_row()
    for name in ("Go", "Say", "Change", "Ask"):
        row.add_interactive_button(hikari.ButtonStyle.PRIMARY, name.lower(), label=name)
    channel = guild.channel("general")
    made = await rest.create_message(channel.id, embed=hikari.Embed(title="t", color=3), component=row)
    return channel.messages[int(made.id)]


@pytest.mark.usefixtures("bot")
async def test_deferred_press_with_calls_in_between(running: Simulator, guild: GuildHandle, panel: Message) -> None:
    alice = guild.add_member("Alice")
    press = await (await alice.press(panel, label="Go")).settled()
    room = guild.channel("room-one")

    assert press.answer is not None
    assert press.answer.content == f"made <#{room.id}>"
    assert press.answer.ephemeral
    assert room.history[0].attachments[0].content == b"data"
    assert not alice.was_pinged_by(room.history[0])
    assert press.acknowledged_after is not None
    assert not running.violations


@pytest.mark.usefixtures("bot")
async def test_file_in_the_first_answer(running: Simulator, guild: GuildHandle, panel: Message) -> None:
    press = await (await guild.owner.press(panel, label="Say")).settled()

    assert press.answer is not None
    assert press.answer.attachments[0].content == b"inline"
    assert not running.violations


@pytest.mark.usefixtures("bot")
async def test_update_of_the_message(running: Simulator, guild: GuildHandle, panel: Message) -> None:
    press = await (await guild.owner.press(panel, label="Change")).settled()

    assert press.answer is panel
    assert panel.content == "changed"
    assert panel.buttons
    assert not running.violations


@pytest.mark.usefixtures("bot")
async def test_slash_command(running: Simulator, guild: GuildHandle) -> None:
    alice, channel = guild.add_member("Alice"), guild.channel("general")
    press = await (await guild.owner.command("setup", where=channel, role=guild.add_role("Role"))).settled()

    assert alice.commands() == []
    assert press.answer is not None
    assert press.answer.content == "done in general"
    assert not running.violations


async def test_gateway_bot_survives_a_reconnect(running: Simulator, guild: GuildHandle, panel: Message) -> None:
    async with small_bot.gateway_bot(running) as bot:
        assert bot.cache.get_guild(guild.id) is not None
        running.gateway.reconnect()
        await running.wait_until(lambda: running.gateway.resumes)
        press = await (await guild.owner.press(panel, label="Say")).settled()

    assert press.answer is not None
    assert len(running.gateway.identifies) == 1
    assert not running.violations


async def test_rest_client_reads_everything(
    running: Simulator, guild: GuildHandle, rest: hikari.impl.RESTClientImpl, panel: Message
) -> None:
    channel = panel.channel
    for number in range(150):
        await guild.owner.write(channel, str(number), files=[("a.txt", b"x")] if number == 3 else ())
    found = [message async for message in rest.fetch_messages(channel.id, after=0)]

    assert len(found) == 151
    assert (await rest.fetch_guild(guild.id)).name == "Serveur"
    assert (await rest.fetch_application()).public_key.hex() == running.public_key
    assert len(await rest.fetch_guild_channels(guild.id)) == 1
    assert (await rest.fetch_member(guild.id, guild.owner.id)).id == guild.owner.id
    assert found[4].attachments[0].url.startswith("https://cdn.discordapp.com/attachments/")
    with pytest.raises(hikari.NotFoundError):
        await rest.fetch_channel(1)
    with pytest.raises(hikari.BadRequestError) as refused:
        await rest.create_guild_text_channel(guild.id, "room-1488")
    assert refused.value.errors
    assert not running.violations
