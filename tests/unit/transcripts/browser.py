"""A real browser, driven by its own protocol: what a page does in it, and which addresses it asks for."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import aiohttp
import pytest

if TYPE_CHECKING:
    from types import TracebackType

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)")

_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1000,800",
)
_START_BOUND: Final = 60.0
_CALL_BOUND: Final = 60.0
_END_BOUND: Final = 20.0


class Browser:
    """One browser with one tab."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        """The addresses that pages asked for."""
        self.logs: list[str] = []
        """What the browser complained of."""
        self._profile = tempfile.TemporaryDirectory(prefix="transcript-browser-", ignore_cleanup_errors=True)
        self._stack = contextlib.AsyncExitStack()
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._session_id = ""

    async def __aenter__(self) -> Self:
        assert CHROMIUM is not None, "the tests are skipped where there is no browser"
        self._stack.callback(self._profile.cleanup)
        process = await asyncio.create_subprocess_exec(
            CHROMIUM,
            *_FLAGS,
            f"--user-data-dir={self._profile.name}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._stack.push_async_callback(_end, process)
        session = await self._stack.enter_async_context(aiohttp.ClientSession())
        port, path = await _address(Path(self._profile.name) / "DevToolsActivePort")
        self._socket = await session.ws_connect(f"ws://127.0.0.1:{port}{path}", max_msg_size=0)
        listener = asyncio.create_task(self._listen(self._socket))
        self._stack.push_async_callback(_cancel, listener)
        self._stack.push_async_callback(self._socket.close)
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session_id = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self.call(f"{domain}.enable")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def open(self, path: Path, fragment: str = "") -> None:
        """Open a file and wait until it is loaded."""
        self._loaded.clear()
        await self.call("Page.navigate", url=f"{path.as_uri()}{fragment}")
        await asyncio.wait_for(self._loaded.wait(), _CALL_BOUND)

    async def evaluate(self, expression: str) -> Any:  # noqa: ANN401  # whatever the script gives
        """Run a script of our own in the page, promises included."""
        answer = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def press(self, key: str, code: int, text: str = "") -> None:
        """Request a key."""
        pressed = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **pressed)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **pressed)

    async def call(self, method: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401  # as the protocol asks
        """Call the browser."""
        assert self._socket is not None, "the browser is entered first"
        number = len(self._answers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self._session_id:
            message["sessionId"] = self._session_id
        await self._socket.send_json(message)
        return await asyncio.wait_for(answer, _CALL_BOUND)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for received in socket:
            message = received.json()
            if "id" in message:
                assert "error" not in message, message
                self._answers[message["id"]].set_result(message["result"])
            else:
                self._note(message["method"], message["params"])

    def _note(self, method: str, params: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded.set()
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Log.entryAdded":
            self.logs.append(params["entry"]["text"])


async def _address(path: Path) -> tuple[str, str]:
    """Wait until the browser tells where it listens."""
    async with asyncio.timeout(_START_BOUND):
        while True:
            written = path.read_text().split() if path.exists() else []  # noqa: ASYNC240  # a small file
            if len(written) > 1:
                return written[0], written[1]
            await asyncio.sleep(0.05)


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _END_BOUND)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
