"""Measure what it costs to install wheels only, where nothing is to be healed, as a ratio against pip in one run.

Usage: python benchmarks/pass_through.py [--runs N] [NAME …]

The wheels are downloaded once; then both tools install them by name from that folder into one virtual environment,
each time anew. A round is pip, safe-install, safe-install, pip: a file system that gives to every second install the
inodes that the one before it has freed favours neither. Printed are medians of whole-process wall and CPU seconds, and
of the ratios of each round.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Final

from healthy import Cost, measured

NAMES: Final = ("jinja2", "requests", "rich", "flask", "click", "attrs", "pydantic-core")


def main() -> int:
    """Print a table and give 0; a tool that fails ends the run with its output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="counted rounds (default 5); one more warms up")
    parser.add_argument("names", nargs="*", default=NAMES)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheels, target = Path(folder, "wheels"), Path(folder, "target")
        venv.create(target, with_pip=True)
        python = str(target / "bin" / "python")
        for words in (["install", "--upgrade", "pip"], ["download", "--dest", str(wheels), *asked.names]):
            subprocess.run([python, "-m", "pip", words[0], "--quiet", *words[1:]], check=True)
        options = ["--no-index", "--find-links", str(wheels), "--force-reinstall", "--quiet", *asked.names]
        tools = {
            "pip": [python, "-m", "pip", "install", *options],
            "safe-install": [sys.executable, "-m", "safe_install", "--python", python, *options],
        }
        costs: dict[str, list[Cost]] = {tool: [] for tool in tools}
        for round_ in range(asked.runs + 1):
            costs_of_round = [(tool, measured(tools[tool])) for tool in (*tools, *reversed(tools))]
            for tool in tools if round_ else ():
                pair = [cost for name, cost in costs_of_round if name == tool]
                costs[tool].append(
                    Cost(statistics.mean(cost.wall for cost in pair), statistics.mean(cost.cpu for cost in pair))
                )
        _table(costs)
    return 0


def _table(costs: dict[str, list[Cost]]) -> None:
    print(f"{'tool':13} {'wall s':>7} {'cpu s':>7} {'wall/pip':>9} {'cpu/pip':>8}")
    for tool, found in costs.items():
        pairs = list(zip(found, costs["pip"], strict=True))
        wall, cpu = (statistics.median(values) for values in zip(*((c.wall, c.cpu) for c in found), strict=True))
        walls = statistics.median(cost.wall / pip.wall for cost, pip in pairs)
        cpus = statistics.median(cost.cpu / pip.cpu for cost, pip in pairs)
        print(f"{tool:13} {wall:7.2f} {cpu:7.2f} {walls:9.2f} {cpus:8.2f}")


if __name__ == "__main__":
    sys.exit(main())
