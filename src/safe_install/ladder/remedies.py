"""Change a recipe so that a diagnosed failure may not happen again: one function each, all pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from safe_install.declared.outdated import BINDING, raised, support
from safe_install.declared.providers import name_of
from safe_install.diagnosis.pip_faults import OLD_PIP, is_older
from safe_install.evidence import Evidence, InstalledProviders, Question
from safe_install.kinds import Infer, Kind, Pip
from safe_install.knowledge import tables
from safe_install.ladder.inference import HASHES, Named, Unnamed, bounded, is_own, proper, provider, reaches
from safe_install.ladder.plugins import known_plugin, plugin_provider
from safe_install.model import BuildSystem, Diagnosis, Distribution, Malformed, Recipe


@dataclass(frozen=True)
class Proposal:
    """A recipe to try, and what vouches for the names that it adds."""

    recipe: Recipe
    source: str | None = None


@dataclass(frozen=True)
class Declined:
    """Nothing to try, and why."""

    reason: str
    telling: bool = field(default=True, compare=False)
    """Whether the reason says something of the project, and not only that the remedy is for other cases."""


Answered: TypeAlias = Proposal | Declined | Question


def bypass_cache(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Have everything downloaded anew."""
    if not recipe.cache:
        return Declined("pip's cache was not in use", telling=False)
    return Proposal(replace(recipe, cache=False))


