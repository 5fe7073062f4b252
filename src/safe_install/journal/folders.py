"""Walk folders as they are: every path with its status, folders before what is in them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Final

ENVIRONMENT: Final = "pyvenv.cfg"
"""The file that makes a folder a virtual environment (PEP 405)."""


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

        Where names are left out, virtual environments are, too. With `opening`, a folder of this user's that
        forbids looking into it or writing to it is made to allow both; the caller puts its mode back.
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
                    yield from self._below(str(root), os.stat(root))

    def _below(self, root: str, status: os.stat_result) -> Iterator[tuple[str, os.stat_result]]:
        # No recursion: each path would be handed up through all its folders.
        waiting = self._entries(root, status)
        while waiting:
            path, status = waiting.pop()
            yield path, status
            if stat.S_ISDIR(status.st_mode):
                waiting += self._entries(path, status)

    def _entries(self, folder: str, status: os.stat_result) -> list[tuple[str, os.stat_result]]:
        """Give paths and statuses in a folder, the last name first; nothing of one that is closed."""
        if folder in self.closed:
            return []
        mode = stat.S_IMODE(status.st_mode)
        if self._opening and mode & 0o700 != 0o700 and status.st_uid == os.geteuid():
            os.chmod(folder, mode | 0o700)
        try:
            with os.scandir(folder) as entries:
                found = [(each.path, seen) for each in entries if (seen := self._looked_at(each)) is not None]
        except PermissionError:
            self.closed.add(folder)
            return []
        except (FileNotFoundError, NotADirectoryError):
            return []
        found.sort(key=itemgetter(0), reverse=True)
        return found

    def _looked_at(self, entry: os.DirEntry[str]) -> os.stat_result | None:
        """Give an entry's status, unless it is to be left out or gone."""
        if entry.name in self._skipped:
            return None
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return None
        if stat.S_ISDIR(status.st_mode):
            if self._spared and _identity(status) in self._spared:
                return None
            if self._skipped and os.path.lexists(f"{entry.path}/{ENVIRONMENT}"):
                return None
        return status


def _status(path: str | Path, *, follow: bool = False) -> os.stat_result | None:
    try:
        return os.stat(path, follow_symlinks=follow)
    except FileNotFoundError:
        return None


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
