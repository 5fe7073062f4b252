"""A script that is started ahead does nothing until it is told what, and never outlives who was to tell it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from running import ENVIRON, gone
from safe_install.process import Ahead, Command, run
from safe_install.process.starting import WAIT
from trees import WITH_US, tree

WAITS = """
import json, os, sys
with os.fdopen(int(sys.argv[-1]), "rb") as stream:
    told = stream.read()
if told:
    order = json.loads(told)
    print(sys.argv[1:-1], order["arguments"], order["environ"], os.getcwd(), flush=True)
    sys.exit(3)
"""


def a_command(place: Path, *words: str) -> Command:
    script = tree(place, {"waits.py": WAITS}) / "waits.py"
    return Command((sys.executable, "-S", str(script), *words), place, ENVIRON, place / "log")


def test_it_is_the_command_that_it_is_told_to_be(tmp_path: Path) -> None:
    script = tree(tmp_path, {"waits.py": WAITS}) / "waits.py"
    shown: list[str] = []
    command = Command((sys.executable, str(script)), tmp_path, ENVIRON, tmp_path / "log", out=shown.append)
    ahead = Ahead(command)
    told = Command((*command.arguments, "a", "\udcff"), tmp_path, {"WHAT": "x" * 200_000}, tmp_path / "log")
    finished = run(told, ahead)
    assert finished.status == 3
    assert finished.output == f"['--wait'] ['a', '\\udcff'] {{'WHAT': '{'x' * 200_000}'}} {tmp_path}\n"[-64 * 1024 :]
    ahead.end()


def test_one_that_is_told_nothing_is_ended(tmp_path: Path) -> None:
    ahead = Ahead(a_command(tmp_path))
    ahead.end()
    assert ahead.started.child.returncode == -signal.SIGKILL
    assert all(pipe.closed for pipe in ahead.started.pipes)
    ahead.end()


def test_one_that_has_died_before_is_told_as_what_it_is(tmp_path: Path) -> None:
    command = a_command(tmp_path)
    ahead = Ahead(command)
    ahead.started.child.kill()
    ahead.started.child.wait()
    assert run(command, ahead).status == -signal.SIGKILL


def test_an_interpreter_that_does_not_exist_is_an_error_and_keeps_nothing_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(FileNotFoundError):
        Ahead(Command((str(tmp_path / "none"), "x"), tmp_path, ENVIRON, tmp_path / "log"))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


DIES = f"""
import os, sys
from pathlib import Path
from safe_install.process import Ahead, Command

ahead = Ahead(Command((sys.executable, "-S", sys.argv[1]), Path.cwd(), os.environ, Path(os.devnull)))
print(ahead.started.child.pid, ahead.started.child.args[-2] == {WAIT!r}, flush=True)
os._exit(0)
"""


def test_it_ends_with_who_was_to_tell_it(tmp_path: Path) -> None:
    script = tree(tmp_path, {"waits.py": WAITS}) / "waits.py"
    words = [sys.executable, "-c", DIES, str(script)]
    done = subprocess.run(words, cwd=tmp_path, env=WITH_US, capture_output=True, text=True, check=True)
    pid, waits = done.stdout.split()
    assert waits == "True"
    assert gone(int(pid))
