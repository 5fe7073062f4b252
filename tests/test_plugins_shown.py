"""Each plugin of the table is missed by a project that asks for it, in its backend's words, and found once there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from virtualenv import cli_run

from safe_install.knowledge import Plugin, tables
from test_removals_shown import run

ROWS: Final = tuple(row for row in tables().plugins if row.distribution and row.signs)
PYTHON: Final = "3.12"
HATCH: Final = """
[project]
name = "demo"
{version}
[tool.hatch]
{table}
"""


def source(name: str) -> dict[str, str]:
    """Give a project whose version comes from a plugin of hatchling."""
    return {"pyproject.toml": HATCH.format(version='dynamic = ["version"]', table=f'version.source = "{name}"')}


def hook(kind: str, name: str) -> dict[str, str]:
    """Give a project that has a hook of hatchling's: `build` or `metadata`."""
    return {"pyproject.toml": HATCH.format(version='version = "1"', table=f"{kind}.hooks.{name} = {{}}")}


def keyword(text: str) -> dict[str, str]:
    """Give a project that passes a keyword to setup()."""
    return {"setup.py": f"from setuptools import setup\nsetup(name='demo', version='1', {text})\n"}


SHOWN: Final[dict[str, list[dict[str, str]]]] = {
    "hatch-vcs": [source("vcs"), hook("build", "vcs"), hook("metadata", "vcs")],
    "hatch-fancy-pypi-readme": [hook("metadata", "fancy-pypi-readme")],
    "hatch-jupyter-builder": [hook("build", "jupyter-builder")],
    "hatch-nodejs-version": [source("nodejs"), hook("metadata", "nodejs")],
    "hatch-requirements-txt": [hook("metadata", "requirements_txt")],
    "hatch-regex-commit": [source("regex_commit")],
    "hatch-cython": [hook("build", "cython")],
    "hatch-mypyc": [hook("build", "mypyc")],
    "hatch-build-scripts": [hook("build", "build-scripts")],
    "hatch-docstring-description": [hook("metadata", "docstring-description")],
    "hatch-autorun": [hook("build", "autorun")],
    "uv-dynamic-versioning": [source("uv-dynamic-versioning"), hook("metadata", "uv-dynamic-versioning")],
    "versioningit": [source("versioningit"), hook("build", "versioningit-onbuild")],
    "pdm-build-locked": [hook("metadata", "build-locked")],
    "setuptools-scm": [keyword("use_scm_version=True")],
    "pbr": [keyword("pbr=True")],
    "cffi": [keyword("cffi_modules=['build_demo.py:ffi']")],
    "setuptools-rust": [keyword("rust_extensions=[]")],
    "setuptools-git-versioning": [keyword("setuptools_git_versioning={'enabled': False}")],
    "incremental": [keyword("use_incremental=False")],
    "Babel": [keyword("message_extractors={}")],
    "vcversioner": [keyword("vcversioner={}")],
    "setuptools-golang": [keyword("build_golang={'root': 'x'}")],
    "setuptools-zig": [keyword("build_zig=False")],
    "scikit-build-core": [keyword("cmake_source_dir='.'")],
    "wheel": [keyword("")],
}
BESIDE: Final = {"wheel": ["setuptools<70.1"]}
"""What must be there for the plugin to be missed."""
WORDS: Final = {
    "hatchling.build": ["-m", "hatchling", "build", "-t", "wheel"],
    "setuptools.build_meta": ["setup.py", "bdist_wheel"],
}
"""How a backend is run without a front end."""


def test_every_plugin_says_how_it_is_missed() -> None:
    assert SHOWN.keys() == {row.distribution for row in ROWS}


@pytest.mark.index
@pytest.mark.parametrize(
    ("row", "files"),
    [
        pytest.param(row, files, id=f"{row.distribution}-{number}")
        for row in ROWS
        for number, files in enumerate(SHOWN[row.distribution])
    ],
)
def test_a_plugin_is_missed_and_found(row: Plugin, files: dict[str, str], tmp_path: Path) -> None:
    try:
        environment = cli_run(["-q", "--activators", "", "-p", PYTHON, str(tmp_path / "env")])
    except RuntimeError as absent:
        pytest.skip(str(absent))
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    interpreter = str(environment.creator.exe)
    backend = row.backend.partition(".")[0]
    log = _built(interpreter, row, BESIDE.get(row.distribution, [backend]), tmp_path)
    assert _is_missed(row, log), log
    log = _built(interpreter, row, [row.distribution, *BESIDE.get(row.distribution, [])], tmp_path)
    assert not _is_missed(row, log), log


def _built(interpreter: str, row: Plugin, requirements: list[str], folder: Path) -> str:
    brought = run([interpreter, "-m", "pip", "install", "-q", "--prefer-binary", *requirements], folder)
    assert brought.returncode == 0, brought.stdout
    return run([interpreter, *WORDS[row.backend]], folder).stdout


def _is_missed(row: Plugin, log: str) -> bool:
    return any(sign.search(line) for sign in row.signs for line in log.splitlines())
