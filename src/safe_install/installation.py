"""Install projects, whole: read, heal, commit; or leave everything as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from safe_install import settling, target
from safe_install.commit import Item
from safe_install.dist_info import version_of
from safe_install.environment.workshop import Workshop
from safe_install.errors import ExitStatus
from safe_install.events.log import Log
from safe_install.events.values import Advice, ProjectEnd, ProjectOutcome, RunOutcome
from safe_install.heal import Healing
from safe_install.installing import Installing, installed, other_releases
from safe_install.journal.cachekeeping import kept_cache
from safe_install.journal.safekeeping import journal_store, locked, recover
from safe_install.kinds import Stage
from safe_install.model import PROBE, Built, Failure, Project
from safe_install.process.undisturbed import undisturbed
from safe_install.redaction import Redactor
from safe_install.refusing import refuse
from safe_install.request import Request
from safe_install.target import pip_cache
from safe_install.target.pip_ahead import PipAhead

if TYPE_CHECKING:
    from safe_install.fix import Fix
    from safe_install.recovery import Found


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
    target: Callable[[], target.Target]
    """Gives what is installed into; raises TargetUnusable."""
    pip_ahead: PipAhead | None = None
    """The target's pip, where it was started already."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    outcome: RunOutcome
    status: int
    projects: tuple[ProjectEnd, ...]
    advice: tuple[Advice, ...] = ()
    recovered: bool = False
    """Whether a remedy was needed."""


def install(request: Request, log: Log, around: Surroundings) -> Outcome:
    """Install what is asked for, healing what has to be healed.

    Raises the errors of `safe_install.errors` for what cannot be done at all. Unless the outcome is
    `INSTALLED`, target, trees and pip's cache are as they were, whatever ended the run.
    """
    # Where to.
    into = around.target()
    refuse(into, request, around.environ)
    with locked(around.state, into.prefix):
        recover(journal_store(around.state, into.prefix), into, log)

    # What; and everything that a build may change in safekeeping.
    with ExitStack() as stack:
        shop = stack.enter_context(_workshop(request, into, around))
        trees = _all_found(request, shop, log, stack)
        cache_folder = pip_cache.folder(shop.pip_options, shop.environ, shop.target.prefix)
        cache = stack.enter_context(kept_cache(cache_folder, log))

        # Each local project to a wheel, or to what has to be said.
        healings = _all_healed(trees, request, shop, log)
        dead = tuple(healing for healing in healings if isinstance(healing.attempt.result, Failure))
        if dead:
            return _failed(_ends(trees, healings), dead)
        items = tuple(map(_item, trees, healings))
        fixes = _fixes(items, healings, shop) if request.write_fix else ()

        # All of it into the target, or nothing.
        installing = installed(items, request, shop, log)
        ends = (*_ends(trees, healings), *_dependency_ends(installing))
        if installing.failed:
            return _failed(ends, installing.failed, other_releases(installing, shop))
        loops = (*healings, installing.healing, *(each.healing for each in installing.dependencies))
        recovered = any(healing.remedies for healing in loops) or bool(installing.remembered)
        if request.dry_run:
            return Outcome(RunOutcome.PROVEN, ExitStatus.OK, ends, recovered=recovered)

        # What was proven to be good stays.
        with undisturbed():
            cache.declare_good()
            for each in trees:
                each.tree.declare_good()
            for item in items:
                settling.settle(item, shop, log)
            for written in fixes:
                written.write(shop, log)
        status = ExitStatus.RECOVERED if recovered and request.fail_on_recovery else ExitStatus.OK
        arrived = tuple(_arrived(end, shop) for end in ends)
        return Outcome(RunOutcome.INSTALLED, status, arrived, recovered=recovered)


def _all_found(request: Request, shop: Workshop, log: Log, stack: ExitStack) -> tuple[Found, ...]:
    """Read every project and keep its tree; locked in one order, so that two runs never wait for each other."""
    if not request.projects:
        return ()
    # Not without a project: what only passes through must not pay for it; nor below.
    from safe_install.recovery import found

    paths = [asked.path for asked in request.projects]
    trees = {
        asked.path: stack.enter_context(found(asked, shop, log, [path for path in paths if path != asked.path]))
        for asked in sorted(request.projects, key=lambda asked: asked.path)
    }
    return tuple(trees[path] for path in paths)


def _all_healed(trees: tuple[Found, ...], request: Request, shop: Workshop, log: Log) -> tuple[Healing, ...]:
    if not trees:
        return ()
    from safe_install.recovery import heal_found

    return tuple(heal_found(each, request, shop, log) for each in trees)


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
            pip_ahead=around.pip_ahead,
        )


def _fixes(items: tuple[Item, ...], healings: tuple[Healing, ...], shop: Workshop) -> tuple[Fix, ...]:
    """Prove the patches; what only a probe could build has none: no `pyproject.toml` says that for others."""
    from safe_install import fix

    pairs = zip(items, healings, strict=True)
    return fix.proven(tuple(item for item, healing in pairs if healing.attempt.remedy != PROBE), shop)


def _item(each: Found, healing: Healing) -> Item:
    built = healing.attempt.result
    assert isinstance(built, Built)
    return Item(each.project, healing.attempt.recipe, built, healing.cache_blamed_for)


def _failed(
    ends: tuple[ProjectEnd, ...], failed: tuple[Healing, ...], releases: Mapping[Path, str] | None = None
) -> Outcome:
    """Say for each failure what only the user can do; `releases` has further steps, by the project's folder."""
    # Not before a failure: a healthy run must not pay for it; nor for `fix`, below.
    from safe_install.diagnosis.advice import advise

    advice = []
    for healing in failed:
        diagnosis = healing.attempt.diagnosis
        if diagnosis is not None:
            told, path = advise(diagnosis, healing.evidence), healing.evidence.project.path
            step = "\n".join(filter(None, (told.step, (releases or {}).get(path))))
            advice.append(Advice(told.reason, step, path, diagnosis))
    status = next((status for healing in failed if (status := _pip_status(healing))), ExitStatus.FAILED)
    return Outcome(RunOutcome.FAILED, status, ends, tuple(advice))


def _pip_status(healing: Healing) -> int | None:
    """Give the status of the pip that could not install, which is the run's."""
    result = healing.attempt.result
    if isinstance(result, Failure) and result.stage is Stage.INSTALL and (result.status or 0) > 0:
        return result.status
    return None


def _ends(trees: tuple[Found, ...], healings: tuple[Healing, ...]) -> tuple[ProjectEnd, ...]:
    return tuple(_end(each.project, healing) for each, healing in zip(trees, healings, strict=True))


def _dependency_ends(installing: Installing) -> tuple[ProjectEnd, ...]:
    return tuple(_end(each.found.project, each.healing) for each in installing.dependencies)


def _end(project: Project, healing: Healing) -> ProjectEnd:
    built = healing.attempt.result
    if not isinstance(built, Built):
        return ProjectEnd(project.path, ProjectOutcome.FAILED, healing.made, name=project.name)
    return ProjectEnd(
        project=project.path,
        outcome=ProjectOutcome.BUILT,
        attempts=healing.made,
        remedies=healing.remedies,
        name=built.name,
        version=built.version,
        wheel=built.wheel.name,
    )


def _arrived(end: ProjectEnd, shop: Workshop) -> ProjectEnd:
    """Say that it is installed, if it is: pip may have gone on to another candidate than the one that was built."""
    if end.outcome is not ProjectOutcome.BUILT or end.name is None:
        return end
    here = version_of(end.name, shop.target.packages) == end.version
    return replace(end, outcome=ProjectOutcome.INSTALLED) if here else end
