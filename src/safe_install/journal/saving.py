"""Save what files hold, and give it back: small ones one after another in a single file, which costs least."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

COPIES: Final = "copies"
"""The file of a store that holds the contents of small files."""
FILES: Final = "files"
LINKS: Final = "links"
"""The folders of a store: copies that are files of their own, and hard links to the files themselves."""
COPIED_BELOW: Final = 4 * 1024 * 1024
"""Files smaller than this are copied where content may be overwritten in place (bytes)."""
CHEAP_BELOW: Final = 128 * 1024
CHEAP_IN_ALL: Final = 64 * 1024 * 1024
"""Smaller files are copied even where a link would do, as long as all copies together are no more (bytes).

One file is made and removed sooner than a link for each; what an installer removes gives its place on the disk to
what it makes only when no link holds it; and where the folder is a layer of a container's image, the link itself
makes a copy (ext4, overlayfs; benchmarks/pass_through.py).
"""
CHUNK: Final = 256 * 1024
NOT_OURS: Final = frozenset({errno.EACCES, errno.EPERM, errno.ENOENT, errno.ELOOP, errno.ENXIO})
"""Why a file cannot be read that is no obstacle: not this user's to read, or gone since its folder was listed."""


class Entry(NamedTuple):
    """One file, folder, symbolic link or other thing as it was."""

    path: str
    mode: int
    owner: tuple[int, int]
    mtime: int
    ctime: int
    inode: int
    size: int
    saved: str
    """For a file where the store has it, empty for nowhere; for a symbolic link what it points to."""


class Saving:
    """Fills a store. Raises OSError when the store cannot take a file that can be read."""

    def __init__(self, store: Path, stack: ExitStack) -> None:
        self._store = str(store)
        for folder in (FILES, LINKS):
            (store / folder).mkdir()
        self._copies = stack.enter_context((store / COPIES).open("wb", buffering=0)).fileno()
        self._end = 0
        # Elsewhere nobody tells Python of what a file has besides its content.
        self._cheaply = hasattr(os, "listxattr")
        self._number = 0

    def entry(self, path: str, status: os.stat_result, *, careful: bool) -> Entry:
        """Save one path; `careful` is whether its file may be written over in place."""
        saved, size = "", status.st_size
        if stat.S_ISLNK(status.st_mode):
            saved = os.readlink(path)
        elif stat.S_ISREG(status.st_mode):
            cheap = self._is_cheap(status)
            saved, size = self._save(path, size, careful=careful and size < COPIED_BELOW, cheap=cheap)
        owner = (status.st_uid, status.st_gid)
        return Entry(path, status.st_mode, owner, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, size, saved)

    def _is_cheap(self, status: os.stat_result) -> bool:
        """Tell whether a copy of a file can be made again as if it were the file: no other name, no other's."""
        is_small = status.st_size < CHEAP_BELOW and self._end + status.st_size <= CHEAP_IN_ALL
        is_ours = (status.st_uid, status.st_gid) == (os.geteuid(), os.getegid())
        return self._cheaply and is_small and is_ours and status.st_nlink == 1

    def _save(self, path: str, size: int, *, careful: bool, cheap: bool) -> tuple[str, int]:
        """Give where the file is now, and how many bytes of it."""
        if careful:
            return self._copy(path, size) or (self._link(path), size)
        if cheap and (copied := self._copy_cheaply(path, size)):
            return copied
        linked = self._link(path)
        return (linked, size) if linked else self._copy(path, size) or ("", size)

    def _copy_cheaply(self, path: str, size: int) -> tuple[str, int] | None:
        """Copy where a link would do; what cannot be copied is linked, and all that comes after it."""
        try:
            copied = self._copy(path, size, whole=False)
        except OSError:
            # No space for it, or not to be read: a link needs neither.
            copied = None
        self._cheaply = copied is not None
        return copied

    def _copy(self, path: str, size: int, *, whole: bool = True) -> tuple[str, int] | None:
        """Copy what can be read; `whole`: one that is more than its content is made a file of its own."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno in NOT_OURS:
                return None
            raise
        try:
            if size >= COPIED_BELOW or _has_attributes(descriptor):
                return self._copy_whole(path, size) if whole else None
            content = _read(descriptor, size)
        finally:
            os.close(descriptor)
        return f"{COPIES}/{self._append(content)}", len(content)

    def _append(self, content: bytes) -> int:
        """Add to the copies, and give where; an error leaves them as they were."""
        place, left = self._end, memoryview(content)
        try:
            while left:
                left = left[os.pwrite(self._copies, left, place + len(content) - len(left)) :]
        except OSError:
            os.ftruncate(self._copies, place)
            raise
        self._end += len(content)
        return place

    def _copy_whole(self, path: str, size: int) -> tuple[str, int]:
        self._number += 1
        name = f"{FILES}/{self._number}"
        shutil.copy2(path, f"{self._store}/{name}")
        return name, size

    def _link(self, path: str) -> str:
        self._number += 1
        name = f"{LINKS}/{self._number}"
        try:
            os.link(path, f"{self._store}/{name}")
        except OSError:
            # Another file system, or one without hard links, or somebody else's file.
            return ""
        return name


class Saved:
    """What a store holds."""

    def __init__(self, store: Path, stack: ExitStack) -> None:
        """Open it; raises OSError when it is not whole."""
        self._store = store
        self._copies = os.open(store / COPIES, os.O_RDONLY)
        stack.callback(os.close, self._copies)

    def lay(self, entry: Entry, place: str) -> None:
        """Make a file of what was saved, where there is none; its metadata are the caller's."""
        if entry.saved.startswith(LINKS):
            os.link(self._store / entry.saved, place)
        elif entry.saved.startswith(FILES):
            # A copy and not the file itself: the record must be able to restore once more.
            shutil.copy2(self._store / entry.saved, place)
        else:
            # Nobody else's to read before it is as it was.
            with open(place, "xb", opener=_private) as file:
                file.write(self.read(entry))

    def read(self, entry: Entry) -> bytes:
        """Give a file's content; raises OSError when not all of it is there."""
        if not entry.saved.startswith(COPIES):
            return (self._store / entry.saved).read_bytes()
        content = os.pread(self._copies, entry.size, int(entry.saved.partition("/")[2]))
        if len(content) != entry.size:
            raise OSError(errno.EIO, "the copy is incomplete", entry.path)
        return content

    def holds_the_same(self, entry: Entry) -> bool:
        """Tell whether a file, which is as long as it was, holds what it held."""
        # Not filecmp's: that one remembers its answers by size and time.
        try:
            if entry.saved.startswith(COPIES):
                return _content(entry.path, entry.size) == self.read(entry)
            with open(entry.path, "rb") as one, (self._store / entry.saved).open("rb") as two:
                while (chunk := one.read(CHUNK)) == two.read(CHUNK):
                    if not chunk:
                        return True
        except PermissionError:
            # It was readable when it was saved.
            pass
        return False


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _content(path: str, size: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return _read(descriptor, size)
    finally:
        os.close(descriptor)


def _read(descriptor: int, size: int) -> bytes:
    """Read a file to its end, which is where `size` says, unless somebody writes to it at this moment."""
    content = os.read(descriptor, size + 1)
    while len(content) != size and (more := os.read(descriptor, CHUNK)):
        content += more
    return content


def _has_attributes(descriptor: int) -> bool:
    """Tell whether there is more to a file than content, mode and time (only Linux tells Python)."""
    try:
        return hasattr(os, "listxattr") and bool(os.listxattr(descriptor))
    except OSError:
        # A file system without them.
        return False
