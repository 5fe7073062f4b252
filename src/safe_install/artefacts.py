"""Find what earlier builds left in a tree, and set it aside for the time of a build."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safe_install.process.undisturbed import undisturbed


class Aside:
    """Artefacts that are out of the way of a build."""

    def __init__(self) -> None:
        self.good = False

    def declare_good(self) -> None:
        """Leave what the build put in their place: what is installed may point there."""
        self.good = True


@contextmanager
def aside(tree: Path, artefacts: tuple[str, ...], scratch: Path) -> Iterator[Aside]:
    """Keep artefacts (paths relative to the tree) out of the way; what a build puts there instead goes.

    They are back when the context is left, in whatever way, unless the build is declared good: then
    `take_away` knows where they are.
    """
    moved: list[tuple[Path, Path]] = []
    build = Aside()
    try:
        for artefact in artefacts:
            place = tree / artefact
            if os.path.lexists(place):
                kept = _place(tree, artefact, scratch)
                # Moved and not known to be, it would never come back.
                with undisturbed():
                    # Of an attempt before, after which the tree was put back.
                    _remove(kept)
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    shutil.move(place, kept)
                    moved.append((place, kept))
        yield build
    finally:
        with undisturbed():
            for place, kept in reversed(moved if not build.good else []):
                _put_back(place, kept)


def take_away(tree: Path, artefact: str, scratch: Path, folder: Path) -> Path | None:
    """Move an artefact that was in the way of the good build to a folder that stays, and give its place there.

    It is in the scratch folder; or in the tree again, after another attempt. `None` when it is nowhere.
    """
    kept = next((each for each in (_place(tree, artefact, scratch), tree / artefact) if os.path.lexists(each)), None)
    if kept is None:
        return None
    folders = (folder, *(folder.with_name(f"{folder.name}-{number}") for number in range(2, 100)))
    place = next(each / artefact for each in folders if not os.path.lexists(each / artefact))
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(kept, place)
    return place


def _place(tree: Path, artefact: str, scratch: Path) -> Path:
    """Give the one place where a tree's artefact is when it is aside."""
    return scratch / "aside" / hashlib.sha256(os.fsencode(tree)).hexdigest()[:16] / artefact


def _put_back(place: Path, kept: Path) -> None:
    _remove(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(kept, place)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()
