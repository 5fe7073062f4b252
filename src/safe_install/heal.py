"""Attempt, diagnose, remedy, attempt again: the loop of design section 3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safe_install import events
from safe_install.events.differences import changes
from safe_install.events.log import Log
from safe_install.events.values import Choice
from safe_install.evidence import Answer, Evidence, Question
from safe_install.kinds import Kind
from safe_install.model import PROBE, Attempt, Diagnosis, Failure, Project, Proof, Recipe, Result, assert_never

if TYPE_CHECKING:
    from safe_install.ladder import Try
    from safe_install.ladder.progress import Rejection


@dataclass(frozen=True)
class Effects:
    """What the loop may do to the world; everything else in it is a function of values."""

    attempt: Callable[[int, Recipe, str | None], Result]
    """Carry a recipe out; given are the attempt's number, from 1, and the remedy that proposed it."""
    ended: Callable[[int, Attempt, int], None]
    """Hear of an attempt's end, with its number and the milliseconds that it took."""
    answer: Callable[[Question], Answer]
    clock: Callable[[], float]
    """Seconds that never go back."""
    seconds: float | None = None
    """How long attempts may begin."""


@dataclass(frozen=True)
class Healing:
    """All attempts of one loop, and what came of them."""

    attempts: tuple[Attempt, ...]
    chosen: int
    """The attempt that was accepted; or that whose failure is to be reported."""
    evidence: Evidence
    reason: str = ""
    """Why the loop gave up; empty when it did not."""
    recalled: Proof | None = None
    """What an earlier run has proven, when that was attempted and still holds: the only attempt."""
    earlier: int = 0
    """Attempts before these: 1 when what an earlier run has proven does not hold any more."""

    @property
    def attempt(self) -> Attempt:
        """Give the attempt that was chosen."""
        return self.attempts[self.chosen]

    @property
    def number(self) -> int:
        """Give the number of the chosen attempt, from 1, as the events count."""
        return self.earlier + self.chosen + 1

    @property
    def made(self) -> int:
        """Give how many attempts were made."""
        return self.earlier + len(self.attempts)

    @property
    def declared(self) -> Recipe:
        """Give the recipe that the remedies started from."""
        return self.attempts[0].recipe if self.recalled is None else self.recalled.declared

    @property
    def remedies(self) -> tuple[str, ...]:
        """Give the remedies that led to the chosen attempt, first to last."""
        if self.recalled is not None:
            return self.recalled.remedies
        return tuple(attempt.remedy for attempt in self._steps() if attempt.remedy is not None)

    @property
    def sources(self) -> tuple[str, ...]:
        """Give what vouches for the names that those remedies added."""
        if self.recalled is not None:
            return self.recalled.sources
        return tuple(attempt.source for attempt in self._steps() if attempt.source is not None)

    @property
    def cured(self) -> bool:
        """Tell whether remedies led to a result: also the failure that is reported may be that of one."""
        return bool(self.remedies) and not isinstance(self.attempt.result, Failure)

    @property
    def proof(self) -> Proof:
        """Give what a later run may begin with."""
        return Proof(self.declared, self.attempt.recipe, self.remedies, self.sources)

    @property
    def cache_blamed_for(self) -> Kind | None:
        """Give what went wrong until pip's cache was done without; `None` when nothing did."""
        attempt = self.attempt
        while attempt.base is not None:
            base = self.attempts[attempt.base]
            if base.recipe.cache and not attempt.recipe.cache and base.diagnosis is not None:
                return base.diagnosis.kind
            attempt = base
        return None

    def _steps(self) -> tuple[Attempt, ...]:
        """Give the attempts that the chosen one builds on, and that itself, without the first."""
        steps: list[Attempt] = []
        attempt = self.attempt
        while attempt.base is not None:
            steps.append(attempt)
            attempt = self.attempts[attempt.base]
        return tuple(reversed(steps))


