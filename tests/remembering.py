"""Runs that begin with what an earlier one has proven, told through the event functions."""

from __future__ import annotations

from pathlib import Path

import recorded
from recorded import CURED, PATCH, PROJECT, RECIPE
from safe_install import events
from safe_install.events.log import Log
from safe_install.events.values import ProjectOutcome, RunOutcome
from safe_install.kinds import Wheel
from safe_install.recipe_data import as_data
from safe_install.unbuilt import Remembered, Unbuilt

CHANGES = ["build-backend: 'hatchlin.build' -> 'hatchling.build'"]
DEAD = Unbuilt("dead==1.0 from url", "url", Path("/scratch/dead"))


def still_good(log: Log) -> None:
    """A project whose remembered recipe still builds it."""
    recorded.started(log)
    events.project_read(log, PROJECT, Wheel.EDITABLE)
    events.attempt_started(log, PROJECT, 1, RECIPE, CURED)
    events.attempt_built(log, PROJECT, 1, recorded.BUILT, 1400)
    events.remedy_proven(log, PROJECT, 1, ["repair-build-system"], CHANGES, PATCH)
    recorded.installed(log)
    recorded.finished(log, RunOutcome.INSTALLED, recorded.end(ProjectOutcome.INSTALLED, 1, "repair-build-system"))


def good_no_more(log: Log) -> None:
    """A project that is built as declared, and as remembered no more."""
    recorded.started(log)
    events.project_read(log, PROJECT, Wheel.EDITABLE)
    events.attempt_started(log, PROJECT, 1, RECIPE, CURED)
    recorded.failed(log, PROJECT, 1, recorded.HOOK_FAILED, recorded.MISSING)
    events.attempt_started(log, PROJECT, 2, RECIPE, RECIPE)
    events.attempt_built(log, PROJECT, 2, recorded.BUILT, 1400)
    recorded.installed(log)
    recorded.finished(log, RunOutcome.INSTALLED, recorded.end(ProjectOutcome.INSTALLED, 2))


def a_wheel(log: Log) -> None:
    """A dependency whose wheel an earlier run has proven."""
    proof = {"declared": as_data(RECIPE)["system"], "recipe": as_data(CURED), "patch": PATCH}
    recorded.started(log)
    known = Remembered(Path("/cache/dead-1.0-py3-none-any.whl"), tuple(CHANGES), proof=proof)
    events.dependency_failed(log, DEAD, known)
    recorded.installed(log)
    recorded.finished(log, RunOutcome.INSTALLED)
