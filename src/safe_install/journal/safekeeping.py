"""Say what of trees and targets is kept, and for how long; and put right what a killed run has left."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from safe_install import events
from safe_install.errors import NotKept, TargetUnusable
from safe_install.events.log import Log
from safe_install.events.values import Change, Place
from safe_install.journal import Journal, OtherVersion, Scope
from safe_install.journal.displacing import Displacing
from safe_install.journal.folders import ENVIRONMENT
from safe_install.journal.kept import Kept, Refuge, kept
from safe_install.journal.others import Others
from safe_install.journal.restoring import Found, Leaving, Restored
from safe_install.journal.since import Since
from safe_install.model import Project
from safe_install.process.undisturbed import undisturbed
from safe_install.target import Target
from safe_install.target.ownership import elsewhere

NOT_KEPT: Final = frozenset(
    {".git", ".hg", ".svn", ".bzr", "node_modules", ".tox", ".nox", ".venv", "venv", ".direnv", ".pixi"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"}
)
"""Folders of a source tree that no build of it writes to."""
NO_LOCKS: Final = frozenset({errno.ENOSYS, errno.EOPNOTSUPP})
"""How a file system says that it has no locks (some of clusters do)."""
SHOWN: Final = 5
"""Errors that a message quotes."""


@contextmanager
def kept_tree(
    project: Project, store: Path, run_dir: Path, ours: tuple[Path, ...], log: Log, *, unpacked: bool = False
) -> Iterator[Kept]:
    """Keep a source tree, and what somebody changes in it meanwhile, too: that is in `run_dir` afterwards.

    `ours` are folders that the run itself writes to. What was `unpacked` for the run is nobody's work: nothing that
    changes in it goes to `run_dir`. Raises NotKept when that cannot be.
    """
    displacing = None if unpacked else Displacing(run_dir / "displaced", project.path, project.artefacts)
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
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            # Only on a file system without locks: importing it is not free.
            from filelock import SoftFileLock

            with SoftFileLock(f"{path}.soft"):
                yield
        else:
            yield


def tree_scope(tree: Path, *ours: Path) -> Scope:
    """Say what of a source tree is kept: copies, since compilers and generators write over files.

    `ours` are folders that the run itself writes to: they may lie in the tree (TMPDIR=./tmp).
    """
    return Scope((tree,), NOT_KEPT, copied=True, spared=ours)


def target_scope(target: Target) -> Scope:
    """Say what of a target is kept.

    A virtual environment whole. Another Python shares its prefix with others: its folders of packages and
    scripts, and what its distributions have elsewhere (`share/`, `etc/`, `include/`).
    """
    folders = (*target.packages, target.scripts, *([target.prefix] if target.is_whole else []))
    files = () if target.is_whole else elsewhere(target)
    roots = dict.fromkeys((*folders, *files))
    outer = (root for root in roots if not any(other in root.parents for other in folders))
    return Scope(tuple(outer), marks=(target.prefix, target.prefix / ENVIRONMENT))


@contextmanager
def kept_target(target: Target, store: Path, run_dir: Path, log: Log) -> Iterator[Kept]:
    """Keep a target. Raises OSError when that cannot be."""
    shared = None if target.is_whole else Others(target)
    also = tuple if target.is_whole else partial(elsewhere, target)
    refuge = Refuge(run_dir, leaving=shared, also=also)
    with kept(Place.TARGET, target.prefix, store, target_scope(target), log, refuge) as keeping:
        yield keeping


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
    also = () if target.is_whole else elsewhere(target)
    with undisturbed():
        try:
            restored = journal.restore(leaving=_since(journal, target), also=also)
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


def _since(journal: Journal, target: Target) -> Leaving:
    since, others = Since(journal.touched()), Others(target)

    def leaving(found: Found) -> Callable[[str], bool]:
        later, elses = since(found), others(found)
        return later if target.is_whole else lambda path: later(path) or elses(path)

    return leaving


def _set_aside(store: Path) -> Path:
    numbers = itertools.count(1)
    place = next(each for number in numbers if not (each := store.with_name(f"{store.name}.other-{number}")).exists())
    store.rename(place)
    return place
