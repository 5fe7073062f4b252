"""The same command line given to pip and to the tool leaves the same target and the same exit status."""

from __future__ import annotations

import itertools
import json
import random
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

import shelf
from conftest import newest
from fingerprint import fingerprint
from workplace import Workplace

SEED: Final = 20261124
SAMPLE: Final = 10
"""Command lines that are tried by default; `--all` tries every one."""

PYPROJECT: Final = """\
[build-system]
requires = ["{requires}"]
build-backend = "{backend}"

[project]
name = "app"
version = "{{version}}"
description = "An application"
dependencies = ["six"]
optional-dependencies.x = ["idna"]
scripts.app = "app:main"

[dependency-groups]
dev = ["iniconfig"]
"""
LAYOUT: Final = '\n[tool.setuptools]\npackage-dir = {{"" = "src"}}\n'
SETUP_PY: Final = """\
from setuptools import setup

setup(
    name="app",
    version="{version}",
    package_dir={{"": "src"}},
    packages=["app"],
    install_requires=["six"],
    extras_require={{"x": ["idna"]}},
    entry_points={{"console_scripts": ["app = app:main"]}},
)
"""
SHAPES: Final = {
    "setuptools": (
        "pyproject.toml",
        PYPROJECT.format(requires="setuptools", backend="setuptools.build_meta") + LAYOUT,
    ),
    "hatchling": ("pyproject.toml", PYPROJECT.format(requires="hatchling", backend="hatchling.build")),
    "flit": ("pyproject.toml", PYPROJECT.format(requires="flit_core", backend="flit_core.buildapi")),
    "setup-py": ("setup.py", SETUP_PY),
}
FORMS: Final = (
    *("./app", "-e ./app", "./app[x]", "-e ./app[x]", "app @ {here}/app", "-r all.txt", "-r deps/editable.txt"),
    *("./app-1.0.tar.gz", "app[x] @ {here}/app-1.0.tar.gz", "-e ./app six==1.16.0", "app --find-links .", "six"),
    *("./app ; python_version<'3'", "-e ./app -c bounds.txt", "-e ./app --group app/pyproject.toml:dev", "nosuch"),
)
OPTIONS: Final = (
    *("", "--no-deps", "-U", "--force-reinstall", "--dry-run", "-q", "--no-compile", "-I", "--only-deps"),
    *("--target {root}/elsewhere", "--prefix {root}/elsewhere", "--root {root}/elsewhere", "--report {root}/report"),
    *("-C editable_mode=compat", "--no-build-isolation", "--require-virtualenv", "--user", "--pre --no-input"),
)
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
STATES: Final = ("", "./app-0.9", "-e ./app-0.9")
"""What was installed before."""


@dataclass(frozen=True)
class Line:
    """One command line, on one shape of a project, in one state of the target."""

    shape: str
    form: str
    option: str
    state: str

    @property
    def id(self) -> str:
        """Name it, as pytest shows it."""
        return " | ".join(filter(None, (self.shape, f"{self.option} {self.form}".strip(), self.state)))


def lines() -> list[Line]:
    """Give all command lines, in an order that never changes."""
    return [Line(*each) for each in itertools.product(SHAPES, FORMS, OPTIONS, STATES)]


def sampled(count: int) -> list[Line]:
    """Give some of them, always the same."""
    return random.Random(SEED).sample(lines(), count)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Hand each test its command line."""
    if "line" in metafunc.fixturenames:
        count = metafunc.config.getoption("--lines") or SAMPLE
        chosen = sampled(min(count, len(lines())))
        metafunc.parametrize("line", [pytest.param(each, id=each.id) for each in chosen])


@dataclass(frozen=True)
class Ground:
    """What all comparisons share: archives, and a target that is laid anew for each run."""

    place: Workplace
    archives: Path

    def lay_target(self) -> None:
        """Make the target what it was; it stays where it is, since its scripts name their place."""
        for name in ("target", "elsewhere", ".local"):
            shutil.rmtree(self.place.root / name, ignore_errors=True)
        shutil.copytree(self.place.root / "pristine", self.place.target, symlinks=True)


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Fetch the archives for the newest Python, and make the target."""
    place = Workplace(tmp_path_factory.mktemp("ground"), newest())
    archives = place.root / "archives"
    shelf.fill(archives, newest())
    place.make_target()
    # For builds without isolation.
    needed = ("setuptools", "hatchling", "editables", "flit_core")
    place.pip("install", "-q", "--no-index", "--find-links", archives, *needed)
    place.target.rename(place.root / "pristine")
    return Ground(place, archives)


