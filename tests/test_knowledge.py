"""The tables are well-formed, agree with one another and with the interpreter that reads them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import fields
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, Final

import jsonschema
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from safe_install import knowledge
from safe_install.knowledge import (
    Attribute,
    Backend,
    CApi,
    Era,
    Helper,
    Loss,
    Module,
    Needs,
    Plugin,
    Removal,
    Stdlib,
    Support,
    Symptom,
    System,
    Variable,
)

KINDS: Final[dict[str, type[Any]]] = {
    "attributes": Attribute,
    "backends": Backend,
    "c_api": CApi,
    "eras": Era,
    "helpers": Helper,
    "history": Loss,
    "modules": Module,
    "needs": Needs,
    "plugins": Plugin,
    "pythons": Support,
    "removals": Removal,
    "stdlib": Stdlib,
    "symptoms": Symptom,
    "systems": System,
    "variables": Variable,
}
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "attributes": ("module", "name"),
    "backends": ("backend",),
    "c_api": ("gone_since",),
    "eras": ("python",),
    "helpers": ("file",),
    "history": ("id",),
    "modules": ("module",),
    "needs": ("distribution",),
    "plugins": ("distribution", "backend"),
    "pythons": ("distribution", "python"),
    "removals": ("id",),
    "stdlib": ("module",),
    "symptoms": ("id",),
    "systems": ("id",),
    "variables": ("id",),
}
FOLDER: Final = files("safe_install.knowledge")
SCHEMA: Final = json.loads(FOLDER.joinpath("tables.schema.json").read_text(encoding="utf-8"))
HOST: Final = re.compile(r"://\w|\b[\w-]+\.(?:org|com|io|net|dev)\b")
ORDINARY_LINES: Final = (
    "",
    " ",
    "running build_ext",
    "    ^^^^^^^^^^^^^^^^",
    "Traceback (most recent call last):",
    "Successfully built demo",
    "ModuleNotFoundError: No module named 'demo'",
    "ImportError: cannot import name 'demo' from 'demo' (/tmp/demo/__init__.py)",
    "AttributeError: module 'demo' has no attribute 'demo'",
    "demo.c:1:10: fatal error: demo.h: No such file or directory",
    "FileNotFoundError: [Errno 2] No such file or directory: 'demo'",
)
"""Lines that no row may claim: they are about the project, or about nothing."""


@cache
def rows(table: str) -> tuple[Any, ...]:
    """Give a table's rows as the loader makes them."""
    return tuple(knowledge._row(KINDS[table], row) for row in knowledge._read(table))


def key(table: str, row: Any) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in KEYS[table])


def signs() -> list[Any]:
    found = [
        pytest.param(sign, id=f"{table}:{'/'.join(key(table, row))}:{number}")
        for table in ("plugins", "removals", "systems", "variables")
        for row in rows(table)
        for number, sign in enumerate(row.signs)
    ]
    assert found
    return found


def requirements() -> list[str]:
    """Give every requirement that a table would have somebody install."""
    return sorted(
        {
            *(row.requires for row in rows("backends")),
            *(row.requires or row.distribution for row in rows("modules")),
            *(row.distribution for row in rows("plugins") if row.distribution),
            *(row.constraint for row in rows("removals") if row.constraint),
            *(row.requires for row in rows("stdlib") if row.requires),
        }
    )


def test_every_file_is_a_table_and_has_a_schema() -> None:
    found = {each.name.removesuffix(".toml") for each in FOLDER.iterdir() if each.name.endswith(".toml")}
    assert found == KINDS.keys() == KEYS.keys() == SCHEMA["properties"].keys()


@pytest.mark.parametrize("table", KINDS)
def test_rows_are_as_the_schema_says(table: str) -> None:
    check = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    wrong = [(list(each.path), each.message) for each in check.iter_errors({table: knowledge._read(table)})]
    assert wrong == []


