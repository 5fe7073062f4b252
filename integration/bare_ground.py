"""A target and a folder of archives, and nothing else to install from."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workplace import Run, Workplace


@dataclass(frozen=True)
class BareGround:
    """Where one test works."""

    place: Workplace
    archives: Path

    @classmethod
    def laid(cls, place: Workplace, template: Path, archives: Path | None = None) -> BareGround:
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
        keys = ("direct_url", "requested", "installer")
        return {
            each["metadata"]["name"]: {key: each.get(key) for key in keys} | {"version": each["metadata"]["version"]}
            for each in told
        }
