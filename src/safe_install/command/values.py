"""Turn what our own options are given into values, and refuse what is none."""

from __future__ import annotations

import math
import re
from typing import Final

from safe_install.command.options import BY_NAME
from safe_install.command.pip_args import integer
from safe_install.command.settings import Setting
from safe_install.errors import Usage
from safe_install.kinds import Infer

MAX_ATTEMPTS: Final = 8
"""Attempts for each project, unless the user says otherwise."""
_REMEDIES: Final = "the remedies are {}"
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
_DESCRIPTOR: Final = re.compile(r"fd:[0-9]+")


def remedies(setting: Setting | None) -> frozenset[str] | None:
    """Read `all`, `none`, `NAME,…` or `-NAME,…`, from left to right; what begins with `-` starts from all.

    Without a setting it is `None`: all.
    """
    if setting is None:
        return None
    # Not before it is needed: the ladder brings the tables of the field's facts with it.
    from safe_install.ladder import NAMES

    words = [word.strip() for word in setting.value.split(",") if word.strip()]
    if not words:
        step = _REMEDIES.format(", ".join(NAMES))
        raise Usage(f"{setting.origin} takes all, none, NAME,… or -NAME,…", step)
    chosen = frozenset(NAMES) if words[0].startswith("-") else frozenset()
    for word in words:
        chosen = _choose(chosen, word, setting, NAMES)
    return chosen


def _choose(chosen: frozenset[str], word: str, setting: Setting, names: tuple[str, ...]) -> frozenset[str]:
    if word in {"all", "none"}:
        return frozenset(names) if word == "all" else frozenset()
    name = word.removeprefix("-")
    if name in names:
        return chosen - {name} if word.startswith("-") else chosen | {name}
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=1)
    raise Usage(
        f"{setting.origin}: there is no remedy {name!r}",
        f"did you mean {near[0]}?" if near else _REMEDIES.format(", ".join(names)),
    )


def max_attempts(setting: Setting | None) -> int:
    """Read how often a project may be built, at least once."""
    if setting is None:
        return MAX_ATTEMPTS
    try:
        number = integer(setting.value)
    except ValueError:
        number = 0
    if number < 1:
        raise Usage(f"{setting.origin} takes a whole number, 1 or more, not {setting.value!r}")
    return number


def max_seconds(setting: Setting | None) -> float | None:
    """Read the seconds after which no further attempt starts."""
    if setting is None:
        return None
    try:
        seconds = float(setting.value)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise Usage(f"{setting.origin} takes a number of seconds above 0, not {setting.value!r}")
    return seconds


def infer(setting: Setting | None) -> Infer:
    """Read how far evidence may go; a project may not ask for more than the default."""
    if setting is None:
        return Infer.KNOWN
    reaches = [each.value for each in Infer]
    if setting.value not in reaches:
        raise Usage(f"{setting.origin} takes one of {', '.join(reaches)}, not {setting.value!r}")
    found = Infer(setting.value)
    if found is Infer.VERIFIED and setting.of_project:
        raise Usage(
            f"{setting.origin}: {setting.value} is more than a project may ask for",
            "only who installs it can: --infer verified",
        )
    return found


def distribution(setting: Setting) -> str:
    """Read a distribution's name, and give its canonical form (PEP 503)."""
    if not _NAME.fullmatch(setting.value):
        raise Usage(f"{setting.origin} takes the name of one distribution, not {setting.value!r}")
    return re.sub(r"[-_.]+", "-", setting.value).lower()


def requirement(setting: Setting) -> str:
    """Read a requirement, and give it as it is written (PEP 508)."""
    # Not before it is needed: importing it is not free.
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        Requirement(setting.value)
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0]
        message = f"{setting.origin} takes a requirement (PEP 508), not {setting.value!r}: {reason}"
        raise Usage(message) from error
    return setting.value.strip()


def export(setting: Setting | None) -> str | None:
    """Read for which tool what was proven is printed."""
    if setting is None:
        return None
    choices = BY_NAME["--export"].choices
    if setting.value not in choices:
        raise Usage(f"{setting.origin} takes one of {', '.join(choices)}, not {setting.value!r}")
    return setting.value


def events(setting: Setting | None) -> str | None:
    """Read where the events go: a file, `-` for standard output, or `fd:N` for an open descriptor."""
    if setting is None:
        return None
    value = setting.value
    if not value or (value.startswith("fd:") and not _DESCRIPTOR.fullmatch(value)):
        raise Usage(f"{setting.origin} takes a file, - or fd:N, not {value!r}")
    return value
