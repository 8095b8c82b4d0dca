"""The whole bot in a browser, without a Discord account: ``python -m playground``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click
from aiohttp import web

from playground import server as servers
from playground.site import Site
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from playground.server import PlaygroundServer

HOST = "127.0.0.1"


@contextlib.asynccontextmanager
async def playground(mode: str, *, language: str = "fr", port: int = 0) -> AsyncGenerator[tuple[PlaygroundServer, str]]:
    """Run the simulator, the bot and the page; yield the server and the page's address."""
    with tempfile.TemporaryDirectory(prefix="ticketbot-playground-", ignore_cleanup_errors=True) as folder:
        async with Simulator() as sim:
            server = await servers.build(sim, mode, Path(folder), language=language)
            runner = web.AppRunner(Site(server).application(), access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            try:
                await web.TCPSite(runner, HOST, port).start()
                starting = asyncio.create_task(server.start_bot())
                try:
                    yield server, f"http://{HOST}:{runner.addresses[0][1]}/"
                finally:
                    starting.cancel()
                    await asyncio.gather(starting, return_exceptions=True)
                    await server.stop_bot()
            finally:
                await runner.cleanup()


async def run(mode: str, language: str, latency: int, port: int, *, opens: bool) -> None:
    """Run until SIGINT or SIGTERM."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            loop.add_signal_handler(name, ended.set)
    async with playground(mode, language=language, port=port) as (server, url):
        server.sim.latency = latency / 1000
        click.secho(f"\n  {url}", bold=True)
        click.echo("  Ctrl-C ends it.\n")
        if opens and _has_screen():
            await asyncio.to_thread(webbrowser.open, url)
        await ended.wait()
        click.echo("  ending…")
    click.echo("  nothing is left running.")


def _has_screen() -> bool:
    """Return whether there is a graphical screen; without one a text browser would take over the console."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(key) for key in ("DISPLAY", "WAYLAND_DISPLAY"))


@click.command()
@click.option("--mode", type=click.Choice(["gateway", "rest"]), default="gateway", show_default=True)
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="The server's.")
@click.option("--latency", type=click.IntRange(0, 10_000), default=0, metavar="MS", help="What Discord takes per call.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The page's; 0, the default, takes a free one.")
@click.option("--open/--no-open", "opens", default=True, help="Open the page in a browser.")
def main(mode: str, language: str, latency: int, port: int, *, opens: bool) -> None:
    """Try the whole bot in a browser, without a Discord account."""
    try:
        asyncio.run(run(mode, language, latency, port, opens=opens))
    except OSError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
