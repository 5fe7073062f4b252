"""Keep what is the user's: change it, and put it back unless the change is declared good."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

from safe_install import events
from safe_install.errors import NotKept, TargetUnusable
from safe_install.events.log import Log
from safe_install.events.values import Change, Place
from safe_install.journal import Journal, OtherVersion, Scope
from safe_install.journal.displacing import Displacing
from safe_install.journal.folders import ENVIRONMENT
from safe_install.journal.restoring import Restored
from safe_install.journal.since import Since
from safe_install.model import Project
from safe_install.process.undisturbed import undisturbed
from safe_install.target import Target

NOT_KEPT: Final = frozenset(
    {".git", ".hg", ".svn", ".bzr", "node_modules", ".tox", ".nox", ".venv", "venv", ".direnv", ".pixi"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"}
)
"""Folders of a source tree that no build of it writes to."""
SHOWN: Final = 5
"""Errors that a message quotes."""


@dataclass(frozen=True)
class Refuge:
    """Where goes what must not be lost: a run's directory, which outlives the run."""

    run_dir: Path | None = None
    displacing: Displacing | None = None
    """Takes from a tree what is not plainly a build's own."""

    def take_in(self, store: Path) -> Path:
        """Move the copies of a journal there, and give the place; they stay where they cannot be moved."""
        if self.run_dir is None:
            return store
        place = self.run_dir / "not-put-back" / store.name
        try:
            place.parent.mkdir(exist_ok=True)
            shutil.move(store, place)
        except OSError:
            return store
        return place


NOWHERE: Final = Refuge()


class Kept:
    """Something that is put back when its context ends, until it is declared good."""

    def __init__(self, journal: Journal, place: Place, path: Path, log: Log, refuge: Refuge = NOWHERE) -> None:
        self._journal, self._place, self._path, self._log = journal, place, path, log
        self._refuge = refuge
        self._good = False
        self._failed: tuple[str, ...] = ()

    def declare_good(self) -> None:
        """Leave it as it is now."""
        self._good = True

    def put_back(self, tell: bool = True) -> None:
        """Put it back now; what changes later counts anew. What cannot be put back is told at the end."""
        with undisturbed():
            try:
                restored = self._journal.restore(self._refuge.displacing)
            except (OSError, ValueError) as error:
                # The record itself cannot be read: nothing is put back.
                restored = Restored((), failed=(f"{self._path}: {error}",))
            self._failed = restored.failed
            if restored.displaced or (restored.changed and tell):
                detail = f"{len(restored.changed)} paths put back"
                change = Change(self._place, self._path, detail, restored.displaced)
                events.change_reverted(self._log, change)

    def beat(self) -> None:
        """Say that the change is still going on: `recover` needs to know when a killed one ended."""
        self._journal.touch()

    def close(self) -> None:
        """End the keeping; the copies stay where not all could be put back."""
        with undisturbed():
            if not self._good:
                self.put_back()
            if self._failed:
                store = self._refuge.take_in(self._journal.store)
                events.revert_failed(self._log, Change(self._place, self._path), store, self._failed)
            else:
                self._journal.discard()


@contextmanager
def kept(place: Place, path: Path, store: Path, scope: Scope, log: Log, refuge: Refuge = NOWHERE) -> Iterator[Kept]:
    """Keep folders: as they are now, unless `declare_good` is called. Raises OSError when that cannot be."""
    keeping = Kept(Journal.begin(store, scope), place, path, log, refuge)
    try:
        yield keeping
    finally:
        keeping.close()


@contextmanager
def kept_tree(project: Project, store: Path, run_dir: Path, ours: tuple[Path, ...], log: Log) -> Iterator[Kept]:
    """Keep a source tree, and what somebody changes in it meanwhile, too: that is in `run_dir` afterwards.

    `ours` are folders that the run itself writes to. Raises NotKept when that cannot be.
    """
    displacing = Displacing(run_dir / "displaced", project.path, project.artefacts)
    with ExitStack() as stack:
        try:
            scope = tree_scope(project.path, run_dir, *ours)
            refuge = Refuge(run_dir, displacing)
            keeping = stack.enter_context(kept(Place.SOURCE_TREE, project.path, store, scope, log, refuge))
        except OSError as error:
            raise NotKept(project.path, store, error) from error
        yield keeping


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
    folders = (*target.packages, target.scripts, *([target.prefix] if target.virtual else []))
    roots = (folder for folder in dict.fromkeys(folders) if not any(other in folder.parents for other in folders))
    return Scope(tuple(roots), marks=(target.prefix, target.prefix / ENVIRONMENT))


def journal_store(state: Path, folder: Path) -> Path:
    """Give the place of a folder's journal: always the same, so that the next run finds it after a crash."""
    return state / "journals" / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def recover(store: Path, target: Target, log: Log) -> None:
    """Put a target back that a killed run left half changed; what somebody has changed since stays.

    Raises TargetUnusable when not all of it can be put back; then the record of it stays.
    """
    if not store.exists():
        return
    try:
        journal = Journal.reopen(store)
    except OtherVersion:
        # Its copies may be the only ones, and only that version knows how to put them back.
        place = _set_aside(store)
        reason = f"{target.prefix}: a killed run of another version of safe-install has recorded it"
        events.revert_failed(log, Change(Place.TARGET, target.prefix), place, (reason,))
        return
    if journal is not None and journal.is_of_the_same():
        _put_back_since(journal, target, log)
    Journal(store, Scope(())).discard()


def _put_back_since(journal: Journal, target: Target, log: Log) -> None:
    with undisturbed():
        try:
            restored = journal.restore(leaving=Since(journal.touched()))
        except (OSError, ValueError) as error:
            restored = Restored((), failed=(str(error),))
    if restored.changed:
        detail = f"{len(restored.changed)} paths put back: an earlier run was killed while it installed"
        events.change_reverted(log, Change(Place.TARGET, target.prefix, detail))
    if restored.failed:
        raise TargetUnusable(
            f"{target.prefix} was left half changed by a run that was killed, and cannot be put back:\n"
            + "\n".join(restored.failed[:SHOWN]),
            f"mend that and run it again; or remove {journal.store}, which holds the copies, to go on without",
        )


def _set_aside(store: Path) -> Path:
    numbers = itertools.count(1)
    place = next(each for number in numbers if not (each := store.with_name(f"{store.name}.other-{number}")).exists())
    store.rename(place)
    return place
