"""Tests of the edit of `pyproject.toml` that makes a recipe the project's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from safe_install.declared.build_system import parse
from safe_install.kinds import Kind, Pip
from safe_install.model import LEGACY_BACKEND, BuildSystem, Malformed, Project, Recipe
from safe_install.patch import diff, propose
from safe_install.patch.effective import effective

SETUPTOOLS = "setuptools.build_meta"


def _project(text: str | None) -> Project:
    reading = parse(text, has_setup_py=True)
    return Project(
        path=Path("demo"),
        system=reading.system,
        text=text,
        has_setup_py=True,
        names_backend=reading.names_backend,
        has_table=reading.has_table,
        oddities=reading.oddities,
    )


def _recipe(
    *requires: str,
    backend: str = LEGACY_BACKEND,
    path: tuple[str, ...] = (),
    extra: str = "",
    bounds: str = "",
) -> Recipe:
    system = BuildSystem(requires, backend, path)
    return Recipe(system, extra_requires=tuple(extra.split()), constraints=tuple(bounds.split()))


def _check(text: str | None, recipe: Recipe, expected: str) -> None:
    """Assert the proposal, that it says what the recipe does, and that nothing is left to propose."""
    assert propose(_project(text), recipe) == expected
    assert parse(expected, has_setup_py=True).system == effective(recipe)
    assert propose(_project(expected), recipe) is None


def test_only_setup_py_gets_a_table_that_means_what_pip_did() -> None:
    expected = """\
