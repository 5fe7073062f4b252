"""What a misspelt name was meant to be, and when that is a question."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.declared.spelling import backend_candidates, likeness, names_in, nearest, required
from safe_install.knowledge import tables
from safe_install.model import BuildSystem, Project


def project(*requires: str, tools: frozenset[str] = frozenset()) -> Project:
    return Project(Path("/project"), BuildSystem(requires), tools=tools)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("build_backend", "build-backend"),
        ("BuildBackend", "build-backend"),
        ("build-backedn", "build-backend"),
        ("requirse", "requires"),
        ("require", "requires"),
        ("backend-pth", "backend-path"),
    ],
)
def test_the_nearest_key(written: str, meant: str) -> None:
    assert nearest(written, ("requires", "build-backend", "backend-path")) == (meant,)


def test_nothing_is_near() -> None:
    assert nearest("colour", ("requires", "build-backend", "backend-path")) == ()
    assert nearest("", ("requires",)) == ()
    assert nearest("...", ("requires",)) == ()


def test_equally_near_ones_are_a_tie() -> None:
    assert nearest("setuptool", ("setuptoolz", "setuptools")) == ("setuptools", "setuptoolz") or nearest(
        "setuptool", ("setuptoolz", "setuptools")
    ) == ("setuptoolz", "setuptools")


def test_the_same_choice_twice_is_no_tie() -> None:
    assert nearest("setuptool", ("setuptools", "setuptools")) == ("setuptools",)


def test_neighbours_that_changed_places_are_one_slip() -> None:
    assert likeness("ab", "ba") == 0.95
    assert likeness("form", "from") == 0.95
    assert likeness("abcd", "badc") < 0.8


@pytest.mark.parametrize(
    ("written", "requires", "meant"),
    [
        ("setuptools.build_mtea", ["setuptools"], "setuptools.build_meta"),
        ("setuptools.build.meta", ["setuptools>=64", "wheel"], "setuptools.build_meta"),
        ("setuptools.buildmeta", [], "setuptools.build_meta"),
        ("setuptools.build_meta:nope", ["setuptools"], "setuptools.build_meta"),
        ("setuptools.build_meta.api", [], "setuptools.build_meta"),
        ("setuptools", [], "setuptools.build_meta"),
        ("setuptool.build_meta", [], "setuptools.build_meta"),
        ("hatching.build", ["hatchling"], "hatchling.build"),
        ("hatchling", ["hatchling"], "hatchling.build"),
        ("hatchling.builds", [], "hatchling.build"),
        ("flit-core.buildapi", ["flit_core >=3.2,<4"], "flit_core.buildapi"),
        ("flit_core.build", ["flit_core"], "flit_core.buildapi"),
        ("poetry_core.masonry.api", ["poetry-core"], "poetry.core.masonry.api"),
        ("poetry.core.mansory.api", ["poetry-core"], "poetry.core.masonry.api"),
        ("poetry.api", ["poetry-core"], "poetry.core.masonry.api"),
        ("pdm.backends", ["pdm-backend"], "pdm.backend"),
        ("pdm_backend", [], "pdm.backend"),
        ("Maturin", [], "maturin"),
        ("mesonpy.build", ["meson-python"], "mesonpy"),
    ],
)
def test_the_backend_that_was_meant(written: str, requires: list[str], meant: str) -> None:
    assert backend_candidates(written, project(*requires)) == (meant,)


@pytest.mark.parametrize("written", ["acme_builder.api", "", "x", ":", "build", "backend.api"])
def test_no_backend_is_near(written: str) -> None:
    assert backend_candidates(written, project()) == ()


def test_a_tool_table_supports_its_backend() -> None:
    assert backend_candidates("poetry.api", project(tools=frozenset({"poetry"}))) == ("poetry.core.masonry.api",)
    assert backend_candidates("flit.build", project("flit")) == ("flit_core.buildapi",)


def test_support_goes_before_nearness() -> None:
    assert backend_candidates("hatchlin.buildapi", project("flit_core")) != ("hatchling.build",)


def test_two_supported_ones_are_a_tie() -> None:
    both = project("flit_core", "hatchling")
    assert set(backend_candidates("hatchcore.build", both)) <= {"flit_core.buildapi", "hatchling.build"}


def test_requirements_that_cannot_be_read_support_nothing() -> None:
    assert names_in(["setup tools >> 1", "Flit_Core >=3", ""]) == {"flit-core"}
    assert required(project("Hatchling", "???")) == {"hatchling"}


@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_gives_known_backends_or_none(written: str, requires: list[str]) -> None:
    found = backend_candidates(written, project(*requires))
    assert set(found) <= {row.backend for row in tables().backends}
    assert len(set(found)) == len(found)


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_has_no_direction(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
