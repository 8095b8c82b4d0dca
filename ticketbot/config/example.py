"""The file that an owner begins with: every text, colour and emoji as it is now, each behind a ``#``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ticketbot.config import values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ticketbot.config.texts import Params

_HEAD: Final = """\
# How ticketbot looks and what it says. Name this file in TICKETBOT_PARAMS.
#
# Every line shows what holds now. To change one, take away its first # and write what you like; delete the rest if
# you want. Texts take Discord's markdown; \\n begins a new line. Names in braces stand for what the bot puts there:
# a text must have those that it has here, {emoji} alone may be left out, and there are no others.
# A change shows after a restart, in panels that stand already too.
#"""

MEANINGS: Final[Mapping[str, str]] = {
    "number": "the ticket's number, as 001",
    "opener": "a mention of the member who opened the ticket",
    "claimer": "a mention of the member who claimed it",
    "closer": "a mention of the member who closed it",
    "opened_at": "when it was opened, in each reader's own time",
    "channel": "a link to the channel that is spoken of",
    "panel": "a link to the panel's channel",
    "transcript": "a link to the transcripts' channel",
    "emoji": "the emoji of [EMOJIS] that belongs to the text",
    "roles": "the ids of the roles that are gone",
    "permission": "a permission, as Discord calls it",
    "place": "where it is missing: one of the texts place_… or at_place",
    "count": "how many messages a transcript holds",
    "moment": "when that was, in each reader's own time",
    "part": "which of the messages that carry a transcript this is",
    "parts": "how many of them there are",
    "seconds": "how long to wait",
    "code": "Discord's number for what went wrong",
}
"""What stands in a text where a placeholder is."""


def text(params: Params) -> str:
    """Write the file."""
    return "\n".join((_HEAD, *_placeholders(), *_looks(params), *_footers(params), *_emojis(params), *_words(params)))


def _placeholders() -> Iterator[str]:
    for name, meaning in MEANINGS.items():
        yield f"#   {'{' + name + '}':<14}{meaning}"


def _looks(params: Params) -> Iterator[str]:
    yield "\n# The colour of every embed's edge."
    yield f'# EMBED_COLOR = "#{params.color:06X}"'
    yield '\n# A small image beside the footer, by its https address; "" for none.'
    yield f"# EMBED_FOOTER_ICON_URL = {_quoted(params.footer_icon_url)}"
    yield "\n# How many open tickets a member may have at the same time."
    yield f"# MAX_OPEN_TICKETS = {params.max_open_tickets}"


def _footers(params: Params) -> Iterator[str]:
    yield f'\n# Under every embed, at most {values.FOOTER} characters; "" for none.'
    yield "[EMBED_FOOTER_TEXT]"
    for language, spoken in params.texts.items():
        yield f"# {language} = {_quoted(spoken.footer)}"


def _emojis(params: Params) -> Iterator[str]:
    yield "\n# On buttons and in texts: one emoji each, or a server's own as <:name:id>."
    yield "[EMOJIS]"
    for key, emoji in params.emojis.items():
        yield f"# {key} = {_quoted(emoji)}"


def _words(params: Params) -> Iterator[str]:
    for language, spoken in params.texts.items():
        yield f"\n[MESSAGES.{language}]"
        limit = 0
        for key, message in spoken.messages.items():
            if values.limit_of(key) != limit:
                limit = values.limit_of(key)
                yield f"## at most {limit} characters:"
            yield f"# {key} = {_quoted(message)}"


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # TOML's basic strings are JSON's
