"""Correct a build system that is wrong on its face: rung 1, one pure function each."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from packaging.utils import canonicalize_name

from safe_install.declared.build_system import intended
from safe_install.declared.providers import name_of
from safe_install.declared.spelling import nearest
from safe_install.evidence import Evidence
from safe_install.kinds import Infer, Kind
from safe_install.knowledge import Backend, tables
from safe_install.ladder.inference import HASHES
from safe_install.ladder.remedies import Answered, Declined, Proposal, adding, unwanted
from safe_install.model import LEGACY_BACKEND, BuildSystem, Diagnosis, Malformed, Recipe

SETUPTOOLS: Final = "setuptools.build_meta"
"""The backend that keeps the tree itself off the path, which pip's default puts there."""


def read_as_meant(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Read a malformed or misspelt table as it was surely meant, and see that its backend is required."""
    text = evidence.project.text
    if text is None:
        return Declined("there is no pyproject.toml")
    meant = intended(text)
    if isinstance(meant, Malformed):
        if meant.kind is Kind.REQUIRES_INVALID or (meant.backend is None and not meant.requires):
            return Declined(f"nothing tells what was meant: {meant.message}")
        meant = BuildSystem(meant.requires, meant.backend or LEGACY_BACKEND, meant.backend_path)
    return _provided(recipe, meant, evidence)


def use_the_backend_meant(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Name the backend that was meant: the right spelling, the successor, the one that `requires` brings."""
    if isinstance(recipe.system, Malformed):
        return Declined("the table has to be readable first")
    candidates = diagnosis.candidates
    if len(candidates) != 1:
        near = f"it may be {' or '.join(candidates)}" if candidates else "no known one is like it"
        return Declined(f"it cannot be told which backend {recipe.system.backend} was meant to be: {near}")
    changed = replace(recipe.system, backend=candidates[0])
    return _provided(recipe, changed, evidence, _source(candidates[0]))


def require_the_backend(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Require the distribution that the declared backend comes from."""
    if isinstance(recipe.system, Malformed):
        return Declined("the table has to be readable first")
    row = _row(recipe.system.backend)
    if row is None:
        return Declined(f"no table knows which distribution brings {recipe.system.backend}")
    if name_of(row.requires) in map(name_of, recipe.system.requires):
        return Declined(f"{row.distribution} is required already")
    # A requirement takes an environment to put it in.
    return _provided(replace(recipe, isolated=True), recipe.system, evidence)


def correct_the_path(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Point `backend-path` at the one folder of the tree that holds the backend, or drop it when none does."""
    if isinstance(recipe.system, Malformed):
        return Declined("the table has to be readable first")
    root = recipe.system.module.partition(".")[0]
    homes = sorted({home for module, home in evidence.project.homes if module == root})
    if not homes and _row(recipe.system.backend) is not None:
        return _provided(recipe, replace(recipe.system, backend_path=()), evidence)
    if len(homes) != 1:
        where = f"in {' and in '.join(homes)}, and any may be meant" if homes else "nowhere near its root"
        return Declined(f"{root} is {where}")
    return _proposed(recipe, replace(recipe.system, backend_path=(homes[0],)))


def see_the_own_folder(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Let setup.py import its own folder's modules, as it could before PEP 517 (pip's default does)."""
    system = recipe.system
    if isinstance(system, Malformed) or system.module != SETUPTOOLS:
        return Declined("only setuptools has a backend that sees the project's own folder")
    if system.backend == LEGACY_BACKEND:
        return Declined("setup.py saw the project's own folder already")
    top = diagnosis.subject.partition(".")[0]
    if (top, ".") not in evidence.project.homes:
        return Declined(f"{top} is not in the project's own folder")
    return _proposed(recipe, replace(system, backend=LEGACY_BACKEND), _source(LEGACY_BACKEND))


def use_the_maintained_helper(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Have the release of a tool imported instead of the copy in the tree, by keeping the tree off the path."""
    system, row = recipe.system, tables().helpers.get(diagnosis.subject)
    if row is None or isinstance(system, Malformed) or system.module != SETUPTOOLS:
        return Declined("only of setuptools it is known how to keep the tree's own modules away")
    if reason := unwanted(Infer.KNOWN, evidence, row.distribution):
        return Declined(reason)
    if system.backend == SETUPTOOLS and not system.backend_path:
        return Declined(f"setup.py itself sees to it that it imports the tree's own {row.file}")
    away = replace(recipe, system=replace(system, backend=SETUPTOOLS, backend_path=()))
    return adding(away, (row.distribution,), f"known: {row.source}")


def correct_the_requirement(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Replace a requirement that the index does not know by the backend's, where it is a misspelling of it."""
    system = recipe.system
    if isinstance(system, Malformed):
        return Declined("the table has to be readable first")
    wrong = name_of(diagnosis.subject)
    meant = _requirement_meant(wrong, _row(system.backend))
    if meant is None:
        return Declined(f"nothing tells what {diagnosis.subject} was meant to be")
    right, source = meant
    if wrong not in map(name_of, system.requires):
        return Declined(f"{diagnosis.subject} is not written in the build system")
    if evidence.policy.hashes:
        return Declined(HASHES)
    kept = {name_of(each) for each in system.requires}
    requires = tuple(
        right if name_of(each) == wrong else each
        for each in system.requires
        if name_of(each) != wrong or name_of(right) not in kept
    )
    return _proposed(recipe, replace(system, requires=tuple(dict.fromkeys(requires))), f"known: {source}")


def _requirement_meant(wrong: str, backend: Backend | None) -> tuple[str, str] | None:
    """Give the requirement that is meant by a name no index has, and who says so.

    It is the backend's, where the name is a misspelling of it; or that of the module that bears the name.
    """
    if backend and nearest(wrong, (name_of(backend.requires),)) and wrong != name_of(backend.requires):
        return backend.requires, backend.source
    backends = (row for row in tables().backends if row.backend == row.module and _is(wrong, row.root))
    modules = (row for row in tables().modules.values() if _is(wrong, row.module))
    found = {row.requires: row.source for row in backends}
    found |= {row.requires or row.distribution: row.source for row in modules}
    names = {name_of(each) for each in found}
    return next(iter(found.items())) if len(names) == 1 and wrong not in names else None


def _is(name: str, module: str) -> bool:
    """Tell whether a distribution's canonical name is that of a module."""
    return canonicalize_name(module) == name


def _provided(recipe: Recipe, system: BuildSystem, evidence: Evidence, source: str | None = None) -> Answered:
    """Propose a build system together with the distribution that its backend comes from."""
    whole = _with_provider(system)
    if whole == system:
        return _proposed(recipe, system, source)
    if evidence.policy.hashes:
        return Declined(HASHES)
    return _proposed(recipe, whole, _source(system.backend))


def _proposed(recipe: Recipe, system: BuildSystem, source: str | None = None) -> Answered:
    if system == recipe.system:
        return Declined("the build system is right as it is written")
    return Proposal(replace(recipe, system=system), source)


def _with_provider(system: BuildSystem) -> BuildSystem:
    """Add the backend's distribution to what is required, in the place of one that used to carry it."""
    row = _row(system.backend)
    if row is None or system.backend_path:
        return system
    names = [name_of(each) for each in system.requires]
    if name_of(row.requires) in names:
        return system
    former = {name_of(each) for each in row.former_distributions}
    kept = tuple(each for each, name in zip(system.requires, names, strict=True) if name not in former)
    return replace(system, requires=(*kept, row.requires))


def _row(backend: str) -> Backend | None:
    rows = tables().backends
    return next((row for row in rows if row.backend == backend), None) or next(
        (row for row in rows if row.module == backend.partition(":")[0]), None
    )


def _source(backend: str) -> str | None:
    row = _row(backend)
    return f"known: {row.source}" if row else None
