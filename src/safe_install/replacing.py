"""Replace a file's content whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def replace(file: Path, content: bytes) -> None:
    """Write a file by one rename within its folder: a reader sees the old content or the new.

    The mode stays, for root the owner, too; a symbolic link stays one, and what it leads to is written.
    Raises OSError when the operating system refuses; then everything is as it was.
    """
    file = file.resolve()
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
