"""Find what is wrong with the backend that `[build-system]` names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from packaging.utils import canonicalize_name

from safe_install.declared.misspelling import TABLE
from safe_install.declared.places import Places
from safe_install.declared.spelling import backend_candidates
from safe_install.inspection.corrections import corrected, evidence_of
from safe_install.inspection.provision import brought, is_provided, strangers
from safe_install.inspection.values import PYPROJECT, Finding, Folder, Tree
from safe_install.kinds import Cause, Kind, Stage
from safe_install.knowledge import Backend, tables
from safe_install.model import LEGACY_BACKEND, BuildSystem, Diagnosis, Failure, Recipe

_WORDS: Final = {
    Kind.BACKEND_MISSPELT: "build-backend {} is the name of no backend, and {candidates} is near it",
    Kind.BACKEND_RENAMED: "the backend {} is called {candidates} today",
    Kind.BACKEND_OF_ANOTHER_TOOL: "the build is made by {}, and the project is set up for {candidates}",
    Kind.BACKEND_UNDECLARED: "{backend} comes with {}, which `requires` does not name",
    Kind.BACKEND_UNKNOWN: "no table knows the backend {}, and nothing in `requires` bears its name; add the "
    "distribution that brings it to `requires`, or correct the name",
    Kind.BACKEND_PATH_WRONG: "the backend {backend} is a file of the project, and only `backend-path` leads there",
}
"""What each kind means before anything is built."""


def backend_findings(system: BuildSystem, tree: Tree, places: Places) -> Iterator[Finding]:
    """Give what keeps a front end from importing the backend; `system` is the table as it is meant."""
    if system.backend_path:
        yield from _path_findings(system, tree, places)
        return
    diagnosis = _diagnosis(system, tree)
    if diagnosis is None:
        return
    named = " or ".join(diagnosis.candidates)
    message = _WORDS[diagnosis.kind].format(diagnosis.subject, backend=system.backend, candidates=named)
    if diagnosis.kind is Kind.BACKEND_OF_ANOTHER_TOOL and system.backend == LEGACY_BACKEND:
        message = f"no `build-backend` is written, so that setuptools builds what is set up for {named}"
    place = places.value(TABLE, "build-backend") if tree.project.names_backend else places.key(TABLE)
    if diagnosis.kind is Kind.BACKEND_UNDECLARED:
        place = places.value(TABLE, "requires")
    correction = "" if diagnosis.kind is Kind.BACKEND_UNKNOWN else corrected(diagnosis, system, tree)
    yield Finding(PYPROJECT, place, diagnosis.kind, message, correction)


def _diagnosis(system: BuildSystem, tree: Tree) -> Diagnosis | None:
    """Say what it would mean if the backend could not be imported; nothing where it surely can be."""
    row = _row(system)
    if row is not None and canonicalize_name(row.distribution) in brought(system.requires):
        return _wrong_object(system, row, tree)
    if row is None and _is_brought(system):
        return None
    # Not before something seems wrong: a project without findings must not pay for it.
    from safe_install.diagnosis.backend_faults import not_importable
    from safe_install.diagnosis.reading import Case

    project = replace(tree.project, system=system, oddities=())
    failure = Failure(Stage.IMPORT, Cause.BACKEND_UNAVAILABLE, "")
    case = Case(failure, Recipe(system), replace(evidence_of(tree), project=project))
    found = not_importable(case, system.module.partition(".")[0], "")
    if found.kind is Kind.BACKEND_UNKNOWN and strangers(system.requires):
        # One of those may well bring it.
        return None
    return found if found.kind in _WORDS else None


def _row(system: BuildSystem) -> Backend | None:
    rows = [row for row in tables().backends if row.module == system.module]
    return next((row for row in rows if row.backend == system.backend), next(iter(rows), None))


def _is_brought(system: BuildSystem) -> bool:
    """Tell whether a backend that no table knows comes with a requirement that bears its name."""
    root = system.module.partition(".")[0]
    if any(row.root == root or system.backend in row.former for row in tables().backends):
        return False
    return is_provided(system.module, system.requires)


def _wrong_object(system: BuildSystem, row: Backend, tree: Tree) -> Diagnosis | None:
    """Tell an object that a known backend does not have: `hatchling.build:backend`."""
    if row.backend == system.backend or ":" not in system.backend:
        return None
    candidates = backend_candidates(system.backend, tree.project)
    return Diagnosis(Kind.BACKEND_MISSPELT, system.backend, "", candidates=candidates) if candidates else None


def _path_findings(system: BuildSystem, tree: Tree, places: Places) -> Iterator[Finding]:
    diagnosis = Diagnosis(Kind.BACKEND_PATH_WRONG, ", ".join(system.backend_path), "")
    correction = corrected(diagnosis, system, tree)
    wrong = [(index, reason) for index, folder in enumerate(tree.folders) if (reason := _reason(folder))]
    for index, reason in wrong:
        place = places.value(TABLE, "backend-path", index)
        yield Finding(PYPROJECT, place, Kind.BACKEND_PATH_WRONG, reason, correction)
    root = system.module.partition(".")[0]
    if not wrong and not any(root in folder.names for folder in tree.folders):
        where = ", ".join(system.backend_path)
        message = f"the backend {system.backend} is in no folder of `backend-path`: there is no {root} in {where}"
        step = "" if correction else "; correct the path, or leave it out for a backend that is installed"
        yield Finding(PYPROJECT, places.value(TABLE, "backend-path"), diagnosis.kind, message + step, correction)


def _reason(folder: Folder) -> str:
    if not folder.inside:
        return f"`backend-path` may not lead out of the project, as {folder.written} does (PEP 517)"
    return "" if folder.exists else f"`backend-path` leads to {folder.written}, and there is no such folder"
