"""What a target with an old pip is asked for: one function each lays it down and gives the words."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from workplace import Workplace

Lay: TypeAlias = Callable[[Workplace, Path], tuple[str, ...]]
"""Lays files into a workplace, given the folder of archives, and gives what stands behind `safe-install`."""

PROJECT: Final = """
[project]
name = "demo"
version = "1.0"
dependencies = ["six"]
"""
SETUPTOOLS: Final = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n' + PROJECT
HATCHLING: Final = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n' + PROJECT
MISSPELT: Final = HATCHLING.replace("hatchling.build", "hatchlin.build")
SETUP: Final = """\
import pkg_resources
from setuptools import setup

setup(name="demo", version="1.0", py_modules=["demo"], install_requires=["six"])
"""
REPAIR: Final = "repair-build-system"
BOUND: Final = "constrain-requires"
SDIST: Final = "html5lib-1.1.tar.gz"
"""One of the index's, which the newest setuptools cannot build: its setup.py imports `pkg_resources`."""
NEEDED: Final = ("six", "webencodings")
"""What it requires."""
DEAD: Final = "raise SystemExit('this release is dead')\n"


@dataclass(frozen=True)
class Scenario:
    """One command line, and what must come of it with any pip."""

    name: str
    lay: Lay
    remedies: tuple[str, ...] = ()
    """Those that must be proven, but for `newer-pip`."""
    since: str = "0"
    """The first pip that can do it: an older one has to be upgraded, and no other."""
    fails: bool = False
    """Whether nothing can cure it: then everything stays as it was, the old pip, too."""
    module: str = "demo"
    """What can be imported afterwards."""


def healthy_editable(place: Workplace, _archives: Path) -> tuple[str, ...]:
    """Lay a project that any pip since 21.3 could install."""
    place.write({"pyproject.toml": SETUPTOOLS, "demo.py": ""})
    return ("-e", str(place.tree))


def misspelt_editable(place: Workplace, _archives: Path) -> tuple[str, ...]:
    """Lay a project whose backend is misspelt."""
    place.write({"pyproject.toml": MISSPELT, "demo.py": ""})
    return ("-e", str(place.tree))


def legacy_editable(place: Workplace, _archives: Path) -> tuple[str, ...]:
    """Lay a project that has nothing but a setup.py, and that imports what setuptools 82 has removed."""
    place.write({"setup.py": SETUP, "demo.py": ""})
    return ("-e", str(place.tree))


def misspelt_folder(place: Workplace, _archives: Path) -> tuple[str, ...]:
    """Lay a project whose backend is misspelt, and ask for a wheel beside it."""
    place.write({"pyproject.toml": MISSPELT, "demo.py": ""})
    return (str(place.tree), "idna")


def dependency(place: Workplace, _archives: Path) -> tuple[str, ...]:
    """Ask for a distribution that has to be built and cannot be, and for a wheel beside it."""
    return ("html5lib==1.1", "idna")


def dependency_with_hashes(place: Workplace, archives: Path) -> tuple[str, ...]:
    """Ask for the same with the hash of every archive."""
    found = [archives / SDIST, *(next(archives.glob(f"{name}-*.whl")) for name in NEEDED)]
    lines = [f"{'=='.join(path.name.split('-')[:2])} --hash=sha256:{_digest(path)}" for path in found]
    text = "\n".join(lines).replace(".tar.gz", "")
    place.write({"requirements.txt": f"{text}\n"})
    return ("-r", str(place.tree / "requirements.txt"))


def editable_repository(place: Workplace, _archives: Path) -> tuple[str, ...]:
    """Make a repository of a healthy project without a setup.py; pip itself checks it out and builds it."""
    place.write({"pyproject.toml": HATCHLING, "demo.py": ""})
    place.commit_tree()
    return ("-e", f"git+{place.tree.as_uri()}#egg=demo")


def group(place: Workplace, _archives: Path) -> tuple[str, ...]:
    """Lay a project with a dependency group (PEP 735)."""
    place.write({"pyproject.toml": '[dependency-groups]\ntest = ["six"]\n'})
    return ("--group", f"{place.tree}/pyproject.toml:test")


def lock_file(place: Workplace, archives: Path) -> tuple[str, ...]:
    """Lay a lock file (PEP 751) that names one wheel."""
    wheel = next(archives.glob("six-*.whl"))
    version = wheel.name.split("-")[1]
    lines = [
        'lock-version = "1.0"\ncreated-by = "a person"\n',
        f'[[packages]]\nname = "six"\nversion = "{version}"',
        f'[[packages.wheels]]\nname = "{wheel.name}"\npath = "{wheel}"',
        f'hashes = {{ sha256 = "{_digest(wheel)}" }}\n',
    ]
    place.write({"pylock.toml": "\n".join(lines)})
    return ("-r", str(place.tree / "pylock.toml"))


def dead_dependency(place: Workplace, _archives: Path) -> tuple[str, ...]:
    """Make an sdist that refuses to be built, and ask for a healthy wheel and a broken sdist beside it."""
    return ("idna", "html5lib==1.1", str(_sdist(place, DEAD)))


def invalid_wheel(place: Workplace, _archives: Path) -> tuple[str, ...]:
    """Make a wheel that no pip can read."""
    wheel = place.root / "demo-1.0-py3-none-any.whl"
    wheel.write_bytes(b"this is no archive")
    return ("idna", str(wheel))


def nowhere(_place: Workplace, _archives: Path) -> tuple[str, ...]:
    """Ask for a wheel, and for a release that is nowhere."""
    return ("idna", "six==0.0.1")


ALL: Final = (
    Scenario("editable", healthy_editable),
    Scenario("misspelt -e", misspelt_editable, (REPAIR,)),
    Scenario("setup.py -e", legacy_editable, (BOUND,)),
    Scenario("misspelt", misspelt_folder, (REPAIR,)),
    Scenario("sdist", dependency, (BOUND,), module="html5lib"),
    Scenario("hashes", dependency_with_hashes, (BOUND,), since="23.1", module="html5lib"),
    Scenario("git -e", editable_repository),
    Scenario("group", group, since="25.1", module="six"),
    Scenario("pylock", lock_file, since="26.1", module="six"),
    Scenario("dead", dead_dependency, fails=True),
    Scenario("no wheel", invalid_wheel, fails=True),
    Scenario("nowhere", nowhere, fails=True),
)
"""The columns of the table."""


def _sdist(place: Workplace, setup: str) -> Path:
    """Make an sdist of a project that has nothing but this setup.py."""
    place.write({"demo-1.0/setup.py": setup, "demo-1.0/PKG-INFO": "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"})
    path = place.root / "demo-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(place.tree / "demo-1.0", "demo-1.0")
    return path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
