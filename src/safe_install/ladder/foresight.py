"""Bring and bound at once what `setup.py` itself shows that it will want next: pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from safe_install.declared.outdated import BINDING
from safe_install.declared.providers import name_of, top_of
from safe_install.declared.python_source import Source, read
from safe_install.declared.reach import SCRIPT, reached
from safe_install.evidence import Evidence
from safe_install.kinds import Kind
from safe_install.knowledge import Removal, tables
from safe_install.ladder.inference import Named, provider
from safe_install.ladder.remedies import Proposal, written
from safe_install.model import Attempt, BuildSystem, Failure, Project, Recipe

INFERRING: Final = "infer-requires"
"""The remedy whose leave it takes to add a name."""
_OF_THE_SCRIPT: Final = frozenset({Kind.MODULE_MISSING, Kind.MODULE_REMOVED, Kind.API_REMOVED})
"""Failures that a script may meet on its way, with more of the kind behind them."""


def farther(proposal: Proposal, base: Attempt, evidence: Evidence) -> Proposal | None:
    """Give a proposal that also brings what `setup.py` imports, and bounds what it uses; `None`: no more is known.

    The build has failed already; what the script always imports and its environment does not hold, and what it
    always does with what is bounded or added here and a release has removed, would fail next. A name is added on
    the evidence that there is, as for a module that is missed (design, section 6); none is gathered for it.
    """
    missed = tuple(_missed(proposal.recipe, base, evidence))
    extra = proposal.recipe.extra_requires + tuple(each.requirement for each in missed)
    recipe = replace(proposal.recipe, extra_requires=extra)
    removed = tuple(_removed(recipe, base.recipe, evidence))
    if not missed and not removed:
        return None
    constraints = recipe.constraints + tuple(row.constraint for row in removed)
    sources = (
        *filter(None, [proposal.source]),
        *(each.source for each in missed),
        *(f"known: {row.source} ({row.distribution} {row.removed_in}), as {SCRIPT} shows" for row in removed),
    )
    return Proposal(replace(recipe, constraints=constraints), "; ".join(dict.fromkeys(sources)))


def _missed(recipe: Recipe, base: Attempt, evidence: Evidence) -> Iterator[Named]:
    """Give what brings those modules that the script imports and that its environment has not shown to hold."""
    if not (evidence.policy.admits(INFERRING) and evidence.policy.reaches(INFERRING)):
        return
    held = base.result.environment if isinstance(base.result, Failure) else ()
    runs_script = isinstance(recipe.system, BuildSystem) and top_of(recipe.system.module) == "setuptools"
    if not (held and recipe.isolated and runs_script and base.diagnosis and base.diagnosis.kind in _OF_THE_SCRIPT):
        return
    names = {canonicalize_name(each.name) for each in held} | {name_of(each) for each in written(recipe)}
    for module in dict.fromkeys(_imported(evidence.project)):
        found = provider(module, evidence)
        if isinstance(found, Named) and not _is_kept_old(found) and (name := name_of(found.requirement)) not in names:
            names.add(name)
            yield found


def _is_kept_old(named: Named) -> bool:
    """Tell whether newer releases are kept away: the one that is wanted may be one that nobody can build now."""
    return any(bound.operator in BINDING for bound in Requirement(named.requirement).specifier)


def _imported(project: Project) -> Iterator[str]:
    """Give the modules that the script imports whenever it is run, by way of the project's own ones, too."""
    own = {module for module, _ in project.homes}
    homes = tuple((module, home) for module, home in project.homes if module in project.modules)
    for _, _, source in reached(homes, dict(project.sources).get):
        compiled = any(each.name == "ext_modules" and not each.empty for each in source.keywords)
        found = (*source.imports, *(source.compiling if compiled else ()))
        yield from (each.module for each in found if each.top not in own)


def _removed(recipe: Recipe, base: Recipe, evidence: Evidence) -> Iterator[Removal]:
    """Give the removals that the script would meet next in what the recipe adds or bounds."""
    old = {*base.extra_requires, *base.constraints}
    touched = {name_of(each) for each in (*recipe.extra_requires, *recipe.constraints) if each not in old}
    known = [row for row in _used(evidence) if canonicalize_name(row.distribution) in touched and row.constraint]
    bounds: tuple[str, ...] = ()
    for row in sorted(known, key=lambda row: Version(row.removed_in)):
        gone = row.gone_since is not None and row.gone_since <= evidence.python
        if not gone and _is_admitted(row, (*written(recipe), *recipe.constraints, *bounds)):
            bounds += (row.constraint,)
            yield row


def _used(evidence: Evidence) -> Iterator[Removal]:
    """Give the removals of what `setup.py` uses whenever it is run."""
    source = read(evidence.project.source(SCRIPT))
    words = (*_of_keywords(source), *_of_attributes(source), *_of_imports(source))
    return (row for row in tables().removals if any(sign.search(word) for sign in row.signs for word in words))


def _of_keywords(source: Source) -> Iterator[str]:
    """Give what setuptools says of arguments that it does not take: the signs of a removal know its words."""
    return (f"error in demo setup command: {each.name} is invalid." for each in source.keywords if not each.empty)


def _of_attributes(source: Source) -> Iterator[str]:
    """Give what Python says of names that a module does not have."""
    return (f"AttributeError: module '{each.module}' has no attribute '{each.name}'" for each in source.attributes)


def _of_imports(source: Source) -> Iterator[str]:
    """Give what Python says of imports of what is not there."""
    for each in source.imports:
        yield f"ModuleNotFoundError: No module named '{each.module}'"
        if each.name:
            yield f"ImportError: cannot import name '{each.name}' from '{each.module}' (unknown location)"


def _is_admitted(row: Removal, requirements: tuple[str, ...]) -> bool:
    """Tell whether the release that removed it may still be chosen."""
    name = canonicalize_name(row.distribution)
    bounds = (Requirement(each).specifier for each in requirements if name_of(each) == name)
    return all(each.contains(row.removed_in, prereleases=True) for each in bounds)
