"""Every event is whole, valid, in order and free of secrets."""

from __future__ import annotations

import errno
import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import recorded
import remembering
from recorded import PROJECT, RECIPE, fields, tell
from safe_install import events
from safe_install.events.log import Event, JsonLines, Log, make_logger
from safe_install.events.values import Change, Place, ProjectOutcome, RunOutcome
from safe_install.kinds import Cause, Kind, Stage, Wheel
from safe_install.model import Attempt, Built, Diagnosis, Distribution, Failure, Malformed, Oddity, Project
from safe_install.redaction import Redactor
from safe_install.unbuilt import Remembered, Unbuilt

SCHEMA = json.loads(files("safe_install.events").joinpath("events.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def one(event: Callable[[Log], None]) -> dict[str, Any]:
    """Tell one event, see that it is valid, and give its own fields."""
    (told,) = tell(event)
    VALIDATOR.validate(told)
    own: dict[str, Any] = fields(told)
    return own


def others(log: Log) -> None:
    """The events that no recorded run has."""
    malformed = Malformed(Kind.REQUIRES_ABSENT, "requires", "requires is missing")
    oddity = Oddity(Kind.KEY_MISSPELT, "build_backend", "build-backend")
    events.project_read(log, Project(Path("/p"), malformed, oddities=(oddity,)), Wheel.REGULAR)
    dead = Unbuilt("dead==1.0 from url", "url", Path("/scratch/dead"))
    events.dependency_failed(log, dead, None)
    events.dependency_failed(log, dead, Remembered(Path("/cache/dead-1.0-py3-none-any.whl"), ("setuptools<82",)))
    events.change_reverted(log, Change(Place.ARTEFACTS, Path("/p/build"), "moved back"))
    events.change_reverted(log, Change(Place.SOURCE_TREE, Path("/p"), "1 paths put back", (Path("/run/displaced/a"),)))
    events.revert_failed(log, Change(Place.SOURCE_TREE, Path("/p")), Path("/run/not-put-back/1"), ["/p/a: no room"])
    recorded.failed(log, PROJECT, 1, recorded.HOOK_FAILED, None)


RUNS = [
    recorded.healthy,
    recorded.recovery,
    recorded.failure,
    recorded.refused,
    recorded.install_repaired,
    recorded.install_failed,
    remembering.still_good,
    remembering.good_no_more,
    remembering.a_wheel,
    others,
]


@pytest.mark.parametrize("run", RUNS)
def test_every_event_is_valid(run: Callable[[Log], None]) -> None:
    for event in tell(run):
        VALIDATOR.validate(event)


def test_no_event_is_left_untested() -> None:
    told = {event["event"] for run in RUNS for event in tell(run)}
    assert told == {place["$ref"].removeprefix("#/$defs/") for place in SCHEMA["oneOf"]}


def test_the_schema_takes_no_other_field_and_misses_none() -> None:
    VALIDATOR.check_schema(SCHEMA)
    for event in tell(recorded.recovery):
        assert not VALIDATOR.is_valid({**event, "more": 1})
        for key in event:
            assert not VALIDATOR.is_valid({name: value for name, value in event.items() if name != key})


def test_the_schema_knows_the_kinds_stages_and_causes_of_the_model() -> None:
    failed = SCHEMA["$defs"]["attempt.failed"]["properties"]
    assert SCHEMA["$defs"]["kind"]["enum"] == [kind.value for kind in Kind]
    assert failed["stage"]["enum"] == [stage.value for stage in Stage]
    assert failed["cause"]["enum"] == [cause.value for cause in Cause]


def test_what_all_events_have_in_common() -> None:
    first, second, *_ = tell(recorded.failure)
    common = {"schema": 1, "run_id": "run-1", "level": "info"}
    assert common | {"seq": 1, "timestamp": "2026-08-01T10:15:00.250+00:00", "elapsed_ms": 250} == {
        key: value for key, value in first.items() if key not in fields(first) or key in common
    }
    assert list(second)[:7] == ["schema", "run_id", "seq", "timestamp", "elapsed_ms", "level", "event"]
    assert (second["seq"], second["elapsed_ms"]) == (2, 500)


def test_a_failed_attempt_tells_what_was_observed_and_what_it_means() -> None:
    distributions = (Distribution("hatchling", "1.27.0"),)
    failure = Failure(
        Stage.BUILD, Cause.SIGNAL, "killed", "\n".join(f"line {n}" for n in range(30)), -9, Path("/log"), distributions
    )
    diagnosis = Diagnosis(Kind.KILLED, "SIGKILL", "died", curable=False, candidates=("a",), row="kernel")
    attempt = Attempt(RECIPE, failure, diagnosis=diagnosis)
    assert one(lambda log: events.attempt_failed(log, PROJECT, 2, attempt, 70)) == {
        "event": "attempt.failed",
        "project": "/home/me/demo",
        "attempt": 2,
        "stage": "build",
        "cause": "signal",
        "status": -9,
        "message": "killed",
        "tail": [f"line {n}" for n in range(10, 30)],
        "log": "/log",
        "diagnosis": {
            "kind": "killed",
            "subject": "SIGKILL",
            "evidence": "died",
            "curable": False,
            "candidates": ["a"],
            "row": "kernel",
        },
        "duration_ms": 70,
        "environment": ["hatchling==1.27.0"],
    }


def test_an_attempt_that_did_not_fail_is_refused() -> None:
    with pytest.raises(TypeError, match="attempt 1 did not fail"):
        tell(lambda log: events.attempt_failed(log, PROJECT, 1, Attempt(RECIPE, recorded.BUILT), 1))


def test_a_built_attempt_tells_what_it_used() -> None:
    built = Built(
        Path("/scratch/a-1-py3-none-any.whl"), "a", "1", None, (Distribution("x", "2"),), (Distribution("y", "3"),)
    )
    assert one(lambda log: events.attempt_built(log, PROJECT, 1, built, 9)) == {
        "event": "attempt.built",
        "project": "/home/me/demo",
        "attempt": 1,
        "wheel": "a-1-py3-none-any.whl",
        "name": "a",
        "version": "1",
        "duration_ms": 9,
        "log": None,
        "environment": ["x==2"],
        "imported": ["y==3"],
    }


def test_an_install_that_failed_tells_what_it_means() -> None:
    event = one(lambda log: events.install_finished(log, Path("/p"), Attempt(RECIPE, recorded.PIP_FAILED), 9))
    assert event == {
        "event": "install.finished",
        "target": "/p",
        "installed": [],
        "status": 1,
        "diagnosis": None,
        "duration_ms": 9,
        "tail": ["ERROR: demo_pkg-0.1-py9-none-any.whl is not a supported wheel"],
        "log": f"{recorded.RUN_DIR}/install.log",
    }


def test_the_last_event_tells_how_the_run_and_each_project_ended() -> None:
    ends = [recorded.end(ProjectOutcome.INSTALLED, 2, "fresh-caches")]
    assert one(lambda log: recorded.finished(log, RunOutcome.INSTALLED, *ends)) == {
        "event": "run.finished",
        "outcome": "installed",
        "status": 0,
        "duration_ms": 5000,
        "run_dir": "/state/runs/20260801-101500-1a2b",
        "projects": [
            {
                "project": "/home/me/demo",
                "outcome": "installed",
                "attempts": 2,
                "remedies": ["fresh-caches"],
                "name": "demo-pkg",
                "version": "0.1",
                "wheel": "demo_pkg-0.1-py3-none-any.whl",
            }
        ],
        "advice": [],
        "error": None,
        "recovered": True,
        "lost_sinks": [],
    }


def test_levels_tell_what_is_not_as_declared() -> None:
    levels = {event["event"]: event["level"] for event in [*tell(recorded.failure), *tell(recorded.healthy)]}
    assert levels["hook.finished"] == "debug"
    assert levels["attempt.failed"] == "warning"
    assert levels["install.finished"] == "info"
    assert [tell(run)[-1]["level"] for run in (recorded.healthy, recorded.failure, recorded.refused)] == [
        "info",
        "error",
        "error",
    ]
    assert [event["level"] for event in tell(lambda log: recorded.refused_by_pip(log, "26.3"))] == ["info", "warning"]


def test_no_secret_reaches_a_sink_and_our_own_words_stay() -> None:
    redactor = Redactor(["-i", "https://me:hunter22@host/"], {"A_TOKEN": "started", "B_TOKEN": "warning"})

    def run(log: Log) -> None:
        recorded.started(log, "-i", "https://me:hunter22@host/", "started")
        failure = replace(recorded.HOOK_FAILED, output="Looking in https://me:hunter22@host/\nhunter22")
        recorded.failed(log, PROJECT, 1, failure, recorded.MISSING)

    stream = io.StringIO()
    start, failed = tell(run, JsonLines(stream), redactor=redactor)
    assert (start["event"], start["arguments"]) == ("run.started", ["-i", "https://****@host/", "****"])
    assert (failed["level"], failed["tail"]) == ("warning", ["Looking in https://****@host/", "****"])
    assert "hunter22" not in stream.getvalue()


def test_json_lines_are_whole_lines_of_ascii() -> None:
    stream = io.StringIO()
    told = tell(lambda log: recorded.started(log, "./ü\udcff\n"), JsonLines(stream))
    assert stream.getvalue().isascii()
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == told
    assert told[0]["arguments"] == ["./ü\\udcff\n"]


def test_threads_share_the_numbers_and_the_order() -> None:
    def run(log: Log) -> None:
        change = Change(Place.PIP_CACHE, Path("/c"))

        def many() -> None:
            for _ in range(50):
                events.change_committed(log, change)

        threads = [threading.Thread(target=many) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def slow_clock() -> float:
        time.sleep(0.0001)
        return 0.0

    told: list[Event] = []
    run(make_logger("run-1", [told.append], Redactor(), slow_clock))
    assert [event["seq"] for event in told] == list(range(1, 201))


def test_a_sink_that_fails_is_left_out_and_the_last_event_says_so() -> None:
    def full(event: Event) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    told = tell(recorded.refused, full)
    assert [event["event"] for event in told] == ["run.started", "run.finished"]
    assert told[-1]["lost_sinks"] == ["function: [Errno 28] No space left on device"]
    VALIDATOR.validate(told[-1])


def test_importing_the_events_does_not_import_structlog() -> None:
    code = "import sys, safe_install.events, safe_install.render; sys.exit('structlog' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
