"""Say which of the requirements that are written keep a build tool too old for a Python, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import Specifier
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from safe_install.knowledge import Support, tables

RAISABLE: Final = "too-old-for-python"
"""The row of a diagnosis whose subject is a requirement that keeps a build tool too old."""
BINDING: Final = frozenset({"==", "===", "<=", "<", "~="})
"""Operators of bounds that keep from newer releases."""
_LOWER: Final = frozenset({">=", ">"})

_STEM: Final = re.compile(r"(\s*[\w.-]+(?:\s*\[[^\]]*\])?)(\s*)")
_SPACED: Final = re.compile(r"[=<>~]\s+[\w*]")


def support(distribution: str, python: tuple[int, int]) -> Support | None:
    """Give the table's row of a build tool, named or required, for a Python: the latest that is not later than it."""
    name = requirement_name(distribution)
    rows = [row for row in tables().pythons if canonicalize_name(row.distribution) == name and row.python <= python]
    return max(rows, key=lambda row: row.python, default=None)


def is_older(version: str, minimum: str) -> bool:
    """Tell whether a version is older than another; what is no version is not known to be."""
    try:
        return Version(version) < Version(minimum)
    except InvalidVersion:
        return False


def outdated(requirements: Iterable[str], python: tuple[int, int]) -> tuple[str, ...]:
    """Give the requirements of which no release that they admit works on a Python."""
    return tuple(each for each in requirements if _is_outdated(each, python))


def raised(requirement: str, minimum: str) -> str:
    """Give a requirement that asks for a release from a minimum on, in the author's spelling and spacing.

    Bounds that forbid it go, and lower ones that it implies; all else stays.
    """
    parsed = Requirement(requirement)
    kept = [bound for bound in parsed.specifier if bound.operator not in _LOWER and not _forbids(bound, minimum)]
    head, semicolon, marker = requirement.partition(";")
    stem = _STEM.match(head)
    assert stem is not None
    blank = " " if _SPACED.search(head) else ""
    bounds = [f">={blank}{minimum}", *sorted(f"{bound.operator}{blank}{bound.version}" for bound in kept)]
    space = head[len(head.rstrip()) :] if semicolon else ""
    return f"{stem[1]}{stem[2] if parsed.specifier else ''}{','.join(bounds)}{space}{semicolon}{marker}"


def requirement_name(requirement: str) -> str:
    """Give the canonical name in a valid requirement."""
    return canonicalize_name(Requirement(requirement).name)


def _is_outdated(requirement: str, python: tuple[int, int]) -> bool:
    try:
        parsed = Requirement(requirement)
    except InvalidRequirement:
        return False
    row = support(parsed.name, python)
    return row is not None and any(_forbids(bound, row.minimum) for bound in parsed.specifier)


def _forbids(bound: Specifier, minimum: str) -> bool:
    """Tell whether a bound keeps below a release."""
    if bound.operator not in BINDING or bound.contains(minimum, prereleases=True):
        return False
    least = Version(minimum)
    try:
        version = Version(bound.version.removesuffix(".*"))
    except InvalidVersion:
        # Arbitrary equality (===) with something that is no version.
        return True
    return version < least or (version == least and bound.operator == "<")
