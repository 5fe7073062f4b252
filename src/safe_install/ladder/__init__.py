"""Decide what to try next: a pure function of the attempts so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from safe_install.evidence import Evidence, Question
from safe_install.kinds import Kind, Pip
from safe_install.ladder import constraints, remedies, repairs
from safe_install.ladder.dates import as_of_date
from safe_install.ladder.foresight import farther
from safe_install.ladder.generating import regenerate
from safe_install.ladder.progress import Rejection, imported, is_curable, moved, open_bases, reported, useless
from safe_install.ladder.remedies import Answered, Declined, Proposal
from safe_install.model import PROBE, Attempt, Built, Diagnosis, Failure, Malformed, Recipe, assert_never


@dataclass(frozen=True)
class Remedy:
    """A way to change a recipe, how drastic it is, and which kinds it may cure."""

    name: str
    rung: int
    cures: frozenset[Kind]
    propose: Callable[[Recipe, Diagnosis, Evidence], Answered]


_ABSENT: Final = (Kind.MODULE_MISSING, Kind.BACKEND_UNKNOWN, Kind.PLUGIN_MISSING)
_TABLE: Final = (
    Kind.REQUIRES_ABSENT,
    Kind.REQUIRES_INVALID,
    Kind.TABLE_INVALID,
    Kind.KEY_MISSPELT,
    Kind.TABLE_MISSPELT,
)
_NAME: Final = (Kind.BACKEND_MISSPELT, Kind.BACKEND_RENAMED, Kind.BACKEND_OF_ANOTHER_TOOL)
_CORRUPT: Final = (Kind.DOWNLOAD_CORRUPT, Kind.BACKEND_CORRUPT)
_SKEWED: Final = (Kind.API_REMOVED, Kind.VERSION_SKEW, Kind.UNKNOWN)
_STALE: Final = (Kind.STALE_ARTEFACT, Kind.UNKNOWN)
_UNISOLATED: Final = (
    *(Kind.REQUIREMENT_NOT_INSTALLED, Kind.BACKEND_UNDECLARED, Kind.BACKEND_CORRUPT, Kind.MODULE_REMOVED),
    *(*_ABSENT, *_SKEWED),
)
_AGED: Final = (*_SKEWED, Kind.MODULE_MISSING, Kind.CONFIGURATION_REFUSED)
_PIP: Final = (Kind.PIP_TOO_OLD, Kind.PIP_CRASHED)


def _row(
    name: str, rung: int, cures: tuple[Kind, ...], propose: Callable[[Recipe, Diagnosis, Evidence], Answered]
) -> Remedy:
    return Remedy(name, rung, frozenset(cures), propose)


LADDER: Final = (
    _row("repair-build-system", 1, _TABLE, repairs.read_as_meant),
    _row("repair-build-system", 1, _NAME, repairs.use_the_backend_meant),
    _row("repair-build-system", 1, (Kind.BACKEND_UNDECLARED,), repairs.require_the_backend),
    _row("repair-build-system", 1, (Kind.BACKEND_PATH_WRONG,), repairs.correct_the_path),
    _row("repair-build-system", 1, (Kind.OWN_PACKAGE_MISSING,), repairs.see_the_own_folder),
    _row("repair-build-system", 1, (Kind.HELPER_OUTDATED,), repairs.use_the_maintained_helper),
    _row("repair-build-system", 1, (Kind.REQUIREMENT_NOT_FOUND,), repairs.correct_the_requirement),
    _row("fresh-caches", 2, _STALE, remedies.set_artefacts_aside),
    _row("fresh-caches", 2, (*_CORRUPT, Kind.UNKNOWN), remedies.bypass_cache),
    _row("fresh-caches", 2, _UNISOLATED, remedies.isolate),
    _row("newer-pip", 3, (*_PIP, Kind.UNKNOWN), remedies.use_newer_pip),
    _row("newer-pip", 3, _PIP, remedies.use_newest_pip),
    _row(PROBE, 4, (*_ABSENT, Kind.VERSION_SKEW, Kind.UNKNOWN), remedies.probe),
    _row("infer-requires", 5, _ABSENT, remedies.require_what_the_probe_used),
    _row("infer-requires", 5, (*_ABSENT, Kind.MODULE_REMOVED), remedies.infer_requires),
    _row("infer-requires", 5, (Kind.MODULE_MISSING,), remedies.infer_requires_unbounded),
    _row("constrain-requires", 6, (Kind.API_REMOVED,), constraints.constrain_removal),
    _row("constrain-requires", 6, (Kind.VERSION_SKEW, Kind.UNKNOWN), constraints.constrain_to_what_the_probe_used),
    _row("constrain-requires", 6, (Kind.BACKEND_RELEASE_BROKEN,), constraints.exclude_broken_release),
    _row("constrain-requires", 6, (Kind.EDITABLE_UNSUPPORTED,), constraints.raise_for_editable),
    _row("constrain-requires", 6, (Kind.PYTHON_UNSUPPORTED,), constraints.raise_for_python),
    _row("set-variables", 6, (Kind.VARIABLE_WANTED, Kind.API_REMOVED), remedies.set_variables),
    _row("set-variables", 6, (Kind.GENERATED_OUTDATED,), regenerate),
    _row("as-of-date", 7, _AGED, as_of_date),
)
"""What can be tried, the mildest first (design, section 5)."""

NAMES: Final = tuple(dict.fromkeys(remedy.name for remedy in LADDER))
"""The remedies that `--remedies` knows."""


@dataclass(frozen=True)
class Try:
    """Attempt this recipe."""

    recipe: Recipe
    remedy: Remedy
    base: int
    source: str | None
    rejected: tuple[Rejection, ...] = ()


@dataclass(frozen=True)
class Ask:
    """Find this out first."""

    question: Question


@dataclass(frozen=True)
class Accept:
    """Take the result of this attempt."""

    attempt: int
    rejected: tuple[Rejection, ...] = ()


@dataclass(frozen=True)
class GiveUp:
    """Nothing is left; the failure to report is this attempt's."""

    attempt: int
    reason: str
    rejected: tuple[Rejection, ...] = ()


