"""Every fatal error, with its exit status and the step that the user should take next."""

from __future__ import annotations

import locale
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Final

SECTION: Final = "externally-managed"
"""The part of an `EXTERNALLY-MANAGED` file that holds the advice (PEP 668)."""


class ExitStatus(IntEnum):
    """What the process says when it ends; the whole table, see `docs/exit-status.md`."""

    OK = 0
    """Installed, after a recovery too."""
    FAILED = 1
    """Nothing was installed."""
    USAGE = 2
    """The command line, a variable or `[tool.safe-install]` is wrong: nothing was tried."""
    NO_VIRTUALENV = 3
    """`--require-virtualenv`, and the target is none; pip's own number for it."""
    RECOVERED = 10
    """Installed, but only after a recovery, and `--fail-on-recovery` wants to know."""
    INTERNAL = 70
    """A fault of safe-install itself (`EX_SOFTWARE` of sysexits.h)."""
    BROKEN_PIPE = 120
    """Whoever read the output went away; pip's own number for it."""
    INTERRUPTED = 130
    """Ctrl-C: 128 and the number of SIGINT, as shells count it."""
    TERMINATED = 143
    """128 and the number of SIGTERM."""


class Fatal(BaseException):
    """The base of all: a message, the next step, and the exit status."""

    exit_status: int = ExitStatus.FAILED

    def __init__(self, message: str, step: str = "") -> None:
        """Take what happened, and what to do about it where there is something to do."""
        super().__init__(message)
        self.message = message
        self.step = step


class SafeInstallError(Fatal, Exception):
    """The base of every error that is no interrupt."""


class Usage(SafeInstallError):
    """The command line, an environment variable or `[tool.safe-install]` is wrong."""

    exit_status = ExitStatus.USAGE


class Refused(Usage):
    """A command line that pip reads and then will not carry out: to pip that is a failure."""

    exit_status = ExitStatus.FAILED


class BuildRequirementsUnmet(SafeInstallError):
    """The target does not have what a build needs, and `--check-build-dependencies` wants to know."""

    def __init__(self, name: str, told: tuple[str, ...]) -> None:
        """Take the project, and what is said of each requirement."""
        super().__init__(
            f"the build dependencies of {name} are not met: {'; '.join(told)}",
            "install them, or leave out --no-build-isolation",
        )


class ProjectUnreadable(SafeInstallError):
    """What was named is not a project: absent, a file, unreadable, or nothing to build from."""


class NotText(ProjectUnreadable):
    """A `pyproject.toml` that is no UTF-8 text, and where it ceases to be."""

    def __init__(self, message: str, step: str, file: Path, line: int = 1, column: int = 1) -> None:
        """Take the file and the place in it besides; both count from 1."""
        super().__init__(message, step)
        self.file, self.line, self.column = file, line, column


class TargetUnusable(SafeInstallError):
    """The environment to install into is absent, too old, read-only or no Python at all."""


class NoVirtualenv(SafeInstallError):
    """A virtual environment was required (`--require-virtualenv`), and the target is none."""

    exit_status = ExitStatus.NO_VIRTUALENV

    def __init__(self, executable: Path) -> None:
        """Take the target's interpreter."""
        super().__init__(
            f"a virtual environment is required (--require-virtualenv), and {executable} is in none",
            "activate one, or name its interpreter with --python",
        )


class ExternallyManaged(SafeInstallError):
    """The target belongs to the system's package manager (PEP 668)."""

    def __init__(self, marker: Path) -> None:
        """Take the `EXTERNALLY-MANAGED` file, whose advice PEP 668 asks to be shown."""
        advice = _advice(marker, _language())
        super().__init__(
            f"this Python environment is managed by the system's package manager ({marker})"
            + (f"\n{advice}" if advice else ""),
            "install into a virtual environment (--python names one), or, at the risk of breaking the "
            "system, pass --break-system-packages",
        )


class NotKept(SafeInstallError):
    """A source tree cannot be recorded, so that it could not be put back: nothing is built in it."""

    def __init__(self, path: Path, store: Path, error: OSError) -> None:
        """Take what was to be kept, the folder that its copies go to, and what was in the way."""
        culprit = f" ({error.filename})" if error.filename else ""
        super().__init__(
            f"{path} cannot be kept safe while it is built: {error.strerror or error}{culprit}",
            f"see that all of it can be read, and that there is room for a copy in {store.parent}; "
            "TMPDIR names another place",
        )


class NotPutBack(SafeInstallError):
    """Something of the user's is not what it was, and cannot be made that."""


class FileChanged(SafeInstallError):
    """The file holds changes that a fix would mix with or overwrite."""


class FixUnwritable(SafeInstallError):
    """The file or its folder cannot be written."""


class FixUnproven(SafeInstallError):
    """A build as `pyproject.toml` would be with the patch does not succeed."""


class ReportUnwritable(SafeInstallError):
    """The place for pip's report cannot be written."""

    def __init__(self, place: str, reason: str) -> None:
        """Take the place, as `--report` names it, and why not."""
        super().__init__(f"the report cannot be written to {place}: {reason}", "name a file that can be written")


class EventsUnwritable(SafeInstallError):
    """The place that `--events` names cannot be written."""

    exit_status = ExitStatus.USAGE


class InternalError(SafeInstallError):
    """A fault of safe-install itself."""

    exit_status = ExitStatus.INTERNAL


class Interrupted(Fatal, KeyboardInterrupt):
    """A signal asked the run to end.

    Like every interrupt of Python it is no `Exception`: libraries that the run calls catch those
    (logging does), and an interrupt must reach the rollback.
    """

    def __init__(self, signal_number: int, name: str) -> None:
        """Take the signal's number and its name (`SIGINT`)."""
        super().__init__(f"interrupted by {name}")
        self.exit_status = 128 + signal_number


def _advice(marker: Path, language: str | None) -> str:
    # Only a refused target needs it, and importing it is not free.
    import configparser

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(marker, encoding="utf-8")
        section = parser[SECTION]
    except (configparser.Error, KeyError, OSError, UnicodeDecodeError):
        return ""  # PEP 668: the file's presence is the marker; what is in it is optional.
    return next((section[key].strip() for key in _advice_keys(language) if key in section), "")


def _advice_keys(language: str | None) -> Iterator[str]:
    """Give the keys to look for, the user's own language first (PEP 668)."""
    if language:
        yield f"Error-{language}"
        yield from (f"Error-{language.partition(mark)[0]}" for mark in "-_" if mark in language)
    yield "Error"


def _language() -> str | None:
    # Windows has no category for messages.
    category = getattr(locale, "LC_MESSAGES", None)
    return None if category is None else locale.getlocale(category)[0]
