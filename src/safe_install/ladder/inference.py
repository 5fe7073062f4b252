"""Say which distribution provides a module, on evidence only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from packaging.markers import Marker, UndefinedComparison
from packaging.requirements import Requirement
from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from safe_install.declared.providers import is_standard, name_of, provides, top_of
from safe_install.diagnosis.reading import MODULE
from safe_install.evidence import Evidence, IndexProviders, InstalledProviders, Question
from safe_install.kinds import Infer
from safe_install.knowledge import tables
from safe_install.model import Distribution

LEVELS: Final = tuple(Infer)
HASHES: Final = "hash checking is on (pip's require-hashes), and a name may not be added without its hash"
"""Why nothing is added to what the author wrote (design, section 6)."""


@dataclass(frozen=True)
class Named:
    """A requirement, and what vouches for it."""

    requirement: str
    source: str


@dataclass(frozen=True)
class Unnamed:
    """Nothing vouches for any name."""

    reason: str


Finding: TypeAlias = Named | Unnamed | Question


def provider(module: str, evidence: Evidence) -> Finding:
    """Say which requirement brings a module, by the evidence of design section 6 in its order.

    A question is given back when the next kind of evidence has not been gathered yet. A module's name is
    never evidence; a standard-library module is never looked for outside of the reviewed table; a project
    is never required for its own build.
    """
    if not MODULE.fullmatch(module):
        return Unnamed(f"{module!r} is not a name that a module can have")
    if evidence.policy.hashes:
        return Unnamed(HASHES)
    anywhere = (
        (Infer.DECLARED, _allowed),
        (Infer.DECLARED, _declared),
        (Infer.INSTALLED, _installed),
        (Infer.KNOWN, _known),
        (Infer.VERIFIED, _verified),
    )
    for level, ask in ((Infer.KNOWN, _known),) if is_standard(module) else anywhere:
        found = ask(module, evidence) if reaches(evidence, level) else None
        if found is not None and not (isinstance(found, Named) and is_own(name_of(found.requirement), evidence)):
            return found
    return Unnamed(_why_not(module, evidence))


def bounded(distribution: Distribution) -> str:
    """Give the requirement for a distribution that is known to work in the version that was seen.

    A local version (`1.0+cu118`) is on no index, and the public one admits it (PEP 440). The bound admits
    a pre-release when it is one itself, to pip as to PEP 440.
    """
    try:
        version = Version(distribution.version)
    except InvalidVersion:
        return distribution.name
    return f"{distribution.name}<={version.public}"


def reaches(evidence: Evidence, level: Infer) -> bool:
    """Tell whether evidence of a level may be used (--infer)."""
    return LEVELS.index(evidence.policy.infer) >= LEVELS.index(level)


def proper(name: str) -> str:
    """Give a distribution's name in its canonical form (PEP 503); empty for what cannot be one."""
    try:
        return canonicalize_name(name, validate=True)
    except InvalidName:
        return ""


def is_own(name: str, evidence: Evidence) -> bool:
    """Tell whether a distribution, given by its canonical name, is the project itself."""
    own = evidence.project.name
    return own is not None and name == canonicalize_name(own)


def allowed(fits: Callable[[str], bool], evidence: Evidence) -> Named | None:
    """Give what the user vouches for, if any of it fits."""
    return next((Named(name, "allowed by --allow") for name in evidence.policy.allow if fits(name)), None)


def declared(fits: Callable[[str], bool], evidence: Evidence) -> Named | None:
    """Give what the project says, first of all where it says so for the target's Python."""
    found = [mention for mention in evidence.project.mentions if fits(mention.requirement)]
    if len({name_of(mention.requirement) for mention in found}) != 1:
        return None
    version = ".".join(map(str, evidence.python))
    target = {"python_version": version, "python_full_version": f"{version}.0"}
    best = next((each for each in found if _holds(Requirement(each.requirement).marker, target)), found[0])
    return Named(_without_marker(best.requirement), f"declared: {best.where}")


def _allowed(module: str, evidence: Evidence) -> Named | None:
    return allowed(lambda requirement: provides(requirement, module), evidence)


def _declared(module: str, evidence: Evidence) -> Named | None:
    return declared(lambda requirement: provides(requirement, module), evidence)


def _installed(module: str, evidence: Evidence) -> Named | Question | None:
    held = evidence.answers.get(InstalledProviders())
    if held is None:
        return InstalledProviders()
    found = _holders(module, held)
    # Of several that share a namespace, which one is meant is not for us to guess.
    if len(found) != 1:
        return None
    return Named(bounded(found[0]), f"installed: {found[0].name} {found[0].version}")


def _holders(module: str, held: tuple[Distribution, ...]) -> tuple[Distribution, ...]:
    """Give the installed distributions that may provide a module.

    They are known to provide its top-level package only; where the table knows the module itself, such as
    one in a namespace package, the distribution has to be the table's.
    """
    row = tables().modules.get(module) if "." in module else None
    right = None if row is None else canonicalize_name(row.distribution)
    return tuple(
        each
        for each in held
        if top_of(module) in each.modules and (name := proper(each.name)) and right in (None, name)
    )


def _known(module: str, evidence: Evidence) -> Named | None:
    lost = tables().stdlib.get(top_of(module))
    if lost is not None:
        gone = lost.gone_since <= evidence.python
        return Named(lost.requires, f"known: {lost.source}") if lost.requires and gone else None
    row = tables().modules.get(module) or tables().modules.get(top_of(module))
    if row is not None:
        return Named(row.requires or row.distribution, f"known: {row.source}")
    backends = [backend for backend in tables().backends if backend.root == top_of(module)]
    if len({canonicalize_name(backend.distribution) for backend in backends}) != 1:
        return None
    return Named(backends[0].requires, f"known: {backends[0].source}")


def _verified(module: str, evidence: Evidence) -> Named | Question | None:
    question = IndexProviders(top_of(module))
    proofs = evidence.answers.get(question)
    if proofs is None:
        return question
    found = [proof for proof in proofs if proper(proof.name) and question.module in proof.modules]
    if len(found) != 1:
        return None
    return Named(found[0].name, f"verified: the wheel of {found[0].name} {found[0].version} provides it")


def _holds(marker: Marker | None, target: Mapping[str, str]) -> bool:
    try:
        return marker is None or marker.evaluate(dict(target))
    except UndefinedComparison:
        return False


def _without_marker(requirement: str) -> str:
    """Drop the marker: it says when the project needs the distribution, and the build does need it now."""
    parsed = Requirement(requirement)
    parsed.marker = None
    return str(parsed)


def _why_not(module: str, evidence: Evidence) -> str:
    if is_standard(module):
        if not reaches(evidence, Infer.KNOWN):
            return f"{module} belongs to the standard library, and --infer keeps the table of substitutes out of use"
        return f"{module} belongs to the standard library, and no distribution is known to bring it back"
    holders = _holders(module, evidence.answers.get(InstalledProviders(), ()))
    if reaches(evidence, Infer.INSTALLED) and len(holders) > 1:
        names = " and ".join(sorted(each.name for each in holders))
        return f"it cannot be told which distribution provides {module}: {names} of the target both may"
    searched = ", ".join(level.value for level in LEVELS if reaches(evidence, level))
    return f"nothing but its own name tells which distribution provides {module} (looked at: {searched})"
