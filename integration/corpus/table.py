"""Put what came out into a table of Markdown, with the totals below it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.judging import Outcome
from corpus.manifest import Row
from corpus.trial import Plain, Tried

HEAD: Final = (
    "| sdist | Python | what came out | attempts | seconds | diagnosis | changes | pip wheel |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)
_TOTALS: Final = (
    ("recovered", "recoverable", Outcome.RECOVERED),
    ("refused rightly", "unrecoverable", Outcome.REFUSED),
    ("untouched in one attempt", "healthy", Outcome.UNTOUCHED),
)


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    row: Row
    plain: Plain
    tried: Tried
    outcome: Outcome


def line(each: Line) -> str:
    """Give a trial as a row."""
    row, plain, tried = each.row, each.plain, each.tried
    cause = f" ({row.root_cause})" if each.outcome is Outcome.REFUSED_UNJUDGED else ""
    came = f"{each.outcome.value}{cause}" + (f": {tried.problem}" if tried.problem else "")
    told = ", ".join(f"{kind}: {subject}" if subject else kind for kind, subject in tried.diagnoses)
    pip = "took too long" if plain.status is None else f"status {plain.status}"
    cells = (
        *(row.id, row.python, came, str(tried.attempts), f"{tried.seconds:.0f}", told),
        *("; ".join(tried.changes), f"{pip}, {plain.seconds:.0f} s"),
    )
    return f"| {' | '.join(_plain_text(cell) for cell in cells)} |"


def skipped(row: Row, why: str) -> str:
    """Give a row that was not tried."""
    return f"| {row.id} | {row.python} | skipped: {_plain_text(why)} | | | | | |"


def totals(lines: Sequence[Line]) -> str:
    """Give what it comes to: how many of each status came out as they should, and attempts, seconds and pip's."""
    said = []
    for word, status, right in _TOTALS:
        of_status = [each for each in lines if each.row.status == status]
        reached = [each for each in of_status if each.outcome is right]
        if of_status:
            said.append(f"- {word}: {len(reached)} of {len(of_status)}{_effort(reached)}")
    built = sum(each.plain.status == 0 for each in lines)
    said.append(f"- pip wheel built {built} of {len(lines)}")
    return "\n".join(said)


def _effort(reached: Sequence[Line]) -> str:
    if not reached:
        return ""
    attempts = [each.tried.attempts for each in reached]
    ratios = [each.tried.seconds / each.plain.seconds for each in reached]
    return (
        f"; attempts: {statistics.median(attempts):g} at the median, {max(attempts)} at the most"
        f"; {statistics.median(ratios):.1f} times the seconds of pip wheel at the median"
    )


def _plain_text(cell: str) -> str:
    """Keep a stranger's words from making cells, lines, tags or links of their own."""
    shown = " ".join(cell.split())
    return "".join(f"\\{letter}" if letter in "\\|<>[]`*_" else letter for letter in shown)
