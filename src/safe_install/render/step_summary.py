"""Tell a run on the page of the workflow that it is a step of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from safe_install.events.log import Event
from safe_install.render.chapter import AS_DECLARED, evidence, reason
from safe_install.render.chapter import label as name_of
from safe_install.render.markdown import block, inline
from safe_install.render.tale import Run, Tale, Try


class StepSummary:
    """A sink for events: at the end of a run, its story is added to a file of Markdown."""

    def __init__(self, file: Path) -> None:
        """Take the file that the runner shows; it may hold what earlier commands of the step have written."""
        self._file, self._run = file, Run()

    def __call__(self, event: Event) -> None:
        """Gather an event; raises OSError when the file cannot take the last."""
        self._run.add(event)
        if event["event"] == "run.finished":
            text = "\n\n".join(_paragraphs(self._run, event))
            with self._file.open("a", encoding="utf-8", newline="\n") as file:
                file.write(f"{text}\n\n")


def _paragraphs(run: Run, finished: Event) -> Iterator[str]:
    yield f"### safe-install: {inline(finished['outcome'])}"
    for tale in run.tales.values():
        yield f"**{inline(_named(tale))}** {_outcome(tale)}"
        yield from _attempts(tale)
    if run.install.troubled:
        yield "**pip** " + ("installed it in the end." if run.install.recovered else "could not install it.")
        yield from _attempts(run.install)
    if error := finished["error"]:
        yield block(error["message"])
        yield inline(error["step"])
    for advice in finished["advice"]:
        yield f"**Why** {inline(advice['reason'])}"
        yield "**Next**"
        yield block(advice["step"])


def _named(tale: Tale) -> str:
    end = tale.end or {}
    return " ".join(filter(None, (tale.name, end.get("version"))))


def _outcome(tale: Tale) -> str:
    outcome = inline((tale.end or {}).get("outcome", "not finished"))
    if tale.proven is None:
        return f"{outcome}, {AS_DECLARED}" if not tale.troubled else outcome
    known = " that an earlier run has proven" if tale.tries and tale.tries[-1].remembered else ""
    return f"{outcome}, with a repair{known}: {inline('; '.join(tale.proven['changes']))}"


def _attempts(tale: Tale) -> Iterator[str]:
    """Give every attempt of what did not go as declared, its proof, and the patch."""
    if tale.troubled:
        yield "\n".join(f"- {_attempt(each)}" for each in tale.tries)
        first = next(each.end for each in tale.tries if each.failed and each.end is not None)
        shown = "\n".join(first["tail"]) if tale.failed else evidence(first)
        if shown:
            yield block(shown)
    if tale.proven is not None and tale.proven["patch"]:
        yield block(tale.proven["patch"], "diff")


def _attempt(each: Try) -> str:
    label = inline(name_of(each))
    if each.end is None:
        return f"{label}: not finished"
    return f"{label}: {inline(reason(each.end))}" if each.failed else f"{label}: works"
