"""Which files of a tree are read for what their text tells."""

from __future__ import annotations

from pathlib import Path

from safe_install import project, sources
from trees import tree


def test_the_scripts_and_each_module_s_first_file_are_read(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {"setup.py": "a", "setup.cfg": "b", "one.py": "c", "src/two/__init__.py": "d", "src/two/_x.cpython.so": "e"},
    )
    found = project.read(root, {})
    assert found.sources == (("setup.py", "a"), ("setup.cfg", "b"), ("one.py", "c"), ("src/two/__init__.py", "d"))
    assert found.submodules == {"two.__init__", "two._x"}
    assert found.source("nothing", "one.py") == "c"
    assert found.source("nothing") == ""


def test_what_is_large_or_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    root = tree(tmp_path, {"setup.py": "a" * (sources.LARGEST + 1), "x/__init__.py": "é"})
    assert sources.read(root, [("x", ".")]) == (("x/__init__.py", "é"),)
    assert sources.text_of(root / "x") is None
    assert sources.submodules(root, [("absent", ".")]) == frozenset()
