"""Requests, put together from arguments and variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from asking import asked, lay_out, refused
from safe_install.evidence import Policy
from safe_install.kinds import Infer, Wheel
from safe_install.ladder import NAMES
from safe_install.request import Asked, Listed, Placement, ProjectRequest, Request, Words

ALL = frozenset(NAMES)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


def test_a_bare_request_is_all_defaults(tree: Path) -> None:
    assert asked(tree, "./app") == Request(
        projects=(ProjectRequest(tree / "app", Wheel.REGULAR),),
        arguments=(Asked("./app"),),
        policy=Policy(remedies=None, max_attempts=8, infer=Infer.KNOWN, allow=(), hashes=False),
    )


def test_every_option_has_its_place(tree: Path) -> None:
    request = asked(
        tree,
        *("-e", "./app[Test,docs]", "lib/", "--python", "py", "-Ca=1", "-C", "b=", "--config-setting=a=2=3"),
        *("--no-deps", "-c", "c.txt", "-U", "-i", "url", "--no-cache-dir", "-qvv", "--dry-run", "--no-color"),
        *("--build-constraint=b.txt", "--break-system-packages", "--pre", "six", "--report", "r", "-t", "d", "--user"),
        *("--prefix=p", "--root=r", "--require-virtualenv", "--check-build-dependencies"),
        *("--remedies=-newer-pip", "--max-attempts", "3", "--max-seconds=1.5", "--infer", "verified"),
        *("--allow", "Foo_Bar", "--build-requires", 'six>1; python_version > "3"', "--write-fix"),
        *("--fail-on-recovery", "--events", "fd:3"),
    )
    told = (("a", ("1", "2=3")), ("b", ("",)))
    assert request == Request(
        projects=(
            ProjectRequest(tree / "lib", Wheel.REGULAR, told),
            ProjectRequest(tree / "app", Wheel.EDITABLE, told),
        ),
        arguments=(
            *(Asked("./app[Test,docs]", editable=True), Asked("lib/")),
            *(Words(("--config-settings", each)) for each in ("a=1", "b=", "a=2=3")),
            *(Words(("--no-deps",)), Words(("--constraint", "c.txt")), Words(("--upgrade",))),
            *(Words(("--index-url", "url")), Words(("--no-cache-dir",)), Words(("--quiet",))),
            *(Words(("--verbose",)), Words(("--verbose",)), Words(("--dry-run",)), Words(("--no-color",))),
            *(Words(("--break-system-packages",)), Words(("--pre",)), Asked("six"), Words(("--target", "d"))),
            *(Words(("--user",)), Words(("--prefix", "p")), Words(("--root", "r"))),
            *(Words(("--require-virtualenv",)), Words(("--check-build-dependencies",))),
        ),
        policy=Policy(ALL - {"newer-pip"}, max_attempts=3, infer=Infer.VERIFIED, allow=("foo-bar",)),
        python="py",
        build_options=("--index-url", "url", "--no-cache-dir", "--pre"),
        build_constraints=("b.txt",),
        dry_run=True,
        report="r",
        placement=Placement("d", "p", "r", user=True),
        require_virtualenv=True,
        check_build_dependencies=True,
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
            "PIP_NO_COLOR": "t",
            "PIP_INDEX_URL": "pip's own",
            "PIP_USER": "0",
            "PIP_TARGET": "",
            "PIP_LOG": "log",
            "PIP_REQUIREMENT": "reqs.txt",
        },
    )
    assert request == Request(
        projects=(
            ProjectRequest(tree / "lib", Wheel.EDITABLE, (("a", ("b c=d", "2")),)),
            ProjectRequest(tree / "app", Wheel.EDITABLE, (("a", ("b c=d", "2")),)),
        ),
        policy=Policy(remedies=None),
        arguments=(
            *(Asked("./lib", editable=True), Asked("./app", editable=True), Listed("reqs.txt")),
            *(Asked("./app", editable=True), Words(("--quiet",)), Words(("--config-settings", "a=2"))),
        ),
        python="py",
        build_constraints=("a", "b", "c"),
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
    ("argv", "variables"),
    [
        (["./app", "--require-hashes"], {}),
        (["./app"], {"PIP_REQUIRE_HASHES": "on"}),
        (["./app", "-r", "hashed.txt"], {}),
        (["./app", "-routside.txt", "-r", "outer.txt"], {}),
    ],
)
def test_with_hash_checking_no_folder_is_built_and_no_name_is_added(
    tree: Path, argv: list[str], variables: dict[str, str]
) -> None:
    (tree / "hashed.txt").write_text("six==1.17.0 \\\n  --hash=sha256:abc\n", encoding="utf-8")
    (tree / "outer.txt").write_text("-r hashed.txt\n", encoding="utf-8")
    request = asked(tree, *argv, variables=variables)
    assert request.policy.hashes
    assert request.projects == ()


def test_for_another_machine_nothing_is_built(tree: Path) -> None:
    assert asked(tree, "./app", "--platform", "any", "--target", "d").projects == ()


def test_a_project_in_a_file_has_the_settings_of_its_line(tree: Path) -> None:
    (tree / "all.txt").write_text("./lib --config-settings a=1 -Ca=2 -C b=\n", "utf-8")
    request = asked(tree, "-C", "x=y", "-e", "./app", "-r", "all.txt")
    assert [each.config_settings for each in request.projects] == [
        (("x", ("y",)),),
        (("a", ("1", "2")), ("b", ("",))),
    ]


def test_projects_in_requirements_files_are_located(tree: Path) -> None:
    (tree / "deps").mkdir()
    (tree / "deps" / "all.txt").write_text("-e ./app[x]\n-r more.txt\nsix\n./lib ; python_version < '3'\n", "utf-8")
    (tree / "deps" / "more.txt").write_text("-r all.txt\n${PLACE}/lib\n", encoding="utf-8")
    request = asked(tree, "-r", "deps/all.txt", variables={"PLACE": str(tree)})
    assert request.arguments == (Listed("deps/all.txt"),)
    assert request.projects == (
        ProjectRequest(tree / "app", Wheel.EDITABLE),
        ProjectRequest(tree / "lib", Wheel.REGULAR),
    )


def test_pips_configuration_is_read_behind_its_variables(tree: Path) -> None:
    config = tree / "pip.conf"
    config.write_text("[global]\nuser = true\nquiet = 1\n[install]\nno-build-isolation = no\n", encoding="utf-8")
    request = asked(tree, "./app", variables={"PIP_CONFIG_FILE": str(config), "PIP_QUIET": "2"})
    assert (request.placement.user, request.verbosity, request.isolated) == (True, -2, False)
    isolated = asked(tree, "./app", "--isolated", variables={"PIP_CONFIG_FILE": str(config), "PIP_QUIET": "2"})
    assert (isolated.placement.user, isolated.verbosity, isolated.isolated) == (False, 0, True)


def test_what_follows_an_option_that_no_table_knows_is_no_project(tree: Path) -> None:
    request = asked(tree, "--future", "./app", "--later=1", "./lib")
    assert request.projects == (ProjectRequest(tree / "lib", Wheel.REGULAR),)
    assert request.arguments == (*(Words(("--future",)), Words(("./app",)), Words(("--later=1",)), Asked("./lib")),)
    assert [name for name, _ in request.foreign] == ["--future", "--later"]


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
    assert refused(tree, "./app", *argv, variables=variables).exit_status == 1
