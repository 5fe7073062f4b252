"""Describe a directory so exactly that two descriptions differ when anything in it has changed."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True)
class Entry:
    """One file, link or directory below the one that is described."""

    mode: str
    """As `ls -l` shows it."""
    content: str
    """The SHA-256 of a file, the target of a link; empty for a directory."""
    modified: int
    """Nanoseconds; 0 for a directory, since a file that came and went moves its time."""


Fingerprint: TypeAlias = dict[str, Entry]


def fingerprint(directory: Path) -> Fingerprint:
    """Describe everything below a directory; an absent directory is an empty description."""
    entries: Fingerprint = {}
    for parent, directories, files in os.walk(directory):
        for name in (*directories, *files):
            path = Path(parent, name)
            entries[str(path.relative_to(directory))] = _entry(path)
    return entries


def differences(before: Fingerprint, after: Fingerprint) -> list[str]:
    """List what was added, removed or changed, for a person to read."""
    return [
        *(f"added {name}" for name in sorted(after.keys() - before.keys())),
        *(f"removed {name}" for name in sorted(before.keys() - after.keys())),
        *(
            f"changed {name}: {before[name]} to {after[name]}"
            for name in sorted(before.keys() & after.keys())
            if before[name] != after[name]
        ),
    ]


def _entry(path: Path) -> Entry:
    status = path.lstat()
    mode = stat.filemode(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return Entry(mode, str(path.readlink()), status.st_mtime_ns)
    if stat.S_ISREG(status.st_mode):
        return Entry(mode, hashlib.sha256(path.read_bytes()).hexdigest(), status.st_mtime_ns)
    return Entry(mode, "", 0)
