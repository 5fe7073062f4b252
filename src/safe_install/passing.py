"""Pass on what others print, unchanged; a workflow that reads it takes no command from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final, TextIO, TypeAlias

PassOn: TypeAlias = Callable[[TextIO, str], None]
"""Called with a stream and with each piece of what was printed for it."""

READ_SECONDS: Final = 1.0
"""How long is waited until what was passed on is read."""


def is_workflow(environ: Mapping[str, str]) -> bool:
    """Tell whether whoever reads standard output and error obeys workflow commands of GitHub Actions."""
    return environ.get("GITHUB_ACTIONS") == "true"


@contextmanager
def passing(environ: Mapping[str, str], wait: Callable[[TextIO], None] | None = None) -> Iterator[PassOn]:
    """Give what passes output on; in a workflow its commands are stopped on the way, by a secret word.

    Commands are stopped on each stream before its first piece, and taken again on leaving. A runner
    reads two streams, in no order that can be relied on: so it is waited until both are read first.
    """
    if not is_workflow(environ):
        yield write
        return
    # Only there: importing it is not free.
    import secrets

    token = secrets.token_hex(16)
    last: dict[TextIO, str] = {}

    def pass_on(stream: TextIO, text: str) -> None:
        if stream not in last:
            write(stream, f"::stop-commands::{token}\n")
        write(stream, text)
        last[stream] = text[-1:] or last.get(stream, "\n")

    try:
        yield pass_on
    finally:
        for stream in last:
            (wait or until_read)(stream)
        for stream, end in last.items():
            after = "" if end == "\n" else "\n"
            # Whoever read it may have gone; the run has still to end.
            with suppress(OSError, ValueError):
                write(stream, f"{after}::{token}::\n")


def write(stream: TextIO, text: str) -> None:
    """Write what others say as it comes, also where the stream cannot spell all of it."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()


def until_read(stream: TextIO) -> None:
    """Wait until a pipe is empty, where the system tells it, and not for long."""
    with suppress(ImportError, OSError, ValueError):
        import fcntl
        import struct
        import termios

        end = time.monotonic() + READ_SECONDS
        while time.monotonic() < end:
            (left,) = struct.unpack("i", fcntl.ioctl(stream.fileno(), termios.FIONREAD, b"\0\0\0\0"))
            if left == 0:
                return
            time.sleep(0.005)
