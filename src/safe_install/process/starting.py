"""Start a process in a group of its own; at once, or ahead of knowing what it shall do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final

from safe_install.process.terminal import terminal_for

WAIT: Final = "--wait"
"""Stands before the number of the descriptor on which a script that waits is told what to do."""


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

    Its arguments end with `--wait N`. On descriptor N comes `{"arguments": […], "environ": {…}}` as JSON: what is
    left to say of a command. Or nothing comes, and it ends; also when this process has died.
    """

    def __init__(self, command: Command) -> None:
        """Start a command, whose arguments are an interpreter and a script; raises OSError when that fails."""
        theirs, ours = os.pipe()
        with os.fdopen(theirs, "rb"), ExitStack() as stack:
            self._order = stack.enter_context(os.fdopen(ours, "wb"))
            waits = replace(command, arguments=(*command.arguments, WAIT, str(theirs)))
            self.started = start(waits, (theirs,))
            # From here on it is closed by `tell` or `end`.
            stack.pop_all()

    def tell(self, command: Command) -> None:
        """Tell it to be a command, with the same interpreter, script, folder and streams; only once."""
        order = {"arguments": command.arguments[2:], "environ": dict(command.environ)}
        # When it has died, whoever waits for it learns how.
        with suppress(BrokenPipeError), self._order as stream:
            stream.write(json.dumps(order).encode())

    def end(self) -> None:
        """End it, unless it was told what to do: then it belongs to who told it."""
        if self._order.closed:
            return
        self._order.close()
        self.started.child.kill()
        self.started.child.wait()
        for pipe in self.started.pipes:
            pipe.close()


def start(command: Command, descriptors: tuple[int, ...] = ()) -> Started:
    """Start a command, which gets the descriptors, too; raises OSError when that fails."""
    terminals = [terminal_for(each) if command.talks else None for each in (sys.stdout, sys.stderr)]
    theirs = [each[1] if each else subprocess.PIPE for each in terminals]
    try:
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
