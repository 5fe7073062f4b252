"""Requests, put together from arguments, variables and the projects' own settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from safe_install.errors import Fatal, ProjectUnreadable, Usage
from safe_install.ladder import NAMES
from safe_install.model import Infer, Policy, Wheel
from safe_install.options import OPTIONS, Destination
from safe_install.pip_args import parse
from safe_install.request import ProjectRequest, Request, assemble
from safe_install.settings import LEFT_TO_PIP

ALL = frozenset(NAMES)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("app", "lib", "with space", "not[x"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").touch()
    (tmp_path / "reqs.txt").touch()
    (tmp_path / "x-1-py3-none-any.whl").touch()
    return tmp_path


def asked(tree: Path, *argv: str, variables: Mapping[str, str] | None = None) -> Request:
    return assemble(parse(argv), variables or {}, tree)


def refused(tree: Path, *argv: str, variables: Mapping[str, str] | None = None) -> Fatal:
    with pytest.raises(Fatal) as caught:
        asked(tree, *argv, variables=variables)
    return caught.value


def write_settings(tree: Path, project: str, text: str) -> None:
    (tree / project / "pyproject.toml").write_text(f"[tool.safe-install]\n{text}\n", encoding="utf-8")


def test_a_bare_request_is_all_defaults(tree: Path) -> None:
    assert asked(tree, "./app") == Request(
        projects=(ProjectRequest(tree / "app", Wheel.REGULAR),),
        policy=Policy(remedies=ALL, max_attempts=8, infer=Infer.KNOWN, allow=(), hashes=False),
    )


def test_every_option_has_its_place(tree: Path) -> None:
    request = asked(
        tree,
        *("-e", "./app[Test,docs]", "lib/", "--python", "py", "-Ca=1", "-C", "b=", "--config-setting=a=2=3"),
        *("--no-deps", "-c", "c.txt", "-U", "-i", "url", "--no-cache-dir", "-qvv", "--dry-run", "--no-color"),
        *("--build-constraint=b.txt", "--break-system-packages", "--pre"),
        *("--remedies=-newer-pip", "--max-attempts", "3", "--max-seconds=1.5", "--infer", "verified"),
        *("--allow", "Foo_Bar", "--build-requires", 'six>1; python_version > "3"', "--write-fix"),
        *("--fail-on-recovery", "--events", "fd:3"),
    )
    assert request == Request(
        projects=(
            ProjectRequest(tree / "lib", Wheel.REGULAR),
            ProjectRequest(tree / "app", Wheel.EDITABLE, ("test", "docs")),
        ),
        policy=Policy(ALL - {"newer-pip"}, max_attempts=3, infer=Infer.VERIFIED, allow=("foo-bar",)),
        python="py",
        build_options=("--index-url", "url", "--no-cache-dir", "--pre"),
        install_options=(
            *("--no-deps", "--constraint", "c.txt", "--upgrade", "--index-url", "url", "--no-cache-dir"),
            *("--quiet", "--verbose", "--verbose", "--no-color", "--break-system-packages", "--pre"),
        ),
        build_constraints=("b.txt",),
        config_settings=(("a", ("1", "2=3")), ("b", ("",))),
        dry_run=True,
        verbosity=1,
        colour=False,
        break_system_packages=True,
        build_requires=('six>1; python_version > "3"',),
        max_seconds=1.5,
        write_fix=True,
        fail_on_recovery=True,
        events="fd:3",
    )


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
        Usage, "safe-install takes local projects only so far: 'app' is not one",
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


def test_variables_of_pips_are_read_as_pip_reads_them(tree: Path) -> None:
    request = asked(
        tree,
        *("-e", "./app", "-q", "-C", "a=2", "--build-constraint", "c"),
        variables={
            "PIP_EDITABLE": "./lib ./app",
            "PIP_PYTHON": "py",
            "PIP_QUIET": "2",
            "PIP_VERBOSE": "true",
            "PIP_CONFIG_SETTINGS": "a=b c=d",
            "PIP_build-constraint": "a b",
            "PIP_DRY_RUN": "Yes",
            "PIP_BREAK_SYSTEM_PACKAGES": "1",
            "PIP_REQUIRE_HASHES": "on",
            "PIP_NO_COLOR": "t",
            "PIP_INDEX_URL": "pip's own",
            "PIP_USER": "0",
            "PIP_TARGET": "",
            "PIP_LOG": "log",
        },
    )
    assert request == Request(
        projects=(ProjectRequest(tree / "lib", Wheel.EDITABLE), ProjectRequest(tree / "app", Wheel.EDITABLE)),
        policy=Policy(remedies=ALL, hashes=True),
        python="py",
        install_options=("--quiet",),
        build_constraints=("a", "b", "c"),
        config_settings=(("a", ("b c=d", "2")),),
        dry_run=True,
        verbosity=-2,
        colour=False,
        break_system_packages=True,
    )


@pytest.mark.parametrize(
    ("value", "isolated"), [("0", False), ("false", False), ("off", False), ("1", True), ("true", True), ("", True)]
)
def test_pips_variable_for_isolation_is_inverted(tree: Path, value: str, isolated: bool) -> None:
    assert asked(tree, "./app", variables={"PIP_NO_BUILD_ISOLATION": value}).isolated is isolated
    assert not asked(tree, "./app", "--no-build-isolation", variables={"PIP_NO_BUILD_ISOLATION": value}).isolated


@pytest.mark.parametrize(
    "name",
    [
        f"PIP_{key.upper().replace('-', '_')}"
        for option in OPTIONS
        if option.destination is Destination.LATER and option.name[2:] not in LEFT_TO_PIP
        for key in option.keys
    ],
)
def test_a_variable_for_what_is_not_taken_yet_is_refused(tree: Path, name: str) -> None:
    error = refused(tree, "./app", variables={name: "1"})
    assert error.exit_status == 2
    assert name in error.message


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"PIP_DRY_RUN": "maybe"}, "PIP_DRY_RUN takes a boolean (yes/no, true/false, 1/0), not 'maybe'"),
        ({"PIP_QUIET": "-1"}, "PIP_QUIET takes a boolean or a whole number, not '-1'"),
        ({"PIP_CONFIG_SETTINGS": "a"}, "PIP_CONFIG_SETTINGS takes KEY=VALUE, not 'a'"),
        ({"SAFE_INSTALL_MAX_ATTEMPTS": "0"}, "SAFE_INSTALL_MAX_ATTEMPTS takes a whole number, 1 or more, not '0'"),
        ({"SAFE_INSTALL_MAX_SECONDS": "inf"}, "SAFE_INSTALL_MAX_SECONDS takes a number of seconds above 0, not 'inf'"),
        (
            {"SAFE_INSTALL_INFER": "x"},
            "SAFE_INSTALL_INFER takes one of declared, installed, known, verified, not 'x'",
        ),
        ({"SAFE_INSTALL_WRITE_FIX": "x"}, "SAFE_INSTALL_WRITE_FIX takes a boolean (yes/no, true/false, 1/0), not 'x'"),
        ({"SAFE_INSTALL_EVENTS": "fd:x"}, "SAFE_INSTALL_EVENTS takes a file, - or fd:N, not 'fd:x'"),
        ({"SAFE_INSTALL_REMEDIES": "newer-pop"}, "SAFE_INSTALL_REMEDIES: there is no remedy 'newer-pop'"),
        ({"SAFE_INSTALL_ALLOW": "a b==1"}, "SAFE_INSTALL_ALLOW takes the name of one distribution, not 'b==1'"),
    ],
)
def test_a_bad_variable_is_told_by_its_name(tree: Path, variables: dict[str, str], message: str) -> None:
    error = refused(tree, "./app", variables=variables)
    assert (error.exit_status, error.message) == (2, message)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("all", ALL),
        ("none", frozenset()),
        ("newer-pip", {"newer-pip"}),
        ("newer-pip, fresh-caches,", {"newer-pip", "fresh-caches"}),
        ("-newer-pip,-fresh-caches", ALL - {"newer-pip", "fresh-caches"}),
        ("all,-newer-pip", ALL - {"newer-pip"}),
    ],
)
def test_remedies_are_chosen_from_left_to_right(tree: Path, text: str, chosen: frozenset[str]) -> None:
    assert asked(tree, "./app", "--remedies", text).policy.remedies == chosen


def test_an_unknown_remedy_is_told_with_the_near_one(tree: Path) -> None:
    assert refused(tree, "./app", "--remedies=fresh-cache").step == "did you mean fresh-caches?"
    assert refused(tree, "./app", "--remedies=zzz").step == f"the remedies are {', '.join(NAMES)}"
    assert refused(tree, "./app", "--remedies=,").step == f"the remedies are {', '.join(NAMES)}"


def test_a_requirement_has_to_be_one(tree: Path) -> None:
    error = refused(tree, "./app", "--build-requires", "six >> 1")
    assert error.message.startswith("--build-requires takes a requirement (PEP 508), not 'six >> 1': ")


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
    [("remedies = []", set()), ('remedies = "none"', set()), ('remedies = ["-newer-pip"]', ALL - {"newer-pip"})],
)
def test_a_project_chooses_its_remedies(tree: Path, text: str, remedies: set[str]) -> None:
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
    assert asked(tree, "./app").policy == Policy(remedies=ALL)


def test_projects_that_disagree_are_not_guessed_about(tree: Path) -> None:
    write_settings(tree, "app", "max-attempts = 2\nmax-seconds = 5")
    write_settings(tree, "lib", "max-attempts = 3")
    error = refused(tree, "./app", "./lib")
    assert "the projects disagree" in error.message
    assert error.step == "say which on the command line, with --max-attempts"
    request = asked(tree, "./app", "./lib", "--max-attempts", "4")
    assert (request.policy.max_attempts, request.max_seconds) == (4, 5)


@pytest.mark.parametrize(
    ("argv", "variables"),
    [
        (["--pre", "--all-releases", "x"], {}),
        (["--only-final=x", "--pre"], {}),
        (["--build-constraint", "c", "--no-build-isolation"], {}),
        (["--build-constraint", "c"], {"PIP_NO_BUILD_ISOLATION": "0"}),
    ],
)
def test_what_pip_refuses_together_is_refused(tree: Path, argv: list[str], variables: dict[str, str]) -> None:
    assert refused(tree, "./app", *argv, variables=variables).exit_status == 2


def test_what_is_not_taken_yet_is_refused(tree: Path) -> None:
    assert refused(tree, "./app", "--report", "x").message == "safe-install does not take --report yet"
