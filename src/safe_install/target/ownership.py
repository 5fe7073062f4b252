"""Tell which files outside the folders of packages are a distribution's: by what its own records name."""

from __future__ import annotations

import configparser
import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from safe_install.target import Target

RECORD: Final = "RECORD"
ENTRY_POINTS: Final = "entry_points.txt"
INFO: Final = ".dist-info"
DATA: Final = ".data"
"""How a wheel's own RECORD names what goes elsewhere: `NAME.data/SCHEME/…` (binary distribution format)."""
SCRIPTS: Final = ("console_scripts", "gui_scripts")


def is_record(path: str) -> bool:
    """Tell whether a path is that of a distribution's RECORD."""
    folder, name = os.path.split(path)
    return name == RECORD and folder.endswith(INFO)


def named(record: str, text: str, entry_points: str, target: Target) -> Iterator[str]:
    """Give the absolute paths that a RECORD names, with the scripts that pip makes of entry points.

    `record` is its path, `text` what is in it. While pip installs, that is the wheel's own, in which
    what goes elsewhere still has its place in the archive.
    """
    packages = os.path.dirname(os.path.dirname(record))
    for row in _rows(text):
        first, _, rest = row.partition("/")
        scheme, _, inside = rest.partition("/")
        if first.endswith(DATA) and scheme in {"scripts", "data"}:
            yield os.path.join(target.scripts if scheme == "scripts" else target.data, inside)
        else:
            yield os.path.normpath(os.path.join(packages, row))
    yield from (os.path.join(target.scripts, name) for name in _scripts(entry_points))


def elsewhere(target: Target) -> tuple[Path, ...]:
    """Give the files outside the folders of packages that are some distribution's, now."""
    found: set[str] = set()
    for folder in target.packages:
        for record in folder.glob(f"*{INFO}/{RECORD}"):
            found.update(named(str(record), _text(record), _text(record.with_name(ENTRY_POINTS)), target))
    inside = tuple(f"{folder}{os.sep}" for folder in target.packages)
    return tuple(Path(path) for path in sorted(found) if not path.startswith(inside))


def _rows(text: str) -> Iterator[str]:
    try:
        yield from (row[0] for row in csv.reader(io.StringIO(text, newline="")) if row and row[0])
    except csv.Error:
        # Half written; what stands before it counts.
        return


def _scripts(entry_points: str) -> list[str]:
    parser = configparser.RawConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(entry_points)
    except configparser.Error:
        return []
    return [name for section in SCRIPTS if parser.has_section(section) for name in parser.options(section)]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
