"""How fast transcripts are rendered, how large they become, and how much memory and patience that takes.

``python benchmarks/transcripts.py [--sizes 1000,10000,100000] [--beside PYTHON]``; PYTHON is an interpreter that has
chat-exporter and discord.py, to measure that on the same messages in the same run. Each figure is the median of five.
"""

from __future__ import annotations

import argparse
import gc
import html as escaping
import json
import random
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

# A script does not see the folder that it is started from.
sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.unit.transcripts.hostile import HOSTILE
from ticketbot.transcripts import decode, html
from ticketbot.transcripts.model import Names, Role, Transcript
from ticketbot.transcripts.pages import Room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ticketbot.transcripts.model import TranscriptMessage

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
NAMES: Final = Names(
    user_colors={int(person["id"]): 0x3498DB + at * 0x1111 for at, person in enumerate(PEOPLE)},
    roles={400000000000000001: Role(name="Support", color=0x11806A)},
    channels={500000000000000001: "règles"},
)


def messages(count: int) -> Iterator[dict[str, Any]]:
    """Make messages of an ordinary ticket, as Discord's API gives them."""
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
    """Make a message that says something, and nothing else."""
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
    """Give some messages what some messages have: of fifty, twenty are more than plain text."""
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
    """Make a message an answer to one of an hour before."""
    referenced = {**raw, "id": str(int(raw["id"]) - (3_600_000 << 22)), "author": PEOPLE[3]}
    reference = {"type": 0, "channel_id": CHANNEL_ID, "message_id": referenced["id"]}
    return {"type": 19, "message_reference": reference, "referenced_message": referenced}


def attachment(at: int) -> dict[str, Any]:
    """Make a picture."""
    url = f"https://cdn.discordapp.com/attachments/{CHANNEL_ID}/{at}/capture.png?ex=1&is=2&hm=3"
    facts = {"id": str(at), "filename": "capture.png", "size": 81_920, "width": 800, "height": 600}
    return facts | {"url": url, "proxy_url": url, "content_type": "image/png"}


def reaction(name: str, count: int) -> dict[str, Any]:
    """Make a reaction."""
    facts: dict[str, Any] = {"count": count, "count_details": {"burst": 0, "normal": count}, "burst_colors": []}
    return facts | {"emoji": {"id": None, "name": name}, "me_burst": False, "me": False}


def transcript(shown: Iterable[TranscriptMessage]) -> Transcript:
    """Put messages into a ticket."""
    return Transcript(messages=shown, guild_name="Serveur", number=42, opener="Léa Martin", names=NAMES)


def rendered(shown: Iterable[TranscriptMessage], room: Room | None = None) -> html.Rendering:
    """Render messages."""
    rendering = html.Rendering(transcript(shown), room=room)
    for _ in rendering.steps():
        pass
    return rendering


def timed(work: Callable[[], object]) -> float:
    """Tell how long something usually takes, in seconds."""
    times: list[float] = []
    for _ in range(5):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def steps(shown: Iterable[TranscriptMessage]) -> list[float]:
    """Tell how long each step takes, in milliseconds, in order of length.

    The pauses of Python's collector are left out: they depend on what else the process holds.
    """
    times: list[float] = []
    gc.collect()
    gc.freeze()
    start = time.perf_counter()
    for _ in html.Rendering(transcript(shown)).steps():
        times.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
    gc.unfreeze()
    return sorted([*times, 1000 * (time.perf_counter() - start)])


def measure(count: int, beside: str | None) -> None:
    """Print how fast so many messages are rendered."""
    raws = list(messages(count))
    pages = [json.dumps(raws[at : at + 100]) for at in range(0, count, 100)]
    shown = list(decode.messages(raws))
    works: dict[str, Callable[[], object]] = {
        "escaping and joining alone": lambda: "".join(f"<p>{escaping.escape(raw['content'])}</p>" for raw in raws),
        "decode": lambda: [decode.message(raw) for raw in raws],
        "render": lambda: rendered(shown),
        "decode and render": lambda: rendered(decode.messages(raws)),
        "parse JSON, decode and render": lambda: rendered(
            decode.messages(raw for page in pages for raw in json.loads(page))
        ),
    }
    for work, function in works.items():
        print(f"{count:>7} messages  {work:<30} {count / timed(function):>9,.0f} messages/s")
    if beside:
        command = [beside, str(Path(__file__).with_name("beside_chat_exporter.py"))]
        ended = subprocess.run(command, input=json.dumps(raws), text=True, capture_output=True, check=True)  # noqa: S603  # as asked
        answer = ended.stdout.split()
        line = f"{count / float(answer[0]):>9,.0f} messages/s, {int(answer[1]) / count:,.0f} bytes a message"
        print(f"{count:>7} messages  {'chat-exporter: render':<30} {line}")
    size = rendered(shown).pages[0].size
    taken = steps(shown)
    print(f"{count:>7} messages  page: {size:,} bytes, {size / count:,.0f} a message")
    usual = taken[len(taken) * 99 // 100]
    print(f"{count:>7} messages  steps: longest {taken[-1]:.2f} ms, 99 of 100 at most {usual:.2f} ms")


def peak() -> float:
    """Tell how much memory this process has had at most, in MiB; ``getrusage`` would tell its parent's, too."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None, "this needs Linux"
    return int(found[1]) / 1024


def memory(count: int) -> None:
    """Print how much memory it takes to decode and render messages that come one by one."""
    before = peak()
    rendering = rendered(decode.messages(messages(count)), Room(page=8 << 20))
    after = peak()
    size = sum(page.size for page in rendering.pages) / (1 << 20)
    taken = after - before
    print(f"{count:>7} messages  memory: {taken:.1f} MiB more, for {len(rendering.pages)} pages of {size:.1f} MiB")


def hostile() -> None:
    """Print how long texts take that are meant to take long."""
    for name, text in HOSTILE.items():
        shown = [decode.message(plain(1, START, PEOPLE[1], text))]
        taken = 1000 * timed(lambda shown=shown: rendered(shown))
        print(f"hostile: {name:<22} {len(text):>5} characters {taken:>7.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--beside", help="an interpreter that has chat-exporter")
    parser.add_argument("--memory", type=int, help="measure the memory of this process only")
    options = parser.parse_args()
    if options.memory:
        memory(options.memory)
        return
    sizes = [int(size) for size in options.sizes.split(",")]
    for count in sizes:
        measure(count, options.beside)
    for count in sizes:
        subprocess.run([sys.executable, __file__, "--memory", str(count)], check=True)  # noqa: S603  # ourselves
    hostile()


if __name__ == "__main__":
    main()
