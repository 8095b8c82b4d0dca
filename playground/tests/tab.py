"""A browser tab, used as a person does: by what is visible, with mouse and keyboard."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import TYPE_CHECKING, Any, Final

from tests.unit.transcripts.browser import Browser

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE: Final = 40.0
_STILL: Final = {"name": "prefers-reduced-motion", "value": "reduce"}
_DARK: Final = {"name": "prefers-color-scheme", "value": "dark"}
_KEYS: Final = {"Enter": (13, "\r"), "Tab": (9, ""), "Escape": (27, ""), "ArrowDown": (40, ""), "ArrowRight": (39, "")}

_FIND = """
(() => {
  const text = %s;
  const found = [...document.querySelectorAll(%s)].filter((one) => one.checkVisibility() && !one.disabled
    && one.getAttribute("aria-busy") !== "true" && (!text || one.innerText.includes(text)));
  const one = found.at(-1);
  if (!one) return null;
  one.scrollIntoView({ block: "nearest", behavior: "instant" });
  const box = one.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const top = document.elementFromPoint(x, y);
  return one.contains(top) || top?.contains(one) ? [x, y] : null;
})()
"""

_WATCH = """
(() => {
  const text = %s;
  window.struck = false;
  removeEventListener("click", window.strikes, true);
  window.strikes = (event) => {
    window.struck = [...document.querySelectorAll(%s)].some((one) => one.contains(event.target)
      && (!text || one.innerText.includes(text)));
    if (!window.struck) event.stopImmediatePropagation(), event.preventDefault();
  };
  addEventListener("click", window.strikes, { capture: true, once: true });
})()
"""
"""Records whether the next click hits its target, and cancels it if not."""


class Tab(Browser):
    """One tab on the playground's page."""

    def __init__(self) -> None:
        super().__init__()
        self.exceptions: list[str] = []
        """Exceptions that the page's scripts did not catch."""

    async def visit(self, url: str, *, width: int = 1280, height: int = 800, language: str = "fr") -> None:
        """Open an address in a window of a size, with a language that the browser prefers."""
        mobile = width < 600
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        await self.call("Emulation.setTouchEmulationEnabled", enabled=mobile)
        await self.call("Emulation.setUserAgentOverride", userAgent="Playground", acceptLanguage=language)
        await self.call("Emulation.setLocaleOverride", locale=language)
        await self.call("Emulation.setEmulatedMedia", features=[_STILL, _DARK])
        self._loaded.clear()
        await self.call("Page.navigate", url=url)
        await asyncio.wait_for(self._loaded.wait(), _PATIENCE)

    async def until(self, condition: str, why: str = "") -> Any:  # noqa: ANN401  # whatever the script gives
        """Wait until a JavaScript expression is true, and return its value."""
        deadline = time.monotonic() + _PATIENCE
        while not (value := await self.evaluate(condition)):
            if time.monotonic() > deadline:
                seen = await self.evaluate("document.body.innerText")
                raise AssertionError(f"never: {why or condition}\n{seen}\n{self.logs}\n{self.exceptions}")
            await asyncio.sleep(0.03)
        return value

    async def sees(self, selector: str, text: str = "") -> None:
        """Wait until something is visible."""
        await self.until(_FIND % (json.dumps(text), json.dumps(selector)), f"{selector} {text!r} is visible")

    async def misses(self, selector: str) -> None:
        """Wait until no such element is visible."""
        found = f"[...document.querySelectorAll({json.dumps(selector)})].some((one) => one.checkVisibility())"
        await self.until(f"!{found}", f"{selector} is gone")

    async def click(self, selector: str, text: str = "") -> None:
        """Click the last visible element that matches, once it is clickable.

        A click that misses because the page changed is repeated.
        """
        deadline = time.monotonic() + _PATIENCE
        sought, what = (json.dumps(text), json.dumps(selector)), f"{selector} {text!r} can be clicked"
        while time.monotonic() < deadline:
            x, y = await self.until(_FIND % sought, what)
            await self.evaluate(_WATCH % sought)
            mouse = {"x": x, "y": y, "button": "left", "clickCount": 1}
            await self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
            await self.call("Input.dispatchMouseEvent", type="mousePressed", **mouse)
            await self.call("Input.dispatchMouseEvent", type="mouseReleased", **mouse)
            if await self.evaluate("window.struck"):
                return
        raise AssertionError(f"never: {what}")

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        await self.call("Input.insertText", text=text)

    async def key(self, *names: str) -> None:
        """Press keys, one after another."""
        for name in names:
            code, text = _KEYS[name]
            await self.press(name, code, text)

    async def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a file field."""
        document = await self.call("DOM.getDocument")
        node = await self.call("DOM.querySelector", nodeId=document["root"]["nodeId"], selector=selector)
        await self.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node["nodeId"])

    async def picture(self, kind: str = "png") -> bytes:
        """Return a screenshot of what is visible."""
        shot = await self.call("Page.captureScreenshot", format=kind)
        return base64.b64decode(shot["data"])

    def _note(self, method: str, params: dict[str, Any]) -> None:
        super()._note(method, params)
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.exceptions.append(details.get("exception", {}).get("description") or details["text"])
