"""A place with a folder of archives to install from, real ones and broken sdists of our own."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workplace import Run, Workplace

SETUP: Final = """\
import pkg_resources
from setuptools import setup

setup(name="{name}", version="1.0", py_modules=["{name}"], install_requires={needs!r})
"""
ORIGIN: Final = ("direct_url", "requested", "installer")
"""What `pip inspect` says of where a distribution comes from."""


@dataclass(frozen=True)
class Ground:
    """Where one test works: a target, and a folder of archives, and nothing else to install from."""

    place: Workplace
    archives: Path

    @classmethod
    def laid(cls, place: Workplace, template: Path, archives: Path | None = None) -> Ground:
        """Copy a target that was made before, and the archives if there are any to begin with."""
        ground = cls(place, place.root / "archives")
        ground.lay_target(template)
        place.tree.mkdir(exist_ok=True)
        ground.archives.mkdir() if archives is None else shutil.copytree(archives, ground.archives)
        return ground

    def lay_target(self, template: Path) -> None:
        """Make the target what it was."""
        shutil.rmtree(self.place.target, ignore_errors=True)
        shutil.copytree(template, self.place.target, symlinks=True)

    def run(self, *arguments: str | Path, **more: str) -> Run:
        """Run the tool."""
        return self.place.safe_install(*arguments, **self.variables, **more)

    def pip(self, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the target's own `pip install`, from where the tool would be run."""
        return subprocess.run(
            [self.place.python, "-m", "pip", "install", *arguments],
            cwd=self.place.root,
            env=self.place.environment(**self.variables, **more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def variables(self) -> Mapping[str, str]:
        """Give the variables that keep pip to the archives, and to what a page of links says of them."""
        page = self.archives / "page.html"
        links = str(page if page.exists() else self.archives)
        only = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": links, "PIP_CONFIG_FILE": "/dev/null"}
        return only | {"XDG_CACHE_HOME": str(self.place.root / "caches")}

    def inspected(self) -> dict[str, dict[str, Any]]:
        """Give what pip says of each distribution in the target, by its name."""
        told = json.loads(self.place.pip("inspect", "--local").stdout)["installed"]
        return {
            each["metadata"]["name"]: {key: each.get(key) for key in ORIGIN} | {"version": each["metadata"]["version"]}
            for each in told
        }

    def installed(self, name: str) -> dict[str, object]:
        """Give what pip says of how a distribution came into the target."""
        told = self.inspected()[name]
        return {key: told[key] for key in ORIGIN}


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
