"""Measure what a healthy project costs, as a ratio against pip and uv, in one run.

Usage: python benchmarks/healthy.py [--runs N] [--backend NAME …]

Two jobs: `attempt` makes the wheel (`safe-install --dry-run`, which has pip say in the end what it would install,
against `pip wheel`), and `install` is the whole editable install into one virtual environment. The tools take turns
(A B C A B C …), so that a machine that grows slower does so for all. Printed are medians of whole-process
wall and CPU seconds, and the medians of the ratios of each round.
"""

from __future__ import annotations

import argparse
import os
import resource
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

BACKENDS: Final = {
    "hatchling": ("hatchling", "hatchling.build"),
    "setuptools": ("setuptools", "setuptools.build_meta"),
    "flit-core": ("flit_core", "flit_core.buildapi"),
    "poetry-core": ("poetry-core", "poetry.core.masonry.api"),
    "pdm-backend": ("pdm-backend", "pdm.backend"),
}


@dataclass(frozen=True)
class Cost:
    """What one run of one tool cost."""

    wall: float
    cpu: float


def main() -> int:
    """Print a table and give 0; a tool that fails ends the run with its output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="counted rounds (default 5); one more warms up")
    parser.add_argument("--backend", action="append", choices=BACKENDS, help="default: all")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        venv.create(scratch / "target", with_pip=True)
        python = scratch / "target" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", "pip"], check=True)
        jobs = _jobs(python, scratch / "wheels")
        print(f"{'backend':12} {'job':8} {'tool':13} {'wall s':>7} {'cpu s':>7} {'wall/pip':>9} {'cpu/pip':>8}")
        for backend in asked.backend or BACKENDS:
            tree = _project(scratch, backend)
            for job, tools in jobs.items():
                _rows(backend, job, tools, tree, asked.runs)
    return 0


def _jobs(python: Path, wheels: Path) -> dict[str, dict[str, list[str]]]:
    """Give by job the command of each tool, less the project; pip first, the others are measured against it."""
    pip = [str(python), "-m", "pip"]
    ours = [sys.executable, "-m", "safe_install", "--quiet", "--python", str(python)]
    jobs = {
        "attempt": {
            "pip": [*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels)],
            "safe-install": [*ours, "--dry-run"],
        },
        "install": {"pip": [*pip, "install", "--quiet", "-e"], "safe-install": [*ours, "-e"]},
    }
    if uv := shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"):
        jobs["attempt"]["uv"] = [uv, "build", "--quiet", "--wheel", "--python", str(python), "--out-dir", str(wheels)]
        jobs["install"]["uv"] = [uv, "pip", "install", "--quiet", "--python", str(python), "--reinstall", "-e"]
    return jobs


def _project(scratch: Path, backend: str) -> Path:
    requirement, module = BACKENDS[backend]
    tree = scratch / backend
    (tree / "src" / "demo_pkg").mkdir(parents=True)
    (tree / "src" / "demo_pkg" / "__init__.py").write_text('"""Demonstrate."""\n', encoding="utf-8")
    (tree / "pyproject.toml").write_text(
        f'[build-system]\nrequires = ["{requirement}"]\nbuild-backend = "{module}"\n\n'
        '[project]\nname = "demo-pkg"\nversion = "0.1"\ndescription = "A demonstration"\n',
        encoding="utf-8",
    )
    return tree


def _rows(backend: str, job: str, tools: dict[str, list[str]], tree: Path, runs: int) -> None:
    costs: dict[str, list[Cost]] = {tool: [] for tool in tools}
    for round_ in range(runs + 1):
        for tool, command in tools.items():
            cost = measured([*command, str(tree)])
            if round_:
                costs[tool].append(cost)
    for tool, found in costs.items():
        wall = statistics.median(cost.wall for cost in found)
        cpu = statistics.median(cost.cpu for cost in found)
        walls = statistics.median(cost.wall / pip.wall for cost, pip in zip(found, costs["pip"], strict=True))
        cpus = statistics.median(cost.cpu / pip.cpu for cost, pip in zip(found, costs["pip"], strict=True))
        print(f"{backend:12} {job:8} {tool:13} {wall:7.2f} {cpu:7.2f} {walls:9.2f} {cpus:8.2f}", flush=True)


def measured(command: list[str]) -> Cost:
    """Run a command and give its cost; one that fails ends this program with its output."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    sys.exit(main())
