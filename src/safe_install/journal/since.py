"""Tell what a killed run did from what somebody has done since."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from safe_install.journal.restoring import Found

PAUSE_SECONDS: Final = 15
"""A pip outlives the run that started it, and goes on; a pause as long as this is its end."""
BYTECODE: Final = "__pycache__"


@dataclass(frozen=True)
class Since:
    """What is somebody else's: whatever changed after the run, by its ctime, which nobody can set.

    Call it with what was found; it gives the paths to leave as they are.
    """

    last_beat: float
    """Seconds since the epoch."""

    def __call__(self, found: Found) -> Callable[[str], bool]:
        """Give which paths are to be left as they are."""
        end = self._end(found)
        others = _others_folders(found, end)

        def left(path: str) -> bool:
            status = found.now.get(path)
            if status is not None:
                return status.st_ctime > end
            # It is gone: by the run, unless somebody has been at the folder that it was in.
            folder = os.path.dirname(path)
            while folder not in found.now and folder in found.before:
                folder = os.path.dirname(folder)
            return folder in others

        return left

    def _end(self, found: Found) -> float:
        """Give the time of the run's last change: after its last beat it went on without a pause."""
        end = self.last_beat
        for changed in sorted(status.st_ctime for status in found.now.values()):
            if changed > end + PAUSE_SECONDS:
                break
            end = max(end, changed)
        return end


def _others_folders(found: Found, end: float) -> frozenset[str]:
    """Give the folders in which somebody made or removed something after a time."""
    new = {os.path.dirname(path) for path, status in found.now.items() if _is_new(path, status, found, end)}
    return frozenset(
        path
        for path, status in found.now.items()
        if stat.S_ISDIR(status.st_mode) and status.st_ctime > end and (path in new or not _has_bytecode(path, found))
    )


def _is_new(path: str, status: os.stat_result, found: Found, end: float) -> bool:
    return status.st_ctime > end and path not in found.before and os.path.basename(path) != BYTECODE


def _has_bytecode(folder: str, found: Found) -> bool:
    """Tell whether it may have been just an import that changed a folder."""
    bytecode = f"{folder}/{BYTECODE}"
    return bytecode in found.now and bytecode not in found.before
