"""What the releases took away: looked up, diagnosed, cured or refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from failing import EVIDENCE, PROJECT, SETUPTOOLS, SYSTEM, hook_failed, raised, told
from safe_install.diagnosis.advice import advise
from safe_install.evidence import Evidence, Policy
from safe_install.kinds import Kind
from safe_install.knowledge import Loss, Removal, history, tables
from safe_install.knowledge.history import losses
from safe_install.ladder import NAMES
from safe_install.ladder.constraints import constrain_removal
from safe_install.ladder.remedies import Proposal
from safe_install.model import Diagnosis, Distribution, Recipe

WHEEL = Distribution("wheel", "0.48.0", ("wheel",))
ABSENT = "ModuleNotFoundError: No module named"
NAME = "ImportError: cannot import name"


def ids(module: str, name: str = "") -> list[str]:
    return [row.id for row in losses(module, name)]


def read(line: str, *environment: Distribution) -> tuple[Kind, str, str]:
    found = told(hook_failed(raised(line, "<string>"), *environment))
    return found.kind, found.subject, found.row


@pytest.mark.parametrize("row", tables().history, ids=lambda row: row.id)
def test_the_constraint_keeps_to_releases_that_have_it(row: Loss) -> None:
    bound = Requirement(row.constraint)
    assert bound.name == row.distribution
    assert not bound.specifier.contains(row.removed_in)
    assert bound.specifier.contains(row.last)
    assert Version(row.last) < Version(row.removed_in)
    if row.restored_in:
        assert Version(row.removed_in) < Version(row.restored_in)


def test_a_release_is_told_of_once() -> None:
    found = [row.id for row in tables().history]
    assert len(found) == len(set(found))
    assert not {row.id for row in tables().removals} & set(found)


def test_lookup() -> None:
    assert ids("wheel.archive") == ["wheel 0.32.0"]
    assert ids("wheel.archive.anything") == ["wheel 0.32.0"]
    assert ids("wheel", "archive") == ["wheel 0.32.0"]
    assert ids("wheel.metadata", "MayRequiresKey") == ["wheel 0.32.0"]
    assert ids("wheel") == ids("wheel.archives") == ids("wheel.metadata", "requires_to_requires_dist") == []


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (f"{ABSENT} 'wheel.archive'", "wheel 0.32.0"),
        (f"{ABSENT} 'wheel.tool.deep'", "wheel 0.32.0"),
        (f"{NAME} 'archive' from 'wheel' (/env/wheel/__init__.py)", "wheel 0.32.0"),
        (f"{NAME} 'MayRequiresKey' from 'wheel.metadata' (/env/wheel/metadata.py)", "wheel 0.32.0"),
        ("AttributeError: module 'wheel.metadata' has no attribute 'MayRequiresKey'", "wheel 0.32.0"),
    ],
)
def test_what_a_release_took_away_is_told(line: str, row: str) -> None:
    assert read(line, WHEEL) == (Kind.API_REMOVED, "wheel", row)


@pytest.mark.parametrize("version", ["0.31.1", "0.30", "of our own"])
def test_another_release_did_not_take_it_away(version: str) -> None:
    assert read(f"{ABSENT} 'wheel.archive'", replace(WHEEL, version=version))[0] is not Kind.API_REMOVED


def test_a_stranger_who_provides_the_module_is_not_blamed_on_the_distribution() -> None:
    stranger = Distribution("acme", "1.0", ("wheel",))
    assert read(f"{ABSENT} 'wheel.archive'", stranger, replace(WHEEL, modules=()))[0] is not Kind.API_REMOVED
    assert read(f"{ABSENT} 'wheel.archive'", stranger)[0] is not Kind.API_REMOVED


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A short history: a module that setuptools had before any release for Python 3.12, a name that came back."""
    lost = Loss("setuptools", "51.3.3", "52.0.0", "setuptools<52", modules=frozenset({"easy_install"}))
    back = Loss("wheel", "1.0", "1.1", "wheel!=1.1", "1.2", names={"wheel.a": ("b",)})
    monkeypatch.setitem(vars(tables()), "history", (lost, back))
    history._of_history.cache_clear()
    yield
    history._of_history.cache_clear()


@pytest.mark.usefixtures("made")
def test_of_a_distribution_that_is_not_there_only_whole_modules_are_told() -> None:
    assert read(f"{ABSENT} 'easy_install'")[2] == "setuptools 52.0.0"
    assert read(f"{ABSENT} 'easy_install.deep'")[2] == "setuptools 52.0.0"
    assert read(f"{NAME} 'easy_install' from 'setuptools' (/env/x.py)", SETUPTOOLS)[2] == ""


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(("version", "row"), [("1.0", ""), ("1.1", "wheel 1.1, restored in 1.2"), ("1.2", "")])
def test_what_came_back_was_away_in_between(version: str, row: str) -> None:
    line = f"{NAME} 'b' from 'wheel.a' (/env/wheel/a.py)"
    assert read(line, replace(WHEEL, version=version))[2] == row


@pytest.mark.usefixtures("made")
def test_the_last_python_is_told_where_no_older_release_works() -> None:
    found = told(hook_failed(raised(f"{ABSENT} 'easy_install'", "<string>"), SETUPTOOLS))
    assert (found.kind, found.subject, found.curable) == (Kind.PYTHON_UNSUPPORTED, "setuptools", False)
    assert "a Python before 3.12, as no setuptools for a newer one" in advise(found, EVIDENCE).step


def test_a_submodule_of_what_is_not_there_is_missing() -> None:
    assert read(f"{ABSENT} 'wheel.archive'")[0] is Kind.MODULE_MISSING


def test_the_remedy_keeps_below_that_release() -> None:
    evidence = Evidence(PROJECT, Policy(frozenset(NAMES)), (3, 12))
    diagnosis = Diagnosis(Kind.API_REMOVED, "wheel", f"{ABSENT} 'wheel.archive'", row="wheel 0.32.0")
    answer = constrain_removal(Recipe(replace(SYSTEM, requires=("setuptools", "wheel"))), diagnosis, evidence)
    assert isinstance(answer, Proposal)
    assert answer.recipe.constraints == ("wheel<0.32",)
    assert answer.source == "known: releases 0.31.1 and 0.32.0 (wheel 0.32.0)"


BOUND = [row for row in tables().removals if "<" in row.constraint and row.distribution in {"setuptools", "numpy"}]


@pytest.mark.parametrize("row", BOUND, ids=lambda row: row.id)
def test_a_reviewed_removal_agrees_with_the_first_releases_for_a_python(row: Removal) -> None:
    """Where only later releases work, nothing brings it back."""
    bound = Version(row.constraint.partition("<")[2])
    same = (each for each in tables().pythons if each.distribution == row.distribution)
    assert row.gone_since == min((each.python for each in same if Version(each.minimum) >= bound), default=None)
