"""Wheels come into a target whole or not at all, with a pip that is a script of the test's own."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from safe_install import commit
from safe_install.commit import Item, Order
from safe_install.errors import TargetUnusable
from safe_install.events.log import Event
from safe_install.evidence import Policy
from safe_install.heal import Healing
from safe_install.installing import installed
from safe_install.kinds import Cause, Kind, Pip, Stage, Wheel
from safe_install.ladder import NAMES
from safe_install.model import BuildSystem, Built, Failure, Installed, Project, Recipe
from safe_install.request import Asked, ProjectRequest, Request
from trees import a_log, a_shop, a_target, executable, members, picture, tree, wheel_file

SYSTEM = BuildSystem(("setuptools",), "setuptools.build_meta")
OLD = {"old.py": "old\n"} | members("pip", "26.0")
CORRUPT = "zipfile.BadZipFile: File is not a zip file"
BACKEND = """
import shutil

def build_wheel(folder, config_settings=None, metadata_directory=None):
    if @number == 1:
        raise SystemExit("not today")
    shutil.copy("demo-1.0-py3-none-any.whl", folder)
    return "demo-1.0-py3-none-any.whl"
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "bk"
backend-path = ["."]
"""
FAKE = f"""\
#!{sys.executable}
import json, os, pathlib, sys, zipfile
if not sys.argv[1].endswith("watch.py"):
    # All but pip is Python's.
    os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])
packages, calls = pathlib.Path("@packages"), pathlib.Path("@calls")
with calls.open("a") as stream:
    print(*sys.argv[1:], file=stream)
number = len(calls.read_text().splitlines())
wheel = next(pathlib.Path(word) for word in sys.argv if word.endswith(".whl"))

def install():
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    info = packages / "demo-1.0.dist-info"
    (info / "direct_url.json").write_text(json.dumps({{"archive_info": {{}}, "url": wheel.as_uri()}}))
    with (info / "RECORD").open("a") as stream:
        print("demo-1.0.dist-info/direct_url.json,sha256=old,1", file=stream)
    print("Successfully installed demo-1.0 six-1.16")

def spoil():
    (packages / "old.py").unlink()
    (packages / "half.py").write_text("half")
    print({CORRUPT!r})

"""


class Scene:
    """A target with a pip of the test's own, and a wheel to install into it."""

    def __init__(self, place: Path, does: str) -> None:
        self.target = a_target(place / "target")
        tree(self.target.purelib, OLD)
        script = FAKE.replace("@packages", str(self.target.purelib)).replace("@calls", str(place / "calls"))
        python = executable(place / "python", script + textwrap.dedent(does))
        self.target = replace(self.target, executable=python)
        self.shop = a_shop(place, self.target)
        self.project = Project(tree(place / "tree", {}), SYSTEM)
        built = Built(wheel_file(place / "wheels"), "demo", "1.0")
        self.item = Item(self.project, Recipe(SYSTEM, wheel=Wheel.EDITABLE), built)
        self.calls = place / "calls"
        self.told: list[Event] = []

    def installed(self, **policy: Any) -> Healing:
        log, self.told = a_log()
        return installed((self.item,), self.request(**policy), self.shop, log).healing

    def request(self, **policy: Any) -> Request:
        asked = (ProjectRequest(self.project.path, Wheel.EDITABLE),)
        arguments = (Asked(str(self.project.path), editable=True),)
        return Request(asked, replace(Policy(frozenset(NAMES)), **policy), arguments)


ONLY_THEN_WHOLE = """
    if number == 1:
        spoil()
        sys.exit(2)
    if (packages / "half.py").exists() or not (packages / "old.py").exists():
        sys.exit("not as it was")
    install()
"""


def test_each_attempt_of_pip_begins_with_the_target_as_it_was(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ONLY_THEN_WHOLE)
    healing = scene.installed()
    assert isinstance(healing.attempt.result, Installed), healing.attempt.result
    first, second = scene.calls.read_text().splitlines()
    assert ("--no-cache-dir" in first, "--no-cache-dir" in second) == (False, True)
    assert healing.attempts[0].diagnosis is not None
    assert (healing.remedies, healing.attempts[0].diagnosis.kind) == (("fresh-caches",), Kind.DOWNLOAD_CORRUPT)
    assert (scene.target.purelib / "demo.py").read_text() == "VALUE = 1\n"
    assert (scene.target.purelib / "old.py").exists()
    (reverted,) = (event for event in scene.told if event["event"] == "change.reverted")
    assert (reverted["what"], reverted["detail"]) == ("target", "2 paths put back")
    assert not any(path.is_file() for path in (tmp_path / "state" / "journals").rglob("*"))


def test_an_install_that_fails_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    scene = Scene(tmp_path, "spoil()\nsys.exit(2)\n")
    before = picture(scene.target.prefix)
    healing = scene.installed(remedies=frozenset())
    result = healing.attempt.result
    assert isinstance(result, Failure)
    assert (result.stage, result.cause, result.status) == (Stage.INSTALL, Cause.PIP_FAILED, 2)
    assert picture(scene.target.prefix) == before


def test_a_target_that_cannot_be_kept_is_not_touched(tmp_path: Path) -> None:
    scene = Scene(tmp_path, "install()\n")
    tree(tmp_path, {"state/journals": "a file in the way"})
    with pytest.raises(TargetUnusable, match="cannot be kept safe"):
        scene.installed()
    assert not scene.calls.exists()


