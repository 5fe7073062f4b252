"""Read a source tree, without running anything of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

from safe_install import git, sources
from safe_install.declared import build_system, metadata, setup_files
from safe_install.errors import NotText, ProjectUnreadable
from safe_install.model import METADATA, Mention, Project

NOT_SOURCE: Final = frozenset(
    {".git", ".hg", ".svn", ".bzr", "node_modules", "__pycache__", ".tox", ".nox", ".venv", "venv"}
)
"""Folders in which nothing of the project's own is looked for."""
BUILD_TREES: Final = ("bdist.", "lib.", "temp.", "scripts-", "__editable__")
"""What setuptools' folders inside `build/` begin with, besides `lib` itself."""
BUILD_MARKS: Final = ("CMakeCache.txt", "build.ninja", "meson-private", ".ninja_log")
"""What CMake and Meson leave in a folder that they build in."""


def read(path: Path, environ: Mapping[str, str]) -> Project:
    """Read a project, and ask version control which leftovers of earlier builds are its own files.

    Raises what `declared` raises.
    """
    return replace(declared(path), artefacts=_artefacts(path, environ))


def declared(path: Path) -> Project:
    """Read what a project declares; no process is started for it, and its artefacts are left out.

    Raises ProjectUnreadable when there is neither `pyproject.toml` nor `setup.py`, or the former
    cannot be read as text. A table that is wrong is no error: it is in the project's `system`.
    """
    text = _pyproject(path)
    has_setup_py = _is_file(path / "setup.py")
    if text is None and not has_setup_py:
        raise ProjectUnreadable(
            f"{path} is not a Python project: it has neither pyproject.toml nor setup.py",
            "name the project's own folder",
        )
    reading = build_system.parse(text, has_setup_py=has_setup_py)
    static = setup_files.read(text_of(path / "setup.py"), text_of(path / "setup.cfg"))
    released = metadata.read(text_of(path / METADATA) or "")
    name = reading.name or static.name or released.name
    homes = tuple(_homes(path))
    own = {".", "src", *map(os.path.normpath, reading.backend_path)}
    own_homes = [(module, home) for module, home in homes if home in own]
    return Project(
        path=path,
        system=reading.system,
        text=text,
        name=name,
        has_setup_py=has_setup_py,
        names_backend=reading.names_backend,
        has_table=reading.has_table,
        oddities=reading.oddities,
        tools=reading.tools,
        mentions=(
            *reading.mentions,
            *static.mentions,
            *_requirement_files(path),
            *released.mentions,
            *_built(path, name),
        ),
        modules=frozenset(module for module, _ in own_homes),
        homes=homes,
        sources=sources.read(path, own_homes),
        submodules=sources.submodules(path, own_homes),
    )


def _pyproject(path: Path) -> str | None:
    file = path / "pyproject.toml"
    if not os.path.lexists(file):
        return None
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            # A FIFO would be waited for.
            raise ProjectUnreadable(f"{file} is not a file", "it must be a readable file")
        data = file.read_bytes()
        if data.startswith(b"\xef\xbb\xbf"):
            message = f"{file} begins with a byte order mark, which TOML does not allow"
            raise NotText(message, "save it as UTF-8 without BOM", file)
        # Not read_text: newlines stay as they are, for the patch.
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8")) + 1
        message = f"{file} is not UTF-8: line {line}, byte {error.start}"
        raise NotText(message, "save it as UTF-8", file, line, column) from error
    except OSError as error:
        raise ProjectUnreadable(f"{file} cannot be read: {error.strerror}", "it must be a readable file") from error


def text_of(file: Path) -> str | None:
    """Give a file's text, undecodable bytes replaced; nothing where there is none that can be read."""
    try:
        return file.read_bytes().decode("utf-8", "replace") if _is_file(file) else None
    except OSError:
        # Unreadable: the build will say so where it matters.
        return None


def _is_file(path: Path) -> bool:
    """Tell whether something is a file, and not hidden in a folder that is somebody else's."""
    return os.path.isfile(path)


def _requirement_files(path: Path) -> Iterator[Mention]:
    for file in sorted([*path.glob("*requirements*.txt"), *path.glob("requirements/*.txt")]):
        text = text_of(file)
        if text is not None:
            yield from setup_files.requirement_lines(text, str(file.relative_to(path)))


def _built(path: Path, name: str | None) -> Iterator[Mention]:
    """Give the requirements that setuptools has written beside the metadata of an earlier build, or of the sdist."""
    for file in sorted([*path.glob("*.egg-info/requires.txt"), *path.glob("src/*.egg-info/requires.txt")]):
        if name is None or canonicalize_name(file.parent.stem) == canonicalize_name(name):
            text = sources.text_of(file)
            yield from metadata.requires(text or "", file.relative_to(path).as_posix())


def _homes(path: Path) -> Iterator[tuple[str, str]]:
    """Give the modules in the root and in the folders right below it."""
    folders = [path, *(folder for folder in _folders(path) if folder.name not in NOT_SOURCE)]
    for folder in folders:
        home = str(folder.relative_to(path))
        for name in _modules(folder):
            yield name, home


def _folders(path: Path) -> list[Path]:
    return [Path(entry.path) for entry in entries(path) if entry.is_dir(follow_symlinks=False)]


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """Give what is in a folder, by name; nothing of one that cannot be read."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        # A folder of somebody else's: nothing of the project's is in it.
        return []


def _modules(folder: Path) -> Iterator[str]:
    for entry in entries(folder):
        if entry.name.endswith(".py") and entry.name not in {"setup.py", "__init__.py", "conftest.py"}:
            yield entry.name.removesuffix(".py")
        elif entry.is_dir() and _is_file(Path(entry.path, "__init__.py")):
            yield entry.name


def _artefacts(path: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Give what earlier builds have left: proven generated by its content, and not under version control."""
    found = [entry for folder in (path, path / "src") for entry in _folders(folder) if _generated(entry)]
    names = [str(entry.relative_to(path)) for entry in found]
    return tuple(name for name in names if not _tracked(path, name, environ))


def _generated(folder: Path) -> bool:
    if folder.name.endswith(".egg-info"):
        return _is_file(folder / "PKG-INFO") and _is_file(folder / "SOURCES.txt")
    if folder.name == "_skbuild":
        return True
    if folder.name != "build":
        return False
    inside = entries(folder)
    return bool(inside) and all(
        entry.is_dir()
        and (
            entry.name == "lib"
            or entry.name.startswith(BUILD_TREES)
            or any(os.path.exists(os.path.join(entry.path, mark)) for mark in BUILD_MARKS)
        )
        for entry in inside
    )


def _tracked(path: Path, name: str, environ: Mapping[str, str]) -> bool:
    """Ask git whether it knows anything below a path; where it cannot be asked, everything may be."""
    try:
        return git.is_tracked(path, name, environ)
    except git.Unanswered:
        return True
