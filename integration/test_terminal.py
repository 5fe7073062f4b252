"""A run on a terminal: what pip draws there is seen while it is drawn."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ground import Ground
from loopback import ONLY, make_wheel, serving
from workplace import Workplace

SECONDS = 60
"""After which nothing more is to be hoped for."""
BAR = re.compile(r"━+ (0\.[1-9]|1\.\d)/2\.0 MB")
"""What pip's bar says once some of it has come, and not all."""
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """The other end of a terminal, and all that was written to it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._written = ""

    @property
    def text(self) -> str:
        """Give it without its colours."""
        return COLOURS.sub("", self._written)

    def read_until(self, wanted: re.Pattern[str] | None) -> re.Match[str] | None:
        """Read until something is there, or, for nothing, until the end."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if wanted is not None and (found := wanted.search(self.text)):
                return found
            if select.select([self._descriptor], [], [], 1)[0]:
                try:
                    data = os.read(self._descriptor, 65536)
                except OSError:
                    # How Linux says that nobody holds the other end any more.
                    return None
                if not data:
                    return None
                self._written += data.decode("utf-8", "replace")
        return None


@contextmanager
def started(
    command: list[str], place: Workplace, **variables: str
) -> Iterator[tuple[subprocess.Popen[bytes], Terminal]]:
    """Start a process on a terminal of its own."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    environment = place.environment(TERM="xterm", **variables)
    process = subprocess.Popen(command, cwd=place.root, env=environment, stdin=child, stdout=child, stderr=child)
    os.close(child)
    try:
        yield process, Terminal(parent)
    finally:
        process.kill()
        process.wait()
        os.close(parent)


@pytest.mark.parametrize("tool", ["safe-install", pytest.param("pip", marks=pytest.mark.plain_pip)])
def test_a_progress_bar_moves_while_the_archive_comes(tool: str, place: Workplace, template: Path) -> None:
    """Half of the archive comes, and it is drawn so before the other half does."""
    ground = Ground.laid(place, template)
    wheel = make_wheel(ground.archives, "bulk", "1.0", {"bulk.py": f"text = {'x' * 2_000_000!r}\n"})
    assert wheel.stat().st_size > 2_000_000
    with serving(ground.archives, halved="bulk") as index:
        words = ["--index-url", index.url, "bulk"]
        command = [str(place.python), "-m", "pip", "install"] if tool == "pip" else place.command()
        with started([*command, *words], place, **ONLY) as (process, terminal):
            assert terminal.read_until(BAR), terminal.text[-500:]
            index.released.set()
            terminal.read_until(None)
            assert process.wait(SECONDS) == 0, terminal.text[-500:]
    assert "Successfully installed bulk-1.0" in terminal.text
