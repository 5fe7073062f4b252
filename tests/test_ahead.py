"""A script that is started ahead does nothing until it is told what, and never outlives who was to tell it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from running import ENVIRON, gone
from safe_install.process import Ahead, Command, run
from safe_install.process.starting import WAIT
from trees import WITH_US, executable, tree

WAITS = """
import json, os, subprocess, sys
order, ready = map(int, sys.argv[-2:])
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"]) if "child" in sys.argv else None
print(child.pid if child else "", flush=True)
os.write(ready, b".")
os.close(ready)
with os.fdopen(order, "rb") as stream:
    told = stream.read()
if told:
    told = json.loads(told)
    print(sys.argv[1:-2], told["arguments"], told["set"], sorted(told["unset"]), os.getcwd(), flush=True)
    sys.exit(3)
"""


def a_command(place: Path, *words: str) -> Command:
    script = tree(place, {"waits.py": WAITS}) / "waits.py"
    return Command((sys.executable, str(script), *words), place, ENVIRON, place / "log")


def test_it_is_the_command_that_it_is_told_to_be(tmp_path: Path) -> None:
    command = a_command(tmp_path)
    ahead = Ahead(replace(command, environ=ENVIRON | {"": "x", "GONE": "y"}))
    assert ahead.is_ready()
    told = replace(command, arguments=(*command.arguments, "a", "\udcff"), environ=ENVIRON | {"": "x", "NEW": "é"})
    finished = run(told, ahead)
    new = {"NEW": os.fsencode("é").decode("latin-1")}
    assert finished.output == f"\n['{WAIT}'] ['a', 'ÿ'] {new} ['GONE'] {tmp_path}\n"
    assert finished.status == 3
    ahead.end()


def test_an_order_may_be_longer_than_a_pipe_holds(tmp_path: Path) -> None:
    command = a_command(tmp_path)
    ahead = Ahead(command)
    assert ahead.is_ready()
    finished = run(replace(command, environ=ENVIRON | {"LONG": "x" * 200_000}), ahead)
    assert (finished.status, finished.output.count("x" * 10_000)) == (3, 6)


def test_one_that_is_told_nothing_is_ended_with_what_it_has_started(tmp_path: Path) -> None:
    ahead = Ahead(a_command(tmp_path, "child"))
    pid = int(ahead.started.pipes[0].readline())
    ahead.end()
    assert ahead.started.child.returncode == -signal.SIGKILL
    assert gone(pid)
    assert all(pipe.closed for pipe in ahead.started.pipes)
    ahead.end()


def test_one_that_has_died_before_is_told_as_what_it_is(tmp_path: Path) -> None:
    command = a_command(tmp_path)
    ahead = Ahead(command)
    ahead.started.child.kill()
    ahead.started.child.wait()
    assert run(command, ahead).status == -signal.SIGKILL


def test_one_that_lost_its_descriptors_on_the_way_is_not_ready(tmp_path: Path) -> None:
    program = (
        f"#!{sys.executable}\nimport subprocess, sys\nsys.exit(subprocess.call([sys.executable, *sys.argv[1:]]))\n"
    )
    command = a_command(tmp_path)
    ahead = Ahead(replace(command, arguments=(str(executable(tmp_path / "python", program)), command.arguments[1])))
    assert not ahead.is_ready()
    ahead.end()


def test_an_interpreter_that_does_not_exist_is_an_error_and_keeps_nothing_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(FileNotFoundError):
        Ahead(Command((str(tmp_path / "none"), "x"), tmp_path, ENVIRON, tmp_path / "log"))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


DIES = """
import os, sys
from pathlib import Path
from safe_install.process import Ahead, Command

ahead = Ahead(Command((sys.executable, "-S", sys.argv[1]), Path.cwd(), os.environ, Path(os.devnull)))
print(ahead.started.child.pid, flush=True)
os._exit(0)
"""


def test_it_ends_with_who_was_to_tell_it(tmp_path: Path) -> None:
    script = tree(tmp_path, {"waits.py": WAITS}) / "waits.py"
    words = [sys.executable, "-c", DIES, str(script)]
    done = subprocess.run(words, cwd=tmp_path, env=WITH_US, capture_output=True, text=True, check=True)
    assert gone(int(done.stdout))
