"""Ask the index, once a build was refused, which release of the same distribution needs none."""

from __future__ import annotations

import re
from typing import Final

from packaging.utils import InvalidSdistFilename, parse_sdist_filename
from packaging.version import InvalidVersion, Version

from safe_install.environment import pip_copy
from safe_install.environment.workshop import Workshop
from safe_install.kinds import Kind
from safe_install.model import Diagnosis
from safe_install.unbuilt import Unbuilt

_LISTED: Final = re.compile(r"^Available versions: (.+)$", re.MULTILINE)
_NOT_FOR_LISTS: Final = frozenset({"--prefer-binary"})
"""What `pip install` takes and `pip index` does not."""
_NONE: Final = "No matching distribution found"
_LONGEST: Final = 80
"""Letters of a name in the name of a file."""
_PATIENCE: Final = ("--retries", "1", "--timeout", "10")
_BEYOND: Final = frozenset({Kind.INDEX_UNREACHABLE, Kind.INDEX_DENIED, Kind.DISK_FULL, Kind.DELIBERATE_STUB})
"""Where no other release would help, or none can be asked for."""


def step(unbuilt: Unbuilt, diagnosis: Diagnosis, shop: Workshop) -> str:
    """Say which release of an sdist's distribution has a wheel for the target's Python; empty where none is known.

    The index is that of pip's configuration and of the command line. It is heard only when it lists the very release
    that could not be built: a distribution of the same name may be a stranger's.
    """
    if unbuilt.is_folder or diagnosis.kind in _BEYOND:
        return ""
    try:
        name, version = parse_sdist_filename(unbuilt.where.rpartition("/")[2])
    except (InvalidSdistFilename, InvalidVersion):
        # A repository, or an archive of one.
        return ""
    if version not in (versions(name, ("--pre", "--no-binary", name), shop) or ()):
        return ""
    best = max(versions(name, ("--only-binary", name), shop) or (), default=None)
    if best is None:
        return ""
    python = "{}.{}".format(*shop.target.python)
    return f"Or take {name} {best}, which has a wheel for Python {python}:\n  safe-install {name}=={best}"


def versions(name: str, formats: tuple[str, ...], shop: Workshop) -> tuple[Version, ...] | None:
    """Give the versions that the index has for the target's Python in some format; `None` when it does not answer."""
    options = (each for each in shop.pip_options if each not in _NOT_FOR_LISTS)
    words = ("index", "versions", *_PATIENCE, *options, *formats, name)
    finished = pip_copy.ask(shop, words, shop.run_dir / f"releases-{name[:_LONGEST]}.log")
    if finished.status != 0:
        return () if _NONE in finished.output else None
    listed = _LISTED.search(finished.output)
    return tuple(map(Version, listed[1].split(", "))) if listed else None
