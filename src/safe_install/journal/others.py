"""Leave alone what others install to folders that a Python shares with them, as `/usr/local/bin`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from safe_install.journal.restoring import Found
from safe_install.target import Target, ownership


@dataclass(frozen=True)
class Others:
    """What is neither in a folder of packages nor named by a distribution that came, went or changed.

    Call it with what was found; it gives the paths to leave as they are.
    """

    target: Target

    def __call__(self, found: Found) -> Callable[[str], bool]:
        """Give which paths are to be left as they are."""
        packages = tuple(str(folder) for folder in self.target.packages)
        inside = tuple(f"{folder}{os.sep}" for folder in packages)
        ours = {path for record in _changed(found) for path in self._named(record, found)}

        def left(path: str) -> bool:
            return path not in packages and not path.startswith(inside) and path not in ours

        return left

    def _named(self, record: str, found: Found) -> Iterator[str]:
        """Give what a RECORD named before, and what it names now."""
        points = os.path.join(os.path.dirname(record), ownership.ENTRY_POINTS)
        yield from ownership.named(record, _before(record, found), _before(points, found), self.target)
        yield from ownership.named(record, _now(record, found), _now(points, found), self.target)


def _changed(found: Found) -> Iterator[str]:
    for path in found.before.keys() | found.now.keys():
        if ownership.is_record(path):
            old, now = found.before.get(path), found.now.get(path)
            if old is None or now is None or (old.inode, old.size, old.mtime) != _seen(now):
                yield path


def _seen(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _before(path: str, found: Found) -> str:
    entry = found.before.get(path)
    return _text(lambda: found.saved.read(entry)) if entry is not None and entry.saved else ""


def _now(path: str, found: Found) -> str:
    return _text(Path(path).read_bytes) if path in found.now else ""


def _text(read: Callable[[], bytes]) -> str:
    try:
        return read().decode("utf-8", "replace")
    except OSError:
        # What cannot be read names nothing; that it cannot be put back is told when that is tried.
        return ""
