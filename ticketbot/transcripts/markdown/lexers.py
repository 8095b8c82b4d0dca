"""Lexers of programming languages: comments, strings, numbers and keywords.

Pygments takes quadratic time for some texts, and blocks the event loop for longer than a few milliseconds for ordinary
ones. Here every pattern consumes what it began, closed or not, so that time stays linear.
"""

from __future__ import annotations

import functools
import re
from typing import Final

import attrs

_HASH: Final = r"\#[^\n]*+"
_SLASHES: Final = r"//[^\n]*+"
_DASHES: Final = r"--[^\n]*+"
_STARS: Final = r"/\*[\s\S]*?(?:\*/|\Z)"
_MARKUP_COMMENT: Final = r"<!--[\s\S]*?(?:-->|\Z)"

_DOUBLE: Final = r'"(?:\\[\s\S]|[^"\\\n])*+"?+'
_SINGLE: Final = r"'(?:\\[\s\S]|[^'\\\n])*+'?+"
_CHARACTER: Final = r"'(?:\\[^\n]|[^'\\\n])'"
_BACKTICKS: Final = r"`(?:\\[\s\S]|[^`\\])*+`?+"
_TRIPLE_DOUBLE: Final = r'[bfru]{0,2}"""[\s\S]*?(?:"""|\Z)'
_TRIPLE_SINGLE: Final = r"[bfru]{0,2}'''[\s\S]*?(?:'''|\Z)"

_NUMBER: Final = r"\b(?:0[xXbBoO][\da-fA-F_]++|\d[\d_]*+(?:\.\d[\d_]*+)?+(?:[eE][+-]?+\d++)?+)\w*+"
_WORD: Final = r"[A-Za-z_$][\w$]*+"
_KEY: Final = r"(?m:^[ \t-]*+[\w.\"'-]++(?=[ \t]*+[:=]))"
_SECTION: Final = r"(?m:^\[[^\n]*+)"
_TAG: Final = r"</?+[A-Za-z][\w:.-]*+>?+|/?>"
_PROPERTY: Final = r"(?<![\w-])[\w-]++(?=[ \t]*+:)"
_DECORATOR: Final = r"@[\w.]++"
_VARIABLE: Final = r"\$\{?\w++\}?"

_COMMON: Final = "break case continue default do else for if return switch while"
_C: Final = (
    f"{_COMMON} auto const enum extern goto inline register sizeof static struct typedef union volatile "
    "bool char double float int long short signed unsigned void"
)
_CLASSES: Final = "class extends final import interface new private protected public super this throw try catch finally"
_SCRIPT: Final = (
    f"{_COMMON} {_CLASSES} async await const debugger delete export from function get in instanceof let of set static "
    "typeof var void with yield"
)
_SQL: Final = (
    "add all alter and as asc between by case check column constraint create cross default delete desc distinct drop "
    "else end exists foreign from full group having if in index inner insert into is join key left like limit not "
    "offset on or order outer primary references right select set table then union unique update using values view "
    "when where with begin commit rollback int integer varchar text boolean date timestamp serial"
)
_KEYWORDS: Final = {
    "bash": "case coproc do done elif else esac export fi for function if in local return select source then "
    "time until while echo cd exit sudo set unset read",
    "c": _C,
    "cpp": f"{_C} {_CLASSES} constexpr decltype delete explicit friend mutable namespace noexcept operator "
    "override template typename using virtual",
    "csharp": f"{_COMMON} {_CLASSES} abstract as async await base bool byte char const decimal delegate double "
    "enum event explicit extern float foreach get goto implicit in int internal is lock long "
    "namespace object operator out override params readonly ref sealed set short static string struct "
    "typeof using var virtual void where yield record",
    "docker": "FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD HEALTHCHECK SHELL AS",
    "go": f"{_COMMON} chan const defer fallthrough func go goto import interface map package range select "
    "struct type var any bool byte error float64 int int64 string",
    "java": f"{_COMMON} {_CLASSES} abstract assert boolean byte char double enum float implements instanceof "
    "int long native package record short static synchronized throws transient var void volatile",
    "javascript": _SCRIPT,
    "kotlin": f"{_COMMON} {_CLASSES} abstract as by companion constructor data enum fun in init internal is "
    "lateinit object open override package sealed suspend val var when",
    "lua": "and break do else elseif end for function goto if in local not or repeat return then until while",
    "php": f"{_COMMON} {_CLASSES} abstract as echo elseif endif foreach fn function global implements include "
    "instanceof isset match namespace require require_once static trait unset use var yield",
    "python": "and as assert async await break case class continue def del elif else except finally for from "
    "global if import in is lambda match nonlocal not or pass raise return try while with yield",
    "ruby": "alias and begin break case class def do else elsif end ensure for if in module next not or raise "
    "redo require rescue retry return super then undef unless until when while yield",
    "rust": "as async await break const continue crate dyn else enum extern fn for if impl in let loop match "
    "mod move mut pub ref return static struct super trait type unsafe use where while",
    "sql": f"{_SQL} {_SQL.upper()}",
    "swift": f"{_COMMON} {_CLASSES} actor as async await defer deinit enum extension fileprivate func guard in "
    "init inout internal is lazy let mutating open override protocol repeat some static struct throws "
    "typealias var weak where",
    "typescript": f"{_SCRIPT} abstract any as boolean declare enum implements is keyof namespace never number "
    "readonly string type unknown",
}
_CONSTANTS: Final = frozenset(
    [
        "True",
        "False",
        "None",
        "true",
        "false",
        "null",
        "nil",
        "undefined",
        "NaN",
        "Infinity",
        "self",
        "this",
        "NULL",
        "nullptr",
        "print",
        "println",
        "console",
    ]
)


