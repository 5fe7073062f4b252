"""Say what a misspelt name was surely meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from safe_install.knowledge import Backend, tables
from safe_install.model import Project

NEAR: Final = 0.85
"""The likeness from which on a name is near another; a slip in ten letters is 0.9, `build` for `uv_build` 0.83."""
_NEAR_IF_SUPPORTED: Final = 0.6
"""Enough where the project itself names the tool, by `requires` or a `[tool.*]` table."""
_TIE: Final = 0.05
"""Names whose likeness differs by less are equally near."""


def nearest(written: str, choices: Iterable[str]) -> tuple[str, ...]:
    """Give the choices that are near a written name and equally so, best first: more than one is a tie.

    Case and punctuation do not count; neighbouring letters that changed places are one slip.
    """
    return _best([(likeness(written, choice), choice) for choice in dict.fromkeys(choices)], NEAR)


def backend_candidates(backend: str, project: Project) -> tuple[str, ...]:
    """Give the backends that a misspelt `build-backend` may have meant: one, several (a tie) or none.

    Only backends of the table come in question: those that the project's own `requires` or `[tool.*]`
    support, and without any such support those that are near.
    """
    rows = _distinct(tables().backends)
    scored = [(_closeness(backend, row), row) for row in rows]
    supported = [(score, row.backend) for score, row in scored if supports(project, row)]
    return _best(supported, _NEAR_IF_SUPPORTED) or _best([(score, row.backend) for score, row in scored], NEAR)


def supports(project: Project, row: Backend) -> bool:
    """Tell whether the project requires the backend's distribution or has a table of its tool."""
    return names_distribution(required(project), row) or not project.tools.isdisjoint(row.tools)


def names_distribution(names: frozenset[str], row: Backend) -> bool:
    """Tell whether canonical names include the backend's distribution, or one that used to carry it."""
    return not names.isdisjoint(canonicalize_name(each) for each in (row.distribution, *row.former_distributions))


def required(project: Project) -> frozenset[str]:
    """Give the canonical names of the project's own build requirements, as far as they can be read."""
    return names_in(project.system.requires)


def names_in(requirements: Iterable[str]) -> frozenset[str]:
    """Give the canonical names in requirements; what is no requirement names nothing."""
    return frozenset(name for each in requirements if (name := _name(each)))


def likeness(one: str, other: str) -> float:
    """Give how like two names are, from 0 to 1, without regard to case and punctuation."""
    left, right = _letters(one), _letters(other)
    if not left or not right:
        return 0.0
    ratio = max(SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in ((left, right), (right, left)))
    return max(ratio, 0.95) if _swapped(left, right) else ratio


def _name(requirement: str) -> str:
    try:
        return canonicalize_name(Requirement(requirement).name)
    except InvalidRequirement:
        return ""


def _closeness(written: str, row: Backend) -> float:
    """Give how like a `build-backend` is to a row's; one that begins with the row's package is near."""
    module = written.partition(":")[0]
    score = max(likeness(written, row.backend), likeness(module, row.module))
    same_root = _letters(module.partition(".")[0]) == _letters(row.root)
    return max(score, NEAR) if same_root else score


def _distinct(rows: Iterable[Backend]) -> tuple[Backend, ...]:
    """Keep one row of those that share distribution and module: the one without an object."""
    kept: dict[tuple[str, str], Backend] = {}
    for row in rows:
        key = (row.distribution, row.module)
        if key not in kept or ":" in kept[key].backend:
            kept[key] = row
    return tuple(kept.values())


def _best(scored: Iterable[tuple[float, str]], enough: float) -> tuple[str, ...]:
    near = sorted((each for each in scored if each[0] >= enough), key=lambda each: (-each[0], each[1]))
    return tuple(choice for score, choice in near if near[0][0] - score < _TIE)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name[:100]).casefold()


def _swapped(left: str, right: str) -> bool:
    """Tell whether two neighbouring letters, and nothing else, have changed places."""
    places = [index for index, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]]
    if len(left) != len(right) or len(places) != 2 or places[1] - places[0] != 1:
        return False
    first, second = places
    return left[first] == right[second] and left[second] == right[first]
