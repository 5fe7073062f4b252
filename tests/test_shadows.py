"""Files of the root that hide what a build imports; integration/ builds some of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspected import HATCHLING, SETUPTOOLS, found

SHADOWS = {
    "setuptools.py": "",
    "wheel/__init__.py": "",
    "tomllib.py": "",
    "test/__init__.py": "",
    "tarfile/x.txt": "",
    "typing.py": "",
    "types.py": "",
    "yaml.py": "",
    "setup.py": "import yaml, typing\n",
}


def test_a_file_hides_what_setup_py_makes_the_build_import(tmp_path: Path) -> None:
    assert found(tmp_path, pyproject__toml='[build-system]\nrequires = ["setuptools", "PyYAML"]\n', **SHADOWS) == [
        "tomllib.py:1:1 shadowing-file",
        "wheel/__init__.py:1:1 shadowing-file",
        "yaml.py:1:1 shadowing-file",
    ]


def test_without_a_table_there_is_none_to_be_read(tmp_path: Path) -> None:
    assert found(tmp_path, **{"setup.py": "", "tomllib.py": "", "unicodedata.py": ""}) == [
        "unicodedata.py:1:1 shadowing-file"
    ]


def test_a_path_to_the_root_hides_what_the_backend_imports(tmp_path: Path) -> None:
    text = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "own"\nbackend-path = ["./"]\n'
    backend = {"own.py": "from setuptools.build_meta import *\n", "setup.py": ""}
    assert found(tmp_path, pyproject__toml=text, **(SHADOWS | backend)) == [
        "setuptools.py:1:1 shadowing-file",
        "tomllib.py:1:1 shadowing-file",
        "typing.py:1:1 shadowing-file",
        "wheel/__init__.py:1:1 shadowing-file",
    ]


@pytest.mark.parametrize(
    "text",
    [
        SETUPTOOLS,
        HATCHLING,
        '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["backend"]\n',
    ],
)
def test_a_file_hides_nothing_where_the_root_is_not_searched(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, pyproject__toml=text, **SHADOWS, **{"backend/own.py": ""}) == []


def test_a_path_to_the_root_hides_a_backend_of_that_name(tmp_path: Path) -> None:
    text = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "own"\nbackend-path = ["."]\n'
    files = {"own.py": "from hatchling.build import *\n", "hatchling/__init__.py": "", "wheel.py": ""}
    assert found(tmp_path, pyproject__toml=text, **files) == ["hatchling/__init__.py:1:1 shadowing-file"]


def test_a_tool_that_builds_itself_hides_nothing(tmp_path: Path) -> None:
    text = '[build-system]\nrequires = []\nbuild-backend = "setuptools.build_meta"\nbackend-path = ["."]\n'
    own = text + '[project]\nname = "setuptools"\n'
    package = {"setuptools/__init__.py": "import distutils.core\n", "setuptools/build_meta.py": ""}
    assert found(tmp_path, pyproject__toml=own, **package) == []
