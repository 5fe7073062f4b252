"""Start processes: the only module that does, each in a group of its own that ends with it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from safe_install.process.output import Answer, Reader, Record
from safe_install.process.starting import Ahead, Command, start
from safe_install.process.undisturbed import undisturbed

__all__ = ["Ahead", "Command", "Finished", "ask", "run"]

GRACE_SECONDS: Final = 3.0
"""How long a group may take to end after SIGTERM before SIGKILL."""


@dataclass(frozen=True)
class Finished:
    """How a process ended."""

    status: int
    """The exit status; negative is the signal that ended it."""
    output: str
    """The redacted tail, at most `output.TAIL` characters."""
    seconds: float
    timed_out: bool = False


def run(command: Command, ahead: Ahead | None = None) -> Finished:
    """Run a command to its end and give how it ended; in a process that was started ahead for it, if there is one.

    Standard input is empty unless it `talks`; standard output and error go, interleaved and redacted, to
    the log.
    Whatever way this function is left, nothing that the command started in its group lives on.

    Raises OSError when the log cannot be opened or the program cannot be started.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        record = Record(stack.enter_context(command.log.open("ab", buffering=0)), command.redact)
        stack.callback(record.close)
        readers: list[Reader] = []
        stack.callback(_finish, readers)
        # An interrupt after the start and before anybody knows the process would leave it alive.
        with undisturbed():
            started = start(command) if ahead is None else ahead.started
            child = started.child
            stack.callback(_end_group, child)
            for pipe, show in zip(started.pipes, (command.out, command.err), strict=False):
                readers.append(Reader(pipe, record, show))
        if ahead is not None:
            ahead.tell(command)
        timed_out = _wait(child, command.timeout)
    return Finished(child.returncode, record.tail(), time.monotonic() - began, timed_out)


def ask(arguments: Sequence[str], cwd: Path, environ: Mapping[str, str], timeout: float = 30) -> tuple[int, str, str]:
    """Run a short command of our own and give its status, standard output and standard error.

    What is longer than `output.LONGEST_ANSWER` is no answer, and its rest is left out.

    Raises OSError when it cannot be started, TimeoutError (which is one) when it takes too long.
    """
    out, err = Answer(), Answer()
    nowhere = Path(os.devnull)
    finished = run(Command(tuple(arguments), cwd, environ, nowhere, str, out.take, err.take, timeout))
    if finished.timed_out:
        raise TimeoutError(f"{arguments[0]} was still running after {timeout:g} s")
    return finished.status, out.text(), err.text()


def _finish(readers: Sequence[Reader]) -> None:
    for reader in readers:
        reader.finish()


def _wait(child: subprocess.Popen[bytes], timeout: float | None) -> bool:
    """Wait for it at most so long (seconds), and tell whether it is still running."""
    # Popen.wait looks only now and then when there is an end to its patience, up to 50 ms too late.
    if timeout is not None and _slept(child, timeout):
        timeout = 0
    try:
        child.wait(timeout)
    except subprocess.TimeoutExpired:
        return True
    return False


def _slept(child: subprocess.Popen[bytes], timeout: float) -> bool:
    """Sleep until it ends or the time is up, where the system can tell (Linux 5.3 and newer)."""
    if sys.platform != "linux":
        return False
    try:
        descriptor = os.pidfd_open(child.pid)
    except OSError:
        return False
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.poll(timeout * 1000)
    finally:
        os.close(descriptor)
    return True


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """End what is left of the child's group: first asked, then forced, by whatever this is interrupted."""
    try:
        if child.poll() is None:
            _signal(child, signal.SIGTERM)
            _wait(child, GRACE_SECONDS)
    finally:
        _signal(child, signal.SIGKILL)
        child.wait()


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        # The group is gone already; macOS says EPERM when only zombies are left in it.
        return
