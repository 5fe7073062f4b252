"""Walk folders as they are: every path with its status, folders before what is in them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path


class Walk:
    """The paths below some roots, and the roots themselves; what vanishes meanwhile is left out."""

    def __init__(
        self,
        roots: tuple[Path, ...],
        skipped: frozenset[str],
        spared: tuple[Path, ...],
        closed: frozenset[str] = frozenset(),
        *,
        opening: bool = False,
    ) -> None:
        """Take names and folders to leave out, and folders not to look into.

        With `opening`, a folder of this user's that forbids looking into it or writing to it is made
        to allow both; the caller puts its mode back.
        """
        self._roots, self._skipped, self._opening = roots, skipped, opening
        found = (_status(path, follow=True) for path in spared)
        self._spared = {_identity(status) for status in found if status is not None}
        self.closed = set(closed)
        """The folders that could not be looked into."""

    def __iter__(self) -> Iterator[tuple[str, os.stat_result]]:
        """Give each path with its status as it was before anything was opened."""
        for root in self._roots:
            status = _status(root)
            if status is not None:
                yield str(root), status
                # A root may be a symbolic link to a folder: then that folder is meant.
                if root.is_dir():
                    yield from self._inside(str(root), os.stat(root))

    def _inside(self, folder: str, status: os.stat_result) -> Iterator[tuple[str, os.stat_result]]:
        for name, path, below in self._entries(folder, status):
            if name in self._skipped or _identity(below) in self._spared:
                continue
            yield path, below
            if stat.S_ISDIR(below.st_mode):
                yield from self._inside(path, below)

    def _entries(self, folder: str, status: os.stat_result) -> list[tuple[str, str, os.stat_result]]:
        """Give names, paths and statuses in a folder; nothing of one that cannot be looked into."""
        if folder in self.closed:
            return []
        mode = stat.S_IMODE(status.st_mode)
        if self._opening and mode & 0o700 != 0o700 and status.st_uid == os.geteuid():
            os.chmod(folder, mode | 0o700)
        try:
            with os.scandir(folder) as entries:
                found = [(entry.name, entry.path, _status(entry.path)) for entry in entries]
        except PermissionError:
            self.closed.add(folder)
            return []
        except FileNotFoundError:
            return []
        return sorted((name, path, status) for name, path, status in found if status is not None)


def _status(path: str | Path, *, follow: bool = False) -> os.stat_result | None:
    try:
        return os.stat(path, follow_symlinks=follow)
    except FileNotFoundError:
        return None


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
