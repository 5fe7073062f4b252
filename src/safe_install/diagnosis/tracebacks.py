"""Read exceptions out of what a process printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_LINES: Final = 4000
MAX_WIDTH: Final = 1000
"""Longer lines are cut, so that no pattern takes long over them."""

_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_PIP_BLOCK: Final = re.compile(r"^ *(?:[│╰][─>]*|\|(?= ) ?)")
"""What pip and exception groups put before each line of a block."""
_HEADER: Final = "Traceback (most recent call last):"
_FRAME: Final = re.compile(r'^( *)File "([^"\n]{1,500})", line \d+(?:, in (.{1,200}))?$')
_RAISED: Final = re.compile(r"^([A-Z]\w{0,100}|[A-Za-z_]\w{0,50}\.[\w.]{1,150})(?::(?: (.*))?)?$")
"""A class without a module is written in capitals; `zlib.error` is not, but has its module."""
_MISSING: Final = re.compile(r"^No module named (?:'([^']{1,500})'|\"([^\"]{1,500})\"|(\S{1,500})$)")
_HANDLING: Final = "During handling of the above exception, another exception occurred:"
_FROM: Final = "The above exception was the direct cause of the following exception:"


@dataclass(frozen=True)
class Raised:
    """An exception as a traceback shows it."""

    name: str
    """Its class, with the module where one was printed."""
    message: str
    """The first line of its text."""
    files: tuple[str, ...] = ()
    """The files of its frames, the innermost last."""
    functions: tuple[str, ...] = ()
    chained: bool = False
    """Whether it was raised from, or while handling, the one before it."""
    direct: bool = False
    """Whether it was raised *from* that one: the raiser says that it is the cause."""

    @property
    def line(self) -> str:
        """Give the line that ends the traceback."""
        return f"{self.name}: {self.message}" if self.message else self.name

    @property
    def bare_name(self) -> str:
        """Give its class without the module."""
        return self.name.rpartition(".")[2]


def readable(text: str) -> tuple[str, ...]:
    """Give the last lines of a text without control characters, escape sequences and pip's block marks."""
    plain = _ESCAPES.sub("", text[-MAX_LINES * MAX_WIDTH :]).replace("\r\n", "\n").replace("\r", "\n")
    # Not splitlines: it also breaks at characters that are no line's end in a log.
    return tuple(_cleaned(line) for line in plain.split("\n")[-MAX_LINES:])


def exceptions(lines: tuple[str, ...]) -> tuple[Raised, ...]:
    """Give every exception that the lines show with a traceback, in their order."""
    return tuple(_exceptions(lines))


def missing_in(raised: Raised) -> str:
    """Give the module that an exception says is missing, or nothing."""
    found = _MISSING.match(raised.message) if raised.bare_name in {"ModuleNotFoundError", "ImportError"} else None
    return next(filter(None, found.groups()), "") if found else ""


def _cleaned(line: str) -> str:
    return _PIP_BLOCK.sub("", _CONTROL.sub("", line[:MAX_WIDTH])).expandtabs(4).rstrip()


def _exceptions(lines: tuple[str, ...]) -> Iterator[Raised]:
    indent: int | None = None
    files: list[str] = []
    functions: list[str] = []
    link = ""
    for line in lines:
        text = line.lstrip()
        depth = len(line) - len(text)
        if text == _HEADER:
            indent, files, functions = depth, [], []
        elif text in (_HANDLING, _FROM):
            link = text
        elif frame := _FRAME.match(line):
            # A syntax error of the main script has frames and no header.
            indent = max(depth - 2, 0) if indent is None else indent
            files.append(frame[2])
            functions.append(frame[3] or "")
        elif indent is not None and files and depth <= indent and (raised := _RAISED.match(text)):
            yield Raised(raised[1], raised[2] or "", tuple(files), tuple(functions), link != "", link == _FROM)
            indent, link = None, ""
