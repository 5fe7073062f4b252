"""Tell a source tree from all others."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Final

from safe_install.journal.folders import Walk
from safe_install.journal.safekeeping import NOT_KEPT
from safe_install.model import Project

NOT_READ: Final = NOT_KEPT | {"__pycache__"}
"""Folders that decide nothing about a build."""
CHUNK: Final = 1024 * 1024


def of_tree(project: Project, ours: tuple[Path, ...]) -> str:
    """Give a hash of all that a build can see of a tree, but for proven leftovers of earlier builds.

    `ours` are folders that the run itself writes to. What cannot be read counts as such: by its name.
    """
    root = project.path
    leftovers = tuple(root / artefact for artefact in project.artefacts)
    digest = hashlib.sha256()
    for path, status in Walk((root,), NOT_READ, (*ours, *leftovers)):
        name, told = os.fsencode(os.path.relpath(path, root)), _content(path, status)
        for part in (name, oct(status.st_mode).encode(), told):
            digest.update(b"%d:%b" % (len(part), part))
    return f"sha256={digest.hexdigest()}"


def _content(path: str, status: os.stat_result) -> bytes:
    try:
        if stat.S_ISLNK(status.st_mode):
            return os.fsencode(os.readlink(path))
        if stat.S_ISREG(status.st_mode):
            return _digest(path)
    except OSError:
        # Not this user's to read: then it is not the build's, either.
        pass
    return b""


def _digest(path: str) -> bytes:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.digest()
