"""Tell where in a TOML text its keys and values stand."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Path: TypeAlias = tuple[str | int, ...]
"""The keys that lead to a value, and the index in each list on the way."""

_BLANK: Final = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_STRING: Final = re.compile(
    r"""
    "{3} (?: \\. | [^\\] )*? "{3,5} (?!")
    | '{3} .*? '{3,5} (?!')
    | " (?: \\. | [^"\\] )* "
    | ' [^']* '
    """,
    re.DOTALL | re.VERBOSE,
)
_SCALAR: Final = re.compile(r"[^,\]}\n#]+")


@dataclass(frozen=True, order=True)
class Place:
    """A line and a column, both counted from 1; columns are characters."""

    line: int = 1
    column: int = 1


BEGINNING: Final = Place()


@dataclass(frozen=True)
class Places:
    """Where everything stands in one text."""

    keys: dict[Path, Place]
    """Keys, and the headers of tables."""
    values: dict[Path, Place]

    def key(self, *path: str | int) -> Place:
        """Give the place of a key or header; the text's beginning when it is not written."""
        return self.keys.get(path, BEGINNING)

    def value(self, *path: str | int) -> Place:
        """Give the place of a value; that of the nearest thing around it when it is not written."""
        while path:
            if found := self.values.get(path) or self.keys.get(path):
                return found
            path = path[:-1]
        return BEGINNING


def places(text: str) -> Places:
    """Find every key and value of a valid TOML text; of one that is not, those before the fault."""
    # As the reader of pyproject.toml takes line ends.
    scanner = _Scanner(text.replace("\r\n", "\n").replace("\r", "\n"))
    # What stands before the fault is known all the same.
    with suppress(_Stuck, RecursionError):
        scanner.document()
    return scanner.found()


class _Stuck(Exception):
    """The text is not TOML here."""


class _Scanner:
    """Walks over a text once, and notes where keys and values begin."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._keys: dict[Path, int] = {}
        self._values: dict[Path, int] = {}
        self._lists: dict[Path, int] = {}
        """The last index of each array of tables."""

    def found(self) -> Places:
        starts = [0, *(found.end() for found in re.finditer("\n", self._text))]

        def place(offset: int) -> Place:
            line = bisect_right(starts, offset)
            return Place(line, offset - starts[line - 1] + 1)

        return Places(
            {path: place(offset) for path, offset in self._keys.items()},
            {path: place(offset) for path, offset in self._values.items()},
        )

    def document(self) -> None:
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        start = self._at
        of_list = self._text.startswith("[[", start)
        self._at += 2 if of_list else 1
        *before, last = self._key()
        path: Path = ()
        for part in before:
            path = self._inside((*path, part))
        path = (*path, last)
        if of_list:
            self._keys.setdefault(path, start)
            self._lists[path] = self._lists.get(path, -1) + 1
        path = self._inside(path)
        self._keys[path] = start
        for _ in range(2 if of_list else 1):
            self._expect("]")
        return path

    def _inside(self, path: Path) -> Path:
        return (*path, self._lists[path]) if path in self._lists else path

    def _pair(self, table: Path) -> None:
        start, path = self._at, table
        for part in self._key():
            path = (*path, part)
            self._keys.setdefault(path, start)
        self._expect("=")
        self._skip(_SPACE)
        self._value(path)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_SPACE)
            parts.append(self._part())
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _part(self) -> str:
        if self._text[self._at : self._at + 1] not in {'"', "'"}:
            return self._take(_BARE)
        written = self._take(_STRING)
        key: str = tomllib.loads(f"key = {written}")["key"]
        return key

    def _value(self, path: Path) -> None:
        self._values[path] = self._at
        match self._text[self._at : self._at + 1]:
            case "[":
                self._at += 1
                self._elements(path)
            case "{":
                self._at += 1
                while not self._ends("}"):
                    self._pair(path)
                    self._comma()
            case '"' | "'":
                self._take(_STRING)
            case _:
                self._take(_SCALAR)

    def _elements(self, path: Path) -> None:
        index = 0
        while not self._ends("]"):
            self._value((*path, index))
            self._comma()
            index += 1

    def _ends(self, bracket: str) -> bool:
        self._skip(_BLANK)
        if not self._text.startswith(bracket, self._at):
            return False
        self._at += 1
        return True

    def _comma(self) -> None:
        self._skip(_BLANK)
        if self._text.startswith(",", self._at):
            self._at += 1

    def _expect(self, mark: str) -> None:
        self._skip(_SPACE)
        if not self._text.startswith(mark, self._at):
            raise _Stuck
        self._at += len(mark)

    def _skip(self, blank: re.Pattern[str]) -> int:
        found = blank.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
        return self._at

    def _take(self, wanted: re.Pattern[str]) -> str:
        found = wanted.match(self._text, self._at)
        if found is None:
            raise _Stuck
        self._at = found.end()
        return found[0]
