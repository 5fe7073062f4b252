"""Get the releases of a distribution as wheels, through pip as it is configured; nothing is installed or run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.version import Version

from history.contents import Contents, contents_of, with_headers

PYTHONS: Final = ("3.9", "3.12", "3.14")
"""The Pythons whose wheels are read: of each release the first that has one."""
_NONE: Final = "No matching distribution found"
_PLATFORMS: Final = (
    "manylinux1",
    "manylinux2010",
    "manylinux2014",
    "manylinux_2_17",
    "manylinux_2_27",
    "manylinux_2_28",
)


@dataclass(frozen=True)
class Asked:
    """A row of `distributions.toml`."""

    distribution: str
    roots: tuple[str, ...]
    """The top-level modules that are the distribution's interface."""
    since: str
    """The oldest release that is read."""
    private: tuple[str, ...] = ()
    """Modules with an underscore that projects use all the same."""
    skipped: tuple[str, ...] = ()
    """Modules that are left out, with all that is in them."""
    known_as: Mapping[str, str] | None = None
    """Modules that are also imported under another name."""
    pythons: tuple[str, ...] = PYTHONS
    headers: str = ""
    """A pattern of the names that are the interface of its C headers; empty: it has none."""


class Shelf:
    """The releases of one distribution, each read when it is first asked for."""

    def __init__(self, asked: Asked, kept: Path | None = None) -> None:
        self._asked = asked
        self._kept = kept
        self._wheels = _listed(asked)
        self._read: dict[Version, Contents] = {}

    @property
    def versions(self) -> tuple[Version, ...]:
        """Give the releases that have a wheel, the oldest first."""
        return tuple(sorted(self._wheels))

    def read(self, version: Version) -> Contents:
        """Give what a release has."""
        if version not in self._read:
            name = f"{self._asked.distribution}-{version}"
            with tempfile.TemporaryDirectory() as scratch:
                folder = (self._kept or Path(scratch)) / name
                found = [*folder.glob("*.whl")]
                wheel = (
                    found[0] if found else _download(self._asked.distribution, version, self._wheels[version], folder)
                )
                contents = contents_of(wheel, self._asked.roots, self._asked.private, self._asked.skipped)
                self._read[version] = with_headers(contents, wheel, self._asked.roots, self._asked.headers)
        return self._read[version]


def _listed(asked: Asked) -> dict[Version, str]:
    """Give the releases, and for each the Python whose wheel is to be read."""
    found: dict[Version, str] = {}
    for python in asked.pythons:
        done = _pip("index", "versions", "--json", *_for(python), asked.distribution)
        if done.returncode and _NONE not in done.stderr:
            raise LookupError(f"{asked.distribution}: {done.stderr}")
        listed = json.loads(done.stdout)["versions"] if done.returncode == 0 else []
        for version in map(Version, listed):
            if version >= Version(asked.since) and not version.is_prerelease:
                found.setdefault(version, python)
    if not found:
        raise LookupError(f"{asked.distribution}: no release with a wheel is on the index")
    return found


def _download(distribution: str, version: Version, python: str, folder: Path) -> Path:
    done = _pip("download", "-q", "--no-deps", *_for(python), "-d", str(folder), f"{distribution}=={version}")
    if done.returncode:
        raise LookupError(f"{distribution} {version}: {done.stderr}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def _for(python: str) -> list[str]:
    platforms = [option for each in _PLATFORMS for option in ("--platform", f"{each}_x86_64")]
    return ["--only-binary", ":all:", "--ignore-requires-python", "--python-version", python, *platforms]


def _pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "pip", *arguments], capture_output=True, text=True, check=False)
