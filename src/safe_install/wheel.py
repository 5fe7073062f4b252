"""Tell whether a wheel is one that pip would install."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

try:
    from lzma import LZMAError
except ImportError:
    # A Python built without it says NotImplementedError.
    LZMAError = zipfile.BadZipFile  # type: ignore[assignment,misc]

UNREADABLE: Final = (
    *(zipfile.BadZipFile, zlib.error, LZMAError, OSError, EOFError),
    # Encrypted, or compressed in a way unknown (RuntimeError's NotImplementedError); names that cannot be.
    *(RuntimeError, ValueError, OverflowError),
)
"""What `zipfile` raises for an archive, or a member, that cannot be read."""
KNOWN_FORMAT: Final = 1
"""The newest major Wheel-Version that there is (PEP 427)."""


@dataclass(frozen=True)
class Contents:
    """What a good wheel says of itself."""

    name: str
    version: str
    requires: tuple[str, ...]


def inspect(path: Path) -> Contents | str:
    """Read a wheel's metadata; give what is wrong in words when pip would refuse it.

    Checked are the file's name, the archive, the three files of `.dist-info` and, in METADATA, what
    pip needs: Metadata-Version, Name, Version, Requires-Dist (binary distribution format, core
    metadata). Requires-Python is not: pip ignores one that it cannot read.
    """
    try:
        name, version, _, _ = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as archive:
            folder = _dist_info(archive, name)
            wheel = Parser().parsestr(archive.read(f"{folder}/WHEEL").decode("utf-8"))
            metadata = Parser().parsestr(archive.read(f"{folder}/METADATA").decode("utf-8"))
            archive.getinfo(f"{folder}/RECORD")
    except InvalidWheelFilename as error:
        return str(error)
    except LookupError as error:
        return f"{path.name}: {error.args[0]}"
    except UNREADABLE as error:
        return f"{path.name} is not a readable archive: {error}"
    return _format(wheel) or _metadata(metadata, name, version)


def is_compiled(path: Path) -> bool:
    """Tell whether a good wheel holds extension modules."""
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith((".so", ".pyd")) for name in archive.namelist())


def _dist_info(archive: zipfile.ZipFile, name: str) -> str:
    tops = {member.partition("/")[0] for member in archive.namelist()}
    found = sorted(top for top in tops if top.endswith(".dist-info"))
    if len(found) != 1:
        raise LookupError(f"it has {len(found)} .dist-info folders, and must have one")
    if not canonicalize_name(found[0]).startswith(name):
        raise LookupError(f"its {found[0]} is that of another distribution than {name}")
    return found[0]


def _format(wheel: Message) -> str | None:
    version = str(wheel.get("Wheel-Version", "")).strip()
    try:
        major, *_ = (int(part) for part in version.split("."))
        if major <= KNOWN_FORMAT:
            return None
    except ValueError:
        # No version at all.
        pass
    return f"Wheel-Version is {version!r}, and {KNOWN_FORMAT}.x is what installers know"


def _metadata(metadata: Message, name: str, version: Version) -> Contents | str:
    told_name, told_version = str(metadata.get("Name", "")).strip(), str(metadata.get("Version", "")).strip()
    requires = tuple(str(each).strip() for each in metadata.get_all("Requires-Dist", []))
    try:
        Version(str(metadata.get("Metadata-Version", "")).strip())
        if canonicalize_name(told_name) != name:
            return f"METADATA has Name {told_name!r}, the file's name says {name!r}"
        if Version(told_version) != version:
            return f"METADATA has Version {told_version!r}, the file's name says {str(version)!r}"
        for requirement in requires:
            Requirement(requirement)
    except InvalidVersion as error:
        return f"METADATA has an invalid Version or Metadata-Version: {error}"
    except InvalidRequirement as error:
        return f"METADATA has an invalid Requires-Dist: {error}".splitlines()[0]
    except RecursionError:
        # Older releases of packaging set no limit of their own to nested markers.
        return "METADATA has an invalid Requires-Dist: its marker is nested too deep"
    return Contents(told_name, told_version, requires)
