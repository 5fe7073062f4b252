"""Write foreign text into Markdown so that it stays text."""

from __future__ import annotations

import re
from typing import Final

from safe_install.render.terminal import neutralise

LONGEST: Final = 20_000
"""Characters of a block; a step's whole summary may have a mebibyte."""
_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")


def inline(text: str) -> str:
    """Give a text as one line of prose: no markup, no link, no mention, no emoji is in it (CommonMark, 2.4)."""
    words = " ".join(neutralise(" ".join(text.splitlines())).split())
    return _PUNCTUATION.sub(r"\\\1", words)


def block(text: str, language: str = "") -> str:
    """Give a text as a block of code whose fence it cannot end (CommonMark, 4.5)."""
    shown = "\n".join(neutralise(line) for line in text.splitlines())
    if len(shown) > LONGEST:
        shown = f"{shown[:LONGEST]}\n[...]"
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{shown}\n{fence}"
