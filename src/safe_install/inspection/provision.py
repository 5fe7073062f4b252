"""Say what a project's build requirements bring, as far as the tables know."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.utils import canonicalize_name

from safe_install.declared.providers import is_known, provides
from safe_install.declared.pythons import allows
from safe_install.declared.spelling import names_in
from safe_install.knowledge import tables

_NEWEST_MINOR = 30
"""Of Python 3: beyond what any `requires-python` speaks of."""


def brought(requires: Iterable[str]) -> frozenset[str]:
    """Give the canonical names of requirements and of all that is known to come with them."""
    found: set[str] = set()
    left = set(names_in(requires))
    while left:
        name = left.pop()
        found.add(name)
        row = tables().needs.get(name)
        left |= set(row.brings if row else ()) - found
    return frozenset(found)


def strangers(requires: Iterable[str]) -> frozenset[str]:
    """Give the requirements of which no table knows what they bring: they may provide any module."""
    return frozenset(name for name in names_in(requires) if name not in tables().needs)


def is_provided(module: str, requires: Iterable[str]) -> bool:
    """Tell whether requirements, or what comes with them, provide a module by name or by the tables."""
    names = brought(requires)
    if any(provides(name, module) for name in names):
        return True
    if is_known(module):
        return False
    # The parts of a namespace package are distributions of their own.
    top, whole = canonicalize_name(module.partition(".")[0]), canonicalize_name(module)
    return any(f"{whole}-".startswith(f"{name}-") or name.startswith(f"{top}-") for name in names)


def admits(requires_python: str | None, since: tuple[int, int]) -> bool:
    """Tell whether a `requires-python` admits a Python of that version or a later one."""
    major, first = since
    return any(allows(requires_python, (major, minor)) for minor in range(first, _NEWEST_MINOR))
