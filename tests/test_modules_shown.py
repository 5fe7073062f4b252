"""Each module of the tables is missed by a project that imports it, and brought by what the row says of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from virtualenv import cli_run

from attempted import PROJECT, evidence, step
from safe_install.diagnosis import diagnose
from safe_install.evidence import Evidence
from safe_install.kinds import Cause, Stage
from safe_install.knowledge import tables
from safe_install.ladder import Try
from safe_install.model import Attempt, BuildSystem, Failure, Recipe
from test_removals_shown import run

LOST: Final = {row.module: row.gone_since for row in tables().stdlib.values() if row.requires}
USUAL: Final = (3, 12)
"""The Python on which a module is missed that no Python ever had."""
NEWEST: Final = (3, 13)
"""The Python on which one is missed that the standard library had."""

BARE: Final = Recipe(BuildSystem((), "setuptools.build_meta"))


APART: Final = {"google.protobuf", "pip"}
"""Of a namespace that nothing has yet Python names the root only; and pip is there, to bring the others."""


@pytest.mark.index
@pytest.mark.parametrize(
    "module",
    dict.fromkeys(
        each for each in (*LOST, *tables().modules, *(row.root for row in tables().backends)) if each not in APART
    ),
)
def test_a_module_is_missed_and_brought(module: str, tmp_path: Path) -> None:
    python = max(NEWEST, LOST[module]) if module in LOST else USUAL
    try:
        environment = cli_run(
            ["-q", "--activators", "", "--no-setuptools", "-p", ".".join(map(str, python)), str(tmp_path / "env")]
        )
    except RuntimeError as absent:
        pytest.skip(str(absent))
    interpreter = str(environment.creator.exe)
    (tmp_path / "setup.py").write_text(f"import {module}\n", encoding="utf-8")
    missed = run([interpreter, "setup.py"], tmp_path)
    assert missed.returncode, missed.stdout
    project = replace(PROJECT, path=tmp_path, has_setup_py=True)
    wanted = _cured(missed.stdout, replace(evidence(project=project), python=python)).extra_requires
    assert wanted
    pip = [interpreter, "-m", "pip", "install", "-q", "--prefer-binary"]
    brought = run([*pip, "setuptools", *wanted], tmp_path)
    assert brought.returncode == 0, brought.stdout
    found = run([interpreter, "setup.py"], tmp_path)
    # What it lacks itself, such as an older setuptools, is for the next step.
    assert f"No module named '{module}'" not in found.stdout
    assert found.returncode == 0 or "ModuleNotFoundError" in found.stdout, found.stdout


def _cured(log: str, given: Evidence) -> Recipe:
    """Give the recipe that comes next, after a build has printed this."""
    failure = Failure(Stage.REQUIRES, Cause.HOOK_FAILED, "…", output=log)
    taken = step(Attempt(BARE, failure, diagnosis=diagnose(failure, BARE, given)), given=given)
    assert isinstance(taken, Try), log
    return taken.recipe
