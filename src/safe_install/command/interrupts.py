"""Turn the signals that ask the run to end into an exception, at most once."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Final

from safe_install.errors import Interrupted

SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")
"""Those that a terminal, a CI service and a closed connection send; Windows lacks the last."""
PATIENCE: Final = 3
"""The signal that is obeyed again, for who will not wait for the undoing to end."""


class Interrupts:
    """While it is entered, the first signal raises `Interrupted` in the main thread.

    The second is let pass, because the undoing that the first began must not be cut short by who sends
    SIGINT and then SIGTERM, as CI services do. Outside the main thread no signal can be had: then it
    does nothing.
    """

    def __init__(self) -> None:
        """Have nothing received and nothing replaced yet."""
        self._received = 0
        self._ignoring = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        """Take the signals over, but for those that the caller has the process ignore (nohup)."""
        if threading.current_thread() is threading.main_thread():
            numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
            for number in numbers:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            # None: it was set by no Python code, and Python cannot set it again.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)

    def ignore(self) -> None:
        """Let every further signal pass: nothing is left to be interrupted but the last words."""
        self._ignoring = True

    def _handle(self, number: int, _: FrameType | None) -> None:
        self._received += 1
        if not self._ignoring and (self._received == 1 or self._received >= PATIENCE):
            raise Interrupted(number, signal.Signals(number).name)
