"""Scripts that the target's interpreter runs; they know nothing of this package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def unpacked(name: str) -> Iterator[Path]:
    """Give a script as a file: where this package is in an archive, one for the time being."""
    beside = Path(__file__).with_name(name)
    if beside.is_file():
        yield beside
        return
    # Only for an archive: importing it is not free.
    from importlib.resources import as_file, files

    with as_file(files(__name__) / name) as file:
        yield file
