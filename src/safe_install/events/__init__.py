"""Every event of a run: one function each, so that no caller spells a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from safe_install.events.differences import changes
from safe_install.events.log import Log
from safe_install.events.values import Change, Choice, Finish, HookRun, RunOutcome, Start
from safe_install.kinds import Wheel
from safe_install.model import Attempt, Built, Diagnosis, Distribution, Failure, Installed, Malformed, Project, Recipe
from safe_install.recipe_data import as_data
from safe_install.unbuilt import Remembered, Unbuilt

TAIL_LINES: Final = 20
"""Lines of output that `attempt.failed` carries; the log file has all."""


def run_started(log: Log, start: Start) -> None:
    """Tell what was asked; the first event."""
    log.info("run.started", **asdict(start))


def project_read(log: Log, project: Project, wheel: Wheel) -> None:
    """Tell what a source tree declares."""
    system = project.system
    declared = (
        {"backend": None, "requires": None, "backend_path": None, "problem": system.kind}
        if isinstance(system, Malformed)
        else asdict(system) | {"problem": None}
    )
    oddities = [asdict(oddity) for oddity in project.oddities]
    log.info("project.read", project=project.path, name=project.name, wheel=wheel, **declared, oddities=oddities)


def attempt_started(
    log: Log, project: Project, number: int, declared: Recipe, recipe: Recipe, remedy: str | None = None
) -> None:
    """Tell what is tried: the project as declared, what a remedy proposes, or what an earlier run has proven."""
    log.info(
        "attempt.started",
        project=project.path,
        attempt=number,
        remedy=remedy,
        remembered=remedy is None and recipe != declared,
        changes=changes(declared, recipe),
        recipe=as_data(recipe),
    )


def hook_finished(log: Log, project: Project, number: int, run: HookRun) -> None:
    """Tell how one process of an attempt ended."""
    log.debug("hook.finished", project=project.path, attempt=number, **asdict(run))


def attempt_built(log: Log, project: Project, number: int, built: Built, duration_ms: int) -> None:
    """Tell what an attempt made."""
    log.info(
        "attempt.built",
        project=project.path,
        attempt=number,
        wheel=built.wheel.name,
        name=built.name,
        version=built.version,
        duration_ms=duration_ms,
        log=built.log,
        environment=_pins(built.environment),
        imported=_pins(built.imported),
    )


def attempt_failed(log: Log, project: Project, number: int, attempt: Attempt, duration_ms: int) -> None:
    """Tell what was observed and what it means. Raises TypeError for an attempt that did not fail."""
    failure = attempt.result
    if not isinstance(failure, Failure):
        raise TypeError(f"attempt {number} did not fail: {failure!r}")
    log.warning(
        "attempt.failed",
        project=project.path,
        attempt=number,
        stage=failure.stage,
        cause=failure.cause,
        status=failure.status,
        message=failure.message,
        tail=failure.output.splitlines()[-TAIL_LINES:],
        log=failure.log,
        diagnosis=_diagnosis(attempt.diagnosis),
        duration_ms=duration_ms,
        environment=_pins(failure.environment),
    )


def remedy_chosen(log: Log, project: Project, choice: Choice, base: Recipe, recipe: Recipe) -> None:
    """Tell which remedy comes next, why, and what it changes in the recipe that it started from."""
    log.info(
        "remedy.chosen",
        project=project.path,
        remedy=choice.remedy,
        rung=choice.rung,
        because={"kind": choice.because.kind, "subject": choice.because.subject},
        source=choice.source,
        changes=changes(base, recipe),
    )


def remedy_rejected(log: Log, project: Project, remedy: str, reason: str, number: int | None = None) -> None:
    """Tell why a remedy is dropped after the attempt with that number, or was never tried."""
    log.info("remedy.rejected", project=project.path, remedy=remedy, reason=reason, attempt=number)


def remedy_proven(
    log: Log, project: Project, number: int, remedies: Sequence[str], told: Sequence[str], patch: str | None
) -> None:
    """Tell what cured the project: `told` is the difference to the declared, `patch` a unified diff."""
    log.info("remedy.proven", project=project.path, remedies=remedies, attempt=number, changes=told, patch=patch)


def install_started(log: Log, target: Path, wheels: Sequence[Path], pip: str | None) -> None:
    """Tell that a pip of that version begins to install into the target."""
    log.info("install.started", target=target, wheels=[wheel.name for wheel in wheels], pip=pip)


def install_finished(log: Log, target: Path, attempt: Attempt, duration_ms: int) -> None:
    """Tell what pip installed; or its exit status, the tail of what it said, and what it means."""
    result = attempt.result
    failed = result if isinstance(result, Failure) else None
    (log.warning if failed else log.info)(
        "install.finished",
        target=target,
        installed=result.distributions if isinstance(result, Installed) else [],
        status=failed.status if failed else 0,
        tail=failed.output.splitlines()[-TAIL_LINES:] if failed else [],
        log=failed.log if failed else None,
        diagnosis=_diagnosis(attempt.diagnosis),
        duration_ms=duration_ms,
    )


def dependency_failed(log: Log, unbuilt: Unbuilt, known: Remembered | None) -> None:
    """Tell that pip could not build a requirement, and which wheel an earlier run has proven for it, if any."""
    log.warning(
        "dependency.failed",
        requirement=unbuilt.text,
        source_tree=unbuilt.tree,
        wheel=known.wheel.name if known else None,
        changes=known.changes if known else [],
        proof=known.proof if known else None,
    )


def change_committed(log: Log, change: Change) -> None:
    """Tell what of the user's was changed."""
    log.info("change.committed", what=change.what, path=change.path, detail=change.detail)


def change_reverted(log: Log, change: Change) -> None:
    """Tell what of the user's is again what it was."""
    log.warning("change.reverted", **asdict(change))


def revert_failed(log: Log, change: Change, store: Path, failed: Sequence[str]) -> None:
    """Tell what of the user's could not be put back, why, and where the copies of it are."""
    log.error("revert.failed", what=change.what, path=change.path, store=store, failed=failed)


def run_finished(log: Log, finish: Finish) -> None:
    """Tell how the run ended; the last event, whatever happened."""
    bad = finish.outcome in {RunOutcome.FAILED, RunOutcome.ERROR}
    told = asdict(finish) | {"recovered": finish.recovered or any(end.remedies for end in finish.projects)}
    (log.error if bad else log.info)("run.finished", **told)


def _pins(distributions: Sequence[Distribution]) -> list[str]:
    return [f"{distribution.name}=={distribution.version}" for distribution in distributions]


def _diagnosis(diagnosis: Diagnosis | None) -> dict[str, object] | None:
    return None if diagnosis is None else asdict(diagnosis)
