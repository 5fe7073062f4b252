"""Install projects, whole: read, heal, commit; or leave everything as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from safe_install import commit, events, project, target
from safe_install.commit import Item
from safe_install.environment.workshop import Workshop
from safe_install.errors import ExitStatus
from safe_install.events.log import Log
from safe_install.events.values import Advice, Change, Place, ProjectEnd, ProjectOutcome, RunOutcome
from safe_install.heal import Healing
from safe_install.installing import installed
from safe_install.journal.cachekeeping import kept_cache
from safe_install.journal.kept import Kept
from safe_install.journal.safekeeping import journal_store, kept_tree, locked, recover
from safe_install.kinds import Stage
from safe_install.ladder.progress import PROBE
from safe_install.model import Built, Failure, Project, Recipe
from safe_install.process.undisturbed import undisturbed
from safe_install.recovery import Bench, healed
from safe_install.redaction import Redactor
from safe_install.request import ProjectRequest, Request
from safe_install.stand_in import put_back
from safe_install.target import pip_cache

if TYPE_CHECKING:
    from safe_install.fix import Fix


@dataclass(frozen=True)
class Surroundings:
    """What a run finds around it."""

    environ: Mapping[str, str]
    cwd: Path
    run_dir: Path
    """Where the run's logs go, and stay."""
    state: Path
    """Where safe-install keeps what outlives a run: locks and journals."""
    redactor: Redactor


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    outcome: RunOutcome
    status: int
    projects: tuple[ProjectEnd, ...]
    advice: tuple[Advice, ...] = ()
    recovered: bool = False
    """Whether a remedy was needed."""


@dataclass(frozen=True)
class Found:
    """A project as it was asked for and as it was found, and its tree in safekeeping."""

    asked: ProjectRequest
    project: Project
    tree: Kept


def install(request: Request, log: Log, around: Surroundings) -> Outcome:
    """Install what is asked for, healing what has to be healed.

    Raises the errors of `safe_install.errors` for what cannot be done at all. Unless the outcome is
    `INSTALLED`, target, trees and pip's cache are as they were, whatever ended the run.
    """
    # Where to.
    into = target.inspect(request.python, request.projects[0].path, around.environ)
    target.refuse_if_managed(into, request.break_system_packages)
    target.refuse_if_read_only(into)
    with locked(around.state, into.prefix):
        recover(journal_store(around.state, into.prefix), into, log)

    # What; and everything that a build may change in safekeeping.
    with ExitStack() as stack:
        shop = stack.enter_context(_workshop(request, into, around))
        found = tuple(stack.enter_context(_found(asked, shop, log)) for asked in request.projects)
        cache_folder = pip_cache.folder(shop.pip_options, shop.environ, shop.target.prefix)
        cache = stack.enter_context(kept_cache(cache_folder, log))

        # Each project to a wheel, or to what has to be said.
        healings = tuple(_heal(each, request, shop, log) for each in found)
        if any(isinstance(healing.attempt.result, Failure) for healing in healings):
            return _failed(found, healings, healings)
        items = tuple(map(_item, found, healings))
        fixes = _fixes(items, healings, shop) if request.write_fix else ()
        if request.dry_run:
            return _ended(found, healings, RunOutcome.PROVEN, ExitStatus.OK)

        # All wheels into the target, or none.
        installing = installed(items, request, shop, log)
        if isinstance(installing.attempt.result, Failure):
            return _failed(found, healings, (installing,))

        # What was proven to be good stays.
        with undisturbed():
            cache.declare_good()
            for each in found:
                each.tree.declare_good()
            for item in items:
                commit.settle(item, shop, log)
            for written in fixes:
                written.write(shop, log)
        recovered = any(healing.remedies for healing in (*healings, installing))
        status = ExitStatus.RECOVERED if recovered and request.fail_on_recovery else ExitStatus.OK
        return replace(_ended(found, healings, RunOutcome.INSTALLED, status), recovered=recovered)


