"""Find out how old sources are, and what the index had on a day."""

from __future__ import annotations

import itertools
import json
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from safe_install import git
from safe_install.declared import metadata
from safe_install.environment import pip_copy
from safe_install.environment.workshop import Workshop
from safe_install.evidence import Dated, ReleasesAsOf
from safe_install.model import METADATA, Distribution, Project
from safe_install.releases import versions
from safe_install.target import pip_config

FIRST: Final = date(1990, 1, 1)
"""A file that is older has the date of no day: archives that are reproducible are of 1970 or 1980."""
DAY_OF_HATCH: Final = date(2020, 2, 2)
"""The date that hatchling gives to all that it packs (hatch documentation, "Build configuration", reproducible)."""
_NOTHING_YET: Final = date(2003, 1, 1)
"""Before the index was there: what it had then, by its own word, it has no times for."""
_WEEK: Final = timedelta(weeks=1)
PLACES: Final = ("--find-links", "--extra-index-url")
"""Options that add places to look into."""
LOCAL: Final = "file:"
"""How the address of a file begins."""


def age(project: Project, shop: Workshop) -> Dated:
    """Tell how old a project is: by its files, by version control, or, where an sdist's tell nothing, by the index."""
    found, told = dated(project.path, shop.environ), metadata.read(project.source(METADATA))
    if found.sources is not None:
        return found
    try:
        name = canonicalize_name(told.name or "", validate=True)
    except InvalidName:
        return found
    return replace(found, sources=uploaded(name, told.version, found.today, shop))


def dated(tree: Path, environ: Mapping[str, str]) -> Dated:
    """Tell how old a tree is: packed, as its `PKG-INFO` says, which only an sdist has; or last committed.

    Where a tool has given its `PKG-INFO` no date, the newest of its other files tells. What is unpacked without
    dates, as pip does with a zip, is as old as nothing says.
    """
    today = datetime.now(timezone.utc).date()
    if not (tree / METADATA).is_file():
        return Dated(_committed(tree, environ), today)
    others = (_written(file) for pattern in ("*", "*/*", "*/*/*") for file in tree.glob(pattern))
    # What is of today was written by pip, or by a build.
    newest = max((day for day in others if day and day < today), default=None)
    packed = _written(tree / METADATA)
    own = packed if packed and packed < today else None
    return Dated(own or newest or _committed(tree, environ), today)


def uploaded(name: str, version: str, today: date, shop: Workshop) -> date | None:
    """Give the day, to the week, by which the index had a release's sdist; nothing where it does not tell times.

    pip shows no time of upload. But it can be asked what the index had before a day, and so the day is found by
    halving: a dozen questions, each a second. Nothing is found once a question stays without an answer.
    """
    try:
        wanted = Version(version)
    except InvalidVersion:
        return None
    remote = _remote(shop)

    def had(day: date) -> bool | None:
        before = ("--uploaded-prior-to", day.isoformat(), "--pre", "--no-binary", name)
        listed = versions(name, before, remote)
        return None if listed is None else wanted in listed

    early, late = _NOTHING_YET, today + _WEEK
    if not had(late) or had(early) is not False:
        return None
    while late - early > _WEEK:
        middle = early + (late - early) / 2
        answer = had(middle)
        if answer is None:
            return None
        early, late = (early, middle) if answer else (middle, late)
    return late


def releases_as_of(question: ReleasesAsOf, shop: Workshop, log: Path) -> tuple[Distribution, ...]:
    """Ask pip what it would install, were it that day; nothing where the index does not tell times of upload.

    Nothing is built for it: only wheels are looked at. A place on this machine has no such times, and is left out.
    """
    remote, folder = _remote(shop), Path(tempfile.mkdtemp(prefix="as-of-", dir=shop.scratch))
    wanted, report = folder / "requirements.txt", folder / "report.json"
    wanted.write_text("".join(f"{each}\n" for each in question.requirements), encoding="utf-8")
    words = (
        *("install", "--dry-run", "--ignore-installed", "--report", str(report), "--only-binary", ":all:"),
        *("--uploaded-prior-to", question.day.isoformat(), *remote.pip_options),
        *("--requirement", str(wanted)),
    )
    finished = pip_copy.ask(remote, words, log)
    if finished.status != 0 or not report.is_file():
        return ()
    found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return tuple(Distribution(each["metadata"]["name"], each["metadata"]["version"]) for each in found)


def _written(file: Path) -> date | None:
    """Give the day on which a file was written; nothing for a folder, and for what was given no true date."""
    try:
        told = file.lstat()
        day = datetime.fromtimestamp(told.st_mtime, timezone.utc).date()
    except (OSError, OverflowError, ValueError):
        # Gone since it was listed, or of a day that no calendar has.
        return None
    return day if stat.S_ISREG(told.st_mode) and day >= FIRST and day != DAY_OF_HATCH else None


def _committed(tree: Path, environ: Mapping[str, str]) -> date | None:
    try:
        return git.last_commit(tree, environ)
    except git.Unanswered:
        return None


def _remote(shop: Workshop) -> Workshop:
    """Leave out the places of this machine, which have no times of upload: pip would not hear them, and end."""
    pairs = enumerate(itertools.pairwise(shop.pip_options))
    gone = {index for index, (name, value) in pairs if name in PLACES and _is_local(value)}
    options = (each for index, each in enumerate(shop.pip_options) if index not in gone and index - 1 not in gone)
    return replace(shop, pip_options=tuple(options), environ={**shop.environ, **dict(_places(shop))})


def _places(shop: Workshop) -> Iterator[tuple[str, str]]:
    """Give pip's variables with those places only that are not on this machine, or one that has nothing.

    An empty value would let the configuration file speak.
    """
    nothing = Path(tempfile.mkdtemp(prefix="nothing-", dir=shop.scratch))
    said = pip_config.read(shop.environ, shop.target.prefix)
    for option in ("find-links", "extra-index-url"):
        name = f"PIP_{option.replace('-', '_').upper()}"
        places = (shop.environ.get(name) or said.get(option, "")).split()
        if any(map(_is_local, places)):
            yield name, " ".join(each for each in places if not _is_local(each)) or nothing.as_uri()


def _is_local(place: str) -> bool:
    return place.startswith(LOCAL) or "://" not in place
