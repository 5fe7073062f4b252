"""Find out how old sources are, and what the index had on a day."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Final

from safe_install import git
from safe_install.environment import pip_copy
from safe_install.environment.workshop import Workshop
from safe_install.evidence import Dated, ReleasesAsOf
from safe_install.model import Distribution
from safe_install.target import pip_config

FIRST: Final = date(1990, 1, 1)
"""A file that is older has the date of no day: archives that are reproducible are of 1970 or 1980."""
PLACES: Final = ("--find-links", "--extra-index-url")
"""Options that add places to look into."""
LOCAL: Final = "file:"
"""How the address of a file begins."""


def dated(tree: Path, environ: Mapping[str, str]) -> Dated:
    """Tell how old a tree is: packed, as its `PKG-INFO` says, which only an sdist has; or last committed."""
    today = datetime.now(timezone.utc).date()
    packed = _written(tree / "PKG-INFO")
    return Dated(packed if packed and packed >= FIRST else _committed(tree, environ), today)


def releases_as_of(question: ReleasesAsOf, shop: Workshop, log: Path) -> tuple[Distribution, ...]:
    """Ask pip what it would install, were it that day; nothing where the index does not tell times of upload.

    Nothing is built for it: only wheels are looked at. A place on this machine has no such times, and is left out.
    """
    folder = Path(tempfile.mkdtemp(prefix="as-of-", dir=shop.scratch))
    wanted, report = folder / "requirements.txt", folder / "report.json"
    wanted.write_text("".join(f"{each}\n" for each in question.requirements), encoding="utf-8")
    words = (
        *("install", "--dry-run", "--ignore-installed", "--report", str(report), "--only-binary", ":all:"),
        *("--uploaded-prior-to", question.day.isoformat(), *_remote(shop.pip_options)),
        *("--requirement", str(wanted)),
    )
    finished = pip_copy.ask(shop, words, log, dict(_places(shop, folder)))
    if finished.status != 0 or not report.is_file():
        return ()
    found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return tuple(Distribution(each["metadata"]["name"], each["metadata"]["version"]) for each in found)


def _written(file: Path) -> date | None:
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, timezone.utc).date()
    except OSError:
        # No sdist.
        return None


def _committed(tree: Path, environ: Mapping[str, str]) -> date | None:
    try:
        return git.last_commit(tree, environ)
    except git.Unanswered:
        return None


def _remote(options: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the options that add a place of this machine."""
    pairs = enumerate(itertools.pairwise(options))
    gone = {index for index, (name, value) in pairs if name in PLACES and _is_local(value)}
    return tuple(each for index, each in enumerate(options) if index not in gone and index - 1 not in gone)


def _places(shop: Workshop, nothing: Path) -> Iterator[tuple[str, str]]:
    """Give pip's variables with those places only that are not on this machine, or one that has nothing.

    An empty value would let the configuration file speak.
    """
    said = pip_config.read(shop.environ, shop.target.prefix)
    for option in ("find-links", "extra-index-url"):
        name = f"PIP_{option.replace('-', '_').upper()}"
        places = (shop.environ.get(name) or said.get(option, "")).split()
        if any(map(_is_local, places)):
            yield name, " ".join(each for each in places if not _is_local(each)) or nothing.as_uri()


def _is_local(place: str) -> bool:
    return place.startswith(LOCAL) or "://" not in place
