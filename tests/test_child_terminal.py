"""A child has a terminal where we have one, and says there what it would say to ours."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import sys
import termios
from pathlib import Path

import pytest

from safe_install import process
from safe_install.process import Command
from safe_install.process.terminal import terminal_for

SAYS = "import os, sys; print(sys.stdout.isatty(), sys.stderr.isatty(), os.get_terminal_size(1).columns, flush=True)"


def test_without_a_terminal_there_is_none() -> None:
    assert terminal_for(io.StringIO()) is None


def test_it_is_as_wide_and_passes_text_on_as_it_is() -> None:
    reading, writing = pty.openpty()
    fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 61, 0, 0))
    with os.fdopen(writing, "w") as stream, os.fdopen(reading, "rb", buffering=0):
        found = terminal_for(stream)
        assert found is not None
        ours, theirs = found
        assert os.get_terminal_size(theirs).columns == 61
        os.write(theirs, b"a\nb\r\n")
        assert os.read(ours.fileno(), 100) == b"a\nb\r\n"
        os.close(theirs)
        ours.close()


def run(place: Path, *, talks: bool) -> str:
    command = (sys.executable, "-c", SAYS)
    out: list[str] = []
    process.run(Command(command, place, os.environ, place / "log", out=out.append, err=out.append, talks=talks))
    return "".join(out)


def test_only_a_child_that_talks_gets_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = pty.openpty()
    with os.fdopen(writing, "w") as stream, os.fdopen(reading, "rb", buffering=0):
        fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 61, 0, 0))
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stdin", sys.__stdin__)
        assert run(tmp_path, talks=True) == "True False 61\n"
        assert "Inappropriate ioctl" in run(tmp_path, talks=False)
