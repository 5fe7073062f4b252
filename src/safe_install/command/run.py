"""Carry a run from its first event to its last, whatever happens in between."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TextIO, TypeAlias

from safe_install import events
from safe_install.command import crash, run_directory
from safe_install.command.interrupts import Interrupts
from safe_install.errors import EventsUnwritable, Interrupted, SafeInstallError
from safe_install.events.log import JsonLines, Log, Sink, make_logger
from safe_install.events.values import Finish, RunError, RunOutcome, Start
from safe_install.installation import Outcome, Surroundings
from safe_install.installation import install as install_projects
from safe_install.passing import is_workflow
from safe_install.redaction import Redactor
from safe_install.render.renderer import Renderer
from safe_install.render.terminal import is_live, wants_colour
from safe_install.request import Request
from safe_install.target import Target
from safe_install.target.pip_ahead import PipAhead

Install: TypeAlias = Callable[[Request, Log, Surroundings], Outcome]


@dataclass(frozen=True)
class Invocation:
    """What the process was started with."""

    arguments: tuple[str, ...]
    variables: Mapping[str, str]
    directory: Path
    stdout: TextIO
    stderr: TextIO
    version: str
    target: Callable[[], Target]
    """Gives what is installed into; raises TargetUnusable."""
    pip_ahead: PipAhead
    """The target's pip, where it was started already."""


@dataclass(frozen=True)
class Ending:
    """How a run ended, before its time is taken."""

    outcome: Outcome
    error: RunError | None = None


def perform(request: Request, by: Invocation, install: Install = install_projects) -> int:
    """Do what is asked for, and give the exit status; raises EventsUnwritable before anything is done.

    The first event is `run.started` and the last `run.finished`, also when `install` raises: fatal
    errors, interrupts and faults of our own all end here, as that event.
    """
    begun = time.monotonic()
    with ExitStack() as stack:
        told = _told(request.events, by, stack)
        run_dir = run_directory.create(by.variables, datetime.now(timezone.utc))
        redactor = Redactor(by.arguments, by.variables)
        record = _closed_by(stack, (run_dir / run_directory.EVENTS).open("w", encoding="utf-8", newline="\n"))
        sinks: list[Sink] = [JsonLines(record), *told, _renderer(request, by), *_workflow(by), *_export(request, by)]
        log = make_logger(run_dir.name, sinks, redactor)
        interrupts = stack.enter_context(Interrupts())
        try:
            events.run_started(log, _start(request, by, run_dir))
            state = run_directory.state(run_dir)
            around = Surroundings(by.variables, by.directory, run_dir, state, redactor, by.target, by.pip_ahead)
            ending = Ending(install(request, log, around))
        except KeyboardInterrupt as error:
            interrupts.ignore()
            ending = _interrupted(error)
        except SafeInstallError as error:
            ending = _failed(error)
        # What has started also ends, as an event: this is the one place where any fault does.
        except BaseException as error:  # noqa: BLE001 - it is kept and told
            ending = _failed(crash.record(error, run_dir, redactor))
        interrupts.ignore()
        finish = _finish(ending, run_dir, round((time.monotonic() - begun) * 1000))
        events.run_finished(log, finish)
    return finish.status


def _start(request: Request, by: Invocation, run_dir: Path) -> Start:
    return Start(by.version, by.arguments, by.directory, run_dir, dry_run=request.dry_run)


def _told(place: str | None, by: Invocation, stack: ExitStack) -> list[JsonLines]:
    """Open the place that `--events` names; a file is appended to: each event names its run."""
    if place is None:
        return []
    if place == "-":
        return [JsonLines(by.stdout)]
    try:
        if place.startswith("fd:"):
            descriptor = int(place.removeprefix("fd:"))
            # Opening a descriptor does not tell whether it can be written; this does.
            os.write(descriptor, b"")
            file = os.fdopen(descriptor, "w", encoding="utf-8", newline="\n", closefd=False)
        else:
            file = (by.directory / place).open("a", encoding="utf-8", newline="\n")
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"events cannot be written to {place}: {reason}"
        raise EventsUnwritable(message, "name a file that can be written: --events FILE") from error
    return [JsonLines(_closed_by(stack, file))]


def _closed_by(stack: ExitStack, file: TextIO) -> TextIO:
    def close() -> None:
        # What a full disk did not take was told when it was written, in `lost_sinks` of the last event.
        with suppress(OSError):
            file.close()

    stack.callback(close)
    return file


def _renderer(request: Request, by: Invocation) -> Renderer:
    colour = request.colour and wants_colour(by.stderr, by.variables)
    return Renderer(by.stderr, colour, request.verbosity, is_live(by.stderr, by.variables))


def _workflow(by: Invocation) -> list[Sink]:
    """Give the sinks of a workflow; its annotations go where the story goes, and last."""
    if not is_workflow(by.variables):
        return []
    from safe_install.render.annotations import Annotations
    from safe_install.render.step_summary import StepSummary

    summary = by.variables.get("GITHUB_STEP_SUMMARY")
    written: list[Sink] = [StepSummary(Path(summary))] if summary else []
    return [*written, Annotations(by.stderr, by.variables, str(by.directory))]


def _export(request: Request, by: Invocation) -> list[Sink]:
    """Give the sink that writes what was proven, for who asks for it; after all else that is said."""
    if request.export is None:
        return []
    from safe_install.export.exporter import Exporter, Writer

    return [Exporter(Writer(request.export, str(by.directory), by.stdout, by.stderr, request.verbosity))]


def _interrupted(error: KeyboardInterrupt) -> Ending:
    # Outside the main thread the handlers are not ours, and the interrupt is Python's plain one.
    known = error if isinstance(error, Interrupted) else Interrupted(signal.SIGINT, "SIGINT")
    outcome = Outcome(RunOutcome.INTERRUPTED, known.exit_status, ())
    return Ending(outcome, RunError(known.message, known.step))


def _failed(error: SafeInstallError) -> Ending:
    return Ending(Outcome(RunOutcome.ERROR, error.exit_status, ()), RunError(error.message, error.step))


def _finish(ending: Ending, run_dir: Path, duration_ms: int) -> Finish:
    known = ending.outcome
    return Finish(
        known.outcome,
        int(known.status),
        duration_ms,
        run_dir,
        known.projects,
        known.advice,
        ending.error,
        known.recovered,
    )
