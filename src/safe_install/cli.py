"""Turn the command line into a request, and what came of it into an exit status."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NoReturn

from safe_install.command.pip_args import Parsed, parse
from safe_install.errors import ExitStatus, Fatal, InternalError, Interrupted, Usage
from safe_install.version import version

# What only a run needs is imported where the run begins: --help and a wrong option answer at once.


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for (those of the process by default), and give the exit status.

    Raises nothing: every error is told on standard error.
    """
    arguments = tuple(sys.argv[1:] if argv is None else argv)
    try:
        status = _obey(parse(arguments), arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        status = ExitStatus.BROKEN_PIPE
    except Fatal as error:
        status = _tell(error, arguments)
    except KeyboardInterrupt:
        # Before the run has its handlers, and outside the main thread.
        status = _tell(Interrupted(signal.SIGINT, "SIGINT"), arguments)
    # A fault before the run has begun; in a run, the run itself records it.
    except Exception as error:  # noqa: BLE001 - the process ends here
        status = _tell(_crash(error, arguments), arguments)
    return int(status)


def run_and_exit() -> NoReturn:
    """Be the command `safe-install`."""
    sys.exit(main())


def _obey(parsed: Parsed, arguments: tuple[str, ...]) -> int:
    if parsed.uses("--help"):
        from safe_install.command.usage import help_text

        return _say(help_text())
    if parsed.uses("--version"):
        return _say(f"safe-install {version()}\n")
    if parsed.uses("--export"):
        from safe_install.command.export import asks_for_a_past_run

        if asks_for_a_past_run(parsed):
            return _export(parsed)
    if parsed.uses("--explain"):
        return _explain(parsed)
    if parsed.uses("--check"):
        return _check(parsed, arguments)
    return _run(parsed, arguments)


def _explain(parsed: Parsed) -> int:
    from safe_install.command import run_directory
    from safe_install.render.explain import VERBOSITY, explain
    from safe_install.render.terminal import wants_colour

    named = (*parsed.values("--explain"), *parsed.arguments)
    if len(named) > 1:
        raise Usage("--explain tells one run at a time", f"name one of {', '.join(named)}")
    colour = not parsed.uses("--no-color") and wants_colour(sys.stdout, os.environ)
    verbosity = VERBOSITY + len(parsed.uses("--verbose")) - len(parsed.uses("--quiet"))
    runs = run_directory.home(os.environ)
    return explain(named[0] if named else None, runs, sys.stdout, colour, verbosity)


def _export(parsed: Parsed) -> int:
    from safe_install.command import run_directory
    from safe_install.command.export import export

    return export(parsed, run_directory.home(os.environ), str(_directory()), sys.stdout, sys.stderr)


def _check(parsed: Parsed, arguments: tuple[str, ...]) -> int:
    from safe_install.command.check import check
    from safe_install.redaction import Redactor

    return check(parsed, Redactor(arguments, os.environ), os.environ, sys.stdout, sys.stderr)


def _run(parsed: Parsed, arguments: tuple[str, ...]) -> int:
    from safe_install.command.assemble import assemble

    directory = _directory()
    variables = dict(os.environ)
    request = assemble(parsed, variables, directory)
    # A wrong request is answered before the heavy part is imported; while it is, the target is asked, and its pip
    # imports itself.
    from safe_install.target.inquiry import Inquiry
    from safe_install.target.pip_ahead import PipAhead

    with closing(PipAhead(directory, variables)) as pip:
        into = Inquiry(request, directory, variables, pip.start)
        from safe_install.command.run import Invocation, perform

        by = Invocation(arguments, variables, directory, sys.stdout, sys.stderr, version(), into.answer, pip)
        return perform(request, by)


def _directory() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        # Removed by another process; relative paths mean nothing there, and no child can be started in it.
        raise Usage(
            "the current directory does not exist any more", "change to one that does, and run it again"
        ) from error


def _say(text: str) -> int:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    return ExitStatus.OK


def _tell(error: Fatal, arguments: tuple[str, ...]) -> int:
    """Write what is wrong and what to do about it; both may quote what holds a secret."""
    from safe_install.redaction import Redactor
    from safe_install.render.terminal import Line, Style, wants_colour, write

    redactor = Redactor(arguments, os.environ)
    first, *others = redactor.redact(error.message).splitlines() or [""]
    lines: list[Line] = [((Style.BAD, "error"), (Style.PLAIN, f": {first}"))]
    lines += [((Style.PLAIN, text),) for text in others]
    lines += [((Style.STRONG, "Next"), (Style.PLAIN, f"  {text}")) for text in redactor.redact(error.step).splitlines()]
    # When nobody listens any more, the exit status still tells.
    with suppress(BrokenPipeError):
        write(sys.stderr, lines, wants_colour(sys.stderr, os.environ))
    return error.exit_status


def _crash(error: Exception, arguments: tuple[str, ...]) -> InternalError:
    from datetime import datetime, timezone

    from safe_install.command import crash, run_directory
    from safe_install.redaction import Redactor

    run_dir = run_directory.create(os.environ, datetime.now(timezone.utc))
    return crash.record(error, run_dir, Redactor(arguments, os.environ))
