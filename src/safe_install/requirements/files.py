"""Read requirements files as pip does, and write copies of them in which something else stands in."""

from __future__ import annotations

import codecs
import locale
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from safe_install.requirements.places import Place, StandIns, read
from safe_install.requirements.tables import LOCK

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""The longer ones first: that of UTF-16 begins that of UTF-32."""
NESTED: Final = ("-r", "--requirement")
BESIDE: Final = (*NESTED, "-c", "--constraint", "-f", "--find-links")
"""Options whose relative paths start where the file is."""
EDITABLE: Final = ("-e", "--editable")
SETTINGS: Final = ("--config-settings", "--config-setting")

_CODING: Final = re.compile(rb"coding[:=]\s*([-\w.]+)")
_COMMENT: Final = re.compile(r"(^|\s+)#.*$")
_VARIABLE: Final = re.compile(r"\$\{([A-Z0-9_]+)\}")
_OPTION: Final = re.compile(r"(?P<name>--[a-z-]+|-[a-z])(?:=|\s+|(?<=-[a-z])(?=\S))(?P<value>.+)", re.DOTALL)
_TAIL: Final = re.compile(r"(?P<body>.*?)(?P<tail>(?:\s+--?[A-Za-z].*)?)", re.DOTALL)
_ADDRESS: Final = re.compile(r"(https?|file):", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One line as pip reads it: continued ones joined, comments gone, variables not yet replaced."""

    text: str
    height: int
    """How many lines of the file it takes."""
    requirement: str = ""
    editable: bool = False
    option: str = ""
    """The name of an option that stands for itself, and its value."""
    value: str = ""
    tail: str = ""
    """The options behind a requirement."""

    def with_requirement(self, requirement: str) -> str:
        """Write the line with another requirement, which is no editable one."""
        return f"{requirement}{self.tail}"


@dataclass(frozen=True)
class Named:
    """A place that a line names."""

    place: Place
    editable: bool
    settings: tuple[str, ...] = ()
    """What stands behind `--config-settings` in the line."""


def places(path: Path, directory: Path, variables: Mapping[str, str]) -> tuple[Named, ...]:
    """Give the places that a file and those that it includes name, and what their lines say of them.

    Files that cannot be read, are addresses or lock files, or include themselves are left to pip.
    """
    return tuple(_places(path, directory, variables, frozenset()))


def asks_for_hashes(path: Path, variables: Mapping[str, str]) -> bool:
    """Tell whether hash checking is on because of what a file, or one that it includes, says."""
    lines = (line for file in _included(path, variables, frozenset()) for line in _lines(file))
    return any("--hash" in line.tail or line.text.startswith("--require-hashes") for line in lines)


def copied(path: Path, stand_ins: StandIns, folder: Path, directory: Path, variables: Mapping[str, str]) -> Path:
    """Write a copy in which the stand-ins stand, with the lines where they were; or give the file itself.

    Relative paths in the copy lead where those in the file do.
    """
    return _copied(path, stand_ins, folder, (directory, variables), frozenset())


def read_lines(text: str) -> Iterator[Line]:
    """Give the lines of a file's text as pip reads them; those with nothing on them too."""
    for joined, height in _joined(text):
        yield _line(_COMMENT.sub("", joined).strip(), height)


def _places(path: Path, directory: Path, variables: Mapping[str, str], seen: frozenset[Path]) -> Iterator[Named]:
    for file in _included(path, variables, seen):
        for line in _lines(file):
            text = _expanded(line.requirement, variables)
            place = read(text, editable=line.editable, directory=directory) if text else None
            if place is not None:
                yield Named(place, line.editable, tuple(_settings(_expanded(line.tail, variables))))


