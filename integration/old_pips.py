"""Try targets with pips of every age, and print as a table what was healed and whether pip was upgraded.

Usage: python integration/old_pips.py [--pip VERSION …] [--only SCENARIO …] [--jobs N] [--archives FOLDER]

Targets are made from Python 3.9 to 3.13 where they are found; `SAFE_INSTALL_PYTHONS` names others. The archives are
downloaded first, for each; then every run has only them to install from. It ends with status 1 when something came
otherwise than it must, and says what.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from packaging.version import Version

from conftest import pythons
from fingerprint import Fingerprint, differences, fingerprint
from old_pip_scenarios import ALL, Scenario
from workplace import Run, Workplace

PIPS: Final = ("20.3.4", "21.2.4", "21.3.1", "22.3.1", "23.2.1", "24.0", "25.0", "25.3")
PYTHONS: Final = ("3.9", "3.10", "3.11", "3.12", "3.13")
BOUND: Final = "setuptools<82"
WHEELS: Final = (
    ("pip", "setuptools", "wheel", "hatchling", "editables", "six", "webencodings", "idna"),
    *((BOUND,), *((f"pip=={version}",) for version in PIPS)),
)
"""What is downloaded as wheels, with what it needs."""
BUILT: Final = ("--no-deps", "--no-binary", ":all:", "html5lib==1.1")
"""What is downloaded as an sdist; pip makes its metadata, for which it needs that setuptools."""
REMEDY: Final = "newer-pip"


@dataclass(frozen=True)
class Ground:
    """One Python, the archives that there are for it, and where to work."""

    python: str
    interpreter: Path
    archives: Path
    root: Path

    @property
    def variables(self) -> Mapping[str, str]:
        """Give the variables that keep every pip to the archives."""
        return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.archives), "PIP_CONFIG_FILE": "/dev/null"}

    @property
    def newest_pip(self) -> str:
        """Give the newest pip among the archives."""
        return max((path.name.split("-")[1] for path in self.archives.glob("pip-*.whl")), key=Version)

    def fill(self) -> None:
        """Download the archives, unless an earlier run has left them."""
        if list(self.archives.glob("html5lib-*.tar.gz")):
            return
        place = Workplace(self.root / "filling", self.interpreter)
        place.root.mkdir(parents=True)
        place.make_target()
        bound = place.root / "bound.txt"
        bound.write_text(f"{BOUND}\n", encoding="utf-8")
        wheels = (("--only-binary", ":all:", *each) for each in WHEELS)
        for words in (*wheels, ("--build-constraint", bound, *BUILT)):
            command = [place.python, "-m", "pip", "download", "--quiet", "--dest", self.archives, *words]
            subprocess.run(list(map(str, command)), env=place.environment(), check=True)


@dataclass(frozen=True)
class Tried:
    """What one run came to, and the pip that is there afterwards."""

    scenario: Scenario
    run: Run
    before: str
    after: str
    newest: str
    """The newest pip that there is for the Python."""
    changed: tuple[str, ...]
    """What a failed run has left otherwise than it was."""
    imports: bool
    """Whether what was installed can be imported."""

    @property
    def remedies(self) -> tuple[str, ...]:
        """Give the proven remedies, less the one that all this is about."""
        return tuple(name for name in self.run.story.remedies if name != REMEDY)

    def faults(self, starts: bool) -> Iterator[str]:
        """Tell what is not as it must be, given whether the old pip can install there at all."""
        wanted = self.scenario
        if wanted.fails or Version(self.newest) < Version(wanted.since):
            yield from () if self.run.status else ("it must not succeed",)
            yield from self.changed
            return
        if self.run.status:
            yield f"it failed with exit status {self.run.status}"
            return
        yield from () if self.imports else (f"{wanted.module} cannot be imported",)
        if self.remedies != wanted.remedies:
            yield f"proven must be {wanted.remedies}, and are {self.remedies}"
        needed = not starts or Version(self.before) < Version(wanted.since)
        if needed is (self.before == self.after):
            yield f"pip must {'' if needed else 'not '}be upgraded, and is {self.after}"

    def cell(self, starts: bool) -> str:
        """Give what the table says: builds and installs, and the pip that is there afterwards."""
        story = self.run.story
        word = "failed" if self.run.status else "healed" if story.remedies else "installed"
        counted = f"{word} {story.attempts}+{len(story.named('install.started'))}"
        upgraded = "" if self.after == self.before else f", pip {self.after}"
        return f"{counted}{upgraded}{' **wrong**' if any(self.faults(starts)) else ''}"


@dataclass(frozen=True)
class Row:
    """What came of all scenarios with one pip on one Python."""

    python: str
    pip: str
    starts: bool
    """Whether that pip can install a wheel there at all."""
    tried: tuple[Tried, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """Give the cells of the table."""
        return (f"{self.pip}{'' if self.starts else ' (cannot run)'}", *(each.cell(self.starts) for each in self.tried))


def main() -> int:
    """Print the tables, and what came otherwise than it must."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pip", action="append", choices=PIPS, help="default: all")
    parser.add_argument("--only", action="append", choices=[each.name for each in ALL], help="default: all")
    parser.add_argument("--jobs", type=int, default=2, help="how many targets at a time (default 2)")
    parser.add_argument("--archives", type=Path, help="where the archives stay for the next run (default: nowhere)")
    asked = parser.parse_args()
    wanted = tuple(each for each in ALL if not asked.only or each.name in asked.only)
    with tempfile.TemporaryDirectory(prefix="old-pips-") as folder, ThreadPoolExecutor(asked.jobs) as pool:
        kept = (asked.archives or Path(folder, "archives")).absolute()
        grounds = [Ground(name, path, kept / name, Path(folder, name)) for name, path in pythons(PYTHONS).items()]
        list(pool.map(Ground.fill, grounds))
        running = [pool.submit(_row, ground, pip, wanted) for ground in grounds for pip in asked.pip or PIPS]
        rows = [each.result() for each in running]
    _print_tables(rows, wanted)
    wrong = [(row, each, fault) for row in rows for each in row.tried for fault in each.faults(row.starts)]
    for row, each, fault in wrong:
        print(f"Python {row.python}, pip {row.pip}, {each.scenario.name}: {fault}\n{each.run}\n", file=sys.stderr)
    return 1 if wrong else 0


