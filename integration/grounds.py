"""Where command lines are compared: everything is made once, and put back before each run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import tree
from command_lines import Line
from fingerprint import Fingerprint, fingerprint
from loopback import Index
from workplace import Workplace

TARGET, OUT, HOME = "target", "out", ".local"
PLACES: Final = (TARGET, OUT, HOME)
"""The folders that an install writes to: the environment, the one that is named, the user's own."""
LOOK: Final = """
import contextlib, io, json
from pip._internal.cli.main import main
told = {}
for name, words in (("freeze", []), ("list", ["--editable", "--format", "json"]), ("inspect", ["--local"])):
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        main([name, "--disable-pip-version-check", *words])
    told[name] = text.getvalue()
keys = ("metadata", "direct_url", "requested", "installer")
told["inspect"] = [{key: each.get(key) for key in keys} for each in json.loads(told["inspect"])["installed"]]
print(json.dumps(told))
"""
"""What is asked in the target, by its own pip."""
BACKENDS: Final = ("setuptools", "hatchling", "editables", "flit_core")
"""What builds without isolation need."""

_VARIABLE: Final = re.compile(r"(PIP_[A-Z_]+)=(.*)", re.DOTALL)


@dataclass(frozen=True)
class Grounds:
    """What all comparisons of one process share."""

    place: Workplace
    archives: Path
    index: Index
    told: dict[str, Any] = field(default_factory=dict)
    """What pip has said of a target, by what is in it: of the same files it says the same."""

    def prepare(self) -> None:
        """Make the target that all others are made from."""
        self.place.make_target()
        self.place.pip("install", "-q", "--no-index", "--find-links", self.archives, *BACKENDS)
        for name in PLACES:
            (self.place.root / name).mkdir(exist_ok=True)
        self._keep("pristine")

    def lay(self, line: Line) -> None:
        """Make everything as it is before the line is run."""
        self._lay_places(line)
        self._lay_tree(line.shape)

    def run(self, tool: str, line: Line) -> subprocess.CompletedProcess[str]:
        """Give the line to pip, or to the tool."""
        place = self.place
        words = shlex.split(self._written(line.words))
        variables = {found[1]: found[2] for word in words if (found := _VARIABLE.fullmatch(word))}
        words = [word for word in words if not _VARIABLE.fullmatch(word)]
        command = [str(place.python), "-m", "pip", "install"] if tool == "pip" else place.command()
        return subprocess.run(
            [*command, *words],
            cwd=place.tree,
            env=self._environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def described(self, line: Line) -> dict[str, Any]:
        """Describe what a person finds in the target, what files there are, and what was reported."""
        files = {name: self._files(self.place.root / name) for name in PLACES}
        key = json.dumps([files[TARGET], files[HOME]])
        if key not in self.told:
            command = [str(self.place.python), "-B", "-c", LOOK]
            done = subprocess.run(
                command, cwd=self.place.root, env=self._environment(), capture_output=True, text=True, check=True
            )
            self.told[key] = json.loads(done.stdout)
        report = self.place.root / f"{OUT}-report"
        reported = json.loads(report.read_text("utf-8")) if report.exists() else None
        return {**files, **self.told[key], "report": reported and reported_of(reported), "tree": self.built(line)}

    def built(self, line: Line) -> list[str]:
        """Give the names of what is in the tree, unless pip only asks for metadata where the tool proves by a build."""
        if "--dry-run" in line.words or "PIP_DRY_RUN" in line.words or "--only-deps" in line.words:
            return []
        return sorted(path for path in fingerprint(self.place.tree) if ".git/" not in path)

    def _lay_places(self, line: Line) -> None:
        name = f"before {line.sees} {line.state}".replace("/", "-").replace("{", "").replace("}", "")
        if not (self._templates / name).exists():
            self._restore("pristine")
            if line.sees:
                settings = self.place.target / "pyvenv.cfg"
                text = settings.read_text("utf-8")
                seen = "include-system-site-packages = true"
                settings.write_text(re.sub("include-system-site-packages.*", seen, text), encoding="utf-8")
            if line.state:
                self._lay_tree(next(iter(tree.SHAPES)))
                done = self.run("pip", Line(line.state))
                assert done.returncode == 0, done.stdout + done.stderr
            self._keep(name)
        self._restore(name)

    def _lay_tree(self, shape: str) -> None:
        template = self._templates / f"tree-{shape}"
        if not template.exists():
            tree.lay(template, shape, self.archives)
        shutil.rmtree(self.place.tree, ignore_errors=True)
        shutil.copytree(template, self.place.tree, symlinks=True)

    @property
    def _templates(self) -> Path:
        return self.place.root / "templates"

    def _keep(self, name: str) -> None:
        for each in PLACES:
            shutil.copytree(self.place.root / each, self._templates / name / each, symlinks=True)

    def _restore(self, name: str) -> None:
        for each in PLACES:
            restore(self.place.root / each, self._templates / name / each)
        for left in (*self.place.root.glob(f"{OUT}-*"), *self.place.root.glob("*cache*")):
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    def _written(self, words: str) -> str:
        root, index = self.place.root, self.index.url
        return words.format(
            here=self.place.tree,
            out=root / OUT,
            links=self.archives,
            index=index,
            files=index.replace("simple", "files"),
        )

    def _environment(self, **variables: str) -> dict[str, str]:
        own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.archives), "PIP_CONFIG_FILE": "/dev/null"}
        own |= {"HOME": str(self.place.root), "NAME": "six", "XDG_CACHE_HOME": str(self.place.root / "cache")}
        return self.place.environment(**own | variables)

    def _files(self, folder: Path) -> dict[str, tuple[str, str]]:
        """Give the mode and content of each file; what is compiled holds times, and RECORD has no order."""
        found: Fingerprint = fingerprint(folder)
        told = {
            path: (entry.mode, "" if path.endswith(".pyc") else entry.content)
            for path, entry in found.items()
            # A checkout's own records hold times and numbers of files.
            if "/.git/" not in path
        }
        for path in told:
            if path.endswith("RECORD"):
                told[path] = ("", "\n".join(sorted((folder / path).read_text("utf-8").splitlines())))
        return told