def heal(
    project: Project, start: Recipe, evidence: Evidence, effects: Effects, log: Log, proof: Proof | None = None
) -> Healing:
    """Attempt the recipe, and others that remedies make of it, until one holds or none is left.

    What an earlier run has proven comes first; where it fails, all goes on as if there had been none.
    """
    began = effects.clock()
    if proof is not None and (remembered := _recalled(project, proof, evidence, effects, log)) is not None:
        return remembered
    earlier = 0 if proof is None else 1
    attempts: tuple[Attempt, ...] = (_attempted(start, None, evidence, effects, earlier + 1),)
    if not isinstance(attempts[0].result, Failure):
        return Healing(attempts, 0, evidence, earlier=earlier)
    # Not before a failure: a healthy run must not pay for it.
    from safe_install.ladder import Accept, Ask, GiveUp, Try, next_step

    told: set[Rejection] = set()
    while True:
        spent = effects.seconds is not None and effects.clock() - began >= effects.seconds
        step = next_step(attempts, evidence, spent=spent)
        if not isinstance(step, Ask):
            _tell_rejections(project, step.rejected, earlier, told, log)
        match step:
            case Ask():
                evidence = evidence.answered(step.question, effects.answer(step.question))
            case Try():
                _tell_choice(project, step, attempts[step.base], log)
                attempts += (_attempted(step.recipe, step, evidence, effects, earlier + len(attempts) + 1),)
            case Accept():
                healing = Healing(attempts, step.attempt, evidence, earlier=earlier)
                _tell_proven(project, healing, log)
                return healing
            case GiveUp():
                return Healing(attempts, step.attempt, evidence, step.reason, earlier=earlier)
            case _:
                assert_never(step)


def _recalled(project: Project, proof: Proof, evidence: Evidence, effects: Effects, log: Log) -> Healing | None:
    """Attempt what an earlier run has proven; `None` where that does not hold any more."""
    healing = Healing((_attempted(proof.recipe, None, evidence, effects, 1),), 0, evidence, recalled=proof)
    if isinstance(healing.attempt.result, Failure):
        return None
    _tell_proven(project, healing, log)
    return healing


def _attempted(recipe: Recipe, step: Try | None, evidence: Evidence, effects: Effects, number: int) -> Attempt:
    """Carry out an attempt: as declared, as remembered, or the one that a step asks for."""
    remedy, base, source = (step.remedy.name, step.base, step.source) if step is not None else (None, None, None)
    began = effects.clock()
    result = effects.attempt(number, recipe, remedy)
    diagnosis = _diagnosed(result, recipe, evidence) if isinstance(result, Failure) else None
    attempt = Attempt(recipe, result, remedy, base, diagnosis, source)
    effects.ended(number, attempt, round((effects.clock() - began) * 1000))
    return attempt


def _diagnosed(failure: Failure, recipe: Recipe, evidence: Evidence) -> Diagnosis:
    # Not before a failure: a healthy run must not pay for the tables.
    from safe_install.diagnosis import diagnose

    return diagnose(failure, recipe, evidence)


def _tell_choice(project: Project, step: Try, base: Attempt, log: Log) -> None:
    assert base.diagnosis is not None
    choice = Choice(step.remedy.name, step.remedy.rung, base.diagnosis, step.source)
    events.remedy_chosen(log, project, choice, base.recipe, step.recipe)


def _tell_rejections(
    project: Project, rejected: tuple[Rejection, ...], earlier: int, told: set[Rejection], log: Log
) -> None:
    for rejection in rejected:
        if rejection not in told:
            told.add(rejection)
            number = None if rejection.attempt is None else earlier + rejection.attempt + 1
            events.remedy_rejected(log, project, rejection.remedy, rejection.reason, number)


def _tell_proven(project: Project, healing: Healing, log: Log) -> None:
    # Not before a recovery: a healthy run must not pay for tomlkit.
    from safe_install import patch

    proven = healing.attempt.recipe
    words = changes(healing.declared, proven)
    difference = None if healing.attempt.remedy == PROBE else patch.diff(project, proven)
    events.remedy_proven(log, project, healing.number, healing.remedies, words, difference)
