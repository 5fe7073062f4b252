"""Write what a run has proven in the language of another tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

from safe_install.errors import ExitStatus
from safe_install.events.log import Event
from safe_install.export import Document, Gathering, Proven, pip, pyproject, uv
from safe_install.render.terminal import Line, Style, encodable, neutralise, write

SILENT: Final = -2


@dataclass(frozen=True)
class Language:
    """How one tool is told."""

    head: str
    """What stands above everything, as comments."""
    document: Callable[[tuple[Proven, ...], str], Document]
    """Say what was proven; given is where paths start."""


FORMATS: Final[Mapping[str, Language]] = {
    "uv": Language(uv.HEAD, lambda proven, _: uv.document(proven)),
    "pip": Language(pip.HEAD, lambda proven, _: pip.document(proven)),
    "pyproject": Language(pyproject.HEAD, pyproject.document),
}
"""The languages that `--export` knows."""


@dataclass(frozen=True)
class Writer:
    """Writes what was gathered."""

    language: str
    """One of `FORMATS`."""
    directory: str
    """Where paths in patches start."""
    stdout: TextIO
    stderr: TextIO
    """For what the text does not hold."""
    verbosity: int = 0

    def write(self, gathered: Gathering, step: str = "") -> ExitStatus:
        """Write it, and give a failure's status where it is not all that is needed.

        `step` is what to do when nothing was proven. Raises OSError when a stream cannot take it.
        """
        if not gathered.proven:
            self._say([((Style.PLAIN, f"{_reason(gathered)}: there is nothing to export"),)])
            self._say([((Style.STRONG, "Next"), (Style.PLAIN, f"  {step}"))] if step else [])
            return ExitStatus.FAILED if gathered.troubled and not gathered.written else ExitStatus.OK
        language = FORMATS[self.language]
        document = language.document(gathered.proven, self.directory)
        head = (language.head, *_comments(gathered.proven, document))
        text = "\n".join((*head, "", document.text) if document.text else (*head, ""))
        self.stdout.write(encodable(text, self.stdout))
        self.stdout.flush()
        self._say([((Style.WARN, "not in it"), (Style.PLAIN, f": {words}")) for words in document.unsaid])
        return ExitStatus.FAILED if document.unsaid else ExitStatus.OK

    def _say(self, lines: Sequence[Line]) -> None:
        if self.verbosity > SILENT:
            write(self.stderr, lines, colour=False)


class Exporter:
    """A sink for events: at the end of a run, what it has proven is written."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._gathered = Gathering()

    def __call__(self, event: Event) -> None:
        """Gather an event; raises OSError when a stream cannot take the last."""
        self._gathered.add(event)
        if event["event"] == "run.finished":
            self._writer.write(self._gathered)


def _reason(gathered: Gathering) -> str:
    if gathered.written:
        return "what was proven is written into pyproject.toml"
    return "nothing was proven" if gathered.troubled else "everything was built as declared"


def _comments(proven: tuple[Proven, ...], document: Document) -> Iterator[str]:
    for each in proven:
        place = f" in {each.folder}" if each.folder else ""
        yield neutralise(f"# {each.name} {each.version}{place}: {'; '.join(each.changes)}")
    for words in document.unsaid:
        yield neutralise(f"# Not in it: {words}")
