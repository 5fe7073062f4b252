"""Runs as they could have been, told through the event functions."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from itertools import count
from pathlib import Path
from typing import Any

from safe_install import events
from safe_install.events.log import Event, Log, Sink, make_logger
from safe_install.events.values import (
    Advice,
    Change,
    Choice,
    Finish,
    HookRun,
    Place,
    ProjectEnd,
    ProjectOutcome,
    RunError,
    RunOutcome,
    Start,
)
from safe_install.kinds import Cause, Kind, Pip, Stage, Wheel
from safe_install.model import (
    Attempt,
    BuildSystem,
    Built,
    Diagnosis,
    Distribution,
    Failure,
    Installed,
    Project,
    Recipe,
    Result,
)
from safe_install.redaction import Redactor
from safe_install.render.page import Page
from safe_install.render.story import story
from safe_install.render.tale import Run
from safe_install.render.terminal import ASCII, write

RUN_DIR = Path("/state/runs/20260801-101500-1a2b")
TREE = Path("/home/me/demo")
TARGET = Path("/home/me/.venv/bin/python")
BEGAN = datetime(2026, 8, 1, 10, 15, tzinfo=timezone.utc)

SYSTEM = BuildSystem(("hatchling",), "hatchlin.build")
RECIPE = Recipe(SYSTEM, Wheel.EDITABLE)
CURED = replace(RECIPE, system=replace(SYSTEM, backend="hatchling.build"))
PROJECT = Project(TREE, SYSTEM, name="demo-pkg", names_backend=True, has_table=True)
MISSPELT = Diagnosis(
    Kind.BACKEND_MISSPELT,
    "hatchlin.build",
    "ModuleNotFoundError: No module named 'hatchlin'",
    candidates=("hatchling.build",),
)
UNAVAILABLE = Failure(
    Stage.IMPORT,
    Cause.BACKEND_UNAVAILABLE,
    "Cannot import 'hatchlin.build'",
    "Traceback (most recent call last):\n  File \"x.py\", line 1\nModuleNotFoundError: No module named 'hatchlin'\n",
    log=RUN_DIR / "attempt-1.log",
)
BUILT = Built(
    Path("/scratch/demo_pkg-0.1-py3-none-any.whl"),
    "demo-pkg",
    "0.1",
    RUN_DIR / "attempt-2.log",
    (Distribution("hatchling", "1.27.0"),),
)
PATCH = """\
--- a/pyproject.toml
+++ b/pyproject.toml
@@ -1,6 +1,6 @@
 [build-system]
 requires = ["hatchling"]
-build-backend = "hatchlin.build"
+build-backend = "hatchling.build"

 [project]
 name = "demo-pkg"
