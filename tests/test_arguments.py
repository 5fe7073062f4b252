"""What names a local project, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from asking import asked, lay_out, refused
from safe_install.errors import ProjectUnreadable, Usage
from safe_install.kinds import Wheel
from safe_install.request import ProjectRequest


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


@pytest.mark.parametrize(
    ("argument", "path", "extras"),
    [
        ("./app", "app", ()),
        ("app/", "app", ()),
        ("./lib/../app", "app", ()),
        ("./app [a , B-c]", "app", ("a", "b-c")),
        ("./app[a,A]", "app", ("a",)),
        ("./not[x", "not[x", ()),
        ("file:./app", "app", ()),
        ("file:./with%20space[a]", "with space", ("a",)),
        ("FILE:./app", "app", ()),
        ("file://localhost{}/app", "app", ()),
        ("file://{}/app", "app", ()),
        ("{}/app", "app", ()),
    ],
)
@pytest.mark.parametrize("wheel", Wheel)
def test_a_directory_is_named_as_in_pip(
    tree: Path, argument: str, path: str, extras: tuple[str, ...], wheel: Wheel
) -> None:
    words = ["-e"] if wheel is Wheel.EDITABLE else []
    request = asked(tree, *words, argument.format(tree))
    assert request.projects == (ProjectRequest(tree / path, wheel, extras),)


def test_after_e_a_bare_name_is_a_directory_and_otherwise_a_package(tree: Path) -> None:
    assert asked(tree, "-eapp").projects == (ProjectRequest(tree / "app", Wheel.EDITABLE),)
    error = refused(tree, "app")
    assert (type(error), error.message) == (
        Usage,
        "safe-install takes local projects only so far: 'app' is not one",
    )
    assert error.step == "for the directory of that name write ./app; else use pip for it"


@pytest.mark.parametrize(
    "argument",
    [
        "requests", "pkg==1", "pkg[x]>=2", "./x-1-py3-none-any.whl", "x.tar.gz", "git+https://h/r",
        "https://h/x.zip", "app @ file:./app", "app@file:///app", "./app; python_version > '3'", "file:./app#egg=app",
        "file:./app?x", "file://elsewhere/app", "./app[a b]", "file://[",
    ],
)  # fmt: skip
def test_what_is_no_local_project_is_refused(tree: Path, argument: str) -> None:
    assert refused(tree, argument).exit_status == 2
    assert refused(tree, "-e", argument).exit_status in {1, 2}


@pytest.mark.parametrize(
    ("argument", "step"),
    [
        ("./nosuch", "name the project's directory"),
        ("file:///nosuch", "name the project's directory"),
        ("./app/pyproject.toml", "name the directory that it is in: {}/app"),
        ("./reqs.txt", "a requirements file is for pip install -r reqs.txt"),
    ],
)
@pytest.mark.parametrize("words", [[], ["-e"]])
def test_a_directory_that_is_not_there_has_pips_status(tree: Path, argument: str, step: str, words: list[str]) -> None:
    error = refused(tree, *words, argument)
    assert (type(error), error.exit_status, error.step) == (ProjectUnreadable, 1, step.format(tree))
    assert repr(argument) in error.message


def test_a_project_that_is_named_twice_is_built_once_with_all_its_extras(tree: Path) -> None:
    assert asked(tree, "./app[a]", "./lib", "./app[b,a]").projects == (
        ProjectRequest(tree / "app", Wheel.REGULAR, ("a", "b")),
        ProjectRequest(tree / "lib", Wheel.REGULAR),
    )
    assert "named twice" in refused(tree, "./app", "-e", "./app").message


@pytest.mark.parametrize("argv", [[], [" "], ["-q", "--"]])
def test_without_a_project_there_is_nothing_to_install(tree: Path, argv: list[str]) -> None:
    error = refused(tree, *argv)
    assert (error.exit_status, error.message) == (2, "there is nothing to install")
