"""A past run is told from its events alone, whole or cut off."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import recorded
from recorded import tell
from safe_install.events.log import Log
from safe_install.render.explain import explain
from safe_install.render.page import Page
from safe_install.render.story import story
from safe_install.render.tale import Run
from safe_install.render.terminal import write


def record(runs: Path, name: str, run: Callable[[Log], None]) -> Path:
    """Keep a run's events as a run does."""
    directory = runs / name
    directory.mkdir(parents=True)
    file = directory / "events.jsonl"
    file.write_text("".join(f"{json.dumps(event)}\n" for event in tell(run)), encoding="utf-8")
    return file


def explained(run: str | None, runs: Path) -> tuple[int, str]:
    stream = io.StringIO()
    return explain(run, runs, stream), stream.getvalue()


def told(run: Callable[[Log], None]) -> str:
    gathered, stream = Run(), io.StringIO()
    tell(run, gathered.add)
    write(stream, story(gathered, Page(1)), colour=False)
    return stream.getvalue()


def test_a_run_is_told_as_it_was_told_then(tmp_path: Path) -> None:
    record(tmp_path, "20260801-a", recorded.recovery)
    assert explained("20260801-a", tmp_path) == (0, told(recorded.recovery))


def test_without_a_name_the_last_run_is_told(tmp_path: Path) -> None:
    record(tmp_path, "20260803", recorded.failure)
    record(tmp_path, "20260801", recorded.recovery)
    assert explained(None, tmp_path) == (0, told(recorded.failure))


def test_the_beginning_of_a_name_and_a_path_will_do(tmp_path: Path) -> None:
    file = record(tmp_path / "runs", "20260801-abcd", recorded.failure)
    record(tmp_path / "runs", "20260802-abcd", recorded.healthy)
    for run in ("20260801", str(file.parent)):
        assert explained(run, tmp_path / "runs") == (0, told(recorded.failure))


def test_a_record_that_a_crash_cut_is_told_as_far_as_it_goes(tmp_path: Path) -> None:
    file = record(tmp_path, "a", recorded.recovery)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:5]) + lines[5][:40])
    assert explained("a", tmp_path) == (
        0,
        """\
demo-pkg: the record ends before the project's end.

  ✗ as declared          the name of the build backend is misspelt: hatchlin.build
                         ModuleNotFoundError: No module named 'hatchlin'
                         installing build requirements  2.1 s
                         | Traceback (most recent call last):
                         |   File "x.py", line 1
                         | ModuleNotFoundError: No module named 'hatchlin'

The record ends here: the run was cut off, or still goes on.
""".replace("as declared          ", "as declared  ").replace("\n                         ", "\n                 "),
    )


@pytest.mark.parametrize("kept", range(12))
def test_any_number_of_events_is_a_story(tmp_path: Path, kept: int) -> None:
    file = record(tmp_path, "a", recorded.recovery)
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:kept]))
    status, text = explained("a", tmp_path)
    assert (status, text.splitlines()[-1].startswith("The record ends here")) == (0, True)


@pytest.mark.parametrize("bad", ["no json", "[1]", "{}", '{"schema": 1, "event": "attempt.failed"}', "\udcff"])
def test_a_line_that_is_no_event_is_left_out_and_told(tmp_path: Path, bad: str) -> None:
    file = record(tmp_path, "a", recorded.recovery)
    file.write_bytes(f"{bad}\n".encode("utf-8", "surrogateescape") + file.read_bytes())
    assert explained("a", tmp_path) == (
        0,
        told(recorded.recovery) + "Line 1 of events.jsonl is no event and was left out.\n",
    )


def test_a_newer_record_is_not_guessed_at(tmp_path: Path) -> None:
    file = record(tmp_path, "a", recorded.recovery)
    file.write_text(file.read_text().replace('"schema": 1', '"schema": 2'))
    assert explained("a", tmp_path)[1].splitlines()[-1] == ("The run was recorded by a newer safe-install (schema 2).")


def test_an_unknown_run_gets_the_last_ten_named(tmp_path: Path) -> None:
    for number in range(12):
        record(tmp_path, f"run-{number:02}", recorded.refused)
    assert explained("nope", tmp_path) == (
        2,
        f"error: there is no run nope in {tmp_path}\nThe last runs, the newest first:\n"
        + "".join(f"  run-{number:02}\n" for number in range(11, 1, -1)),
    )
    assert explained("run-1", tmp_path) == (
        2,
        "error: more than one run begins with run-1\nThe last runs, the newest first:\n  run-11\n  run-10\n",
    )


@pytest.mark.parametrize("run", [None, "a"])
def test_no_run_at_all_is_an_error(tmp_path: Path, run: str | None) -> None:
    assert explained(run, tmp_path / "runs") == (2, f"error: no run is recorded in {tmp_path / 'runs'}\n")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that nobody can read from its start")
def test_an_unreadable_record_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "events.jsonl").symlink_to("/proc/self/mem")
    assert explained("a", tmp_path) == (2, "error: the run cannot be read: [Errno 5] Input/output error\n")
