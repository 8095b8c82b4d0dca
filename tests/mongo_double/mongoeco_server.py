"""Run mongoeco as a server: ``python tests/mongo_double/mongoeco_server.py``; the first line printed is its address.

A server that we did not write, to hold our double and our store against. It needs Python 3.13 or later with
``mongoeco[wire]`` in an environment of its own, and none of our packages. It ends when its standard input closes.
"""

from __future__ import annotations

import asyncio
import importlib
import sys


async def _main() -> None:
    proxy = importlib.import_module("mongoeco.wire.proxy")
    async with proxy.AsyncMongoEcoProxyServer() as server:
        print(f"mongodb://{server.address.host}:{server.address.port}/", flush=True)  # noqa: T201 - the answer
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_main())
