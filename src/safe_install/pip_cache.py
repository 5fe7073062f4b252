"""Know pip's cache: where it is, and which of its entries are broken."""

from __future__ import annotations

import base64
import configparser
import csv
import hashlib
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from platformdirs import site_config_path, user_cache_path, user_config_path

ARCHIVE: Final = b"PK"
"""How a zip file, and so a wheel, begins."""


def folder(options: Sequence[str], environ: Mapping[str, str], prefix: Path) -> Path | None:
    """Give the cache's folder, or `None` when it is switched off.

    As pip finds it: the last `--cache-dir` of the options, PIP_CACHE_DIR, its configuration files from
    the most special to the most general, the platform's folder for caches (pip, "Configuration").
    """
    if "--no-cache-dir" in options or environ.get("PIP_NO_CACHE_DIR"):
        return None
    given = [option.partition("=")[2] for option in options if option.startswith("--cache-dir=")]
    pairs = zip(options, options[1:], strict=False)
    given += [value for option, value in pairs if option == "--cache-dir"]
    chosen = given[-1] if given else environ.get("PIP_CACHE_DIR") or _configured(environ, prefix)
    return Path(chosen).expanduser().absolute() if chosen else user_cache_path("pip", appauthor=False)


def broken(cache: Path, distributions: Iterable[str]) -> tuple[Path, ...]:
    """Give the cache's files that cannot be right, with the files that belong to them.

    Those are wheels of the named distributions that disagree with their own RECORD, and archives that
    cannot be opened at all.
    """
    names = {canonicalize_name(name) for name in distributions}
    found: list[Path] = []
    for wheel in sorted(cache.glob("wheels/**/*.whl")):
        if _name(wheel) in names and not sound(wheel):
            found += [wheel, *(path for path in [wheel.parent / "origin.json"] if path.exists())]
    for body in sorted(cache.glob("http*/**/*.body")):
        if _begins_an_archive(body) and not sound(body):
            found += [body, *(path for path in [body.with_suffix("")] if path.exists())]
    return tuple(found)


def everything(cache: Path) -> tuple[Path, ...]:
    """Give what `pip cache purge` would remove."""
    return tuple(path for pattern in ("http*", "wheels") for path in sorted(cache.glob(pattern)))


def sound(wheel: Path) -> bool:
    """Tell whether a wheel can be opened and holds what its RECORD lists, unaltered."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.testzip() is not None:
                return False
            return all(_as_recorded(archive, row) for row in _record(archive))
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, ValueError, NotImplementedError):
        return False


def _record(archive: zipfile.ZipFile) -> Iterator[list[str]]:
    for name in archive.namelist():
        if name.endswith(".dist-info/RECORD") and name.count("/") == 1:
            yield from (row for row in csv.reader(archive.read(name).decode("utf-8").splitlines()) if row)


def _as_recorded(archive: zipfile.ZipFile, row: list[str]) -> bool:
    data = archive.read(row[0])
    algorithm, _, wanted = (row[1] if len(row) > 1 else "").partition("=")
    if not wanted:
        return True
    digest = hashlib.new(algorithm, data).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii") == wanted


def _name(wheel: Path) -> str:
    try:
        return parse_wheel_filename(wheel.name)[0]
    except InvalidWheelFilename:
        return ""


def _begins_an_archive(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(ARCHIVE)) == ARCHIVE


def _configured(environ: Mapping[str, str], prefix: Path) -> str | None:
    if environ.get("PIP_CONFIG_FILE") == "/dev/null":
        return None
    files = [
        *(path / "pip.conf" for path in (Path(part) for part in str(site_config_path("pip", multipath=True)).split(":"))),
        Path("/etc/pip.conf"),
        Path.home() / ".pip" / "pip.conf",
        user_config_path("pip") / ("pip.ini" if sys.platform == "win32" else "pip.conf"),
        prefix / ("pip.ini" if sys.platform == "win32" else "pip.conf"),
        *(Path(environ[name]) for name in ["PIP_CONFIG_FILE"] if environ.get(name)),
    ]
    found = None
    for file in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            # pip itself will refuse the file, in its own words.
            continue
        for section in ("global", "install"):
            found = parser.get(section, "cache-dir", fallback=None) or found
    return found
