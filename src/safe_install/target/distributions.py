"""Read which distributions a folder of packages holds, and which modules each provides."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import Distribution as Metadata
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

from safe_install.model import Distribution

SOURCES: Final = ("pyproject.toml", "setup.py", "setup.cfg")
"""What only a source tree has."""


def installed(folders: Iterable[Path]) -> tuple[Distribution, ...]:
    """Give each distribution once, as the first of the folders that has it does.

    Those whose metadata has no name or version (an interrupted uninstall) are left out.
    """
    found: dict[str, Distribution] = {}
    for metadata, name, version in _named(folders):
        if canonicalize_name(name) not in found:
            found[canonicalize_name(name)] = Distribution(name, version, _modules(metadata))
    return tuple(found[name] for name in sorted(found))


def pins(folders: Iterable[Path]) -> tuple[Distribution, ...]:
    """Give what `installed` does, without the modules: those take reading every RECORD."""
    found: dict[str, Distribution] = {}
    for _, name, version in _named(folders):
        found.setdefault(canonicalize_name(name), Distribution(name, version))
    return tuple(found[name] for name in sorted(found))


def from_an_index(folders: Iterable[Path]) -> tuple[Distribution, ...]:
    """Give the distributions that were installed by name, not from a folder or an address.

    A project that only lives on this machine may bear the name of a stranger's on the index. PEP 610
    tells them apart, and so does the source tree that a `setup.py develop` puts on the path.
    """
    folders = tuple(folders)
    local = {
        canonicalize_name(_name(metadata))
        for metadata in _metadata(folders)
        if metadata.read_text("direct_url.json") is not None or _in_a_source_tree(metadata)
    }
    return tuple(each for each in installed(folders) if canonicalize_name(each.name) not in local)


def importers(folders: Iterable[Path], files: Iterable[str]) -> tuple[str, ...]:
    """Give the canonical names of the distributions that own the files (absolute paths)."""
    wanted = {str(Path(file).resolve()) for file in files}
    owners = set()
    for metadata in _metadata(folders):
        root = Path(str(metadata.locate_file("")))
        code = (row for row in _files(metadata) if row.endswith((".py", ".so", ".pyd")))
        if any(str((root / row).resolve()) in wanted for row in code):
            owners.add(canonicalize_name(_name(metadata)))
    return tuple(sorted(owners - {""}))


def _metadata(folders: Iterable[Path]) -> Iterator[Metadata]:
    for metadata in distributions(path=[str(folder) for folder in folders]):
        # What an interrupted uninstall of pip's leaves is whole, but for its name.
        if not Path(str(getattr(metadata, "_path", ""))).name.startswith("~"):
            yield metadata


def _named(folders: Iterable[Path]) -> Iterator[tuple[Metadata, str, str]]:
    for metadata in _metadata(folders):
        name, version = _name(metadata), _field(metadata, "Version")
        if name and version:
            yield metadata, name, version


def _name(metadata: Metadata) -> str:
    return _field(metadata, "Name")


def _field(metadata: Metadata, field: str) -> str:
    # Asking for one that is absent is deprecated, and `get` is no part of the protocol before 3.12.
    return metadata.metadata[field] if field in metadata.metadata else ""  # noqa: SIM401


def _in_a_source_tree(metadata: Metadata) -> bool:
    folder = Path(str(metadata.locate_file("")))
    trees = (folder, folder.parent) if folder.name == "src" else (folder,)
    return any((tree / file).exists() for tree in trees for file in SOURCES)


def _files(metadata: Metadata) -> Iterator[str]:
    """Give the paths of RECORD (or of an egg's list), relative to the folder of packages."""
    text = metadata.read_text("RECORD")
    if text is not None:
        with suppress(csv.Error):
            # Whoever wrote a row that is none wrote no RECORD; what stands before it counts.
            yield from (row[0] for row in csv.reader(io.StringIO(text, newline="")) if row)
        return
    listed = metadata.read_text("installed-files.txt")
    if listed is not None and hasattr(metadata, "_path"):
        folder = Path(metadata._path).name
        yield from (os.path.normpath(os.path.join(folder, line)) for line in listed.splitlines())


def _modules(metadata: Metadata) -> tuple[str, ...]:
    """Give the top-level modules, from the files themselves: `top_level.txt` is optional and often stale."""
    tops = set()
    for path in _files(metadata):
        first, _, rest = path.partition("/")
        if first in {"..", "__pycache__"} or first.startswith("__editable__"):
            continue
        if first.endswith((".dist-info", ".egg-info", ".data", ".pth")):
            continue
        if rest:
            tops.add(first)
        elif first.endswith((".py", ".so", ".pyd")):
            tops.add(first.partition(".")[0])
    listed = metadata.read_text("top_level.txt")
    if not tops and listed:
        tops.update(listed.split())
    return tuple(sorted(top for top in tops if top.isidentifier()))
