"""Measure what it costs to heal a broken project, or to refuse one, against pip's own failing run.

Usage: python benchmarks/recovery.py [--runs N] [PROJECT …]

The projects are those of the integration tests. pip and the tool take turns, each time with a fresh copy of the tree
and a target made anew. Printed are medians of whole-process wall seconds, how often pip's time the tool took in each
round, and the median of that over all projects that were healed, and over all that were refused.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECTS: Final = Path(__file__).parents[1] / "integration" / "projects"
DEFAULT: Final = (
    *("misspelt-root-hatchling", "no-requires-setuptools", "renamed-poetry", "not-in-requires-flit-core"),
    *("undeclared-six", "undeclared-numpy", "removed-pkg-resources", "removed-use-2to3", "plugin-setuptools-scm"),
    *("own-syntax-error", "header-missing", "unvouched-module"),
)


@dataclass(frozen=True)
class Cost:
    """How long pip and the tool took for the same project, and whether each of them installed it."""

    pip: float
    tool: float
    healed: bool


def main() -> int:
    """Print a table and give 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="counted rounds (default 3); one more warms up")
    parser.add_argument("projects", nargs="*", default=DEFAULT)
    asked = parser.parse_args()
    print(f"{'project':28} {'':8} {'pip s':>7} {'tool s':>7} {'tool/pip':>9}")
    ratios: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        newest = Path(folder, "pip")
        venv.create(newest, with_pip=True)
        subprocess.run([newest / "bin/python", "-m", "pip", "install", "--quiet", "--upgrade", "pip"], check=True)
        for project in asked.projects:
            costs = [_round(project, Path(folder)) for _ in range(asked.runs + 1)][1:]
            ratio = statistics.median(cost.tool / cost.pip for cost in costs)
            ratios[costs[-1].healed].append(ratio)
            pip, tool = (statistics.median(getattr(cost, name) for cost in costs) for name in ("pip", "tool"))
            ending = "healed" if costs[-1].healed else "refused"
            print(f"{project:28} {ending:8} {pip:7.2f} {tool:7.2f} {ratio:9.2f}", flush=True)
    for healed, found in ratios.items():
        if found:
            print(f"median of {len(found)} {'healed' if healed else 'refused'}: {statistics.median(found):.2f}")
    return 0


def _round(project: str, folder: Path) -> Cost:
    target = str(folder / "target" / "bin" / "python")
    newest = str(folder / "pip" / "bin" / "python")
    pip, _ = _timed(project, folder, [newest, "-m", "pip", "--python", target, "install"])
    tool, status = _timed(project, folder, [sys.executable, "-m", "safe_install", "--python", target])
    return Cost(pip, tool, healed=status == 0)


def _timed(project: str, folder: Path, command: list[str]) -> tuple[float, int]:
    """Run one of them to its end on a copy of the project, and give the seconds and the exit status."""
    tree, target = folder / "tree", folder / "target"
    for place in (tree, target):
        shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(PROJECTS / project / "project", tree)
    # Neither needs a pip in it.
    venv.create(target)
    began = time.monotonic()
    done = subprocess.run([*command, str(tree)], capture_output=True, check=False)
    return time.monotonic() - began, done.returncode


if __name__ == "__main__":
    sys.exit(main())
