"""Tell a past run from its events."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TextIO

from safe_install.render import record
from safe_install.render.page import Page
from safe_install.render.story import story
from safe_install.render.tale import Run
from safe_install.render.terminal import Style, columns, symbols_for, write

VERBOSITY: Final = 1
TOLD, UNKNOWN = 0, 2


def explain(run: str | None, runs: Path, stream: TextIO, colour: bool = False, verbosity: int = VERBOSITY) -> int:
    """Tell a run on the stream and give the exit status: 2 when there is no such run, or none to read.

    `run` is the directory of a run, its name in the directory `runs`, or the beginning of one name only;
    the last run when it is `None`.
    """
    directory = record.find(run, runs)
    if directory is None:
        write(stream, record.unknown(run, runs), colour)
        return UNKNOWN
    try:
        events, problems = record.read(directory)
    except OSError as error:
        write(stream, [record.error(f"the run cannot be read: {error}")], colour)
        return UNKNOWN
    told = Run()
    for event in events:
        told.add(event)
    page = Page(verbosity, columns(stream), symbols_for(stream))
    write(stream, [*story(told, page), *(((Style.WARN, problem),) for problem in problems)], colour)
    return TOLD
