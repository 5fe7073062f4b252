"""Attempts as they could have been, for the tests of what is tried next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from safe_install.evidence import Dated, Evidence, InstalledProviders, Policy
from safe_install.kinds import Cause, Kind, Stage
from safe_install.ladder import NAMES, Step, Try, next_step
from safe_install.model import Attempt, BuildSystem, Built, Diagnosis, Distribution, Failure, Mention, Project, Recipe

SYSTEM: Final = BuildSystem(("setuptools",), "setuptools.build_meta")
START: Final = Recipe(SYSTEM)
PROJECT: Final = Project(Path("/project"), SYSTEM, name="demo")
ALL: Final = Policy(frozenset(NAMES))
SETUPTOOLS: Final = Distribution("setuptools", "70.0", ("setuptools",))
NUMPY: Final = Distribution("numpy", "1.26.4", ("numpy",))
SIX: Final = Distribution("six", "1.16.0", ("six",))
HELD: Final = (SETUPTOOLS, NUMPY, SIX)
UNKNOWN: Final = Diagnosis(Kind.UNKNOWN, "", "boom")
BUILT: Final = Built(Path("/scratch/demo-1-py3-none-any.whl"), "demo", "1")


def missing(module: str) -> Diagnosis:
    """Give the diagnosis of a missing module."""
    return Diagnosis(Kind.MODULE_MISSING, module, f"ModuleNotFoundError: No module named {module!r}")


def failed(
    diagnosis: Diagnosis,
    stage: Stage = Stage.BUILD,
    recipe: Recipe = START,
    remedy: str | None = None,
    base: int | None = None,
) -> Attempt:
    """Give an attempt that failed."""
    return Attempt(recipe, Failure(stage, Cause.HOOK_FAILED, "…"), remedy, base, diagnosis)


def evidence(
    *held: Distribution, project: Project = PROJECT, policy: Policy = ALL, target_pip: str | None = None
) -> Evidence:
    """Give evidence with the target's distributions."""
    asked = Evidence(project, policy, (3, 13), target_pip, {InstalledProviders(): held})
    return replace(asked, dated=Dated(None, date(2026, 1, 1)))


def step(*attempts: Attempt, given: Evidence | None = None, spent: bool = False) -> Step:
    """Decide what comes after some attempts."""
    return next_step(attempts, given or evidence(), spent=spent)


def tried(taken: Step, diagnosis: Diagnosis, stage: Stage = Stage.BUILD) -> Attempt:
    """Carry out a step: its recipe fails as given."""
    assert isinstance(taken, Try)
    return failed(diagnosis, stage, taken.recipe, taken.remedy.name, taken.base)


def declaring(*requirements: str) -> Project:
    """Give a project that declares requirements."""
    return replace(PROJECT, mentions=tuple(Mention(each, "setup.py") for each in requirements))
