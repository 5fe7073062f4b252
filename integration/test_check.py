"""What `--check` says of files that hide modules is what a build does."""

from __future__ import annotations

import pytest

from safe_install.checking import check
from workplace import Workplace

LEGACY = '[build-system]\nrequires = ["setuptools"]\n'
TO_ROOT = f'{LEGACY}build-backend = "own"\nbackend-path = ["."]\n[project]\nname = "demo"\nversion = "1.0"\n'
SETUP_PY = 'from setuptools import setup\n\nsetup(name="demo", version="1.0", packages=["demo"])\n'


@pytest.mark.parametrize(
    ("table", "name", "hides"),
    [
        (LEGACY, "wheel.py", True),
        (LEGACY, "tomllib.py", True),
        (LEGACY, "setuptools.py", False),
        (LEGACY, "typing.py", False),
        (TO_ROOT, "setuptools.py", True),
        (TO_ROOT, "typing.py", True),
        (TO_ROOT, "types.py", False),
    ],
)
def test_a_file_that_hides_a_module(place: Workplace, table: str, name: str, hides: bool) -> None:
    backend = {"own.py": "from setuptools.build_meta import *\n"} if table == TO_ROOT else {"setup.py": SETUP_PY}
    place.write({"pyproject.toml": table, "demo/__init__.py": "", name: "raise SystemExit('hidden')\n", **backend})
    assert [finding.file for finding in check(place.tree)] == ([name] if hides else [])
    place.make_target("--no-pip")
    done = place.pip("install", "--no-deps", place.tree)
    assert (done.returncode != 0, "hidden" in done.stdout + done.stderr) == (hides, hides), done.stderr
