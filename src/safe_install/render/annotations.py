"""Draw the failures and recoveries of a run as annotations of a workflow."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Final, TextIO

from safe_install.declared.places import Place
from safe_install.events.log import Event
from safe_install.render.chapter import evidence, reason
from safe_install.render.tale import Run, Tale
from safe_install.render.terminal import encodable
from safe_install.render.workflow import annotation, in_repository

_HUNK: Final = re.compile(r"^@@ -(\d+)")
_WRITTEN: Final = re.compile(r"pyproject\.toml:(\d+):(\d+)")
_FRAME: Final = re.compile(r'^\s*File "([^"]*)", line (\d+)')


class Annotations:
    """A sink for events: at the end of a run, one command for each project that was broken."""

    def __init__(self, stream: TextIO, environ: Mapping[str, str], directory: str) -> None:
        """Take the stream that the runner reads; paths are as the workspace has them."""
        self._stream, self._environ, self._directory = stream, environ, directory
        self._run = Run()

    def __call__(self, event: Event) -> None:
        """Gather an event; raises OSError when the stream cannot take the last."""
        self._run.add(event)
        if event["event"] == "run.finished":
            for line in self._lines(event):
                self._stream.write(encodable(f"{line}\n", self._stream))
            self._stream.flush()

    def _lines(self, finished: Event) -> Iterator[str]:
        for tale in self._run.tales.values():
            yield from self._about(tale, finished)
        install = self._run.install
        if install.failed or install.recovered:
            yield annotation(_level(install, finished), _title(install), _message(install, finished))
        if error := finished["error"]:
            yield annotation("error", "safe-install", "\n".join(filter(None, (error["message"], error["step"]))))

    def _about(self, tale: Tale, finished: Event) -> Iterator[str]:
        if tale.failed or tale.recovered:
            file, place = _where(tale, finished)
            known = in_repository(os.path.join(tale.path, file), self._environ, self._directory)
            yield annotation(_level(tale, finished), _title(tale), _message(tale, finished), known, place)


def _level(tale: Tale, finished: Event) -> str:
    """Give how bad it is: what pip could do without is no error of the run's."""
    done = finished["outcome"] in ("installed", "proven")
    return "error" if tale.failed and not done else "warning"


def _title(tale: Tale) -> str:
    if tale.proven is not None:
        return f"safe-install: repaired by {', '.join(tale.proven['remedies'])}"
    diagnosis = (_first(tale) or {}).get("diagnosis")
    return f"safe-install: {diagnosis['kind']}" if diagnosis else "safe-install"


def _message(tale: Tale, finished: Event) -> str:
    """Say what was wrong, and what cured it or has to be done."""
    first = _first(tale)
    known = [f"{tale.name}: an earlier run has proven what it needs"]
    lines = [f"{tale.name}: {reason(first)}", evidence(first)] if first is not None else known
    if tale.proven is not None:
        lines += [f"Repaired for this run: {'; '.join(tale.proven['changes'])}"]
    else:
        lines += [each["step"] for each in _advice(tale, finished)]
    return "\n".join(line for line in lines if line)


def _first(tale: Tale) -> Event | None:
    """Give the first failure; there is none where an earlier run had proven what is needed."""
    return next((each.end for each in tale.tries if each.failed and each.end is not None), None)


def _advice(tale: Tale, finished: Event) -> list[Event]:
    """Give what only the user can do about a project; about the install it is all there is."""
    return [each for each in finished["advice"] if not tale.path or each["project"] in (tale.path, None)]


def _where(tale: Tale, finished: Event) -> tuple[str, Place | None]:
    """Give the file that is at fault, and the place in it as far as the events tell it."""
    if tale.proven is not None and tale.proven["patch"]:
        return "pyproject.toml", _of_patch(tale.proven["patch"])
    for each in _advice(tale, finished):
        if found := _WRITTEN.search(each["step"]):
            return "pyproject.toml", Place(int(found[1]), int(found[2]))
    tail = (_first(tale) or {}).get("tail", ())
    frames = [found for line in tail if (found := _FRAME.match(line))]
    own = [found for found in frames if found[1] in ("<string>", os.path.join(tale.path, "setup.py"))]
    return ("setup.py", Place(int(own[-1][2]), 1)) if own else ("pyproject.toml", None)


def _of_patch(patch: str) -> Place | None:
    """Give the first line that a patch changes."""
    line = 0
    for text in patch.splitlines():
        if found := _HUNK.match(text):
            line = max(int(found[1]), 1)
        elif line and not text.startswith(" "):
            return Place(line, 1)
        elif line:
            line += 1
    return None
