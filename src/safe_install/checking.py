"""Read what an inspection looks at: files of the tree, and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from safe_install import inspection, project
from safe_install.declared import build_system, python_source, setup_files
from safe_install.declared.places import Place
from safe_install.errors import NotText
from safe_install.inspection.table import meant_system
from safe_install.inspection.values import PYPROJECT, Finding, Folder, Script, Tree
from safe_install.kinds import Kind
from safe_install.model import BuildSystem, Project

_RUNS_SETUP_PY: Final = frozenset(
    {"setuptools", "pbr", "jupyter_packaging", "setuptools_reproducible", "scikit_build_core.setuptools"}
)
"""Packages whose backends run `setup.py`: setuptools', and those that are made of it."""


def check(path: Path) -> tuple[Finding, ...]:
    """Inspect a project; raises ProjectUnreadable when there is none, or it may not be read."""
    try:
        return inspection.inspect(_tree(path))
    except NotText as error:
        place = Place(error.line, error.column)
        message = error.message.removeprefix(f"{error.file} ")
        return (Finding(PYPROJECT, place, Kind.TOML_INVALID, f"{message}; {error.step}"),)


def _tree(path: Path) -> Tree:
    found = project.declared(path)
    system = meant_system(Tree(found))
    folders = tuple(_folder(path, written) for written in system.backend_path)
    scripts = tuple(_scripts(path, system, folders)) if isinstance(system, BuildSystem) else ()
    setup_py, setup_cfg = project.text_of(path / "setup.py"), project.text_of(path / "setup.cfg")
    return Tree(
        project=found,
        scripts=scripts,
        setup_cfg=setup_cfg or "",
        folders=folders,
        root=tuple(_root(path)),
        names=frozenset(_names(path, found, folders)),
        python=sys.version_info[:2],
        requires_python=build_system.requires_python(found.text) or setup_files.requires_python(setup_py, setup_cfg),
    )


def _folder(path: Path, written: str) -> Folder:
    """Look into an entry of `backend-path`, as pyproject-hooks takes it: links followed, and never outside."""
    base, place = os.path.realpath(path), os.path.realpath(path / written)
    if os.path.isabs(written) or os.path.commonpath((base, place)) != base:
        return Folder(written, inside=False)
    return Folder(written, inside=True, exists=os.path.isdir(place), names=frozenset(_importable(Path(place))))


def _scripts(path: Path, system: BuildSystem, folders: tuple[Folder, ...]) -> Iterator[Script]:
    own = [script for folder in folders if folder.inside for script in _modules(path, folder.written, system.module)]
    tops = {each.top for script in own for each in script.source.imports} | {system.module}
    if any(f"{top}.".startswith(f"{package}.") for top in tops for package in _RUNS_SETUP_PY):
        yield from _script(path, "setup.py")
    yield from own


def _modules(path: Path, folder: str, module: str) -> Iterator[Script]:
    """Give the files that are run when a backend of the tree is imported: its packages, and itself."""
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        stem = os.path.normpath(os.path.join(folder, *parts[:length])).replace(os.path.sep, "/")
        yield from _script(path, f"{stem}/__init__.py")
        yield from _script(path, f"{stem}.py")


def _script(path: Path, file: str) -> Iterator[Script]:
    text = project.text_of(path / file)
    if text is not None:
        yield Script(file, python_source.read(text))


def _names(path: Path, found: Project, folders: tuple[Folder, ...]) -> Iterator[str]:
    """Give all that an import may find in the tree; it is not known what the files do to find it."""
    yield from found.modules
    yield from (module for module, _ in found.homes)
    yield from _importable(path)
    yield from _importable(path / "src")
    for folder in folders:
        yield from folder.names
    if found.name:
        yield found.name.replace("-", "_").replace(".", "_").lower()


def _root(path: Path) -> Iterator[tuple[str, str]]:
    """Give the modules in the root; a folder without `__init__.py` hides nothing (PEP 420)."""
    for entry in project.entries(path):
        if entry.name.endswith(".py") and entry.is_file():
            yield entry.name.removesuffix(".py"), entry.name
        elif os.path.isfile(os.path.join(entry.path, "__init__.py")):
            yield entry.name, f"{entry.name}/__init__.py"


def _importable(folder: Path) -> Iterator[str]:
    """Give the modules, packages, namespaces and extension modules right in a folder."""
    for entry in project.entries(folder):
        if entry.is_dir() or entry.name.endswith((".py", ".so", ".pyd")):
            yield entry.name.partition(".")[0]
