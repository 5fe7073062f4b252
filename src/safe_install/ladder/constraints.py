"""Keep build tools to the releases that can do the work: rung 6, one pure function each."""

from __future__ import annotations

from dataclasses import replace

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from safe_install.declared.outdated import RAISABLE, raised, support
from safe_install.declared.providers import name_of
from safe_install.evidence import Evidence
from safe_install.kinds import Infer
from safe_install.knowledge import tables
from safe_install.knowledge.history import removal
from safe_install.ladder.inference import HASHES, bounded, proper
from safe_install.ladder.remedies import Answered, Declined, Proposal, unwanted, used_by_the_probe, written
from safe_install.model import Diagnosis, Malformed, Recipe


def constrain_removal(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Keep the build tool below the release that removed what the project uses."""
    row = removal(diagnosis.row)
    if row is None:
        return Declined("no table knows which release removed it")
    source = f"known: {row.source} ({row.distribution} {row.removed_in})"
    return _constraining(recipe, row.constraint, source, evidence)


def constrain_to_what_the_probe_used(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Keep the build tools no newer than those with which the build without isolation succeeded."""
    if not evidence.imported:
        return Declined("no build without isolation has told which versions work", telling=False)
    named = {name_of(each) for each in written(recipe)}
    bounds = [bounded(each) for each in used_by_the_probe(evidence) if proper(each.name) in named]
    new = tuple(each for each in bounds if Requirement(each).specifier and each not in recipe.constraints)
    if not new:
        return Declined("the build without isolation used no build requirement whose version could be a bound")
    changed = replace(recipe, constraints=recipe.constraints + new, isolated=True)
    return Proposal(changed, "installed: versions that the build without isolation used")


def exclude_broken_release(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Keep the backend away from the releases that are known to be broken for everyone."""
    for row in tables().backends:
        if row.broken and canonicalize_name(row.distribution) == canonicalize_name(diagnosis.subject):
            bounds = ",".join(f"!={version}" for version in row.broken)
            return _constraining(recipe, f"{row.distribution}{bounds}", f"known: {row.source}", evidence)
    return Declined(f"no table knows a broken release of {diagnosis.subject}")


def raise_for_editable(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Ask for a release of the backend that can build editable wheels (PEP 660), whatever the pin says."""
    if isinstance(recipe.system, Malformed):
        return Declined("there is no backend to call")
    module = recipe.system.module
    row = next((row for row in tables().backends if row.module == module and row.editable_since), None)
    if row is None:
        return Declined(f"no release of {recipe.system.backend} is known to build editable wheels")
    wanted = f"{row.distribution}>={row.editable_since}"
    if name_of(wanted) in map(name_of, written(recipe)):
        return _raising(recipe, row.distribution, row.editable_since or "", row.source)
    if evidence.policy.hashes:
        return Declined(HASHES)
    requires = (*recipe.system.requires, wanted)
    changed = replace(recipe, system=replace(recipe.system, requires=requires), isolated=True)
    return Proposal(changed, f"known: {row.source}")


def raise_for_python(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Ask for a release of a build tool that works on this Python, whatever the bound that is written says."""
    row = support(diagnosis.subject, evidence.python) if diagnosis.row == RAISABLE else None
    if row is None:
        return Declined("no table knows a release of it for this Python")
    return _raising(recipe, row.distribution, row.minimum, row.source)


def _raising(recipe: Recipe, distribution: str, minimum: str, source: str) -> Answered:
    """Write another bound where a distribution is required, in the place of those that cannot work."""
    if isinstance(recipe.system, Malformed):
        return Declined("the table has to be readable first")
    name = canonicalize_name(distribution)
    requires, extra = (
        tuple(raised(each, minimum) if name_of(each) == name else each for each in requirements)
        for requirements in (recipe.system.requires, recipe.extra_requires)
    )
    if (requires, extra) == (recipe.system.requires, recipe.extra_requires):
        return Declined(f"{distribution}>={minimum} is required already")
    system = replace(recipe.system, requires=requires)
    return Proposal(replace(recipe, system=system, extra_requires=extra, isolated=True), f"known: {source}")


def _constraining(recipe: Recipe, constraint: str, source: str, evidence: Evidence) -> Answered:
    """Bound a distribution, and require it where nothing that is written names it."""
    if constraint in recipe.constraints:
        return Declined(f"{constraint} was a constraint of the build already")
    changed = replace(recipe, constraints=(*recipe.constraints, constraint), isolated=True)
    if name_of(constraint) not in {name_of(each) for each in written(recipe)}:
        if reason := unwanted(Infer.KNOWN, evidence, name_of(constraint)):
            return Declined(reason)
        changed = replace(changed, extra_requires=(*recipe.extra_requires, constraint))
    return Proposal(changed, source)
