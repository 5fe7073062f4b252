"""Know pip's cache: where it is, and which of its entries are broken."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_cache_path

from safe_install.target import pip_config

if TYPE_CHECKING:
    from zipfile import ZipFile

TICK_SECONDS: Final = 0.1
"""How far a file system's clock may lag behind (Linux stamps files with the time of its last tick)."""
ARCHIVE: Final = b"PK"
"""How a zip file, and so a wheel, begins."""
OFF: Final = "no-cache-dir"
WHERE: Final = "cache-dir"
"""pip's options about its cache."""


def folder(options: Sequence[str], environ: Mapping[str, str], prefix: Path) -> Path | None:
    """Give the cache's folder, or `None` when it is switched off; `prefix` is that of pip's Python.

    As `pip install` finds it: by the last of the options, else PIP_NO_CACHE_DIR, PIP_CACHE_DIR, the
    configuration files, and the platform's folder for caches (pip, "Configuration").
    """
    chosen = _of_options(options)
    if chosen is None:
        configured = pip_config.read(environ, prefix)
        # pip takes every value for a switch-off, `false` too (pip/pip#5735); an empty one is as none.
        off = environ.get("PIP_NO_CACHE_DIR") or configured.get(OFF)
        chosen = "" if off else environ.get("PIP_CACHE_DIR") or configured.get(WHERE)
    if chosen == "":
        return None
    if chosen is None:
        return user_cache_path("pip", appauthor=False)
    return Path(os.path.expanduser(chosen)).absolute()


def broken(cache: Path, distributions: Iterable[str]) -> tuple[Path, ...]:
    """Give the cache's files that cannot be right, with the files that belong to them.

    Those are wheels of the named distributions that disagree with their own RECORD, and archives that
    cannot be opened at all.
    """
    # Not before a cache is suspected: importing it is not free.
    from packaging.utils import canonicalize_name

    names = {canonicalize_name(name) for name in distributions}
    found: list[Path] = []
    for wheel in sorted(cache.glob("wheels/**/*.whl")):
        if _name(wheel) in names and not sound(wheel):
            found += [wheel, *(path for path in [wheel.parent / "origin.json"] if path.exists())]
    for body in sorted(cache.glob("http*/**/*.body")):
        if _begins_an_archive(body) and not sound(body):
            found += [body, *(path for path in [body.with_suffix("")] if path.exists())]
    return tuple(found)


def names(cache: Path) -> frozenset[str]:
    """Give the paths of all that is in a cache, and its own if it is there; what cannot be read has none."""
    return frozenset(path for path, _ in _inside(str(cache))) | ({str(cache)} if cache.exists() else set())


def remove_newer(cache: Path, known: frozenset[str], began: float) -> int:
    """Remove files that are not among the known names and came after a time; give how many.

    Folders that are new and empty then go, too. What cannot be removed stays: it is a cache.
    """
    removed = 0
    for path, is_folder in (*reversed(list(_inside(str(cache)))), (str(cache), True)):
        if path in known:
            continue
        with suppress(OSError):
            if is_folder:
                os.rmdir(path)
            elif os.lstat(path).st_ctime >= began - TICK_SECONDS:
                os.unlink(path)
                removed += 1
    return removed


def _inside(folder: str) -> Iterator[tuple[str, bool]]:
    """Give each path below a folder, and whether it is a folder, which comes before what is in it."""
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                found = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
        except OSError:
            # Not there, or not this user's.
            continue
        yield from found
        waiting += [path for path, is_folder in found if is_folder]


def everything(cache: Path) -> tuple[Path, ...]:
    """Give what `pip cache purge` would remove."""
    return tuple(path for pattern in ("http*", "wheels") for path in sorted(cache.glob(pattern)))


def sound(wheel: Path) -> bool:
    """Tell whether a wheel can be opened and holds what its RECORD lists, unaltered."""
    # As above.
    from zipfile import ZipFile

    from safe_install.wheel import UNREADABLE

    try:
        with ZipFile(wheel) as archive:
            if archive.testzip() is not None:
                return False
            return all(_as_recorded(archive, row) for row in _record(archive))
    except (*UNREADABLE, KeyError, csv.Error):
        return False


def _record(archive: ZipFile) -> Iterator[list[str]]:
    for name in archive.namelist():
        if name.endswith(".dist-info/RECORD") and name.count("/") == 1:
            text = archive.read(name).decode("utf-8")
            yield from (row for row in csv.reader(io.StringIO(text, newline="")) if row)


def _as_recorded(archive: ZipFile, row: list[str]) -> bool:
    data = archive.read(row[0])
    algorithm, _, wanted = (row[1] if len(row) > 1 else "").partition("=")
    if not wanted:
        return True
    digest = hashlib.new(algorithm, data).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii") == wanted


def _name(wheel: Path) -> str:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    try:
        return parse_wheel_filename(wheel.name)[0]
    except InvalidWheelFilename:
        return ""


def _begins_an_archive(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(ARCHIVE)) == ARCHIVE


def _of_options(options: Sequence[str]) -> str | None:
    """Give the folder that the last option names, empty for none; `None` when no option says anything."""
    chosen = None
    for option, following in zip(options, [*options[1:], ""], strict=False):
        name, equals, value = option.partition("=")
        if name == f"--{OFF}":
            chosen = ""
        elif name == f"--{WHERE}":
            chosen = value if equals else following
    return chosen
