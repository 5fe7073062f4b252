"""Find what earlier builds left in a tree, and set it aside for the time of a build."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safe_install.process.undisturbed import undisturbed


@contextmanager
def aside(tree: Path, artefacts: tuple[str, ...], scratch: Path) -> Iterator[None]:
    """Keep artefacts (paths relative to the tree) out of the way; what a build puts there instead goes.

    They are back when the context is left, in whatever way.
    """
    moved: list[tuple[Path, Path]] = []
    try:
        for artefact in artefacts:
            place = tree / artefact
            if os.path.lexists(place):
                kept = Path(tempfile.mkdtemp(prefix="aside-", dir=scratch)) / place.name
                # Moved and not known to be, it would never come back.
                with undisturbed():
                    shutil.move(place, kept)
                    moved.append((place, kept))
        yield
    finally:
        with undisturbed():
            for place, kept in reversed(moved):
                _put_back(place, kept)


def _put_back(place: Path, kept: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    elif os.path.lexists(place):
        place.unlink()
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(kept, place)
