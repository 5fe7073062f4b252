"""Write a proposed `pyproject.toml` over the project's own, whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from safe_install.errors import FileChanged, FixUnwritable
from safe_install.model import Project


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
        _replace(file, text.encode())
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


def _replace(file: Path, content: bytes) -> None:
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    # Not the tempfile module: a file that is new gets the mode that the user's umask gives it.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if file.exists():
            _keep_owner_and_mode(file, temporary)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
    _sync(file.parent)


def _keep_owner_and_mode(file: Path, temporary: Path) -> None:
    status = file.stat()
    if os.name == "posix" and os.geteuid() == 0:
        os.chown(temporary, status.st_uid, status.st_gid)
    temporary.chmod(status.st_mode & 0o7777)


def _sync(folder: Path) -> None:
    """Make the rename outlive a power cut; only POSIX opens folders."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