@pytest.mark.parametrize("wheel", Wheel)
def test_the_origin_is_recorded_as_an_install_of_the_folder_does(wheel: Wheel, tmp_path: Path) -> None:
    scene = Scene(tmp_path, "install()\n")
    item = replace(scene.item, recipe=Recipe(SYSTEM, wheel=wheel))
    order = Order((item,), scene.request(), beat=lambda: None)
    result = commit.install(order, Recipe(SYSTEM, pip=Pip.TARGET), scene.shop, a_log()[0])
    assert result == Installed(("demo-1.0", "six-1.16"))
    info = scene.target.purelib / "demo-1.0.dist-info"
    content = (info / "direct_url.json").read_bytes()
    editable = {"editable": True} if wheel is Wheel.EDITABLE else {}
    assert json.loads(content) == {"dir_info": editable, "url": scene.project.path.as_uri()}
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    with (info / "RECORD").open(newline="") as stream:
        rows = [row for row in csv.reader(stream) if row[0].endswith("direct_url.json")]
    assert rows == [["demo-1.0.dist-info/direct_url.json", f"sha256={digest}", str(len(content))]]


@pytest.mark.parametrize(("member", "bound"), [("demo/_c.so", True), ("demo/c.py", False)])
def test_what_was_compiled_runs_with_what_it_was_compiled_against(member: str, bound: bool, tmp_path: Path) -> None:
    scene = Scene(tmp_path, "install()\n")
    recipe = Recipe(SYSTEM, constraints=("setuptools<82", "numpy<2"))
    built = replace(scene.item.built, wheel=wheel_file(tmp_path / "compiled", members(extra={member: ""})))
    order = Order((replace(scene.item, recipe=recipe, built=built),), scene.request(), beat=lambda: None)
    assert isinstance(commit.install(order, Recipe(SYSTEM, pip=Pip.TARGET), scene.shop, a_log()[0]), Installed)
    words = scene.calls.read_text().splitlines()[0].split()
    assert ("--constraint" in words) is bound
    if bound:
        assert Path(words[words.index("--constraint") + 1]).read_text() == "numpy<2\n"


UNBUILT = """
    row = {{"name": "demo", "text": "demo from u", "url": "https://h/demo.tar.gz", "tree": {tree!r}, "editable": False}}
    taken = list(pathlib.Path(sys.argv[sys.argv.index("--cache-dir") + 1]).rglob("*.whl")) if number > 1 else []
    with open(sys.argv[2], "a") as stream:
        print(json.dumps(row | {{"cached_at": ["ab", "cd"], "origin": None, "config_settings": {{}}}}), file=stream)
    print("ERROR: Failed to build demo", [path.name for path in taken])
    sys.exit(1)
"""


def test_what_pip_will_not_take_is_not_built_again(tmp_path: Path) -> None:
    source = tree(tmp_path / "unpacked", {"pyproject.toml": PYPROJECT, "bk.py": BACKEND.replace("@number", "2")})
    wheel_file(source)
    scene = Scene(tmp_path, textwrap.dedent(UNBUILT.format(tree=str(source))))
    log, told = a_log()
    installing = installed((scene.item,), scene.request(), scene.shop, log)
    result = installing.healing.attempt.result
    assert isinstance(result, Failure)
    assert "['demo-1.0-py3-none-any.whl']" in result.output
    assert result.cause is Cause.WHEEL_IGNORED
    assert len(scene.calls.read_text().splitlines()) == 2
    assert [event["event"] for event in told].count("attempt.built") == 1
    assert installing.failed == (installing.healing,)


def test_what_cannot_be_built_tells_more_than_pip(tmp_path: Path) -> None:
    source = tree(tmp_path / "unpacked", {"pyproject.toml": PYPROJECT, "bk.py": BACKEND.replace("@number", "1")})
    scene = Scene(tmp_path, textwrap.dedent(UNBUILT.format(tree=str(source))))
    before = picture(scene.target.prefix)
    installing = installed((scene.item,), scene.request(), scene.shop, a_log()[0])
    (dead,) = installing.failed
    assert dead.evidence.project.path == source
    assert len(scene.calls.read_text().splitlines()) == 1
    assert picture(scene.target.prefix) == before


def test_pip_hears_of_nothing_twice(tmp_path: Path) -> None:
    names = ("PIP_EDITABLE", "PIP_REQUIREMENT", "PIP_REPORT", "PIP_PYTHON", "PIP_INDEX_URL", "PIP_NO_INPUT", "TMPDIR")
    scene = Scene(tmp_path, f"install()\nprint('told', *(os.environ.get(name, '-') for name in {names!r}))\n")
    scene.shop = replace(scene.shop, environ={**scene.shop.environ, **dict.fromkeys(names[:5], "x")})
    scene.shop = replace(scene.shop, build_constraints=("a.txt", "b.txt"))
    scene.installed()
    (line,) = (line for line in (scene.shop.run_dir / "install.log").read_text().splitlines() if line[:4] == "told")
    *said, folder = line.split()[1:]
    assert said == ["-", "-", "-", "-", "x", "1"]
    assert Path(folder).is_relative_to(scene.shop.scratch)
