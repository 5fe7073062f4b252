"""Which of the places that say something is heard, and what a project may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from asking import asked, lay_out, refused
from safe_install.evidence import Policy
from safe_install.kinds import Infer
from safe_install.ladder import NAMES

ALL = frozenset(NAMES)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


def write_settings(tree: Path, project: str, text: str) -> None:
    (tree / project / "pyproject.toml").write_text(f"[tool.safe-install]\n{text}\n", encoding="utf-8")


def test_the_command_line_comes_before_variables_before_the_project(tree: Path) -> None:
    write_settings(tree, "app", 'max-attempts = 2\ninfer = "declared"\nremedies = ["newer-pip"]\nmax-seconds = 9')
    variables = {"SAFE_INSTALL_MAX_ATTEMPTS": "3", "SAFE_INSTALL_INFER": "installed", "SAFE_INSTALL_ALLOW": "a b"}
    request = asked(tree, "./app", "--max-attempts=4", "--allow", "c", variables=variables)
    assert request.policy == Policy(frozenset({"newer-pip"}), 4, Infer.INSTALLED, ("a", "b", "c"))
    assert request.max_seconds == 9


def test_variables_set_flags(tree: Path) -> None:
    request = asked(tree, "./app", variables={"SAFE_INSTALL_WRITE_FIX": "on", "SAFE_INSTALL_FAIL_ON_RECOVERY": "0"})
    assert (request.write_fix, request.fail_on_recovery) == (True, False)


@pytest.mark.parametrize(
    ("text", "remedies"),
    [
        ("remedies = []", frozenset()),
        ('remedies = "none"', frozenset()),
        ('remedies = ["-newer-pip"]', ALL - {"newer-pip"}),
    ],
)
def test_a_project_chooses_its_remedies(tree: Path, text: str, remedies: frozenset[str]) -> None:
    write_settings(tree, "app", text)
    assert asked(tree, "./app").policy.remedies == remedies


@pytest.mark.parametrize(
    ("text", "problem", "step"),
    [
        ("max-attempt = 2", "there is no setting max-attempt of", "did you mean max-attempts?"),
        ("zzz = 2", "there is no setting zzz of", "the settings are remedies,"),
        ('max-attempts = "2"', "has to be an integer", "--max-attempts"),
        ("max-attempts = true", "has to be an integer", "--max-attempts"),
        ("max-attempts = 0", "takes a whole number, 1 or more, not '0'", ""),
        ("remedies = [1]", "has to be a string or an array of strings", "--remedies"),
        ('remedies = ["newer-pop"]', "there is no remedy 'newer-pop'", "did you mean newer-pip?"),
        ("fail-on-recovery = 1", "has to be a boolean", "--fail-on-recovery"),
        ('infer = "verified"', "verified is more than a project may ask for", "--infer verified"),
        ('allow = ["x"]', "is not for a project to set", "--allow"),
        ('events = "x"', "is not for a project to set", "--events"),
        ("write-fix = true", "is not for a project to set", "--write-fix"),
    ],
)
def test_a_bad_setting_of_a_project_is_told_with_its_place(tree: Path, text: str, problem: str, step: str) -> None:
    write_settings(tree, "app", text)
    error = refused(tree, "./app")
    assert error.exit_status == 2
    assert problem in error.message
    assert f"[tool.safe-install] in {tree / 'app' / 'pyproject.toml'}" in error.message
    assert step in error.step


def test_the_setting_of_a_project_has_to_be_a_table(tree: Path) -> None:
    (tree / "app" / "pyproject.toml").write_text("tool.safe-install = 1", encoding="utf-8")
    assert "is not a table" in refused(tree, "./app").message


@pytest.mark.parametrize("content", [b"tool = 1", b"[tool", b"\xff", b"\xef\xbb\xbf[tool]", None])
def test_a_file_that_tells_nothing_is_left_to_who_reads_the_project(tree: Path, content: bytes | None) -> None:
    file = tree / "app" / "pyproject.toml"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    assert asked(tree, "./app").policy == Policy(remedies=None)


def test_projects_that_disagree_are_not_guessed_about(tree: Path) -> None:
    write_settings(tree, "app", "max-attempts = 2\nmax-seconds = 5")
    write_settings(tree, "lib", "max-attempts = 3")
    error = refused(tree, "./app", "./lib")
    assert "the projects disagree" in error.message
    assert error.step == "say which on the command line, with --max-attempts"
    request = asked(tree, "./app", "./lib", "--max-attempts", "4")
    assert (request.policy.max_attempts, request.max_seconds) == (4, 5)
