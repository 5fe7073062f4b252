"""Keep what is the user's: change it, and put it back unless the change is declared good."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from safe_install import events
from safe_install.events.log import Log
from safe_install.events.values import Change, Place
from safe_install.journal import Journal, Scope
from safe_install.journal.displacing import Displacing
from safe_install.journal.restoring import Leaving, Restored
from safe_install.process.undisturbed import undisturbed


@dataclass(frozen=True)
class Refuge:
    """Where goes what must not be lost: a run's directory, which outlives the run."""

    run_dir: Path | None = None
    displacing: Displacing | None = None
    """Takes from a tree what is not plainly a build's own."""
    leaving: Leaving | None = None
    """Tells what is somebody else's, and no matter of ours."""
    also: Callable[[], tuple[Path, ...]] = tuple
    """Gives more roots to look at when something is put back: places that only what came says."""

    def restore(self, journal: Journal) -> Restored:
        """Have a journal restore what it has recorded."""
        return journal.restore(self.displacing, self.leaving, self.also())

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
                restored = self._refuge.restore(self._journal)
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
