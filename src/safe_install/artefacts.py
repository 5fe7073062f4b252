"""Find what earlier builds left in a tree, and set it aside for the time of a build."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def aside(tree: Path, artefacts: tuple[str, ...], scratch: Path) -> Iterator[None]:
    """Keep artefacts (paths relative to the tree) out of the way; what a build puts there instead goes.

    They are back when the context is left, in whatever way.
    """
    moved: list[tuple[Path, Path]] = []
    try:
        for artefact in artefacts:
            place = tree / artefact
            if place.exists():
                kept = Path(tempfile.mkdtemp(prefix="aside-", dir=scratch)) / place.name
                shutil.move(place, kept)
                moved.append((place, kept))
        yield
    finally:
        for place, kept in reversed(moved):
            if place.is_dir():
                shutil.rmtree(place)
            elif place.exists():
                place.unlink()
            shutil.move(kept, place)
