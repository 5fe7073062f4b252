"""A folder of real archives from the index, fetched once, so that many installs need no network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from virtualenv.seed.wheels.embed import get_embed_wheel

WHEELS: Final = (
    *("setuptools", "wheel", "hatchling", "editables", "flit_core", "tomli", "poetry-core"),
    *("six==1.16.0", "six==1.17.0", "idna", "iniconfig", "zombie-imp"),
)
"""Backends and small distributions, with what they need."""
OLD: Final = ("setuptools<82", "setuptools<58")
"""Releases that constraints lead to."""


def fill(folder: Path, python: Path) -> None:
    """Download the wheels for a Python; the rest is left to `--no-index --find-links`."""
    wheel = get_embed_wheel("pip", "3.13")
    assert wheel is not None
    for wanted in ((each,) for each in (*WHEELS, *OLD)):
        arguments = ("download", "--quiet", "--only-binary", ":all:", "--dest", folder, *wanted)
        subprocess.run([sys.executable, f"{wheel.path}/pip", "--python", python, *arguments], check=True)
