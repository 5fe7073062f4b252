"""A run from its first event to its last, with an install of the test's own."""

from __future__ import annotations

import io
import json
import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from safe_install.command.run import Install, Invocation, perform
from safe_install.command.run_directory import KEPT
from safe_install.errors import EventsUnwritable, TargetUnusable
from safe_install.events.log import Log
from safe_install.events.values import ProjectEnd, ProjectOutcome, RunOutcome
from safe_install.evidence import Policy
from safe_install.installation import Outcome, Surroundings
from safe_install.kinds import Wheel
from safe_install.request import ProjectRequest, Request
from safe_install.target.pip_ahead import PipAhead
from trees import a_target

SECRET = "hunter22"


class Scene:
    """A run with an install of the test's own, and what there is to see of it afterwards."""

    def __init__(self, root: Path) -> None:
        self.state = root / "state"
        self.directory = root
        self.arguments: tuple[str, ...] = ("-e", ".", "--index-url", f"https://me:{SECRET}@index.invalid/")
        self.stdout, self.stderr = io.StringIO(), io.StringIO()

    def perform(self, install: Install, **asked: Any) -> int:
        request = Request((ProjectRequest(self.directory, Wheel.EDITABLE),), Policy(frozenset()), **asked)
        variables = {"SAFE_INSTALL_STATE_DIR": str(self.state)}
        streams = (self.stdout, self.stderr)
        into, pip = partial(a_target, self.directory / "target"), PipAhead(self.directory, variables)
        by = Invocation(self.arguments, variables, self.directory, *streams, "1.0", into, pip)
        return perform(request, by, install)

    @property
    def run_dir(self) -> Path:
        return max((self.state / "runs").iterdir())

    def events(self, file: Path | None = None) -> list[dict[str, Any]]:
        text = (file or self.run_dir / "events.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def ends(outcome: RunOutcome, status: int, *projects: ProjectEnd) -> Install:
    return lambda request, log, around: Outcome(outcome, status, projects)


def raises(error: BaseException) -> Install:
    def install(request: Request, log: Log, around: Surroundings) -> Outcome:
        raise error

    return install


installed = ends(RunOutcome.INSTALLED, 0)


def test_a_run_begins_and_ends_with_its_events(scene: Scene) -> None:
    seen: list[tuple[Request, Surroundings]] = []

    def install(request: Request, log: Log, around: Surroundings) -> Outcome:
        seen.append((request, around))
        log.info("project.read")
        return Outcome(RunOutcome.INSTALLED, 0, (ProjectEnd(scene.directory, ProjectOutcome.INSTALLED, 1),))

    assert scene.perform(install) == 0
    events = scene.events()
    assert [event["event"] for event in events] == ["run.started", "project.read", "run.finished"]
    assert {event["run_id"] for event in events} == {scene.run_dir.name}
    assert events[0]["arguments"] == ["-e", ".", "--index-url", "https://****@index.invalid/"]
    assert (events[0]["version"], events[0]["cwd"]) == ("1.0", str(scene.directory))
    assert (events[-1]["outcome"], events[-1]["status"], events[-1]["error"]) == ("installed", 0, None)
    assert len(events[-1]["projects"]) == 1
    ((_, around),) = seen
    assert (around.run_dir, around.state, around.cwd) == (scene.run_dir, scene.state, scene.directory)
    assert (scene.stdout.getvalue(), scene.stderr.getvalue()) == ("", "")


@pytest.mark.parametrize(
    ("outcome", "status"), [(RunOutcome.FAILED, 1), (RunOutcome.PROVEN, 0), (RunOutcome.INSTALLED, 10)]
)
def test_the_outcomes_status_is_the_runs(scene: Scene, outcome: RunOutcome, status: int) -> None:
    assert scene.perform(ends(outcome, status)) == status
    assert scene.events()[-1]["status"] == status


def test_a_fatal_error_is_one_message_and_the_last_event(scene: Scene) -> None:
    assert scene.perform(raises(TargetUnusable("there is no Python 'x'", "name one"))) == 1
    last = scene.events()[-1]
    assert (last["outcome"], last["status"]) == ("error", 1)
    assert last["error"] == {"message": "there is no Python 'x'", "step": "name one"}
    assert "there is no Python 'x'" in scene.stderr.getvalue()
    assert "name one" in scene.stderr.getvalue()


@pytest.mark.parametrize("error", [ValueError(f"at https://me:{SECRET}@h/"), SystemExit(3), RecursionError("deep")])
def test_a_fault_of_our_own_ends_the_run_and_is_kept(scene: Scene, error: BaseException) -> None:
    assert scene.perform(raises(error)) == 70
    last = scene.events()[-1]
    assert (last["event"], last["outcome"], last["status"]) == ("run.finished", "error", 70)
    kept = (scene.run_dir / "traceback.txt").read_text(encoding="utf-8")
    assert type(error).__name__ in kept
    assert SECRET not in kept + json.dumps(scene.events()) + scene.stderr.getvalue()
    assert "traceback.txt" in scene.stderr.getvalue().replace("\n", "")
    assert "Traceback" not in scene.stderr.getvalue()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_run_once_and_leaves_its_undoing_alone(
    scene: Scene, number: signal.Signals, status: int
) -> None:
    undone = []

    def install(request: Request, log: Log, around: Surroundings) -> Outcome:
        try:
            os.kill(os.getpid(), number)
        finally:
            # CI services send another one when the first does not end the process at once.
            os.kill(os.getpid(), signal.SIGTERM)
            undone.append(True)
        raise AssertionError("the signal was not obeyed")

    before = signal.getsignal(number)
    assert scene.perform(install) == status
    assert undone == [True]
    last = scene.events()[-1]
    assert (last["event"], last["outcome"], last["status"]) == ("run.finished", "interrupted", status)
    assert last["error"]["message"] == f"interrupted by {number.name}"
    assert signal.getsignal(number) is before


def test_the_third_signal_is_obeyed_again(scene: Scene) -> None:
    reached = []

    def install(request: Request, log: Log, around: Surroundings) -> Outcome:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            reached.append("second")
            os.kill(os.getpid(), signal.SIGINT)
            reached.append("third")
        raise AssertionError("the signal was not obeyed")

    assert scene.perform(install) == 130
    assert reached == ["second"]


def test_a_signal_that_is_ignored_stays_so(scene: Scene) -> None:
    def install(request: Request, log: Log, around: Surroundings) -> Outcome:
        os.kill(os.getpid(), signal.SIGHUP)
        return Outcome(RunOutcome.INSTALLED, 0, ())

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert scene.perform(install) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_interrupt_of_a_library_is_one_of_the_user(scene: Scene) -> None:
    assert scene.perform(raises(KeyboardInterrupt())) == 130
    assert scene.events()[-1]["outcome"] == "interrupted"


def test_events_are_appended_to_a_file(scene: Scene) -> None:
    assert scene.perform(installed, events="events.jsonl") == 0
    assert scene.perform(installed, events="events.jsonl") == 0
    told = scene.events(scene.directory / "events.jsonl")
    assert [event["event"] for event in told] == ["run.started", "run.finished"] * 2
    assert told[2:] == scene.events() or told[:2] == scene.events()


def test_events_go_to_standard_output(scene: Scene) -> None:
    assert scene.perform(installed, events="-") == 0
    assert [json.loads(line) for line in scene.stdout.getvalue().splitlines()] == scene.events()


def test_events_go_to_a_descriptor_which_stays_open(scene: Scene) -> None:
    with (scene.directory / "told").open("w", encoding="utf-8") as file:
        assert scene.perform(installed, events=f"fd:{file.fileno()}") == 0
        os.fstat(file.fileno())
    assert scene.events(scene.directory / "told") == scene.events()


@pytest.mark.parametrize("place", ["{}/no/such/folder", "{}", "fd:987", f"fd:{2**70}"])
def test_events_that_cannot_be_written_stop_the_run_before_it_begins(scene: Scene, place: str) -> None:
    with pytest.raises(EventsUnwritable) as caught:
        scene.perform(raises(AssertionError("it began")), events=place.format(scene.directory))
    assert caught.value.exit_status == 2
    assert not scene.state.exists()


def test_a_descriptor_that_is_only_read_cannot_be_written(scene: Scene) -> None:
    reading, writing = os.pipe()
    try:
        with pytest.raises(EventsUnwritable):
            scene.perform(installed, events=f"fd:{reading}")
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_events_that_are_lost_on_the_way_do_not_stop_an_install(scene: Scene) -> None:
    assert scene.perform(installed, events="/dev/full") == 0
    (lost,) = scene.events()[-1]["lost_sinks"]
    assert "No space left" in lost


def test_the_last_fifty_runs_are_kept(scene: Scene) -> None:
    runs = scene.state / "runs"
    old = [f"20200101T0000{number:02}Z-{number:08x}" for number in range(KEPT + 2)]
    for name in (*old, "somebody's notes"):
        (runs / name).mkdir(parents=True)
    assert scene.perform(installed) == 0
    names = {path.name for path in runs.iterdir()}
    assert names >= {"somebody's notes", *old[3:]}
    assert names.isdisjoint(old[:3])
    assert len(names) == KEPT + 1


def test_a_state_directory_that_cannot_be_written_is_replaced(scene: Scene) -> None:
    scene.state.touch()
    seen = []

    def install(request: Request, log: Log, around: Surroundings) -> Outcome:
        seen.append(around)
        return Outcome(RunOutcome.INSTALLED, 0, ())

    assert scene.perform(install) == 0
    (around,) = seen
    assert around.run_dir.is_relative_to(around.state)
    told = scene.events(around.run_dir / "events.jsonl")
    assert [event["event"] for event in told] == ["run.started", "run.finished"]


def test_the_logs_of_a_run_are_its_users(scene: Scene) -> None:
    assert scene.perform(installed) == 0
    assert scene.run_dir.stat().st_mode & 0o077 == 0
