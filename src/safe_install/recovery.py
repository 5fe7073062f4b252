"""Bring one project to a wheel: the loop, with real builds as its attempts."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from safe_install import events
from safe_install.building import build
from safe_install.environment.workshop import Workshop
from safe_install.events.log import Log
from safe_install.events.values import HookRun
from safe_install.heal import Effects, Healing, heal
from safe_install.journal.kept import Kept
from safe_install.model import (
    Answer,
    Attempt,
    Built,
    Evidence,
    Failure,
    IndexProviders,
    InstalledProviders,
    Policy,
    Project,
    Question,
    Recipe,
    Result,
    assert_never,
)
from safe_install.process import Finished
from safe_install.target.distributions import from_an_index


@dataclass(frozen=True)
class Bench:
    """One project, its tree in safekeeping, and the place where it is built."""

    project: Project
    tree: Kept
    shop: Workshop
    log: Log


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
    return heal(bench.project, start, evidence, Effects(attempt, ended, answer, time.monotonic, seconds), bench.log)


def attempted(bench: Bench, number: int, recipe: Recipe) -> Built | Failure:
    """Carry out one attempt; each starts from the tree as it was found."""
    project, shop = bench.project, bench.shop
    bench.tree.put_back(tell=False)
    log = shop.run_dir / f"{slug(project)}-attempt-{number}.log"

    def finished(hook: str, process: Finished) -> None:
        run = HookRun(hook, process.status, round(process.seconds * 1000), log)
        events.hook_finished(bench.log, project, number, run)

    return build(project, recipe, shop, log, finished)


def slug(project: Project) -> str:
    """Give a file name's part for a project."""
    return re.sub(r"[^A-Za-z0-9]+", "-", project.name or project.path.name).strip("-").lower() or "project"
