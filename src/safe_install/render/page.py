"""Lay out text in lines of a width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from safe_install.render.terminal import UNICODE, WIDEST, Line, Style, Symbols, neutralise

LABEL: Final = 6
"""Columns of the labels in a story's foot: `Log`, `Next`…"""


@dataclass(frozen=True)
class Page:
    """How much is told, and on what."""

    verbosity: int = 0
    """As pip counts it: -2 is `-qq`, 2 is `-vv`."""
    width: int = WIDEST
    symbols: Symbols = UNICODE
    column: int = 0
    """Where prose begins, on each of its lines."""


def wrapped(text: str, width: int) -> list[str]:
    """Break prose at its blanks; at least one line."""
    return textwrap.wrap(neutralise(text), max(width, 20), break_on_hyphens=False) or [""]


def indented(style: Style, text: str, page: Page) -> Iterator[Line]:
    """Give prose that begins in the page's column."""
    for part in wrapped(text, page.width - page.column):
        yield ((Style.PLAIN, " " * page.column), (style, part))


def labelled(label: str, text: str, page: Page) -> Iterator[Line]:
    """Give prose beside its label; lines of it that begin with two blanks are commands."""
    head: Line = ((Style.STRONG, label.ljust(LABEL)),)
    for line in text.splitlines():
        # A command is not broken, so that it can be copied whole.
        command = line.startswith("  ")
        for part in [line] if command else wrapped(line, page.width - LABEL):
            yield (*head, (Style.PLACE if command else Style.PLAIN, part))
            head = ((Style.PLAIN, " " * LABEL),)
