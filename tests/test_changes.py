"""Recipes differ when, and only when, there are words for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.events.differences import changes
from safe_install.kinds import Kind, Pip, Wheel
from safe_install.model import LEGACY_BACKEND, BuildSystem, Malformed, Recipe

SYSTEM = BuildSystem(("setuptools",), "setuptools.build_meta")
words = st.sampled_from(["a", "b", "c<2"])
systems = st.one_of(
    st.builds(
        BuildSystem,
        st.lists(words, unique=True).map(tuple),
        st.sampled_from([LEGACY_BACKEND, "x"]),
        st.lists(words, unique=True, max_size=2).map(tuple),
    ),
    st.builds(Malformed, st.just(Kind.TOML_INVALID), words, words),
)
recipes = st.builds(
    Recipe,
    systems,
    st.sampled_from(Wheel),
    **{
        name: st.lists(words, unique=True, max_size=2).map(lambda items: tuple(sorted(items)))
        for name in ("extra_requires", "constraints", "set_aside")
    },
    isolated=st.booleans(),
    cache=st.booleans(),
    pip=st.sampled_from(Pip),
    variables=st.dictionaries(words, words).map(lambda items: tuple(sorted(items.items()))),
    config_settings=st.dictionaries(words, st.just(("1",))).map(lambda items: tuple(sorted(items.items()))),
)


@given(recipes, recipes)
def test_recipes_differ_when_and_only_when_there_are_words_for_it(one: Recipe, other: Recipe) -> None:
    assert bool(changes(one, other)) == (one != other)
    assert changes(one, one) == ()


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({"system": replace(SYSTEM, backend="x.y")}, ["build-backend: 'setuptools.build_meta' -> 'x.y'"]),
        ({"system": replace(SYSTEM, requires=("setuptools", "wheel"))}, ["requires wheel, too"]),
        ({"system": replace(SYSTEM, requires=("flit",))}, ["requires: setuptools -> flit"]),
        ({"system": replace(SYSTEM, requires=())}, ["requires setuptools no more"]),
        ({"system": replace(SYSTEM, backend_path=("_b",))}, ["backend-path: none -> _b"]),
        ({"extra_requires": ("numpy", "cython")}, ["also installs numpy, cython"]),
        ({"constraints": ("setuptools<82",)}, ["setuptools<82"]),
        ({"isolated": False}, ["without isolation"]),
        ({"cache": False}, ["without pip's cache"]),
        ({"pip": Pip.NEWEST}, ["with the newest pip"]),
        ({"set_aside": ("build", "a.egg-info")}, ["set aside: build, a.egg-info"]),
        ({"variables": (("A", "1"),)}, ["with A=1 in the environment"]),
        ({"config_settings": (("k", ("1", "2")),)}, ["with the config setting k=1, 2"]),
        ({"wheel": Wheel.EDITABLE}, ["an editable wheel instead of a regular wheel"]),
        ({"extra_requires": ("x<2",), "constraints": ("x<2", "y")}, ["also installs x<2", "y"]),
        ({"constraints": ("x<2",), "cache": False}, ["x<2", "without pip's cache"]),
    ],
)
def test_a_difference_has_words(recipe: dict[str, Any], words: list[str]) -> None:
    declared = Recipe(SYSTEM)
    assert changes(declared, replace(declared, **recipe)) == tuple(words)


def test_a_system_that_could_not_be_read_is_told_whole() -> None:
    declared = Recipe(Malformed(Kind.REQUIRES_ABSENT, "requires", "x"))
    cured = replace(declared, system=replace(SYSTEM, backend=LEGACY_BACKEND, backend_path=("_b",)))
    assert changes(declared, cured) == ("build-backend: pip's default", "requires: setuptools", "backend-path: _b")


@pytest.mark.parametrize(
    ("written", "requires", "words"),
    [
        (("setuptools=61", "six"), ("setuptools==61", "six"), ["requires: setuptools=61 -> setuptools==61"]),
        (("a b",), ("a", "b"), ["requires: a b -> a, b"]),
        (("a^1",), ("a>=1", "b"), ["requires: a^1 -> a>=1", "requires b, too"]),
        (("a",), ("a",), ["requires: a list of a"]),
        ((), (), ["requires: a list of nothing"]),
    ],
)
def test_each_requirement_that_was_none_is_told(
    written: tuple[str, ...], requires: tuple[str, ...], words: list[str]
) -> None:
    wrong = Malformed(Kind.REQUIRES_INVALID, "requires", "x", backend=SYSTEM.backend, written=written)
    assert changes(Recipe(wrong), Recipe(replace(SYSTEM, requires=requires))) == tuple(words)
