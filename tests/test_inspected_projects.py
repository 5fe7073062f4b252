"""The sample projects of the integration tests: what their builds fail at is found before, or known not to be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from safe_install.checking import check
from safe_install.kinds import Kind

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECTS = Path(__file__).parents[1] / "integration" / "projects"
NAMES = sorted(path.parent.name for path in PROJECTS.glob("*/expect.toml"))
FOUND = {
    *(Kind.TOML_INVALID, Kind.REQUIRES_ABSENT, Kind.REQUIRES_INVALID, Kind.TABLE_INVALID, Kind.KEY_MISSPELT),
    *(Kind.TABLE_MISSPELT, Kind.BACKEND_PATH_WRONG, Kind.BACKEND_UNDECLARED, Kind.BACKEND_MISSPELT),
    *(Kind.BACKEND_RENAMED, Kind.BACKEND_OF_ANOTHER_TOOL, Kind.BACKEND_UNKNOWN, Kind.API_REMOVED, Kind.MODULE_MISSING),
    Kind.MODULE_REMOVED,
}
"""Kinds of failures that can be seen in the files."""
IN_PACKAGE, IN_HOOK = "the package is imported, no file of the build's own", "a build script or hook of another tool"
ONE_RELEASE = "broken in one release only"
OUT_OF_SIGHT = {
    "asks-to-install": "it looks whether it can import it, as a project may that can do without",
    "configuration-layout": "setuptools' own look at the tree",
    "cython-3-sources": "Cython's own language",
    "distutils-pdm-backend": IN_HOOK,
    "distutils-poetry-core": IN_HOOK,
    "removed-cmake-policy": "CMake's own language",
    "removed-setuptools-command-test": ONE_RELEASE,
    "restored-setuptools-command-test": ONE_RELEASE,
    "undeclared-six-flit-core": IN_PACKAGE,
    "undeclared-six-poetry-core": IN_HOOK,
    "undeclared-version-attr": IN_PACKAGE,
    "undeclared-yaml-hatchling": IN_HOOK,
    "undeclared-yaml-pdm-backend": IN_HOOK,
    "variable-cmake-policy": "CMake's own language",
}
"""Why what a build fails at is not in the files that are read."""
ALSO_FOUND = {
    "key-misspelt-harmless": "key-misspelt",
    "own-syntax-error": "project-error",
    "removed-numpy-distutils": "api-removed",
}
"""What is told where the build is healthy all the same, or calls it otherwise."""


def rules(name: str) -> set[str]:
    return {finding.rule.value for finding in check(PROJECTS / name / "project")}


def expected(name: str) -> str:
    kind: str = tomllib.loads((PROJECTS / name / "expect.toml").read_text(encoding="utf-8")).get("diagnosis", "")
    return kind


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("healthy-")])
def test_a_healthy_project_has_no_finding(name: str) -> None:
    assert rules(name) == set()


@pytest.mark.parametrize("name", [name for name in NAMES if expected(name) in FOUND and name not in OUT_OF_SIGHT])
def test_what_the_build_fails_at_is_found_before_it(name: str) -> None:
    assert rules(name) == {expected(name)}


@pytest.mark.parametrize("name", OUT_OF_SIGHT)
def test_what_is_out_of_sight_is_not_made_up(name: str) -> None:
    assert rules(name) == set()


@pytest.mark.parametrize("name", [name for name in NAMES if expected(name) not in FOUND])
def test_of_what_only_a_build_shows_nothing_is_told(name: str) -> None:
    assert rules(name) == {ALSO_FOUND[name]} if name in ALSO_FOUND else rules(name) == set()
