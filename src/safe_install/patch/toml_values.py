"""Write strings and lists of strings as TOML values, in the layout of what they replace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final, TypeAlias

import tomlkit
from packaging.requirements import InvalidRequirement
from tomlkit.items import Array, Item, String

from safe_install.patch.effective import distribution

Value: TypeAlias = str | Sequence[str]

_WIDTH: Final = 100
"""The longest line that a list is written on."""


def new(key: str, value: Value, newline: str, quote: str = '"') -> Item:
    """Give a value as it is written where there was none; it ends its line."""
    if isinstance(value, str):
        text = _quoted(value, quote)
    else:
        items = [_quoted(item, quote) for item in value]
        text = f"[{', '.join(items)}]"
        if len(f"{key} = {text}") > _WIDTH:
            text = newline.join(("[", *(f"    {item}," for item in items), "]"))
    return _parsed(key, text, newline)


def changed(key: str, item: Item, value: Value, newline: str) -> Item:
    """Give the value in the layout of the item that it takes the place of.

    A list of several lines stays one, with its indentation, comments and last comma; a list on one
    line stays on it as long as it fits. The comment beside an entry that is dropped goes with it.
    """
    if item.unwrap() == (value if isinstance(value, str) else list(value)):
        return item
    quote = "'" if item.as_string().lstrip("[ \t\r\n").startswith("'") else '"'
    before = item.as_string()
    written = new(key, value, newline, quote)
    if isinstance(item, Array) and not isinstance(value, str) and _has_layout(item, before):
        _align(item, value, quote)
        # tomlkit's own line ends are line feeds.
        after = re.sub(r"(?<!\r)\n", newline, item.as_string())
        frame = f"{item.trivia.indent}{key} = {item.trivia.comment_ws}{item.trivia.comment}"
        if "\n" in before or len(after) <= max(_WIDTH - len(frame), len(before)):
            written = _parsed(key, after, newline)
    written.trivia.indent, written.trivia.trail = item.trivia.indent, item.trivia.trail
    written.trivia.comment_ws, written.trivia.comment = item.trivia.comment_ws, item.trivia.comment
    return written


def _parsed(key: str, text: str, newline: str) -> Item:
    [(_, item)] = tomlkit.parse(f"{key} = {text}{newline}").body
    return item


def _has_layout(array: Array, text: str) -> bool:
    """Tell whether there is a layout to keep: an empty pair of brackets has none."""
    return text != "[]" and all(isinstance(item, String) for item in array)


def _align(array: Array, wanted: Sequence[str], quote: str) -> None:
    """Turn the array into the wanted one; a requirement keeps its distribution's place."""
    old, keys = [_key(item) for item in array], [_key(item) for item in wanted]
    steps = SequenceMatcher(None, old, keys, autojunk=False).get_opcodes()
    for _, start, end, first, last in reversed(steps):
        paired = min(end - start, last - first)
        for index in reversed(range(start + paired, end)):
            del array[index]
        for index in reversed(range(first + paired, last)):
            array.insert(start + paired, _string(wanted[index], quote))
        for offset in range(paired):
            if array[start + offset] != wanted[first + offset]:
                array[start + offset] = _string(wanted[first + offset], quote)


def _key(text: str) -> str:
    try:
        return distribution(text)
    except InvalidRequirement:
        return text


def _quoted(text: str, quote: str) -> str:
    return _string(text, quote).as_string()


def _string(text: str, quote: str) -> String:
    """Keep the quotes, unless others save the escapes."""
    literal = text.isprintable() and "'" not in text and (quote == "'" or '"' in text)
    return tomlkit.string(text, literal=literal)
