"""Start a target's pip ahead of its orders: what it imports takes longer than all that is done before it runs."""

from __future__ import annotations

import os
import termios
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, TypeAlias

from safe_install.dist_info import INFOS
from safe_install.process import Ahead, Command
from safe_install.scripts import unpacked
from safe_install.target import Target

Marks: TypeAlias = tuple[tuple[str, int, int], ...]

BEFORE_VERSION: Final = "pip-"
"""How the folder of a pip's metadata begins."""
COMPILED: Final = Path("pip", "_internal", "commands", "__pycache__")
"""Where there is bytecode of a pip that was compiled when it was installed, or has run."""


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
        """Start it, in whatever thread; when it cannot be started, there is none to be taken.

        Not where a script stands for the interpreter, which may hold a lock or close descriptors; nor where pip
        was never compiled: it writes its bytecode itself then, and may do so only when it installs.
        """
        marks = _marks(target)
        if _is_script(target.executable) or not any((folder / COMPILED).is_dir() for folder in target.path):
            return
        # What goes wrong is told where it matters.
        with self._lock, suppress(OSError, ValueError, termios.error):
            if not self._closed:
                script = self._stack.enter_context(unpacked("watch.py"))
                arguments = (str(target.executable), str(script))
                command = Command(arguments, self._directory, self._environ, Path(os.devnull), err=_unheard, talks=True)
                self._pip = Ahead(command), marks
                self._stack.callback(self._pip[0].end)

    def take(self, target: Target) -> Ahead | None:
        """Give it, once; `None` when there is none, or when it may know the target as it is no more."""
        with self._lock:
            known, self._pip = self._pip, None
        return known[0] if known is not None and known[1] == _marks(target) and known[0].is_ready() else None

    def close(self) -> None:
        """End it, if nobody has told it what to do."""
        with self._lock:
            self._closed, self._pip = True, None
            self._stack.close()


def _unheard(_text: str) -> None:
    """Stand for whoever will hear what it says on standard error."""


def _is_script(program: Path) -> bool:
    try:
        with program.open("rb") as stream:
            return stream.read(2) == b"#!"
    except OSError:
        return True


def _marks(target: Target) -> Marks:
    """Give what moves when distributions come or go, by whomever: a pip has read the target when it started.

    The folders themselves, what leads to more of them (`.pth`), and pip, which may be put back with its times.
    """
    return tuple(sorted(_seen(target)))


def _seen(target: Target) -> Iterator[tuple[str, int, int]]:
    for folder in dict.fromkeys((*target.path, *target.packages)):
        with suppress(OSError):
            status = folder.stat()
            yield str(folder), status.st_ino, status.st_mtime_ns
            for entry in os.scandir(folder):
                name = entry.name
                if name == "pip" or name.endswith(".pth") or (name.startswith(BEFORE_VERSION) and name.endswith(INFOS)):
                    status = entry.stat()
                    yield entry.path, status.st_ino, status.st_mtime_ns
