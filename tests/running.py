"""Run little programs, and see whether they are still there."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

from safe_install.process import Command

ENVIRON = {"PATH": os.environ["PATH"]}


def python_command(code: str, place: Path, **fields: Any) -> Command:
    """Give a command that runs some Python in a folder and logs there."""
    arguments = (sys.executable, "-S", "-c", textwrap.dedent(code))
    return Command(arguments, cwd=place, environ=ENVIRON, log=place / "log", **fields)


def gone(pid: int) -> bool:
    """Tell whether a process has ended, or does within two seconds."""
    deadline = time.monotonic() + 2
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
