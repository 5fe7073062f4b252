"""Read which Pythons a project says that it is for, without running it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from safe_install.declared import build_system, metadata, setup_files
from safe_install.model import METADATA, Malformed, Project

_CLASSIFIER: Final = re.compile(r"Programming Language :: Python :: (\d{1,2})(?:\.(\d{1,3}))?\s*")
_LAST_MICRO: Final = 99
"""Beyond the last release of any Python 3.x."""


def allows(requires_python: str | None, python: tuple[int, int]) -> bool:
    """Tell whether a `requires-python` admits some release of a Python version; one that is none admits all."""
    try:
        specifier = SpecifierSet(requires_python or "")
    except InvalidSpecifier:
        return True
    return any(specifier.contains(f"{python[0]}.{python[1]}.{micro}") for micro in (0, _LAST_MICRO))


def required(project: Project) -> str:
    """Give the `Requires-Python` that a project declares, its sdist's metadata first; empty where it says nothing."""
    told = (
        metadata.read(project.source(METADATA)).requires_python,
        build_system.requires_python(project.text),
        setup_files.requires_python(project.source("setup.py"), project.source("setup.cfg")),
    )
    return next((" ".join(each.split()) for each in told if each and each.strip()), "")


def newest(project: Project) -> tuple[int, ...]:
    """Give the newest Python among a project's classifiers: `(3, 7)`, or `(2,)` where no minor is named; or nothing.

    A bare `Python :: 3` speaks of all that there will be: with it alone, nothing is the newest.
    """
    found = [_CLASSIFIER.fullmatch(each) for each in _classifiers(project)]
    versions = {tuple(int(part) for part in each.groups() if part) for each in found if each}
    exact = {each for each in versions if len(each) > 1}
    if any(each[0] > max(exact, default=(2,))[0] for each in versions):
        return ()
    return max(exact or versions, default=())


def _classifiers(project: Project) -> Iterator[str]:
    yield from metadata.read(project.source(METADATA)).classifiers
    document = build_system.load(project.text or "")
    table = None if isinstance(document, Malformed) else document.get("project")
    listed = table.get("classifiers") if isinstance(table, Mapping) else None
    yield from (each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, str))
    yield from setup_files.classifiers(project.source("setup.py"), project.source("setup.cfg"))
