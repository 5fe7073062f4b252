"""A place with a folder of archives to install from, real ones and broken sdists of our own."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workplace import Run, Workplace

SETUP: Final = """\
import pkg_resources
from setuptools import setup

setup(name="{name}", version="1.0", py_modules=["{name}"], install_requires={needs!r})
"""


@dataclass(frozen=True)
class Ground:
    """A folder of archives, real ones and broken sdists of our own."""

    place: Workplace
    archives: Path

    def run(self, *arguments: str | Path) -> Run:
        """Run the tool, with nothing but the archives to install from."""
        return self.place.safe_install(*arguments, **self.variables)

    @property
    def variables(self) -> Mapping[str, str]:
        """Give the variables that keep pip to the archives."""
        links = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.archives), "PIP_CONFIG_FILE": "/dev/null"}
        return links | {"XDG_CACHE_HOME": str(self.place.root / "caches")}

    def installed(self, name: str) -> dict[str, object]:
        """Give what pip says of a distribution in the target."""
        told = json.loads(self.place.pip("inspect", "--local").stdout)["installed"]
        (found,) = (each for each in told if each["metadata"]["name"] == name)
        return {key: found.get(key) for key in ("direct_url", "requested", "installer")}


def sdist(folder: Path, name: str, *needs: str, setup: str = SETUP) -> Path:
    """Make an sdist that cannot be built with today's setuptools."""
    top = f"{name}-1.0"
    tree = folder / "sources" / top
    tree.mkdir(parents=True)
    (tree / "setup.py").write_text(setup.format(name=name, needs=list(needs)), encoding="utf-8")
    (tree / f"{name}.py").write_text('"""A module."""\n', encoding="utf-8")
    (tree / "PKG-INFO").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    path = folder / f"{top}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(tree, top)
    shutil.rmtree(folder / "sources")
    return path
