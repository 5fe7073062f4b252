"""Have a corrected `pyproject.toml` stand in a tree for the time of a build."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from safe_install.errors import NotPutBack
from safe_install.process.undisturbed import undisturbed
from safe_install.replacing import replace

ORIGINAL: Final = "original"
STAND_IN: Final = "stand-in"


@contextmanager
def standing_in(file: Path, text: str, keep: Path) -> Iterator[None]:
    """Have a file hold another text; what it held, and when it was changed last, is back afterwards.

    `keep` is a folder that does not exist yet; it holds the original, so that the next run finds it
    (`put_back`) should this one be killed. At no moment is the file anything but one text or the other.
    Raises OSError when the file cannot be read or written, NotPutBack when it cannot be put back.
    """
    try:
        # Begun and not known to be, it would never be undone.
        with undisturbed():
            keep.mkdir(parents=True, mode=0o700)
            shutil.copy2(file, keep / ORIGINAL)
            (keep / STAND_IN).write_bytes(text.encode())
            replace(file, text.encode())
        yield
    finally:
        put_back(file, keep)


def put_back(file: Path, keep: Path) -> bool:
    """Give a file back what it held, unless somebody has changed it since; tell whether that was needed.

    The original is forgotten only once the file holds it, or what somebody wrote. Raises NotPutBack when
    the file cannot be written; then the original stays, and the next run tries it again.
    """
    with undisturbed():
        if not keep.is_dir():
            return False
        try:
            ours = (keep / ORIGINAL).is_file() and _is_ours(file, keep)
            if ours:
                replace(file, (keep / ORIGINAL).read_bytes())
                shutil.copystat(keep / ORIGINAL, file)
        except OSError as error:
            raise NotPutBack(
                f"{file} holds a text that was only meant for the build, and cannot be put back: {error.strerror}",
                f"mend that and run it again; or copy it back yourself:\n  cp {keep / ORIGINAL} {file}",
            ) from error
        shutil.rmtree(keep)
        return ours


def _is_ours(file: Path, keep: Path) -> bool:
    """Tell whether a file is not what anybody wants: our text, the beginning of it, or nothing at all."""
    try:
        stand_in = (keep / STAND_IN).read_bytes()
    except FileNotFoundError:
        # The record was not finished, so that nothing was done.
        return False
    if not os.path.lexists(file):
        return True
    now = file.read_bytes()
    # A disk that was full, or a kill, may have cut off what a former version wrote.
    return now != (keep / ORIGINAL).read_bytes() and stand_in.startswith(now)
