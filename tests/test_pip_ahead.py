"""A target's pip that was started ahead changes nothing, and is the one that runs only while it is the target's."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from running import ENVIRON, gone
from safe_install.process import Command, run
from safe_install.scripts import watch
from safe_install.target import Target
from safe_install.target.pip_ahead import PipAhead
from trees import a_target, executable, members, tree

IMPORTED = "open('imported', 'a').write(__name__ + '\\n')\n"
PIP = members("pip", "26.0") | {
    "pip/__init__.py": "",
    "pip/__main__.py": (
        "import os, sys, tempfile\n"
        "print(sys.argv[1:], os.environ['WHAT'], 'GONE' in os.environ, tempfile.gettempdir(), end=' ')\n"
        "print(sys.dont_write_bytecode)\n"
    ),
    "pip/_internal/__init__.py": "",
    "pip/_internal/cli/__init__.py": "",
    "pip/_internal/cli/main.py": IMPORTED,
    "pip/_internal/commands/__init__.py": "",
    "pip/_internal/commands/install.py": IMPORTED + "import tempfile; tempfile.gettempdir()\n",
    "pip/_internal/commands/__pycache__/other.pyc": "",
}


@pytest.fixture
def target(tmp_path: Path) -> Target:
    target = a_target(tmp_path / "target")
    tree(target.purelib, PIP)
    return target


def ahead_of(target: Target, place: Path) -> PipAhead:
    ahead = PipAhead(place, ENVIRON | {"PYTHONPATH": str(target.purelib), "GONE": "x"})
    ahead.start(target)
    return ahead


def test_it_has_imported_itself_and_changed_nothing_when_it_is_told(target: Target, tmp_path: Path) -> None:
    with closing(ahead_of(target, tmp_path)) as ahead:
        taken = ahead.take(target)
        assert taken is not None
        while not os.path.exists(tmp_path / "imported"):
            assert taken.started.child.poll() is None
        head = (sys.executable, watch.__file__)
        environ = ENVIRON | {"PYTHONPATH": str(target.purelib), "WHAT": "é", "TMPDIR": str(tmp_path)}
        finished = run(Command((*head, "answer", "pip", "install", "x"), tmp_path, environ, tmp_path / "log"), taken)
    assert (finished.output, finished.status) == (f"['install', 'x'] é False {tmp_path} False\n", 0)
    imported = (tmp_path / "imported").read_text().split()
    assert imported == ["pip._internal.cli.main", "pip._internal.commands.install"]
    assert [path.name for path in (target.purelib / "pip" / "_internal").rglob("*.pyc")] == ["other.pyc"]


def test_one_that_cannot_be_imported_says_so_when_it_runs(target: Target, tmp_path: Path) -> None:
    tree(target.purelib, {"pip/_internal/cli/main.py": "raise ImportError('broken')\n"})
    tree(target.purelib, {"pip/__main__.py": "import pip._internal.cli.main\n"})
    with closing(ahead_of(target, tmp_path)) as ahead:
        command = Command((sys.executable, watch.__file__, "answer", "pip"), tmp_path, ENVIRON, tmp_path / "log")
        finished = run(command, ahead.take(target))
    assert (finished.output.count("ImportError: broken"), finished.status) == (1, 1)


def test_it_is_given_once(target: Target, tmp_path: Path) -> None:
    with closing(ahead_of(target, tmp_path)) as ahead:
        assert ahead.take(target) is not None
        assert ahead.take(target) is None


@pytest.mark.parametrize("change", ["upgraded", "put back", "gone", "another came", "a path came", "a path changed"])
def test_one_is_not_taken_that_has_read_another_target(change: str, target: Target, tmp_path: Path) -> None:
    tree(target.purelib, {"paths.pth": ""})
    with closing(ahead_of(target, tmp_path)) as ahead:
        info = target.purelib / "pip-26.0.dist-info"
        if change == "upgraded":
            info.rename(target.purelib / "pip-26.1.dist-info")
        elif change == "put back":
            (target.purelib / "pip").rename(target.purelib / "away")
            tree(target.purelib, PIP)
        elif change == "another came":
            tree(target.purelib, members("other", "1.0"))
        elif change == "a path came":
            tree(target.purelib, {"more.pth": ""})
        elif change == "a path changed":
            tree(target.purelib, {"paths.pth": "x\n"})
        else:
            info.rename(target.purelib / "away")
        assert ahead.take(target) is None


def test_there_is_none_where_no_pip_is(tmp_path: Path) -> None:
    target = a_target(tmp_path / "target")
    with closing(ahead_of(target, tmp_path)) as ahead:
        assert ahead.take(target) is None


def test_there_is_none_where_pip_was_never_compiled(target: Target, tmp_path: Path) -> None:
    shutil.rmtree(target.purelib / "pip/_internal/commands/__pycache__")
    with closing(ahead_of(target, tmp_path)) as ahead:
        assert ahead.take(target) is None


def test_there_is_none_where_a_script_stands_for_the_interpreter(target: Target, tmp_path: Path) -> None:
    script = executable(tmp_path / "python", f"#!/bin/sh\nexec '{sys.executable}' \"$@\"\n")
    with closing(ahead_of(replace(target, executable=script), tmp_path)) as ahead:
        assert ahead.take(target) is None


def test_there_is_none_where_it_cannot_be_started(target: Target, tmp_path: Path) -> None:
    with closing(ahead_of(target, tmp_path / "no folder")) as ahead:
        assert ahead.take(target) is None


@pytest.mark.parametrize("taken", [False, True])
def test_one_that_was_not_told_ends_on_closing_and_none_is_started_after(
    taken: bool, target: Target, tmp_path: Path
) -> None:
    ahead = ahead_of(target, tmp_path)
    given = ahead.take(target) if taken else None
    ahead.close()
    assert given is None or gone(given.started.child.pid)
    ahead.start(target)
    assert ahead.take(target) is None
