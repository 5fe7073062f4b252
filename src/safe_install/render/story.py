"""Tell what happened in a run, for a person to read."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from safe_install.events.log import Event
from safe_install.render.chapter import EMPTY, chapter, evidence, install_chapter, told_briefly
from safe_install.render.page import LABEL, Page, indented, labelled
from safe_install.render.phrases import PLACES
from safe_install.render.tale import Run, Tale
from safe_install.render.terminal import Line, Style

QUIET: Final = -1
SILENT: Final = -2
SHOWN: Final = 5
"""Paths of a list that are shown; the events have all."""
NOT_FOR_THE_FIX: Final = frozenset({"--dry-run", "--write-fix"})


def story(run: Run, page: Page) -> list[Line]:
    """Give what is to be told about a run, which need not have ended.

    A run in which everything was built as declared tells nothing, unless more is asked for.
    """
    if page.verbosity <= QUIET:
        return [*_essentials(run, page)]
    ended = run.finished["outcome"] if run.finished is not None else None
    lines: list[Line] = []
    for tale in run.tales.values():
        if tale.tries and (page.verbosity > 0 or tale.troubled or tale.recovered or ended is None):
            lines += [*chapter(tale, ended, page), EMPTY]
    if run.install.troubled and not run.install.waited:
        lines += [*install_chapter(run.install, page), EMPTY]
    lines += _dependencies(run, page)
    lines += _foot(run, page)
    return lines


def _essentials(run: Run, page: Page) -> Iterator[Line]:
    """Give one line for each thing that failed; quiet, but not silent, its evidence and the step too."""
    silent = page.verbosity <= SILENT
    for tale in (*run.tales.values(), run.install):
        if tale.failed or (tale.recovered and not silent):
            style = Style.BAD if tale.failed else Style.WARN
            yield ((style, tale.name), (Style.PLAIN, f": {told_briefly(tale)}"))
        first = next((each.end for each in tale.tries if each.failed), None)
        if tale.failed and not silent and first is not None and (proof := evidence(first)):
            yield from indented(Style.WARN, proof, replace(page, column=2))
    if run.finished is not None:
        yield from _error(run.finished)
        for event in filter(_noteworthy, run.reverted):
            yield from _displaced(event, page)
        yield from _unreverted(run, page)
        yield from () if silent else _next(run, run.finished, page)


def _error(finished: Event) -> Iterator[Line]:
    head: Line = ((Style.BAD, "error"), (Style.PLAIN, ": "))
    for line in (finished["error"] or {"message": ""})["message"].splitlines():
        yield (*head, (Style.PLAIN, line))
        head = ()


def _dependencies(run: Run, page: Page) -> Iterator[Line]:
    """Give the requirements for which an earlier run had proven a wheel; the others have their chapters."""
    for event in run.dependencies:
        if event["wheel"] is not None:
            yield ((Style.STRONG, event["requirement"]), (Style.PLAIN, ": pip could not build it"))
            words = f"an earlier run has proven {event['wheel']}: {'; '.join(event['changes']) or 'as declared'}"
            yield from indented(Style.PLAIN, words, replace(page, column=2))
            yield EMPTY


def _foot(run: Run, page: Page) -> Iterator[Line]:
    """Give what became of the user's things, where to read more, and what to do next."""
    finished = run.finished
    if finished is None:
        yield from indented(Style.WARN, "The record ends here: the run was cut off, or still goes on.", page)
        return
    yield from _error(finished)
    yield from _changes(run, page)
    if finished["outcome"] == "failed" and not run.changes and not any(map(_noteworthy, run.reverted)):
        yield from indented(Style.PLAIN, "Nothing was changed.", page)
    if page.verbosity > 0 or any(tale.troubled for tale in (run.install, *run.tales.values())):
        yield ((Style.STRONG, "Log".ljust(LABEL)), (Style.PLACE, _log(run, finished)))
    for lost in finished.get("lost_sinks", ()):
        yield from labelled("Lost", f"events could not be written any more: {lost}", page)
    yield from _next(run, finished, page)


def _changes(run: Run, page: Page) -> Iterator[Line]:
    for event in run.changes:
        # That the project is in the environment was asked for, and pip says it.
        if event["what"] != "target" or page.verbosity > 0:
            yield from labelled("Also", f"{PLACES.get(event['what'], event['what'])}: {_what(event)}", page)
    # What this run itself had begun and put back is of interest to nobody but who asks for more.
    for event in (*run.repaired, *(each for each in run.reverted if page.verbosity > 0 or _noteworthy(each))):
        yield from labelled("Back", f"{PLACES.get(event['what'], event['what'])}: {_what(event)}", page)
        yield from _displaced(event, page)
    yield from _unreverted(run, page)


def _noteworthy(event: Event) -> bool:
    """Tell whether putting back took something away that may be somebody's work."""
    return bool(event.get("displaced"))


def _displaced(event: Event, page: Page) -> Iterator[Line]:
    places = event.get("displaced", ())
    if places:
        yield from indented(
            Style.WARN, "What came meanwhile, and may be somebody's work, is in", replace(page, column=6)
        )
        yield from _listed(places)


def _unreverted(run: Run, page: Page) -> Iterator[Line]:
    for event in run.unreverted:
        place = PLACES.get(event["what"], event["what"])
        text = f"{place}: not all of {event['path']} could be put back"
        yield ((Style.BAD, "Left".ljust(LABEL)), (Style.PLAIN, text))
        yield from _listed(event["failed"])
        yield from labelled("Next", f"put back by hand what matters; all of its copies are in {event['store']}", page)


def _listed(texts: Sequence[str]) -> Iterator[Line]:
    """Give a few lines that may be copied, and how many more there are."""
    for text in texts[:SHOWN]:
        yield ((Style.PLACE, f"{' ' * LABEL}  {text}"),)
    if len(texts) > SHOWN:
        yield ((Style.PLAIN, f"{' ' * LABEL}  and {len(texts) - SHOWN} more"),)


def _what(event: Event) -> str:
    return str(event["detail"] or event["path"])


def _log(run: Run, finished: Event) -> str:
    """Give the log to read: the one of the only failure that was not there before, or all of them."""
    first: dict[tuple[str, tuple[str, str, str] | None], str] = {}
    for tale in (run.install, *run.tales.values()):
        for each in tale.tries:
            if tale.failed and each.end is not None and each.end["log"]:
                first.setdefault((tale.path, each.cause), each.end["log"])
    return str(first.popitem()[1] if len(first) == 1 else finished["run_dir"])


def _next(run: Run, finished: Event, page: Page) -> Iterator[Line]:
    """Give the step that only the user can take; always the last thing that is said."""
    error, advice = finished["error"], finished["advice"]
    for each in advice:
        yield from labelled("Why", each["reason"], page)
        yield from labelled("Next", each["step"], page)
    if error and error["step"]:
        yield from labelled("Next", error["step"], page)
    if not advice and not error and (step := _fix(run)):
        yield from labelled("Next", step, page)


def _fix(run: Run) -> str | None:
    unfixed = [tale for tale in run.tales.values() if _patched(tale)]
    if not unfixed or run.place_changed("pyproject.toml") or run.started is None:
        return None
    arguments = [each for each in run.started["arguments"] if each not in NOT_FOR_THE_FIX]
    command = shlex.join(["safe-install", "--write-fix", *arguments])
    return f"apply this patch, so that plain pip can build it, too; or have it written:\n  {command}"


def _patched(tale: Tale) -> bool:
    # What pip has unpacked is nobody's to patch.
    return tale.proven is not None and bool(tale.proven["patch"]) and not tale.asked_for
