"""Have a corrected `pyproject.toml` stand in a tree for the time of a build."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from safe_install.process.undisturbed import undisturbed

ORIGINAL: Final = "original"
STAND_IN: Final = "stand-in"


@contextmanager
def standing_in(file: Path, text: str, keep: Path) -> Iterator[None]:
    """Have a file hold another text; what it held, and when it was changed last, is back afterwards.

    `keep` is a folder that does not exist yet; it holds the original, so that the next run finds it
    (`put_back`) should this one be killed. Raises OSError when the file cannot be read or written.
    """
    try:
        # Begun and not known to be, it would never be undone.
        with undisturbed():
            keep.mkdir(parents=True, mode=0o700)
            shutil.copy2(file, keep / ORIGINAL)
            (keep / STAND_IN).write_bytes(text.encode())
            file.write_bytes(text.encode())
        yield
    finally:
        put_back(file, keep)


def put_back(file: Path, keep: Path) -> bool:
    """Give a file back what it held, unless somebody has changed it since; tell whether that was needed."""
    with undisturbed():
        if not keep.is_dir():
            return False
        stand_in = keep / STAND_IN
        ours = stand_in.is_file() and file.is_file() and file.read_bytes() == stand_in.read_bytes()
        if ours:
            # Written over and not replaced: it may be a link.
            shutil.copyfile(keep / ORIGINAL, file)
            shutil.copystat(keep / ORIGINAL, file)
        shutil.rmtree(keep)
        return ours