@pytest.mark.parametrize("table", KINDS)
def test_the_schema_knows_every_key_that_a_row_may_have(table: str) -> None:
    row = SCHEMA["properties"][table]["items"]
    known = {each.name for each in fields(KINDS[table])}
    assert row["properties"].keys() == known
    assert not row["additionalProperties"]


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("removals", {"removed_in": "the next"}),
        ("removals", {"gone-since": "3.12"}),
        ("removals", {"constraint": "demo @ file:demo.whl"}),
        ("removals", {"source": "hearsay"}),
        ("removals", {"signs": ["("]}),
        ("removals", {"signs": []}),
        ("symptoms", {"kind": "bad-luck"}),
        ("symptoms", {"stages": ["later"]}),
        ("stdlib", {"gone_since": "3"}),
        ("systems", {"packages": {"winget": "demo"}}),
        ("history", {"names": {"no module": ["a"]}}),
    ],
)
def test_the_schema_refuses_a_row_with(table: str, changes: dict[str, Any]) -> None:
    check = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    row = knowledge._read(table)[0]
    assert check.is_valid({table: [row]})
    assert not check.is_valid({table: [{**row, **changes}]})


@pytest.mark.parametrize("table", KINDS)
def test_keys_are_unique(table: str) -> None:
    keys = [key(table, row) for row in rows(table)]
    assert len(keys) == len(set(keys)) > 0


@pytest.mark.parametrize("table", sorted(KINDS.keys() - {"history"}))  # docutils.io is a module
def test_no_host_is_named(table: str) -> None:
    text = FOLDER.joinpath(f"{table}.toml").read_text(encoding="utf-8")
    assert HOST.findall(text) == []


@pytest.mark.parametrize("requirement", requirements())
def test_requirements_parse_and_name_no_url(requirement: str) -> None:
    assert Requirement(requirement).url is None


@pytest.mark.parametrize("sign", signs())
def test_signs_do_not_match_ordinary_lines(sign: re.Pattern[str]) -> None:
    assert [line for line in ORDINARY_LINES if sign.search(line)] == []


def test_backends_require_their_own_distribution() -> None:
    wrong = [row.backend for row in rows("backends") if not same(row.requires, row.distribution)]
    assert wrong == []


def test_no_name_of_a_backend_is_anothers_former_one() -> None:
    current = {row.backend for row in rows("backends")}
    former = [name for row in rows("backends") for name in row.former]
    assert len(former) == len(set(former))
    assert current.isdisjoint(former)


def test_a_tool_table_belongs_to_one_backend() -> None:
    tools = [tool for row in rows("backends") for tool in row.tools]
    assert len(tools) == len(set(tools))


def test_broken_releases_are_versions() -> None:
    assert [Version(release) for row in rows("backends") for release in row.broken]


def test_plugins_are_for_known_backends() -> None:
    known = {row.backend for row in rows("backends")}
    assert {row.backend for row in rows("plugins")} <= known


def test_module_requirements_are_of_their_distribution() -> None:
    bounded = [row for row in rows("modules") if row.requires]
    assert [row.module for row in bounded if not same(row.requires, row.distribution)] == []


def test_modules_are_not_of_the_standard_library() -> None:
    lost = {row.module for row in rows("stdlib")}
    modules = {row.module for row in rows("modules")}
    assert modules.isdisjoint(lost | sys.stdlib_module_names)


def test_a_submodules_row_agrees_with_its_parents() -> None:
    providers = {row.module: row.distribution for row in rows("modules")}
    wrong = [
        name for name, provider in providers.items() if providers.get(name.partition(".")[0], provider) != provider
    ]
    assert wrong == []


@pytest.mark.parametrize("row", [row for row in rows("removals") if row.constraint], ids=lambda row: row.id)
def test_a_constraint_excludes_the_release_that_removed(row: Removal) -> None:
    requirement = Requirement(row.constraint)
    assert canonicalize_name(requirement.name) == canonicalize_name(row.distribution)
    assert not requirement.specifier.contains(row.removed_in)
    assert requirement.specifier != SpecifierSet()


@pytest.mark.parametrize("row", rows("stdlib"), ids=lambda row: row.module)
def test_the_interpreter_has_or_lacks_what_the_table_says(row: Stdlib) -> None:
    here = sys.version_info[:2]
    assert (row.module in sys.stdlib_module_names) == (here < row.gone_since)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("row", rows("attributes"), ids=lambda row: f"{row.module}.{row.name}")
