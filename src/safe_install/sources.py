"""Read those files of a source tree whose text can tell why a build fails."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from safe_install.declared.reach import reached

FILES: Final = ("setup.py", "setup.cfg", ".gitignore", "PKG-INFO")
LARGEST: Final = 200_000
"""Bytes; a larger file is no script that a person wrote."""
MOST: Final = 500
"""Entries of a package that are looked at."""


def read(path: Path, homes: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Give the texts of the build's own scripts, of each module at its first file, and of what `setup.py` imports.

    Each is given by its path relative to the tree.
    """
    modules = (Path(home, name) for name, home in homes)
    files = [
        *map(Path, FILES),
        *(file for module in modules for file in (module.with_suffix(".py"), module / "__init__.py")),
    ]
    texts = {file.as_posix(): text_of(path / file) for file in files}
    texts |= {file: text for file, text, _ in reached(homes, lambda file: text_of(path / file))}
    return tuple((name, text) for name, text in texts.items() if text is not None)


def submodules(path: Path, homes: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Give the dotted names of what lies in the packages, be it a package, a script or compiled."""
    return frozenset(f"{name}.{inner}" for name, home in homes for inner in _inner(path / home / name))


def text_of(file: Path) -> str | None:
    """Give the text of a file that is one, and small enough."""
    try:
        if not os.path.isfile(file) or file.stat().st_size > LARGEST:
            return None
        return file.read_bytes().decode("utf-8", "replace")
    except OSError:
        # Unreadable: the build will say so where it matters.
        return None


def _inner(folder: Path) -> Iterator[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        # A module and no package, or a folder of somebody else's.
        return
    yield from (name.partition(".")[0] for name in names[:MOST])
