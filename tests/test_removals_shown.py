"""Each removal that was reviewed by hand is shown: with the release that removed it, and gone with the constraint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from virtualenv import cli_run

from safe_install.knowledge import Removal, tables
from test_knowledge import released

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SHOWN: Final[dict[str, dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "removals_shown.toml").read_text(encoding="utf-8")
)
ROWS: Final = {row.id: row for row in tables().removals}


def test_every_removal_says_how_it_is_shown() -> None:
    assert SHOWN.keys() == ROWS.keys()
    assert all(set(each) <= {"setup", "python", "needs"} and each["setup"].strip() for each in SHOWN.values())


@pytest.mark.index
@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.id)
def test_a_removal_is_shown_and_gone_with_its_constraint(row: Removal, tmp_path: Path) -> None:
    shown = SHOWN[row.id]
    log = _first_that_fits(row, tmp_path)
    assert any(sign.search(line) for sign in row.signs for line in log.splitlines()), log
    if row.constraint:
        status, log = _build(tmp_path / "with", shown, [row.constraint])
        assert status == 0, log


def _first_that_fits(row: Removal, folder: Path) -> str:
    """Build with the release that removed it, or, where the index lacks that one, the next that has it not."""
    if not row.constraint:
        return _build(folder / "without", SHOWN[row.id], [f"{row.distribution}>={row.removed_in}"])[1]
    bound = Requirement(row.constraint).specifier
    later = (each for each in released(row.distribution) if Version(each) >= Version(row.removed_in))
    without = sorted((each for each in later if not bound.contains(each)), key=Version)
    log = ""
    for release in [row.removed_in, *without][:3]:
        status, log = _build(folder / release, SHOWN[row.id], [f"{row.distribution}=={release}"])
        if status is not None:
            return log
    pytest.skip(f"no release that removed it can be installed: {log}")


def _build(folder: Path, shown: dict[str, Any], requirements: list[str]) -> tuple[int | None, str]:
    """Run the setup.py in an environment that holds the requirements; no status: they cannot be installed."""
    python = shown.get("python", "3.9")
    try:
        environment = cli_run(["-q", "--activators", "", "-p", python, str(folder / "env")])
    except RuntimeError as absent:
        pytest.skip(str(absent))
    interpreter = str(environment.creator.exe)
    wanted = [*requirements, *shown.get("needs", ["setuptools"] if "from setuptools" in shown["setup"] else [])]
    pip = [interpreter, "-m", "pip", "install", "-q", "--prefer-binary"]
    done = run([*pip, *dict.fromkeys(wanted)], folder)
    if done.returncode:
        return None, done.stdout
    (folder / "setup.py").write_text(shown["setup"], encoding="utf-8")
    built = run([interpreter, "setup.py", "build"], folder, str(Path(interpreter).parent))
    return built.returncode, built.stdout


def run(command: list[str], folder: Path, programs: str = "") -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, (programs, os.environ["PATH"])))
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV_"))}
    return subprocess.run(
        command, cwd=folder, env={**environ, "PATH": path}, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