def test_the_interpreter_has_no_name_that_the_table_says_it_lost(row: Attribute) -> None:
    here = sys.version_info[:2]
    if row.module in sys.stdlib_module_names and here >= row.gone_since:
        assert not hasattr(import_module(row.module), row.name)
    elif here == (row.gone_since[0], row.gone_since[1] - 1):
        assert hasattr(import_module(row.module), row.name)


@pytest.mark.parametrize("row", rows("pythons"), ids=lambda row: f"{row.distribution}-{row.python[1]}")
def test_a_later_python_needs_no_older_release(row: Support) -> None:
    earlier = [each for each in rows("pythons") if each.distribution == row.distribution and each.python < row.python]
    assert all(Version(each.minimum) < Version(row.minimum) for each in earlier)


@pytest.mark.parametrize("row", rows("systems"), ids=lambda row: row.id)
def test_system_packages_are_named_by_manager(row: System) -> None:
    assert all(name.split() for name in row.packages.values())


@pytest.mark.parametrize(
    ("line", "system"),
    [
        ("error: [Errno 2] No such file or directory: 'gcc'", "c-compiler"),
        ("error: command 'gcc' failed: No such file or directory", "c-compiler"),
        ("error: command '/usr/bin/gcc' failed: No such file or directory", "c-compiler"),
        ("error: [Errno 2] No such file or directory: 'g++'", "cpp-compiler"),
        ("/bin/sh: 1: cmake: not found", "cmake"),
        ("bash: line 1: pkg-config: command not found", "pkg-config"),
        ("m.c:1:10: fatal error: ffi.h: No such file or directory", "libffi"),
        ("m.c:1:10: fatal error: 'ffi.h' file not found", "libffi"),
        ("m.c:3:10: fatal error: leveldb/db.h: No such file or directory", "leveldb"),
        ("m.c:3:10: fatal error: Python.h: No such file or directory", "python-headers"),
        ("Error: pg_config executable not found.", "postgresql"),
        ("error: can't find Rust compiler", "rust"),
    ],
)
def test_one_system_row_claims_a_line(line: str, system: str) -> None:
    claims = [row.id for row in rows("systems") if any(sign.search(line) for sign in row.signs)]
    assert claims == [system]


@pytest.mark.parametrize(
    ("line", "removal"),
    [
        ("ModuleNotFoundError: No module named 'pkg_resources'", "setuptools-pkg-resources"),
        ("error in demo setup command: use_2to3 is invalid.", "setuptools-use-2to3"),
        ("ModuleNotFoundError: No module named 'setuptools.extern.six'", "setuptools-extern-six"),
        ("ModuleNotFoundError: No module named 'setuptools.extern'", "setuptools-extern"),
        ("AttributeError: module 'numpy' has no attribute 'float'.", "numpy-builtin-aliases"),
        ("  Compatibility with CMake < 3.5 has been removed from CMake.", "cmake-4-policies"),
    ],
)
def test_one_removal_claims_a_line(line: str, removal: str) -> None:
    claims = [row.id for row in rows("removals") if any(sign.search(line) for sign in row.signs)]
    assert claims == [removal]


@pytest.mark.index
@pytest.mark.parametrize("requirement", [text for text in requirements() if Requirement(text).specifier])
def test_bounded_requirements_are_on_the_index(requirement: str) -> None:
    asked = Requirement(requirement)
    assert list(asked.specifier.filter(released(asked.name), prereleases=True))


@cache
def released(name: str) -> tuple[str, ...]:
    """Ask the index which releases a distribution has."""
    command = [sys.executable, "-m", "pip", "index", "versions", "--pre", name]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    listed = re.search(r"^Available versions: (.+)$", shown, re.MULTILINE)
    return tuple(listed[1].split(", ")) if listed else ()


def same(requirement: str, distribution: str) -> bool:
    return canonicalize_name(Requirement(requirement).name) == canonicalize_name(distribution)
