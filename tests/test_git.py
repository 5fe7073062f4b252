"""git is asked about the repository that a file is in, and where it refuses, nothing is taken for granted."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from safe_install import fix, git
from safe_install.errors import FileChanged
from trees import executable, tree

ENVIRON = {
    "PATH": os.environ["PATH"],
    "HOME": "/",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
ME = ("-c", "user.name=test", "-c", "user.email=test@example.org")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *ME, *arguments], cwd=folder, env=ENVIRON, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a repository with a committed file."""
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    root = tree(tmp_path / "root", {"pyproject.toml": "", "sub/[x]/a": ""})
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        _git(root, *arguments)
    return root


def test_what_differs_is_uncommitted(root: Path) -> None:
    file = root / "pyproject.toml"
    assert not fix.uncommitted(file, ENVIRON)
    file.write_text("x = 1\n")
    assert fix.uncommitted(file, ENVIRON)
    _git(root, "commit", "-qam", "more")
    assert not fix.uncommitted(file, ENVIRON)


def test_what_is_tracked(root: Path) -> None:
    tree(root, {"new/a": ""})
    assert git.is_tracked(root, "sub", ENVIRON)
    assert git.is_tracked(root / "sub", "[x]", ENVIRON)
    assert not git.is_tracked(root, "new", ENVIRON)


def test_the_repository_of_a_hook_is_not_asked(root: Path, tmp_path: Path) -> None:
    other = tree(tmp_path / "other", {"pyproject.toml": ""})
    _git(other, "init", "-q")
    of_a_hook = {"GIT_DIR": str(other / ".git"), "GIT_INDEX_FILE": str(other / ".git/index"), "GIT_PREFIX": "x/"}
    (root / "pyproject.toml").write_text("x = 1\n")
    assert fix.uncommitted(root / "pyproject.toml", ENVIRON | of_a_hook)
    assert git.is_tracked(root, "sub", ENVIRON | of_a_hook)


def test_without_a_repository_nothing_is_known_to_it(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"pyproject.toml": ""})
    assert not fix.uncommitted(root / "pyproject.toml", {"PATH": ""})
    assert not git.is_tracked(root, "pyproject.toml", {"PATH": ""})


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (None, "git cannot be run: No such file or directory"),
        (
            "#!/bin/sh\necho 'fatal: detected dubious ownership' >&2\necho more >&2\nexit 128\n",
            "fatal: detected dubious",
        ),
        ("#!/bin/sh\nexit 3\n", "git ended with status 3"),
    ],
)
def test_where_git_refuses_a_file_is_not_written(script: str | None, reason: str, tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"pyproject.toml": "", ".git/HEAD": ""})
    (tmp_path / "bin").mkdir()
    if script is not None:
        executable(tmp_path / "bin" / "git", script)
    environ = {"PATH": str(tmp_path / "bin")}
    with pytest.raises(FileChanged, match=f"may have uncommitted changes: {reason}"):
        fix.uncommitted(root / "pyproject.toml", environ)
    with pytest.raises(git.Unanswered, match=reason):
        git.is_tracked(root, "x", environ)
