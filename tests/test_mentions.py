"""Tests of reading the requirements that a `pyproject.toml` names outside of `[build-system]`."""

from __future__ import annotations

import pytest

from safe_install.declared.build_system import parse
from safe_install.model import Mention


def _read(text: str) -> tuple[Mention, ...]:
    return parse(text, has_setup_py=False).mentions


def test_every_list_of_requirements() -> None:
    text = """
[project]
name = "Demo"
dependencies = ["six>=1.16", "tomli; python_version < '3.11'"]
[project.optional-dependencies]
cuda = ["cupy"]
[dependency-groups]
test = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
[tool.pdm.dev-dependencies]
doc = ["sphinx", "-e file:///elsewhere#egg=other"]
[tool.uv]
dev-dependencies = ["mypy"]
[tool.rye]
dev-dependencies = ["black"]
[tool.hatch.envs.default]
dependencies = ["coverage[toml]"]
extra-dependencies = ["covdefaults"]
[tool.hatch.build]
dependencies = ["hatch-vcs"]
[tool.hatch.build.hooks.custom]
dependencies = ["cython"]
[tool.hatch.build.targets.wheel]
dependencies = ["babel"]
[tool.flit.metadata]
requires = ["requests"]
dev-requires = ["nose"]
[tool.flit.metadata.requires-extra]
web = ["flask"]
"""
    assert _read(text) == (
        Mention("six>=1.16", "project.dependencies"),
        Mention("tomli; python_version < '3.11'", "project.dependencies"),
        Mention("cupy", "project.optional-dependencies.cuda"),
        Mention("pytest", "dependency-groups.test"),
        Mention("ruff", "dependency-groups.lint"),
        Mention("sphinx", "tool.pdm.dev-dependencies.doc"),
        Mention("mypy", "tool.uv.dev-dependencies"),
        Mention("black", "tool.rye.dev-dependencies"),
        Mention("coverage[toml]", "tool.hatch.envs.default.dependencies"),
        Mention("covdefaults", "tool.hatch.envs.default.extra-dependencies"),
        Mention("hatch-vcs", "tool.hatch.build.dependencies"),
        Mention("cython", "tool.hatch.build.hooks.custom.dependencies"),
        Mention("babel", "tool.hatch.build.targets.wheel.dependencies"),
        Mention("requests", "tool.flit.metadata.requires"),
        Mention("nose", "tool.flit.metadata.dev-requires"),
        Mention("flask", "tool.flit.metadata.requires-extra.web"),
    )


def test_the_project_does_not_mention_itself() -> None:
    text = '[project]\nname = "My.Demo"\ndependencies = ["my-demo[x]", "six", "six"]\n'
    assert _read(text) == (Mention("six", "project.dependencies"),)


def test_poetry_has_tables_of_names() -> None:
    text = """
[tool.poetry.dependencies]
python = "^3.10"
six = "*"
numpy = [{version = "<2", python = "<3.12"}, {version = ">=2", python = ">=3.12"}]
flask = {version = "~2.1", extras = ["async"]}
mine = {git = "anywhere"}
near = {path = "../near"}
odd = 3
[tool.poetry.dev-dependencies]
pytest = "7.4"
[tool.poetry.group.doc.dependencies]
sphinx = {optional = true}
"""
    assert _read(text) == (
        Mention("six", "tool.poetry.dependencies"),
        Mention("numpy<2", "tool.poetry.dependencies"),
        Mention("numpy>=2", "tool.poetry.dependencies"),
        Mention("flask>=2.1,<2.2", "tool.poetry.dependencies"),
        Mention("pytest==7.4", "tool.poetry.dev-dependencies"),
        Mention("sphinx", "tool.poetry.group.doc.dependencies"),
    )


@pytest.mark.parametrize(
    ("version", "specifier"),
    [
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1", ">=1,<2"),
        ("1.*", "==1.*"),
        ("=1.0", "==1.0"),
        ("==1.0", "==1.0"),
        ("~=1.4.2", "~=1.4.2"),
        ("!=1.5", "!=1.5"),
        (">=1.2 <3", ">=1.2,<3"),
        (">= 1.2, < 3", ">=1.2,<3"),
        ("^1.0b1", ""),
        ("<1 || >2", ""),
        ("latest", ""),
    ],
)
def test_poetrys_versions_in_the_words_of_pep_440(version: str, specifier: str) -> None:
    text = f'[tool.poetry.dependencies]\nsix = "{version}"\n'
    assert _read(text) == (Mention(f"six{specifier}", "tool.poetry.dependencies"),)


@pytest.mark.parametrize(
    "text",
    [
        "project = 3",
        "[project]\ndependencies = 'six'",
        "[project]\ndependencies = [1, 'a b']",
        "[[tool.hatch.envs]]\nx = 1",
        "[tool.poetry]\ndependencies = ['six']",
        "[dependency-groups]\ntest = {include-group = 'x'}",
    ],
)
def test_what_is_not_a_requirement_is_left_out(text: str) -> None:
    assert _read(text) == ()
