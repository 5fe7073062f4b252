"""Read which distributions a folder of packages holds, and which modules each provides."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution as Metadata
from importlib.metadata import distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from safe_install.model import Distribution


def installed(folders: Iterable[Path]) -> tuple[Distribution, ...]:
    """Give each distribution once, as the first of the folders that has it does.

    Those whose metadata has no name or version (an interrupted uninstall) are left out.
    """
    found: dict[str, Distribution] = {}
    for metadata in _metadata(folders):
        name, version = metadata.metadata["Name"], metadata.metadata["Version"]
        if name and version:
            found.setdefault(canonicalize_name(name), Distribution(name, version, _modules(metadata)))
    return tuple(found[name] for name in sorted(found))


def pins(folders: Iterable[Path]) -> tuple[Distribution, ...]:
    """Give what `installed` does, without the modules: those take reading every RECORD."""
    found: dict[str, Distribution] = {}
    for metadata in _metadata(folders):
        name, version = metadata.metadata["Name"], metadata.metadata["Version"]
        if name and version:
            found.setdefault(canonicalize_name(name), Distribution(name, version))
    return tuple(found[name] for name in sorted(found))


def version_of(name: str, folders: Iterable[Path]) -> str | None:
    """Give the version of one distribution, `None` when it is not there."""
    found = distributions(name=name, path=[str(folder) for folder in folders])
    return next((metadata.metadata["Version"] for metadata in found if metadata.metadata["Version"]), None)


def from_an_index(folders: Iterable[Path]) -> tuple[Distribution, ...]:
    """Give the distributions that were installed by name, not from a folder or an address.

    A project that only lives on this machine may bear the name of a stranger's on the index (PEP 610
    tells them apart).
    """
    folders = tuple(folders)
    local = {
        canonicalize_name(metadata.metadata["Name"] or "")
        for metadata in _metadata(folders)
        if metadata.read_text("direct_url.json") is not None
    }
    return tuple(each for each in installed(folders) if canonicalize_name(each.name) not in local)


def importers(folders: Iterable[Path], files: Iterable[str]) -> tuple[str, ...]:
    """Give the canonical names of the distributions that own the files (absolute paths)."""
    wanted = {str(Path(file).resolve()) for file in files}
    owners = set()
    for metadata in _metadata(folders):
        root = Path(str(metadata.locate_file("")))
        if any(str((root / row).resolve()) in wanted for row in _files(metadata) if row.endswith((".py", ".so", ".pyd"))):
            owners.add(canonicalize_name(metadata.metadata["Name"] or ""))
    return tuple(sorted(owners - {canonicalize_name("")}))


def _metadata(folders: Iterable[Path]) -> Iterator[Metadata]:
    yield from distributions(path=[str(folder) for folder in folders])


def _files(metadata: Metadata) -> Iterator[str]:
    """Give the paths of RECORD (or of an egg's list), relative to the folder of packages."""
    text = metadata.read_text("RECORD")
    if text is not None:
        yield from (row[0] for row in csv.reader(text.splitlines()) if row)
        return
    listed = metadata.read_text("installed-files.txt")
    if listed is not None and hasattr(metadata, "_path"):
        folder = Path(metadata._path).name
        yield from (str(Path(folder, line)) for line in listed.splitlines())


def _modules(metadata: Metadata) -> tuple[str, ...]:
    """Give the top-level modules, from the files themselves: `top_level.txt` is optional and often stale."""
    tops = set()
    for path in _files(metadata):
        first, _, rest = path.partition("/")
        if first in {"..", "__pycache__"} or first.endswith((".dist-info", ".egg-info", ".data", ".pth")):
            continue
        if rest:
            tops.add(first)
        elif first.endswith((".py", ".so", ".pyd")):
            tops.add(first.partition(".")[0])
    listed = metadata.read_text("top_level.txt")
    if not tops and listed:
        tops.update(listed.split())
    return tuple(sorted(top for top in tops if top.isidentifier()))
