"""Bring one project to a wheel: the loop, with real builds as its attempts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from safe_install import events, project, sources
from safe_install.building import build
from safe_install.environment.workshop import Workshop
from safe_install.errors import BuildRequirementsUnmet
from safe_install.events.log import Log
from safe_install.events.values import Change, HookRun, Place
from safe_install.evidence import (
    Answer,
    Evidence,
    GeneratedBy,
    IndexProviders,
    InstalledProviders,
    Question,
    ReleasesAsOf,
    SourcesDate,
)
from safe_install.heal import Effects, Healing, heal
from safe_install.journal.kept import Kept
from safe_install.journal.safekeeping import journal_store, kept_tree, locked
from safe_install.memory import Memory
from safe_install.memory.identity import of_tree
from safe_install.model import Attempt, BuildSystem, Built, Failure, Project, Recipe, Result, assert_never
from safe_install.process import Finished
from safe_install.request import ProjectRequest, Request
from safe_install.stand_in import put_back
from safe_install.target import pip_cache
from safe_install.target.distributions import from_an_index, pins


@dataclass(frozen=True)
class Found:
    """A project as it was asked for and as it was found, and its tree in safekeeping."""

    asked: ProjectRequest
    project: Project
    tree: Kept


@dataclass(frozen=True)
class Bench:
    """One project, its tree in safekeeping, and the place where it is built."""

    project: Project
    tree: Kept
    shop: Workshop
    log: Log


@contextmanager
def found(
    asked: ProjectRequest, shop: Workshop, log: Log, others: Iterable[Path] = (), name: str | None = None
) -> Iterator[Found]:
    """Read a project and keep its tree, but for other projects in it; two builds of one tree would collide.

    `name` is what others know the project by, where it does not say its name itself. Raises ProjectUnreadable.
    """
    with locked(shop.state, asked.path):
        _undo_stand_in(asked.path / "pyproject.toml", shop, log)
        read = project.read(asked.path, shop.environ)
        read = replace(read, name=read.name or name)
        events.project_read(log, read, asked.wheel)
        store = journal_store(shop.scratch, asked.path)
        ours, unpacked = (shop.scratch, shop.state, *others), asked.path.is_relative_to(shop.scratch)
        with kept_tree(read, store, shop.run_dir, ours, log, unpacked=unpacked) as tree:
            yield Found(asked, read, tree)


def heal_found(each: Found, request: Request, shop: Workshop, log: Log, source: str | None = None) -> Healing:
    """Bring a project to a wheel, as the request wants wheels built.

    `source` tells its sources from all others, where that is known without reading them. Raises
    BuildRequirementsUnmet where the user wants them checked.
    """
    if request.check_build_dependencies and not request.isolated:
        _refuse_unmet(each.project, shop)
    start = Recipe(
        system=each.project.system,
        wheel=each.asked.wheel,
        extra_requires=request.build_requires,
        isolated=request.isolated,
        cache=pip_cache.folder(shop.pip_options, shop.environ, shop.target.prefix) is not None,
        config_settings=each.asked.config_settings,
    )
    bench = Bench(each.project, each.tree, shop, log)
    memory = Memory(each.project, start, request.policy, shop, cache(lambda: source or _identity(bench)))
    return healed(memory, bench, request.max_seconds)


def healed(memory: Memory, bench: Bench, seconds: float | None) -> Healing:
    """Build the project as is remembered, or as the recipe says, and otherwise if need be.

    `seconds` bounds the attempts.
    """
    shop, start, policy = bench.shop, memory.start, memory.policy

    def attempt(number: int, recipe: Recipe, remedy: str | None) -> Result:
        events.attempt_started(bench.log, bench.project, number, start, recipe, remedy)
        if number > 1:
            bench.tree.put_back(tell=False)
            # The last time that it is as it was found, should this be the recipe that is kept.
            memory.see()
        return attempted(bench, number, recipe)

    def ended(number: int, attempt: Attempt, milliseconds: int) -> None:
        if isinstance(attempt.result, Built):
            events.attempt_built(bench.log, bench.project, number, attempt.result, milliseconds)
        else:
            events.attempt_failed(bench.log, bench.project, number, attempt, milliseconds)

    evidence = Evidence(bench.project, policy, shop.target.python, shop.target.pip())
    effects = Effects(attempt, ended, partial(_answered, bench), time.monotonic, seconds)
    proof = memory.find()
    healing = heal(bench.project, start, evidence, effects, bench.log, proof)
    if proof is not None and healing.recalled is None:
        memory.forget()
    if healing.cured and healing.recalled is None:
        memory.keep(healing.proof)
    return _as_it_stands(healing, bench)


def attempted(bench: Bench, number: int, recipe: Recipe) -> Built | Failure:
    """Carry out one attempt, on the tree as it stands."""
    built_from, shop = bench.project, bench.shop
    log = shop.run_dir / f"{slug(built_from)}-attempt-{number}.log"

    def finished(hook: str, process: Finished) -> None:
        run = HookRun(hook, process.status, round(process.seconds * 1000), log)
        events.hook_finished(bench.log, built_from, number, run)

    return build(built_from, recipe, shop, log, finished)


def _answered(bench: Bench, question: Question) -> Answer:
    """Find out what a decision asks for."""
    shop = bench.shop
    match question:
        case InstalledProviders():
            return from_an_index(shop.target.path)
        case SourcesDate():
            from safe_install.dating import age

            return age(bench.project, shop)
        case ReleasesAsOf():
            from safe_install.dating import releases_as_of

            return releases_as_of(question, shop, shop.run_dir / f"as-of-{question.day}.log")
        case GeneratedBy():
            return sources.generator(bench.project.path, question.file)
        case IndexProviders():
            from safe_install.verification import index_providers

            return index_providers(question.module, shop, shop.run_dir / f"verify-{question.module}.log")
        case _:
            assert_never(question)


def _refuse_unmet(built_from: Project, shop: Workshop) -> None:
    """Refuse a project whose build requirements the target does not meet."""
    # Not without the wish: importing it is not free.
    from safe_install.environment.unmet import unmet

    if isinstance(built_from.system, BuildSystem):
        told = unmet(built_from.system.requires, pins(shop.target.path), shop.target.python)
        if told:
            raise BuildRequirementsUnmet(built_from.name or str(built_from.path), told)


def _as_it_stands(healing: Healing, bench: Bench) -> Healing:
    """Have the tree as the accepted attempt left it: an editable wheel may lead to what it made there."""
    if not isinstance(healing.attempt.result, Built) or healing.chosen == len(healing.attempts) - 1:
        return healing
    bench.tree.put_back(tell=False)
    again = attempted(bench, healing.number, healing.attempt.recipe)
    return replace(healing, attempts=_replaced(healing.attempts, healing.chosen, again))


def _replaced(attempts: tuple[Attempt, ...], number: int, result: Built | Failure) -> tuple[Attempt, ...]:
    return (*attempts[:number], replace(attempts[number], result=result), *attempts[number + 1 :])


def _identity(bench: Bench) -> str:
    return of_tree(bench.project, (bench.shop.scratch, bench.shop.state))


def _undo_stand_in(file: Path, shop: Workshop, log: Log) -> None:
    if put_back(file, journal_store(shop.state, file)):
        detail = "put back: an earlier run was killed while it built with a corrected one"
        events.change_reverted(log, Change(Place.PYPROJECT, file, detail))


def slug(named: Project) -> str:
    """Give a file name's part for a project."""
    return re.sub(r"[^A-Za-z0-9]+", "-", named.name or named.path.name).strip("-").lower() or "project"
