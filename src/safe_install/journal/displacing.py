"""Take away what came into a tree meanwhile; what is not plainly a build's own goes where it can be found."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Collection
from pathlib import Path
from typing import Final

OUTPUT_FOLDERS: Final = frozenset({"__pycache__", "_skbuild"})
OUTPUT_SUFFIX: Final = ".egg-info"
"""Folders that nobody but a build writes to, wherever they are."""
OUTPUT_ROOT: Final = "build"
"""The folder in a tree's root that is a build's, unless it was there before and is somebody's own."""
COMPILED: Final = frozenset({".a", ".dll", ".dylib", ".lib", ".o", ".obj", ".pdb", ".pyc", ".pyd", ".pyo", ".so"})
TAG: Final = "CACHEDIR.TAG"
"""What cargo and others leave in a folder that can be made anew (bford.info/cachedir)."""


class Displacing:
    """Takes things out of a tree, to a folder outside it unless a build plainly made them."""

    def __init__(self, folder: Path, root: Path, artefacts: Collection[str] = ()) -> None:
        """Take the folder to move to, the tree, and what was told to be generated in it (relative to it)."""
        self._folder, self._root, self._artefacts = folder, root, artefacts
        self.moved: list[Path] = []
        """Where things are now."""

    def take(self, path: str, status: os.stat_result, before: Collection[str]) -> None:
        """Take one thing away, a folder with all that is in it; `before` are the paths that the tree had."""
        kept = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode) or stat.S_ISLNK(status.st_mode)
        if not kept or self._is_output(Path(path), stat.S_ISDIR(status.st_mode), before):
            remove(path, status)
        else:
            self._move(Path(path), status)

    def _is_output(self, path: Path, is_folder: bool, before: Collection[str]) -> bool:
        parts = path.relative_to(self._root).parts
        if any(part in OUTPUT_FOLDERS or part.endswith(OUTPUT_SUFFIX) for part in parts):
            return True
        if parts[:1] == (OUTPUT_ROOT,):
            return OUTPUT_ROOT in self._artefacts or str(self._root / OUTPUT_ROOT) not in before
        return _all_output(path) if is_folder else path.suffix in COMPILED

    def _move(self, path: Path, status: os.stat_result) -> None:
        relative = path.relative_to(self._root)
        relative = relative if relative.parts else Path(path.name)
        number, place = 1, self._folder / relative
        while _in_the_way(place):
            if stat.S_ISREG(status.st_mode) and _same(path, place):
                # As after the attempt before: one is enough.
                path.unlink()
                return
            number += 1
            place = self._folder.with_name(f"{self._folder.name}-{number}") / relative
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, place)
        self.moved.append(place)


def remove(path: str, status: os.stat_result) -> None:
    """Remove whatever it is; that it is gone already is as good."""
    try:
        if stat.S_ISDIR(status.st_mode):
            shutil.rmtree(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        if os.path.lexists(path):
            raise


def _all_output(folder: Path) -> bool:
    """Tell whether a folder says that it can be made anew, or holds nothing but what was compiled."""
    # Not before something is in the way: importing it is not free.
    from safe_install.project import BUILD_MARKS

    if any(os.path.lexists(folder / mark) for mark in (*BUILD_MARKS, TAG)):
        return True
    for _, _, files in os.walk(folder):
        if any(os.path.splitext(file)[1] not in COMPILED for file in files):
            return False
    return not any(os.path.islink(os.path.join(top, name)) for top, names, _ in os.walk(folder) for name in names)


def _in_the_way(place: Path) -> bool:
    if os.path.lexists(place):
        return True
    there = next(parent for parent in place.parents if os.path.lexists(parent))
    return not os.path.isdir(there)


def _same(path: Path, place: Path) -> bool:
    return (
        place.is_file()
        and not place.is_symlink()
        and path.stat().st_size == place.stat().st_size
        and path.read_bytes() == place.read_bytes()
    )
