"""Tests of reading `[build-system]`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.declared.build_system import Reading, intended, parse
from safe_install.kinds import Kind
from safe_install.model import DEFAULT, LEGACY_BACKEND, BuildSystem, Malformed, Mention

ABSENT = Malformed(Kind.REQUIRES_ABSENT, "requires", "[build-system] has no `requires`")
BURIED = "a; " + "(" * 5000 + "os_name == 'x'" + ")" * 5000
NO_LIST = Malformed(Kind.REQUIRES_INVALID, "requires", "`requires` is not a list of strings")


def test_a_whole_table() -> None:
    text = """
[build-system]
requires = ["flit_core >=3,<4", "tomli; python_version < '3.11'"]
build-backend = "bk.api:main"
backend-path = ["_b", "."]

[project]
name = "demo"

[tool.flit.module]
[tool.black]
"""
    requires = ("flit_core >=3,<4", "tomli; python_version < '3.11'")
    assert parse(text, has_setup_py=False) == Reading(
        system=BuildSystem(requires, "bk.api:main", ("_b", ".")),
        names_backend=True,
        has_table=True,
        name="demo",
        tools=frozenset({"flit", "black"}),
    )


def test_no_backend_is_the_legacy_one_with_the_declared_requires() -> None:
    system = BuildSystem(("numpy",), LEGACY_BACKEND)
    assert parse('[build-system]\nrequires = ["numpy"]\n', has_setup_py=False) == Reading(system, has_table=True)


@pytest.mark.parametrize("text", [None, "", "# nothing\n", "[project]\n"])
def test_no_table_is_the_default_of_pip(text: str | None) -> None:
    assert parse(text, has_setup_py=True) == Reading(DEFAULT)
    assert BuildSystem(("setuptools>=40.8.0",), "setuptools.build_meta:__legacy__") == DEFAULT


def test_neither_file() -> None:
    message = "neither pyproject.toml nor setup.py is there"
    assert parse(None, has_setup_py=False) == Reading(Malformed(Kind.PROJECT_ERROR, "pyproject.toml", message))


def test_line_ends_are_translated_as_pip_does() -> None:
    expected = Reading(BuildSystem(("a",)), has_table=True)
    for end in ("\n", "\r\n", "\r"):
        assert parse(f'[build-system]{end}requires = ["a"]{end}', has_setup_py=False) == expected


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("[a]\nx = \n", "Invalid value", 2, 5),
        ('\nx = "', "Unterminated string", 2, 6),
        ("x = [1,\n  2", "Unclosed array", 2, 4),
        ("\ufeff[a]\n", "Invalid statement", 1, 1),
        ("x = 1\r\n\r\ny = @", "Invalid value", 3, 5),
        ("x = " + "[" * 9000, "it is nested too deeply", None, None),
    ],
)
def test_toml_errors(text: str, message: str, line: int | None, column: int | None) -> None:
    wrong = Malformed(Kind.TOML_INVALID, "pyproject.toml", message, line, column)
    assert parse(text, has_setup_py=True) == Reading(wrong)
    assert intended(text) == wrong


def test_an_integer_that_python_refuses_is_a_toml_error() -> None:
    system = parse("x = " + "1" * 5000, has_setup_py=True).system
    assert isinstance(system, Malformed)
    assert (system.kind, system.line) == (Kind.TOML_INVALID, None)


def _wrong(kind: Kind, subject: str, message: str, requires: tuple[str, ...] = (), **kept: object) -> Malformed:
    backend, path, written = kept.get("backend"), kept.get("path", ()), kept.get("written", ())
    assert backend is None or isinstance(backend, str)
    assert isinstance(path, tuple)
    assert isinstance(written, tuple)
    return Malformed(kind, subject, message, requires=requires, backend=backend, backend_path=path, written=written)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("", ABSENT),
        (
            'build-backend = "a.b"\nbackend-path = ["."]',
            _wrong(ABSENT.kind, ABSENT.subject, ABSENT.message, backend="a.b", path=(".",)),
        ),
        ('requires = "a"', _wrong(NO_LIST.kind, NO_LIST.subject, NO_LIST.message, ("a",), written=("a",))),
        ("requires = {}", NO_LIST),
        ('requires = ["a", 1]', _wrong(NO_LIST.kind, NO_LIST.subject, NO_LIST.message, ("a",), written=("a",))),
        (
            'requires = ["a", "setup tools >> 1"]',
            _wrong(
                Kind.REQUIRES_INVALID,
                "setup tools >> 1",
                "`requires` contains an invalid requirement: 'setup tools >> 1'",
                ("a",),
                written=("a", "setup tools >> 1"),
            ),
        ),
        pytest.param(
            f'requires = ["a", "{BURIED}"]',
            _wrong(
                Kind.REQUIRES_INVALID,
                BURIED,
                f"`requires` contains an invalid requirement: {BURIED!r}",
                ("a",),
                written=("a", BURIED),
            ),
            id="nested too deeply",
        ),
        (
            'requires = ["a"]\nbuild-backend = ["a.b"]',
            _wrong(Kind.TABLE_INVALID, "build-backend", "`build-backend` is not a string", ("a",)),
        ),
        (
            'requires = ["a"]\nbuild-backend = "a.b"\nbackend-path = "src"',
            _wrong(
                Kind.TABLE_INVALID,
                "backend-path",
                "`backend-path` is not a list of strings",
                ("a",),
                backend="a.b",
                path=("src",),
            ),
        ),
        (
            'requires = ["a"]\nbackend-path = ["src"]',
            _wrong(
                Kind.TABLE_INVALID,
                "backend-path",
                "`backend-path` is written without a `build-backend` that it could lead to",
                ("a",),
                path=("src",),
            ),
        ),
    ],
)
def test_malformed_tables_keep_what_could_be_read(table: str, expected: Malformed) -> None:
    reading = parse(f"[build-system]\n{table}\n", has_setup_py=False)
    assert reading == Reading(expected, names_backend="build-backend" in table, has_table=True)


@pytest.mark.parametrize("text", ["build-system = 3", "build-system = 'x'", "[[build-system]]", "build-system = []"])
def test_no_table_at_all(text: str) -> None:
    wrong = Malformed(Kind.TABLE_INVALID, "build-system", "[build-system] is not a table")
    assert parse(text, has_setup_py=False) == Reading(wrong, has_table=True)
    assert intended(text) == wrong


def test_what_was_meant_by_a_path_without_a_backend_is_nothing() -> None:
    text = '[build-system]\nrequires = "a"\nbackend-path = ["src"]\n'
    assert intended(text) == BuildSystem(("a",), LEGACY_BACKEND)


def test_a_path_out_of_the_tree_is_left_to_the_build() -> None:
    text = '[build-system]\nrequires = []\nbuild-backend = "a"\nbackend-path = ["../x", "/y"]\n'
    assert parse(text, has_setup_py=False).system == BuildSystem((), "a", ("../x", "/y"))


def test_the_name_and_the_mentions_are_read() -> None:
    text = '[tool.poetry]\nname = "demo"\n[tool.poetry.dependencies]\nsix = "^1.16"\n'
    reading = parse(text, has_setup_py=False)
    mention = Mention("six>=1.16,<2", "tool.poetry.dependencies")
    assert reading == Reading(DEFAULT, name="demo", tools=frozenset({"poetry"}), mentions=(mention,))


KEYS = st.sampled_from(
    [
        "build-system",
        "requires",
        "build-backend",
        "backend-path",
        "backend",
        "project",
        "tool",
        "dependencies",
        "a",
    ]
)
VALUES = st.recursive(
    st.sampled_from(['"a"', "'b>=1'", '"@"', "1", "true", "1979-05-27", '"' + "(" * 999 + '"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(KEYS, inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{key} = {value}" for key, value in items.items()) + "}"
        )
    ),
    max_leaves=5,
)
LINES = st.one_of(
    st.lists(KEYS, min_size=1, max_size=3).map(lambda path: f"[{'.'.join(path)}]"),
    st.lists(KEYS, min_size=1, max_size=3).map(lambda path: f"[[{'.'.join(path)}]]"),
    st.builds("{} = {}".format, st.lists(KEYS, min_size=1, max_size=2).map(".".join), VALUES),
)


@given(st.text() | st.lists(LINES, max_size=8).map("\n".join), st.booleans())
def test_any_text_has_a_reading(text: str, has_setup_py: bool) -> None:
    reading = parse(text, has_setup_py)
    assert isinstance(reading, Reading)
    assert isinstance(intended(text), BuildSystem | Malformed)
    if reading.has_table and isinstance(reading.system, BuildSystem):
        assert reading.names_backend or reading.system.backend == LEGACY_BACKEND
        assert parse(text.replace("\n", "\r\n"), has_setup_py) == reading
