"""What setup.py imports of its own project is followed, as far as it is always imported."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.declared.reach import MOST, reached

HOMES = (("demo", "tests"), ("demo", "src"), ("other", "."))


def files(texts: Mapping[str, str]) -> list[str]:
    """Give the files that are reached beside setup.py."""
    return [file for file, _, _ in reached(HOMES, texts.get)][1:]


@pytest.mark.parametrize(
    ("setup_py", "expected"),
    [
        ("import other", ["other.py"]),
        ("import demo", ["src/demo/__init__.py", "src/demo/a.py", "src/demo/b/__init__.py", "src/demo/b/c.py"]),
        ("from demo.b.c import x", ["src/demo/__init__.py", "src/demo/b/__init__.py"]),
        ("try:\n    import demo\nexcept ImportError:\n    pass", []),
        ("import stranger, json", []),
        ("from . import demo", []),
        ("broken(", []),
    ],
)
def test_files_that_are_always_run(setup_py: str, expected: list[str]) -> None:
    texts = {
        "setup.py": setup_py,
        "other.py": "import demo_2",
        "src/demo/__init__.py": "from .a import x\nimport demo.absent",
        "src/demo/a.py": "from . import b\nfrom .. import beyond",
        "src/demo/b/__init__.py": "from .c import y\nfrom ..a import z",
        "src/demo/b/c.py": "import demo",
        "src/demo/unused.py": "",
    }
    assert files(texts)[: len(expected)] == expected
    assert bool(files(texts)) == bool(expected)


def test_a_project_without_the_script() -> None:
    assert list(reached(HOMES, {"other.py": ""}.get)) == []


def test_names_without_end_are_no_modules() -> None:
    assert files({"setup.py": "import demo" + ".a" * 30_000}) == []
    many = ", ".join(f"n{number}" for number in range(5000))
    assert files({"setup.py": f"from demo import {many}", "src/demo/n4999.py": ""}) == []


def test_there_is_an_end_to_it() -> None:
    texts = {f"src/demo/m{number}.py": f"from . import m{number + 1}" for number in range(2 * MOST)}
    assert len(files({"setup.py": "import demo.m0", **texts})) == MOST - 1


@given(st.dictionaries(st.sampled_from(["setup.py", "other.py", "src/demo/__init__.py"]), st.text()))
def test_property_whatever_files_hold_nothing_is_raised(texts: dict[str, str]) -> None:
    assert {file for file, _, _ in reached(HOMES, texts.get)} <= texts.keys()
