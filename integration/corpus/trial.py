"""Try one sdist: pip first, then the tool, each into an environment and with a cache of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name
from packaging.version import Version

from corpus.effort import Step, steps_of
from corpus.manifest import Row
from events import Story
from fingerprint import differences, fingerprint
from workplace import SECONDS, Workplace

GENERATED: Final = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
"""What an installer writes into `.dist-info`: it tells of the install, not of the wheel."""
_FACTS: Final = Path(__file__).with_name("facts.py")


@dataclass(frozen=True)
class _Facts:
    """What an environment knows of a distribution."""

    files: dict[str, str]
    """Each file's path, from the folder of modules, with its hash."""
    absent: tuple[str, ...]
    """Its top-level modules that cannot be found."""


@dataclass(frozen=True)
class Plain:
    """What `pip wheel` did."""

    status: int | None
    """Its exit status; `None` when it was ended for taking too long."""
    seconds: float


@dataclass(frozen=True)
class Tried:
    """What the tool did."""

    installed: bool
    attempts: int
    """At least one: what pip has built without being helped was built once."""
    seconds: float
    diagnoses: tuple[tuple[str, str], ...] = ()
    """Kind and subject of each failed attempt, and last, when it was refused, of the one that was told."""
    changes: tuple[str, ...] = ()
    """What was proven to be needed."""
    steps: tuple[Step, ...] = ()
    """The attempts with a remedy."""
    problem: str = ""
    """Why it is wrong, whatever was expected: something was installed that is not right, or left behind."""


def tried(row: Row, sdist: Path, interpreter: Path, root: Path) -> tuple[Plain, Tried]:
    """Build a row's sdist with `pip wheel --no-deps`, then install it with the tool; `root` is for this row alone.

    Caches are kept beside `root`, for downloads only: what was built there before would not be built again.
    """
    root.mkdir()
    theirs, ours = Workplace(root / "pip", interpreter), Workplace(root / "safe-install", interpreter)
    plain = _plain(theirs, sdist, _emptied(root.parent / "cache-of-pip"))
    shutil.rmtree(root.parent / "xdg" / "safe-install" / "wheels", ignore_errors=True)
    ours.root.mkdir()
    ours.make_target()
    before = fingerprint(ours.target)
    caches = {"PIP_CACHE_DIR": str(_emptied(root.parent / "cache")), "XDG_CACHE_HOME": str(root.parent / "xdg")}
    began = time.monotonic()
    try:
        run = ours.safe_install("--no-deps", sdist, **caches)
    except (subprocess.TimeoutExpired, AssertionError) as error:
        # It hangs, or its events are not what they must be.
        why = f"not at its end after {SECONDS} s" if isinstance(error, subprocess.TimeoutExpired) else str(error)
        return plain, Tried(False, 1, time.monotonic() - began, problem=why)
    seconds = time.monotonic() - began
    (ours.root / "stderr.txt").write_text(run.stderr, encoding="utf-8")
    if run.status == 0:
        problem = _faults(row, sdist, ours) or (_unlike(row, ours, theirs) if row.status == "healthy" else "")
    else:
        problem = ", ".join(differences(before, fingerprint(ours.target))[:3])
    story = run.story
    told = (_diagnoses(story), _changes(story), steps_of(story))
    return plain, Tried(run.status == 0, max(1, story.attempts), seconds, *told, problem)


def _emptied(cache: Path) -> Path:
    """Take the wheels out of a cache of pip's that it has built itself."""
    shutil.rmtree(cache / "wheels", ignore_errors=True)
    return cache


