"""What can be told of a Python file without running it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.declared.places import Place
from safe_install.declared.python_source import Import, Keyword, Source, read

CAUGHT = ("ImportError", "(OSError, ImportError)", "Exception", "builtins.ImportError")


def imported(text: str) -> list[str]:
    return [each.module for each in read(text).imports]


def test_imports_have_their_places() -> None:
    text = "import a.b, c\nif True:\n    import d\nfrom e.f import g as h, i\nfrom . import j\n'é'; import k\n"
    assert read(text).imports == (
        Import("a.b", Place(1, 1)),
        Import("c", Place(1, 1)),
        Import("e.f", Place(4, 1), "g"),
        Import("e.f", Place(4, 1), "i"),
        Import("k", Place(6, 6)),
    )
    assert Import("a.b", Place(1, 1)).top == "a"


def test_what_is_taken_out_of_a_module_is_told_where_it_is_taken() -> None:
    text = "import a, b.c, d as e\nfrom g import h\na.x()\ny = [e.z, lambda: a.later]\nb.c.w\nh.v\nif a.t:\n    a.u\n"
    assert read(text).attributes == (Import("a", Place(3, 1), "x"), Import("d", Place(4, 1), "z"))


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    import a\n",
        "class C:\n    import a\n",
        "with suppress(ImportError):\n    import a\n",
        "for x in y:\n    import a\n",
        *(
            f"try:\n    import a\nexcept {caught}:\n    import b\n"
            for caught in ("ImportError", "(OSError, ImportError)")
        ),
        *(f"try:\n    import a\nexcept {caught}:\n    import b\n" for caught in ("Exception", "builtins.ImportError")),
        "try:\n    import a\nexcept:\n    import b\n",
        "try:\n    import a\nexcept ModuleNotFoundError:\n    import b\nelse:\n    import c\n",
    ],
)
def test_what_may_not_be_needed_is_left_out(text: str) -> None:
    assert imported(text) == []


def test_a_handler_for_something_else_catches_no_import() -> None:
    assert imported("try:\n    import a\nexcept OSError:\n    import b\nfinally:\n    import c\n") == ["a", "c"]


def test_arguments_of_setup() -> None:
    text = (
        "import setuptools\nsetup(name='old')\nsetuptools.setup(\n    name=N,\n    setup_requires=[],\n    **more,\n)\n"
    )
    assert read(text).keywords == (
        Keyword("name", Place(4, 5), empty=False),
        Keyword("setup_requires", Place(5, 5), True),
    )
    assert read("setup(a='', b=None, c=(), d=['x'], e=f())").keywords == tuple(
        Keyword(name, Place(1, column), empty)
        for name, column, empty in (
            ("a", 7, True),
            ("b", 13, True),
            ("c", 21, True),
            ("d", 27, False),
            ("e", 36, False),
        )
    )


@pytest.mark.parametrize(
    "text", ["import sys\nsys.path.insert(0, '.')\n", "from sys import path\n", "import site\nsite.addsitedir('x')\n"]
)
def test_a_search_path_that_is_changed_is_seen(text: str) -> None:
    assert read(text).changes_path
    assert not read("import os\nos.path.join('a')\nimport sys\nsys.exit\n").changes_path


def test_a_file_that_python_cannot_read_says_where() -> None:
    source = read("import a\nx = (\n")
    assert (source.imports, source.fault_place) == ((), Place(2, 5))
    assert source.fault
    assert read("\0").fault


def test_a_byte_order_mark_is_none_of_the_text() -> None:
    assert read("\ufeffimport a\n").imports == (Import("a", Place(1, 1)),)


def test_a_form_feed_ends_no_line() -> None:
    assert read("x = '\x0c'\nimport a\n").imports == (Import("a", Place(2, 1)),)


@given(st.text())
def test_whatever_a_file_holds_nothing_is_raised(text: str) -> None:
    assert isinstance(read(text), Source)