Step: TypeAlias = Try | Ask | Accept | GiveUp


def next_step(attempts: tuple[Attempt, ...], evidence: Evidence, *, spent: bool = False) -> Step:
    """Decide what to do after at least one attempt; `spent` says that the time is up.

    Built on is the attempt whose failure came furthest (`moved`); where nothing is left for it, the next
    best is taken up again, unless what came further cannot be cured: then it would be met again. A build
    without isolation that was only a probe is accepted when nothing else can be proven (design, section
    5, rung 4).
    """
    last = len(attempts) - 1
    if not isinstance(attempts[last].result, Failure) and attempts[last].remedy != PROBE:
        return Accept(last)
    evidence = replace(evidence, imported=imported(attempts))
    rejected = list(useless(attempts))
    if spent or len(attempts) >= evidence.policy.max_attempts:
        limit = "the time is up (--max-seconds)" if spent else f"attempts made: {len(attempts)} (--max-attempts)"
        return _settle(attempts, limit, rejected)
    for base in open_bases(attempts):
        for choice in _choices(attempts, base, evidence):
            match choice:
                case Rejection():
                    rejected.append(choice)
                case Ask():
                    return choice
                case Try():
                    return replace(choice, rejected=_once(rejected))
                case _:
                    assert_never(choice)
    return _settle(attempts, "nothing is left to try", rejected)


def _choices(attempts: tuple[Attempt, ...], base: int, evidence: Evidence) -> Iterator[Try | Ask | Rejection]:
    recipe, diagnosis = attempts[base].recipe, attempts[base].diagnosis
    assert diagnosis is not None
    tried = {_as_run(attempt.recipe): number for number, attempt in enumerate(attempts)}
    for remedy in LADDER:
        if diagnosis.kind not in remedy.cures or not evidence.policy.reaches(remedy.name):
            continue
        if not evidence.policy.admits(remedy.name):
            yield Rejection(remedy.name, "it is not among the remedies that may be tried here")
            continue
        answer = remedy.propose(recipe, diagnosis, evidence)
        match answer:
            case Declined(telling=False):
                continue
            case Declined():
                yield Rejection(remedy.name, answer.reason)
            case Proposal():
                for proposal in filter(None, (farther(answer, attempts[base], evidence), answer)):
                    # What was tried already is told as the attempt that it was.
                    before = tried.get(_as_run(proposal.recipe))
                    if before is None:
                        yield Try(proposal.recipe, remedy, base, proposal.source)
                    elif attempts[before].base == base and moved(attempts[base], attempts[before]):
                        # It went farther: less than that leads nowhere else.
                        break
            case _:
                yield Ask(answer)


def _as_run(recipe: Recipe) -> Recipe:
    """Leave out what decides nothing: without isolation no environment is filled."""
    if recipe.isolated or isinstance(recipe.system, Malformed):
        return recipe
    system = replace(recipe.system, requires=())
    return replace(recipe, system=system, extra_requires=(), constraints=(), cache=True, pip=Pip.CARRIED)


def _settle(attempts: tuple[Attempt, ...], reason: str, rejected: list[Rejection]) -> Step:
    probes = [number for number, attempt in enumerate(attempts) if isinstance(attempt.result, Built)]
    if probes:
        return Accept(probes[-1], _once(rejected))
    number = reported(attempts)
    why = reason if is_curable(attempts[number]) else "no change of the build system can cure it"
    return GiveUp(number, why, _once(rejected))


def _once(rejected: list[Rejection]) -> tuple[Rejection, ...]:
    return tuple(dict.fromkeys(rejected))
