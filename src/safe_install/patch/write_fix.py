"""Write a proposed `pyproject.toml` over the project's own, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from safe_install.errors import FileChanged, FixUnwritable
from safe_install.model import Project
from safe_install.replacing import replace


def write(project: Project, text: str, changed: Callable[[Path], bool]) -> None:
    """Write the text as the project's `pyproject.toml`, by one rename within its folder.

    A reader sees the old content or the new. The mode stays; a symbolic link stays one, and its
    target is written. `changed` tells of a file whether version control has uncommitted changes of
    it. Raises FileChanged when it has, or when the file no longer holds `project.text`, and
    FixUnwritable when the operating system refuses.
    """
    refuse_if_changed(project, changed)
    named = project.path / "pyproject.toml"
    file = named.resolve()
    try:
        if _content(file) != (None if project.text is None else project.text.encode()):
            raise FileChanged(f"{named} was changed while it was being repaired", "run it again")
        replace(file, text.encode())
    except OSError as error:
        step = "make it and its folder writable, or apply the patch elsewhere"
        raise FixUnwritable(f"{named} cannot be written: {error.strerror}", step) from error


def refuse_if_changed(project: Project, changed: Callable[[Path], bool]) -> None:
    """Raise FileChanged when version control has uncommitted changes of the project's `pyproject.toml`."""
    named = project.path / "pyproject.toml"
    if changed(named.resolve()):
        raise FileChanged(f"{named} has uncommitted changes", "commit or undo them, or apply the patch by hand")


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
