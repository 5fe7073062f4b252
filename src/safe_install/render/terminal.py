"""Write on a stream that people read: colours it wants, symbols it can encode, nothing that commands it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TextIO, TypeAlias
from unicodedata import combining, east_asian_width

WIDEST: Final = 100
"""Columns that a text uses at most: longer lines are hard to read."""
NARROWEST: Final = 40


class Style(str, Enum):
    """How a piece of text looks; the value is its SGR parameter (ECMA-48)."""

    PLAIN = ""
    STRONG = "1"
    FAINT = "2"
    BAD = "31"
    GOOD = "32"
    WARN = "33"
    PLACE = "36"


Span: TypeAlias = tuple[Style, str]
Line: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True)
class Symbols:
    """The marks that a story uses, and the frames of its spinner."""

    bad: str
    good: str
    passed: str
    more: str
    dash: str
    frames: str


UNICODE: Final = Symbols("✗", "✓", "·", "…", "—", "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
ASCII: Final = Symbols("x", "+", "-", "...", "--", "|/-\\")

# Complete control sequences and strings of ECMA-48: what is left of an incomplete one is spelt out.
_SEQUENCE: Final = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]*[0-Z\\\\^-~]"
)
# C0, C1, and what turns the direction of writing or breaks a line.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
# Workflow commands: GitHub's at the start of a line and anywhere, Azure's and TeamCity's.
_COMMAND_AT_START: Final = re.compile(r"^(\s*):(?=:)")
_COMMAND: Final = re.compile(r"##(?=\w*\[)")


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Tell whether to colour: NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE, then a terminal that can."""
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return environ.get("CLICOLOR") != "0" and is_live(stream, environ)


def is_live(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Tell whether the stream is a terminal on which a line can be drawn over."""
    return environ.get("TERM") != "dumb" and stream.isatty()


def columns(stream: TextIO) -> int:
    """Give how many columns a text on the stream may use: the terminal's, within reason."""
    try:
        width = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # not a terminal, or not even a file
        return WIDEST
    return max(NARROWEST, min(WIDEST, width - 1))


def symbols_for(stream: TextIO) -> Symbols:
    """Give the symbols that the stream's encoding has."""
    marks = "".join((UNICODE.bad, UNICODE.good, UNICODE.passed, UNICODE.more, UNICODE.dash, UNICODE.frames))
    return UNICODE if encodable(marks, stream) == marks else ASCII


def encodable(text: str, stream: TextIO) -> str:
    """Spell out the characters that the stream cannot encode."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def neutralise(text: str) -> str:
    """Give one line of foreign text so that it commands neither a terminal nor a CI service.

    Colours and other complete escape sequences are dropped, other control characters spelt out.
    """
    text = _SEQUENCE.sub("", text.expandtabs(4))
    text = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    return _COMMAND.sub("# #", _COMMAND_AT_START.sub(r"\1: ", text))


def paint(line: Line, colour: bool) -> str:
    """Give a line as it is written, without its end; foreign text in it is neutralised."""
    return "".join(_paint(style, neutralise(text), colour) for style, text in line).rstrip()


def write(stream: TextIO, lines: Iterable[Line], colour: bool) -> None:
    """Write the lines at once and flush."""
    text = "".join(f"{paint(line, colour)}\n" for line in lines)
    if text:
        stream.write(encodable(text, stream))
        stream.flush()


def clip(text: str, width: int, more: str) -> str:
    """Cut a text to a number of columns; wide characters take two."""
    if _cells(text) <= width:
        return text
    while text and _cells(text) + len(more) > width:
        text = text[:-1]
    return text + more


def _cells(text: str) -> int:
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def _paint(style: Style, text: str, colour: bool) -> str:
    return f"\x1b[{style.value}m{text}\x1b[0m" if colour and style is not Style.PLAIN and text else text
