"""Tell what the attempts so far have come to: which made progress, which can be built on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from packaging.utils import canonicalize_name

from safe_install.declared.spelling import names_in
from safe_install.diagnosis.generated import UNGENERATED
from safe_install.kinds import Kind
from safe_install.model import PROBE, Attempt, Built, Diagnosis, Distribution, Failure

_OF_THE_SOURCES: Final = frozenset(
    {
        *(Kind.COMPILER_MISSING, Kind.HEADER_MISSING, Kind.TOOL_MISSING, Kind.NETWORK_NEEDED),
        *(Kind.FILE_MISSING, Kind.METADATA_INVALID, Kind.DELIBERATE_STUB, Kind.PYTHON_2_SOURCE),
        Kind.PYTHON_UNSUPPORTED,
    }
)
"""What lies in the sources or the machine, so that no release of a build tool makes or unmakes it."""


@dataclass(frozen=True)
class Rejection:
    """A remedy that was not tried or did not help, and why."""

    remedy: str
    reason: str
    attempt: int | None = None


def furthest(attempts: tuple[Attempt, ...]) -> int:
    """Give the number of the failed attempt that came furthest: what the user has to hear about."""
    return _bases(attempts)[0]


def reported(attempts: tuple[Attempt, ...]) -> int:
    """Give the number of the failed attempt that is to be reported.

    It is the one that came furthest; where that lacks a module for which there was evidence, it is the last one
    that could not have what the evidence names.
    """
    number = furthest(attempts)
    unfilled = [
        later
        for later, attempt in enumerate(attempts)
        if attempt.base == number and attempt.recipe.extra_requires != attempts[number].recipe.extra_requires
        if isinstance(attempt.result, Failure) and attempt.result.stage.fills
    ]
    return unfilled[-1] if unfilled else number


def moved(old: Attempt, new: Attempt) -> bool:
    """Tell whether a remedy made progress: to a later stage, or to another cause at the same one.

    Code that is generated is generated before the stage that wanted it: another cause there is progress, too.
    """
    if not isinstance(old.result, Failure) or not isinstance(new.result, Failure):
        return False
    assert old.diagnosis is not None
    assert new.diagnosis is not None
    before, after = old.result.stage.rank, new.result.stage.rank
    if _wants_generating(old.diagnosis) and not new.result.stage.fills:
        before = min(before, after)
    return after > before or (after == before and not new.diagnosis.is_like(old.diagnosis))


def open_bases(attempts: tuple[Attempt, ...]) -> Iterator[int]:
    """Give the bases from which a build may come further than the furthest that nothing can cure."""
    bases = _bases(attempts)
    walls = [base for base in bases if not is_curable(attempts[base])]
    wall = max((_reach(attempts, base) for base in walls), default=0)
    behind = {earlier for base in walls if _is_of_the_sources(attempts[base]) for earlier in _cured(attempts, base)}
    return (
        base for base in bases if is_curable(attempts[base]) and _reach(attempts, base) >= wall and base not in behind
    )


def useless(attempts: tuple[Attempt, ...]) -> Iterator[Rejection]:
    """Give the remedies that were tried and moved nothing."""
    for number, attempt in enumerate(attempts):
        if attempt.base is None or attempt.remedy is None or not isinstance(attempt.result, Failure):
            continue
        if attempt.remedy == PROBE:
            yield Rejection(PROBE, "the build fails without isolation, too", number)
        elif not moved(attempts[attempt.base], attempt):
            earlier = _rank(attempt) < _rank(attempts[attempt.base])
            how = "at an earlier stage with it" if earlier else "with it as it did without it"
            yield Rejection(attempt.remedy, f"the build fails {how}", number)
        elif not _progressed(attempts, number):
            yield Rejection(attempt.remedy, "the build fails with it as it did before an earlier remedy", number)


def imported(attempts: tuple[Attempt, ...]) -> tuple[Distribution, ...]:
    """Give what the last successful build without isolation imported from the target."""
    built = [attempt.result for attempt in attempts if isinstance(attempt.result, Built)]
    return built[-1].imported if built else ()


def is_curable(attempt: Attempt) -> bool:
    """Tell whether a remedy can exist for an attempt's failure."""
    return attempt.diagnosis is not None and attempt.diagnosis.curable


def _bases(attempts: tuple[Attempt, ...]) -> tuple[int, ...]:
    """Give the attempts to build on: the first and each that made progress, the furthest first."""
    kept = [
        (_reach(attempts, number), number)
        for number, attempt in enumerate(attempts)
        if isinstance(attempt.result, Failure) and attempt.remedy != PROBE and _progressed(attempts, number)
    ]
    return tuple(number for _, number in sorted(kept, reverse=True))


def _progressed(attempts: tuple[Attempt, ...], number: int) -> bool:
    """Tell whether an attempt moved away from all that it builds on: back at a former cause is no progress."""
    base = attempts[number].base
    if base is None:
        return True
    reach = _reach(attempts, number)
    return moved(attempts[base], attempts[number]) and all(
        reach > _reach(attempts, earlier)
        or (reach == _reach(attempts, earlier) and not _is_like(attempts, earlier, number))
        for earlier in _ancestors(attempts, base)
    )


def _ancestors(attempts: tuple[Attempt, ...], number: int) -> Iterator[int]:
    """Give what an attempt builds on, the nearest first."""
    base = attempts[number].base
    while base is not None:
        yield base
        base = attempts[base].base


def _is_like(attempts: tuple[Attempt, ...], one: int, other: int) -> bool:
    first, second = attempts[one].diagnosis, attempts[other].diagnosis
    return first is not None and second is not None and second.is_like(first)


def _cured(attempts: tuple[Attempt, ...], number: int) -> Iterator[int]:
    """Give the attempts whose failure, being a known one, was cured on the way to another."""
    for base in _ancestors(attempts, number):
        diagnosis = attempts[base].diagnosis
        if diagnosis is not None and diagnosis.kind is not Kind.UNKNOWN:
            yield base


def _is_of_the_sources(attempt: Attempt) -> bool:
    """Tell whether a failure is met by whatever cures what stood before it, and not made by a tool's release."""
    diagnosis, recipe = attempt.diagnosis, attempt.recipe
    if diagnosis is None or diagnosis.kind not in _OF_THE_SOURCES:
        return False
    held = attempt.result.environment if isinstance(attempt.result, Failure) else ()
    tools = names_in((*recipe.system.requires, *recipe.extra_requires, *recipe.constraints))
    return names_in((diagnosis.subject,)).isdisjoint(tools | {canonicalize_name(each.name) for each in held})


def _reach(attempts: tuple[Attempt, ...], number: int) -> int:
    """Give the rank of the stage that an attempt came to; one that made progress came as far as what it builds on."""
    attempt = attempts[number]
    own = _rank(attempt)
    if attempt.base is None or not moved(attempts[attempt.base], attempt):
        return own
    return max(own, _reach(attempts, attempt.base))


def _rank(attempt: Attempt) -> int:
    return attempt.result.stage.rank if isinstance(attempt.result, Failure) else -1


def _wants_generating(diagnosis: Diagnosis) -> bool:
    return diagnosis.kind is Kind.GENERATED_OUTDATED or diagnosis.row == UNGENERATED
