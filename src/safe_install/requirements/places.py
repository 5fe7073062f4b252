"""Tell which place (a folder, an archive, an address) a requirement names, if it names one."""

# os.path says "no" where pathlib raises: names too long, folders that cannot be searched.

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

ARCHIVES: Final = (
    *(".whl", ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz"),
    *(".tar.xz", ".txz", ".tar.lzma", ".tlz"),
)
"""Endings by which pip takes a file for a wheel or an sdist."""
SYSTEMS: Final = ("git", "hg", "svn", "bzr")
"""The version control systems that pip knows."""

_EXTRAS: Final = re.compile(r"(?P<path>.+?)\s*(?P<extras>\[[^\]]+\])", re.DOTALL)
# Two letters at least: C:\ is a drive.
_URL: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]+):", re.IGNORECASE)
_EGG: Final = re.compile(r"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True)
class Place:
    """What a requirement says, when it names a place."""

    where: str
    """An absolute path, or an address without its fragment."""
    is_folder: bool = False
    """Whether it is a folder of this machine."""
    name: str = ""
    """The distribution's name, where the requirement says it (`name @ …`, `#egg=`)."""
    extras: str = ""
    """As they are written, with the brackets."""
    marker: str = ""
    """With its semicolon."""
    address: str = ""
    """The address as it was written, with its fragment, or the path as one."""


@dataclass(frozen=True)
class StandIns:
    """What is handed to pip instead of what was asked for."""

    wheels: Mapping[str, Path] = field(default_factory=dict)
    """The proven wheel of a place."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The distribution's name of a place: only with it pip looks into its cache."""

    def instead(self, place: Place) -> str | None:
        """Write the requirement that stands in for a place, if one does."""
        wheel = self.wheels.get(place.where)
        if wheel is not None and place.name:
            return f"{place.name}{place.extras} @ {wheel.as_uri()}{_spaced(place.marker)}"
        if wheel is not None:
            return f"{wheel}{place.extras}{_spaced(place.marker)}"
        name = self.names.get(place.where)
        if name is None or place.name:
            return None
        return f"{name}{place.extras} @ {place.address}{_spaced(place.marker)}"


def read(text: str, *, editable: bool, directory: Path) -> Place | None:
    """Give the place that a requirement names, as pip reads it; `None` when it names none.

    A path is what has a separator or a dot in front, and after `-e` any folder's name; it is taken to
    be relative to `directory`. What is not there is no place: pip says so.
    """
    text = text.strip()
    direct = _direct(text, directory)
    if direct is not None:
        return direct
    body, marker = _marker(text, editable)
    found = _EXTRAS.fullmatch(body)
    path, extras = (found["path"], found["extras"]) if found else (body, "")
    address = _URL.match(path)
    if address and (address["scheme"].lower() == "file" or "//" in path or "+" in address["scheme"]):
        place = _of_address(path, directory, bare_vcs=editable)
    elif editable or _looks_like_path(path) or path.lower().endswith(ARCHIVES):
        place = _of_path(directory / path)
    else:
        return None
    return place and replace(place, extras=extras or place.extras, marker=marker)


def _direct(text: str, directory: Path) -> Place | None:
    """Read `name[extras] @ address ; marker` (PEP 508)."""
    if "@" not in text:
        return None
    # Only for what may be one: importing it is not free.
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    if requirement.url is None:
        return None
    place = _of_address(requirement.url, directory)
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = f"; {requirement.marker}" if requirement.marker else ""
    return place and replace(place, name=requirement.name, extras=extras, marker=marker)


def _marker(text: str, editable: bool) -> tuple[str, str]:
    """Split a marker off; an address needs a blank behind the semicolon, and pip takes none after `-e`."""
    separator = "; " if _URL.match(text) else ";"
    body, found, marker = text.partition(separator)
    return (text, "") if editable or not found else (body.strip(), f"; {marker.strip()}")


def _of_address(url: str, directory: Path, *, bare_vcs: bool = False) -> Place | None:
    # Only for URLs: importing these costs more than all that --help needs.
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    try:
        parts = urlsplit(url)
    except ValueError:
        # pip has the words for it.
        return None
    plain, egg = url.partition("#")[0], _EGG.search(url)
    name = egg[1] if egg else ""
    if parts.scheme != "file":
        if bare_vcs and parts.scheme in SYSTEMS:
            plain = f"{parts.scheme}+{plain}"
        return Place(plain, name=name, address=url)
    if parts.netloc not in {"", "localhost"}:
        return None
    place = _of_path(directory / url2pathname(parts.path))
    return place and replace(place, name=name, address=place.address if place.is_folder else url)


def _of_path(path: Path) -> Place | None:
    # As pip makes paths absolute: symbolic links stay as they are written.
    whole = os.path.normpath(os.path.abspath(path))
    if os.path.isdir(whole):
        return Place(whole, is_folder=True, address=Path(whole).as_uri())
    return Place(whole, address=Path(whole).as_uri()) if os.path.isfile(whole) else None


def _looks_like_path(text: str) -> bool:
    return text.startswith(".") or any(mark in text for mark in (os.path.sep, os.path.altsep) if mark)


def _spaced(marker: str) -> str:
    return f" {marker}" if marker else ""