def test_it_leaves_what_pip_leaves(line: Line, ground: Ground) -> None:
    place, seen = ground.place, []
    words = f"{line.option} {line.form}".format(here=place.tree.as_uri(), root=place.root)
    for tool in ("pip", "safe-install"):
        shutil.rmtree(place.tree, ignore_errors=True)
        _lay(line.shape, place.tree)
        ground.lay_target()
        if line.state:
            _run(ground, "pip", line.state)
        seen.append((_run(ground, tool, words), _described(place)))
    (theirs, left), (ours, left_by_us) = seen
    assert ours.returncode == theirs.returncode, f"{theirs.stdout}{theirs.stderr}\n---\n{ours.stdout}{ours.stderr}"
    assert left_by_us == left, f"{ours.stdout}{ours.stderr}"


def _lay(shape: str, tree: Path) -> None:
    """Make the folder that the command lines speak of."""
    name, text = SHAPES[shape]
    for folder, version in (("app", "1.0"), ("app-0.9", "0.9")):
        package = tree / folder / "src" / "app"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text('"""An application."""\n\n\ndef main():\n    print("app")\n', "utf-8")
        (tree / folder / name).write_text(text.format(version=version), encoding="utf-8")
    (tree / "deps").mkdir()
    (tree / "all.txt").write_text("# all\n./app[x]\nsix \\\n    ==1.16.0\n-r deps/more.txt\n", encoding="utf-8")
    (tree / "deps" / "more.txt").write_text("iniconfig\n", encoding="utf-8")
    (tree / "deps" / "editable.txt").write_text("-c ../bounds.txt\n-e ./app\n", encoding="utf-8")
    (tree / "bounds.txt").write_text("six<1.17\n", encoding="utf-8")
    with tarfile.open(tree / "app-1.0.tar.gz", "w:gz") as archive:
        archive.add(tree / "app", "app-1.0")
        if name != "setup.py":
            info = tree / "PKG-INFO"
            info.write_text("Metadata-Version: 2.1\nName: app\nVersion: 1.0\n", encoding="utf-8")
            archive.add(info, "app-1.0/PKG-INFO")


def _run(ground: Ground, tool: str, words: str) -> subprocess.CompletedProcess[str]:
    place, archives = ground.place, ground.archives
    pip = [str(place.python), "-m", "pip", "install"]
    command = pip if tool == "pip" else place.command()
    parts = words.replace("app @ ", "app@").replace("app[x] @ ", "app[x]@").replace("./app ; ", "./app;").split()
    environment = place.environment(PIP_NO_INDEX="1", PIP_FIND_LINKS=str(archives), PIP_CONFIG_FILE="/dev/null")
    environment["HOME"] = str(place.root)
    # `--find-links` of a command line takes the place of the variable's.
    parts += ["--find-links", str(archives)] if "--find-links" in parts else []
    return subprocess.run(
        [*command, *parts], cwd=place.tree, env=environment, capture_output=True, text=True, check=False
    )


def _described(place: Workplace) -> dict[str, Any]:
    """Describe what a person finds in the target, and what files there are."""
    told: dict[str, Any] = json.loads(place.ask(LOOK))
    for root in (place.target, place.root / "elsewhere", place.root / ".local"):
        told[root.name] = {
            path: "" if path.endswith(("RECORD", ".pyc")) else entry.content
            for path, entry in fingerprint(root).items()
        }
    report = place.root / "report"
    told["report"] = _reported(json.loads(report.read_text("utf-8"))) if report.exists() else None
    report.unlink(missing_ok=True)
    return told


def _reported(report: Any) -> Any:
    wanted = ("download_info", "is_direct", "requested", "requested_extras")
    rows = [{key: each.get(key) for key in wanted} | {"name": each["metadata"]["name"]} for each in report["install"]]
    return sorted(rows, key=lambda row: row["name"])
