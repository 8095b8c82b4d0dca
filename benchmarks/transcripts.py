"""How fast transcripts are rendered, how large they become, and how much memory that takes.

``python benchmarks/transcripts.py [--sizes 1000,10000,100000] [--beside PYTHON]``; PYTHON is an interpreter that has
chat-exporter, to measure it on the same messages in the same run.
"""

from __future__ import annotations

import argparse
import gc
import html as escaping
import json
import pathlib
import random
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final

if __name__ == "__main__":
    # As a script, the project's own packages are looked for beside this folder.
    sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from ticketbot.transcripts import code, decode, html
from ticketbot.transcripts.markdown import to_html
from ticketbot.transcripts.model import Names, Role, Transcript
from ticketbot.transcripts.pages import Room
from ticketbot.transcripts.writing.scribe import Scribe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ticketbot.transcripts.model import TranscriptMessage

_START: Final = 1_772_440_200_000
_DISCORD_EPOCH: Final = 1_420_070_400_000
_WORDS: Final = [
    "bonjour",
    "merci",
    "je",
    "ne",
    "peux",
    "plus",
    "me",
    "connecter",
    "au",
    "serveur",
    "depuis",
    "hier",
    "soir",
    "est-ce",
    "que",
    "quelqu’un",
    "peut",
    "regarder",
    "voici",
    "la",
    "capture",
    "d’écran",
    "problème",
    "résolu",
    "partenariat",
    "candidature",
    "modérateur",
    "salon",
    "vocal",
    "rôle",
    "émoji",
    "attendez",
    "oui",
    "non",
    "d’accord",
    "bien",
    "sûr",
    "demain",
    "matin",
    "vers",
    "midi",
    "lien",
    "message",
    "équipe",
    "réponse",
    "question",
]
_PEOPLE: Final = tuple(
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
        "banner_color": None,
        "bot": at == 0,
    }
    for at, name in enumerate(("Ticketbot", "Léa Martin", "Bob", "Zoé 🌸", "Amine", "Inès D.", "Tom", "Chloé"))
)
NAMES: Final = Names(
    users={int(person["id"]): str(person["global_name"]) for person in _PEOPLE},
    user_colors={int(person["id"]): 0x3498DB + at * 0x1111 for at, person in enumerate(_PEOPLE)},
    roles={400000000000000001: Role(name="Support", color=0x11806A)},
    channels={500000000000000001: "règles"},
)
HOSTILE: Final = {
    "stars": "*" * 4000,
    "stars and letters": "*a " * 1333,
    "bold nests": "**a __b ~~c ||d " * 250,
    "brackets": "[" * 4000,
    "bracket pairs": "[](" * 1333,
    "half links": "[a](https://x" * 307,
    "links and spaces": "](" + " " * 3990,
    "backticks": "`a" * 2000,
    "backtick runs": "".join("`" * length + "a" for length in range(1, 88)),
    "fences": "```a\n" * 800,
    "fence and lines": "```a" + "\n" * 3990,
    "angles": "<" * 4000,
    "angles and letters": "<@a" * 1333,
    "links": "https://" * 500,
    "parentheses": "https://x" + ")" * 3990,
    "quotes": "> " * 2000,
    "quote lines": "> a\n" * 1000,
    "lists": "- " * 2000,
    "list lines": "".join(f"{' ' * (at % 60)}- a\n" for at in range(110)),
    "lines": "\n" * 4000,
    "spaces": " " * 4000,
    "indented lines": ("\n" + " " * 39) * 100,
    "underscores": "_a" * 2000,
    "spoilers": "||a" * 1333,
    "escapes": "\\" * 4000,
    "numbers": "1" * 4000,
    "headers": "# a\n" * 1000,
    "moments": "<t:1:R>" * 570,
    "python": "```py\n" + "f(" * 1990 + "\n```",
    "python text": "```py\n" + "'\\" * 1990 + "\n```",
    "xml": "```xml\n" + "<a " * 1300 + "\n```",
    "ansi": "```ansi\n" + "\x1b[1;31m" * 500 + "a\n```",
}


def messages(count: int) -> Iterator[dict[str, Any]]:
    """Make messages of an ordinary ticket, as Discord's API gives them."""
    chance = random.Random(4)  # noqa: S311  # no secret
    moment, author = _START, _PEOPLE[1]
    for at in range(count):
        moment += chance.choice((4_000, 15_000, 40_000, 90_000, 700_000))
        if chance.random() < 0.45:  # noqa: PLR2004  # less than half continue
            author = chance.choice(_PEOPLE)
        yield _message(at, moment, author, chance)


def _message(at: int, moment: int, author: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    message_id = (moment - _DISCORD_EPOCH << 22) + at
    raw: dict[str, Any] = {
        "type": 0,
        "content": " ".join(chance.choices(_WORDS, k=chance.randint(2, 22))),
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1000)) + f".{moment % 1000:03d}000+00:00",
        "edited_timestamp": None,
        "flags": 0,
        "components": [],
        "id": str(message_id),
        "channel_id": "500000000000000009",
        "author": author,
        "pinned": False,
        "mention_everyone": False,
        "tts": False,
    }
    _decorate(raw, at, moment, chance)
    return raw


