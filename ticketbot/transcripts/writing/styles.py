"""The style rules that a page needs for what stands in it: colours, and pictures that are used again and again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.media import Inlined
from ticketbot.transcripts.writing import colors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ticketbot.transcripts.media import Media

_IMAGE: Final = re.compile(r"image/(?:png|apng|gif|webp|jpeg|avif)")


class Styles:
    """Hands out class names, and remembers which ones were used since it was last asked."""

    def __init__(self, media: Mapping[str, Media]) -> None:
        self._media = media
        self._pictures: dict[str, str] = {}
        self._rules: dict[str, str] = {}
        self._used: dict[str, None] = {}

    def picture(self, url: str | None) -> str:
        """Name the class, with a space before, that shows a small picture; empty if there is none."""
        if url is None:
            return ""
        name = self._pictures.get(url)
        if name is None:
            name = self._pictures[url] = self._new_picture(url)
        if name:
            self._used[name] = None
            return f" {name}"
        return ""

    def text_color(self, color: int | None) -> str:
        """Name the class, with a space before, that writes in a colour; empty for none."""
        if not color:
            return ""
        light, dark = colors.readable(color)
        return self._rule(f"c{color:06x}", f"color:light-dark({light},{dark})")

    def edge_color(self, color: int | None) -> str:
        """Name the class, with a space before, that draws an edge in a colour; empty for none."""
        if color is None:
            return ""
        return self._rule(f"d{color:06x}", f"border-left-color:{colors.css(color)}")

    def use(self, names: Iterable[str]) -> None:
        """Use classes again that were handed out before."""
        for name in names:
            self._used[name] = None

    def take_used(self) -> dict[str, None]:
        """Tell which classes were used since the last time, in order."""
        used = self._used
        if used:
            self._used = {}
        return used

    def rules(self, names: Iterable[str]) -> str:
        """Write the rules of colours."""
        return "".join(self._rules[name] for name in names if name in self._rules)

    def pictures(self, names: Iterable[str]) -> dict[str, Inlined]:
        """Tell the pictures behind class names."""
        urls = {name: url for url, name in self._pictures.items()}
        found = {name: self._media[urls[name]] for name in names if name in urls}
        return {name: media for name, media in found.items() if isinstance(media, Inlined)}

    def _new_picture(self, url: str) -> str:
        media = self._media.get(url)
        is_picture = isinstance(media, Inlined) and _IMAGE.fullmatch(media.content_type) is not None
        return f"i{len(self._pictures)}" if is_picture else ""

    def _rule(self, name: str, rule: str) -> str:
        self._rules[name] = f".{name}{{{rule}}}"
        self._used[name] = None
        return f" {name}"


def picture_rule(name: str, picture: Inlined) -> list[bytes | Inlined]:
    """Write the rule that holds a small picture."""
    return [f".{name}{{--p:url(".encode(), picture, b")}"]


def picture_overhead(name: str) -> int:
    """Tell how many bytes a small picture takes beside its address."""
    return len(f".{name}{{--p:url()}}.{name},.{name},") + _COMMON_SIZE


def pictures_rule(names: Sequence[str]) -> str:
    """Write the rule that shows small pictures in place of the texts of their elements."""
    if not names:
        return ""
    chosen = ",".join(f".{name}" for name in names)
    return _COMMON.format(chosen)


_COMMON: Final = (
    ":is({0}){{background-image:var(--p);background-size:cover;color:transparent}}"
    ".e:is({0}){{display:inline-block;width:1.375em;height:1.375em;overflow:hidden;vertical-align:-.3em;"
    "background-position:center;background-size:contain;background-repeat:no-repeat;white-space:nowrap}}"
)
_COMMON_SIZE: Final = len(_COMMON)
