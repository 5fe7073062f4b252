"""Remember how folders are, and put them back: after a failure, an interrupt, or a crash."""

from __future__ import annotations

import json
import os
import shutil
import stat
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from safe_install.journal.displacing import Displacing
from safe_install.journal.folders import Walk
from safe_install.journal.restoring import Found, Leaving, Restored, Restoring
from safe_install.journal.saving import Entry, Saved, Saving

EDITED_IN_PLACE: Final = (".pth", ".egg-link")
"""Suffixes of files that installers write over instead of replacing (pip's easy-install.pth)."""
MANIFEST: Final = "manifest.json"
SCHEMA: Final = 2
"""The version of what is in a store; one of another version is nobody's to interpret."""


class OtherVersion(Exception):
    """A store was written by another version of safe-install."""


@dataclass(frozen=True)
class Scope:
    """Which folders are remembered, and how carefully."""

    roots: tuple[Path, ...]
    skipped: frozenset[str] = frozenset()
    """Names of folders that are left out, wherever they are; where there are any, virtual environments, too."""
    copied: bool = False
    """Whether files are copied: needed where somebody may write over them; links do otherwise."""
    spared: tuple[Path, ...] = ()
    """Folders that are left out, wherever they are: those that we ourselves write to."""
    marks: tuple[Path, ...] = ()
    """Files and folders that are others once the roots were removed and made anew."""


class Journal:
    """A record on disk of how the folders of a scope are; it outlives a crash of this process.

    What this user may not read is not remembered: no build of theirs can alter it either.
    """

    def __init__(self, store: Path, scope: Scope, marks: object = None) -> None:
        self.store = store
        self._scope, self._marks = scope, marks

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
        """Open what an earlier process left; `None` when it was not recorded to its end.

        Raises OtherVersion when that was a process of another version.
        """
        try:
            data = json.loads((store / MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise OtherVersion(str(store))
        try:
            roots, spared, marks = (tuple(map(Path, data[key])) for key in ("roots", "spared", "marks"))
            scope = Scope(roots, frozenset(data["skipped"]), bool(data["copied"]), spared, marks)
            return cls(store, scope, data["identity"])
        except (KeyError, TypeError) as error:
            raise OtherVersion(str(store)) from error

    def is_of_the_same(self) -> bool:
        """Tell whether the folders are those that were recorded, and not others in their place."""
        return self._marks == _identity(self._scope.marks)

    def restore(
        self, displacing: Displacing | None = None, leaving: Leaving | None = None, also: tuple[Path, ...] = ()
    ) -> Restored:
        """Put everything back, and say what came of it. May be called again.

        What is taken away is destroyed, unless there is a `displacing`; what is somebody else's by `leaving`
        stays. `also` are more roots, of which nothing was there. Raises OSError or ValueError when the record
        itself cannot be read.
        """
        data = json.loads((self.store / MANIFEST).read_text(encoding="utf-8"))
        before = {entry.path: entry for entry in (Entry(*row) for row in data["entries"])}
        now = dict(self._walk(frozenset(data["closed"]), opening=True, also=also))
        with ExitStack() as stack:
            found = Found(before, now, Saved(self.store, stack))
            return Restoring(found, data["began"], displacing, leaving).restore()

    def touch(self) -> None:
        """Leave a sign of life."""
        os.utime(self.store / MANIFEST)

    def touched(self) -> float:
        """Give the time of the last sign of life, in seconds since the epoch."""
        return (self.store / MANIFEST).stat().st_mtime

    def discard(self) -> None:
        """Forget: what is in the folders now is right."""
        # First, so that a crash in the middle leaves nothing that looks whole.
        (self.store / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self.store)

    def _walk(
        self, closed: frozenset[str] = frozenset(), *, opening: bool = False, also: tuple[Path, ...] = ()
    ) -> Walk:
        scope = self._scope
        return Walk((*scope.roots, *also), scope.skipped, (*scope.spared, self.store), closed, opening=opening)

    def _record(self) -> None:
        began, scope = time.time_ns(), self._scope
        with ExitStack() as stack:
            saving = Saving(self.store, stack)
            walk = self._walk()
            rows = [
                saving.entry(path, status, careful=scope.copied or path.endswith(EDITED_IN_PLACE))
                for path, status in walk
            ]
        manifest = {
            "schema": SCHEMA,
            "began": began,
            "roots": [str(root) for root in scope.roots],
            "skipped": sorted(scope.skipped),
            "copied": scope.copied,
            "spared": [str(path) for path in scope.spared],
            "marks": [str(path) for path in scope.marks],
            "identity": _identity(scope.marks),
            "closed": sorted(walk.closed),
            "entries": rows,
        }
        partial = self.store / "manifest.partial"
        partial.write_text(json.dumps(manifest), encoding="utf-8")
        partial.replace(self.store / MANIFEST)


def _identity(marks: tuple[Path, ...]) -> list[Any]:
    """Give what tells things from others that bear their names later.

    A file's number and the time of its content: its ctime moves with each hard link, ours too. A
    folder's times move with what is in it.
    """
    return [_number_and_time(mark) for mark in marks]


def _number_and_time(mark: Path) -> list[int] | None:
    try:
        status = mark.stat()
    except OSError:
        # Not there, then or now; that counts, too.
        return None
    return [status.st_ino, 0 if stat.S_ISDIR(status.st_mode) else status.st_mtime_ns]