@contextmanager
def _workshop(request: Request, into: target.Target, around: Surroundings) -> Iterator[Workshop]:
    with TemporaryDirectory(prefix="safe-install-", ignore_cleanup_errors=True) as scratch:
        yield Workshop(
            target=into,
            run_dir=around.run_dir,
            # Resolved: a temporary folder behind a symbolic link gives paths that compare unequal.
            scratch=Path(scratch).resolve(),
            state=around.state,
            environ=around.environ,
            pip_options=request.build_options,
            build_constraints=request.build_constraints,
            cwd=around.cwd,
            redact=around.redactor.redact,
            seconds=request.max_seconds,
            isolated=request.isolated,
        )


@contextmanager
def _found(asked: ProjectRequest, shop: Workshop, log: Log) -> Iterator[Found]:
    """Read a project and keep its tree; two builds of one tree at once would collide."""
    with locked(shop.state, asked.path):
        store = journal_store(shop.scratch, asked.path)
        _undo_stand_in(asked.path / "pyproject.toml", shop, log)
        read = project.read(asked.path, shop.environ)
        events.project_read(log, read, asked.wheel)
        with kept_tree(read, store, shop.run_dir, (shop.scratch, shop.state), log) as tree:
            yield Found(asked, read, tree)


def _undo_stand_in(file: Path, shop: Workshop, log: Log) -> None:
    if put_back(file, journal_store(shop.state, file)):
        detail = "put back: an earlier run was killed while it built with a corrected one"
        events.change_reverted(log, Change(Place.PYPROJECT, file, detail))


def _heal(found: Found, request: Request, shop: Workshop, log: Log) -> Healing:
    start = Recipe(
        system=found.project.system,
        wheel=found.asked.wheel,
        extra_requires=request.build_requires,
        isolated=request.isolated,
        cache=pip_cache.folder(shop.pip_options, shop.environ, shop.target.prefix) is not None,
        config_settings=request.config_settings,
    )
    return healed(start, Bench(found.project, found.tree, shop, log), request.policy, request.max_seconds)


def _fixes(items: tuple[Item, ...], healings: tuple[Healing, ...], shop: Workshop) -> tuple[Fix, ...]:
    """Prove the patches; what only a probe could build has none: no `pyproject.toml` says that for others."""
    from safe_install import fix

    pairs = zip(items, healings, strict=True)
    return fix.proven(tuple(item for item, healing in pairs if healing.attempt.remedy != PROBE), shop)


def _item(found: Found, healing: Healing) -> Item:
    built = healing.attempt.result
    assert isinstance(built, Built)
    return Item(found.project, healing.attempt.recipe, built, found.asked.extras, healing.cache_blamed_for)


def _failed(found: tuple[Found, ...], healings: tuple[Healing, ...], failed: tuple[Healing, ...]) -> Outcome:
    """Say for each failure what only the user can do."""
    # Not before a failure: a healthy run must not pay for it; nor for `fix`, below.
    from safe_install.diagnosis.advice import advise

    advice = []
    for healing in failed:
        diagnosis = healing.attempt.diagnosis
        if diagnosis is not None:
            told = advise(diagnosis, healing.evidence)
            advice.append(Advice(told.reason, told.step, healing.evidence.project.path))
    status = next((status for healing in failed if (status := _pip_status(healing))), ExitStatus.FAILED)
    return replace(_ended(found, healings, RunOutcome.FAILED, status), advice=tuple(advice))


def _pip_status(healing: Healing) -> int | None:
    """Give the status of the pip that could not install, which is the run's."""
    result = healing.attempt.result
    if isinstance(result, Failure) and result.stage is Stage.INSTALL and (result.status or 0) > 0:
        return result.status
    return None


def _ended(found: tuple[Found, ...], healings: tuple[Healing, ...], outcome: RunOutcome, status: int) -> Outcome:
    good = ProjectOutcome.INSTALLED if outcome is RunOutcome.INSTALLED else ProjectOutcome.BUILT
    ends = tuple(_end(each.project, healing, good) for each, healing in zip(found, healings, strict=True))
    return Outcome(outcome, status, ends)


def _end(project: Project, healing: Healing, good: ProjectOutcome) -> ProjectEnd:
    built = healing.attempt.result
    if not isinstance(built, Built):
        return ProjectEnd(project.path, ProjectOutcome.FAILED, len(healing.attempts), name=project.name)
    return ProjectEnd(
        project=project.path,
        outcome=good,
        attempts=len(healing.attempts),
        remedies=healing.remedies,
        name=built.name,
        version=built.version,
        wheel=built.wheel.name,
    )
