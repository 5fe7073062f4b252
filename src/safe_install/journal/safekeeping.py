"""Keep what is the user's: change it, and put it back unless the change is declared good."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock

from safe_install import events
from safe_install.events.log import Log
from safe_install.events.values import Change, Place
from safe_install.journal import Journal, Scope
from safe_install.process.undisturbed import undisturbed
from safe_install.target import Target

NOT_KEPT: Final = frozenset({".git", ".hg", ".svn", ".bzr", "node_modules", ".tox", ".nox", ".venv", "venv"})
"""Folders of a source tree that no build of it writes to."""
SETTLED_SECONDS: Final = 60
"""A target that changed this long after a killed run's last sign of life was changed by somebody else."""


class Kept:
    """Something that is put back when its context ends, until it is declared good."""

    def __init__(self, journal: Journal, place: Place, path: Path, log: Log) -> None:
        self._journal, self._place, self._path, self._log = journal, place, path, log
        self._good = False

    def declare_good(self) -> None:
        """Leave it as it is now."""
        self._good = True

    def put_back(self, tell: bool = True) -> None:
        """Put it back now; what changes later counts anew."""
        with undisturbed():
            changed = self._journal.restore()
            if changed and tell:
                detail = f"{len(changed)} paths put back"
                events.change_reverted(self._log, Change(self._place, self._path, detail))

    def beat(self) -> None:
        """Say that the change is still going on: `recover` needs to know when a killed one ended."""
        self._journal.touch()

    def close(self) -> None:
        """End the keeping."""
        with undisturbed():
            if not self._good:
                self.put_back()
            self._journal.discard()


@contextmanager
def kept(place: Place, path: Path, store: Path, scope: Scope, log: Log) -> Iterator[Kept]:
    """Keep folders: as they are now, unless `declare_good` is called. Raises OSError when that cannot be."""
    keeping = Kept(Journal.begin(store, scope), place, path, log)
    try:
        yield keeping
    finally:
        keeping.close()


@contextmanager
def locked(state: Path, folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder (a tree, a target); waits until they are done with it."""
    path = state / "locks" / f"{journal_store(state, folder).name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path):
        yield


def tree_scope(tree: Path, *ours: Path) -> Scope:
    """Say what of a source tree is kept: copies, since compilers and generators write over files.

    `ours` are folders that the run itself writes to: they may lie in the tree (TMPDIR=./tmp).
    """
    return Scope((tree,), NOT_KEPT, copied=True, spared=ours)


def target_scope(target: Target) -> Scope:
    """Say what of a target is kept: a virtual environment whole, of another Python what installers write to."""
    folders = (*target.packages, target.scripts, *([target.prefix] if target.virtual and not target.redirected else []))
    roots = (folder for folder in dict.fromkeys(folders) if not any(other in folder.parents for other in folders))
    return Scope(tuple(roots))


def journal_store(state: Path, folder: Path) -> Path:
    """Give the place of a folder's journal: always the same, so that the next run finds it after a crash."""
    return state / "journals" / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def recover(store: Path, target: Target, log: Log) -> None:
    """Put a target back that a killed run left half changed, unless somebody has changed it since."""
    if not store.exists():
        return
    journal = Journal.reopen(store)
    if journal is not None and _last_change(target) <= journal.touched() + SETTLED_SECONDS:
        with undisturbed():
            changed = journal.restore()
        if changed:
            detail = f"{len(changed)} paths put back: an earlier run was killed while it installed"
            events.change_reverted(log, Change(Place.TARGET, target.prefix, detail))
    Journal(store, Scope(())).discard()


def _last_change(target: Target) -> float:
    return max((folder.stat().st_mtime for folder in target.packages if folder.exists()), default=0.0)
