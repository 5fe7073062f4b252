"""Start a process in a group of its own; at once, or ahead of knowing what it shall do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final

from safe_install.process.terminal import terminal_for

WAIT: Final = "--wait"
"""Stands before the descriptors of a script that waits to be told what to do."""


@dataclass(frozen=True)
class Command:
    """What to run, where, with what around it."""

    arguments: tuple[str, ...]
    cwd: Path
    environ: Mapping[str, str]
    log: Path
    """The file that the whole output is appended to."""
    redact: Callable[[str], str] = field(default=str)
    out: Callable[[str], None] | None = None
    """Called with each piece of redacted standard output as it comes."""
    err: Callable[[str], None] | None = None
    """The same of standard error; without it both streams are one, in their true order."""
    timeout: float | None = None
    """Seconds."""
    talks: bool = False
    """Whether it may talk to the user: it then has our standard input, and terminals where we have such."""


@dataclass(frozen=True)
class Started:
    """A process that runs, and what it prints on: one pipe, or those of standard output and of standard error."""

    child: subprocess.Popen[bytes]
    pipes: tuple[IO[bytes], ...]


class Ahead:
    """A script that was started before it is known what it shall do: it gets ready, and waits to be told.

    Its arguments end with `--wait ORDER READY`, two descriptors. On READY it writes a byte once it has them. On ORDER
    comes, as JSON, what is left to say of a command: `arguments`, and variables to `set` and to `unset`, in the
    bytes that a start would pass, each a character. Or nothing comes, and it ends; also when this process has died.
    """

    def __init__(self, command: Command) -> None:
        """Start a command, whose arguments are an interpreter and a script; raises OSError when that fails."""
        self._environ = command.environ
        with ExitStack() as failed, ExitStack() as always:
            order, self._order = _pipe(always, failed)
            self._ready, ready = _pipe(failed, always)
            theirs = (order.fileno(), ready.fileno())
            waits = replace(command, arguments=(*command.arguments, WAIT, *map(str, theirs)))
            self.started = start(waits, theirs)
            # From here on they are closed by `tell` or `end`.
            failed.pop_all()

    def is_ready(self) -> bool:
        """Wait until it has said that it waits, and tell whether it has: else it cannot be told anything."""
        return bool(self._ready.read(1))

    def tell(self, command: Command) -> None:
        """Tell one that is ready to be a command, with the same interpreter, script, folder and streams; only once."""
        new = {name: value for name, value in command.environ.items() if self._environ.get(name) != value}
        order = {
            "arguments": [_bytes_of(word) for word in command.arguments[2:]],
            "set": {_bytes_of(name): _bytes_of(value) for name, value in new.items()},
            "unset": [_bytes_of(name) for name in self._environ.keys() - command.environ.keys()],
        }
        self._ready.close()
        # When it has died, whoever waits for it learns how.
        with suppress(BrokenPipeError), self._order as stream:
            left = memoryview(json.dumps(order).encode())
            while left:
                left = left[stream.write(left) or 0 :]

    def end(self) -> None:
        """End it and all that it has started, unless it was told what to do: then it belongs to who told it."""
        self._ready.close()
        if self._order.closed:
            return
        self._order.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.started.child.pid, signal.SIGKILL)
        self.started.child.wait()
        for pipe in self.started.pipes:
            pipe.close()


def _pipe(reading: ExitStack, writing: ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    """Give the ends of a pipe, each closed when its stack is."""
    ends = os.pipe()
    return (
        reading.enter_context(os.fdopen(ends[0], "rb", buffering=0)),
        writing.enter_context(os.fdopen(ends[1], "wb", buffering=0)),
    )


def _bytes_of(text: str) -> str:
    """Give the bytes that a start would pass, each as a character: the other side may know another encoding."""
    return os.fsencode(text).decode("latin-1")


def start(command: Command, descriptors: tuple[int, ...] = ()) -> Started:
    """Start a command, which gets the descriptors, too; raises OSError when that fails."""
    terminals: list[tuple[IO[bytes], int] | None] = []
    try:
        terminals.extend(terminal_for(each) if command.talks else None for each in (sys.stdout, sys.stderr))
        theirs = [each[1] if each else subprocess.PIPE for each in terminals]
        child = subprocess.Popen(
            command.arguments,
            cwd=command.cwd,
            env=dict(command.environ),
            stdin=None if command.talks else subprocess.DEVNULL,
            stdout=theirs[0],
            stderr=subprocess.STDOUT if command.err is None else theirs[1],
            start_new_session=True,
            pass_fds=descriptors,
        )
    finally:
        for each in terminals:
            if each:
                os.close(each[1])
    ours = (child.stdout, child.stderr)
    pipes = (each[0] if each else pipe for each, pipe in zip(terminals, ours, strict=True))
    return Started(child, tuple(pipe for pipe in pipes if pipe is not None))
