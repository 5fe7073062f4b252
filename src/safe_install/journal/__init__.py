"""Remember how folders are, and put them back: after a failure, an interrupt, or a crash."""

from __future__ import annotations

import json
import os
import shutil
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from safe_install.journal.folders import Walk
from safe_install.journal.restoring import COPIES, LINKS, Entry, Restoring, remove_what_is_new, set_metadata

COPIED_BELOW: Final = 4 * 1024 * 1024
"""Files smaller than this are copied where content may be overwritten in place (bytes)."""
EDITED_IN_PLACE: Final = (".pth", ".egg-link")
"""Suffixes of files that installers write over instead of replacing (pip's easy-install.pth)."""
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Scope:
    """Which folders are remembered, and how carefully."""

    roots: tuple[Path, ...]
    skipped: frozenset[str] = frozenset()
    """Names of folders that are left out, wherever they are."""
    copied: bool = False
    """Whether files are copied: needed where somebody may write over them; links do otherwise."""
    spared: tuple[Path, ...] = ()
    """Folders that are left out, wherever they are: those that we ourselves write to."""


class Journal:
    """A record on disk of how the folders of a scope are; it outlives a crash of this process.

    What this user may not read is not remembered: no build of theirs can alter it either.
    """

    def __init__(self, store: Path, scope: Scope) -> None:
        self._store, self._scope = store, scope

    @classmethod
    def begin(cls, store: Path, scope: Scope) -> Journal:
        """Record the scope's folders under `store`, a folder that must not exist yet.

        Raises OSError when something cannot be saved; then nothing is left in `store`.
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
        try:
            data = json.loads((store / MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        roots, spared = (tuple(map(Path, data[key])) for key in ("roots", "spared"))
        return cls(store, Scope(roots, frozenset(data["skipped"]), bool(data["copied"]), spared))

    def restore(self) -> tuple[Path, ...]:
        """Put everything back and give the paths that had changed. May be called again."""
        data = json.loads((self._store / MANIFEST).read_text(encoding="utf-8"))
        before = {entry.path: entry for entry in (Entry(*row) for row in data["entries"])}
        now = dict(self._walk(frozenset(data["closed"]), opening=True))
        changed = [Path(path) for path in remove_what_is_new(now, before)]
        restoring = Restoring(self._store, data["began"])
        changed += [Path(each.path) for each in before.values() if restoring.put_back(each, now.get(each.path))]
        # Last, and the inner ones first: what happens in a folder sets its time.
        for entry in reversed(before.values()):
            if stat.S_ISDIR(entry.mode):
                set_metadata(entry)
        return tuple(changed)

    def touch(self) -> None:
        """Leave a sign of life."""
        os.utime(self._store / MANIFEST)

    def touched(self) -> float:
        """Give the time of the last sign of life, in seconds since the epoch."""
        return (self._store / MANIFEST).stat().st_mtime

    def discard(self) -> None:
        """Forget: what is in the folders now is right."""
        # First, so that a crash in the middle leaves nothing that looks whole.
        (self._store / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self._store)

    def _walk(self, closed: frozenset[str] = frozenset(), *, opening: bool = False) -> Walk:
        scope = self._scope
        return Walk(scope.roots, scope.skipped, (*scope.spared, self._store), closed, opening=opening)

    def _record(self) -> None:
        began = time.time_ns()
        for folder in (COPIES, LINKS):
            (self._store / folder).mkdir()
        walk = self._walk()
        rows = [self._row(number, path, status) for number, (path, status) in enumerate(walk)]
        manifest = {
            "began": began,
            "roots": [str(root) for root in self._scope.roots],
            "skipped": sorted(self._scope.skipped),
            "copied": self._scope.copied,
            "spared": [str(path) for path in self._scope.spared],
            "closed": sorted(walk.closed),
            "entries": rows,
        }
        partial = self._store / "manifest.partial"
        partial.write_text(json.dumps(manifest), encoding="utf-8")
        partial.replace(self._store / MANIFEST)

    def _row(self, number: int, path: str, status: os.stat_result) -> tuple[Any, ...]:
        saved = ""
        if stat.S_ISLNK(status.st_mode):
            saved = os.readlink(path)
        elif stat.S_ISREG(status.st_mode):
            saved = self._save(path, status, str(number))
        owner, times = (status.st_uid, status.st_gid), (status.st_mtime_ns, status.st_ctime_ns)
        return (path, status.st_mode, owner, *times, status.st_ino, status.st_size, saved)

    def _save(self, path: str, status: os.stat_result, name: str) -> str:
        careful = self._scope.copied and status.st_size < COPIED_BELOW
        ways = (self._copy, self._link)
        for way in ways if careful or path.endswith(EDITED_IN_PLACE) else reversed(ways):
            if saved := way(path, name):
                return saved
        return ""

    def _copy(self, path: str, name: str) -> str:
        try:
            shutil.copy2(path, self._store / COPIES / name)
        except (PermissionError, FileNotFoundError):
            # Not to be read by this user, or gone since the folder was listed.
            return ""
        return f"{COPIES}/{name}"

    def _link(self, path: str, name: str) -> str:
        try:
            os.link(path, self._store / LINKS / name)
        except OSError:
            # Another file system, or one without hard links, or somebody else's file.
            return ""
        return f"{LINKS}/{name}"
