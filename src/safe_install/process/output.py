"""Read what a process prints: to the log whole and redacted, and its end as text."""

from __future__ import annotations

import errno
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import IO, Final

TAIL: Final = 64 * 1024
"""How many characters of the end of a process's output are kept as a value."""
CHUNK: Final = 64 * 1024
"""The longest line, in bytes, that is waited for."""
OVERLAP: Final = 1024
"""How much of a longer one is kept back, in bytes: more than any secret has."""
LONGEST_ANSWER: Final = 1024 * 1024
"""How many characters of an answer to a question of our own are read."""
DRAIN_SECONDS: Final = 2.0
"""How long the pipe is read on once the process itself has ended."""


class Answer:
    """The beginning of what one stream said."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._room = LONGEST_ANSWER

    def take(self, text: str) -> None:
        """Take a piece, as far as there is room."""
        if self._room > 0:
            self._pieces.append(text[: self._room])
            self._room -= len(text)

    def text(self) -> str:
        """Give what was taken."""
        return "".join(self._pieces)


class Record:
    """What was printed: to the log whole, and the tail as text. Closed, it takes no more."""

    def __init__(self, log: IO[bytes], redact: Callable[[str], str]) -> None:
        self._pieces: deque[str] = deque()
        self._length = 0
        self._log: IO[bytes] | None = log
        self._redact, self._open = redact, True
        self._lock = threading.Lock()

    def add(self, data: bytes) -> str:
        """Take some output and give it as redacted text; nothing when it comes too late."""
        text = self.redacted(data)
        with self._lock:
            if not self._open:
                return ""
            self._keep(text)
            self._write(text)
        return text

    def redacted(self, data: bytes) -> str:
        """Give output as text that may be shown."""
        return self._redact(data.decode("utf-8", "replace"))

    def tail(self) -> str:
        """Give the end of what was printed."""
        return "".join(self._pieces)[-TAIL:]

    def close(self) -> None:
        """Take no more: a process that left the group may still hold its pipe."""
        with self._lock:
            self._open = False

    def _keep(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
        while self._length - len(self._pieces[0]) >= TAIL:
            self._length -= len(self._pieces.popleft())

    def _write(self, text: str) -> None:
        left = memoryview(text.encode("utf-8", "replace"))
        try:
            while self._log is not None and left:
                left = left[self._log.write(left) :]
        except OSError as error:
            # The pipe is read on, or the process would stand still; the tail, and so the failure, tells it.
            self._log = None
            self._keep(f"\nthe log cannot be written any further: {error}\n")


class Reader:
    """Reads one pipe in a thread, so that none fills while another is read."""

    def __init__(self, pipe: IO[bytes], record: Record, show: Callable[[str], None] | None) -> None:
        self._pipe, self._record, self._show = pipe, record, show
        self._showing = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the end of the output; give up on a process that left the group and keeps the pipe."""
        self._thread.join(DRAIN_SECONDS)
        while self._thread.is_alive() and self._showing:
            # Whoever looks on is slow (a pager, Ctrl-S); nothing is kept from them for that.
            self._thread.join(DRAIN_SECONDS)

    def _read(self) -> None:
        rest = b""
        with self._pipe:
            while chunk := self._chunk():
                whole, rest = self._split(rest + chunk)
                self._take(whole)
        self._take(rest)

    def _chunk(self) -> bytes:
        try:
            return os.read(self._pipe.fileno(), CHUNK)
        except OSError as error:
            # How Linux says that nobody holds the other end of a terminal any more.
            if error.errno != errno.EIO:
                raise
            return b""

    def _split(self, data: bytes) -> tuple[bytes, bytes]:
        """Split off an unfinished last line, so that no secret is cut in two; but not an endless one."""
        end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        if len(data) - end > CHUNK:
            end = self._cut(data)
        return data[:end], data[end:]

    def _cut(self, data: bytes) -> int:
        """Find where an endless line can be cut without a secret, or a character, being cut in two."""
        whole = self._record.redacted(data)
        for end in range(len(data) - OVERLAP, len(data) // 2, -OVERLAP // 2 + 1):
            if self._record.redacted(data[:end]) + self._record.redacted(data[end:]) == whole:
                return end
        return len(data)

    def _take(self, data: bytes) -> None:
        text = self._record.add(data) if data else ""
        if text and self._show is not None:
            self._showing = True
            try:
                self._show(text)
            except (OSError, ValueError):
                # Whoever looked on has gone, or cannot spell it; the process must not stop on a full
                # pipe for that.
                self._show = None
            finally:
                self._showing = False