def differences(theirs: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """List how two descriptions differ, for a person to read."""
    found = []
    for part in theirs:
        left, right = theirs[part], ours[part]
        if part in PLACES:
            paths = sorted(path for path in left.keys() | right.keys() if left.get(path) != right.get(path))
            found += [f"{part}/{path}: {left.get(path)} with pip, {right.get(path)} with us" for path in paths]
        elif left != right:
            found.append(f"{part}: {left} with pip, {right} with us")
    return found


def restore(folder: Path, template: Path) -> None:
    """Make a folder what another is; files that have their size and time are left."""
    there, wanted = _signatures(folder), _signatures(template)
    for path in sorted(there, reverse=True):
        if there[path] != wanted.get(path):
            (folder / path).rmdir() if there[path] == () else (folder / path).unlink()
            there.pop(path)
    for path in sorted(wanted.keys() - there.keys()):
        if wanted[path] == ():
            (folder / path).mkdir()
        else:
            shutil.copy2(template / path, folder / path, follow_symlinks=False)


def reported_of(report: Any) -> Any:
    """Give what a report says of each distribution."""
    wanted = ("download_info", "is_direct", "requested", "requested_extras")
    rows = [{key: each.get(key) for key in wanted} | {"name": each["metadata"]["name"]} for each in report["install"]]
    return sorted(rows, key=lambda row: str(row["name"]))


def _signatures(folder: Path) -> dict[str, tuple[object, ...]]:
    """Give for each path what tells it from another; of a folder, nothing."""
    found: dict[str, tuple[object, ...]] = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        is_folder = stat.S_ISDIR(status.st_mode)
        found[str(path.relative_to(folder))] = () if is_folder else (status.st_mode, status.st_size, status.st_mtime_ns)
    return found
