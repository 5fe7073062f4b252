"""Make files and folders what they were, from what a journal has saved of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from safe_install.journal.displacing import Displacing, remove
from safe_install.journal.saving import LINKS, Entry, Saved

RACY_NS: Final = 2_000_000_000
"""How close to the recording (nanoseconds) a change makes a file's times worthless: one more in the same
tick of its file system's clock shows nowhere (git's documentation, "racy-git")."""
PARTIAL: Final = ".safe-install-partial"
"""What is put back is whole before it takes this off its name."""

Statuses: TypeAlias = dict[str, os.stat_result]


@dataclass(frozen=True)
class Found:
    """What was, what is, and what was saved."""

    before: Mapping[str, Entry]
    now: Statuses
    saved: Saved


Leaving: TypeAlias = Callable[[Found], Callable[[str], bool]]
"""Gives, of what was found, which paths are somebody else's and are left as they are."""


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    changed: tuple[Path, ...]
    """The paths that are again what they were, or again not there."""
    displaced: tuple[Path, ...] = ()
    """Where things are now that were taken away and are not plainly a build's."""
    failed: tuple[str, ...] = ()
    """What could not be put back: path and reason."""


class Restoring:
    """Makes paths what they were; what fails of it is noted, and the rest goes on."""

    def __init__(self, found: Found, began: int, displacing: Displacing | None, leaving: Leaving | None) -> None:
        self._before, self._now, self._saved = found.before, found.now, found.saved
        self._began, self._displacing = began, displacing
        self._leave = leaving(found) if leaving is not None else None
        self._changed: list[Path] = []
        self._failed: dict[str, str] = {}

    def restore(self) -> Restored:
        """Do it all; may be done again."""
        moved = len(self._displacing.moved) if self._displacing is not None else 0
        self._remove_one_by_one() if self._leave is not None else self._remove_what_is_new()
        left = self._leave or (lambda _path: False)
        entries = [entry for entry in self._before.values() if not left(entry.path)]
        for entry in entries:
            if self._tried(entry.path, self._put_back, entry) is True:
                self._changed.append(Path(entry.path))
        # Last, and the inner ones first: what happens in a folder sets its time.
        for entry in reversed(entries):
            if stat.S_ISDIR(entry.mode) and entry.path not in self._failed:
                self._tried(entry.path, set_metadata, entry)
        places = tuple(self._displacing.moved[moved:]) if self._displacing is not None else ()
        return Restored(tuple(self._changed), places, tuple(f"{path}: {why}" for path, why in self._failed.items()))

    def _tried(self, path: str, action: Callable[..., bool | None], *arguments: object) -> bool | None:
        try:
            return action(*arguments)
        except OSError as error:
            self._failed[path] = error.strerror or str(error)
            return None

    def _remove_what_is_new(self) -> None:
        """Remove the paths that were not there, or were of another kind, from disk and from `now`."""
        gone = ""
        for path, status in list(self._now.items()):
            if gone and path.startswith(gone):
                self._forget(path)
            elif self._is_new(path, status):
                self._tried(path, self._take, path, status)
                if path not in self._failed:
                    self._forget(path)
                    gone = f"{path}/" if stat.S_ISDIR(status.st_mode) else ""

    def _remove_one_by_one(self) -> None:
        """Do the same where something in a new folder may be somebody else's: the folder stays then."""
        assert self._leave is not None
        for path, status in reversed(list(self._now.items())):
            if self._is_new(path, status) and not self._leave(path):
                if stat.S_ISDIR(status.st_mode):
                    with suppress(OSError):
                        os.rmdir(path)
                else:
                    self._tried(path, remove, path, status)
                if not os.path.lexists(path):
                    self._forget(path)

    def _is_new(self, path: str, status: os.stat_result) -> bool:
        old = self._before.get(path)
        return old is None or stat.S_IFMT(old.mode) != stat.S_IFMT(status.st_mode)

    def _forget(self, path: str) -> None:
        del self._now[path]
        self._changed.append(Path(path))

    def _take(self, path: str, status: os.stat_result) -> None:
        if self._displacing is None:
            remove(path, status)
        else:
            self._displacing.take(path, status, self._before)

    def _put_back(self, entry: Entry) -> bool:
        """Make one path what it was; give whether it was something else. A folder's metadata come later."""
        now = self._now.get(entry.path)
        if now is not None and stat.S_IFMT(now.st_mode) != stat.S_IFMT(entry.mode):
            # What is there could not be taken away, or is somebody else's.
            return False
        if now is not None and stat.S_ISDIR(entry.mode):
            return stat.S_IMODE(now.st_mode) != stat.S_IMODE(entry.mode)
        if now is None or not self._holds_the_same(entry, now):
            self._recreate(entry, now)
            return True
        owner = (now.st_uid, now.st_gid)
        as_it_was = (now.st_mode, now.st_mtime_ns, owner) == (entry.mode, entry.mtime, tuple(entry.owner))
        return not as_it_was and set_metadata(entry)

    def _holds_the_same(self, entry: Entry, now: os.stat_result) -> bool:
        if stat.S_ISLNK(entry.mode):
            return os.readlink(entry.path) == entry.saved
        if not stat.S_ISREG(entry.mode) or not entry.saved:
            return True
        if entry.saved.startswith(LINKS) and now.st_ino == entry.inode:
            # One and the same file: what was written into it in place is in the link, too.
            return True
        if now.st_size != entry.size:
            return False
        untouched = (now.st_ino, now.st_mtime_ns, now.st_ctime_ns) == (entry.inode, entry.mtime, entry.ctime)
        if untouched and entry.ctime < self._began - RACY_NS:
            return True
        return self._saved.holds_the_same(entry)

    def _recreate(self, entry: Entry, now: os.stat_result | None) -> None:
        if stat.S_ISDIR(entry.mode):
            os.makedirs(entry.path)
            return
        if stat.S_ISREG(entry.mode) and not entry.saved:
            return
        # Whole before it takes its place: a disk that is full takes nothing away.
        folder = os.path.dirname(entry.path)
        os.makedirs(folder, exist_ok=True)
        partial = f"{folder}/{PARTIAL}"
        with suppress(FileNotFoundError):
            os.unlink(partial)
        try:
            self._make(entry, partial)
            if now is not None:
                self._take(entry.path, now)
            os.replace(partial, entry.path)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(partial)
        set_metadata(entry)

    def _make(self, entry: Entry, place: str) -> None:
        if stat.S_ISLNK(entry.mode):
            os.symlink(entry.saved, place)
        elif stat.S_ISREG(entry.mode):
            self._saved.lay(entry, place)
        else:
            # A FIFO, or a socket that nobody listens on any more.
            os.mknod(place, entry.mode)


def set_metadata(entry: Entry) -> bool:
    """Make owner, mode and time what they were; give whether one was not."""
    now = os.lstat(entry.path)
    if os.geteuid() == 0 and (now.st_uid, now.st_gid) != tuple(entry.owner):
        # Else what root restores in a user's tree would be root's.
        os.chown(entry.path, *entry.owner, follow_symlinks=False)
    # Asked again, since another owner takes the set-user-ID bit away.
    if not stat.S_ISLNK(entry.mode) and os.lstat(entry.path).st_mode != entry.mode:
        os.chmod(entry.path, stat.S_IMODE(entry.mode))
    if now.st_mtime_ns != entry.mtime:
        os.utime(entry.path, ns=(now.st_atime_ns, entry.mtime), follow_symlinks=False)
    return (now.st_mode, now.st_mtime_ns) != (entry.mode, entry.mtime)
