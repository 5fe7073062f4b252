"""Make files and folders what they were, from what a journal has saved of them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COPIES: Final = "copies"
LINKS: Final = "links"
"""The folders of a store: files that were copied, and hard links to the files themselves."""
RACY_NS: Final = 2_000_000_000
"""How close to the recording (nanoseconds) a change makes a file's times worthless: one more in the same
tick of its file system's clock shows nowhere (git's documentation, "racy-git")."""
CHUNK: Final = 256 * 1024


@dataclass(frozen=True)
class Entry:
    """One file, folder, symbolic link or other thing as it was."""

    path: str
    mode: int
    owner: tuple[int, int]
    mtime: int
    ctime: int
    inode: int
    size: int
    saved: str
    """For a file its copy or link, relative to the store; for a symbolic link what it points to."""


@dataclass(frozen=True)
class Restoring:
    """Makes paths what they were, from what is saved in a store."""

    store: Path
    began: int

    def put_back(self, entry: Entry, now: os.stat_result | None) -> bool:
        """Make one path what it was; give whether it was something else. A folder's metadata come later."""
        if now is not None and stat.S_ISDIR(entry.mode):
            return stat.S_IMODE(now.st_mode) != stat.S_IMODE(entry.mode)
        if now is None or not self._holds_the_same(entry, now):
            self._recreate(entry)
            return True
        return set_metadata(entry)

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
        if untouched and entry.ctime < self.began - RACY_NS:
            return True
        return _same_content(Path(entry.path), self.store / entry.saved)

    def _recreate(self, entry: Entry) -> None:
        if stat.S_ISDIR(entry.mode):
            os.makedirs(entry.path)
            return
        if stat.S_ISREG(entry.mode) and not entry.saved:
            return
        if os.path.lexists(entry.path):
            os.unlink(entry.path)
        if stat.S_ISLNK(entry.mode):
            os.symlink(entry.saved, entry.path)
        elif not stat.S_ISREG(entry.mode):
            # A FIFO, or a socket that nobody listens on any more.
            os.mknod(entry.path, entry.mode)
        elif entry.saved.startswith(LINKS):
            os.link(self.store / entry.saved, entry.path)
        else:
            # A copy and not the file itself: the record must be able to restore once more.
            shutil.copy2(self.store / entry.saved, entry.path)
        set_metadata(entry)


def remove_what_is_new(now: dict[str, os.stat_result], before: Mapping[str, Entry]) -> Iterator[str]:
    """Remove the paths that were not there, or were of another kind, from disk and from `now`; give them."""
    for path, status in reversed(list(now.items())):
        old = before.get(path)
        if old is not None and stat.S_IFMT(old.mode) == stat.S_IFMT(status.st_mode):
            continue
        if stat.S_ISDIR(status.st_mode):
            shutil.rmtree(path)
        else:
            os.unlink(path)
        del now[path]
        yield path


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


def _same_content(path: Path, other: Path) -> bool:
    # Not filecmp's: that one remembers its answers by size and time.
    try:
        with path.open("rb") as one, other.open("rb") as two:
            while (chunk := one.read(CHUNK)) == two.read(CHUNK):
                if not chunk:
                    return True
    except PermissionError:
        # It was readable when it was saved.
        pass
    return False
