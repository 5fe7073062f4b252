"""`--export` of a past run, and of the run that it is asked in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import recorded
from asking import asked, lay_out, refused
from recorded import tell
from safe_install.cli import main
from safe_install.command.run import Invocation, perform
from safe_install.events.log import Log
from safe_install.events.values import RunOutcome
from safe_install.evidence import Policy
from safe_install.installation import Outcome, Surroundings
from safe_install.request import Request
from safe_install.target.pip_ahead import PipAhead
from trees import a_target

DEMO = "# demo-pkg 0.1 in /home/me/demo: build-backend: 'hatchlin.build' -> 'hatchling.build'"


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAFE_INSTALL_STATE_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs"


def record(runs: Path, name: str, run: Callable[[Log], None]) -> Path:
    (runs / name).mkdir(parents=True)
    file = runs / name / "events.jsonl"
    file.write_text("".join(f"{json.dumps(event)}\n" for event in tell(run)), encoding="utf-8")
    return file


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = main(argv)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_last_run_is_exported(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(runs, "20260801", recorded.failure)
    record(runs, "20260802", recorded.recovery)
    status, out, err = told(capsys, "--export", "pyproject")
    assert (status, err) == (0, "")
    assert DEMO in out.splitlines()
    assert out.endswith('+build-backend = "hatchling.build"\n\n [project]\n name = "demo-pkg"\n')


@pytest.mark.parametrize("words", [["--explain=20260801"], ["--explain", "20260801"]])
def test_the_run_that_is_named_is_exported(words: list[str], runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(runs, "20260801", recorded.recovery)
    record(runs, "20260802", recorded.failure)
    status, out, _ = told(capsys, "--export=uv", *words)
    assert (status, DEMO in out) == (1, True)


def test_where_the_last_run_has_proven_nothing_the_one_that_has_is_named(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, run in enumerate((recorded.recovery, recorded.recovery, recorded.refused, recorded.healthy)):
        record(runs, f"2026080{number}", run)
    record(runs, "20260808", recorded.recovery)
    nothing = "everything was built as declared: there is nothing to export\n"
    step = "Next  an earlier run has proven something: safe-install --export pip --explain=20260801\n"
    assert told(capsys, "--export=pip", "--explain=20260803") == (0, "", nothing + step)
    assert told(capsys, "--export=pip", "--explain=20260803", "-qq") == (0, "", "")


def test_where_no_run_has_proven_anything_none_is_named(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(runs, "20260801", recorded.failure)
    assert told(capsys, "--export=uv") == (1, "", "nothing was proven: there is nothing to export\n")


def test_a_run_that_is_not_there_is_told(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--export=uv") == (2, "", f"error: no run is recorded in {runs}\n")
    record(runs, "20260801", recorded.recovery)
    status, out, err = told(capsys, "--export=uv", "--explain=nope")
    assert (status, out, err.splitlines()[0]) == (2, "", f"error: there is no run nope in {runs}")
    status, out, err = told(capsys, "--export=uv", "--explain=a", "b")
    assert (status, err) == (2, "error: --export tells of one run at a time\nNext  name one of a, b\n")


def test_what_is_no_event_is_told(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = record(runs, "20260801", recorded.recovery)
    file.write_text("nonsense\n" + file.read_text())
    status, out, err = told(capsys, "--export=pyproject")
    assert (status, err, DEMO in out) == (0, "Line 1 of events.jsonl is no event and was left out.\n", True)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that nobody can read from its start")
def test_a_record_that_cannot_be_read_is_an_error(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (runs / "a").mkdir(parents=True)
    (runs / "a" / "events.jsonl").symlink_to("/proc/self/mem")
    error = "error: the run cannot be read: [Errno 5] Input/output error\n"
    assert told(capsys, "--export=uv") == (2, "", error)


@pytest.mark.parametrize("option", [["--python", "x"], ["--dry-run"], ["--remedies=none"], ["-v"]])
def test_what_would_say_nothing_to_it_is_refused(
    option: list[str], runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(runs, "20260801", recorded.recovery)
    status, out, err = told(capsys, "--export", "uv", *option)
    assert (status, out) == (2, "")
    assert err.startswith("error: --export of a past run builds nothing, and ")


def test_with_something_to_install_it_is_part_of_what_is_asked_for(tmp_path: Path) -> None:
    lay_out(tmp_path)
    assert asked(tmp_path, "-e", "./app", "--export", "uv").export == "uv"
    assert asked(tmp_path, "./app", variables={"SAFE_INSTALL_EXPORT": "pip"}).export == "pip"
    assert asked(tmp_path, "./app").export is None
    wrong = refused(tmp_path, "./app", variables={"SAFE_INSTALL_EXPORT": "poetry"})
    assert wrong.message == "SAFE_INSTALL_EXPORT takes one of uv, pip, pyproject, not 'poetry'"


@pytest.mark.parametrize("other", ["--events", "--report"])
def test_two_texts_on_one_stream_are_refused(other: str, tmp_path: Path) -> None:
    lay_out(tmp_path)
    wrong = refused(tmp_path, "./app", "--export=uv", other, "-")
    assert wrong.message == f"--export and {other} - both take standard output"
    assert asked(tmp_path, "./app", "--export=uv", other, "file").export == "uv"


def test_a_run_ends_with_what_it_has_proven(tmp_path: Path) -> None:
    def install(request: Request, log: Log, around: Surroundings) -> Outcome:
        recorded.healed(log)
        return Outcome(RunOutcome.INSTALLED, 0, ())

    stdout, stderr = io.StringIO(), io.StringIO()
    variables = {"SAFE_INSTALL_STATE_DIR": str(tmp_path)}
    request = Request((), Policy(frozenset()), export="uv")
    into, pip = partial(a_target, tmp_path / "target"), PipAhead(tmp_path, variables)
    by = Invocation((), variables, tmp_path, stdout, stderr, "1.0", into, pip)
    assert perform(request, by, install) == 0
    assert DEMO in stdout.getvalue().splitlines()
    assert stderr.getvalue().splitlines()[-1].startswith("not in it: demo-pkg 0.1: its build-backend has to be")
