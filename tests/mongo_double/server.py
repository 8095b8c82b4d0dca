"""The double as a server: one event loop carries out one command after the other, so each is atomic."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

from tests.mongo_double import messages
from tests.mongo_double.commands import Commands
from tests.mongo_double.control import Control
from tests.mongo_double.faults import FaultKind

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_DROPS = frozenset({FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER})
_HANGS = frozenset({FaultKind.HANG_BEFORE, FaultKind.HANG_AFTER})
_UNDONE = frozenset({FaultKind.DROP_BEFORE, FaultKind.HANG_BEFORE})


class _DropConnectionError(Exception):
    """The connection is to be closed."""


class WireServer:
    """A listening double."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._connections: set[asyncio.Task[None]] = set()

    async def serve(self, port: int, started: Callable[[int], None], stop: asyncio.Event) -> None:
        """Listen on a port, 0 for any, until ``stop`` is set."""
        server = await asyncio.start_server(self._serve_connection, "127.0.0.1", port)
        bound = int(server.sockets[0].getsockname()[1])
        self._commands.address = f"127.0.0.1:{bound}"
        started(bound)
        await stop.wait()
        server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await server.wait_closed()

    async def _serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._answer_messages(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, _DropConnectionError):
            pass
        except asyncio.CancelledError:
            # The server stops; asyncio's own callback would log a cancelled connection.
            pass
        except messages.MalformedMessageError as error:
            self._commands.violations.append(f"protocol: {error}")
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer_messages(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            message = await messages.read(reader)
            fault = self._commands.fault_for(message)
            if fault is not None and fault.kind is FaultKind.SLOW:
                await asyncio.sleep(fault.millis / 1000)
            if fault is None:
                reply = self._commands.answer(message)
            elif fault.kind in _UNDONE:
                reply = {}
            else:
                reply = self._commands.fail(message, fault)
            if fault is not None and fault.kind in _DROPS:
                raise _DropConnectionError
            if fault is not None and fault.kind in _HANGS:
                # Until the client gives up.
                await reader.read(1)
                raise _DropConnectionError
            writer.write(messages.reply_to(message, reply))
            await writer.drain()


@contextlib.contextmanager
def running_in_thread(replica_set: str | None = None) -> Generator[Control]:
    """Run a double in a thread of its own."""
    started: threading.Event = threading.Event()
    state: dict[str, int] = {}
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def tell(port: int) -> None:
        state["port"] = port
        started.set()

    def run() -> None:
        with contextlib.closing(loop):
            loop.run_until_complete(WireServer(Commands(replica_set)).serve(0, tell, stop))

    thread = threading.Thread(target=run, name="wire-double", daemon=True)
    thread.start()
    if not started.wait(10):
        raise TimeoutError("the double did not start")
    try:
        yield Control(state["port"], replica_set)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
