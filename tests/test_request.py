"""Requests, put together from arguments and variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from asking import asked, lay_out, refused
from safe_install.command.options import OPTIONS, Destination
from safe_install.command.settings import LEFT_TO_PIP
from safe_install.kinds import Infer, Wheel
from safe_install.ladder import NAMES
from safe_install.model import Policy
from safe_install.request import ProjectRequest, Request

ALL = frozenset(NAMES)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


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
        ({"SAFE_INSTALL_MAX_SECONDS": "0"}, "SAFE_INSTALL_MAX_SECONDS takes a number of seconds above 0, not '0'"),
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
