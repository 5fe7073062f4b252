"""What earlier builds left is told by its content, and never when it is under version control."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from safe_install.model import Project
from safe_install.project import read
from trees import executable, tree

ENVIRON = {
    "PATH": os.environ["PATH"],
    "HOME": "/",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "demo"
dependencies = ["six"]
[tool.hatch]
"""


EGG = {"demo.egg-info/PKG-INFO": "", "demo.egg-info/SOURCES.txt": ""}


def _read(path: Path, files: Mapping[str, str | bytes]) -> Project:
    return read(tree(path, files), ENVIRON)


@pytest.mark.parametrize(
    ("files", "artefacts"),
    [
        (EGG, ("demo.egg-info",)),
        ({f"src/{name}": "" for name in EGG}, ("src/demo.egg-info",)),
        ({f"lib/{name}": "" for name in EGG}, ()),
        ({"demo.egg-info/PKG-INFO": ""}, ()),
        ({"demo.egg-info/SOURCES.txt": ""}, ()),
        ({"_skbuild/x": ""}, ("_skbuild",)),
        ({"build/lib/a.py": "", "build/bdist.linux-x86_64/x": ""}, ("build",)),
        ({"build/lib.linux-x86_64-3.10/a.so": "", "build/temp.linux-x86_64-3.10/a.o": ""}, ("build",)),
        ({"build/__editable__.demo-1.0/a": "", "build/scripts-3.13/b": ""}, ("build",)),
        ({"build/cp313/CMakeCache.txt": ""}, ("build",)),
        ({"build/release/build.ninja": "", "build/lib/x": ""}, ("build",)),
        ({"build/lib/a.py": "", "build/__init__.py": ""}, ()),
        ({"build/lib/a.py": "", "build/scripts/b": ""}, ()),
        ({"build/notes/x": ""}, ()),
        ({"dist/demo-1.0.tar.gz": ""}, ()),
        ({"build": ""}, ()),
    ],
)
def test_what_earlier_builds_left(files: dict[str, str], artefacts: tuple[str, ...], tmp_path: Path) -> None:
    assert _read(tmp_path, files | {"pyproject.toml": PYPROJECT}).artefacts == artefacts


def test_an_empty_build_folder_or_a_link_is_none(tmp_path: Path) -> None:
    tree(tmp_path, {"pyproject.toml": PYPROJECT, "elsewhere/lib/a.py": ""})
    (tmp_path / "build").mkdir()
    assert read(tmp_path, ENVIRON).artefacts == ()
    (tmp_path / "build").rmdir()
    (tmp_path / "build").symlink_to("elsewhere")
    assert read(tmp_path, ENVIRON).artefacts == ()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository with a project whose `build` is tracked, and whose egg is not."""
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    root = tree(tmp_path / "repository", {"[x]/pyproject.toml": PYPROJECT, "[x]/build/lib/ours.py": ""})
    tree(root, {f"[x]/{name}": "" for name in EGG})
    for command in (["init", "-q"], ["--literal-pathspecs", "add", "[x]/build"]):
        subprocess.run(["git", *command], cwd=root, env=ENVIRON, check=True)
    return root


def test_what_git_tracks_is_no_artefact(repository: Path) -> None:
    tree(repository / "[x]", {f":!odd.egg-info/{name}": "" for name in ("PKG-INFO", "SOURCES.txt")})
    assert read(repository / "[x]", ENVIRON).artefacts == (":!odd.egg-info", "demo.egg-info")


def test_a_hook_of_gits_does_not_mislead(repository: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "other")], env=ENVIRON, check=True)
    environ = ENVIRON | {
        "GIT_DIR": str(tmp_path / "other" / ".git"),
        "GIT_WORK_TREE": str(tmp_path / "other"),
    }
    assert read(repository / "[x]", environ).artefacts == ("demo.egg-info",)


@pytest.mark.parametrize("script", [None, "#!/bin/sh\necho fatal: dubious ownership >&2\nexit 128\n"])
def test_where_git_cannot_be_asked_everything_may_be_tracked(script: str | None, tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"pyproject.toml": PYPROJECT, ".git/HEAD": "", **EGG})
    (tmp_path / "bin").mkdir()
    if script is not None:
        executable(tmp_path / "bin" / "git", script)
    environ = {"PATH": str(tmp_path / "bin")}
    assert read(root, environ).artefacts == ()
    shutil.rmtree(root / ".git")
    assert read(root, environ).artefacts == ("demo.egg-info",)
