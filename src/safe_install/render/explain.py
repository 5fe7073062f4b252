"""Tell a past run from its events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TextIO

from safe_install.events.log import SCHEMA, Event
from safe_install.render.page import Page
from safe_install.render.story import story
from safe_install.render.tale import Run
from safe_install.render.terminal import Line, Style, columns, symbols_for, write

EVENTS: Final = "events.jsonl"
SHOWN: Final = 10
"""Runs that are named when the wanted one is not there."""
VERBOSITY: Final = 1
TOLD, UNKNOWN = 0, 2


def explain(run: str | None, runs: Path, stream: TextIO, colour: bool = False, verbosity: int = VERBOSITY) -> int:
    """Tell a run on the stream and give the exit status: 2 when there is no such run, or none to read.

    `run` is the directory of a run, its name in the directory `runs`, or the beginning of one name only;
    the last run when it is `None`.
    """
    directory = _last(runs) if run is None else _find(run, runs)
    if directory is None:
        write(stream, _unknown(run, runs), colour)
        return UNKNOWN
    try:
        text = (directory / EVENTS).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        write(stream, [_error(f"the run cannot be read: {error}")], colour)
        return UNKNOWN
    told, problems = _read(text)
    page = Page(verbosity, columns(stream), symbols_for(stream))
    write(stream, [*story(told, page), *(((Style.WARN, problem),) for problem in problems)], colour)
    return TOLD


def _last(runs: Path) -> Path | None:
    return next(iter(_all(runs)), None)


def _all(runs: Path) -> list[Path]:
    """Give the directories of the runs, the last one first: their names begin with the time."""
    return sorted((path.parent for path in runs.glob(f"*/{EVENTS}")), reverse=True)


def _find(run: str, runs: Path) -> Path | None:
    for place in (runs / run, Path(run)):
        if (place / EVENTS).is_file():
            return place
    alike = [path for path in _all(runs) if path.name.startswith(run)]
    return alike[0] if len(alike) == 1 else None


def _unknown(run: str | None, runs: Path) -> Iterator[Line]:
    known = _all(runs)
    if not known:
        yield _error(f"no run is recorded in {runs}")
        return
    alike = [path for path in known if run and path.name.startswith(run)]
    yield _error(f"more than one run begins with {run}" if alike else f"there is no run {run} in {runs}")
    yield ((Style.PLAIN, "The last runs, the newest first:"),)
    for path in (alike or known)[:SHOWN]:
        yield ((Style.PLACE, f"  {path.name}"),)


def _error(message: str) -> Line:
    return ((Style.BAD, "error"), (Style.PLAIN, f": {message}"))


def _read(text: str) -> tuple[Run, list[str]]:
    """Gather the events; a line that a crash has cut is left out, any other that is none is told."""
    run, problems = Run(), []
    *lines, last = text.split("\n")
    for number, line in enumerate([*lines, *([last] if last else [])], start=1):
        event = _event(line)
        if event is None:
            # Only a line without its end can have been cut.
            if number <= len(lines):
                problems.append(f"Line {number} of {EVENTS} is no event and was left out.")
        elif event["schema"] > SCHEMA:
            return run, [f"The run was recorded by a newer safe-install (schema {event['schema']})."]
        else:
            run.add(event)
    return run, problems


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
