"""Try the sdists that a manifest lists, and print what became of each as a table of Markdown.

Usage: nox -s corpus -- MANIFEST [--folder DOWNLOADS] [--only NAME …] [--work FOLDER]

Progress is on stderr. The exit status is 0 when every sdist that was tried came out as the manifest says it can.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pythons
from corpus import effort, table
from corpus.downloads import fetched
from corpus.judging import Outcome, judged
from corpus.manifest import Row, read
from corpus.table import Line
from corpus.trial import tried

RIGHT = {Outcome.RECOVERED, Outcome.REFUSED, Outcome.REFUSED_UNJUDGED, Outcome.UNTOUCHED}


def main() -> int:
    """Read the arguments, try every row, print the table; give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path, help="a JSON list; its keys are in integration/README.md")
    parser.add_argument("--folder", type=Path, help="where the sdists are, or are downloaded to (default: in --work)")
    parser.add_argument("--only", nargs="+", default=(), metavar="NAME", help="names or files of sdists")
    parser.add_argument("--work", type=Path, help="where to work, kept afterwards (default: a temporary folder)")
    asked = parser.parse_args()
    rows = read(asked.manifest, tuple(asked.only))
    with tempfile.TemporaryDirectory(prefix="corpus-", ignore_cleanup_errors=True) as scratch:
        work = (asked.work or Path(scratch)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        print(table.HEAD, flush=True)
        lines = tuple(_lines(rows, asked.folder or work / "sdists", work))
    print(f"\n{table.totals(lines)}")
    print(f"\n{effort.table(step for line in lines for step in line.tried.steps)}")
    return int(any(each.outcome not in RIGHT for each in lines))


def _lines(rows: tuple[Row, ...], folder: Path, work: Path) -> Iterator[Line]:
    """Try each row in turn, and print it; those that cannot be tried are said to be skipped."""
    for number, row in enumerate(rows, 1):
        print(f"{number} of {len(rows)}: {row.id}, Python {row.python}", file=sys.stderr, flush=True)
        interpreter = pythons.found(row.python)
        if interpreter is None:
            print(table.skipped(row, f"there is no Python {row.python} here"), flush=True)
            continue
        try:
            sdist = fetched(row, folder)
        except (OSError, LookupError) as error:
            print(table.skipped(row, str(error)), flush=True)
            continue
        plain, outcome = tried(row, sdist.resolve(), interpreter, work / f"{number:03}-{row.filename}")
        line = Line(row, plain, outcome, judged(row, outcome))
        print(table.line(line), flush=True)
        yield line


if __name__ == "__main__":
    sys.exit(main())
