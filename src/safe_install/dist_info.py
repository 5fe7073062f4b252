"""Tell which version is installed by the names of `.dist-info` folders: importlib.metadata takes long to import."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

INFOS: Final = (".dist-info", ".egg-info")
METADATA: Final = "METADATA"


def version_of(name: str, folders: Iterable[Path]) -> str | None:
    """Give the version of one distribution, `None` when it is not there.

    It is that of the first folder that has it, as importlib.metadata finds it; which is asked where more than
    one `.dist-info` could be meant, or something else than a folder.
    """
    folders = tuple(folders)
    for folder in folders:
        found = _found(name, folder)
        if found is None:
            break
        if found:
            return found
    else:
        return None
    from importlib.metadata import distributions

    asked = distributions(name=name, path=[str(folder) for folder in folders])
    # Asking for one that is absent is deprecated.
    return next((each.version for each in asked if "Version" in each.metadata), None)


def _found(name: str, folder: Path) -> str | None:
    """Give the version that a folder has, empty when it has none; `None` when that cannot be told from its names."""
    try:
        entries = os.listdir(folder)
    except FileNotFoundError:
        return ""
    except OSError:
        return None
    wanted = _normalised(name)
    own = [entry for entry in entries if entry.lower().endswith(INFOS) and _named(entry) == wanted]
    if not own:
        # An egg, and what is in it.
        return None if folder.suffix == ".egg" else ""
    return _version(folder / own[0]) if len(own) == 1 else None


def _named(entry: str) -> str:
    """Give the name in `NAME-VERSION.dist-info` (PyPA, "Recording installed projects")."""
    return _normalised(entry.rpartition(".")[0].partition("-")[0])


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _version(info: Path) -> str | None:
    """Give what METADATA says."""
    try:
        with (info / METADATA).open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                key, _, value = line.partition(":")
                if key.lower() == "version":
                    return value.strip() or None
                if not line.strip():
                    break
    except OSError:
        # What an interrupted uninstall has left.
        pass
    return None
