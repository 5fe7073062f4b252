"""What names a local project, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from asking import asked, lay_out, refused
from safe_install.errors import ProjectUnreadable
from safe_install.kinds import Wheel
from safe_install.request import Asked, ProjectRequest


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        ("./app", "app"),
        ("app/", "app"),
        ("./lib/../app", "app"),
        ("./app [a , B-c]", "app"),
        ("./not[x", "not[x"),
        ("file:./app", "app"),
        ("file:./with%20space[a]", "with space"),
        ("FILE:./app", "app"),
        ("file://localhost{}/app", "app"),
        ("file://{}/app", "app"),
        ("file:./app#egg=app", "app"),
        ("app @ file://{}/app", "app"),
        ("app[x]@file://{}/app", "app"),
        ("{}/app", "app"),
    ],
)
@pytest.mark.parametrize("wheel", Wheel)
def test_a_directory_is_named_as_in_pip(tree: Path, argument: str, path: str, wheel: Wheel) -> None:
    words = ["-e"] if wheel is Wheel.EDITABLE else []
    request = asked(tree, *words, argument.format(tree))
    assert request.projects == (ProjectRequest(tree / path, wheel),)
    assert request.arguments == (Asked(argument.format(tree), bool(words)),)


def test_after_e_a_bare_name_is_a_directory_and_otherwise_a_package(tree: Path) -> None:
    assert asked(tree, "-eapp").projects == (ProjectRequest(tree / "app", Wheel.EDITABLE),)
    assert asked(tree, "app").projects == ()


@pytest.mark.parametrize(
    "argument",
    [
        "requests", "pkg==1", "pkg[x]>=2", "./x-1-py3-none-any.whl", "x.tar.gz", "git+https://h/r",
        "https://h/x.zip", "./app; python_version > '3'", "pkg @ https://h/x.zip", "file://elsewhere/app", "file://[",
        "./nosuch.tar.gz", "x y",
    ],
)  # fmt: skip
def test_what_is_no_local_project_goes_to_pip_as_it_stands(tree: Path, argument: str) -> None:
    request = asked(tree, argument, "--pre")
    assert (request.projects, request.arguments[0]) == ((), Asked(argument))


@pytest.mark.parametrize("argument", ["git+https://h/r#egg=x", "git://h/r#egg=x", "x @ git+https://h/r"])
def test_a_repository_may_be_editable(tree: Path, argument: str) -> None:
    request = asked(tree, "-e", argument)
    assert (request.projects, request.arguments) == ((), (Asked(argument, editable=True),))


@pytest.mark.parametrize(
    ("argument", "step"),
    [
        ("./nosuch", "name the project's directory"),
        ("/nosuch[a]", "name the project's directory"),
        ("./app/pyproject.toml", "name the directory that it is in: {}/app"),
        ("./reqs.txt", "a requirements file goes behind -r: safe-install -r reqs.txt"),
    ],
)
@pytest.mark.parametrize("words", [[], ["-e"]])
def test_a_directory_that_is_not_there_has_pips_status(tree: Path, argument: str, step: str, words: list[str]) -> None:
    error = refused(tree, *words, argument)
    assert (type(error), error.exit_status, error.step) == (ProjectUnreadable, 1, step.format(tree))
    assert repr(argument) in error.message


def test_extras_have_names(tree: Path) -> None:
    error = refused(tree, "./app[a,b c]")
    assert (error.exit_status, error.message) == (2, "'b c' in './app[a,b c]' is not the name of an extra")


def test_a_project_that_is_named_twice_is_built_once(tree: Path) -> None:
    assert asked(tree, "./app[a]", "./lib", "./app[b,a]").projects == (
        ProjectRequest(tree / "app", Wheel.REGULAR),
        ProjectRequest(tree / "lib", Wheel.REGULAR),
    )
    assert "named twice" in refused(tree, "./app", "-e", "./app").message


@pytest.mark.parametrize("argv", [[], ["-q", "--"], ["--pre"]])
def test_without_anything_there_is_nothing_to_install(tree: Path, argv: list[str]) -> None:
    error = refused(tree, *argv)
    assert (error.exit_status, error.message) == (1, "there is nothing to install")
