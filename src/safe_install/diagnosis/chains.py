"""Find the line that tells in what tools print that are written in Rust: an error and the chain of its causes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

_HEADLINE: Final = re.compile(r"^(?:[Ee]rror(?:\[\w{1,10}\])?: |💥 )")
"""How an error begins: anyhow's and cargo's, and maturin's."""
_CAUSED: Final = re.compile(r"^ *Caused by:")
_BACKTRACE: Final = re.compile(r"^ *stack backtrace:$", re.IGNORECASE)
_PLACE: Final = re.compile(r"^ *--> ")
_ASIDE: Final = re.compile(r"^ *(?:\d{1,6} *)?\||^ *--> |^ *(?:= )?(?:note|help): |^For more information about ")
"""What stands before a quoted line of a source and its place, and before hints."""
_CARETS: Final = re.compile(r"^ *\^")
_LABEL: Final = re.compile(r"^ *(?:[Ee]rror: |Caused by:|\d+: )? *")
_ELSEWHERE: Final = re.compile(r"exit status|exit code|failed with code \d|exited with an error")
"""The last cause is that another process has failed, which was told before."""
_NAMELESS: Final = re.compile(r"^[\w ]{1,80}\(os error \d+\)$")
"""What the system says, without what it is about: the cause above it names that."""


@dataclass(frozen=True)
class Chain:
    """An error, and what was printed after it until the next."""

    lines: tuple[str, ...]
    explained: bool
    """Whether causes, a place or a backtrace follow, so that it is known what belongs to it."""

    @cached_property
    def telling(self) -> str:
        """Give what it says: of an explained one the innermost cause that names anything, of another its first line.

        Nothing, where it only passes on that another process has failed.
        """
        lines = self.lines if self.explained else self.lines[:1]
        said = [text for line in _spoken(lines) if (text := _LABEL.sub("", line))]
        named = [text for text in said if not _NAMELESS.match(text)]
        last = (named or said or [""])[-1]
        return "" if _ELSEWHERE.search(last) else last


def chains(lines: tuple[str, ...]) -> tuple[Chain, ...]:
    """Give every error that the lines show, in their order."""
    starts = [number for number, line in enumerate(lines) if _HEADLINE.match(line)]
    return tuple(_chain(lines[start:end]) for start, end in pairwise((*starts, len(lines))))


def told(found: tuple[Chain, ...]) -> str:
    """Give what the last explained error says, and of one that only passes on a failure, what the error before says."""
    passed_on = False
    for chain in reversed(found):
        if chain.telling and (passed_on or chain.explained):
            return chain.telling
        if chain.telling:
            return ""
        passed_on = passed_on or chain.explained
    return ""


def _chain(lines: tuple[str, ...]) -> Chain:
    traced = next((number for number, line in enumerate(lines) if _BACKTRACE.match(line)), None)
    explained = any(_CAUSED.match(line) or _PLACE.match(line) for line in lines)
    return Chain(lines[:traced], explained or traced is not None)


def _spoken(lines: tuple[str, ...]) -> Iterator[str]:
    """Leave out what is quoted from a source: lines with a margin, and a line with carets below it."""
    for line, below in zip(lines, (*lines[1:], ""), strict=True):
        if not (_ASIDE.match(line) or _CARETS.match(line) or _CARETS.match(below)):
            yield line
