"""The style rules of a page: colours, and small pictures, which are used repeatedly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.model.media import Inlined
from ticketbot.transcripts.rendering import colors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ticketbot.transcripts.model.media import Media

_IMAGE: Final = re.compile(r"image/(?:png|apng|gif|webp|jpeg|avif)")


class StyleSheet:
    """Returns class names, and records which ones were used."""

    def __init__(self) -> None:
        self._pictures: dict[str, str] = {}
        self._rules: dict[str, str] = {}
        self._used: dict[str, None] = {}

    def picture(self, url: str) -> str:
        """Return the class, with a space before, that shows a small picture if it can be had."""
        name = self._pictures.get(url)
        if name is None:
            name = self._pictures[url] = f"i{len(self._pictures)}"
        self._used[name] = None
        return f" {name}"

    def text_color(self, color: int | None) -> str:
        """Return the class, with a space before, of a text colour; empty for none."""
        if not color:
            return ""
        light, dark = colors.readable(color)
        return self._rule(f"c{color:06x}", f"color:light-dark({light},{dark})")

    def edge_color(self, color: int | None) -> str:
        """Return the class, with a space before, of an edge colour; empty for none."""
        if color is None:
            return ""
        return self._rule(f"d{color:06x}", f"border-left-color:{colors.css(color)}")

    def use(self, names: Iterable[str]) -> None:
        """Record the use of classes returned before."""
        for name in names:
            self._used[name] = None

    def take_used(self) -> dict[str, None]:
        """Return the classes used since the last call, in order."""
        used = self._used
        if used:
            self._used = {}
        return used

    def rules(self, names: Iterable[str]) -> str:
        """Return the style rules of colours."""
        return "".join(self._rules[name] for name in names if name in self._rules)

    def pictures(self, names: Iterable[str], media: Mapping[str, Media]) -> dict[str, Inlined]:
        """Return the pictures behind class names, as far as they can be had."""
        urls = {name: url for url, name in self._pictures.items()}
        found = {name: media.get(urls[name]) for name in names if name in urls}
        return {
            name: picture
            for name, picture in found.items()
            if isinstance(picture, Inlined) and _IMAGE.fullmatch(picture.content_type) is not None
        }

    def _rule(self, name: str, rule: str) -> str:
        self._rules[name] = f".{name}{{{rule}}}"
        self._used[name] = None
        return f" {name}"


def picture_rule(name: str, picture: Inlined) -> list[bytes | Inlined]:
    """Return the style rule that contains a small picture."""
    return [f".{name}{{--p:url(".encode(), picture, b")}"]


def picture_overhead(name: str) -> int:
    """Return how many bytes a small picture takes besides its data URI."""
    return len(f".{name}{{--p:url()}}.{name},.{name},.{name},") + _COMMON_SIZE


def pictures_rule(names: Sequence[str]) -> str:
    """Return the style rule that shows small pictures in place of the texts of their elements."""
    if not names:
        return ""
    chosen = ",".join(f".{name}" for name in names)
    return _COMMON.format(chosen)


_COMMON: Final = (
    ":is({0}){{background-image:var(--p);background-size:cover;color:transparent}}"
    ".e:is({0}){{display:inline-block;width:1.375em;height:1.375em;overflow:hidden;vertical-align:-.3em;"
    "background-position:center;background-size:contain;background-repeat:no-repeat;white-space:nowrap}}"
    ":is(.e-a,.e-f) .e:is({0}){{margin-right:6px}}"
)
_COMMON_SIZE: Final = len(_COMMON)
