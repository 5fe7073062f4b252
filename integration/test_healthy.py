"""A healthy project of each backend: one attempt, pip's own wheel, and a target as pip leaves it."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import safe_install
from safe_install.model import Recipe, Wheel
from safe_install.project import read
from safe_install.target import inspect
from safe_install.workshop import Workshop

from cases import Case
from fingerprint import Fingerprint, fingerprint
from workplace import KINDS, Workplace


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
    assert {name for name in fingerprint(place.tree) if "__pycache__" not in name} <= their_tree
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
    shop = Workshop(target, logs, scratch, environ, (), (), place.root, str, None)
    recipe = Recipe(project.system, Wheel.REGULAR)
    result = safe_install.build(project, recipe, shop, logs / "build.log", lambda hook, finished: None)
    assert isinstance(result, safe_install.Built), result
    return result.wheel


def _installed(place: Workplace) -> dict[str, str]:
    """Describe the target: names, modes and contents, without times and compiled files."""
    entries: Fingerprint = fingerprint(place.target)
    return {
        name: f"{entry.mode} {entry.content or '-'}"
        for name, entry in entries.items()
        if "__pycache__" not in name
    }


def _members(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/RECORD")}
