"""A run in a workflow of GitHub Actions: what its runner would obey, and its pages would show."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import cases
from workplace import Workplace


def test_a_recovery_in_a_workflow(place: Workplace) -> None:
    """Pip's output obeys nobody, the correction is annotated at its line, and the summary has the patch."""
    shutil.copytree(cases.PROJECTS / "misspelt-root-hatchling" / "project", place.tree)
    place.make_target("--no-pip")
    summary = place.root / "summary.md"
    workflow = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(place.root), "GITHUB_STEP_SUMMARY": str(summary)}
    run = place.safe_install("-e", place.tree, **workflow)
    assert run.status == 0, run
    first, *passed, last = run.stdout.splitlines()
    token = re.fullmatch("::stop-commands::([0-9a-f]{32})", first)
    assert token is not None, run
    assert last == f"::{token[1]}::"
    assert any(line.startswith("Successfully installed demo-1.0") for line in passed)
    annotation = run.stderr.splitlines()[-1]
    assert annotation.startswith("::warning file=tree/pyproject.toml,line=3,col=1,title=safe-install%3A repaired by")
    assert '+build-backend = "hatchling.build"' in summary.read_text(encoding="utf-8")


def test_what_a_dependency_prints_is_no_command(place: Workplace, tmp_path: Path) -> None:
    """A package that pip builds, and shows the output of, commands the runner nothing."""
    place.make_target()
    dependency = tmp_path / "dependency"
    dependency.mkdir()
    (dependency / "setup.py").write_text("print('::error::forged', flush=True)\nraise SystemExit(1)\n")
    requires = f"demo-dependency @ {dependency.as_uri()}"
    table = '[build-system]\nrequires = ["flit_core>=3.4"]\nbuild-backend = "flit_core.buildapi"\n'
    project = f'[project]\nname = "demo"\nversion = "1.0"\ndescription = "x"\ndependencies = ["{requires}"]\n'
    place.write({"pyproject.toml": f"{table}{project}", "demo.py": ""})
    run = place.safe_install(place.tree, GITHUB_ACTIONS="true")
    assert run.status != 0, run
    for printed in (run.stdout, run.stderr):
        guarded = re.sub(r"^::stop-commands::(\w+)$.*?^::\1::$", "", printed, flags=re.DOTALL | re.MULTILINE)
        assert not re.search(r"^\s*::error::", guarded, re.MULTILINE), run
    assert "::error::forged" in run.stdout + run.stderr
