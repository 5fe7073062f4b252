"""A spot where something is installed, by the tool or by plain pip, and what is found there afterwards."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL
from typing import Any, Final

import small
from fingerprint import differences, fingerprint
from ground import Ground
from loopback import make_wheel

MISLAID: Final = ('["."]', '["elsewhere"]')
"""The backend's folder, and one that is not there; put right, the project is built in no time."""


@dataclass(frozen=True)
class Done:
    """How an install ended."""

    status: int
    stdout: str
    stderr: str

    def __str__(self) -> str:
        """Show all that a failing test has to show."""
        return f"exit status {self.status}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


@dataclass(frozen=True)
class Spot:
    """A target, a folder of archives, and who installs."""

    ground: Ground
    tool: str
    """`pip`, or else our own."""
    broken: bool = False
    """Whether the projects that are laid have to be healed."""

    @property
    def root(self) -> Path:
        """Give the folder that the install is run from."""
        return self.ground.place.root

    def run(self, *words: str | Path, **variables: str) -> Done:
        """Install, however it ends."""
        ground = self.ground
        if self.tool == "pip":
            done = ground.pip(*words, **variables)
        else:
            environment = ground.place.environment(**ground.variables, **variables)
            command = ground.place.command(*words)
            done = subprocess.run(
                command, cwd=self.root, env=environment, stdin=DEVNULL, capture_output=True, text=True, check=False
            )
        return Done(done.returncode, done.stdout, done.stderr)

    def install(self, *words: str | Path, **variables: str) -> Done:
        """Install, and see that it succeeds."""
        done = self.run(*words, **variables)
        assert done.status == 0, done
        return done

    def refuse(self, *words: str | Path, status: int = 1, **variables: str) -> Done:
        """Try to install, and see that it is refused and that the target is what it was."""
        before = fingerprint(self.ground.place.target)
        done = self.run(*words, **variables)
        assert done.status == status, done
        assert not differences(before, fingerprint(self.ground.place.target))
        return done

    def project(self, name: str, version: str = "1.0", *told: str, **files: str) -> Path:
        """Lay a project in a folder of its name; `told` are further lines of its metadata."""
        path = small.tree(self.root / name, name, version, told, **files)
        if self.broken:
            system = path / "pyproject.toml"
            system.write_text(system.read_text(encoding="utf-8").replace(*MISLAID), encoding="utf-8")
        return path

    def sdist(self, name: str, version: str = "1.0", *told: str, **files: str) -> Path:
        """Lay an sdist among the archives."""
        project = self.project(name, version, *told, **files)
        return small.sdist(self.ground.archives, project, f"{name}-{version}")

    def wheel(self, name: str, version: str = "1.0", *told: str) -> Path:
        """Lay a wheel among the archives, whose module knows its version."""
        headers = "".join(f"{line}\n" for line in told)
        return make_wheel(self.ground.archives, name, version, {f"{name}.py": f"version = {version!r}\n"}, headers)

    def file(self, name: str, text: str) -> Path:
        """Write a file where the install is run from."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def versions(self) -> dict[str, str]:
        """Give the versions of all that was installed."""
        names = (path.name.removesuffix(".dist-info").split("-") for path in self._packages.glob("*.dist-info"))
        return {name: version for name, version in names if name != "pip"}

    def info(self, name: str) -> Path:
        """Give the `.dist-info` folder of an installed distribution."""
        (folder,) = self._packages.glob(f"{name}-*.dist-info")
        return folder

    def built(self, name: str) -> Mapping[str, Any]:
        """Say by which hook it was built, and with which settings."""
        return _object(self.info(name) / "built.json")

    def origin(self, name: str) -> Mapping[str, Any] | None:
        """Give its `direct_url.json`, if it has one."""
        path = self.info(name) / "direct_url.json"
        return _object(path) if path.exists() else None

    def requested(self, name: str) -> bool:
        """Tell whether it is marked as requested, by an empty file."""
        path = self.info(name) / "REQUESTED"
        assert not path.exists() or path.read_bytes() == b""
        return path.exists()

    def unrecorded(self, name: str) -> set[str]:
        """Give what of its metadata, and of what RECORD names, is not as RECORD says."""
        info = self.info(name)
        rows = {row[0]: row[1:] for row in csv.reader((info / "RECORD").read_text(encoding="utf-8").splitlines())}
        there = {str(path.relative_to(self._packages)) for path in info.rglob("*") if path.is_file()}
        bare = {f"{info.name}/RECORD", *(path for path in rows if path.endswith(".pyc"))}
        wrong = {path for path in rows.keys() - bare if rows[path] != _row(self._packages / path)}
        return wrong | (there - rows.keys())

    def script(self, name: str) -> str:
        """Run an installed script, and give what it prints."""
        program = self.ground.place.target / "bin" / name
        return self.ground.place.ask(f"import subprocess; print(subprocess.check_output([{str(program)!r}]).decode())")

    @property
    def _packages(self) -> Path:
        (folder,) = self.ground.place.target.glob("lib/python*/site-packages")
        return folder


def archive(path: Path) -> dict[str, object]:
    """Give the `direct_url.json` of what was installed from an archive on disk."""
    digest = sum_of(path)
    info = {"hash": f"sha256={digest}", "hashes": {"sha256": digest}}
    return {"archive_info": info, "url": path.as_uri()}


def sum_of(path: Path, algorithm: str = "sha256") -> str:
    """Give an archive's hash."""
    return hashlib.new(algorithm, path.read_bytes()).hexdigest()


def _object(path: Path) -> Mapping[str, Any]:
    told = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(told, dict)
    return told


def _row(path: Path) -> list[str]:
    content = path.read_bytes()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")
    return [f"sha256={digest}", str(len(content))]
