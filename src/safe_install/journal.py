"""Remember how folders are, and put them back: after a failure, an interrupt, or a crash."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COPIED_BELOW: Final = 4 * 1024 * 1024
"""Files smaller than this are copied where content may be overwritten in place (bytes)."""
EDITED_IN_PLACE: Final = (".pth", ".egg-link")
"""Suffixes of files that installers write over instead of replacing (pip's easy-install.pth)."""


@dataclass(frozen=True)
class Scope:
    """Which folders are remembered, and how carefully."""

    roots: tuple[Path, ...]
    skipped: frozenset[str] = frozenset()
    """Names of folders that are left out, wherever they are."""
    copied: bool = False
    """Whether files are copied: needed where somebody may write over them; links do otherwise."""


@dataclass(frozen=True)
class _Entry:
    """One file, folder or symbolic link as it was."""

    path: str
    mode: int
    mtime: int
    inode: int
    size: int
    saved: str = ""
    """For a file the name of its copy, for a link what it points to."""


class Journal:
    """A record on disk of how the folders of a scope are; it outlives a crash of this process."""

    def __init__(self, store: Path, scope: Scope) -> None:
        self._store, self._scope = store, scope

    @classmethod
    def begin(cls, store: Path, scope: Scope) -> Journal:
        """Record the scope's folders under `store`, a folder that must not exist yet.

        Raises OSError when something cannot be read or saved; then nothing is left in `store`.
        """
        journal = cls(store, scope)
        store.mkdir(parents=True, mode=0o700)
        try:
            journal._record()
        except BaseException:
            shutil.rmtree(store, ignore_errors=True)
            raise
        return journal

    @classmethod
    def reopen(cls, store: Path) -> Journal | None:
        """Open what an earlier process left; `None` when it was not recorded to its end."""
        manifest = store / "manifest.json"
        if not manifest.is_file():
            return None
        data = json.loads(manifest.read_text(encoding="utf-8"))
        roots = tuple(Path(root) for root in data["roots"])
        return cls(store, Scope(roots, frozenset(data["skipped"]), bool(data["copied"])))

    def restore(self) -> tuple[Path, ...]:
        """Put everything back and give the paths that had changed. May be called again."""
        data = json.loads((self._store / "manifest.json").read_text(encoding="utf-8"))
        before = {entry.path: entry for entry in (_Entry(*row) for row in data["entries"])}
        changed = [Path(path) for path in self._remove_what_is_new(before)]
        changed += [Path(entry.path) for entry in before.values() if self._put_back(entry)]
        for entry in reversed(before.values()):
            if stat.S_ISDIR(entry.mode):
                _set_time(entry)
        return tuple(changed)

    def touch(self) -> None:
        """Leave a sign of life."""
        os.utime(self._store / "manifest.json")

    def touched(self) -> float:
        """Give the time of the last sign of life, in seconds since the epoch."""
        return (self._store / "manifest.json").stat().st_mtime

    def discard(self) -> None:
        """Forget: what is in the folders now is right."""
        shutil.rmtree(self._store)

    def _record(self) -> None:
        saves = self._store / "files"
        saves.mkdir()
        rows = []
        for number, (path, status) in enumerate(_walk(self._scope)):
            saved = ""
            if stat.S_ISLNK(status.st_mode):
                saved = os.readlink(path)
            elif stat.S_ISREG(status.st_mode):
                saved = str(number)
                self._save(path, status, saves / saved)
            rows.append((path, status.st_mode, status.st_mtime_ns, status.st_ino, status.st_size, saved))
        manifest = {
            "roots": [str(root) for root in self._scope.roots],
            "skipped": sorted(self._scope.skipped),
            "copied": self._scope.copied,
            "entries": rows,
        }
        partial = self._store / "manifest.partial"
        partial.write_text(json.dumps(manifest), encoding="utf-8")
        partial.replace(self._store / "manifest.json")

    def _save(self, path: str, status: os.stat_result, save: Path) -> None:
        small = status.st_size < COPIED_BELOW
        if (self._scope.copied and small) or path.endswith(EDITED_IN_PLACE):
            shutil.copy2(path, save)
            return
        try:
            os.link(path, save)
        except OSError:
            # Another file system, or one without hard links, or somebody else's file.
            shutil.copy2(path, save)

    def _remove_what_is_new(self, before: dict[str, _Entry]) -> Iterator[str]:
        for path, status in reversed(list(_walk(self._scope))):
            old = before.get(path)
            if old is not None and stat.S_IFMT(old.mode) == stat.S_IFMT(status.st_mode):
                continue
            if stat.S_ISDIR(status.st_mode):
                shutil.rmtree(path)
            else:
                os.unlink(path)
            yield path

    def _put_back(self, entry: _Entry) -> bool:
        """Make one path what it was; give whether it was something else."""
        try:
            now = os.lstat(entry.path)
        except FileNotFoundError:
            self._recreate(entry)
            return True
        if stat.S_ISLNK(entry.mode):
            if os.readlink(entry.path) == entry.saved:
                return False
            self._recreate(entry)
            return True
        if stat.S_ISREG(entry.mode):
            same = (now.st_ino, now.st_mtime_ns, now.st_size) == (entry.inode, entry.mtime, entry.size)
            if not same:
                self._recreate(entry)
                return True
        if stat.S_IMODE(now.st_mode) != stat.S_IMODE(entry.mode):
            os.chmod(entry.path, stat.S_IMODE(entry.mode))
            return True
        return False

    def _recreate(self, entry: _Entry) -> None:
        if stat.S_ISDIR(entry.mode):
            os.makedirs(entry.path, exist_ok=True)
            os.chmod(entry.path, stat.S_IMODE(entry.mode))
            return
        if os.path.lexists(entry.path):
            os.unlink(entry.path)
        if stat.S_ISLNK(entry.mode):
            os.symlink(entry.saved, entry.path)
        elif stat.S_ISREG(entry.mode):
            # A copy and not the link itself: the record must be able to restore once more.
            shutil.copy2(self._store / "files" / entry.saved, entry.path)
            os.chmod(entry.path, stat.S_IMODE(entry.mode))


def _walk(scope: Scope) -> Iterator[tuple[str, os.stat_result]]:
    """Give every path of the scope with its status, folders before what is in them."""
    for root in scope.roots:
        try:
            status = os.lstat(root)
        except FileNotFoundError:
            continue
        yield str(root), status
        yield from _walk_folder(str(root), scope.skipped)


def _walk_folder(folder: str, skipped: frozenset[str]) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name in skipped:
            continue
        status = entry.stat(follow_symlinks=False)
        yield entry.path, status
        if stat.S_ISDIR(status.st_mode):
            yield from _walk_folder(entry.path, skipped)


def _set_time(entry: _Entry) -> None:
    now = os.lstat(entry.path)
    if now.st_mtime_ns != entry.mtime:
        os.utime(entry.path, ns=(now.st_atime_ns, entry.mtime))
