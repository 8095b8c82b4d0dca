"""Messages of an ordinary ticket, as Discord's API returns them; twenty of fifty are more than plain text."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

START: Final = 1_772_440_200_000
DISCORD_EPOCH: Final = 1_420_070_400_000
CHANNEL_ID: Final = "500000000000000009"
WORDS: Final = (
    "bonjour merci je ne peux plus me connecter au serveur depuis hier soir est-ce que quelqu’un peut regarder "
    "voici la capture d’écran problème résolu partenariat candidature modérateur salon vocal rôle émoji attendez "
    "oui non d’accord bien sûr demain matin vers midi lien message équipe réponse question"
)
NAMED: Final = ("Ticketbot", "Léa Martin", "Bob", "Zoé 🌸", "Amine", "Inès D.", "Tom", "Chloé")
PEOPLE: Final[tuple[dict[str, Any], ...]] = tuple(
    {
        "id": str(201234567890123456 + at * 7919),
        "username": f"membre{at}",
        "global_name": name,
        "avatar": f"{at:032x}",
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "clan": None,
        "bot": at == 0,
    }
    for at, name in enumerate(NAMED)
)


def messages(count: int) -> Iterator[dict[str, Any]]:
    """Generate the messages of an ordinary ticket, as Discord's API returns them."""
    chance = random.Random(4)  # noqa: S311  # no secret
    words = WORDS.split()
    moment, author = START, PEOPLE[1]
    for at in range(count):
        moment += chance.choice((4_000, 15_000, 40_000, 90_000, 700_000))
        if chance.random() < 0.45:
            author = chance.choice(PEOPLE)
        raw = plain(at, moment, author, " ".join(chance.choices(words, k=chance.randint(2, 22))))
        yield raw | extras(raw, at)


def plain(at: int, moment: int, author: dict[str, Any], content: str) -> dict[str, Any]:
    """Return a message with text alone."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1000)) + f".{moment % 1000:03d}000+00:00"
    return {
        "type": 0,
        "content": content,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "timestamp": stamp,
        "edited_timestamp": None,
        "flags": 0,
        "components": [],
        "id": str((moment - DISCORD_EPOCH << 22) + at),
        "channel_id": CHANNEL_ID,
        "author": author,
        "pinned": False,
        "mention_everyone": False,
        "tts": False,
    }


def extras(raw: dict[str, Any], at: int) -> dict[str, Any]:
    """Return the fields in which this message differs from plain text, if it is one of the twenty of fifty that do."""
    content, turn = raw["content"], at % 50
    if turn in {9, 19, 29}:
        return reply(raw)
    if turn in {11, 31}:
        return {"attachments": [attachment(at)]}
    found: dict[int, dict[str, Any]] = {
        3: {"content": f"**{content[:20]}** {content} *vraiment*"},
        5: {"content": f"{content} <:ok:600000000000000001>"},
        7: {"content": f"{content}\n> {content[:30]}\n- un\n- deux"},
        13: {"content": f"{content} <@{PEOPLE[2]['id']}>", "mentions": [PEOPLE[2]]},
        15: {"content": f"https://example.com/{at} {content}"},
        17: {"content": f"{content} ||{content[:10]}|| `code`"},
        21: {"reactions": [reaction("👍", 3), reaction("🎉", 1)]},
        23: {"content": f"**{content[:20]}** <@{PEOPLE[3]['id']}> <:ok:600000000000000001>", "mentions": [PEOPLE[3]]},
        27: {"content": "Voici :\n```py\ndef f(x: int) -> int:\n    return x + 1  # oui\n```"},
        33: {"content": f"{content} <t:1772440200:R>"},
        37: {"content": f"[{content[:12]}](https://example.com/page)"},
        41: {"embeds": [{"type": "rich", "title": "Ticket", "description": content, "color": 0xF4A6C1, "fields": []}]},
        43: {"content": f"# {content[:20]}\n-# {content}"},
        45: {"edited_timestamp": raw["timestamp"]},
        47: {"content": f"{content}\n{content}"},
    }
    return found.get(turn, {})


def reply(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a reply to a message of an hour before."""
    referenced = {**raw, "id": str(int(raw["id"]) - (3_600_000 << 22)), "author": PEOPLE[3]}
    reference = {"type": 0, "channel_id": CHANNEL_ID, "message_id": referenced["id"]}
    return {"type": 19, "message_reference": reference, "referenced_message": referenced}


def attachment(at: int) -> dict[str, Any]:
    """Return an image attachment."""
    url = f"https://cdn.discordapp.com/attachments/{CHANNEL_ID}/{at}/capture.png?ex=1&is=2&hm=3"
    facts = {"id": str(at), "filename": "capture.png", "size": 81_920, "width": 800, "height": 600}
    return facts | {"url": url, "proxy_url": url, "content_type": "image/png"}


def reaction(name: str, count: int) -> dict[str, Any]:
    """Make a reaction."""
    facts: dict[str, Any] = {"count": count, "count_details": {"burst": 0, "normal": count}, "burst_colors": []}
    return facts | {"emoji": {"id": None, "name": name}, "me_burst": False, "me": False}
