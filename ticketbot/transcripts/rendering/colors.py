"""Colours with enough contrast on both backgrounds."""

from __future__ import annotations

import functools
from typing import Final

_LIGHT: Final = 0xFFFFFF
_DARK: Final = 0x2B2D33
"""The lightest of the dark theme's backgrounds."""
_LIGHT_SHADE: Final = 0xEFF0F3
"""The darkest of the light theme's backgrounds."""
_CONTRAST: Final = 4.5
_STEPS: Final = 20
_LINEAR_LIMIT: Final = 0.04045


@functools.lru_cache(maxsize=1024)
def readable(color: int) -> tuple[str, str]:
    """Return a colour shaded until text in it has enough contrast in the light and in the dark theme."""
    return _shaded(color, _LIGHT_SHADE, 0), _shaded(color, _DARK, _LIGHT)


def _shaded(color: int, background: int, towards: int) -> str:
    shades = (_mixed(color, towards, step / _STEPS) for step in range(_STEPS + 1))
    return css(next(shade for shade in shades if contrast(shade, background) >= _CONTRAST))


def css(color: int) -> str:
    """Return a colour in CSS."""
    return f"#{color:06x}"


def _channels(color: int) -> tuple[int, int, int]:
    return color >> 16, color >> 8 & 0xFF, color & 0xFF


def _mixed(color: int, towards: int, share: float) -> int:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(_channels(color), _channels(towards), strict=True))
    return red << 16 | green << 8 | blue


def contrast(first: int, second: int) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: int) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _LINEAR_LIMIT else ((channel + 0.055) / 1.055) ** 2.4
