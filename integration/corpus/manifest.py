"""Read a manifest: which sdists, on which Python, and what is known of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STATUSES: Final = ("recoverable", "unrecoverable", "healthy")


@dataclass(frozen=True)
class Row:
    """One sdist on one Python."""

    name: str
    version: str
    filename: str
    sha256: str
    python: str
    """`3.12`."""
    status: str
    """One of `STATUSES`."""
    root_cause: str = ""

    @property
    def id(self) -> str:
        """Name the row: an sdist may stand in a manifest for more than one Python."""
        return f"{self.name} {self.version}"


def read(path: Path, only: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """Give the rows of a manifest, a JSON list; those of some names or files only, if any are given.

    Raises ValueError for a row without what every row needs, or with a status that is none.
    """
    wanted = {each.casefold() for each in only}
    rows = tuple(_row(number, each) for number, each in enumerate(json.loads(path.read_text(encoding="utf-8")), 1))
    return tuple(row for row in rows if not wanted or {row.name.casefold(), row.filename.casefold()} & wanted)


def _row(number: int, each: dict[str, str]) -> Row:
    needed = ("name", "version", "sdist_filename", "sdist_sha256", "python", "status")
    if missing := [key for key in needed if not isinstance(each.get(key), str)]:
        raise ValueError(f"row {number} has no {', '.join(missing)}")
    if each["status"] not in STATUSES:
        raise ValueError(f"row {number} has the status {each['status']!r}; it must be one of {', '.join(STATUSES)}")
    name, version, filename, sha256, python, status = (each[key] for key in needed)
    return Row(name, version, filename, sha256, python, status, each.get("root_cause") or "")
