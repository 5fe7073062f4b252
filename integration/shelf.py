"""A folder of real archives from the index, fetched once, so that many installs need no network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from filelock import FileLock
from virtualenv.seed.wheels.embed import get_embed_wheel

SETS: Final = (
    ("setuptools", "wheel", "hatchling", "editables", "flit_core", "tomli", "poetry-core"),
    ("six==1.17.0", "idna", "iniconfig", "zombie-imp"),
    ("six==1.16.0", "setuptools<82"),
    ("setuptools<58",),
)
"""Backends and small distributions, with what they need, and releases that constraints lead to."""


def shared(around: pytest.TempPathFactory, python: Path) -> Path:
    """Give the folder, filled; all processes of one test run share it."""
    # A worker's folder is in that of the run, beside those of its fellows.
    run = around.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else around.getbasetemp()
    folder = run / "archives"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            _fill(folder.with_name("archives-coming"), python)
            folder.with_name("archives-coming").rename(folder)
    return folder


def _fill(folder: Path, python: Path) -> None:
    """Download the wheels for a Python; the rest is left to `--no-index --find-links`."""
    wheel = get_embed_wheel("pip", "3.13")
    assert wheel is not None
    for wanted in SETS:
        arguments = ("download", "--quiet", "--only-binary", ":all:", "--dest", folder, *wanted)
        subprocess.run([sys.executable, f"{wheel.path}/pip", "--python", python, *arguments], check=True)