@attrs.frozen(kw_only=True)
class Language:
    """The lexer of one language."""

    pattern: re.Pattern[str]
    """The name of the group that matched is the class of the colour; ``word`` is looked up."""
    keywords: frozenset[str] = frozenset()

    def color(self, found: re.Match[str]) -> str:
        """Return the CSS class of a token; empty for none."""
        kind = found.lastgroup or ""
        if kind != "word":
            return kind
        word = found["word"]
        if word in self.keywords:
            return "zk"
        if word in _CONSTANTS:
            return "zb"
        return "zf" if found.string.startswith("(", found.end()) else ""


def _family(name: str) -> tuple[str, str, str]:
    """Return the patterns of comments, strings and attributes of a language."""
    return {
        "bash": (rf"(?<![\w$\{{]){_HASH}", f"{_DOUBLE}|{_SINGLE}", _VARIABLE),
        "docker": (_HASH, f"{_DOUBLE}|{_SINGLE}", _VARIABLE),
        "go": (f"{_SLASHES}|{_STARS}", f"{_DOUBLE}|{_BACKTICKS}|{_CHARACTER}", r"(?!)"),
        "javascript": (f"{_SLASHES}|{_STARS}", f"{_DOUBLE}|{_SINGLE}|{_BACKTICKS}", _DECORATOR),
        "lua": (rf"--\[\[[\s\S]*?(?:\]\]|\Z)|{_DASHES}", f"{_DOUBLE}|{_SINGLE}", r"(?!)"),
        "php": (f"{_SLASHES}|{_STARS}|{_HASH}", f"{_DOUBLE}|{_SINGLE}", r"\$\w++"),
        "python": (_HASH, f"{_TRIPLE_DOUBLE}|{_TRIPLE_SINGLE}|[bfru]{{0,2}}(?:{_DOUBLE}|{_SINGLE})", _DECORATOR),
        "ruby": (_HASH, f"{_DOUBLE}|{_SINGLE}", r"[@:]\w++"),
        "rust": (f"{_SLASHES}|{_STARS}", f"{_DOUBLE}|{_CHARACTER}", r"\#!?\[[^\]\n]*+\]?+|'\w++"),
        "sql": (f"{_DASHES}|{_STARS}", f"{_DOUBLE}|{_SINGLE}", r"(?!)"),
        "typescript": (f"{_SLASHES}|{_STARS}", f"{_DOUBLE}|{_SINGLE}|{_BACKTICKS}", _DECORATOR),
    }.get(name, (f"{_SLASHES}|{_STARS}", f"{_DOUBLE}|{_CHARACTER}", rf"(?m:^[ \t]*+\#\w++)|{_DECORATOR}"))


