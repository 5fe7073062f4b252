"""Bound at once what `setup.py` itself shows that it will want next of the same build tool: pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from safe_install.declared.providers import name_of
from safe_install.declared.python_source import Source, read
from safe_install.evidence import Evidence
from safe_install.knowledge import Removal, tables
from safe_install.ladder.remedies import Proposal, written
from safe_install.model import Recipe

SCRIPT: Final = "setup.py"


def farther(proposal: Proposal, base: Recipe, evidence: Evidence) -> Proposal | None:
    """Give a proposal that also bounds what it adds or bounds, by all that `setup.py` uses; `None`: no more is known.

    The build has failed over the distribution already; what the script always does, and a release has removed,
    would fail next. No name is added.
    """
    recipe, old = proposal.recipe, {*base.extra_requires, *base.constraints}
    touched = {name_of(each) for each in (*recipe.extra_requires, *recipe.constraints) if each not in old}
    known = [row for row in _used(evidence) if canonicalize_name(row.distribution) in touched and row.constraint]
    bounds: tuple[str, ...] = ()
    sources: list[str] = [proposal.source] if proposal.source else []
    for row in sorted(known, key=lambda row: Version(row.removed_in)):
        gone = row.gone_since is not None and row.gone_since <= evidence.python
        if not gone and _is_admitted(row, (*written(recipe), *recipe.constraints, *bounds)):
            bounds += (row.constraint,)
            sources.append(f"known: {row.source} ({row.distribution} {row.removed_in}), as {SCRIPT} shows")
    if not bounds:
        return None
    return Proposal(replace(recipe, constraints=recipe.constraints + bounds), "; ".join(sources))


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
