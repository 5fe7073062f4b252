"""Which bounds keep a build tool too old for a Python, and what is written instead."""

from __future__ import annotations

import pytest

from failing import SETUPTOOLS, building, hook_failed, raised, told
from safe_install.declared.outdated import is_older, outdated
from safe_install.declared.outdated import raised as written
from safe_install.diagnosis.advice import advise
from safe_install.evidence import Evidence, Policy
from safe_install.kinds import Cause, Kind, Stage
from safe_install.model import BuildSystem, Distribution, Failure, Mention


@pytest.mark.parametrize(
    "requirement",
    [
        "setuptools<60",
        "setuptools==65.5.0",
        "setuptools~=58.0",
        "setuptools<=58",
        "setuptools==65.*",
        "setuptools<66.1",
    ],
)
def test_a_bound_that_keeps_below_the_first_release_that_works(requirement: str) -> None:
    assert outdated([requirement], (3, 13)) == (requirement,)
    assert outdated([requirement], (3, 11)) == ()


@pytest.mark.parametrize(
    "requirement",
    [
        "setuptools",
        "setuptools>=40",
        "setuptools<67",
        "setuptools==70",
        "six==1",
        "@",
        "setuptools!=58",
        "setuptools==66.*",
    ],
)
def test_a_bound_that_does_not(requirement: str) -> None:
    assert outdated([requirement], (3, 13)) == ()


def test_what_is_no_version_cannot_work() -> None:
    assert outdated(["setuptools===old"], (3, 13)) == ("setuptools===old",)
    assert not is_older("odd", "1")
    assert is_older("1", "2")


@pytest.mark.parametrize(
    ("requirement", "new"),
    [
        ("setuptools>=40,<60", "setuptools>=66.1"),
        ("setuptools <60,!=67.1", "setuptools >=66.1,!=67.1"),
        ("setuptools[x]== 58 ;python_version>'3'", "setuptools[x]>= 66.1 ;python_version>'3'"),
        ("setuptools", "setuptools>=66.1"),
    ],
)
def test_what_is_written_instead_keeps_the_spelling(requirement: str, new: str) -> None:
    assert written(requirement, "66.1") == new


class TestDiagnosis:
    OLD = Distribution("setuptools", "58.0.0", ("setuptools",))
    PINNED = building(BuildSystem(("wheel", "setuptools<60"), "setuptools.build_meta"))
    NO_DISTUTILS = raised("ModuleNotFoundError: No module named 'distutils'", "/x/site-packages/setuptools/a.py")

    def test_the_bound_is_blamed(self) -> None:
        found = told(hook_failed(self.NO_DISTUTILS, self.OLD), self.PINNED)
        assert (found.kind, found.subject, found.curable) == (Kind.PYTHON_UNSUPPORTED, "setuptools<60", True)

    def test_not_where_the_tool_is_not_there(self) -> None:
        both = building(BuildSystem(("setuptools", "numpy<1.2"), "setuptools.build_meta"))
        assert told(hook_failed("bye\n", SETUPTOOLS), both).kind is Kind.UNKNOWN

    def fill(self, text: str, wanted: str) -> Failure:
        return Failure(Stage.FILL_MORE, Cause.PIP_FAILED, f"installing {wanted}", text, 1)

    def test_an_environment_that_cannot_be_filled(self) -> None:
        system = BuildSystem(("setuptools", "numpy==1.19.5"), "setuptools.build_meta")
        found = told(self.fill("ERROR: Failed to build 'numpy'", "setuptools, numpy==1.19.5"), building(system))
        assert (found.subject, found.curable) == ("numpy==1.19.5", True)
        assert told(self.fill("ERROR: odd", "numpy==1.19.5"), building(system)).kind is Kind.UNKNOWN

    def test_what_the_backend_asks_for_is_told_with_its_place(self) -> None:
        project = building(self.PINNED.system, mentions=(Mention("numpy==1.19.5", "setup.py setup_requires"),))
        project = building(BuildSystem(("setuptools",)), mentions=project.mentions)
        found = told(self.fill("ERROR: Failed to build 'numpy'", "numpy==1.19.5"), project)
        assert (found.kind, found.subject, found.curable) == (Kind.PYTHON_UNSUPPORTED, "numpy==1.19.5", False)
        step = advise(found, Evidence(project, Policy(frozenset()), (3, 13))).step
        assert "numpy==1.19.5 (setup.py setup_requires) supports" in step
        assert 'require "numpy>=2.1" there' in step
