"""The smallest bot that uses both libraries, over HTTP and over the gateway."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

import hikari
import lightbulb
import miru

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.simulator.simulator import Simulator

loader = lightbulb.Loader()


@loader.command
class Setup(
    lightbulb.SlashCommand,
    name="setup",
    description="Set up.",
    default_member_permissions=hikari.Permissions.ADMINISTRATOR,
    contexts=[hikari.ApplicationContextType.GUILD],
):
    where = lightbulb.channel("where", "Where.", channel_types=[hikari.ChannelType.GUILD_TEXT])
    role = lightbulb.role("role", "Who.", default=None)

    @lightbulb.invoke
    async def invoke(self, ctx: lightbulb.Context) -> None:
        await ctx.respond(f"done in {self.where.name}", ephemeral=True)


class Panel(miru.View):
    def __init__(self) -> None:
        super().__init__(timeout=None, autodefer=False)

    @miru.button(label="Go", custom_id="go")
    async def go(self, ctx: miru.ViewContext, _: miru.Button) -> None:
        await ctx.defer(hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=hikari.MessageFlag.EPHEMERAL)
        assert ctx.guild_id is not None
        channel = await ctx.client.rest.create_guild_text_channel(ctx.guild_id, "Room One")
        await ctx.client.rest.create_message(
            channel, f"hello {ctx.user.mention}", attachment=hikari.Bytes(b"data", "a.txt"), nonce="n1"
        )
        await ctx.edit_response(f"made <#{channel.id}>")

    @miru.button(label="Say", custom_id="say")
    async def say(self, ctx: miru.ViewContext, _: miru.Button) -> None:
        await ctx.respond("said", flags=hikari.MessageFlag.EPHEMERAL, attachment=hikari.Bytes(b"inline", "b.txt"))

    @miru.button(label="Change", custom_id="change")
    async def change(self, ctx: miru.ViewContext, _: miru.Button) -> None:
        await ctx.edit_response("changed")

    @miru.button(label="Silent", custom_id="silent")
    async def silent(self, ctx: miru.ViewContext, _: miru.Button) -> None:
        pass


def _http_settings() -> hikari.impl.HTTPSettings:
    return hikari.impl.HTTPSettings(force_close_transports=False)


@contextlib.asynccontextmanager
async def gateway_bot(sim: Simulator) -> AsyncGenerator[hikari.GatewayBot]:
    bot = hikari.GatewayBot(
        sim.token, rest_url=sim.api_url, banner=None, logs=None, intents=hikari.Intents.GUILDS,
        http_settings=_http_settings(), auto_chunk_members=False,
    )  # fmt: skip
    client = lightbulb.client_from_app(bot)
    await loader.add_to_client(client)
    bot.subscribe(hikari.StartingEvent, client.start)
    miru.Client(bot, stop_bound_on_delete=False).start_view(Panel(), bind_to=None)
    await bot.start(check_for_updates=False)
    try:
        yield bot
    finally:
        await bot.close()


@contextlib.asynccontextmanager
async def rest_bot(sim: Simulator) -> AsyncGenerator[str]:
    bot = hikari.RESTBot(
        sim.token, hikari.TokenType.BOT, rest_url=sim.api_url, banner=None, logs=None, http_settings=_http_settings()
    )
    client = lightbulb.client_from_app(bot)
    await loader.add_to_client(client)
    bot.interaction_server.set_listener(hikari.ComponentInteraction, None)
    bot.interaction_server.set_listener(hikari.ModalInteraction, None)
    miru.Client(bot, stop_bound_on_delete=False).start_view(Panel(), bind_to=None)

    async def start(_: hikari.RESTBot) -> None:
        await client.start()

    bot.add_startup_callback(start)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        await bot.start(socket=listening, check_for_updates=False)
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            await bot.close()
