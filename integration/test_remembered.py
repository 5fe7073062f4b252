"""What a run has proven is what the next one begins with, and what other tools can be told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ground import Ground, sdist
from workplace import GIT, Run

PYPROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "demo"
version = "1.0"
"""
FILES = {"pyproject.toml": PYPROJECT, "setup.py": "import six\nfrom setuptools import setup\nsetup()\n", "demo.py": ""}


def first(run: Run) -> tuple[int, int, bool, tuple[str, ...]]:
    """Give how many attempts there were, whether the first was remembered, and what cured it."""
    assert run.status == 0, run
    return run.status, run.story.attempts, run.story.named("attempt.started")[0]["remembered"], run.story.remedies


def test_the_next_run_begins_with_what_was_proven_until_a_source_is_changed(ground: Ground) -> None:
    ground.place.write(FILES)
    tree = ground.place.tree
    assert first(ground.run("--dry-run", "-e", tree)) == (0, 2, False, ("infer-requires",))
    assert first(ground.run("-e", tree)) == (0, 1, True, ("infer-requires",))
    refused = ground.run("-e", tree, "--remedies", "none")
    assert (refused.status, refused.story.attempts) == (1, 1), refused
    (tree / "demo.py").write_text("changed = True\n", encoding="utf-8")
    assert first(ground.run("-e", tree)) == (0, 2, False, ("infer-requires",))


@pytest.mark.slow
def test_a_recipe_that_holds_no_more_is_forgotten(ground: Ground) -> None:
    ground.place.write(FILES)
    tree = ground.place.tree
    assert first(ground.run("--dry-run", tree)) == (0, 2, False, ("infer-requires",))
    for archive in ground.archives.glob("six-*"):
        archive.unlink()
    failed = ground.run("--dry-run", tree)
    assert [event["remembered"] for event in failed.story.named("attempt.started")][:2] == [True, False], failed
    assert (failed.status, failed.story.last["projects"][0]["attempts"]) == (1, failed.story.attempts)
    assert not ground.run("--dry-run", tree).story.named("attempt.started")[0]["remembered"]


def exported(ground: Ground, language: str, *arguments: str | Path) -> str:
    """Give what is printed, in a run of its own or of the last run."""
    command = [sys.executable, "-m", "safe_install", "-q", "--export", language, *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=ground.place.root,
        env=ground.place.environment(**ground.variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pip_takes_the_constraints(ground: Ground) -> None:
    path = sdist(ground.archives, "broken")
    text = exported(ground, "pip", "--python", ground.place.python, "--dry-run", path)
    assert [line for line in text.splitlines() if not line.startswith("#")] == ["", "setuptools<82"]
    # From the wheel that the first run has kept.
    assert exported(ground, "pip", "--python", ground.place.python, "--dry-run", path) == text
    assert exported(ground, "pip") == text
    file = ground.place.root / "constraints.txt"
    file.write_text(text, encoding="utf-8")
    plain, told = (
        ground.place.pip("install", *more, path, **ground.variables) for more in ((), ("--build-constraint", file))
    )
    assert (plain.returncode, told.returncode) == (1, 0), told.stdout + told.stderr


@pytest.mark.slow
def test_a_patch_makes_plain_pip_build_it(ground: Ground) -> None:
    ground.place.write(FILES)
    text = exported(ground, "pyproject", "--python", ground.place.python, "--dry-run", ground.place.tree)
    subprocess.run([*GIT, "apply"], cwd=ground.place.root, input=text, text=True, check=True)
    done = ground.place.pip("install", ground.place.tree, **ground.variables)
    assert done.returncode == 0, done.stdout + done.stderr


def uv(ground: Ground, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run uv in the tree, with nothing but the archives to install from."""
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if found is None:
        pytest.skip("uv is not on this machine")
    links = ("--no-cache", "--no-index", "--find-links", ground.archives)
    command = [found, "pip", "install", "--python", ground.place.python, *links, *arguments]
    environment = ground.place.environment()
    return subprocess.run(
        list(map(str, command)), cwd=ground.place.tree, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_uv_takes_the_settings(ground: Ground) -> None:
    broken = sdist(ground.archives, "broken")
    ground.place.write(FILES)
    tree = ground.place.tree
    assert uv(ground, tree, broken).returncode == 1
    text = exported(ground, "uv", "--python", ground.place.python, "--dry-run", tree, broken)
    (tree / "pyproject.toml").write_text(PYPROJECT + text, encoding="utf-8")
    done = uv(ground, tree, broken)
    assert done.returncode == 0, f"{text}\n{done.stderr}"
    ground.place.ask("import broken, demo")
