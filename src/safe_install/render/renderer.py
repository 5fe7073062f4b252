"""Draw the events of a run for a person, as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from safe_install.events.log import Event
from safe_install.render.chapter import EMPTY, label, reason
from safe_install.render.page import Page
from safe_install.render.step_line import StepLine
from safe_install.render.story import story
from safe_install.render.tale import Run, Tale
from safe_install.render.terminal import Line, Style, columns, symbols_for, write


class Renderer:
    """A sink for events: says on a terminal what is running, and at the end what happened.

    On a stream that is not live, each beginning is a plain line instead of a line that goes away.
    """

    def __init__(self, stream: TextIO, colour: bool, verbosity: int, live: bool) -> None:
        """Take pip's verbosity, from -2 for `-qq` to 2 for `-vv`; nothing is drawn before an event."""
        self._stream, self._colour, self._verbosity, self._live = stream, colour, verbosity, live
        self._run = Run()
        self._step = StepLine(stream)

    def __call__(self, event: Event) -> None:
        """Draw what the event is worth. Raises OSError when the stream cannot take it."""
        self._run.add(event)
        if self._verbosity > 1:
            self._write([_whole(event)])
        match event["event"]:
            case "attempt.started":
                self._began(self._run.tale(event["project"]), event)
            case "attempt.built" | "attempt.failed":
                self._step.clear()
            case "remedy.chosen":
                self._chose(self._run.about(event), event["remedy"])
            case "run.finished":
                self._step.close()
                self._end()

    def close(self) -> None:
        """Take the step line away, in a run that gets no last event."""
        self._step.close()

    def _began(self, tale: Tale, event: Event) -> None:
        made_with = label(tale.tries[-1])
        if event["attempt"] == 1:
            backend = ((tale.read or {}).get("backend") or "").partition(":")[0]
            text = f"Building {tale.wheel} for {tale.name}" + (f" ({backend})" if backend else "")
            self._say(f"{text} {made_with}" if event["remembered"] else text)
        else:
            text = f"Building {tale.wheel} for {tale.name}: attempt {event['attempt']}, {made_with}"
            if event["remedy"] is None:
                self._say(f"{tale.name}: what an earlier run has proven fails now; building {made_with}")
        self._show(text)

    def _chose(self, tale: Tale, remedy: str) -> None:
        failed = next((each.end for each in reversed(tale.tries) if each.failed), None)
        if failed is not None:
            self._say(f"{tale.name}: {reason(failed)}; trying {remedy}")

    def _end(self) -> None:
        lines = story(self._run, self._page())
        # What pip has printed stands above.
        apart = [EMPTY] if lines and self._run.tales and self._verbosity >= 0 else []
        self._write([*apart, *lines])

    def _show(self, text: str) -> None:
        if self._live and self._verbosity >= 0:
            self._step.show(text)

    def _say(self, text: str) -> None:
        if not self._live and self._verbosity >= 0:
            self._write([((Style.PLAIN, text),)])

    def _write(self, lines: Iterable[Line]) -> None:
        with self._step.pause():
            write(self._stream, lines, self._colour)

    def _page(self) -> Page:
        return Page(self._verbosity, columns(self._stream), symbols_for(self._stream))


def _whole(event: Event) -> Line:
    ours = ("schema", "run_id", "seq", "timestamp", "elapsed_ms", "level", "event")
    fields = " ".join(f"{key}={json.dumps(value)}" for key, value in event.items() if key not in ours)
    return (
        (Style.FAINT, f"{event['elapsed_ms'] / 1000:8.3f} "),
        (Style.STRONG, event["event"]),
        (Style.PLAIN, f" {fields}"),
    )
