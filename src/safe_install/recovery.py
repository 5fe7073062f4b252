"""Bring one project to a wheel: the loop, with real builds as its attempts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from safe_install import events, project
from safe_install.building import build
from safe_install.environment.workshop import Workshop
from safe_install.events.log import Log
from safe_install.events.values import Change, HookRun, Place
from safe_install.evidence import Answer, Evidence, IndexProviders, InstalledProviders, Policy, Question
from safe_install.heal import Effects, Healing, heal
from safe_install.journal.kept import Kept
from safe_install.journal.safekeeping import journal_store, kept_tree, locked
from safe_install.model import Attempt, Built, Failure, Project, Recipe, Result, assert_never
from safe_install.process import Finished
from safe_install.request import ProjectRequest, Request
from safe_install.stand_in import put_back
from safe_install.target import pip_cache
from safe_install.target.distributions import from_an_index


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
        with kept_tree(read, store, shop.run_dir, (shop.scratch, shop.state, *others), log) as tree:
            yield Found(asked, read, tree)


def heal_found(each: Found, request: Request, shop: Workshop, log: Log) -> Healing:
    """Bring a project to a wheel, as the request wants wheels built."""
    start = Recipe(
        system=each.project.system,
        wheel=each.asked.wheel,
        extra_requires=request.build_requires,
        isolated=request.isolated,
        cache=pip_cache.folder(shop.pip_options, shop.environ, shop.target.prefix) is not None,
        config_settings=request.config_settings,
    )
    return healed(start, Bench(each.project, each.tree, shop, log), request.policy, request.max_seconds)


def healed(start: Recipe, bench: Bench, policy: Policy, seconds: float | None) -> Healing:
    """Build the project as the recipe says, and otherwise if need be; `seconds` bounds the attempts."""
    shop = bench.shop

    def attempt(number: int, recipe: Recipe, remedy: str | None) -> Result:
        events.attempt_started(bench.log, bench.project, number, start, recipe, remedy)
        return attempted(bench, number, recipe)

    def answer(question: Question) -> Answer:
        match question:
            case InstalledProviders():
                return from_an_index(shop.target.path)
            case IndexProviders():
                from safe_install.verification import index_providers

                return index_providers(question.module, shop, shop.run_dir / f"verify-{question.module}.log")
            case _:
                assert_never(question)

    def ended(number: int, attempt: Attempt, milliseconds: int) -> None:
        if isinstance(attempt.result, Built):
            events.attempt_built(bench.log, bench.project, number, attempt.result, milliseconds)
        else:
            events.attempt_failed(bench.log, bench.project, number, attempt, milliseconds)

    evidence = Evidence(bench.project, policy, shop.target.python, shop.target.pip())
    effects = Effects(attempt, ended, answer, time.monotonic, seconds)
    return _as_it_stands(heal(bench.project, start, evidence, effects, bench.log), bench)


def attempted(bench: Bench, number: int, recipe: Recipe) -> Built | Failure:
    """Carry out one attempt; each starts from the tree as it was found."""
    built_from, shop = bench.project, bench.shop
    if number > 1:
        bench.tree.put_back(tell=False)
    log = shop.run_dir / f"{slug(built_from)}-attempt-{number}.log"

    def finished(hook: str, process: Finished) -> None:
        run = HookRun(hook, process.status, round(process.seconds * 1000), log)
        events.hook_finished(bench.log, built_from, number, run)

    return build(built_from, recipe, shop, log, finished)


def _as_it_stands(healing: Healing, bench: Bench) -> Healing:
    """Have the tree as the accepted attempt left it: an editable wheel may lead to what it made there."""
    if not isinstance(healing.attempt.result, Built) or healing.chosen == len(healing.attempts) - 1:
        return healing
    again = attempted(bench, healing.chosen + 1, healing.attempt.recipe)
    return replace(healing, attempts=_replaced(healing.attempts, healing.chosen, again))


def _replaced(attempts: tuple[Attempt, ...], number: int, result: Built | Failure) -> tuple[Attempt, ...]:
    return (*attempts[:number], replace(attempts[number], result=result), *attempts[number + 1 :])


def _undo_stand_in(file: Path, shop: Workshop, log: Log) -> None:
    if put_back(file, journal_store(shop.state, file)):
        detail = "put back: an earlier run was killed while it built with a corrected one"
        events.change_reverted(log, Change(Place.PYPROJECT, file, detail))


def slug(named: Project) -> str:
    """Give a file name's part for a project."""
    return re.sub(r"[^A-Za-z0-9]+", "-", named.name or named.path.name).strip("-").lower() or "project"
