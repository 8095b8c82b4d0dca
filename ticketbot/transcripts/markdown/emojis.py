"""Emojis in texts: their characters and shortcodes."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PATTERN: Final = (
    r"(?:<a?:\w{1,64}:\d{1,20}>"
    r"|[0-9#*]\ufe0f?\u20e3"
    r"|[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    r"\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\u200d\ufe0f\U000e0020-\U000e007f])"
)
"""A custom emoji, or a character of a Unicode emoji."""

_SHORTCODE: Final = re.compile(r":([\w+-]+):(?::skin-tone-([1-5]):)?", re.ASCII)
_SKIN_TONES: Final = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_REGIONAL_INDICATOR_A: Final = 0x1F1E6
_FLAG: Final = re.compile(r"flag_([a-z]{2})")
_LETTER: Final = re.compile(r"regional_indicator_([a-z])")
_DISCORDS_OWN: Final[Mapping[str, str]] = {
    "slight_smile": "🙂", "slight_frown": "🙁", "upside_down": "🙃", "hugging": "🤗", "nerd": "🤓",
    "thumbup": "👍", "thumbdown": "👎", "tools": "🛠️", "first_place": "🥇", "second_place": "🥈",
    "third_place": "🥉", "crossed_swords": "⚔️", "shield": "🛡️", "tickets": "🎟️", "wastebasket": "🗑️",
    "card_box": "🗃️", "file_cabinet": "🗄️", "notepad_spiral": "🗒️", "calendar_spiral": "🗓️", "robot": "🤖",
    "cowboy": "🤠", "money_mouth": "🤑", "zipper_mouth": "🤐", "thermometer_face": "🤒", "rolling_eyes": "🙄",
    "thinking": "🤔", "umbrella2": "☂️", "heart_exclamation": "❣️", "map": "🗺️", "desktop": "🖥️",
    "printer": "🖨️", "keyboard": "⌨️", "park": "🏞️", "medal": "🏅", "military_medal": "🎖️",
    "levitate": "🕴️", "spy": "🕵️", "pen_fountain": "🖋️", "pen_ballpoint": "🖊️", "paintbrush": "🖌️",
    "crayon": "🖍️", "dividers": "🗂️", "newspaper2": "🗞️", "label": "🏷️", "link": "🔗",
    "paperclips": "🖇️", "hole": "🕳️", "bellhop": "🛎️", "key2": "🗝️", "timer": "⏲️",
    "stopwatch": "⏱️", "clock": "🕰️", "hammer_pick": "⚒️", "oil": "🛢️", "scales": "⚖️",
    "play_pause": "⏯️",
}  # fmt: skip
"""Names that Discord's client knows and other lists do not have."""


def from_shortcode(token: str) -> str | None:
    """Return the Unicode emoji of a shortcode as ``:tada:``; None if there is none of that name."""
    found = _SHORTCODE.fullmatch(token)
    if found is None:
        return None
    name, tone = found[1], found[2]
    emoji = _indicators(name) or _DISCORDS_OWN.get(name) or _aliases().get(name)
    if emoji is None or tone is None:
        return emoji
    return emoji.replace("\ufe0f", "") + _SKIN_TONES[int(tone) - 1]


def _indicators(name: str) -> str | None:
    """Return a flag or a letter, which are made of regional indicators."""
    found = _FLAG.fullmatch(name) or _LETTER.fullmatch(name)
    if found is None:
        return None
    return "".join(chr(_REGIONAL_INDICATOR_A + ord(letter) - ord("a")) for letter in found[1])


@functools.cache
def _aliases() -> Mapping[str, str]:
    """Return emojis by name, loaded when the first shortcode needs them."""
    import emoji  # noqa: PLC0415  # loads a large table, which few pages need

    return {
        alias.strip(":"): character
        for character, facts in emoji.EMOJI_DATA.items()
        for alias in (facts["en"], *facts.get("alias", ()))
    }
