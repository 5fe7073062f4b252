"""Ask git about files, whatever repository a hook of git's is in at the moment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from safe_install import process

REPOSITORY: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"})
"""Variables that make git look at another repository than that of the current folder."""


class Unanswered(Exception):
    """There is a repository, and git cannot be asked about it: there is no git, or it mistrusts the owner."""


def is_tracked(folder: Path, name: str, environ: Mapping[str, str]) -> bool:
    """Tell whether git knows anything at or below a name in a folder; raises Unanswered."""
    return bool(_answer(folder, environ, "ls-files", "--", name))


def is_uncommitted(file: Path, environ: Mapping[str, str]) -> bool:
    """Tell whether a file in a repository differs from what is committed; raises Unanswered."""
    return bool(_answer(file.parent, environ, "status", "--porcelain", "--", file.name))


def last_commit(folder: Path, environ: Mapping[str, str]) -> date | None:
    """Give the day of the last commit that changed a folder, if one did; raises Unanswered."""
    day = _answer(folder, environ, "log", "-1", "--format=%cs", "--", ".")
    return date.fromisoformat(day) if day else None


def _answer(folder: Path, environ: Mapping[str, str], *arguments: str) -> str:
    if not any(os.path.lexists(each / ".git") for each in (folder, *folder.absolute().parents)):
        # Without a repository there is nothing to know.
        return ""
    # In a hook of git's these would be about the repository that is committed to.
    variables = {name: value for name, value in environ.items() if name not in REPOSITORY}
    try:
        status, out, err = process.ask(["git", "--literal-pathspecs", *arguments], folder, variables)
    except OSError as error:
        raise Unanswered(f"git cannot be run: {error.strerror or error}") from error
    if status != 0:
        raise Unanswered(next(iter(err.strip().splitlines()), f"git ended with status {status}"))
    return out.strip()
