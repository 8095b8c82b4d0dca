"""The file that an owner begins with: every text, colour and emoji as it is by default, each commented out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ticketbot.config import params_validators

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ticketbot.config.params_model import Params

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
    "claimer_name": "the name of that member",
    "closer": "a mention of the member who closed it",
    "member": "a mention of the member who is spoken of",
    "target": "a mention of the member or the role that is spoken of",
    "opened_at": "when it was opened, in each reader's time zone",
    "channel": "a link to the channel that is spoken of",
    "panel": "a link to the panel's channel",
    "transcript": "a link to the transcripts' channel",
    "emoji": "the emoji of [EMOJIS] that belongs to the text",
    "category": "a link to the tickets' category",
    "categories": "links to the categories that are spoken of",
    "server": "the server's name",
    "language": "the language of a server, as its members call it",
    "roles": "the roles that are spoken of",
    "permission": "a permission, as Discord calls it",
    "place": "where it is missing: one of the texts place_… or at_place",
    "moment": "when that was, in each reader's time zone",
    "seconds": "how long to wait",
    "minutes": "how long to wait",
    "code": "Discord's number for what went wrong, or for whom is spoken of",
    "names": "the settings that were changed",
    "name": "the setting",
    "value": "the value that it has",
    "theirs": "the value that somebody else gave it",
    "yours": "the value that the reader gave it",
    "typed": "what was typed",
    "help": "what is to be typed there: one of the texts settings_help_…",
    "count": "how many there are",
    "most": "how many there can be",
    "reason": "what the administrators wrote",
    "topic": "the name of the topic",
}
"""What each placeholder is replaced by."""


def render(params: Params) -> str:
    """Return the text of the file."""
    return "\n".join(
        (_HEAD, *_placeholders(), *_appearance(params), *_footers(params), *_emojis(params), *_messages(params))
    )


def _placeholders() -> Iterator[str]:
    for name, meaning in MEANINGS.items():
        yield f"#   {'{' + name + '}':<14}{meaning}"


def _appearance(params: Params) -> Iterator[str]:
    yield "\n# The colour of every embed's edge."
    yield f'# EMBED_COLOR = "#{params.color:06X}"'
    yield '\n# A small image beside the footer, by its https address; "" for none.'
    yield f"# EMBED_FOOTER_ICON_URL = {_quoted(params.footer_icon_url)}"
    yield "\n# How many open tickets a member may have at the same time."
    yield f"# MAX_OPEN_TICKETS = {params.max_open_tickets}"
    yield "\n# How many tickets a member may open within ten minutes; closed and deleted ones count."
    yield f"# MAX_OPENINGS = {params.max_openings}"


def _footers(params: Params) -> Iterator[str]:
    yield f'\n# Where members wait for an answer, at most {params_validators.FOOTER} characters; "" for none.'
    yield "[EMBED_FOOTER_TEXT]"
    for language, spoken in params.texts.items():
        yield f"# {language} = {_quoted(spoken.footer)}"


def _emojis(params: Params) -> Iterator[str]:
    yield "\n# On buttons and in texts: one emoji each, or a server's own as <:name:id>."
    yield "[EMOJIS]"
    for key, emoji in params.emojis.items():
        yield f"# {key} = {_quoted(emoji)}"


def _messages(params: Params) -> Iterator[str]:
    for language, spoken in params.texts.items():
        yield f"\n[MESSAGES.{language}]"
        limit = 0
        for key, message in spoken.messages.items():
            if params_validators.limit_of(key) != limit:
                limit = params_validators.limit_of(key)
                yield f"## at most {limit} characters:"
            yield f"# {key} = {_quoted(message)}"


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # TOML's basic strings are JSON's
