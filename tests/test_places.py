"""Where keys and values stand in a TOML text."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from safe_install.declared.places import Place, places

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEXT = """\
# a comment with "quotes" and [brackets]
title = 'x'
[build-system]   # the table
requires = [
    "a",  # ], not the end
    'b', { c = [1, 2] },
]
"build-backend" = \"\"\"
many ] lines \\\""" ""\"\"\"
[tool."dotted.name".x]
y.z = 1979-05-27 07:32:00
[[many]]
n = 1
[[many]]
n = 2
[many.inner]
k = true
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("title",), 2, 9),
        (("build-system", "requires"), 4, 12),
        (("build-system", "requires", 0), 5, 5),
        (("build-system", "requires", 1), 6, 5),
        (("build-system", "requires", 2, "c", 1), 6, 20),
        (("build-system", "build-backend"), 8, 19),
        (("tool", "dotted.name", "x", "y", "z"), 11, 7),
        (("many", 0, "n"), 13, 5),
        (("many", 1, "n"), 15, 5),
        (("many", 1, "inner", "k"), 17, 5),
    ],
)
def test_the_place_of_a_value(path: tuple[str | int, ...], line: int, column: int) -> None:
    tomllib.loads(TEXT)
    assert places(TEXT).value(*path) == Place(line, column)


def test_the_place_of_a_key_and_of_a_header() -> None:
    found = places(TEXT)
    assert found.key("build-system") == Place(3, 1)
    assert found.key("build-system", "build-backend") == Place(8, 1)
    assert found.key("tool", "dotted.name", "x", "y", "z") == Place(11, 1)
    assert found.key("many", 1) == Place(14, 1)
    assert found.key("absent") == Place(1, 1)


def test_what_is_not_written_is_placed_at_what_is_around_it() -> None:
    found = places(TEXT)
    assert found.value("build-system", "requires", 9) == Place(4, 12)
    assert found.value("build-system", "backend-path") == Place(3, 1)
    assert found.value("absent", 1) == Place(1, 1)


def test_any_line_end_ends_a_line() -> None:
    assert places("a = 1\r\nb = 2\rc = 3\n").value("c") == Place(3, 5)


@pytest.mark.parametrize(
    "text", ["a = 1\n[b\nc = 2\n", "a = 1\n= 2", "a = 1\nb 2", 'a = 1\nb = "', "a = 1\nb = [" + "[" * 5000]
)
def test_of_a_text_that_is_not_toml_what_stands_before_the_fault_is_placed(text: str) -> None:
    assert places(text).value("a") == Place(1, 5)


KEYS = st.text(min_size=1, max_size=6)
SCALARS = st.one_of(st.text(max_size=20), st.integers(-9, 9), st.booleans())
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_at_every_place_stands_the_value(document: dict[str, object]) -> None:
    text = tomlkit.dumps(document).replace("\r\n", "\n")
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # what tomlkit writes wrongly is not for us
    found, lines = places(text), text.split("\n")
    for path, value in leaves(read):
        place = found.values[path]
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        assert begins_with(rest, value), (path, rest)


def leaves(node: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, (*path, index))
    else:
        yield path, node


def begins_with(text: str, value: object) -> bool:
    """Tell whether a TOML text begins with a value, by reading ever longer beginnings of it."""
    for end in range(1, len(text) + 1):
        try:
            read = tomllib.loads(f"v = {text[:end]}")["v"]
        except tomllib.TOMLDecodeError:
            continue
        if read == value and type(read) is type(value):
            return True
    return False
