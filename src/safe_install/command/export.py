"""Export what a past run has proven."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from safe_install.command.pip_args import Parsed
from safe_install.errors import ExitStatus, Usage
from safe_install.export import Gathering
from safe_install.export.exporter import Writer
from safe_install.render import record
from safe_install.render.terminal import Style, write

ALLOWED: Final = frozenset({"--export", "--explain", "--quiet", "--no-color"})
ASKING: Final = frozenset({"--editable", "--requirement", "--group", "--requirements-from-script"})
"""Options that ask for an install."""


def asks_for_a_past_run(parsed: Parsed) -> bool:
    """Tell whether the command line names nothing to install: then a run that has been is exported."""
    return bool(parsed.uses("--explain")) or not (parsed.arguments or any(map(parsed.uses, ASKING)))


def export(parsed: Parsed, runs: Path, directory: str, stdout: TextIO, stderr: TextIO) -> int:
    """Write what the last run has proven, or the run that `--explain` names, and give the exit status.

    That is 0, also where there was nothing to cure; 1 when not all that was needed could be said; 2 when there is
    no such run. Raises Usage for what would say nothing here.
    """
    for each in parsed.given:
        if each.option.name not in ALLOWED:
            message = f"--export of a past run builds nothing, and {each.written} would say nothing to it"
            raise Usage(message, f"leave out {each.written}, or name what to install")
    named = (*parsed.values("--explain"), *parsed.arguments)
    if len(named) > 1:
        raise Usage("--export tells of one run at a time", f"name one of {', '.join(named)}")
    run = record.find(named[0] if named else None, runs)
    if run is None:
        write(stderr, record.unknown(named[0] if named else None, runs), colour=False)
        return ExitStatus.USAGE
    language, verbosity = parsed.values("--export")[-1], -len(parsed.uses("--quiet"))
    try:
        gathered, problems = _gathered(run)
    except OSError as error:
        write(stderr, [record.error(f"the run cannot be read: {error}")], colour=False)
        return ExitStatus.USAGE
    write(stderr, [((Style.WARN, problem),) for problem in problems], colour=False)
    step = "" if gathered.proven else _elsewhere(run, runs, language)
    return Writer(language, directory, stdout, stderr, verbosity).write(gathered, step)


def _gathered(run: Path) -> tuple[Gathering, list[str]]:
    gathered = Gathering()
    events, problems = record.read(run)
    for event in events:
        gathered.add(event)
    return gathered, problems


def _elsewhere(run: Path, runs: Path, language: str) -> str:
    """Say which earlier run has proven something: it may be that one that is meant."""
    for other in record.all_runs(runs):
        with suppress(OSError):
            if other.name < run.name and _gathered(other)[0].proven:
                return f"an earlier run has proven something: safe-install --export {language} --explain={other.name}"
    return ""
