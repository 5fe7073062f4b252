"""Give a child process a terminal of its own where we have one, so that it shows what it would show there."""

from __future__ import annotations

import os
import sys
from typing import IO, TextIO


def terminal_for(stream: TextIO) -> tuple[IO[bytes], int] | None:
    """Give our end and the child's end of a terminal as wide as the stream's; `None` when it has none.

    The text passes unaltered: what is written to it is what is read.
    """
    if sys.platform == "win32" or not stream.isatty():
        return None
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    attributes = termios.tcgetattr(theirs)
    # Line ends are for the real terminal to translate.
    attributes[1] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    columns, lines = os.get_terminal_size(stream.fileno())
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    return os.fdopen(ours, "rb", buffering=0), theirs
