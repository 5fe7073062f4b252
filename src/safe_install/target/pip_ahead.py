"""Start a target's pip ahead of its orders: what it imports takes longer than all that is done before it runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, TypeAlias

from safe_install.dist_info import INFOS
from safe_install.process import Ahead, Command
from safe_install.scripts import unpacked
from safe_install.target import Target

Marks: TypeAlias = frozenset[tuple[str, int, int]]

NAMES: Final = ("pip", "pip-")
"""How the folders of a pip are named: the one of its modules, and how that of its metadata begins."""


class PipAhead:
    """A pip that waits for its orders, if the target has one; until it is taken or closed."""

    def __init__(self, directory: Path, environ: Mapping[str, str]) -> None:
        """Take where pip will run, and with which variables; more may be told to it later."""
        self._directory, self._environ = directory, environ
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._pip: tuple[Ahead, Marks] | None = None
        self._closed = False

    def start(self, target: Target) -> None:
        """Start it, in whatever thread; when it cannot be started, there is none to be taken."""
        marks = _marks(target)
        # An interpreter that cannot be started is told where it matters.
        with self._lock, suppress(OSError):
            if marks and not self._closed:
                script = self._stack.enter_context(unpacked("watch.py"))
                arguments = (str(target.executable), str(script))
                command = Command(arguments, self._directory, self._environ, Path(os.devnull), err=_unheard, talks=True)
                self._pip = Ahead(command), marks
                self._stack.callback(self._pip[0].end)

    def take(self, target: Target) -> Ahead | None:
        """Give it, once; `None` when there is none, or when it is not the target's pip any more."""
        with self._lock:
            known, self._pip = self._pip, None
        return known[0] if known is not None and known[1] == _marks(target) else None

    def close(self) -> None:
        """End it, if nobody has told it what to do."""
        with self._lock:
            self._closed, self._pip = True, None
            self._stack.close()


def _unheard(_text: str) -> None:
    """Stand for whoever will hear what it says on standard error."""


def _marks(target: Target) -> Marks:
    """Give what tells a target's pip from another that was put in its place: by an upgrade, or after a crash."""
    found = set()
    for folder in target.path:
        with suppress(OSError):
            for entry in os.scandir(folder):
                module, metadata = NAMES
                if entry.name == module or (entry.name.startswith(metadata) and entry.name.endswith(INFOS)):
                    status = entry.stat()
                    found.add((entry.path, status.st_ino, status.st_mtime_ns))
    return frozenset(found)