def _row(ground: Ground, pip: str, wanted: tuple[Scenario, ...]) -> Row:
    root = ground.root / pip
    pattern = Workplace(root / "pattern", ground.interpreter)
    pattern.root.mkdir(parents=True)
    pattern.make_target("--extra-search-dir", str(ground.archives), "--pip", pip)
    starts = _starts(pattern, ground)
    tried = tuple(_tried(ground, root / str(number), pip, each) for number, each in enumerate(wanted))
    print(f"Python {ground.python}, pip {pip}: {', '.join(each.cell(starts) for each in tried)}", file=sys.stderr)
    shutil.rmtree(root)
    return Row(ground.python, pip, starts, tried)


def _starts(place: Workplace, ground: Ground) -> bool:
    """Tell whether the target's pip can do the least that can be asked of it; the target stays as it is."""
    command = [str(place.python), "-m", "pip", "install", "--quiet", "--target", str(place.root / "elsewhere"), "idna"]
    environment = place.environment(**ground.variables)
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


def _tried(ground: Ground, root: Path, pip: str, scenario: Scenario) -> Tried:
    place = Workplace(root, ground.interpreter)
    place.tree.mkdir(parents=True)
    shutil.copytree(root.parent / "pattern" / "target", place.target, symlinks=True)
    words = scenario.lay(place, ground.archives)
    before = _known(place)
    caches = root.parent / "caches"
    run = place.safe_install(*words, **ground.variables, XDG_CACHE_HOME=str(caches))
    # The next run must not know what this one has proven.
    shutil.rmtree(caches / "safe-install" / "wheels", ignore_errors=True)
    after = place.ask("import importlib.metadata as m; print(m.version('pip'))")
    changed = tuple(differences(before, _known(place))) if run.status else ()
    imports = not run.status and _imports(scenario.module, place)
    return Tried(scenario, run, pip, after, ground.newest_pip, changed, imports)


def _known(place: Workplace) -> Fingerprint:
    return fingerprint(place.target) | {f"tree/{name}": each for name, each in fingerprint(place.tree).items()}


def _imports(module: str, place: Workplace) -> bool:
    command = [str(place.python), "-B", "-c", f"import {module}"]
    return subprocess.run(command, cwd=place.target, capture_output=True, check=False).returncode == 0


def _print_tables(rows: list[Row], wanted: tuple[Scenario, ...]) -> None:
    print(f"Taken on {date.today().isoformat()}.")
    for python in dict.fromkeys(row.python for row in rows):
        print(f"\n### Python {python}\n")
        print(_line(("pip", *(each.name for each in wanted))))
        print(_line(("---",) * (len(wanted) + 1)))
        for row in rows:
            if row.python == python:
                print(_line(row.cells))


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
