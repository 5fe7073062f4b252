"""Keep a directory for each of the last runs, with its events and logs."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

KEPT: Final = 50
"""Runs whose directories stay."""
RUNS: Final = "runs"
"""The folder of the state directory that holds them."""
EVENTS: Final = "events.jsonl"
_NAME: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")


def create(variables: Mapping[str, str], now: datetime) -> Path:
    """Make the directory of a run that begins now (UTC), and remove those of the oldest runs.

    Its name is the run's id: the time, and what tells two runs of one second apart. Where the state
    directory cannot be written, a temporary one takes its place: the install matters more.
    """
    run_id = f"{now:%Y%m%dT%H%M%SZ}-{os.urandom(4).hex()}"
    try:
        run = _create(home(variables) / run_id)
    except OSError:
        return _create(Path(tempfile.mkdtemp(prefix="safe-install-state-")) / RUNS / run_id)
    for old in _kept(run.parent)[:-KEPT]:
        # Another run may be removing the same one, and what cannot be removed does no harm.
        shutil.rmtree(old, ignore_errors=True)
    return run


def home(variables: Mapping[str, str]) -> Path:
    """Give the directory of all runs' directories; `SAFE_INSTALL_STATE_DIR` moves it."""
    named = variables.get("SAFE_INSTALL_STATE_DIR")
    if named:
        return Path(named).absolute() / RUNS
    # Only for a run: importing it is not free.
    from platformdirs import user_state_path

    return user_state_path("safe-install", appauthor=False) / RUNS


def state(run: Path) -> Path:
    """Give the state directory that a run's directory is in."""
    return run.parent.parent


def _create(run: Path) -> Path:
    run.parent.mkdir(parents=True, exist_ok=True)
    # Logs may tell what is nobody else's business.
    run.mkdir(mode=0o700)
    (run / EVENTS).touch()
    return run


def _kept(runs: Path) -> list[Path]:
    """Give the directories of runs, the oldest first: their names begin with the time."""
    return sorted(run for run in runs.iterdir() if _NAME.fullmatch(run.name))