def _decorate(raw: dict[str, Any], at: int, moment: int, chance: random.Random) -> None:
    """Give some messages what some messages have."""
    turn = at % 50
    content = raw["content"]
    if turn in {3, 13, 23, 33, 43}:
        raw["content"] = f"**{content[:20]}** {content} *vraiment* <:ok:600000000000000001> <@{_PEOPLE[2]['id']}>"
        raw["mentions"] = [_PEOPLE[2]]
    elif turn in {7, 17}:
        raw["content"] = f"{content}\n> {content[:30]}\n- un\n- deux\nhttps://example.com/{at}"
    elif turn == 27:  # noqa: PLR2004  # one in fifty
        raw["content"] = "Voici :\n```py\ndef f(x: int) -> int:\n    return x + 1  # oui\n```"
    elif turn in {9, 19, 29}:
        raw |= _reply(raw, moment)
    elif turn in {11, 31}:
        raw["attachments"] = [_attachment(at)]
    elif turn == 21:  # noqa: PLR2004  # one in fifty
        raw["reactions"] = [_reaction("👍", chance.randint(1, 9)), _reaction("🎉", 1)]
    elif turn == 41:  # noqa: PLR2004  # one in fifty
        raw["embeds"] = [
            {"type": "rich", "title": "Ticket", "description": content, "color": 0xF4A6C1, "fields": []},
        ]
    elif turn == 45:  # noqa: PLR2004  # one in fifty
        raw["edited_timestamp"] = raw["timestamp"]


def _reply(raw: dict[str, Any], moment: int) -> dict[str, Any]:
    referenced = {**raw, "id": str((moment - 3_600_000 - _DISCORD_EPOCH << 22) + 1), "author": _PEOPLE[3]}
    reference = {"type": 0, "channel_id": raw["channel_id"], "message_id": referenced["id"]}
    return {"type": 19, "message_reference": reference, "referenced_message": referenced}


def _attachment(at: int) -> dict[str, Any]:
    url = f"https://cdn.discordapp.com/attachments/500000000000000009/{at}/capture.png?ex=1&is=2&hm=3"
    return {
        "id": str(at),
        "filename": "capture.png",
        "size": 81_920,
        "url": url,
        "proxy_url": url,
        "width": 800,
        "height": 600,
        "content_type": "image/png",
    }


def _reaction(name: str, count: int) -> dict[str, Any]:
    return {
        "emoji": {"id": None, "name": name},
        "count": count,
        "count_details": {"burst": 0, "normal": count},
        "burst_colors": [],
        "me_burst": False,
        "me": False,
    }


def _transcript(shown: Iterable[TranscriptMessage]) -> Transcript:
    return Transcript(messages=shown, guild_name="Serveur", number=42, opener="Léa Martin", names=NAMES)


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _rendered(shown: Iterable[TranscriptMessage], room: Room | None = None) -> html.Rendering:
    rendering = html.Rendering(_transcript(shown), room=room)
    for _ in rendering.steps():
        pass
    return rendering


def _longest_step(shown: Iterable[TranscriptMessage]) -> tuple[float, float]:
    """Tell the longest step and the one that only one in a hundred exceeds, in milliseconds."""
    times: list[float] = []
    start = time.perf_counter()
    for _ in html.Rendering(_transcript(shown)).steps():
        times.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
    times.sort()
    return times[-1], times[-1 - len(times) // 100]


def _measure(count: int) -> None:
    raws = list(messages(count))
    text = json.dumps(raws)
    shown = list(decode.messages(raws))
    speed = {
        "escape and join": _timed(lambda: "".join(f"<p>{escaping.escape(raw['content'])}</p>" for raw in raws)),
        "decode": _timed(lambda: [decode.message(raw) for raw in raws]),
        "render": _timed(lambda: _rendered(shown)),
        "decode and render": _timed(lambda: _rendered(decode.messages(raws))),
        "parse, decode and render": _timed(lambda: _rendered(decode.messages(json.loads(text)))),
    }
    for work, seconds in speed.items():
        print(f"{count:>7} messages  {work:<26} {count / seconds:>10,.0f} messages/s")
    size = _rendered(shown).pages[0].size
    longest, usual = _longest_step(shown)
    print(
        f"{count:>7} messages  page {size:,} bytes, {size / count:,.0f} a message; longest step {longest:.2f} ms, ",
        end="",
    )
    print(f"99 of 100 below {usual:.2f} ms")


def _memory(count: int) -> None:
    """Print how much the peak grows while messages are made one by one and rendered; in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rendering = _rendered(decode.messages(messages(count)), Room(page=8 << 20))
    size = sum(page.size for page in rendering.pages)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{count:>7} messages  {len(rendering.pages)} pages, {size / (1 << 20):.1f} MiB; ", end="")
    print(f"memory above that of the modules {(after - before) / 1024:.1f} MiB")


def _hostile() -> None:
    scribe = Scribe(_transcript(()), "transcript")
    for name, text in HOSTILE.items():
        best = min(_timed(lambda text=text: to_html(text, scribe)) for _ in range(3))
        print(f"hostile: {name:<20} {len(text):>5} characters {1000 * best:>8.2f} ms")


_BESIDE: Final = pathlib.Path(__file__).parent / "chat_exporter.py"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--memory", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--beside", help="an interpreter that has chat-exporter")
    options = parser.parse_args()
    if options.memory:
        _memory(options.memory)
        return
    prepared = _timed(lambda: list(code.prepare()))
    print(f"languages prepared in {1000 * prepared:.0f} ms")
    sizes = [int(size) for size in options.sizes.split(",")]
    for count in sizes:
        _measure(count)
    subprocess.run([sys.executable, __file__, "--memory", str(max(sizes))], check=True)  # noqa: S603  # ourselves
    _hostile()


if __name__ == "__main__":
    main()
