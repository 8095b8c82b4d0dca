"""Whether Discord's requests can reach the bot at its public address.

Nobody but Discord can sign as Discord, so what is looked at is the other half: that something of ours stands there,
and refuses what is not signed or signed by somebody else. Discord asks for the same before it takes an address.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import aiohttp
import nacl.signing

from ticketbot.admin.findings import advice, blocks, good
from ticketbot.config.settings import Mode

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from ticketbot.admin.application import Application
    from ticketbot.admin.findings import Finding
    from ticketbot.config.settings import Settings

_CHECK: Final = "address"
_PING: Final = b'{"type":1}'
_LOOPBACK: Final = ("127.0.0.1", "[::1]", "localhost")
"""Hosts for which http is accepted: tests use them."""
_TIMEOUT: Final = 10.0
"""Seconds for one request; Discord itself waits three."""


async def inspect(settings: Settings, application: Application) -> AsyncGenerator[Finding]:
    """Compare Discord's setting with the bot's own, and check what answers at the address."""
    if settings.mode is Mode.GATEWAY:
        if application.address is not None:
            yield blocks(
                _CHECK,
                f"Discord sends interactions to {application.address} and none over the gateway: "
                "remove the address with `ticketbot setup --keep --address`, or set TICKETBOT_MODE=rest",
            )
        return
    if settings.public_key is not None and settings.public_key.lower() != application.verify_key.lower():
        yield blocks(_CHECK, "DISCORD_PUBLIC_KEY is not this application's: remove the setting, or copy the key again")
    if settings.public_url is None:
        sent = "none yet" if application.address is None else application.address
        yield advice(_CHECK, f"TICKETBOT_PUBLIC_URL is not set, so nothing can be compared (Discord's is {sent})")
        return
    ours = str(settings.public_url)
    if settings.public_url.scheme != "https" and settings.public_url.host not in _LOOPBACK:
        yield blocks(_CHECK, f"TICKETBOT_PUBLIC_URL is {ours}, and Discord takes https alone")
        return
    if application.address is None or application.address.rstrip("/") != ours.rstrip("/"):
        yield blocks(
            _CHECK, f"Discord sends interactions to {application.address or 'the gateway'}, not to {ours}: "
            "start the bot, then run `ticketbot setup --keep --address`",
        )  # fmt: skip
    else:
        yield good(_CHECK, f"Discord sends interactions to {ours}")
    async for finding in _reach(ours):
        yield finding


async def _reach(address: str) -> AsyncGenerator[Finding]:
    timestamp = str(int(time.time()))
    stranger = nacl.signing.SigningKey.generate().sign(timestamp.encode() + _PING).signature.hex()
    signed = {"X-Signature-Ed25519": stranger, "X-Signature-Timestamp": timestamp}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT)) as session:
        try:
            statuses = {await _post(session, address, headers) for headers in ({}, signed)}
            async with session.get(urljoin(address, "healthz")) as response:
                alive = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            yield blocks(_CHECK, f"nobody answers at {address} ({type(error).__name__}): is the bot running there?")
            return
    if statuses == {401}:
        yield good(_CHECK, "what Discord did not sign is refused there")
    else:
        told = ", ".join(map(str, sorted(statuses)))
        yield blocks(_CHECK, f"{address} answers {told} to what Discord did not sign, where Discord demands 401")
    if alive != 200:  # noqa: PLR2004 - HTTP's "OK"
        yield advice(_CHECK, f"{urljoin(address, 'healthz')} answers {alive}; let the proxy pass it to the bot")


async def _post(session: aiohttp.ClientSession, address: str, headers: Mapping[str, str]) -> int:
    json = {"Content-Type": "application/json", **headers}
    async with session.post(address, data=_PING, headers=json, allow_redirects=False) as response:
        return response.status
