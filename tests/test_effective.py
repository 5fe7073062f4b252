"""Tests of saying a recipe's requirements and constraints as one `requires`."""

from __future__ import annotations

import pytest
from packaging.requirements import InvalidRequirement

from safe_install.kinds import Kind
from safe_install.model import BuildSystem, Malformed, Recipe
from safe_install.patch.effective import effective


@pytest.mark.parametrize(
    ("requirement", "extra", "bounds", "expected"),
    [
        ("setuptools>=61", "", "setuptools<82", ["setuptools>=61,<82"]),
        ("Setuptools >= 61, != 62", "", "setuptools<82", ["Setuptools >= 61, != 62, <82"]),
        ("setuptools (>=61)", "", "setuptools<82", ["setuptools (>=61,<82)"]),
        ("a[x,y] ; extra == 'z'", "", "A<2", ["a[x,y]<2 ; extra == 'z'"]),
        ("setuptools<80", "", "setuptools<82", ["setuptools<80"]),
        ("setuptools<82", "", "setuptools<=82", ["setuptools<82"]),
        ("setuptools==70.1", "", "setuptools<82", ["setuptools==70.1"]),
        ("setuptools==70.*", "", "setuptools<82", ["setuptools==70.*,<82"]),
        ("setuptools<=82", "", "setuptools<82", ["setuptools<=82,<82"]),
        ("six>=2", "six>=1 six", "", ["six>=2"]),
        ("six", "six<2,>=1", "", ["six>=1,<2"]),
        ("six", "six[a]", "", ["six", "six[a]"]),
        ("six", "six;python_version>'3'", "", ["six", "six;python_version>'3'"]),
        ("six", "", "six<2;python_version>'3'", ["six", "six<2;python_version>'3'"]),
        ("six;python_version>'3'", "six", "", ["six;python_version>'3'", "six"]),
        ("six;python_version>'3'", "", "six<2", ["six<2;python_version>'3'"]),
        ("six@file:///six", "six>=1 six@file:///six", "six<2", ["six@file:///six"]),
        ("six", "six@file:///six", "", ["six", "six@file:///six"]),
        ("a", "b", "numpy<2", ["a", "b", "numpy<2"]),
    ],
)
def test_one_requirement_for_a_distribution(requirement: str, extra: str, bounds: str, expected: list[str]) -> None:
    system = BuildSystem((requirement,), "b", ("x",))
    recipe = Recipe(system, extra_requires=tuple(extra.split()), constraints=tuple(bounds.split()))
    assert effective(recipe) == BuildSystem(tuple(expected), "b", ("x",))


def test_a_constraint_is_for_every_requirement_of_its_distribution() -> None:
    requires = ("numpy==1.19.5; python_version < '3.9'", "numpy>=1.25; python_version >= '3.9'")
    assert effective(Recipe(BuildSystem(requires), constraints=("numpy<2",))) == BuildSystem(
        (requires[0], "numpy>=1.25,<2; python_version >= '3.9'")
    )


def test_what_is_malformed_stays_so() -> None:
    wrong = Malformed(Kind.REQUIRES_ABSENT, "requires", "absent")
    assert effective(Recipe(wrong, extra_requires=("six",))) == wrong


def test_what_is_no_requirement_is_refused() -> None:
    with pytest.raises(InvalidRequirement):
        effective(Recipe(BuildSystem(()), extra_requires=("a b",)))
