"""A target's pip that was started ahead changes nothing, and is the one that runs only while it is the target's."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from running import ENVIRON, gone
from safe_install.process import Command, run
from safe_install.scripts import watch
from safe_install.target import Target
from safe_install.target.pip_ahead import PipAhead
from trees import a_target, members, tree

IMPORTED = "open('imported', 'a').write(__name__ + '\\n')\n"
PIP = members("pip", "26.0") | {
    "pip/__init__.py": "",
    "pip/__main__.py": "import os, sys\nprint(sys.argv[1:], os.environ['WHAT'], sys.dont_write_bytecode)\n",
    "pip/_internal/__init__.py": "",
    "pip/_internal/cli/__init__.py": "",
    "pip/_internal/cli/main.py": IMPORTED,
    "pip/_internal/commands/__init__.py": "",
    "pip/_internal/commands/install.py": IMPORTED,
}


@pytest.fixture
def target(tmp_path: Path) -> Target:
    target = a_target(tmp_path / "target")
    tree(target.purelib, PIP)
    return target


def ahead_of(target: Target, place: Path) -> PipAhead:
    ahead = PipAhead(place, ENVIRON | {"PYTHONPATH": str(target.purelib)})
    ahead.start(target)
    return ahead


def test_it_has_imported_itself_and_changed_nothing_when_it_is_told(target: Target, tmp_path: Path) -> None:
    with closing(ahead_of(target, tmp_path)) as ahead:
        taken = ahead.take(target)
        assert taken is not None
        while not os.path.exists(tmp_path / "imported"):
            assert taken.started.child.poll() is None
        head = (sys.executable, watch.__file__)
        environ = ENVIRON | {"PYTHONPATH": str(target.purelib), "WHAT": "told"}
        finished = run(Command((*head, "answer", "pip", "install", "x"), tmp_path, environ, tmp_path / "log"), taken)
    assert (finished.output, finished.status) == ("['install', 'x'] told False\n", 0)
    imported = (tmp_path / "imported").read_text().split()
    assert imported == ["pip._internal.cli.main", "pip._internal.commands.install"]
    assert not list((target.purelib / "pip" / "_internal").rglob("*.pyc"))


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


@pytest.mark.parametrize("change", ["upgraded", "put back", "gone"])
def test_another_pip_than_the_one_that_was_started_is_not_taken_for_it(
    change: str, target: Target, tmp_path: Path
) -> None:
    with closing(ahead_of(target, tmp_path)) as ahead:
        info = target.purelib / "pip-26.0.dist-info"
        if change == "upgraded":
            info.rename(target.purelib / "pip-26.1.dist-info")
        elif change == "put back":
            (target.purelib / "pip").rename(target.purelib / "away")
            tree(target.purelib, PIP)
        else:
            info.rename(target.purelib / "away")
        assert ahead.take(target) is None


def test_there_is_none_where_no_pip_is(tmp_path: Path) -> None:
    target = a_target(tmp_path / "target")
    with closing(ahead_of(target, tmp_path)) as ahead:
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