def _plain(place: Workplace, sdist: Path, cache: Path) -> Plain:
    place.root.mkdir()
    place.make_target()
    command = place.pip_command("wheel", "--no-deps", "--wheel-dir", place.root / "wheels", sdist)
    environ = place.environment(PIP_CACHE_DIR=str(cache))
    began = time.monotonic()
    with (place.root / "output.txt").open("wb") as output:
        try:
            done = subprocess.run(
                command, cwd=place.root, env=environ, stdout=output, stderr=output, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return Plain(None, time.monotonic() - began)
    return Plain(done.returncode, time.monotonic() - began)


def _diagnoses(story: Story) -> tuple[tuple[str, str], ...]:
    failed = [event["diagnosis"] for event in story.named("attempt.failed")]
    failed += [advice["diagnosis"] for advice in story.last["advice"] if advice["diagnosis"]]
    return tuple(dict.fromkeys((each["kind"], each["subject"]) for each in reversed(failed)))[::-1]


def _changes(story: Story) -> tuple[str, ...]:
    return tuple(change for event in story.named("remedy.proven") for change in event["changes"])


def _faults(row: Row, sdist: Path, place: Workplace) -> str:
    """Tell what is wrong with what was installed: `pip show` knows it, and its top-level modules are there."""
    shown = place.pip("show", row.name)
    told = dict(line.split(": ", 1) for line in shown.stdout.splitlines() if ": " in line)
    if shown.returncode != 0 or canonicalize_name(told["Name"]) != canonicalize_name(row.name):
        return f"pip show does not know {row.name}"
    if Version(told["Version"]) != Version(row.version):
        return f"pip show says version {told['Version']}"
    told_of = _told_tops(sdist)
    absent = set(_facts(row, place).absent)
    lost = set(_facts(row, place, *told_of).absent)
    if told_of and lost >= set(told_of):
        # Some may be for another Python only (future has some for Python 2), but not all.
        absent |= lost
    return f"top-level modules are absent: {', '.join(sorted(absent))}" if absent else ""


def _told_tops(sdist: Path) -> tuple[str, ...]:
    """Give the top-level modules that an sdist's own metadata names, as setuptools writes it."""
    end = ".egg-info/top_level.txt"
    if tarfile.is_tarfile(sdist):
        with tarfile.open(sdist) as archive:
            members = [each for each in archive.getmembers() if each.name.endswith(end)]
            opened = archive.extractfile(members[0]) if len(members) == 1 else None
            text = opened.read() if opened else b""
    else:
        with zipfile.ZipFile(sdist) as zipped:
            names = [name for name in zipped.namelist() if name.endswith(end)]
            text = zipped.read(names[0]) if len(names) == 1 else b""
    return tuple(line.strip() for line in text.decode().splitlines() if line.strip().isidentifier())


def _unlike(row: Row, ours: Workplace, theirs: Workplace) -> str:
    """Tell what a wheel of pip's has other than ours: names, and hashes where a build gives the same twice."""
    wheel = next((theirs.root / "wheels").glob("*.whl"), None)
    if wheel is None:
        return "pip wheel built nothing to compare it with"
    theirs.pip("install", "--no-deps", "--no-index", wheel)
    mine, pips = _content(row, ours), _content(row, theirs)
    unlike = sorted(name for name in mine.keys() | pips.keys() if mine.get(name) != pips.get(name))
    return f"not as pip's wheel has it: {', '.join(unlike[:3])}" if unlike else ""


def _content(row: Row, place: Workplace) -> dict[str, str]:
    return {
        # Scripts name their environment, and what a compiler makes names the folder that it was made in.
        name: "" if name.startswith("../") or name.endswith((".so", ".a")) else digest
        for name, digest in _facts(row, place).files.items()
        if "__pycache__" not in name and not (".dist-info/" in name and name.rpartition("/")[2] in GENERATED)
    }


def _facts(row: Row, place: Workplace, *modules: str) -> _Facts:
    command = [str(place.python), "-I", "-B", str(_FACTS), row.name, *modules]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return _Facts({}, (f"{row.name} itself ({done.stderr.strip()[-200:]})",))
    told = json.loads(done.stdout)
    return _Facts(dict(map(tuple, told["files"])), tuple(told["absent"]))
