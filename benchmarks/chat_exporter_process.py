"""Run chat-exporter on the messages in the first line of standard input; print seconds and bytes for each further line.

``transcripts.py`` starts it in an environment of its own, which has chat-exporter and discord.py.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import chat_exporter
import discord

GUILD_ID = "100000000000000001"


def channel_of(raws: list[dict]) -> discord.TextChannel:
    """Create a channel whose members are cached, as in a running bot."""
    state = discord.Client(intents=discord.Intents.none())._connection  # noqa: SLF001  # no other way without a login
    guild = discord.Guild(data={"id": GUILD_ID, "name": "Serveur", "members": [], "roles": []}, state=state)
    facts = {"joined_at": "2020-01-01T00:00:00+00:00", "roles": [], "flags": 0, "deaf": False, "mute": False}
    for user in {raw["author"]["id"]: raw["author"] for raw in raws}.values():
        guild._add_member(discord.Member(data={"user": user, **facts}, guild=guild, state=state))  # noqa: SLF001
    data = {"id": raws[0]["channel_id"], "name": "042-ticket", "type": 0, "position": 0, "permission_overwrites": []}
    return discord.TextChannel(state=state, guild=guild, data=data)


async def rendered(raws: list[dict]) -> tuple[float, str]:
    """Render once and return the seconds and the page; chat-exporter changes the messages, so they are built anew."""
    channel = channel_of(raws)
    messages = [discord.Message(state=channel._state, channel=channel, data=raw) for raw in reversed(raws)]  # noqa: SLF001
    by_id = {message.id: message for message in messages}

    async def fetch_message(message_id: int) -> discord.Message:
        """Return immediately: only the rendering is measured."""
        return by_id.get(message_id) or messages[0]

    discord.TextChannel.fetch_message = lambda _, message_id: fetch_message(message_id)
    start = time.perf_counter()
    page = await chat_exporter.raw_export(channel, messages, raise_exceptions=True, support_dev=False)
    return time.perf_counter() - start, page


async def main() -> None:
    text = sys.stdin.readline()
    for _ in sys.stdin:
        seconds, page = await rendered(json.loads(text))
        print(seconds, len(page.encode()), flush=True)


asyncio.run(main())
