"""Inspect the projects that are named, and say what was found."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TextIO

from safe_install.checking import check as findings_in
from safe_install.command.pip_args import Parsed
from safe_install.errors import ExitStatus, ProjectUnreadable, Usage
from safe_install.inspection.values import Finding
from safe_install.passing import is_workflow
from safe_install.redaction import Redactor
from safe_install.render.findings import Located, commands, lines, summary
from safe_install.render.terminal import encodable

FILES: Final = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
"""Names of files that stand for the project that they are in, as hooks of version control pass them."""
ALLOWED: Final = frozenset({"--check", "--quiet"})


def check(parsed: Parsed, redactor: Redactor, environ: Mapping[str, str], stdout: TextIO, stderr: TextIO) -> ExitStatus:
    """Write a line for each finding to `stdout`, and how many there are to `stderr`.

    In a workflow each is an annotation too, on `stderr`. Raises Usage for what is no project.
    """
    for each in parsed.given:
        if each.option.name not in ALLOWED:
            message = f"--check builds nothing, and {each.written} would say nothing to it"
            raise Usage(message, f"leave out {each.written}")
    projects = tuple(_projects(parsed.arguments or (".",)))
    found = tuple(Located(path, finding) for path in projects for finding in _found(path))
    _write(stdout, (redactor.redact(line) for line in lines(found)))
    if is_workflow(environ):
        _write(stderr, (redactor.redact(line) for line in commands(found, environ)))
    if not parsed.uses("--quiet"):
        _write(stderr, [summary(found, len(projects))])
    return ExitStatus.FAILED if found else ExitStatus.OK


def _projects(arguments: Iterable[str]) -> Iterator[Path]:
    """Give the folder of each project that is named, itself or by a file of it, once."""
    named = (Path(os.path.normpath(argument)) for argument in arguments)
    folders = (path.parent if path.name in FILES and not os.path.isdir(path) else path for path in named)
    yield from dict.fromkeys(folders)


def _found(path: Path) -> tuple[Finding, ...]:
    if not os.path.isdir(path):
        what = "there is no" if not os.path.lexists(path) else "neither a project's folder nor a file of its build is"
        raise Usage(f"{what} {path}", f"name a folder, or one of {', '.join(sorted(FILES))}")
    try:
        return findings_in(path)
    except ProjectUnreadable as error:
        # Nothing was found in it that could be corrected: nothing could be looked at.
        raise Usage(error.message, error.step) from error


def _write(stream: TextIO, texts: Iterable[str]) -> None:
    stream.writelines(encodable(f"{text}\n", stream) for text in texts)
    stream.flush()
