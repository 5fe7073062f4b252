"""Find the record of a past run, and read the events in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from safe_install.events.log import SCHEMA, Event
from safe_install.render.terminal import Line, Style

EVENTS: Final = "events.jsonl"
SHOWN: Final = 10
"""Runs that are named when the wanted one is not there."""


def all_runs(runs: Path) -> list[Path]:
    """Give the directories of the runs, the last one first: their names begin with the time."""
    return sorted((path.parent for path in runs.glob(f"*/{EVENTS}")), reverse=True)


def find(run: str | None, runs: Path) -> Path | None:
    """Give the directory of a run: by its path, its name, or the beginning of one name only; the last for `None`."""
    if run is None:
        return next(iter(all_runs(runs)), None)
    for place in (runs / run, Path(run)):
        if (place / EVENTS).is_file():
            return place
    alike = [path for path in all_runs(runs) if path.name.startswith(run)]
    return alike[0] if len(alike) == 1 else None


def unknown(run: str | None, runs: Path) -> Iterator[Line]:
    """Say that there is no such run, and which there are."""
    known = all_runs(runs)
    if not known:
        yield error(f"no run is recorded in {runs}")
        return
    alike = [path for path in known if run and path.name.startswith(run)]
    yield error(f"more than one run begins with {run}" if alike else f"there is no run {run} in {runs}")
    yield ((Style.PLAIN, "The last runs, the newest first:"),)
    for path in (alike or known)[:SHOWN]:
        yield ((Style.PLACE, f"  {path.name}"),)


def error(message: str) -> Line:
    """Give the line that says why no run is read."""
    return ((Style.BAD, "error"), (Style.PLAIN, f": {message}"))


def read(directory: Path) -> tuple[list[Event], list[str]]:
    """Read the events of a run, and say what of its record is none; raises OSError.

    A line that a crash has cut is left out, and any other that is no event is told.
    """
    text = (directory / EVENTS).read_text(encoding="utf-8", errors="replace")
    events: list[Event] = []
    problems: list[str] = []
    *lines, last = text.split("\n")
    for number, line in enumerate([*lines, *([last] if last else [])], start=1):
        event = _event(line)
        if event is None:
            # Only a line without its end can have been cut.
            if number <= len(lines):
                problems.append(f"Line {number} of {EVENTS} is no event and was left out.")
        elif event["schema"] > SCHEMA:
            return events, [f"The run was recorded by a newer safe-install (schema {event['schema']})."]
        else:
            events.append(event)
    return events, problems


def _event(line: str) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    if not isinstance(event, dict) or not isinstance(event.get("schema"), int):
        return None
    if event["schema"] <= SCHEMA and not _required(event.get("event")) <= event.keys():
        return None
    return event


@cache
def _required(name: object) -> frozenset[str]:
    """Give the fields that an event of that name has; an unknown one has at least a name."""
    schema = files("safe_install.events").joinpath("events.schema.json").read_text(encoding="utf-8")
    definitions: dict[str, Any] = json.loads(schema)["$defs"]
    own = definitions.get(str(name), {}).get("required", ["event"])
    return frozenset([*definitions["common"]["required"], *own])
