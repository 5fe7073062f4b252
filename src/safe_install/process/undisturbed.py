"""Hold Ctrl-C and its like back while something must be done whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Final

HELD: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Those that ask a run to end."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let no signal interrupt what is done here; one that came in the meantime is delivered at the end.

    Only the main thread can say so, and only it is interrupted by signals: elsewhere nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    with ExitStack() as stack:
        stack.callback(_deliver, came)
        for number in HELD:
            before = signal.getsignal(number)
            # Ignored: the caller wants it so (nohup). None: set by no Python code, and not to be set again.
            if before is not None and before != signal.SIG_IGN:
                stack.callback(signal.signal, number, before)
                signal.signal(number, hold)
        yield


def _deliver(came: list[int]) -> None:
    """Raise the first; who has asked once more while nobody listened has not asked twice."""
    for number in came[:1]:
        signal.raise_signal(signal.Signals(number))
