"""Tell what happened to one project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from safe_install.events.log import Event
from safe_install.kinds import Kind
from safe_install.render.page import Page, indented
from safe_install.render.phrases import cause, during, seconds
from safe_install.render.tale import Tale, Try
from safe_install.render.terminal import Line, Span, Style, clip, neutralise

AS_DECLARED: Final = "as declared"
AS_REMEMBERED: Final = "as remembered"
AS_ASKED: Final = "as asked for"
OUTPUT_TELLS: Final = frozenset(
    {Kind.UNKNOWN.value, Kind.PROJECT_ERROR.value, Kind.CONFIGURATION_REFUSED.value}
    | {Kind.DELIBERATE_STUB.value, Kind.HOOK_LIED.value}
)
"""Kinds whose one line of evidence may not be enough."""
TAIL: Final = 6
"""Lines of output that are shown then, unless more are asked for."""
PROOF: Final = 300
"""Columns of the line of evidence."""
PATCH: Final = 40
"""Lines of a patch that are shown, unless more are asked for."""
HOOKS: Final = {"fill": "installing build requirements"}
EMPTY: Final[Line] = ()


def chapter(tale: Tale, ended: str | None, page: Page) -> Iterator[Line]:
    """Give the title, every attempt with what it told, and the patch; `ended` is the run's outcome."""
    yield from _attempts(_title(tale, ended), AS_DECLARED, tale, page)
    if tale.proven is not None and tale.proven["patch"] and not tale.asked_for:
        yield from _patch(tale.proven["patch"], page)


def install_chapter(tale: Tale, page: Page) -> Iterator[Line]:
    """Give every try of pip's to install what was built."""
    title = "pip could not install it" + (":" if tale.failed else " at first:")
    yield from _attempts(((Style.PLAIN, title if tale.troubled else "pip installed it:"),), AS_ASKED, tale, page)


def _attempts(title: Line, first: str, tale: Tale, page: Page) -> Iterator[Line]:
    yield title
    yield EMPTY
    told = tale.never_tried if tale.failed or page.verbosity > 0 else {}
    labels = [label(each, first) for each in tale.tries]
    column = max(len(name) for name in (first, *labels, *told)) + 6
    seen: set[tuple[str, str, str]] = set()
    for name, each in zip(labels, tale.tries, strict=True):
        yield from _attempt(tale, each, name, each.cause in seen, replace(page, column=column))
        seen |= {each.cause} if each.cause is not None else set()
    for remedy, reasons in told.items():
        words = "not tried: " + "; ".join(reasons)
        yield from _row((Style.FAINT, page.symbols.passed), remedy, words, replace(page, column=column))


def label(each: Try, first: str = AS_DECLARED) -> str:
    """Name an attempt by what it is made with; `first` is for the one without a remedy."""
    return each.remedy or (AS_REMEMBERED if each.remembered else first)


def reason(end: Event) -> str:
    """Say in one sentence why an attempt failed."""
    diagnosis, stage = end["diagnosis"], end.get("stage", "install")
    if diagnosis is None:
        return f"{during(stage)} failed"
    told = cause(diagnosis["kind"], diagnosis["subject"])
    if diagnosis["kind"] == Kind.UNKNOWN.value:
        told += f", while {during(stage)}"
    if len(diagnosis["candidates"]) > 1:
        told += f" (perhaps {' or '.join(diagnosis['candidates'])})"
    return told


def evidence(end: Event) -> str:
    """Give the one line that proves it."""
    lines = [*end["tail"], *end.get("message", "").splitlines()]
    found = (end["diagnosis"] or {}).get("evidence") or next((line for line in reversed(lines) if line.strip()), "")
    return str(found).strip()


def told_briefly(tale: Tale) -> str:
    """Say in one line how the project ended."""
    failed = [each.end for each in tale.tries if each.failed and each.end is not None]
    if tale.proven is not None:
        return f"repaired by {', '.join(tale.proven['remedies'])}: {'; '.join(tale.proven['changes'])}"
    return reason(failed[0]) if failed else "not finished"


def _title(tale: Tale, ended: str | None) -> Line:
    end: dict[str, Any] = tale.end or {}
    built = next((each.end for each in reversed(tale.tries) if each.good), None) or {}
    version = end.get("version") or built.get("version")
    name = f"{tale.name} {version}" if version else tale.name
    if end.get("outcome") == "installed":
        words = " is installed. Its build needed a repair:" if tale.recovered else " is installed."
    elif built and (tale.recovered or not tale.troubled):
        words = " can be built, with a repair. It is not installed:" if tale.recovered else " is built, not installed."
    elif ended in {"interrupted", "error"}:
        words = " was not finished:"
    else:
        words = " could not be built." if tale.failed and ended else ": the record ends before the project's end."
    return ((Style.STRONG, name), (Style.PLAIN, words))


