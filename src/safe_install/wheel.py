"""Tell whether a wheel is one that pip would install."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version


@dataclass(frozen=True)
class Contents:
    """What a good wheel says of itself."""

    name: str
    version: str
    requires: tuple[str, ...]


def inspect(path: Path) -> Contents | str:
    """Read a wheel's metadata; give what is wrong in words when pip would refuse it.

    Checked are the file's name, the archive, the three files of `.dist-info` and, in METADATA, what
    pip needs: Name, Version, Requires-Dist, Requires-Python (binary distribution format, core metadata).
    """
    try:
        name, version, _, _ = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as archive:
            folder = _dist_info(archive, name)
            wheel = BytesParser().parsebytes(archive.read(f"{folder}/WHEEL"))
            metadata = BytesParser().parsebytes(archive.read(f"{folder}/METADATA"))
            archive.getinfo(f"{folder}/RECORD")
    except InvalidWheelFilename as error:
        return str(error)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
        return f"{path.name} is not a readable archive: {error}"
    except (KeyError, LookupError) as error:
        return f"{path.name}: {error.args[0]}"
    return _format(wheel) or _metadata(metadata, name, version)


def _dist_info(archive: zipfile.ZipFile, name: str) -> str:
    tops = {member.partition("/")[0] for member in archive.namelist()}
    found = sorted(top for top in tops if top.endswith(".dist-info"))
    if len(found) != 1:
        raise LookupError(f"it has {len(found)} .dist-info folders, and must have one")
    if canonicalize_name(found[0].removesuffix(".dist-info").rpartition("-")[0]) != name:
        raise LookupError(f"its {found[0]} is that of another distribution than {name}")
    return found[0]


def _format(wheel: Message) -> str | None:
    version = str(wheel.get("Wheel-Version", "")).strip()
    if not version.startswith("1."):
        return f"Wheel-Version is {version!r}, and 1.x is what installers know"
    return None


def _metadata(metadata: Message, name: str, version: Version) -> Contents | str:
    told_name, told_version = str(metadata.get("Name", "")).strip(), str(metadata.get("Version", "")).strip()
    requires = tuple(str(each) for each in metadata.get_all("Requires-Dist", []))
    try:
        if canonicalize_name(told_name) != name:
            return f"METADATA has Name {told_name!r}, the file's name says {name!r}"
        if Version(told_version) != version:
            return f"METADATA has Version {told_version!r}, the file's name says {str(version)!r}"
        SpecifierSet(str(metadata.get("Requires-Python", "")))
        for requirement in requires:
            Requirement(requirement)
    except InvalidVersion:
        return f"METADATA has an invalid Version: {told_version!r}"
    except InvalidSpecifier as error:
        return f"METADATA has an invalid Requires-Python: {error}"
    except InvalidRequirement as error:
        return f"METADATA has an invalid Requires-Dist: {error}".splitlines()[0]
    return Contents(told_name, told_version, requires)
