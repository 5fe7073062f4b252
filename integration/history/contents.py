"""Read what a wheel offers to those who import it: its modules and their names, from the sources, unexecuted."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from history.names import Names, Sources, names_in

_NO_INTERFACE: Final = frozenset({"_vendor", "_vendored_packages", "vendored", "tests", "test", "testing", "__main__"})
"""Packages that are somebody else's, or nobody's business."""
_COMPILED: Final = (".so", ".pyd")
_C_COMMENT: Final = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


@dataclass(frozen=True)
class Contents:
    """The modules of a release, and the public names of each whose source is there."""

    modules: frozenset[str]
    names: Mapping[str, Names]

    def has(self, module: str, name: str) -> bool:
        """Tell whether a name may be had of a module; of a compiled one nobody knows."""
        if module not in self.names or f"{module}.{name}" in self.modules:
            return module in self.modules
        return self.names[module].may_have(name)


def contents_of(wheel: Path, roots: tuple[str, ...], private: tuple[str, ...], skipped: tuple[str, ...]) -> Contents:
    """Read a wheel: the public modules below its roots, and those private ones that are named."""
    with zipfile.ZipFile(wheel) as archive:
        files = {module: name for name in archive.namelist() if (module := _module(name))}
        packages = {module for module, name in files.items() if name.endswith("/__init__.py")}
        below = {module for module in files if _is_below(module, roots) and not _is_below(module, skipped)}
        wanted = {module for module in below if _is_public(module, private, packages)}
        sources = Sources({name: archive.read(file) for name, file in files.items() if file.endswith(".py")})
    read = {module: names for module in wanted if (names := names_in(module, sources, packages))}
    return Contents(frozenset(wanted), read)


def with_headers(contents: Contents, wheel: Path, roots: tuple[str, ...], pattern: str) -> Contents:
    """Add what the C headers offer that are included as `<root/….h>`: they count as one module `root/*.h`."""
    names: dict[str, Names] = {}
    with zipfile.ZipFile(wheel) as archive:
        for root in roots if pattern else ():
            files = [name for name in archive.namelist() if PurePosixPath(name).match(f"include/{root}/*.h")]
            texts = (_C_COMMENT.sub("", archive.read(file).decode("utf-8", "replace")) for file in files)
            found = frozenset(name for text in texts for name in re.findall(rf"\b(?:{pattern})\b", text))
            names[f"{root}/*.h"] = Names(found, None)
    return Contents(contents.modules | names.keys(), {**contents.names, **names})


def _module(file: str) -> str:
    """Give the module that a file of a wheel is, or nothing."""
    path = PurePosixPath(file)
    if path.parts[0].endswith((".data", ".dist-info", ".libs")):
        return ""
    stem = path.name.partition(".")[0] if path.suffix in _COMPILED else path.stem if path.suffix == ".py" else ""
    parts = path.parent.parts if stem == "__init__" else (*path.parent.parts, stem)
    return ".".join(parts) if stem and all(part.isidentifier() for part in parts) else ""


def _is_public(module: str, private: tuple[str, ...], packages: set[str]) -> bool:
    parts = module.split(".")
    parents = {".".join(parts[: length + 1]) for length in range(len(parts))}
    if any(each.rpartition(".")[2] in _NO_INTERFACE for each in parents & packages) or parts[-1] == "__main__":
        return False
    hidden = [each for each in parents if each.rpartition(".")[2].startswith("_")]
    return all(each in private for each in hidden)


def _is_below(module: str, roots: tuple[str, ...]) -> bool:
    return any(module == root or module.startswith(f"{root}.") for root in roots)