_PATTERNS: Final = {
    "css": (
        f"(?P<zc>{_STARS})|(?P<zs>{_DOUBLE}|{_SINGLE})|(?P<zk>@[\\w-]++)|(?P<za>{_PROPERTY})"
        f"|(?P<zn>\\#[\\da-fA-F]{{3,8}}\\b|{_NUMBER}%?)|(?P<zf>[.\\#][A-Za-z][\\w-]*+)"
    ),
    "diff": (
        r"(?P<zf>(?m:^(?:@@|diff |index |---|\+\+\+)[^\n]*+))|(?P<zi>(?m:^[+>][^\n]*+))|(?P<zd>(?m:^[-<][^\n]*+))"
    ),
    "ini": (
        f"(?P<zc>(?m:^[ \\t]*+[;\\#][^\\n]*+))|(?P<zf>{_SECTION})|(?P<za>{_KEY})|(?P<zs>{_DOUBLE})"
        f"|(?P<zn>{_NUMBER})|(?P<word>{_WORD})"
    ),
    "json": (
        f"(?P<za>{_DOUBLE}(?=\\s*+:))|(?P<zs>{_DOUBLE})|(?P<zc>{_SLASHES}|{_STARS})|(?P<zn>-?{_NUMBER})"
        f"|(?P<word>{_WORD})"
    ),
    "xml": (
        f"(?P<zc>{_MARKUP_COMMENT})|(?P<zk>{_TAG}|<[!?][^<>]*+>?)|(?P<zs>=[ \\t]*+(?:\"[^\"<>]*+\"?+|'[^'<>]*+'?+))"
    ),
    "yaml": (
        f"(?P<zc>(?<![^\\s]){_HASH})|(?P<zf>{_SECTION})|(?P<za>{_KEY})|(?P<zs>{_DOUBLE}|{_SINGLE})"
        f"|(?P<zn>{_NUMBER})|(?P<word>{_WORD})"
    ),
}

_ALIASES: Final = {
    "bash": "bash sh shell zsh console powershell ps1",
    "c": "c h",
    "cpp": "cpp c++ cc hpp cxx",
    "csharp": "csharp cs c#",
    "css": "css scss less",
    "diff": "diff patch",
    "docker": "docker dockerfile",
    "go": "go golang",
    "ini": "ini cfg conf properties env",
    "java": "java",
    "javascript": "javascript js jsx mjs",
    "json": "json jsonc json5",
    "kotlin": "kotlin kt",
    "lua": "lua luau",
    "php": "php",
    "python": "python py python3",
    "ruby": "ruby rb",
    "rust": "rust rs",
    "sql": "sql mysql pgsql postgresql sqlite",
    "swift": "swift",
    "typescript": "typescript ts tsx",
    "xml": "xml html htm xhtml svg vue rss",
    "yaml": "yaml yml toml",
}
_NAMES: Final = {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()}

NAMES: Final = tuple(_ALIASES)
"""The languages that are known, by one name each."""


def language(alias: str) -> Language | None:
    """Return the lexer of a language by one of its names."""
    name = _NAMES.get(alias)
    return None if name is None else _language(name)


@functools.cache
def _language(name: str) -> Language:
    if name in _PATTERNS:
        return Language(pattern=re.compile(_PATTERNS[name]))
    comments, texts, attributes = _family(name)
    pattern = f"(?P<zc>{comments})|(?P<zs>{texts})|(?P<za>{attributes})|(?P<zn>{_NUMBER})|(?P<word>{_WORD})"
    return Language(pattern=re.compile(pattern), keywords=frozenset(_KEYWORDS[name].split()))
