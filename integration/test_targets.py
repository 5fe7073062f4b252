"""Targets of every age, and every way in which an install follows an earlier one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from fingerprint import fingerprint
from workplace import KINDS, Workplace

OLD_PIPS: Final = ("20.3.4", "21.2.4", "22.3.1", "23.2.1")
HATCHLING: Final = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "{backend}"\n\n'
PROJECT: Final = """[project]
name = "demo"
version = "{version}"
optional-dependencies.six = ["six"]
scripts.demo = "demo:main"

[tool.hatch.build.targets.wheel.shared-data]
"settings.ini" = "share/demo/settings.ini"
"""
MODULE: Final = 'def main():\n    print("demo {version}")\n'


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pip", OLD_PIPS)
def test_target_with_an_old_pip(pip: str, kind: str, tmp_path: Path, python_310: Path) -> None:
    """A broken project is installed, and the old pip is still the one that was there."""
    place = Workplace(tmp_path, python_310)
    place.make_target("--no-pip")
    assert place.pip("install", "-q", f"pip=={pip}").returncode == 0
    _lay(place, "1.0", backend="hatchling.biuld")
    run = place.safe_install(*KINDS[kind], place.tree)
    assert run.status == 0, run
    assert run.story.diagnoses[0] == "backend-misspelt"
    assert run.story.remedies[0] == "repair-build-system"
    _check(place, "1.0", kind)
    assert "newer-pip" not in run.story.remedies
    assert place.ask("import pip; print(pip.__version__)") == pip


def test_target_whose_pip_cannot_start(place: Workplace) -> None:
    """An old pip needs modules that Python 3.12 no longer has: that is cured by a newer one, which stays."""
    place.make_target("--no-pip")
    assert place.pip("install", "-q", "pip==20.3.4").returncode == 0
    _lay(place, "1.0")
    run = place.safe_install("-e", place.tree)
    assert run.status == 0, run
    assert [event["diagnosis"]["kind"] for event in run.story.named("install.finished") if event["diagnosis"]] == [
        "pip-crashed"
    ]
    _check(place, "1.0", "editable")
    assert place.ask("import pip; print(pip.__version__)") != "20.3.4"


@pytest.mark.parametrize("kind", KINDS)
def test_target_without_pip(kind: str, place: Workplace) -> None:
    """The target gets the project, and no pip."""
    place.make_target("--no-pip")
    _lay(place, "1.0", backend="hatchling.biuld")
    run = place.safe_install(*KINDS[kind], place.tree)
    assert run.status == 0, run
    _check(place, "1.0", kind)
    assert place.ask("import importlib.util; print(importlib.util.find_spec('pip'))") == "None"


@pytest.mark.parametrize("second", KINDS)
@pytest.mark.parametrize("first", KINDS)
def test_install_after_an_earlier_one(first: str, second: str, place: Workplace) -> None:
    """Upgrading, reinstalling, and switching between editable and regular."""
    place.make_target()
    _lay(place, "1.0")
    assert place.pip("install", *KINDS[first], place.tree).returncode == 0
    shutil.rmtree(place.tree)
    _lay(place, "2.0")
    run = place.safe_install(*KINDS[second], place.tree)
    assert (run.status, run.story.attempts) == (0, 1), run
    _check(place, "2.0", second)
    again = place.safe_install(*KINDS[second], place.tree)
    assert (again.status, again.story.attempts) == (0, 1), again
    _check(place, "2.0", second)


@pytest.mark.parametrize("kind", KINDS)
def test_extras_scripts_and_data(kind: str, place: Workplace) -> None:
    """All that a wheel brings is there, and gone after `pip uninstall`."""
    place.make_target()
    clean = _files(place)
    _lay(place, "1.0")
    run = place.safe_install(*KINDS[kind], f"{place.tree}[six]")
    assert run.status == 0, run
    place.ask("import six")
    assert (place.target / "share/demo/settings.ini").read_text(encoding="utf-8") == "[demo]\n"
    _check(place, "1.0", kind)
    assert place.pip("uninstall", "-y", "demo", "six").returncode == 0
    assert _files(place) == clean


def test_failed_upgrade_keeps_the_earlier_install(place: Workplace) -> None:
    """What was installed still works, and is described as before."""
    place.make_target()
    _lay(place, "1.0")
    assert place.pip("install", place.tree).returncode == 0
    known = fingerprint(place.target)
    (place.tree / "pyproject.toml").write_text("[build-system\n", encoding="utf-8")
    run = place.safe_install("-e", place.tree)
    assert run.status == 1, run
    assert fingerprint(place.target) == known
    _check(place, "1.0", "wheel")


def test_failed_dependency_keeps_the_earlier_install(place: Workplace) -> None:
    """The wheel is built, and pip cannot install what it needs: nothing is changed."""
    place.make_target()
    _lay(place, "1.0")
    assert place.pip("install", place.tree).returncode == 0
    known = fingerprint(place.target)
    text = (place.tree / "pyproject.toml").read_text(encoding="utf-8")
    needs = 'dependencies = ["six>=999"]\nname = "demo"'
    (place.tree / "pyproject.toml").write_text(text.replace('name = "demo"', needs), encoding="utf-8")
    run = place.safe_install("-e", place.tree)
    assert run.status == 1, run
    assert fingerprint(place.target) == known


def test_dry_run_changes_nothing(place: Workplace) -> None:
    """It heals and proves, and says so."""
    place.make_target()
    _lay(place, "1.0", backend="hatchling.biuld")
    known = fingerprint(place.root)
    run = place.safe_install("--dry-run", "-e", place.tree)
    assert (run.status, run.story.outcome) == (0, "proven"), run
    assert run.story.remedies == ("repair-build-system",)
    after = {name: entry for name, entry in fingerprint(place.root).items() if not _ours(name)}
    assert after == {name: entry for name, entry in known.items() if not _ours(name)}


def test_two_projects_in_one_run(place: Workplace) -> None:
    """One is broken, one is not; both are installed."""
    place.make_target()
    _lay(place, "1.0", backend="hatchling.biuld")
    other = place.root / "other"
    shutil.copytree(place.tree, other)
    text = PROJECT.format(version="3.0").replace("demo", "other")
    (other / "pyproject.toml").write_text(HATCHLING.format(backend="hatchling.build") + text, encoding="utf-8")
    (other / "demo.py").rename(other / "other.py")
    run = place.safe_install("-e", place.tree, other)
    assert run.status == 0, run
    assert place.ask("import demo, other; print('both')") == "both"


def _lay(place: Workplace, version: str, backend: str = "hatchling.build") -> None:
    text = HATCHLING.format(backend=backend) + PROJECT.format(version=version)
    place.write({"pyproject.toml": text, "demo.py": MODULE.format(version=version), "settings.ini": "[demo]\n"})


def _check(place: Workplace, version: str, kind: str) -> None:
    """Ask the newest pip, the script and the metadata what is installed."""
    assert place.ask("import demo; demo.main()") == f"demo {version}"
    assert place.ask("import subprocess, sys; print(subprocess.check_output([sys.prefix + '/bin/demo']).decode())")
    assert place.pip("check").returncode == 0
    listed = {row["name"]: row for row in json.loads(place.pip("list", "--format", "json").stdout)}
    assert listed["demo"]["version"] == version
    frozen = [line for line in place.pip("freeze").stdout.splitlines() if "demo" in line or str(place.tree) in line]
    if kind == "editable":
        assert listed["demo"]["editable_project_location"] == str(place.tree)
        assert f"-e {place.tree}" in frozen
    else:
        assert "editable_project_location" not in listed["demo"]
        assert frozen == [f"demo @ file://{place.tree}"]


def _files(place: Workplace) -> set[str]:
    found = fingerprint(place.target).items()
    return {name for name, entry in found if entry.content and "__pycache__" not in name}


def _ours(name: str) -> bool:
    return Path(name).parts[0] in {"state", "events.jsonl", "pip-cache"}
