"""Draw the one line that says what is running, and take it away again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from safe_install.render.terminal import clip, columns, encodable, neutralise, symbols_for

ERASE: Final = "\r\x1b[2K"
DELAY: Final = 1.0
"""Seconds after which a step is worth a line."""
INTERVAL: Final = 0.1
"""Seconds between two frames."""


class StepLine:
    """A spinner with a text on a terminal, drawn by a daemon thread while a step takes longer."""

    def __init__(self, stream: TextIO, delay: float = DELAY, interval: float = INTERVAL) -> None:
        self._stream, self._delay, self._interval = stream, delay, interval
        self._symbols = symbols_for(stream)
        self._changed = threading.Condition(threading.RLock())
        self._thread: threading.Thread | None = None
        self._text: str | None = None
        self._since = 0.0
        self._pauses = 0
        self._drawn = False

    def show(self, text: str) -> None:
        """Begin a step; the one before is over."""
        with self._changed:
            self._erase()
            self._text, self._since = neutralise(text), time.monotonic()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="safe-install step line", daemon=True)
                self._thread.start()
            self._changed.notify()

    def clear(self) -> None:
        """End the step."""
        with self._changed:
            self._erase()
            self._text = None
            self._changed.notify()

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Leave the terminal to someone else for a while."""
        with self._changed:
            self._pauses += 1
            self._erase()
        try:
            yield
        finally:
            with self._changed:
                self._pauses -= 1
                self._changed.notify()

    def close(self) -> None:
        """End the step and the thread; a later step starts it anew."""
        with self._changed:
            thread, self._thread = self._thread, None
            self.clear()
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        with self._changed:
            while self._thread is threading.current_thread():
                self._changed.wait(self._draw())

    def _draw(self) -> float | None:
        """Draw a frame if it is time, and give the seconds until the next."""
        if self._text is None or self._pauses:
            return None
        elapsed = time.monotonic() - self._since
        if elapsed < self._delay:
            return self._delay - elapsed
        frames = self._symbols.frames
        frame = frames[int(elapsed / self._interval) % len(frames)]
        seconds = f" {int(elapsed)}s"
        text = clip(self._text, columns(self._stream) - len(seconds) - 2, self._symbols.more)
        self._write(f"{ERASE}{frame} {text}{seconds}")
        self._drawn = True
        return self._interval

    def _erase(self) -> None:
        if self._drawn:
            self._write(ERASE)
            self._drawn = False

    def _write(self, text: str) -> None:
        try:
            self._stream.write(encodable(text, self._stream))
            self._stream.flush()
        except OSError:
            # The terminal has gone. What matters is written elsewhere, so there is no one to tell.
            self._text = None
