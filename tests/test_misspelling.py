"""Tests of telling the keys and tables that are nearly those of `[build-system]`."""

from __future__ import annotations

import pytest

from safe_install.declared.build_system import intended, parse
from safe_install.kinds import Kind
from safe_install.model import DEFAULT, BuildSystem, Oddity


@pytest.mark.parametrize(
    ("key", "value", "meant"),
    [
        ("build_backend", '"b"', "build-backend"),
        ("backend", '"b"', "build-backend"),
        ("build-backed", '"b"', "build-backend"),
        ("Build-Backend", '"b"', "build-backend"),
        ("bulid-backend", '"b"', "build-backend"),
        ("require", '["a"]', "requires"),
        ("requries", '["a"]', "requires"),
        ("requirements", '["a"]', "requires"),
        ("dependencies", '"a"', "requires"),
        ("backend_path", '["."]', "backend-path"),
    ],
)
def test_misspelt_keys(key: str, value: str, meant: str) -> None:
    right = {"requires": '["z"]', "build-backend": '"y"'}
    right.pop(meant, None)
    lines = [f"{name} = {text}" for name, text in right.items()]
    text = "\n".join(["[build-system]", *lines, f"{key} = {value}"])
    assert parse(text, has_setup_py=False).oddities == (Oddity(Kind.KEY_MISSPELT, key, meant),)
    assert intended(text) == BuildSystem(
        ("a",) if meant == "requires" else ("z",),
        "b" if meant == "build-backend" else "y",
        (".",) if meant == "backend-path" else (),
    )


@pytest.mark.parametrize(
    "table",
    [
        'requires = ["a"]\nrequire = ["b"]',  # the right one is there
        'require = ["a"]\nrequired = ["b"]',  # a tie
        'requires = ["a"]\nbackend = ["b"]',  # not what the key holds
        'requires = ["a"]\nverbose = "yes"',
    ],
)
def test_keys_that_are_not_misspelt(table: str) -> None:
    assert parse(f"[build-system]\n{table}\n", has_setup_py=False).oddities == ()


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("build_system", "build_system"),
        ("buildsystem", "buildsystem"),
        ("build-sytem", "build-sytem"),
        ("build.system", "build.system"),
        ("'build system'", '"build system"'),
        ("tool.build-system", "tool.build-system"),
        ("project.build-system", "project.build-system"),
        ("tool.Build_System", "tool.Build_System"),
    ],
)
def test_misspelt_tables(header: str, written: str) -> None:
    text = f'[{header}]\nrequires = ["a"]\nbackend = "b"\n'
    reading = parse(text, has_setup_py=False)
    oddities = (
        Oddity(Kind.TABLE_MISSPELT, written, "build-system"),
        Oddity(Kind.KEY_MISSPELT, "backend", "build-backend"),
    )
    assert (reading.system, reading.has_table, reading.oddities) == (DEFAULT, False, oddities)
    assert intended(text) == BuildSystem(("a",), "b")


@pytest.mark.parametrize(
    "text",
    [
        '[build-system]\nrequires = ["a"]\n[build_system]\nrequires = ["b"]\n',
        '[build_system]\nrequires = ["a"]\n[tool.build-system]\nrequires = ["b"]\n',
        "[build_system]\njobs = 4\n",
        '[tool.builder]\nrequires = ["a"]\n',
        'buildsystem = "x"\n',
    ],
)
def test_tables_that_are_not_misspelt(text: str) -> None:
    assert parse(text, has_setup_py=False).oddities == ()