def _settings(tail: str) -> Iterator[str]:
    """Give the config settings among the options behind a requirement."""
    try:
        words = iter(shlex.split(tail))
    except ValueError:
        # Quotes that do not end: pip will say so.
        return
    for word in words:
        name, joined, value = word.partition("=")
        if name in SETTINGS:
            yield from [value] if joined else islice(words, 1)
        elif word.startswith("-C"):
            yield from [word[2:]] if word[2:] else islice(words, 1)


def _included(path: Path, variables: Mapping[str, str], seen: frozenset[Path]) -> Iterator[Path]:
    """Give a file and those that it includes, each once in a branch."""
    if path in seen or LOCK.fullmatch(path.name) or not path.is_file():
        return
    yield path
    for line in _lines(path):
        if line.option in NESTED and not _ADDRESS.match(line.value):
            nested = _beside(path, _expanded(line.value, variables))
            yield from _included(nested, variables, seen | {path})


def _copied(
    path: Path,
    stand_ins: StandIns,
    folder: Path,
    about: tuple[Path, Mapping[str, str]],
    seen: frozenset[Path],
) -> Path:
    directory, variables = about
    if path in seen or LOCK.fullmatch(path.name) or not path.is_file():
        return path
    written, changed = [], False
    for line in _lines(path):
        text = line.text
        place = None
        if line.requirement:
            place = read(_expanded(line.requirement, variables), editable=line.editable, directory=directory)
        instead = stand_ins.instead(place) if place else None
        if instead is not None:
            text, changed = line.with_requirement(instead), True
        elif line.option in BESIDE and not _ADDRESS.match(line.value):
            target = _beside(path, _expanded(line.value, variables))
            if line.option in NESTED:
                nested = _copied(target, stand_ins, folder, about, seen | {path})
                changed, target = changed or nested != target, nested
            if target.exists():
                text = f"{line.option} {shlex.quote(str(target))}"
        # Messages name lines by their numbers.
        written.append(text + "\n" * line.height)
    if not changed:
        return path
    copy = folder / f"{len(list(folder.iterdir()))}-{path.name}"
    # With its mark, a pip of any age reads it as UTF-8.
    copy.write_text("".join(written), encoding="utf-8-sig")
    return copy


def _beside(path: Path, value: str) -> Path:
    return Path(os.path.abspath(path.parent / value))


def _expanded(text: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: variables.get(found[1]) or found[0], text)


def _lines(path: Path) -> Iterator[Line]:
    try:
        text = _decoded(path.read_bytes())
    except (OSError, UnicodeDecodeError, LookupError):
        # pip will say so.
        return
    yield from read_lines(text)


def _decoded(data: bytes) -> str:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    for line in data.split(b"\n")[:2]:
        if line[:1] == b"#" and (found := _CODING.search(line)):
            return data.decode(found[1].decode("ascii"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(locale.getpreferredencoding(False))


def _joined(text: str) -> Iterator[tuple[str, int]]:
    """Join continued lines, and say how many each takes; a line of comment only is never continued."""
    pending: list[str] = []
    for line in text.splitlines():
        is_comment = _COMMENT.match(line) is not None
        if line.endswith("\\") and not is_comment:
            pending.append(line.strip("\\"))
            continue
        yield "".join([*pending, f" {line}" if is_comment else line]), len(pending) + 1
        pending = []
    if pending:
        yield "".join(pending), len(pending)


def _line(text: str, height: int) -> Line:
    option = _OPTION.fullmatch(text) if text.startswith("-") else None
    if option is None:
        if text.startswith("-") or not text:
            return Line(text, height)
        found = _TAIL.fullmatch(text)
        assert found is not None
        return Line(text, height, requirement=found["body"], tail=found["tail"])
    name = option["name"]
    try:
        value, *rest = shlex.split(option["value"])
    except ValueError:
        # Quotes that do not end: pip will say so.
        return Line(text, height)
    if name in EDITABLE:
        tail = f" {shlex.join(rest)}" if rest else ""
        return Line(text, height, requirement=value, editable=True, tail=tail)
    return Line(text, height, option=name, value=value)
