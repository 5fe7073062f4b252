"""Write the text of `--help`, from the table of options."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from safe_install.command.options import GROUPS, Option, Takes
from safe_install.errors import ExitStatus

WIDTH: Final = 100
COLUMN: Final = 30
"""Where the explanations begin."""

HEAD: Final = """\
Usage: safe-install [options] PROJECT...

Install local projects as `pip install` does, and heal a build system that is broken.

  safe-install -e .             the project in this directory, editable
  safe-install ./app[test]      another one, with an extra
  safe-install --dry-run .      diagnose and prove a cure, change nothing
"""
FOOT: Final = f"""\
Options of safe-install's own can be set by variables too (SAFE_INSTALL_MAX_ATTEMPTS=4), and
--remedies, --max-attempts, --max-seconds, --infer and --fail-on-recovery by [tool.safe-install] of
the project's pyproject.toml; the command line comes first, then the variables. pip's variables and
configuration files keep their meaning.

Exit status: {ExitStatus.OK} installed, {ExitStatus.FAILED} failed, {ExitStatus.USAGE} wrong usage, \
{ExitStatus.INTERRUPTED} interrupted;
with --fail-on-recovery {ExitStatus.RECOVERED} when a project had to be healed.
"""


def help_text() -> str:
    """Give the whole text: explained options by group, the others by name only."""
    return "\n".join([HEAD, *(_group(title, options) for title, options in GROUPS.items()), FOOT])


def _group(title: str, options: tuple[Option, ...]) -> str:
    lines = [f"{title}:"]
    lines += [line for option in options if option.help for line in _explained(option)]
    named = [option.name for option in options if not option.help]
    if named:
        lines += _wrapped("also, as in pip: ", named)
    return "\n".join(lines) + "\n"


def _explained(option: Option) -> Iterator[str]:
    head = f"  {_head(option)}"
    if len(head) >= COLUMN:
        yield head
        head = ""
    yield f"{head:<{COLUMN}}{option.help}"


def _head(option: Option) -> str:
    short = next((f"{name}, " for name in option.names if not name.startswith("--")), "    ")
    match option.takes:
        case Takes.NOTHING:
            return f"{short}{option.name}"
        case Takes.PERHAPS:
            return f"{short}{option.name} [{option.metavar}]"
        case _:
            return f"{short}{option.name} {option.metavar}"


def _wrapped(lead: str, names: Iterable[str]) -> list[str]:
    text = lead + ", ".join(names)
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
