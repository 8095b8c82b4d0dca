"""``python -m tests.mongo_double --port 0`` runs a double until interrupted; the first line printed is its port."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import threading

from tests.mongo_double.commands import Commands
from tests.mongo_double.server import WireServer


async def _main(port: int, replica_set: str | None, *, until_stdin_closes: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def watch_stdin() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(stop.set)

    if until_stdin_closes:
        threading.Thread(target=watch_stdin, daemon=True).start()
    await WireServer(Commands(replica_set)).serve(port, lambda bound: print(bound, flush=True), stop)  # noqa: T201 - the answer


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.mongo_double", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--replica-set", help="pretend to be the primary of a replica set of this name")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the process that started it")
    arguments = parser.parse_args()
    asyncio.run(_main(arguments.port, arguments.replica_set, until_stdin_closes=arguments.until_stdin_closes))
