"""Files of settings come from outside: reading one does not hold up the interactions of others."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.tickets import values
from ticketbot.interactions.settings import imports
from ticketbot.tickets.server_names import ServerNames

SERVER = ServerNames(id=values.GUILD, name="Serveur")


async def test_others_go_on_while_a_file_is_read() -> None:
    content = b'{"ticketbot-settings": 1, "server": {}, "x": [' + b"{}," * 200_000 + b"{}]}"
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    others = asyncio.create_task(count_turns())
    with pytest.raises(ValueError, match="Extra inputs"):
        await imports.read(content, SERVER)
    others.cancel()

    assert turns > 1