def _attempt(tale: Tale, each: Try, name: str, same: bool, page: Page) -> Iterator[Line]:
    (_, first), *rest = _said(tale, each, same, page)
    yield from _row(_mark(tale, each, page), name, first, page)
    for style, words in rest:
        yield from indented(style, words, page)
    yield from _details(tale, each, same, page)


def _row(mark: Span, name: str, text: str, page: Page) -> Iterator[Line]:
    first, *rest = indented(Style.PLAIN, text, page)
    yield ((Style.PLAIN, "  "), mark, (Style.PLAIN, f" {name}".ljust(page.column - 3)), first[-1])
    yield from rest


def _mark(tale: Tale, each: Try, page: Page) -> Span:
    if each.failed:
        return (Style.BAD, page.symbols.bad)
    return (Style.GOOD, page.symbols.good) if _counts(tale, each) else (Style.WARN, page.symbols.passed)


def _counts(tale: Tale, each: Try) -> bool:
    """Tell whether it is this attempt's wheel that counts; a probe's does only when nothing else does."""
    return each.good and (tale.proven is None or tale.proven["attempt"] == each.number)


def _said(tale: Tale, each: Try, same: bool, page: Page) -> Iterator[Span]:
    """Give what an attempt changed and what it told, each with its style."""
    changed = "; ".join(each.changes)
    if each.failed and same:
        yield (Style.PLAIN, f"{changed} {page.symbols.dash} the same failure" if changed else "the same failure")
        return
    if changed:
        yield (Style.PLAIN, changed)
    if each.end is None:
        yield (Style.FAINT, "was not finished")
    elif each.failed:
        yield (Style.PLAIN, reason(each.end))
        if proof := evidence(each.end):
            yield (Style.WARN, clip(neutralise(proof), PROOF, page.symbols.more))
    elif _counts(tale, each):
        if each.remembered and tale.proven is not None:
            yield (Style.FAINT, f"proven by an earlier run: {', '.join(tale.proven['remedies'])}")
        if each.source:
            yield (Style.FAINT, f"on evidence: {each.source}")
        done = f"built {each.end['wheel']}" if "wheel" in each.end else f"installed {', '.join(each.end['installed'])}"
        yield (Style.FAINT, f"{done} in {seconds(each.end['duration_ms'])}")
    else:
        used = ", ".join(each.end["imported"]) or "nothing"
        yield (Style.FAINT, f"it builds, with {used} of the target's own packages")


def _details(tale: Tale, each: Try, same: bool, page: Page) -> Iterator[Line]:
    """Give the hooks and the end of the output, as far as they are asked for or needed."""
    if page.verbosity > 0:
        for hook in each.hooks:
            words = f"{HOOKS.get(hook['hook'], hook['hook'])}  {seconds(hook['duration_ms'])}"
            ended = f"  exit status {hook['status']}" if hook["status"] else ""
            yield ((Style.PLAIN, " " * page.column), (Style.FAINT, words), (Style.BAD, ended))
    if each.end is None or not each.failed or same:
        return
    told = tale.failed and each.cause is not None and each.cause[0] in OUTPUT_TELLS
    shown = len(each.end["tail"]) if page.verbosity > 0 else TAIL if told or each.cause is None else 0
    for line in each.end["tail"][-shown:] if shown else ():
        text = line if page.verbosity > 1 else clip(neutralise(line), page.width - page.column - 2, page.symbols.more)
        yield ((Style.PLAIN, " " * page.column), (Style.FAINT, f"| {text}"))


def _patch(patch: str, page: Page) -> Iterator[Line]:
    yield EMPTY
    lines = patch.splitlines()
    shown = lines if page.verbosity > 0 else lines[:PATCH]
    for line in shown:
        yield ((_diff_style(line), line),)
    if len(shown) < len(lines):
        yield ((Style.FAINT, f"{page.symbols.more} {len(lines) - len(shown)} more lines (-v shows them)"),)


def _diff_style(line: str) -> Style:
    for start, style in (("+++", Style.STRONG), ("---", Style.STRONG), ("@@", Style.PLACE), ("+", Style.GOOD)):
        if line.startswith(start):
            return style
    return Style.BAD if line.startswith("-") else Style.PLAIN
