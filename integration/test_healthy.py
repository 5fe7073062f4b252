"""A healthy project of each backend: one attempt, pip's own wheel, and a target as pip leaves it."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Final

from cases import Case
from fingerprint import fingerprint
from safe_install.building import build
from safe_install.environment.workshop import Workshop
from safe_install.kinds import Wheel
from safe_install.model import Built, Recipe
from safe_install.project import read
from safe_install.target import inspect
from workplace import KINDS, Workplace

PDM: Final = ".pdm-build"
"""pdm-backend keeps this folder in the tree when nobody asked it for the metadata before the wheel."""
SBOM: Final = ".dist-info/sboms/"
"""maturin gives each bill of materials a number and a time of its own: two builds by pip differ in it too."""


def test_target_is_as_pip_leaves_it(healthy: Case, place: Workplace) -> None:
    """Two targets at one path, one by pip and one by the tool, hold the same files."""
    place.lay(healthy)
    place.make_target()
    done = place.pip("install", *KINDS[healthy.kind], place.tree)
    assert done.returncode == 0, done.stdout + done.stderr
    theirs, their_tree = _installed(place), set(fingerprint(place.tree))
    for directory in (place.target, place.tree):
        shutil.rmtree(directory)
    place.lay(healthy)
    place.make_target()
    run = place.safe_install(*KINDS[healthy.kind], place.tree)
    assert run.status == 0, run
    assert (run.story.attempts, run.story.diagnoses, run.story.remedies, run.story.added) == (
        1,
        (),
        (),
        (),
    ), run
    ours = _installed(place)
    assert ours == theirs
    left = {name for name in fingerprint(place.tree) if "__pycache__" not in name and PDM not in name}
    assert left <= their_tree
    if healthy.module:
        place.ask(f"import {healthy.module}")


def test_wheel_is_the_one_that_pip_builds(healthy_wheel: Case, place: Workplace) -> None:
    """The members are pip's, byte for byte; RECORD follows from them."""
    place.lay(healthy_wheel)
    place.make_target("--no-pip")
    done = place.pip("wheel", "--no-deps", "-w", place.root / "theirs", place.tree)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(place.tree)
    place.lay(healthy_wheel)
    ours = _built(place)
    theirs = next((place.root / "theirs").iterdir())
    assert ours.name == theirs.name
    assert _members(ours) == _members(theirs)


def _built(place: Workplace) -> Path:
    """Build the tree's wheel through the library, as the first attempt of a run does."""
    scratch, logs = place.root / "scratch", place.root / "logs"
    scratch.mkdir()
    logs.mkdir()
    environ = place.environment()
    project = read(place.tree, environ)
    target = inspect(str(place.python), place.tree, environ)
    shop = Workshop(
        target=target,
        run_dir=logs,
        scratch=scratch,
        state=place.root / "state",
        environ=environ,
        pip_options=(),
        build_constraints=(),
        cwd=place.root,
        redact=str,
        seconds=None,
    )
    recipe = Recipe(project.system, Wheel.REGULAR)
    result = build(project, recipe, shop, logs / "build.log", _unheard)
    assert isinstance(result, Built), result
    return result.wheel


def _unheard(_hook: str, _finished: object) -> None:
    """Hear of a hook that ended."""


def _installed(place: Workplace) -> dict[str, str]:
    """Describe the target: names, modes and contents, without times, compiled files and bills of materials."""
    described = {}
    for name, entry in fingerprint(place.target).items():
        if "__pycache__" not in name:
            content = _record(place.target / name) if name.endswith("/RECORD") else entry.content
            described[name] = f"{entry.mode} {'' if SBOM in name else content}"
    return described


def _record(file: Path) -> str:
    return "".join(line for line in file.read_text(encoding="utf-8").splitlines(True) if SBOM not in line)


def _members(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/RECORD")]
        return {name: b"" if SBOM in name else archive.read(name) for name in names}