"""

MODULE_SYSTEM = BuildSystem(("setuptools>=64",), "setuptools.build_meta")
MODULE_RECIPE = Recipe(MODULE_SYSTEM)
MODULE_PROJECT = Project(Path("/home/me/sonde"), MODULE_SYSTEM, name="sonde", has_setup_py=True)
MISSING = Diagnosis(Kind.MODULE_MISSING, "frobnicate", "ModuleNotFoundError: No module named 'frobnicate'")
HOOK_FAILED = Failure(
    Stage.REQUIRES,
    Cause.HOOK_FAILED,
    "get_requires_for_build_wheel ended with exit status 1",
    "Traceback (most recent call last):\n"
    '  File "/home/me/sonde/setup.py", line 2, in <module>\n'
    "    import frobnicate\n"
    "ModuleNotFoundError: No module named 'frobnicate'\n",
    status=1,
    log=RUN_DIR / "sonde-1.log",
)
TOO_OLD = Diagnosis(Kind.PIP_TOO_OLD, "20.3.4", "ERROR: demo_pkg-0.1-py9-none-any.whl is not a supported wheel")
PIP_FAILED = Failure(
    Stage.INSTALL,
    Cause.PIP_FAILED,
    "pip install failed",
    "ERROR: demo_pkg-0.1-py9-none-any.whl is not a supported wheel\n",
    1,
    RUN_DIR / "install.log",
)


def tell(story: Callable[[Log], None], *sinks: Sink, redactor: Redactor | None = None) -> list[Event]:
    """Tell a story to the sinks, a quarter of a second between two events, and give its events."""
    told: list[Event] = []
    clock = count(0, 0.25)
    story(make_logger("run-1", [told.append, *sinks], redactor or Redactor(), lambda: next(clock), BEGAN))
    return told


def screen(run: Callable[[Log], None], verbosity: int = 0, width: int = 100, ascii_only: bool = False) -> str:
    """Give what is told at the end of a run."""
    gathered = Run()
    tell(run, gathered.add)
    page = Page(verbosity, width, ASCII) if ascii_only else Page(verbosity, width)
    stream = io.StringIO()
    write(stream, story(gathered, page), colour=False)
    return stream.getvalue()


def started(log: Log, *arguments: str, dry_run: bool = False) -> None:
    events.run_started(log, Start("0.1", arguments or ("-e", "."), TREE, RUN_DIR, TARGET, dry_run))


def failed(log: Log, project: Project, number: int, result: Result, diagnosis: Diagnosis | None) -> None:
    events.attempt_failed(log, project, number, Attempt(RECIPE, result, diagnosis=diagnosis), 300)


def healthy(log: Log) -> None:
    """A project that is built and installed as declared."""
    built(log)
    installed(log)
    finished(log, RunOutcome.INSTALLED, end(ProjectOutcome.INSTALLED, 1))


def built(log: Log) -> None:
    """A project that is built as declared."""
    started(log)
    events.project_read(log, replace(PROJECT, system=CURED.system), Wheel.EDITABLE)
    events.attempt_started(log, PROJECT, 1, CURED, CURED)
    events.hook_finished(log, PROJECT, 1, HookRun("build_editable", 0, 800, RUN_DIR / "attempt-1.log"))
    events.attempt_built(log, PROJECT, 1, BUILT, 1400)


def recovery(log: Log) -> None:
    """A project whose backend is misspelt, healed and installed."""
    healed(log)
    installed(log)
    finished(log, RunOutcome.INSTALLED, end(ProjectOutcome.INSTALLED, 2, "repair-build-system"))


def healed(log: Log, *arguments: str, dry_run: bool = False) -> None:
    """The recovery up to the install."""
    started(log, *arguments, dry_run=dry_run)
    events.project_read(log, PROJECT, Wheel.EDITABLE)
    events.attempt_started(log, PROJECT, 1, RECIPE, RECIPE)
    events.hook_finished(log, PROJECT, 1, HookRun("fill", 0, 2100, RUN_DIR / "attempt-1.log"))
    failed(log, PROJECT, 1, UNAVAILABLE, MISSPELT)
    choice = Choice("repair-build-system", 1, MISSPELT, "known: PEP 517")
    events.remedy_chosen(log, PROJECT, choice, RECIPE, CURED)
    events.attempt_started(log, PROJECT, 2, RECIPE, CURED, "repair-build-system")
    events.hook_finished(log, PROJECT, 2, HookRun("build_editable", 0, 800, RUN_DIR / "attempt-2.log"))
    events.attempt_built(log, PROJECT, 2, BUILT, 1400)
    told = ["build-backend: 'hatchlin.build' -> 'hatchling.build'"]
    events.remedy_proven(log, PROJECT, 2, ["repair-build-system"], told, PATCH)


def failure(log: Log) -> None:
    """A project that imports a module that nobody vouches for."""
    project, declared, uncached = MODULE_PROJECT, MODULE_RECIPE, replace(MODULE_RECIPE, cache=False)
    started(log, ".")
    events.project_read(log, project, Wheel.REGULAR)
    events.attempt_started(log, project, 1, declared, declared)
    failed(log, project, 1, HOOK_FAILED, MISSING)
    events.remedy_chosen(log, project, Choice("fresh-caches", 2, MISSING), declared, uncached)
    events.attempt_started(log, project, 2, declared, uncached, "fresh-caches")
    failed(log, project, 2, HOOK_FAILED, MISSING)
    events.remedy_rejected(log, project, "fresh-caches", "the build failed the same way or earlier", 2)
    absent = "the target has no distribution that provides frobnicate"
    events.remedy_rejected(log, project, "no-isolation-probe", absent)
    unnamed = "nothing says which distribution provides frobnicate"
    events.remedy_rejected(log, project, "infer-requires", unnamed)
    events.remedy_rejected(log, project, "infer-requires", unnamed)
    advice = Advice(
        "a module's name does not tell which distribution provides it",
        "find out which one does, and allow it:\n  safe-install --allow NAME .",
        project.path,
    )
    ended = ProjectEnd(project.path, ProjectOutcome.FAILED, 2, name="sonde")
    finished(log, RunOutcome.FAILED, ended, advice=advice)


def refused(log: Log) -> None:
    """A run that cannot begin."""
    started(log, "./nowhere")
    error = RunError("there is no directory /home/me/demo/nowhere", "name the directory of a project")
    events.run_finished(log, Finish(RunOutcome.ERROR, 2, 10, RUN_DIR, error=error))


def installed(log: Log) -> None:
    events.install_started(log, TARGET, [BUILT.wheel], "26.3")
    events.install_finished(log, TARGET, Attempt(RECIPE, Installed(("demo-pkg-0.1",))), 900)


def refused_by_pip(log: Log, pip: str) -> None:
    events.install_started(log, TARGET, [BUILT.wheel], pip)
    events.install_finished(log, TARGET, Attempt(RECIPE, PIP_FAILED, diagnosis=TOO_OLD), 900)


def install_repaired(log: Log) -> None:
    """A healthy project that the target's pip cannot install."""
    built(log)
    refused_by_pip(log, "20.3.4")
    installs = replace(RECIPE, pip=Pip.TARGET)
    events.remedy_chosen(log, PROJECT, Choice("newer-pip", 3, TOO_OLD), installs, RECIPE)
    installed(log)
    events.remedy_proven(log, PROJECT, 2, ["newer-pip"], ["with the pip that virtualenv carries"], None)
    events.change_reverted(log, Change(Place.TARGET, TARGET, "3 paths put back"))
    events.change_committed(log, Change(Place.PIP, TARGET, "pip==26.3"))
    finished(log, RunOutcome.INSTALLED, end(ProjectOutcome.INSTALLED, 1))


def install_failed(log: Log) -> None:
    """A healthy project that no pip can install."""
    built(log)
    refused_by_pip(log, "26.3")
    events.remedy_rejected(log, PROJECT, "newer-pip", "there is no newer pip")
    advice = Advice("pip 26.3 is the newest", "install Python 3.12", TREE)
    finished(log, RunOutcome.FAILED, end(ProjectOutcome.BUILT, 1), advice=advice)


def end(outcome: ProjectOutcome, attempts: int, *remedies: str) -> ProjectEnd:
    return ProjectEnd(TREE, outcome, attempts, remedies, "demo-pkg", "0.1", BUILT.wheel.name)


def finished(log: Log, outcome: RunOutcome, *ends: ProjectEnd, advice: Advice | None = None) -> None:
    status = {RunOutcome.FAILED: 1, RunOutcome.INTERRUPTED: 130}.get(outcome, 0)
    events.run_finished(log, Finish(outcome, status, 5000, RUN_DIR, ends, [advice] if advice else []))


def fields(event: Event) -> dict[str, Any]:
    """Give an event's own fields and its name."""
    common = {"schema", "run_id", "seq", "timestamp", "elapsed_ms", "level"}
    return {key: value for key, value in event.items() if key not in common}
