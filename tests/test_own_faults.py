"""What is the project's own fault is told at once: no remedy is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import own_faults
from failing import SETUPTOOLS, SYSTEM, hook_failed
from safe_install.diagnosis import diagnose
from safe_install.evidence import Dated, Evidence, InstalledProviders, Policy
from safe_install.kinds import Stage
from safe_install.ladder import NAMES, GiveUp, next_step
from safe_install.model import Attempt, Distribution, Project, Recipe

NUMPY = Distribution("numpy", "2.3.0", ("numpy",))
PROJECT = Project(
    Path("/project"),
    SYSTEM,
    name="demo",
    names_backend=True,
    has_table=True,
    has_setup_py=True,
    modules=frozenset({"demo"}),
    homes=(("demo", "."), ("backend", "_build")),
    sources=(("setup.py", "\n".join(own_faults.STATEMENTS)),),
)
EVIDENCE = Evidence(
    PROJECT,
    Policy(frozenset(NAMES)),
    (3, 13),
    "23.0",
    {InstalledProviders(): (SETUPTOOLS, NUMPY)},
    dated=Dated(date(2020, 1, 1), date(2026, 1, 1)),
)
"""Of a project for which every remedy could have something to try."""
LOGS = (*own_faults.python(), *own_faults.compiled())


def test_there_are_many() -> None:
    assert len(set(LOGS)) >= 200


@pytest.mark.parametrize("log", LOGS, ids=range(len(LOGS)))
def test_no_remedy_is_tried(log: str) -> None:
    recipe = Recipe(SYSTEM)
    failure = replace(hook_failed(log, SETUPTOOLS), stage=Stage.BUILD)
    attempt = Attempt(recipe, failure, diagnosis=diagnose(failure, recipe, EVIDENCE))
    assert next_step((attempt,), EVIDENCE) == GiveUp(0, "no change of the build system can cure it", ())