[build-system]
requires = ["setuptools>=40.8.0,<82", "numpy"]
build-backend = "setuptools.build_meta:__legacy__"
"""
    _check(None, _recipe("setuptools>=40.8.0", extra="numpy", bounds="setuptools<82"), expected)


TABLE = '[build-system]\nrequires = ["a"]\nbuild-backend = "b"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", TABLE),
        ("# licence", f"# licence\n\n{TABLE}"),
        ("# licence\n[project]\n", f"# licence\n\n{TABLE}\n[project]\n"),
        ("# licence\n\n# about\n[project]\n", f"# licence\n\n{TABLE}\n# about\n[project]\n"),
        ("\n  [project]", f"\n{TABLE}\n  [project]"),
        ("x = [\n[1]]\n# about\n[[y]]\n", f"x = [\n[1]]\n\n{TABLE}\n# about\n[[y]]\n"),
        ("x = '''\n# no comment'''\n[y]\n", f"x = '''\n# no comment'''\n\n{TABLE}\n[y]\n"),
        ("tool.x = 1\n\n# end\n", f"tool.x = 1\n\n# end\n\n{TABLE}"),
        ("[build-system.x]\n", f"{TABLE}\n[build-system.x]\n"),
        ("[project]\r\n", TABLE.replace("\n", "\r\n") + "\r\n[project]\r\n"),
    ],
)
def test_an_absent_table_is_put_first(text: str, expected: str) -> None:
    _check(text, _recipe("a", backend="b"), expected)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["setuptools"]', '["setuptools<82", "six"]'),
        ('["setuptools",]', '["setuptools<82", "six"]'),
        ('[ "setuptools" ]', '[ "setuptools<82", "six" ]'),
        ("['setuptools']", "['setuptools<82', 'six']"),
        ('[\n  "setuptools"\n]', '[\n  "setuptools<82",\n  "six"\n]'),
        ('[\n\t"setuptools", # one\n\t# two\n]', '[\n\t"setuptools<82", # one\n\t# two\n\t"six"\n]'),
        ('[\r\n  "setuptools",\r\n]', '[\r\n  "setuptools<82",\r\n  "six",\r\n]'),
        ('["setuptools", \n "setuptools"]', '["setuptools<82", \n "setuptools<82", \n "six"]'),
        ('"setuptools"', '["setuptools<82", "six"]'),
        ("'setuptools'", "['setuptools<82', 'six']"),
        ("[]", '["setuptools<82", "six"]'),
        ("[\n  # none\n]", '[\n  # none\n  "setuptools<82",\n  "six"\n]'),
        ("[1]", '["setuptools<82", "six"]'),
    ],
)
def test_a_list_keeps_its_layout(before: str, after: str) -> None:
    recipe = _recipe("setuptools", extra="six", bounds="setuptools<82")
    if before.count("setuptools") == 2:
        recipe = _recipe("setuptools", "setuptools", extra="six", bounds="setuptools<82")
    _check(
        f"[build-system]\nrequires={before}  # end\n[x]",
        recipe,
        f"[build-system]\nrequires={after}  # end\n[x]",
    )


def test_a_list_keeps_the_ends_of_its_lines() -> None:
    text = '[build-system]\r\nrequires = ["a"\r\n]\r\n'
    _check(text, _recipe("a", extra="b"), text.replace('"\r\n]', '",\r\n    "b"\r\n]'))


def test_a_list_that_no_longer_fits_gets_lines() -> None:
    names = [f"distribution-{number}" for number in range(5)]
    text = f"[build-system]\r\nrequires = {names!s}\r\n"
    lines = "".join(f"    '{name}',\r\n" for name in [*names, "six"])
    _check(text, _recipe(*names, extra="six"), f"[build-system]\r\nrequires = [\r\n{lines}]\r\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '[build-system]\nbuild_backend   = "b" # c\n',
            '[build-system]\nrequires = ["a"]\nbuild-backend   = "b" # c\n',
        ),
        ('[build-system]\nrequire="a"\nbackend="x"', '[build-system]\nrequires=["a"]\nbuild-backend="b"'),
        (
            '[ build_system ] # c\nrequires=["a"]\n\n[x]\n',
            '[build-system] # c\nrequires=["a"]\nbuild-backend="b"\n\n[x]\n',
        ),
        (
            '[x]\n  [tool.buildsystem]\n  backend = "b"\n',
            '[x]\n  [build-system]\nrequires = ["a"]\n  build-backend = "b"\n',
        ),
        ('build_system = {require = ["a"]}\n', 'build-system = {requires = ["a"], build-backend = "b"}\n'),
        ('["build system"]\nrequires = []\n', '[build-system]\nrequires = ["a"]\nbuild-backend = "b"\n'),
        ('build.system.requires = ["a"]\n', f'build.system.requires = ["a"]\n\n{TABLE}'),
    ],
)
def test_misspellings_are_renamed_in_place(before: str, after: str) -> None:
    _check(before, _recipe("a", backend="b"), after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[build-system]", '[build-system]\nrequires = ["a"]\nbuild-backend = "b"'),
        ('[build-system]\r\nrequires = ["a"]', '[build-system]\r\nrequires = ["a"]\r\nbuild-backend = "b"'),
        ('[build-system]\n  requires=["a"]\n', '[build-system]\n  requires=["a"]\n  build-backend="b"\n'),
        ("[build-system]\nbuild-backend='x'#c", "[build-system]\nrequires = [\"a\"]\nbuild-backend='b'#c"),
        (f'{TABLE}backend-path = ["x"] # c\n# d\n', f"{TABLE}# c\n# d\n"),
        (f'{TABLE}backend-path = ["x"]', TABLE),
        (
            'build-system.requires=["a"]\n[x]',
            'build-system.requires=["a"]\nbuild-system.build-backend="b"\n[x]',
        ),
        ('build-system = {backend-path=["x"]}', 'build-system = { requires = ["a"], build-backend = "b"}'),
    ],
)
def test_keys_come_and_go(before: str, after: str) -> None:
    _check(before, _recipe("a", backend="b"), after)


def test_the_legacy_backend_is_written_only_where_another_must_go() -> None:
    text = f'[build-system]\nrequires = ["a"]\nbuild-backend = "{SETUPTOOLS}"\n'
    _check(text, _recipe("a"), text.replace(SETUPTOOLS, LEGACY_BACKEND))
    _check(
        '[build-system]\nrequires = []\nbackend = "b"',
        _recipe("a"),
        '[build-system]\nrequires = ["a"]\nbackend = "b"',
    )


def test_a_requirement_keeps_its_place_and_its_comment() -> None:
    before = '[build-system]\nrequires = [\n  "wheel",\n  "poetry>=1", # tool\n  "six", # six\n]\n'
    after = '[build-system]\nrequires = [\n  "poetry>=1.1", # tool\n  "numpy",\n  "six", # six\n]\n'
    _check(before, _recipe("poetry>=1.1", "numpy", "six"), after)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(BuildSystem(("a",), "b"), cache=False, isolated=False, pip=Pip.NEWEST),
        Recipe(BuildSystem(("a",), "b"), set_aside=("build",), variables=(("CC", "cc"),), constraints=("a>=0",)),
        Recipe(Malformed(Kind.REQUIRES_ABSENT, "requires", "absent")),
    ],
)
def test_what_pyproject_cannot_say_is_not_proposed(recipe: Recipe) -> None:
    text = '[build-system]\nrequires = ["a>=0"]\nbuild-backend = "b"\n'
    if isinstance(recipe.system, BuildSystem):
        recipe = replace(recipe, system=BuildSystem(("a>=0",), "b"))
    assert propose(_project(text), recipe) is None
    assert diff(_project(text), recipe) is None


@pytest.mark.parametrize("text", ["[build-system", "[[build-system]]\n", "build-system = 3\n", "[x]\ry = 1\r"])
def test_what_cannot_be_edited_is_not_proposed(text: str) -> None:
    assert propose(_project(text), _recipe("a", backend="b")) is None


def test_the_diff_of_a_new_file() -> None:
    assert (
        diff(_project(None), _recipe("a", backend="b"))
        == """\
--- /dev/null
+++ b/pyproject.toml
@@ -0,0 +1,3 @@
+[build-system]
+requires = ["a"]
+build-backend = "b"
"""
    )


def test_the_diff_of_a_file_without_a_last_newline() -> None:
    assert (
        diff(_project("[build-system]\nrequires = []"), _recipe("a"))
        == """\
--- a/pyproject.toml
+++ b/pyproject.toml
@@ -1,2 +1,2 @@
 [build-system]
-requires = []
\\ No newline at end of file
+requires = ["a"]
\\ No newline at end of file
"""
    )
