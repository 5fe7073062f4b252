"""Say what the reviewed tables know of a module: whether it is Python's own, and which requirement brings it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from safe_install.knowledge import tables

_YOUNG: Final = frozenset({"tomllib", "annotationlib", "compression", "profiling"})
"""What the standard library got after Python 3.10, whose `sys` does not name it (What's New in Python)."""


def provides(requirement: str, module: str) -> bool:
    """Tell whether a requirement that somebody wrote names the distribution of a module.

    It does by the reviewed table, or when it bears the module's own name: there a person wrote the name.
    """
    name = name_of(requirement)
    known = {canonicalize_name(each) for each in _table_names(module)}
    return name in known if known else name == canonicalize_name(top_of(module))


def is_known(module: str) -> bool:
    """Tell whether the reviewed table says which distribution provides a module."""
    return any(True for _ in _table_names(module))


def name_of(requirement: str) -> str:
    """Give the canonical name in a requirement; empty where it is none."""
    try:
        return canonicalize_name(Requirement(requirement).name)
    except InvalidRequirement:
        return ""


def is_standard(module: str) -> bool:
    """Tell whether a module belongs to the standard library of some Python 3, today's or a former one."""
    top = top_of(module)
    return top in tables().stdlib or top in sys.stdlib_module_names or top in _YOUNG


def top_of(module: str) -> str:
    """Give the top-level package of a module."""
    return module.partition(".")[0]


def _table_names(module: str) -> Iterator[str]:
    row = tables().modules.get(module) or tables().modules.get(top_of(module))
    if row is not None:
        yield row.distribution
    yield from (backend.distribution for backend in tables().backends if backend.root == top_of(module))
