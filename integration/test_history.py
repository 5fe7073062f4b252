"""What is read off wheels, and what is said to be lost from release to release."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.version import Version

from history.contents import Contents, contents_of, with_headers
from history.losses import Loss, Releases, losses_of
from history.names import Names


def wheel(folder: Path, files: Mapping[str, str]) -> Path:
    path = folder / "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def read(folder: Path, files: Mapping[str, str], *private: str) -> Contents:
    return contents_of(wheel(folder, files), ("demo",), private, ("demo.skipped",))


def test_public_modules_below_the_roots_are_read(tmp_path: Path) -> None:
    files = (
        "demo/__init__.py", "demo/a.py", "demo/fast.cpython-39.so", "demo/_b.py", "demo/_c/__init__.py", "demo/_c/d.py",
        "demo/skipped/e.py", "demo/tests/__init__.py", "demo/command/test.py", "demo/_vendor/x.py", "demo/__main__.py",
        "other.py", "demo-1.0.dist-info/x.py", "demo-1.0.data/purelib/demo/y.py", "demo/data.txt",
    )  # fmt: skip
    found = read(tmp_path, dict.fromkeys(files, ""), "demo._c")
    assert found.modules == {"demo", "demo.a", "demo.fast", "demo._c", "demo._c.d", "demo.command.test"}
    assert "demo.fast" not in found.names
    assert found.has("demo.fast", "anything")


@pytest.mark.parametrize(
    ("source", "public"),
    [
        ("def f(): x = 1\nclass C: y = 2\nasync def g(): pass", {"f", "C", "g"}),
        ("a, (b, *c) = d[e] = 1, (2, 3)\nf: int = 1\ng: int\n_h = 1", {"a", "b", "c", "f"}),
        ("import os\nfrom sys import path\nfrom distutils.util import get_platform", {"get_platform"}),
        ("import yaml.nodes as n, yaml.loader\nfrom six.moves import map", {"n", "yaml"}),
        ("try:\n    import a\nexcept ImportError:\n    b = None\nelse:\n    c = 1\nfinally:\n    d = 1", set("abcd")),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    b = 1\nif x:\n    c = 1", {"b", "c"}),
        ("import typing\nif typing.TYPE_CHECKING:\n    import a", set()),
        ("for a in b:\n    c = a\nwith d as e:\n    f = e", {"c", "f"}),
        ("a = b = 1\ndel a", {"b"}),
        ("__all__ = ['c', '_d']\na = 1", {"a", "c"}),
        ("from typing import Any\nfrom .x import Optional", set()),
    ],
)
def test_names_are_what_the_source_binds(source: str, public: set[str], tmp_path: Path) -> None:
    assert read(tmp_path, {"demo/__init__.py": source}).names["demo"].public == public


@pytest.mark.parametrize(
    ("source", "public"),
    [
        ("a = 1\n_b = 2\nfrom .c import *", {"a", "z"}),
        ("__all__ = ['a', '_b']\nc = 1", {"a"}),
        ("__all__ = ['a']\n__all__ += ['b']\nc = 1", {"a", "b"}),
        ("__all__ = ['a']\n__all__ += more()\nc = 1", {"c"}),
        ("__all__ = ['a']\n__all__.extend(more)\nc = 1", {"c"}),
        ("from . import *", set()),
        ("def", set()),
    ],
)
def test_a_star_brings_what_the_other_module_says(source: str, public: set[str], tmp_path: Path) -> None:
    files = {"demo/__init__.py": "from .b import *", "demo/b.py": source, "demo/c.py": "z = 1"}
    assert read(tmp_path, files).names["demo"].public == public


def test_python_2s_sources_are_modules_of_unknown_names(tmp_path: Path) -> None:
    found = read(tmp_path, {"demo/__init__.py": "print 1"})
    assert found.has("demo", "anything")


def test_what_a_module_answers_to_may_be_there(tmp_path: Path) -> None:
    found = read(tmp_path, {"demo/__init__.py": "def __getattr__(name):\n    return {'a': 1}[name]"})
    assert found.has("demo", "a")
    assert not found.has("demo", "b")


@dataclass(frozen=True)
class Made(Releases):
    """Releases that are made up: of each, its modules with their names."""

    contents: Mapping[str, Mapping[str, set[str]]]

    @property
    def versions(self) -> tuple[Version, ...]:
        return tuple(map(Version, self.contents))

    def read(self, version: Version) -> Contents:
        modules = self.contents[str(version)]
        names = {module: Names(frozenset(names), None) for module, names in modules.items()}
        return Contents(frozenset(modules), names)


def lost(module: str, name: str, last: str, removed_in: str, restored_in: str | None = None) -> Loss:
    return Loss(module, name, Version(last), Version(removed_in), Version(restored_in) if restored_in else None)


def test_a_loss_names_the_release_itself_and_the_one_before() -> None:
    """Of a series only the first release is read, unless something got lost within it."""
    has: dict[str, set[str]] = {"a": {"x"}, "a.b": set()}
    lacks: dict[str, set[str]] = {"a": set()}
    releases = Made({"1.0": has, "1.0.1": has, "1.0.2": lacks, "1.1": lacks, "1.2": lacks})
    assert set(losses_of(releases)) == {lost("a", "x", "1.0.1", "1.0.2"), lost("a.b", "", "1.0.1", "1.0.2")}


def test_what_is_in_a_lost_package_is_lost_with_it() -> None:
    releases = Made({"1.0": {"a": set(), "a.b": {"x"}, "a.b.c": {"y"}}, "2.0": {"a": set()}})
    assert set(losses_of(releases)) == {lost("a.b", "", "1.0", "2.0")}


def test_what_comes_back_says_when() -> None:
    has, lacks = {"a": {"x"}}, {"a": {"y"}}
    releases = Made({"1.0": has, "2.0": lacks, "2.0.1": lacks, "2.0.2": has, "2.1": has, "3.0": lacks})
    assert set(losses_of(releases)) == {
        lost("a", "x", "1.0", "2.0", "2.0.2"),
        lost("a", "x", "2.1", "3.0"),
        lost("a", "y", "2.0.1", "2.0.2", "3.0"),
    }


def test_a_name_that_became_a_module_is_not_lost() -> None:
    releases = Made({"1.0": {"a": {"b"}}, "2.0": {"a": set(), "a.b": set()}})
    assert set(losses_of(releases)) == set()


def test_headers_are_one_module(tmp_path: Path) -> None:
    header = "#define DEMO_A 1 /* once DEMO_OLD */\n// DEMO_OLDER\nint DEMO_B(int other);\n"
    files = {
        "demo/__init__.py": "",
        "demo/core/include/demo/a.h": header,
        "demo/core/include/other/b.h": "DEMO_C",
        "demo/core/include/demo/sub/c.h": "DEMO_D",
    }
    path = wheel(tmp_path, files)
    found = with_headers(read(tmp_path, files), path, ("demo",), r"DEMO_\w+")
    assert found.names["demo/*.h"].public == {"DEMO_A", "DEMO_B"}
    assert found.has("demo/*.h", "DEMO_A")
    assert not found.has("demo/*.h", "DEMO_OLD")
    assert "demo/*.h" not in with_headers(read(tmp_path, files), path, ("demo",), "").modules
