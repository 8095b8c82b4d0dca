"""The same without ticketbot; ``python -m benchmarks.baselines WHICH PUBLIC_KEY [API_URL TOKEN]`` prints its address.

For a press: ``bare`` is aiohttp that verifies the signature; ``hikari`` is hikari's RESTBot with a plain listener;
``libraries`` is hikari, lightbulb and miru, set up as their guides say, with buttons that answer. For idling:
``bare-rest`` and ``bare-gateway`` are hikari's bots alone.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING, Any

import hikari
import lightbulb
import miru
import nacl.exceptions
import nacl.signing
import orjson
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Serve = Callable[[bytes, socket.socket], Awaitable[None]]

ANSWER = {"type": 4, "data": {"content": "Vous avez déjà un ticket ouvert.", "flags": 64}}


async def bare(key: bytes, listening: socket.socket) -> None:
    verifier = nacl.signing.VerifyKey(key)
    answer = orjson.dumps(ANSWER)

    async def press(request: web.Request) -> web.Response:
        body = await request.read()
        signed = request.headers["X-Signature-Timestamp"].encode() + body
        try:
            verifier.verify(signed, bytes.fromhex(request.headers["X-Signature-Ed25519"]))
        except nacl.exceptions.BadSignatureError:
            return web.Response(status=401)
        orjson.loads(body)
        return web.Response(body=answer, content_type="application/json")

    app = web.Application()
    app.router.add_post("/", press)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()


def _bot(key: bytes) -> hikari.RESTBot:
    return hikari.RESTBot(
        "token", hikari.TokenType.BOT, public_key=key, banner=None, logs=None, suppress_optimization_warning=True
    )


async def only_hikari(key: bytes, listening: socket.socket) -> None:
    bot = _bot(key)

    async def press(interaction: hikari.ComponentInteraction) -> hikari.api.InteractionMessageBuilder:
        answer = interaction.build_response(hikari.ResponseType.MESSAGE_CREATE)
        return answer.set_content(str(ANSWER["data"])).set_flags(hikari.MessageFlag.EPHEMERAL)

    bot.set_listener(hikari.ComponentInteraction, press)
    await bot.start(socket=listening, check_for_updates=False)


class Trivial(miru.View):
    """Two buttons that answer."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @miru.button(label="Ouvrir un ticket", custom_id="ticket:open")
    async def open(self, context: miru.ViewContext, _button: miru.Button) -> None:
        await context.respond("Vous avez déjà un ticket ouvert.", flags=hikari.MessageFlag.EPHEMERAL)

    @miru.button(label="Prendre en charge", custom_id="ticket:claim")
    async def claim(self, context: miru.ViewContext, _button: miru.Button) -> None:
        await context.respond("Quelqu’un s’occupe de ce ticket.", flags=hikari.MessageFlag.EPHEMERAL)


async def libraries(key: bytes, listening: socket.socket) -> None:
    bot = _bot(key)
    slash: Any = lightbulb.client_from_app(bot, sync_commands=False)
    for kind in (hikari.ComponentInteraction, hikari.ModalInteraction):
        bot.set_listener(kind, None)  # lightbulb takes all listeners; miru's have to be free
    views = miru.Client(bot)

    async def start(_: hikari.RESTBot) -> None:
        views.start_view(Trivial(), bind_to=None)
        await slash.start()

    bot.add_startup_callback(start)
    await bot.start(socket=listening, check_for_updates=False)


async def gateway(api_url: str, token: str) -> None:
    bot = hikari.GatewayBot(
        token, banner=None, logs=None, suppress_optimization_warning=True, intents=hikari.Intents.NONE, rest_url=api_url
    )
    await bot.start(check_for_updates=False)


SERVERS: dict[str, Serve] = {
    "bare": bare,
    "hikari": only_hikari,
    "libraries": libraries,
    "bare-rest": only_hikari,
}


async def main(which: str, key: str, *discord: str) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    if which == "bare-gateway":
        await gateway(*discord)
    else:
        await SERVERS[which](bytes.fromhex(key), listening)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