def set_artefacts_aside(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Build as if no earlier build had left anything in the tree."""
    left = evidence.project.artefacts
    if diagnosis.kind is Kind.UNKNOWN and evidence.project.is_released:
        # An sdist brings its own, and nothing has shown that it is in the way.
        left = tuple(each for each in left if not each.endswith(".egg-info"))
    if not left:
        return Declined("no earlier build has left anything in the tree", telling=False)
    return Proposal(replace(recipe, set_aside=left))


def isolate(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Build in a fresh environment instead of the target itself."""
    if recipe.isolated:
        return Declined("the build environment was fresh already", telling=False)
    return Proposal(replace(recipe, isolated=True))


def use_newer_pip(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Let the pip that virtualenv carries do the work of the target's."""
    if recipe.pip is not Pip.TARGET:
        return Declined("it was not the target's own pip that failed", telling=False)
    if diagnosis.kind is Kind.UNKNOWN and not is_older(evidence.target_pip, OLD_PIP):
        return Declined(f"where nothing tells the cause, only a pip older than {OLD_PIP} is suspected", telling=False)
    return Proposal(replace(recipe, pip=Pip.CARRIED))


def use_newest_pip(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Let the index's newest pip do the work."""
    if recipe.pip is Pip.NEWEST:
        return Declined("the newest pip was in use already")
    return Proposal(replace(recipe, pip=Pip.NEWEST))


def probe(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Build with the target's own packages, to see whether that works and what of them is used.

    Nothing is installed for it: what other remedies add would only seem to be proven.
    """
    if not recipe.isolated:
        return Declined("the build was without isolation already", telling=False)
    if isinstance(recipe.system, Malformed):
        return Declined("there is no backend to call")
    if diagnosis.kind is Kind.MODULE_MISSING and diagnosis.subject.partition(".")[0] == "pip":
        return Declined("every target has a pip: that it is there tells nothing of the build", telling=False)
    held = evidence.answers.get(InstalledProviders())
    if held is None:
        return InstalledProviders()
    wanted = set() if recipe.system.backend_path else {recipe.system.module.partition(".")[0]}
    if diagnosis.kind is Kind.MODULE_MISSING:
        wanted.add(diagnosis.subject.partition(".")[0])
    absent = wanted - {module for distribution in held for module in distribution.modules}
    if absent:
        return Declined(f"the target has no distribution that provides {' and '.join(sorted(absent))}")
    if diagnosis.kind is Kind.PLUGIN_MISSING and _lacks_plugin(diagnosis.subject, held):
        return Declined(f"the target does not have the plugin {diagnosis.subject}")
    return Proposal(replace(recipe, isolated=False, extra_requires=(), constraints=()))


def require_what_the_probe_used(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Add the distributions that the build without isolation imported, in the versions seen at most."""
    if not evidence.imported:
        return Declined("no build without isolation has told what it imports", telling=False)
    if reason := unwanted(Infer.INSTALLED, evidence):
        return Declined(reason)
    named = {name_of(each) for each in written(recipe)}
    used = [bounded(each) for each in used_by_the_probe(evidence) if proper(each.name) not in named]
    if not used:
        return Declined("the build without isolation imported nothing but what is required already")
    return adding(recipe, used, f"{Infer.INSTALLED.value}: imported by the build without isolation")


def infer_requires(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Add the distribution that provides the missing module or plugin, where evidence names one."""
    found: Named | Unnamed | Question
    if diagnosis.kind is Kind.PLUGIN_MISSING:
        found = plugin_provider(diagnosis.subject, recipe.system, evidence)
    elif diagnosis.kind is Kind.BACKEND_UNKNOWN and isinstance(recipe.system, BuildSystem):
        found = provider(recipe.system.module, evidence)
    else:
        found = provider(diagnosis.subject, evidence)
    match found:
        case Named():
            return adding(recipe, [found.requirement], found.source)
        case Unnamed():
            return Declined(found.reason)
        case _:
            return found


def infer_requires_unbounded(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Add what evidence names for the missing module without its bounds, where they cannot be had.

    The name is what the evidence vouches for: a release that the project pins, or that the target holds, may be
    one that nobody can build any more. The row is behind the one that keeps the bounds, so that they have been
    tried.
    """
    found = provider(diagnosis.subject, evidence)
    named = found.requirement if isinstance(found, Named) else ""
    if not named or not any(bound.operator in BINDING for bound in Requirement(named).specifier):
        return Declined("no bound could be in the way", telling=False)
    row = support(named, evidence.python)
    bare = name_of(named) if row is None else raised(named, row.minimum)
    assert isinstance(found, Named)
    return adding(recipe, [bare], f"{found.source}; {named} does not do")


def set_variables(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Set the environment variable with which a tool does what it has refused."""
    row = next((row for row in tables().variables if row.id == diagnosis.row), None)
    if row is None:
        return Declined("no environment variable is known to change that", telling=False)
    variables = {**dict(recipe.variables), row.variable: row.value}
    return Proposal(replace(recipe, variables=tuple(variables.items())), f"known: {row.source}")


def written(recipe: Recipe) -> tuple[str, ...]:
    """Give the build requirements that a recipe names."""
    return recipe.system.requires + recipe.extra_requires


def used_by_the_probe(evidence: Evidence) -> tuple[Distribution, ...]:
    """Give what the build without isolation imported and what an index has under that name, too.

    A folder's or an address's distribution may bear the name of a stranger's on the index; and a project
    is never required for its own build.
    """
    vouched = {proper(each.name) for each in evidence.answers.get(InstalledProviders(), ())} - {""}
    imported = (each for each in evidence.imported if proper(each.name) in vouched)
    return tuple(each for each in imported if not is_own(proper(each.name), evidence))


def unwanted(level: Infer, evidence: Evidence, name: str = "") -> str | None:
    """Say why no name, or not this one, may be added on evidence of a level, where that is so."""
    if evidence.policy.hashes:
        return HASHES
    if is_own(name, evidence):
        return f"{name} is the project itself"
    if not reaches(evidence, level):
        return f"only --infer {level.value} allows the evidence that there is"
    return None


def adding(recipe: Recipe, requirements: Iterable[str], source: str) -> Answered:
    """Require more; that takes an environment to put it in."""
    wanted = tuple(requirements)
    new = tuple(each for each in wanted if not _is_required(each, recipe))
    if not new:
        return Declined(f"{' and '.join(wanted)} is among the build requirements already")
    return Proposal(replace(recipe, extra_requires=recipe.extra_requires + new, isolated=True), source)


def _lacks_plugin(plugin: str, held: tuple[Distribution, ...]) -> bool:
    """Tell whether a plugin of the table is not there; of another one only a build can tell."""
    row = known_plugin(plugin)
    return row is not None and canonicalize_name(row.distribution) not in {proper(each.name) for each in held}


def _is_required(requirement: str, recipe: Recipe) -> bool:
    """Tell whether a requirement says nothing that is not written, for every platform, already."""
    new = Requirement(requirement)
    same = (Requirement(each) for each in written(recipe) if name_of(each) == name_of(requirement))
    return any(
        old.marker is None
        and new.url in (None, old.url)
        and new.extras <= old.extras
        and set(new.specifier) <= set(old.specifier)
        for old in same
    )
